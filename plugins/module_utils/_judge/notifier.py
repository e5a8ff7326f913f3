# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who acts on ALARM: the alarm itself, or a composite alarm that watches it; and does it act? Pure.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from .._account import alarm_rule
from .._account.alarm_rule import ALARM, INSUFFICIENT_DATA, OK, STATES, AlarmRuleError, Outcomes
from .._account.arn import Arn
from .._account.observation import ActionResult, Alarm, Gap, MuteRule
from .findings import FAIL, UNKNOWN, WARN, Finding, unread

_SURELY: Outcomes = frozenset((True,))
_NEVER: Outcomes = frozenset((False,))
_UNSURE = _SURELY | _NEVER


@dataclass(frozen=True)
class Notifier:
    """The alarm whose actions notify; is it in ALARM before the metric alarm is, and after?"""

    alarm: Alarm
    before: Outcomes = _NEVER
    after: Outcomes = _SURELY


def notifiers_of(alarm: Alarm, others: Iterable[Alarm]) -> tuple[Notifier, ...]:
    """The alarm itself and the composite alarms that watch it, directly or through another composite alarm."""
    composites = [other for other in others if other.rule is not None]
    found = [alarm]
    for watched in found:  # it grows
        found.extend(one for one in composites if one not in found and _watches(one, watched))
    rules = _Rules(alarm, composites)
    return (Notifier(alarm), *(Notifier(one, rules.quiet(one), rules.outcomes(one, ALARM)) for one in found[1:]))


def _watches(composite: Alarm, alarm: Alarm) -> bool:
    return bool({alarm.name, alarm.arn} & alarm_rule.alarms_in(composite.rule or ""))


class _Rules:
    """The composite alarms of a region, and what they come to with the state of one metric alarm."""

    def __init__(self, alarm: Alarm, composites: Iterable[Alarm]) -> None:
        self._alarm = alarm
        self._composites: Mapping[str, Alarm] = {
            spelling: one for one in composites for spelling in (one.name, one.arn)
        }

    def quiet(self, composite: Alarm) -> Outcomes:
        """Whether the composite alarm is in ALARM between changes.

        Then a metric alarm that takes missing data for good is in OK; any other may lack data, too.
        """
        states = (OK,) if self._alarm.treat_missing_data == "notBreaching" else (OK, INSUFFICIENT_DATA)
        each = [self.outcomes(composite, state) for state in states]
        return _SURELY if _SURELY in each else frozenset().union(*each)

    def outcomes(self, composite: Alarm, state: str, above: frozenset[str] = frozenset()) -> Outcomes:
        """Whether the composite alarm is in ALARM while the metric alarm is in the state and all others in any.

        `above` are the composite alarms that are being worked out: AWS does not say what a circle of them comes to.
        """
        if composite.arn in above:
            return _UNSURE
        try:
            rule = alarm_rule.parse(composite.rule or "")
        except AlarmRuleError:
            return _UNSURE
        return rule.outcomes(lambda name: self._states(name, state, above | {composite.arn}))

    def _states(self, name: str, state: str, above: frozenset[str]) -> frozenset[str]:
        if name in (self._alarm.name, self._alarm.arn):
            return frozenset((state,))
        composite = self._composites.get(name)
        outcomes = self.outcomes(composite, state, above) if composite else _UNSURE
        if outcomes == _UNSURE:
            return frozenset(STATES)
        return frozenset((ALARM,)) if outcomes == _SURELY else frozenset((OK, INSUFFICIENT_DATA))


def topics_of(notifier: Notifier) -> tuple[str, ...]:
    """The SNS topics among the actions; a Lambda function, an EC2 or a Systems Manager action is none."""
    actions = dict.fromkeys(notifier.alarm.alarm_actions)
    return tuple(action for action in actions if Arn.parse(action).service == "sns")


def judge_notifier(
    notifier: Notifier, topic_arn: str | None, mute_rules: Iterable[MuteRule] | Gap
) -> Iterator[Finding]:
    """Whether the alarm notifies a topic when it goes into ALARM."""
    yield from _actions(notifier.alarm, topic_arn)
    yield from _rule(notifier)
    yield from _suppression(notifier.alarm)
    yield from _muting(notifier.alarm, mute_rules)
    yield from _history(notifier.alarm, topic_arn)


def _rule(notifier: Notifier) -> Iterator[Finding]:
    """Whether a composite alarm goes into ALARM when the metric alarm does, whatever state the other alarms are in."""
    alarm, before, after = notifier.alarm, notifier.before, notifier.after
    subject = f"Composite alarm {alarm.name} notifies by the rule {alarm.rule}"
    fix = "Configure an action on the metric alarm, or on a composite alarm with the rule ALARM(its name)."
    if after == _SURELY == before:
        detail = f"{subject}, which is also true without a change, so it stays in ALARM and never notifies."
        yield Finding(FAIL, "ALARM_COMPOSITE_RULE", detail, fix)
    elif after == _NEVER == before:
        yield Finding(FAIL, "ALARM_COMPOSITE_RULE", f"{subject}, which is never true.", fix)
    elif after == _NEVER:
        detail = f"{subject}, which is true after the metric alarm leaves ALARM and not while it is in ALARM."
        yield Finding(UNKNOWN, "ALARM_WITHOUT_ACTION", detail, fix)
    elif after == _UNSURE:
        detail = f"{subject}, and this audit can't determine whether it follows every change."
        yield Finding(UNKNOWN, "ALARM_WITHOUT_ACTION", detail, fix)
    elif before == _UNSURE:
        detail = f"{subject}, so while another alarm keeps it in ALARM, a change does not notify."
        yield Finding(WARN, "ALARM_COMPOSITE_RULE", detail, fix)


def _actions(alarm: Alarm, topic_arn: str | None) -> Iterator[Finding]:
    if not alarm.actions_enabled:
        yield Finding(
            FAIL,
            "ALARM_ACTIONS_DISABLED",
            f"The actions of alarm {alarm.name} are disabled, so it notifies no SNS topic.",
            f"Enable the actions of alarm {alarm.name}.",
        )
    if topic_arn is not None:
        return
    if alarm.alarm_actions:
        why = f"only actions that are no SNS topic ({', '.join(alarm.alarm_actions)})"
    elif alarm.ok_actions or alarm.insufficient_data_actions:
        why = "actions only for states other than ALARM"
    else:
        why = "no action"
    yield Finding(
        FAIL,
        "ALARM_WITHOUT_ACTION",
        f"Alarm {alarm.name} has {why}, so it notifies no SNS topic when it goes into ALARM.",
        f"Configure an SNS topic as alarm action of alarm {alarm.name}.",
    )


def _suppression(alarm: Alarm) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Composite_Alarm.html#Composite_Alarm_Suppression"""
    if alarm.suppressor is None:
        return
    now = alarm.suppressed_by is not None
    does = "now suppresses" if now else "can suppress"
    yield Finding(
        FAIL if now else WARN,
        "ALARM_MUTED",
        f"Alarm {alarm.suppressor} {does} the actions of composite alarm {alarm.name}.",
        f"Remove the actions suppressor from composite alarm {alarm.name}.",
    )


def _muting(alarm: Alarm, mute_rules: Iterable[MuteRule] | Gap) -> Iterator[Finding]:
    if isinstance(mute_rules, Gap):
        yield unread(mute_rules)
        return
    for rule in mute_rules:
        if alarm.name not in rule.alarm_names or rule.status == "EXPIRED":
            continue
        if rule.status == "ACTIVE":
            detail = f"Mute rule {rule.name} mutes alarm {alarm.name} now."
            yield Finding(FAIL, "ALARM_MUTED", detail, f"Remove alarm {alarm.name} from mute rule {rule.name}.")
        else:
            detail = f"Mute rule {rule.name} will mute alarm {alarm.name} ({rule.schedule}, for {rule.duration})."
            yield Finding(WARN, "ALARM_MUTED", detail, f"Remove alarm {alarm.name} from mute rule {rule.name}.")


def _history(alarm: Alarm, topic_arn: str | None) -> Iterator[Finding]:
    """What became of the last message. The cause may be gone since, so a failure is a warning here.

    CloudWatch reports nowhere else that SNS refused a message.
    """
    if isinstance(alarm.history, Gap):
        yield unread(alarm.history)
        return
    last = last_result(alarm, topic_arn)
    if last is not None and not last.succeeded:
        yield Finding(
            WARN,
            "ALARM_ACTION_FAILED",
            f"The last notification of alarm {alarm.name}, on {last.at:%Y-%m-%d %H:%M} UTC, failed: {last.detail}",
            "Fix the cause if it persists, then run the drill.",
        )


def last_result(alarm: Alarm, topic_arn: str | None) -> ActionResult | None:
    """The latest result of notifying the topic, as far as the history was read."""
    if isinstance(alarm.history, Gap):
        return None
    results = [result for result in alarm.history if result.action == topic_arn]
    return max(results, key=lambda result: result.at, default=None)
