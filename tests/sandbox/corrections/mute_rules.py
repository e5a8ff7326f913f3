# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alarm mute rules, which the emulator lacks.

Follows PutAlarmMuteRule, GetAlarmMuteRule, ListAlarmMuteRules and DeleteAlarmMuteRule of the Amazon CloudWatch API
Reference, as far as a rule with a start and a duration goes: here it is active from the moment that it is put.
"""

from __future__ import annotations

import json
import re
from typing import Any

import cbor2
import clock
from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region
from ministack.services import cloudwatch

from corrections.wrap import replace

_rules = AccountRegionScopedDict()


def silences(alarm_name: str) -> bool:
    """Whether a rule of this account and region mutes the alarm now."""
    return any(alarm_name in _targets(rule) for rule in _rules.values())


def _targets(rule: dict[str, Any]) -> list[str]:
    names: list[str] = (rule.get("MuteTargets") or {}).get("AlarmNames", [])
    return names


def apply() -> None:
    """Answer the four calls, in either protocol that botocore speaks with CloudWatch."""
    original = cloudwatch.handle_request

    async def handle_request(method: str, path: str, headers: dict[str, str], body: bytes, query: Any) -> Any:
        operation = re.search(r"(?:/operation/|\.)(\w+)$", headers.get("x-amz-target") or path)
        if not operation or operation.group(1) not in _OPERATIONS:
            return await original(method, path, headers, body, query)
        is_cbor = "smithy-protocol" in headers
        data = (cbor2.loads(body) if is_cbor else json.loads(body)) or {}
        result = _OPERATIONS[operation.group(1)](data)
        if result is None:
            message = f"Mute rule {data['AlarmMuteRuleName']} does not exist."
            return cloudwatch._error("ResourceNotFoundException", message, 404, use_json=not is_cbor, use_cbor=is_cbor)
        if "LastUpdatedTimestamp" in result and is_cbor:
            result["LastUpdatedTimestamp"] = cloudwatch._cbor_timestamp(result["LastUpdatedTimestamp"])
        for rule in result.get("AlarmMuteRuleSummaries", ()) if is_cbor else ():
            rule["LastUpdatedTimestamp"] = cloudwatch._cbor_timestamp(rule["LastUpdatedTimestamp"])
        return cloudwatch._cbor_ok(result) if is_cbor else cloudwatch._json_ok(result)

    replace(cloudwatch, "handle_request", handle_request)


def _put(data: dict[str, Any]) -> dict[str, Any]:
    arn = f"arn:aws:cloudwatch:{get_region()}:{get_account_id()}:alarm-mute-rule:{data['Name']}"
    _rules[data["Name"]] = {
        **data,
        "AlarmMuteRuleArn": arn,
        "Status": "ACTIVE",
        "MuteType": "ONE_TIME",
        "LastUpdatedTimestamp": int(clock.now()),
    }
    return {}


def _get(data: dict[str, Any]) -> dict[str, Any] | None:
    rule = _rules.get(data["AlarmMuteRuleName"])
    return dict(rule) if rule else None


def _list(data: dict[str, Any]) -> dict[str, Any]:
    fields = ("AlarmMuteRuleArn", "Status", "MuteType", "LastUpdatedTimestamp")
    rules = [
        {field: rule[field] for field in fields}
        for rule in _rules.values()
        if not data.get("AlarmName") or data["AlarmName"] in _targets(rule)
    ]
    return {"AlarmMuteRuleSummaries": rules}


def _delete(data: dict[str, Any]) -> dict[str, Any]:
    _rules.pop(data["AlarmMuteRuleName"], None)
    return {}


_OPERATIONS = {
    "PutAlarmMuteRule": _put,
    "GetAlarmMuteRule": _get,
    "ListAlarmMuteRules": _list,
    "DeleteAlarmMuteRule": _delete,
}
