# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was requested: the topic with its subscribers, and for each control its filters and its alarm. Pure.

The defaults are here and nowhere else; a role that repeats one is checked against them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._account.arn import Arn
from .._account.observation import Account
from .._controls import CIS_BENCHMARKS, CONTROLS, DEFAULT_BENCHMARK, SECURITY_GROUP_CHANGES, Control
from .._controls.choice import ALL, names_of, unknown_control
from .subscriber import Subscriber

STATES = ("present", "absent")
EXISTING = ("reuse", "ignore")
DEFAULTS: Mapping[str, Any] = {
    "state": "present",
    "existing": "ignore",
    "controls": [SECURITY_GROUP_CHANGES.name],
    "benchmarks": ["security_hub", "cis_v7_0_0"],
    "metric_namespace": "CISBenchmark",
    "subscriptions": [],
    "update_key_policy": False,
    "log_alarms": False,
}
"""The options of a plan that have a default. Those of a control's `overrides` are in default_names and Wanted."""

# Of a topic without a name. An account that has either of them keeps it (topic_name.py).
OF_SECURITY_GROUPS = "security_group_changes_topic"
OF_SEVERAL_CONTROLS = "cis_monitoring_topic"


class MalformedRequest(ValueError):
    """A control that does not exist, or an entry of `overrides` with an unknown name or a value of the wrong kind."""


@dataclass(frozen=True)
class Wanted:
    """What one control is to have. The alarm is that of the benchmark's remediation, but for what was overridden."""

    control: Control
    filter_name: str
    metric_name: str
    alarm_name: str
    metric_namespace: str = "CISBenchmark"
    topic_arn: str | None = None  # of an existing topic, in place of the one for all controls
    threshold: float = 1.0
    period: int = 300  # seconds
    evaluation_periods: int = 1
    description: str | None = None  # None is ours; '' leaves it as it is
    enabled: bool = True  # False leaves the control out
    # Where the control builds on an existing path (existing.py): the filters that it lacks, by name; whether an alarm
    # is added; the patterns of the filters that write to its metric already; and the unit that they write in.
    filters: Mapping[str, str] | None = None
    has_alarm: bool = True
    counted: tuple[str, ...] = ()
    unit: str | None = None  # that the filters write in

    @property
    def filter_names(self) -> frozenset[str]:
        """The names of all filters that the control may have, requested or not."""
        return frozenset(self.filter_name + one.suffix for one in self.control.filters)

    def patterns(self, benchmarks: Iterable[str], present: Iterable[str] = ()) -> Mapping[str, str]:
        """The patterns that satisfy the benchmarks, by the name of their filter; {} if none of them has it.

        `present` are those of filters that write to the metric already.
        """
        if self.filters is not None:
            return self.filters
        return {self.filter_name + one.suffix: one.text for one in self.control.filters_for(benchmarks, present)}

    @property
    def log_alarm_name(self) -> str:
        """The name of the control's log alarm, whatever path it goes with, so that it is found again by it."""
        return f"{self.alarm_name}_log"

    @property
    def metric(self) -> tuple[str, str]:
        """Namespace and name of the metric."""
        return self.metric_namespace, self.metric_name

    @property
    def metric_beside_others(self) -> tuple[str, str]:
        """Namespace and name of the metric where filters of others write to the usual one."""
        return self.metric_namespace, f"{self.metric_name}_aws_cis"


@dataclass(frozen=True)
class Desired:
    """The options of cis_monitoring_plan."""

    state: str
    benchmarks: tuple[str, ...]
    wanted: tuple[Wanted, ...]  # one for each control
    not_chosen: tuple[Wanted, ...] = ()  # other controls that have an override
    existing: str = "ignore"  # or reuse
    also_notified: tuple[str, ...] = ()  # existing topics that get the subscriptions, besides the one for all controls
    left_out: tuple[str, ...] = ()  # the controls of `all` that no requested benchmark has
    log_group_name: str | None = None
    topic_name: str | None = None  # None if the topic is given by its ARN
    other_topic_name: str | None = None  # the default name that an earlier run may have used, unless one is given
    topic_arn: str | None = None
    topic_display_name: str | None = None
    subscriptions: tuple[Subscriber, ...] = ()
    tags: Mapping[str, str] | None = None
    kms_key_id: str | None = None
    update_key_policy: bool = False
    organization_id: str | None = None
    log_alarms: bool = False
    log_alarms_role: str | None = None  # name or ARN of the role that runs their queries and reads the records

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, Any]) -> Desired:
        """What the options say; an empty text is one that was not given. Raises MalformedRequest."""
        given = {name: value for name, value in parameters.items() if value not in (None, "")}
        options = {**DEFAULTS, **given}
        topic_arn = options.get("topic_arn")
        subscriptions = (
            Subscriber.of(one["protocol"], one["endpoint"], position, one.get("raw_message_delivery"))
            for position, one in enumerate(options["subscriptions"])
        )
        numbered_by = [] if options["benchmarks"] == DEFAULTS["benchmarks"] else options["benchmarks"]
        try:
            controls = names_of(options["controls"], numbered_by)
        except ValueError as error:
            raise MalformedRequest(str(error)) from error
        left_out = _lacking(options) if ALL in controls and options["state"] == "present" else ()
        every = tuple(_wanted(controls, options.get("overrides") or {}, options["metric_namespace"]))
        wanted = tuple(one for one in every if ALL in controls or one.control.name in controls)
        chosen = tuple(one for one in wanted if one.enabled and one.control.name not in left_out)
        names = {one.control.name for one in chosen}
        topic_names = () if topic_arn else _topic_names(options, chosen)
        return cls(
            state=options["state"],
            benchmarks=tuple(options["benchmarks"]),
            wanted=chosen,
            not_chosen=tuple(one for one in every if one.control.name not in names),
            existing=options["existing"],
            left_out=left_out,
            log_group_name=options.get("log_group_name"),
            topic_name=next(iter(topic_names), None),
            other_topic_name=topic_names[1] if len(topic_names) > 1 else None,
            topic_arn=topic_arn,
            topic_display_name=options.get("topic_display_name"),
            subscriptions=tuple(dict.fromkeys(subscriptions)),
            tags=as_text(options.get("tags")),
            kms_key_id=options.get("kms_key_id"),
            update_key_policy=bool(options["update_key_policy"]),
            organization_id=options.get("organization_id"),
            log_alarms=bool(options["log_alarms"]),
            log_alarms_role=options.get("log_alarms_role"),
        )

    def judging_benchmark(self, control: Control) -> str:
        """The benchmark to judge a control by: the newest requested CIS version, since it is the strictest."""
        having = [benchmark for benchmark in CIS_BENCHMARKS if benchmark in control.ids]
        asked_for = [benchmark for benchmark in having if benchmark in self.benchmarks]
        return [*having[-1:], *(one for one in having if one == DEFAULT_BENCHMARK), *asked_for][-1]

    @property
    def needs_topic(self) -> bool:
        """Whether an alarm is requested that notifies the topic for all controls."""
        return any(one.has_alarm and not one.topic_arn for one in self.wanted)

    @property
    def alarm_names(self) -> frozenset[str]:
        """The names of all alarms that are requested, or are to be removed."""
        names = frozenset(one.alarm_name for one in self.wanted)
        if not self.log_alarms and self.state == "present":
            return names
        return names | {one.log_alarm_name for one in self.wanted}

    @property
    def filter_names(self) -> frozenset[str]:
        """The names of all filters that may be requested."""
        return frozenset(name for one in self.wanted for name in one.filter_names)

    def topic_arn_in(self, account: Account, region: str) -> str | None:
        """The topic's ARN: the one given, or the one that the topic named has, or will have, in the region."""
        if self.topic_arn or not self.topic_name:
            return self.topic_arn
        return self._arn_of(self.topic_name, account, region)

    def other_topic_arn_in(self, account: Account, region: str) -> str | None:
        """The ARN of the topic that an earlier run may have made in the region."""
        return self._arn_of(self.other_topic_name, account, region) if self.other_topic_name else None

    @staticmethod
    def _arn_of(topic_name: str, account: Account, region: str) -> str:
        return str(Arn(account.partition, "sns", region, account.id, topic_name))


def _topic_names(options: Mapping[str, Any], chosen: Sequence[Wanted]) -> tuple[str, ...]:
    """The topic's name, and the default name that an earlier run may have used."""
    if "topic_name" in options:
        return (options["topic_name"],)
    if any(one.control != SECURITY_GROUP_CHANGES for one in chosen):
        return OF_SEVERAL_CONTROLS, OF_SECURITY_GROUPS
    # To be removed with its last alarm, whatever was set up with that.
    removed_too = (OF_SEVERAL_CONTROLS,) if options["state"] == "absent" else ()
    return (OF_SECURITY_GROUPS, *removed_too)


def _lacking(options: Mapping[str, Any]) -> tuple[str, ...]:
    """The controls that neither a benchmark nor a requested auditor has."""
    return tuple(name for name, control in CONTROLS.items() if not control.filters_for(options["benchmarks"]))


def _wanted(controls: Sequence[str], overrides: Mapping[str, Any], metric_namespace: str) -> Iterator[Wanted]:
    """What the controls are to have, and those that only have an override."""
    for name in overrides:
        if name not in CONTROLS:
            raise MalformedRequest(f"overrides: {unknown_control(name)}")
    names = CONTROLS if ALL in controls else dict.fromkeys([*controls, *overrides])
    for name in names:
        names_of_benchmark = {**default_names(CONTROLS[name]), "metric_namespace": metric_namespace}
        yield Wanted(**{**names_of_benchmark, **_overridden(name, overrides.get(name))})


def default_names(control: Control) -> dict[str, Any]:
    """The control, and the benchmark's own names of its filter, metric and alarm."""
    return {
        "control": control,
        "filter_name": control.metric_name,
        "metric_name": control.metric_name,
        "alarm_name": control.alarm_name,
    }


def _boolean(value: Any) -> bool:
    """As Ansible reads one. Raises ValueError."""
    text = str(value).lower()
    if text not in _BOOLEANS:
        raise ValueError(text)
    return _BOOLEANS[text]


_BOOLEANS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}

OVERRIDES: Mapping[str, Callable[[Any], Any]] = {
    "enabled": _boolean,
    "filter_name": str,
    "metric_name": str,
    "alarm_name": str,
    "topic_arn": str,
    "threshold": float,
    "period": int,
    "evaluation_periods": int,
    "description": str,
}
"""What may be said of a single control, and how it is read."""
_KINDS: Mapping[Callable[[Any], Any], str] = {_boolean: "not a boolean"}


def _overridden(control: str, options: Any) -> dict[str, Any]:
    """The values of one control's entry in `overrides`. Raises MalformedRequest."""
    if options is not None and not isinstance(options, Mapping):
        raise MalformedRequest(f"overrides of {control} is {options!r}, but it must be a dictionary of options.")
    values: dict[str, Any] = {}
    for option, value in (options or {}).items():
        if option not in OVERRIDES:
            known = ", ".join(OVERRIDES)
            raise MalformedRequest(
                f"overrides of {control} has the unknown option {option!r}. The options are {known}."
            )
        if value is None or (value == "" and option != "description"):
            continue
        read = OVERRIDES[option]
        try:
            values[option] = read(value)
        except (TypeError, ValueError):
            fault = _KINDS.get(read, "not a number")
            raise MalformedRequest(f"{option} in overrides of {control} is {value!r}, which is {fault}.") from None
    return values


def as_text(tags: Mapping[Any, Any] | None) -> Mapping[str, str] | None:
    """The tags as the modules of amazon.aws write them: everything as text, None and booleans too."""
    return None if tags is None else {str(key): str(value) for key, value in tags.items()}
