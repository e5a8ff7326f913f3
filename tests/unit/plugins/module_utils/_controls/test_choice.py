# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which controls a user means."""

from __future__ import annotations

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS, SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls.choice import chosen_controls, named_controls


def test_by_name_each_once_or_all() -> None:
    name = SECURITY_GROUP_CHANGES.name
    assert named_controls([name, name]) == [SECURITY_GROUP_CHANGES]
    assert named_controls(["all"]) == named_controls([name, "all"]) == list(CONTROLS.values())


def test_none_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="Name at least one"):
        named_controls([])


def test_what_the_benchmark_lacks_is_left_out_of_all_and_refused_by_name() -> None:
    chosen, left_out = chosen_controls(["all"], ["cis_v1_2_0"])
    assert left_out == ["organizations_changes"]
    assert len(chosen) == len(CONTROLS) - 1
    assert chosen_controls(["all"], ["cis_v1_2_0", "cis_v7_0_0"]) == (list(CONTROLS.values()), [])
    with pytest.raises(ValueError, match="cis_v1_2_0 does not have the control organizations_changes"):
        chosen_controls(["organizations_changes"], ["cis_v1_2_0"])
