# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Works out, before Ansible forks, what every plan finds out about the texts that are installed. Pure."""

from __future__ import annotations

from .._controls import CONTROLS
from .desired import DEFAULTS
from .insights import insights_query
from .metric_filter import pattern_faults


def preload() -> None:
    """Choose and parse the texts for each control and the default benchmarks.

    Each plan of each account is made in a process of its own, which would do the same again.
    """
    for control in CONTROLS.values():
        for one in control.filters_for(DEFAULTS["benchmarks"]):
            pattern_faults(one.text)
            insights_query(one.text)
