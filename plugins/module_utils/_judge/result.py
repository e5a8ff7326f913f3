# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdicts on an account as our modules return them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Gap, Observation, Trail
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.trails import lacks
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge import evidence
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.findings import PASS
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import COMPLIANT, Verdict


def result_of(observation: Observation, verdicts: Sequence[Verdict], findings_only: bool = False) -> dict[str, Any]:
    """What cis_monitoring_info returns, but for `changed` and `left_out`."""
    account = observation.account
    controls = [verdict.as_dict() for verdict in verdicts]
    return {
        "account": {"id": account.id, "partition": account.partition, "region": account.region},
        "read_at": observation.read_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "summary": _summary(account.id, verdicts),
        "compliant": all(verdict.verdict == COMPLIANT for verdict in verdicts),
        "trails": _trails(observation),
        "controls": [findings_of(control) for control in controls] if findings_only else controls,
        "evidence": evidence.of(verdict.path for verdict in verdicts),
    }


def findings_of(control: Mapping[str, Any]) -> dict[str, Any]:
    """An entry of `controls` without the details of what is well, which ten thousand accounts need not carry along.

    An entry that has only findings stays as it is.
    """
    return {
        **control,
        "links": [_finding_of(link) for link in control["links"]],
        "other_paths": [] if control["verdict"] == COMPLIANT else control["other_paths"],
        "cases": [case for case in control["cases"] if case["coverage"] != "full"],
        "standards": [_unexplained(one, control["reason"]) for one in control["standards"] if one["status"] != PASS],
        "other_auditors": [one for one in control["other_auditors"] if one["differs"]],
    }


def _finding_of(link: Mapping[str, Any]) -> dict[str, Any]:
    if link["status"] == PASS:
        return {key: link[key] for key in ("link", "status", "code", "resource")}
    return dict(link)


def _unexplained(standard: Mapping[str, Any], reason: str) -> dict[str, Any]:
    """The standard, without what it says if that is the control's own reason."""
    return {key: value for key, value in standard.items() if key != "why" or value != reason}


def _summary(account_id: str, verdicts: Sequence[Verdict]) -> str:
    """The verdict and its reason; of several controls those that are not compliant, with what they share said once."""
    if len(verdicts) == 1:
        return f"Account {account_id}: {_spaced(verdicts[0].verdict)}. {verdicts[0].reason}"
    compliant = sum(verdict.verdict == COMPLIANT for verdict in verdicts)
    said = [f"Account {account_id}: {compliant} of {len(verdicts)} controls are compliant."]
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
