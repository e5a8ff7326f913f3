# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which controls a user means, of those that the fragment _controls of the documentation names. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from . import BENCHMARKS, CONTROLS, DEFAULT_BENCHMARK, SECURITY_GROUP_CHANGES, Control

ALL = "all"
CONTROLS_OPTION: dict[str, Any] = {
    "type": "list",
    "elements": "str",
    "choices": [*CONTROLS, ALL],
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


def named_controls(names: Iterable[str]) -> list[Control]:
    """The controls of the names, each once, in the catalogue's order. Raises ValueError for no name."""
    wanted = set(names)
    if not wanted:
        raise ValueError(f"controls is empty. Name at least one control, or {ALL}.")
    return [control for name, control in CONTROLS.items() if name in wanted or ALL in wanted]


def chosen_controls(names: Iterable[str], benchmarks: Sequence[str]) -> tuple[list[Control], list[str]]:
    """The controls of the names, as named_controls has them; and those of `all` that none of the benchmarks has.

    Raises ValueError as named_controls does, and where one is named that the benchmarks lack.
    """
    wanted = set(names)
    named = named_controls(wanted)
    without = [control.name for control in named if not any(one in control.ids for one in benchmarks)]
    if lacking := [name for name in without if name in wanted]:
        raise ValueError(
            f"Benchmark {', '.join(benchmarks)} does not have the control {', '.join(lacking)}. "
            f"Choose another benchmark, or {ALL} for the controls that it has."
        )
    return [control for control in named if control.name not in without], without
