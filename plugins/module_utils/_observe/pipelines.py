# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the CloudWatch pipelines that change CloudTrail's events in a region's log groups.

A pipeline with processors replaces the events of its data source in the log group that they arrive in:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/pipeline-processors.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._account.observation import Gap, Pipeline
from .._aws.clients import ConnectionOptionsError
from .._aws.task import TaskError
from .reader import Reader, or_gap

_CALL = "observabilityadmin:ListTelemetryPipelines"
_CLOUDTRAIL = "aws_cloudtrail"
# A pipeline that could not be created changes nothing. One that is being created or deleted may.
_NEVER_ACTIVE = "CREATE_FAILED"


def read_pipelines(reader: Reader, region: str) -> tuple[Pipeline, ...] | Gap:
    """The pipelines of a region with processors on CloudTrail's events.

    A Gap for any failure: the service is not in every region and partition, and an audit does not end for it.
    """
    try:
        return _read(reader, region)
    except (TaskError, ConnectionOptionsError) as error:
        return Gap(_CALL, region, "RESPONSE_INCOMPLETE", f"The pipelines of {region} could not be read: {error}")


@or_gap
def _read(reader: Reader, region: str) -> tuple[Pipeline, ...] | Gap:
    if not reader.can_ask("observabilityadmin", "list_telemetry_pipelines", region):
        detail = "The installed botocore does not know CloudWatch pipelines. Update boto3."
        return Gap(_CALL, region, "RESPONSE_INCOMPLETE", detail)
    pages = reader.pages(
        "observabilityadmin",
        "list_telemetry_pipelines",
        region=region,
        about="the pipelines",
        needs=("PipelineSummaries",),
    )
    entries = [entry for page in pages for entry in page["PipelineSummaries"]]
    return tuple(_pipeline(entry) for entry in entries if _changes_events_of_trails(entry))


def _pipeline(entry: Mapping[str, Any]) -> Pipeline:
    processors = _summary(entry).get("Processors") or ()
    return Pipeline(name=entry.get("Name") or entry.get("Arn", ""), processors=tuple(processors))


def _changes_events_of_trails(entry: Mapping[str, Any]) -> bool:
    """Whether it has processors on CloudTrail's events; one whose data source is not named may have."""
    summary = _summary(entry)
    if entry.get("Status") == _NEVER_ACTIVE or not (summary.get("Processors") or summary.get("ProcessorCount")):
        return False
    named = [one.get("Name", "") for one in summary.get("DataSources") or ()]
    if named:
        return _CLOUDTRAIL in named
    return "cloudwatch_logs" in [one.get("Type", "") for one in summary.get("Sources") or ()]


def _summary(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    return entry.get("ConfigurationSummary") or {}
