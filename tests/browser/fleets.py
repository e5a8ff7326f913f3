# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports of fleets of any size, with accounts in the states that fleets have."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report import report as reports
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.accepted import Acceptance
from ansible_collections.aws_cis.monitoring.tests.unit.observations import (
    GROUP_ARN,
    a_filter,
    a_group,
    a_trail,
    all_controls,
    whole_account,
)
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.plugin_utils._report.fleet import fifteen

EVIL = "<img src=x onerror=\"document.body.dataset.evil='ran'\">"
_OWN = "111122223333"
_STATES = {"whole": 10, "bare": 4, "one control": 2, "disabled": 2, "one region": 1, "no trail": 1}
_APPLICATIONS = ("shop", "payments", "search", "data", "logs", "web")


def report_of_fleet(accounts: int) -> dict[str, Any]:
    """Return the report of so many accounts with fifteen controls, the same each time."""
    groups = {name: [f"ou_{name.split('-')[0]}", f"team_{name.split('-')[1]}"] for name in _names(accounts)}
    rule = {"reason": "SEC-123", "accounts": ["sandbox-*"], "code": "ALARM_ACTIONS_DISABLED"}
    return reports.build(
        _results(accounts),
        "2.0.0",
        None,
        Acceptance([rule], {}, date(2026, 11, 29)),
        run=reports.Run(["accounts.yml"], None, groups),
    )


def _names(accounts: int) -> list[str]:
    chance = random.Random(1)
    digits = len(str(accounts))
    return [
        f"{chance.choice(('prod', 'stage', 'dev', 'sandbox'))}-{chance.choice(_APPLICATIONS)}-{number:0{digits}}"
        + (f" {EVIL}" if number == 2 else "")
        for number in range(accounts)
    ]


def _results(accounts: int) -> Iterator[tuple[str, dict[str, Any]]]:
    chance = random.Random(2)
    texts = {state: json.dumps(result) for state, result in _states().items()}
    for number, name in enumerate(_names(accounts)):
        own = f"{220000000000 + number * 7919:012}"
        [state] = chance.choices(list(_STATES), list(_STATES.values()))
        if number == 3:
            yield name, {"failed": True, "msg": f"Could not assume arn:aws:iam::{own}:role/audit: {EVIL}"}
        else:
            yield name, json.loads(texts["bare" if number == 0 else state].replace(_OWN, own))


def _states() -> dict[str, dict[str, Any]]:
    whole = all_controls()
    alarms = {
        region: tuple(replace(alarm, actions_enabled=place != 3) for place, alarm in enumerate(those))
        for region, those in whole.alarms.items()
    }
    observations = {
        "whole": whole,
        "bare": whole_account(log_groups={GROUP_ARN: a_group(a_filter("{ $.a = b }"))}),
        "one control": whole_account(),
        "disabled": all_controls(alarms=alarms),
        "one region": all_controls(trails=(a_trail(is_multi_region=False),)),
        "no trail": all_controls(trails=()),
    }
    return {state: fifteen(_OWN, observation) for state, observation in observations.items()}
