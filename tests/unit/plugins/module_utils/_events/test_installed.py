# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What would be installed."""

from __future__ import annotations

from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.installed import installed_patterns


def test_the_pattern_that_catches_the_most_is_last() -> None:
    six, seven = installed_patterns(SECURITY_GROUP_CHANGES, ["cis_v7_0_0", "security_hub"])
    assert "ModifySecurityGroupRules" in seven
    assert "ModifySecurityGroupRules" not in six
