# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter patterns that would be installed for a control. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from .._controls import Control


def installed_patterns(control: Control, benchmarks: Iterable[str]) -> tuple[str, ...]:
    """Return the patterns of the filters for those benchmarks that have the control; () if none has.

    Raises ValueError where no filters satisfy all of them.
    """
    return tuple(one.text for one in control.filters_for(benchmarks))
