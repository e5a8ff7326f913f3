# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What judging finds done already, in a process that many others are forked from. Pure."""

from __future__ import annotations

from .._account.observation import MetricFilter, Transformation
from .._controls import CONTROLS, SECURITY_GROUP_CHANGES, subject
from .._controls.proofs import Budget
from . import collisions, standards
from .filters import FilterReading, read_filter, together
from .result import result_of
from .verdict import judge
from .whole_account import whole_account


def preload() -> None:
    """Read what is installed or prescribed, as in most accounts: what it covers, what else it counts, who finds it.

    The worker that judges an account is forked anew for each, so what is not known before, each finds out again.
    """
    writes = (Transformation(metric_name="", metric_namespace="", metric_value="1"),)
    installed = [one.text for control in CONTROLS.values() for one in control.filters]
    prescribed = [text for control in CONTROLS.values() for one in control.prescriptions.values() for text in one.texts]
    texts = dict.fromkeys([*installed, *prescribed])
    for control in CONTROLS.values():
        standards.numbers(control)
        for search in control.searches.values():
            for text in texts:
                search.finds(text)
        read: dict[str, FilterReading] = {}
        for text in texts:
            if not subject.concerns(text, control.name):
                continue
            (reading,) = read_filter(MetricFilter(name="", pattern=text, transformations=writes), control)
            read[text] = reading
            collisions.notes([reading], control, Budget())
            reading.pattern.work_out()
        together([read[one.text] for one in control.filters], control.all_cases)
    # Python makes code faster that has run before.
    account = whole_account(SECURITY_GROUP_CHANGES)
    result_of(account, [judge(account, SECURITY_GROUP_CHANGES)])
