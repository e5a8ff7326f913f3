# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Validates the variables of the playbooks, as playbooks/vars/argument_specs.yml describes them, for each host."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.yaml import yaml_load  # by libyaml: a tenth of the time

PREFIX = "cis_monitoring_"
_PRESET = "cis_sg_monitoring"
"""The role for one control, whose variables the playbooks do not take."""
_PRESET_CONTROL = "security_group_changes"
_STATE, _OVERRIDES = PREFIX + "state", PREFIX + "overrides"
_BENCHMARK, _BENCHMARKS = PREFIX + "benchmark", PREFIX + "benchmarks"
_ROOT = Path(__file__).parents[2]
_SPECIFIED = ("type", "elements", "choices", "default", "required", "options")


@dataclass(frozen=True)
class Playbook:
    """A playbook and its variables.

    `options` are described as Ansible describes those of a role. `of_preset` are the variables of the role
    cis_sg_monitoring, empty if the playbook does not do what a role does, and `state` is what it does. `known` are the
    names of all variables and results of the playbooks, `renamed` those that an older version had, and the new ones.
    """

    name: str
    description: str
    options: Mapping[str, Mapping[str, Any]]
    of_preset: frozenset[str]
    state: str
    known: frozenset[str]
    renamed: Mapping[str, str]

    def reads(self, name: str) -> bool:
        """Whether a variable concerns the playbook, including one whose name is wrong."""
        return name.startswith(PREFIX) or name in self.renamed or name in self.of_preset

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the value of each variable, without the prefix and with the defaults: None for what has none.

        `given` are the variables of a host that the playbook reads. One that is null or empty text counts as not given,
        since both are what a survey makes of an answer that is left blank. Raises ValueError with all that is wrong.
        """
        blank = {name for name, value in given.items() if value is None or value == ""}
        faults = list(self._misnamed(given))
        given = {name: value for name, value in given.items() if name not in blank}
        validator = ArgumentSpecValidator({name: _specified(option) for name, option in self.options.items()})
        result = validator.validate({name: given[name] for name in self.options if name in given})
        if faults := [*faults, *map(with_expected_form, result.error_messages)]:
            raise ValueError("; ".join(faults))
        values = {name.removeprefix(PREFIX): result.validated_parameters.get(name) for name in self.options}
        if self.judges and _BENCHMARK not in given and given.get(_BENCHMARKS):
            judging = [one for one in values["benchmarks"] if one in self.options[_BENCHMARK]["choices"]]
            values["benchmark"] = judging or values["benchmark"]
        return {**values, "state": self.state} if self.state else values

    @property
    def reads_accounts(self) -> bool:
        """Whether the playbook asks AWS, other than one that only merges reports."""
        return f"{PREFIX}controls" in self.options

    @property
    def judges(self) -> bool:
        """Whether the playbook judges by a benchmark: without one, by those that are to be satisfied."""
        return {_BENCHMARK, _BENCHMARKS} <= self.options.keys()

    def _misnamed(self, given: Mapping[str, Any]) -> Iterator[str]:
        for old, new in self.renamed.items():
            if old in given and new not in given:
                yield f"{old} is now {new} (if {old} is a variable of something else, set {new} as well)"
        for name in given:
            if name in self.of_preset:
                yield from self._of_preset(name, given)
            elif name == _STATE and self.of_preset:
                yield f"{name} is a variable of the roles. Run remediate to set up, teardown to remove"
            elif name == _BENCHMARK and self.of_preset:
                if not given.get(_BENCHMARKS):
                    yield f"{name} is for audit and drill. Set {_BENCHMARKS}: [{given[name]}] for this playbook"
            elif name.startswith(PREFIX) and name not in self.known:
                yield _unknown(name, self.known)

    def _of_preset(self, name: str, given: Mapping[str, Any]) -> Iterator[str]:
        """What to set for a variable of the role cis_sg_monitoring, unless that is set already."""
        option = name.removeprefix(f"{_PRESET}_")
        if option == "state":
            return  # a playbook does what its name says
        ours = PREFIX + option
        if ours in self.options:
            is_set, instead = ours in given, ours
        else:
            overrides = given.get(_OVERRIDES)
            own = overrides.get(_PRESET_CONTROL) if isinstance(overrides, Mapping) else None
            is_set = isinstance(own, Mapping) and option in own
            instead = f"{_OVERRIDES}: {{{_PRESET_CONTROL}: {{{option}: ...}}}}"
        if not is_set:
            yield f"{name} is a variable of the role {_PRESET}. Set {instead} for this playbook"


def unknown_of_roles(variables: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the names of variables that begin like those of the roles.

    A result that a play has registered under such a name is not a variable of theirs.
    """
    known = known_to_roles()
    ours = (name for name in variables if name.startswith((PREFIX, f"{_PRESET}_")) and name not in known)
    wrong = [_unknown(name, known) for name in ours if not _is_result(variables[name])]
    return [one if one.endswith("?") else f"{one}." for one in wrong]


def _is_result(value: Any) -> bool:
    return isinstance(value, Mapping) and "changed" in value


def _unknown(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"Unknown variable {name}" + (f". Did you mean {near[0]}?" if near else "")


def with_expected_form(message: str) -> str:
    """Return what Ansible says of a value of the wrong kind, with the expected form of subscriptions."""
    if "subscriptions" not in message or "convert to dict" not in message:
        return message
    return (
        f"{message.rstrip('.')}. List each subscription as a dictionary, "
        "such as {protocol: email, endpoint: security@example.com}"
    )


@cache
def known_to_roles() -> frozenset[str]:
    """Return the names of all variables and results of the roles and of the playbooks."""
    of_preset = {*_of_role(_PRESET), f"{_PRESET}_before", f"{_PRESET}_after"}
    return next(iter(playbooks().values())).known | of_preset


@cache
def playbooks() -> dict[str, Playbook]:
    """Return the playbooks by their names."""
    written = yaml_load((_ROOT / "playbooks" / "vars" / "argument_specs.yml").read_text(encoding="utf-8"))
    specs: Mapping[str, Mapping[str, Any]] = written["argument_specs"]
    roles = {name: _of_role(one["role"]) if "role" in one else {} for name, one in specs.items()}
    options = {name: {**_but_state(roles[name]), **one["options"]} for name, one in specs.items()}
    known = frozenset(written["results"]).union(*options.values(), *roles.values())
    preset = frozenset(_of_role(_PRESET))
    return {
        name: Playbook(
            name=name,
            description=one["short_description"],
            options=options[name],
            of_preset=preset if roles[name] else frozenset(),
            state=one.get("state", ""),
            known=known,
            renamed={old: new for old, new in written["renamed"].items() if new in options[name]},
        )
        for name, one in specs.items()
    }


def _but_state(options: Mapping[str, Any]) -> dict[str, Any]:
    """The variables of a role that a playbook takes: it has its state by its name."""
    return {name: option for name, option in options.items() if name != _STATE}


def _of_role(role: str) -> dict[str, Any]:
    text = (_ROOT / "roles" / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8")
    options: dict[str, Any] = yaml_load(text)["argument_specs"]["main"]["options"]
    return options


def _specified(option: Mapping[str, Any]) -> dict[str, Any]:
    """What Ansible's validator knows of an option's description."""
    told = {key: option[key] for key in _SPECIFIED if key in option}
    if "options" in told:
        told["options"] = {name: _specified(one) for name, one in told["options"].items()}
    return told
