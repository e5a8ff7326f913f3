# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is worked out once for an account is never another account's, and goes with it."""

from __future__ import annotations

import dataclasses
import gc
import weakref

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Observation
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.once import once
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import judge
from ansible_collections.aws_cis.monitoring.tests.unit.observations import a_trail, all_controls


def test_each_question_is_asked_once_of_each_account() -> None:
    asked = []

    @once
    def ask(observation: Observation, about: str) -> tuple[str, str]:
        asked.append(about)
        return observation.account.id, about

    first, second = all_controls(), all_controls()
    for account in (first, second, first, second):
        assert [ask(account, "a"), ask(account, "b")] == [(account.account.id, "a"), (account.account.id, "b")]
    assert asked == ["a", "b"] * 2


def test_a_changed_account_is_judged_anew() -> None:
    account = all_controls()
    before = [judge(account, control).as_dict() for control in CONTROLS.values()]
    changed = dataclasses.replace(account, trails=(a_trail(is_multi_region=False),))
    assert all(judge(changed, control).links[0].code == "TRAIL_SINGLE_REGION" for control in CONTROLS.values())
    assert [judge(account, control).as_dict() for control in CONTROLS.values()] == before


def test_nothing_keeps_an_account_that_has_been_judged() -> None:
    account = all_controls()
    kept = weakref.ref(account)
    for control in CONTROLS.values():
        judge(account, control)
    del account
    gc.collect()
    assert kept() is None
