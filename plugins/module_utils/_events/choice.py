# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which controls a user means, and what would be installed for them. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS, Control

ALL = "all"


def chosen_controls(names: Iterable[str]) -> tuple[Control, ...]:
    """The controls of these names, each once, or every one for `all`. Raises ValueError for a name that is none."""
    given = tuple(dict.fromkeys(names))
    if unknown := [name for name in given if name != ALL and name not in CONTROLS]:
        raise ValueError(
            f"controls: there is no control {', '.join(unknown)}. There are {', '.join(CONTROLS)}, or all."
        )
    if not given:
        raise ValueError("controls: name one at least, or all.")
    return tuple(CONTROLS.values()) if ALL in given else tuple(CONTROLS[name] for name in given)


def installed_patterns(control: Control, benchmarks: Iterable[str]) -> tuple[str, ...]:
    """The patterns of the filters that satisfy those of the benchmarks that have the control; () if none has.

    Raises ValueError where no filters satisfy all of them.
    """
    return tuple(one.text for one in control.filters_for(benchmarks))
