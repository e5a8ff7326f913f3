# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which CloudWatch pipelines are read: those whose processors change CloudTrail's events."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Gap, Pipeline
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.pipelines import read_pipelines
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.reader import Reader
from ansible_collections.aws_cis.monitoring.tests.unit.fake_aws import FakeAws, Fault, Pages

CALL = "observabilityadmin:ListTelemetryPipelines"
CLOUDTRAIL = {"Name": "aws_cloudtrail", "Type": "management"}
FLOW_LOGS = {"Name": "amazon_vpc", "Type": "flow"}


def pipeline(status: str = "ACTIVE", **summary: Any) -> dict[str, Any]:
    usual = {
        "Sources": [{"Type": "cloudwatch_logs"}],
        "DataSources": [CLOUDTRAIL],
        "Processors": ["ocsf"],
        "ProcessorCount": 1,
        "Sinks": ["cloudwatch_logs"],
    }
    return {"Name": "ct", "Status": status, "ConfigurationSummary": {**usual, **summary}}


def read(answer: Any) -> tuple[Pipeline, ...] | Gap:
    return read_pipelines(Reader(FakeAws({CALL: answer})), "eu-west-1")


@pytest.mark.parametrize(
    ("entry", "processors"),
    [
        (pipeline(), ("ocsf",)),
        (pipeline("UPDATING"), ("ocsf",)),
        (pipeline("UPDATE_FAILED"), ("ocsf",)),
        (pipeline("CREATING"), ("ocsf",)),
        (pipeline(Processors=[]), ()),
        (pipeline(DataSources=[FLOW_LOGS, CLOUDTRAIL]), ("ocsf",)),
        (pipeline(DataSources=[]), ("ocsf",)),
    ],
)
def test_processors_on_the_events_of_cloudtrail_count(entry: dict[str, Any], processors: tuple[str, ...]) -> None:
    assert read({"PipelineSummaries": [entry]}) == (Pipeline("ct", processors),)


@pytest.mark.parametrize(
    "entry",
    [
        pipeline("CREATE_FAILED"),
        pipeline(Processors=[], ProcessorCount=0),
        pipeline(DataSources=[FLOW_LOGS]),
        pipeline(DataSources=[], Sources=[{"Type": "s3"}]),
        {"Name": "no_summary", "Status": "ACTIVE"},
    ],
)
def test_others_do_not(entry: dict[str, Any]) -> None:
    assert read({"PipelineSummaries": [entry]}) == ()


def test_all_pages_are_read() -> None:
    pages = Pages([{"PipelineSummaries": []}, {"PipelineSummaries": [pipeline()]}])
    assert read(pages) == (Pipeline("ct", ("ocsf",)),)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Fault("AccessDeniedException"), "ACCESS_DENIED"),
        (Fault("TooManyRequestsException"), "RESPONSE_INCOMPLETE"),
        ({}, "RESPONSE_INCOMPLETE"),
    ],
)
def test_what_could_not_be_read_is_a_gap(answer: Any, code: str) -> None:
    gap = read(answer)
    assert isinstance(gap, Gap)
    assert (gap.call, gap.code) == (CALL, code)


def test_an_older_botocore_leaves_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Reader, "can_ask", lambda *_arguments: False)
    gap = read({"PipelineSummaries": []})
    assert isinstance(gap, Gap)
    assert "Update boto3" in gap.detail


def test_a_part_that_nothing_reads_leaves_the_rest_known() -> None:
    """Otherwise a pipeline that drops events would be one that could not be read, and the verdict would stand."""
    entry = pipeline(Sinks=[{"Type": "cloudwatch_logs"}])
    assert read({"PipelineSummaries": [entry]}) == (Pipeline("ct", ("ocsf",)),)
