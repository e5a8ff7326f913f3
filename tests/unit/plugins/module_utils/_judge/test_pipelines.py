# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pipeline with processors leaves the verdict open; one that could not be read is mentioned where that matters."""

from __future__ import annotations

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Gap, Pipeline
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import Verdict, judge
from ansible_collections.aws_cis.monitoring.tests.unit.observations import REGION, an_alarm, whole_account

CALL = "observabilityadmin:ListTelemetryPipelines"
DENIED = {REGION: Gap(CALL, REGION, "ACCESS_DENIED", f"{CALL} for the pipelines was denied.")}


def about_pipelines(verdict: Verdict) -> list[str]:
    return [note for note in verdict.notes if "pipeline" in note]


def test_processors_leave_the_verdict_open_and_are_named() -> None:
    pipelines = {REGION: (Pipeline("ct", ("ocsf", "drop_events")),)}
    verdict = judge(whole_account(pipelines=pipelines), SECURITY_GROUP_CHANGES)
    assert (verdict.verdict, verdict.links[1].code) == ("unknown", "LOG_GROUP_PIPELINE")
    assert "pipeline ct in eu-west-1 processes CloudTrail events (ocsf, drop_events)" in verdict.reason
    assert "Remove the processors from pipeline ct" in verdict.fix


def test_a_path_that_fails_stays_failed() -> None:
    observation = whole_account(pipelines={REGION: (Pipeline("ct", ()),)}, alarms={REGION: ()})
    assert judge(observation, SECURITY_GROUP_CHANGES).verdict == "non_compliant"


def test_a_pipeline_of_another_region_changes_nothing() -> None:
    observation = whole_account(pipelines={"us-east-1": (Pipeline("ct", ("ocsf",)),), REGION: ()})
    verdict = judge(observation, SECURITY_GROUP_CHANGES)
    assert (verdict.verdict, about_pipelines(verdict)) == ("compliant", [])


def test_what_is_not_known_is_mentioned_where_the_account_is_compliant() -> None:
    verdict = judge(whole_account(pipelines=DENIED), SECURITY_GROUP_CHANGES)
    assert verdict.verdict == "compliant"
    (note,) = about_pipelines(verdict)
    assert note.startswith("Whether a CloudWatch pipeline changes the events in log group cloudtrail could not be")
    assert note.endswith(f"{CALL} for the pipelines was denied. Allow {CALL}.")


def test_and_not_where_it_cannot_matter() -> None:
    disabled = whole_account(pipelines=DENIED, alarms={REGION: (an_alarm(actions_enabled=False),)})
    assert about_pipelines(judge(disabled, SECURITY_GROUP_CHANGES)) == []
