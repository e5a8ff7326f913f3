# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Validates the variables of the playbooks, as playbooks/vars/argument_specs.yml describes them, for each host."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

PREFIX = "cis_monitoring_"
_OVERRIDES = PREFIX + "overrides"
_ROOT = Path(__file__).parents[2]
_SPECIFIED = ("type", "elements", "choices", "default", "required", "options")


@dataclass(frozen=True)
class OneControl:
    """A role for a single control: how its variables begin, and those of them that are overrides of that control."""

    role: str
    control: str
    names: frozenset[str]

    @property
    def prefix(self) -> str:
        return f"{self.role}_"

    def as_overrides(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The variables, with the names that the role has for one control among the overrides, which win."""
        rest = {name: value for name, value in given.items() if name not in self.names}
        named = {name.removeprefix(self.prefix): given[name] for name in sorted(self.names & given.keys())}
        overrides = rest.get(_OVERRIDES) or {}
        if not named or not isinstance(overrides, Mapping):  # what is wrong is told by whoever reads it
            return rest
        own = overrides.get(self.control) or {}
        return {**rest, _OVERRIDES: {**overrides, self.control: {**named, **own} if isinstance(own, Mapping) else own}}


@dataclass(frozen=True)
class Playbook:
    """What a playbook can be told.

    `options` are described as Ansible describes those of a role. `one_control` is the role for a single control, whose
    variables are taken too, None if there is none. `known` are the names of all playbooks' variables and results,
    `renamed` the names that an older version had, and the new ones.
    """

    name: str
    description: str
    options: Mapping[str, Mapping[str, Any]]
    one_control: OneControl | None
    known: frozenset[str]
    renamed: Mapping[str, str]

    def reads(self, name: str) -> bool:
        """Whether a variable concerns the playbook, be it that its name is wrong."""
        return name.startswith(PREFIX) or name in self.renamed or bool(self._by_role(name))

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the value of each variable, without the prefix and with the defaults: None for what has none.

        `given` are the variables of a host that the playbook reads. Raises ValueError with all that is wrong with them.
        """
        if self.one_control:
            given = self.one_control.as_overrides(given)
        told = {self._by_role(name) or name: name for name in sorted(given, reverse=True)}  # the playbooks' own win
        names = {option: told.get(option, option) for option in self.options}
        validator = ArgumentSpecValidator({names[option]: _specified(told) for option, told in self.options.items()})
        result = validator.validate({name: given[name] for name in names.values() if name in given})
        faults = [*self._misnamed(given), *result.error_messages]
        if faults:
            raise ValueError("; ".join(faults))
        return {option.removeprefix(PREFIX): result.validated_parameters.get(name) for option, name in names.items()}

    def _by_role(self, name: str) -> str:
        """The playbooks' name of a variable of the role for one control, '' if it is none."""
        if not self.one_control or not name.startswith(self.one_control.prefix):
            return ""
        if name in self.one_control.names:
            return _OVERRIDES
        option = PREFIX + name.removeprefix(self.one_control.prefix)
        return option if option in self.options else ""

    def _misnamed(self, given: Mapping[str, Any]) -> Iterator[str]:
        for old, new in self.renamed.items():
            if old in given and new not in given:
                yield f"{old} is called {new} now (if {old} is meant for something else, set {new} as well)"
        for name in given:
            if name.startswith(PREFIX) and name not in self.known:
                near = difflib.get_close_matches(name, self.known, n=1)
                yield f"{name} is no variable of these playbooks" + (f"; is {near[0]} meant?" if near else "")


@cache
def playbooks() -> dict[str, Playbook]:
    """Return the playbooks by their names."""
    written = yaml.safe_load((_ROOT / "playbooks" / "vars" / "argument_specs.yml").read_text(encoding="utf-8"))
    options = {
        name: {**one["options"], **(_of_role(one["role"]) if "role" in one else {})}
        for name, one in written["argument_specs"].items()
    }
    known = frozenset(written["results"]).union(*options.values())
    return {
        name: Playbook(
            name=name,
            description=one["short_description"],
            options=options[name],
            one_control=_one_control(**one["one_control"], options=options[name]) if "one_control" in one else None,
            known=known,
            renamed={old: new for old, new in written["renamed"].items() if new in options[name]},
        )
        for name, one in written["argument_specs"].items()
    }


def _of_role(role: str) -> dict[str, Any]:
    text = (_ROOT / "roles" / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8")
    options: dict[str, Any] = yaml.safe_load(text)["argument_specs"]["main"]["options"]
    return options


def _one_control(role: str, control: str, options: Mapping[str, Any]) -> OneControl:
    return OneControl(
        role,
        control,
        frozenset(name for name in _of_role(role) if PREFIX + name.removeprefix(f"{role}_") not in options),
    )


def _specified(option: Mapping[str, Any]) -> dict[str, Any]:
    """What Ansible's validator knows of an option's description."""
    told = {key: option[key] for key in _SPECIFIED if key in option}
    if "options" in told:
        told["options"] = {name: _specified(one) for name, one in told["options"].items()}
    return told
