# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which controls a user means."""

from __future__ import annotations

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS, SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.choice import (
    chosen_controls,
    installed_patterns,
)


def test_by_name_each_once_or_all() -> None:
    name = SECURITY_GROUP_CHANGES.name
    assert chosen_controls([name, name]) == (SECURITY_GROUP_CHANGES,)
    assert chosen_controls(["all"]) == chosen_controls([name, "all"]) == tuple(CONTROLS.values())


def test_a_name_that_is_none_is_said_with_those_that_are() -> None:
    with pytest.raises(ValueError, match=r"no control sg_changes.*security_group_changes.*or all"):
        chosen_controls(["sg_changes"])
    with pytest.raises(ValueError, match="name one at least"):
        chosen_controls([])


def test_the_pattern_that_catches_the_most_is_last() -> None:
    six, seven = installed_patterns(SECURITY_GROUP_CHANGES, ["cis_v7_0_0", "security_hub"])
    assert "ModifySecurityGroupRules" in seven
    assert "ModifySecurityGroupRules" not in six
