# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which controls a user means. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS, Control

ALL = "all"


def chosen_controls(names: Iterable[str], benchmark: str) -> tuple[list[Control], list[str]]:
    """The controls of the names, each once, in the catalogue's order; and those of `all` that the benchmark lacks.

    Raises ValueError where nothing is named, or one that the benchmark lacks.
    """
    wanted = set(names)
    if not wanted:
        raise ValueError(f"controls is empty. Name at least one control, or {ALL}.")
    without = [name for name, control in CONTROLS.items() if benchmark not in control.ids]
    if lacking := [name for name in without if name in wanted]:
        raise ValueError(
            f"Benchmark {benchmark} does not have the control {', '.join(lacking)}. Name another benchmark, "
            f"or {ALL} for the controls that it has."
        )
    if ALL in wanted:
        return [control for name, control in CONTROLS.items() if name not in without], without
    return [control for name, control in CONTROLS.items() if name in wanted], []
