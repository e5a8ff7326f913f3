# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of the playbooks, as playbooks/vars/argument_specs.yml describes them, and the values of a host."""

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
_ROOT = Path(__file__).parents[2]
_SPECIFIED = ("type", "elements", "choices", "default", "required", "options")


@dataclass(frozen=True)
class Playbook:
    """What a playbook can be told.

    `options` are described as Ansible describes those of a role. `role_prefix` is how the names of its role begin,
    which are taken too, '' if it has none. `known` are the names of all playbooks' variables and results, `renamed` the
    names that an older version had, and the new ones.
    """

    name: str
    description: str
    options: Mapping[str, Mapping[str, Any]]
    role_prefix: str
    known: frozenset[str]
    renamed: Mapping[str, str]

    def reads(self, name: str) -> bool:
        """Whether a variable concerns the playbook, be it that its name is wrong."""
        return name.startswith(PREFIX) or name in self.renamed or bool(self._by_role(name))

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the value of each variable, without the prefix and with the defaults: None for what has none.

        `given` are the variables of a host that the playbook reads. Raises ValueError with all that is wrong with them.
        """
        told = {self._by_role(name) or name: name for name in sorted(given, reverse=True)}  # the playbooks' own win
        names = {option: told.get(option, option) for option in self.options}
        validator = ArgumentSpecValidator({names[option]: _specified(told) for option, told in self.options.items()})
        result = validator.validate({name: given[name] for name in names.values() if name in given})
        faults = [*self._misnamed(given), *result.error_messages]
        if faults:
            raise ValueError("; ".join(faults))
        return {option.removeprefix(PREFIX): result.validated_parameters.get(name) for option, name in names.items()}

    def _by_role(self, name: str) -> str:
        """The playbooks' name of a variable of the role, '' if it is none."""
        option = PREFIX + name.removeprefix(self.role_prefix)
        return option if self.role_prefix and name.startswith(self.role_prefix) and option in self.options else ""

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
    options = {name: {**one["options"], **_of_role(one.get("role"))} for name, one in written["argument_specs"].items()}
    known = frozenset(written["results"]).union(*options.values())
    return {
        name: Playbook(
            name=name,
            description=one["short_description"],
            options=options[name],
            role_prefix=f"{one['role']}_" if "role" in one else "",
            known=known,
            renamed={old: new for old, new in written["renamed"].items() if new in options[name]},
        )
        for name, one in written["argument_specs"].items()
    }


def _of_role(role: str | None) -> dict[str, Any]:
    """The options of a role, by the names that the playbooks give them."""
    if not role:
        return {}
    text = (_ROOT / "roles" / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8")
    options: dict[str, Any] = yaml.safe_load(text.replace(f"{role}_", PREFIX))["argument_specs"]["main"]["options"]
    return options


def _specified(option: Mapping[str, Any]) -> dict[str, Any]:
    """What Ansible's validator knows of an option's description."""
    told = {key: option[key] for key in _SPECIFIED if key in option}
    if "options" in told:
        told["options"] = {name: _specified(one) for name, one in told["options"].items()}
    return told
