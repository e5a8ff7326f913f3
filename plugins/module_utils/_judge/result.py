# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdicts on an account as our modules return them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._account.observation import Gap, Observation, Trail
from .._account.trails import lacks
from . import evidence
from .verdict import COMPLIANT, Verdict


def result_of(observation: Observation, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """What cis_monitoring_info returns, but for `changed` and `left_out`."""
    account = observation.account
    return {
        "account": {
            "id": account.id,
            "partition": account.partition,
            "region": account.region,
            "caller_arn": account.caller_arn,
        },
        "read_at": observation.read_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "summary": _summary(account.id, verdicts),
        "compliant": all(verdict.verdict == COMPLIANT for verdict in verdicts),
        "trails": _trails(observation),
        "controls": [verdict.as_dict() for verdict in verdicts],
        "evidence": evidence.of(verdict.path for verdict in verdicts),
    }


def _summary(account_id: str, verdicts: Sequence[Verdict]) -> str:
    """The verdict and its reason; of several controls those that are not compliant, with what they share said once."""
    if len(verdicts) == 1:
        return f"Account {account_id}: {_spaced(verdicts[0].verdict)}. {verdicts[0].reason}"
    compliant = sum(verdict.verdict == COMPLIANT for verdict in verdicts)
    said = [
        f"Account {account_id}: {compliant} of {len(verdicts)} controls {'is' if compliant == 1 else 'are'} compliant."
    ]
    shared: dict[tuple[str, str], list[str]] = {}
    for verdict in verdicts:
        if verdict.verdict != COMPLIANT:
            shared.setdefault((verdict.verdict, verdict.reason), []).append(verdict.control.name)
    said += [f"{', '.join(names)}: {_spaced(verdict)}. {reason}" for (verdict, reason), names in shared.items()]
    return " ".join(said)


def _spaced(verdict: str) -> str:
    return verdict.replace("_", " ")


def _trails(observation: Observation) -> list[dict[str, Any]]:
    if isinstance(observation.trails, Gap):
        return []
    return [_trail(trail, observation.account.id) for trail in observation.trails]


def _trail(trail: Trail, account_id: str) -> dict[str, Any]:
    missing = lacks(trail, account_id)
    return {
        "name": trail.name,
        "arn": trail.arn,
        "home_region": trail.home_region,
        "multi_region": trail.is_multi_region,
        "organization": trail.is_organization,
        "log_group_arn": trail.log_group_arn,
        "qualifies": not missing,
        "lacks": list(missing),
    }
