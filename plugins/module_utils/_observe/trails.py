# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read CloudTrail's trails: each one once, its status and selectors from its home region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._account.observation import AdvancedSelector, BasicSelector, EventSelectors, FieldSelector, Trail, TrailStatus
from .reader import Reader, or_gap

_OPERATORS = ("Equals", "StartsWith", "EndsWith", "NotEquals", "NotStartsWith", "NotEndsWith")


@or_gap
def list_trails(reader: Reader, region: str) -> tuple[Mapping[str, Any], ...]:
    """DescribeTrails' entries, each trail once, by name.

    A multi-region trail shows in every region, as a shadow of the one in its home region; organisation trails
    show in every member account. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html
    """
    answer = reader.ask("cloudtrail", "describe_trails", region=region, about="the trails", needs=("trailList",))
    by_arn = {entry["TrailARN"]: entry for entry in answer["trailList"]}
    return tuple(sorted(by_arn.values(), key=lambda entry: (entry["Name"], entry["TrailARN"])))


def read_trail(reader: Reader, entry: Mapping[str, Any]) -> Trail:
    """The trail of one of DescribeTrails' entries, with its status and selectors."""
    arn, home_region = entry["TrailARN"], entry["HomeRegion"]
    return Trail(
        arn=arn,
        name=entry["Name"],
        home_region=home_region,
        is_multi_region=entry.get("IsMultiRegionTrail", False),
        is_organization=entry.get("IsOrganizationTrail", False),
        log_group_arn=entry.get("CloudWatchLogsLogGroupArn") or None,
        status=_read_status(reader, arn, home_region),
        selectors=_read_selectors(reader, arn, home_region),
        has_global_events=entry.get("IncludeGlobalServiceEvents", True),
    )


# Both are asked by the full ARN: the bare name of an organisation's trail means nothing in a member account.


@or_gap
def _read_status(reader: Reader, arn: str, region: str) -> TrailStatus:
    answer = reader.ask("cloudtrail", "get_trail_status", region=region, about=arn, needs=("IsLogging",), Name=arn)
    return TrailStatus(
        is_logging=answer["IsLogging"],
        delivery_error=answer.get("LatestCloudWatchLogsDeliveryError") or None,
        last_delivery=answer.get("LatestCloudWatchLogsDeliveryTime"),
    )


@or_gap
def _read_selectors(reader: Reader, arn: str, region: str) -> EventSelectors:
    answer = reader.ask(
        "cloudtrail", "get_event_selectors", region=region, about=arn, needs=("TrailARN",), TrailName=arn
    )
    return EventSelectors(
        basic=tuple(map(_basic, answer.get("EventSelectors") or ())),
        advanced=tuple(map(_advanced, answer.get("AdvancedEventSelectors") or ())),
    )


def _basic(entry: Mapping[str, Any]) -> BasicSelector:
    # Both have a default: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html
    return BasicSelector(
        read_write_type=entry.get("ReadWriteType", "All"),
        includes_management_events=entry.get("IncludeManagementEvents", True),
        excluded_sources=tuple(entry.get("ExcludeManagementEventSources") or ()),
    )


def _advanced(entry: Mapping[str, Any]) -> AdvancedSelector:
    return AdvancedSelector(fields=tuple(map(_field, entry["FieldSelectors"])), name=entry.get("Name") or "")


def _field(entry: Mapping[str, Any]) -> FieldSelector:
    operators = {operator: tuple(entry[operator]) for operator in _OPERATORS if entry.get(operator)}
    return FieldSelector(field=entry["Field"], operators=operators)
