# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What CloudWatch pipelines mean for a log group: do its metric filters see CloudTrail's events as they are? Pure."""

from __future__ import annotations

from collections.abc import Iterator

from .._account.observation import Gap, LogGroup, Observation
from .findings import ACCESS_DENIED, UNKNOWN, Finding


def judge_pipelines(observation: Observation, group: LogGroup) -> Iterator[Finding]:
    """A pipeline with processors leaves open what the filters match: AWS documents no order of the two."""
    pipelines = observation.pipelines.get(group.region, ())
    for pipeline in () if isinstance(pipelines, Gap) else pipelines:
        how = f" ({', '.join(pipeline.processors)})" if pipeline.processors else ""
        yield Finding(
            UNKNOWN,
            "LOG_GROUP_PIPELINE",
            f"CloudWatch pipeline {pipeline.name} in {group.region} processes CloudTrail events{how}. Whether metric "
            f"filters on log group {group.name} evaluate the original events could not be determined.",
            f"Remove the processors from pipeline {pipeline.name}, or run the drill to test the notification path.",
        )


def unread_pipelines(observation: Observation, group: LogGroup | None) -> tuple[str, ...]:
    """A note where it is not known whether there is such a pipeline. Only of interest where the path holds."""
    pipelines = observation.pipelines.get(group.region, ()) if group else ()
    if group is None or not isinstance(pipelines, Gap):
        return ()
    fix = f" Allow {pipelines.call}." if pipelines.code == ACCESS_DENIED else ""
    return (
        f"Whether a CloudWatch pipeline changes the events in log group {group.name} could not be determined: "
        f"{pipelines.detail}{fix}",
    )
