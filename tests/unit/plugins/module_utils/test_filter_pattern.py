# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter patterns: which log messages they match."""

from __future__ import annotations

from ansible_collections.aws_cis.monitoring.plugins.module_utils import filter_pattern


def test_matches_text_and_decoded_events() -> None:
    pattern = filter_pattern.parse("{ ($.eventName = CreateSecurityGroup) || ($.eventName = DeleteSecurityGroup) }")
    assert pattern.matches({"eventName": "DeleteSecurityGroup"})
    assert pattern.matches('{"eventName": "CreateSecurityGroup"}')
    assert not pattern.matches("eventName CreateSecurityGroup")
