# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which controls a user means by names and numbers. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Any

from . import BENCHMARKS, CONTROLS, DEFAULT_BENCHMARK, SECURITY_GROUP_CHANGES, Control

ALL = "all"
CONTROLS_OPTION: dict[str, Any] = {
    "type": "list",
    "elements": "str",
    "default": [SECURITY_GROUP_CHANGES.name],
}
"""The option `controls` of each module, for its argument specification."""

BENCHMARK_OPTION: dict[str, Any] = {
    "type": "list",
    "elements": "str",
    "choices": list(BENCHMARKS),
    "default": [DEFAULT_BENCHMARK],
}
"""The option `benchmark` of each module that judges: a single one or several, of which the worst verdict counts."""


def names_of(given: Iterable[str], benchmarks: Sequence[str] = ()) -> list[str]:
    """The controls' names, or `all`, for names and numbers such as 5.10 and CloudWatch.10, each once.

    A number is that of one of the benchmarks, or of any benchmark if only the default one or none is given. Raises
    ValueError for what is neither, and for a number that may mean two controls.
    """
    return list(dict.fromkeys(_name_of(str(one).strip(), benchmarks) for one in given))


def _name_of(given: str, benchmarks: Sequence[str]) -> str:
    if given == ALL or given in CONTROLS:
        return given
    meant = _numbered(given, BENCHMARKS)
    if not meant:
        raise ValueError(unknown_control(given))
    whole = _numbered(f"{given}0", BENCHMARKS) if given[0].isdigit() else {}
    if whole:
        raise ValueError(
            f"{given} is ambiguous, since YAML reads the number {given}0 as {given}. "
            f"Write {next(iter(meant))}, or '{given}0' in quotes for {next(iter(whole))}."
        )
    asked = [one for one in benchmarks if one in BENCHMARKS and list(benchmarks) != [DEFAULT_BENCHMARK]]
    names = _numbered(given, asked or BENCHMARKS)
    if len(names) != 1:
        others = ", ".join(f"{name} in {', '.join(having)}" for name, having in meant.items())
        raise ValueError(
            f"{given} is not a number of a control in {', '.join(asked)}, but of {others}. Write the control's name."
        )
    return next(iter(names))


def _numbered(number: str, benchmarks: Sequence[str]) -> dict[str, list[str]]:
    """The controls that have the number, with those of the benchmarks that give it to them."""
    having = {
        name: [one for one in benchmarks if one in control.ids and control.ids[one].lower() == number.lower()]
        for name, control in CONTROLS.items()
    }
    return {name: found for name, found in having.items() if found}


def unknown_control(name: str) -> str:
    """The message for a name that no control has."""
    near = difflib.get_close_matches(name.lower(), CONTROLS, n=1)
    instead = f"Did you mean {near[0]}?" if near else f"The controls are {', '.join(CONTROLS)}."
    return f"Unknown control {name!r}. {instead}"


def named_controls(names: Iterable[str], benchmarks: Sequence[str] = ()) -> list[Control]:
    """The controls of the names and numbers, each once, in the catalogue's order.

    Raises ValueError for no name and as names_of does.
    """
    wanted = set(names_of(names, benchmarks))
    if not wanted:
        raise ValueError(f"controls is empty. Name at least one control, or {ALL}.")
    return [control for name, control in CONTROLS.items() if name in wanted or ALL in wanted]


def chosen_controls(names: Iterable[str], benchmarks: Sequence[str]) -> tuple[list[Control], list[str]]:
    """The controls of the names, as named_controls has them; and those of `all` that none of the benchmarks has.

    Raises ValueError as named_controls does, and where one is named that the benchmarks lack.
    """
    wanted = names_of(names, benchmarks)
    named = named_controls(wanted)
    without = [control.name for control in named if not any(one in control.ids for one in benchmarks)]
    if lacking := [name for name in without if name in wanted]:
        raise ValueError(
            f"Benchmark {', '.join(benchmarks)} does not have the control {', '.join(lacking)}. "
            f"Choose another benchmark, or {ALL} for the controls that it has."
        )
    return [control for control in named if control.name not in without], without
