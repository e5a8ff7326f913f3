# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make acceptance` on the sandbox, which differs from what we say in some places on purpose."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from account_builder import Builder
from altered_answers import Alter, altered
from harness import REGION, ROOT, Sandbox, meanwhile

PROGRAM = ROOT / "tests" / "acceptance"
POLICY = ROOT / "docs" / "policies" / "acceptance.json"
ACCEPTED = '{ $.eventType = "UpdateTrail" }'
INFERRED = "{ $.ThisFlag = true }"
REFUSED = "{ $.a == 1 }"
TAKEN = "{ $.latency < 50 }"


class Acceptance:
    """The program, in an account, with a folder that stays from run to run."""

    def __init__(self, account: str, folder: Path) -> None:
        self.account, self.folder = account, folder

    def run(self, url: str, *arguments: str, region: str = REGION) -> subprocess.CompletedProcess[str]:
        """Run it as the Makefile does, with credentials in the environment, and no waiting."""
        return subprocess.run(
            self._command(*arguments),
            env=self._environment(url, region),
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def until(self, step: str, url: str, how: signal.Signals) -> str:
        """Run the whole way until a step is done, end it by a signal, and return what it printed."""
        printed = []
        with subprocess.Popen(
            self._command(*WRITE), env=self._environment(url, REGION), stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                printed.append(line)
                if line.startswith(f"ok      {step}"):
                    process.send_signal(how)
        assert process.returncode != 0
        return "".join(printed)

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, str(PROGRAM), "--rate", "10000", "--folder", str(self.folder), *arguments]

    def _environment(self, url: str, region: str) -> dict[str, str]:
        without = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        credentials = {
            "AWS_ACCESS_KEY_ID": self.account,
            "AWS_SECRET_ACCESS_KEY": "sandbox",
            "AWS_REGION": region,
            "AWS_ENDPOINT_URL": url,
            "AWS_MAX_ATTEMPTS": "1",
        }
        return {**without, **credentials}

    @property
    def results(self) -> dict[str, Any]:
        """The file that can be sent."""
        content: dict[str, Any] = json.loads((self.folder / "acceptance.json").read_text())
        return content


@pytest.fixture
def acceptance(account: str, tmp_path: Path) -> Acceptance:
    return Acceptance(account, tmp_path / "acceptance")


def _pattern_answers(request: Mapping[str, Any], answer: dict[str, Any]) -> dict[str, Any] | str:
    all_match = {"matches": [{"eventNumber": 0, "eventMessage": request["logEventMessages"][0], "extractedValues": {}}]}
    others: dict[str, dict[str, Any] | str] = {
        ACCEPTED: {"matches": []},
        INFERRED: all_match,
        REFUSED: all_match,
        TAKEN: "Invalid character(s) in term '<'",
    }
    return others.get(request["filterPattern"], answer)


def _log_groups(_request: Mapping[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    groups = [{**group, "logGroupClass": "GLACIAL", "shard": 7} for group in answer["logGroups"]]
    return {**answer, "logGroups": groups}


def _status(_request: Mapping[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "IsLogging"}


def _trails(_request: Mapping[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    trails = [{name: value for name, value in one.items() if name != "TrailARN"} for one in answer["trailList"]]
    return {"trailList": trails}


ALTERED: dict[str, Alter] = {
    "TestMetricFilter": _pattern_answers,
    "DescribeLogGroups": _log_groups,
    "GetTrailStatus": _status,
}


@pytest.mark.slow
def test_where_aws_differs_it_says_so_and_goes_on_where_it_was_stopped(
    sandbox: Sandbox, builder: Builder, acceptance: Acceptance
) -> None:
    denied = {"account": acceptance.account, "service": "logs", "action": "TestMetricFilter", "after": 40}
    sandbox.fault(**denied, code="AccessDeniedException", message="not allowed", status=400)
    with altered(sandbox.url, ALTERED) as url:
        stopped = acceptance.run(url)
        sandbox.clear_faults()
        ended = acceptance.run(url)
    with altered(sandbox.url, {"DescribeTrails": _trails}) as url:
        not_read = acceptance.run(url)
        refused = acceptance.run(url, "--write", "--prefix", "acc")

    assert stopped.returncode == 2
    assert "AccessDeniedException" in stopped.stderr
    assert "docs/policies/acceptance.json" in stopped.stderr
    assert ended.returncode == 1, ended.stderr
    assert "40 of them answered before" in ended.stdout
    told = _differences(ended.stdout)
    assert told.keys() == {ACCEPTED, INFERRED, REFUSED, TAKEN}
    assert told[ACCEPTED][1:] == ["we say:   matches (guide, JSON: strings)", "AWS says: does not match"]
    assert told[INFERRED][1].startswith("we say:   does not match, which we only infer")
    assert told[REFUSED][0].startswith("we say:   is rejected")
    assert told[TAKEN][2] == "AWS says: is rejected (Invalid character(s) in term '<')"
    assert {line.partition(": ")[2] for line in ended.stdout.splitlines() if line.startswith("NOT AS")} == {
        "cloudtrail:GetTrailStatus: lacks what our readers require (1 times)",
        "logs:DescribeLogGroups: logGroups[].logGroupClass has the word 'GLACIAL', which boto3 does not know (1 times)",
        "logs:DescribeLogGroups: logGroups[].shard is unknown to boto3 (1 times)",
    }
    assert "NOT AS EXPECTED: cloudtrail:DescribeTrails: lacks what our readers require (1 times)" in not_read.stdout
    assert "RESPONSE_INCOMPLETE" in not_read.stdout
    assert (refused.returncode, "The trails of the account could not be read." in refused.stderr) == (2, True)
    text = (acceptance.folder / "acceptance.json").read_text()
    assert acceptance.account not in text
    assert {one["pattern"] for one in acceptance.results["filter_patterns"] if not one["agrees"]} == told.keys()
    assert sandbox.writing_calls(acceptance.account) == []
    assert _actions(sandbox, acceptance.account) <= _allowed("ReadOnly")


def _differences(output: str) -> dict[str, list[str]]:
    """What is told of each pattern that differs."""
    found: dict[str, list[str]] = {}
    pattern = ""
    for line in output.splitlines():
        if line.startswith("DIFFERS: "):
            pattern = line.removeprefix("DIFFERS: ")
            found[pattern] = []
        elif line.startswith("  ") and pattern:
            found[pattern].append(line.strip())
        else:
            pattern = ""
    return found


def _actions(sandbox: Sandbox, account: str) -> set[str]:
    """The calls as policies name them, but for S3's, which the sandbox knows by their HTTP method only."""
    return {f"{call['service']}:{call['action']}" for call in sandbox.calls(account) if call["service"] != "s3"}


def _allowed(*statements: str) -> set[str]:
    policy = json.loads(POLICY.read_text())["Statement"]
    return {action for one in policy if not statements or one["Sid"] in statements for action in one["Action"]}


def test_an_account_in_use_is_not_written_to(sandbox: Sandbox, builder: Builder, acceptance: Acceptance) -> None:
    ended = acceptance.run(sandbox.url, "--write", "--prefix", "acc")
    assert ended.returncode == 2
    assert "Metric filter security_group_changes_metric in aws-cloudtrail-logs already monitors a control" in (
        ended.stderr
    )
    assert sandbox.writing_calls(acceptance.account) == []


@pytest.mark.parametrize(
    ("region", "arguments", "message"),
    [
        (REGION, ["--write", "--prefix", "A_b"], "PREFIX 'A_b' is invalid. Use 3 to 20 lowercase letters"),
        ("", [], "acceptance: No region is set. Set AWS_REGION"),
    ],
)
def test_what_is_missing_is_said(
    sandbox: Sandbox, acceptance: Acceptance, region: str, arguments: list[str], message: str
) -> None:
    ended = acceptance.run(sandbox.url, *arguments, region=region)
    assert ended.returncode == 2
    assert message in ended.stderr


def test_what_has_our_name_and_not_our_tag_is_not_touched(sandbox: Sandbox, acceptance: Acceptance) -> None:
    Builder(sandbox, acceptance.account).client("cloudtrail").create_trail(Name="acc-trail", S3BucketName="theirs")
    sandbox.clear_calls()
    ended = acceptance.run(sandbox.url, "--clean", "--prefix", "acc")
    assert ended.returncode == 2
    assert "There is a trail acc-trail without the tag cis-monitoring-acceptance=acc. Choose another" in ended.stderr
    assert sandbox.writing_calls(acceptance.account) == []


@pytest.fixture(scope="module")
def own_sandbox() -> Iterator[Sandbox]:
    """A sandbox whose clock may be put forward."""
    with Sandbox.start() as sandbox:
        yield sandbox


@pytest.fixture
def scratch_account(own_sandbox: Sandbox, tmp_path: Path) -> Iterator[Acceptance]:
    """An empty account, whose alarm AWS would evaluate all the time."""
    acceptance = Acceptance(own_sandbox.new_account(), tmp_path)
    builder = Builder(own_sandbox, acceptance.account)

    def pass_time(over: threading.Event) -> None:
        while not over.wait(0.3):
            alarms = builder.client("cloudwatch").describe_alarms(AlarmNames=["acc-alarm"])["MetricAlarms"]
            if alarms and alarms[0]["StateValue"] != "OK" and not over.wait(3):
                own_sandbox.tick(301)

    with meanwhile(pass_time):
        yield acceptance


WRITE = ("--write", "--prefix", "acc", "--interval", "1")


@pytest.mark.slow
def test_the_whole_way_after_one_that_was_killed(own_sandbox: Sandbox, scratch_account: Acceptance) -> None:
    scratch_account.until("roll out again", own_sandbox.url, signal.SIGKILL)
    builder = Builder(own_sandbox, scratch_account.account)
    builder.client("sqs").create_queue(QueueName="cis-monitoring-drill-killed")
    topic = f"arn:aws:sns:{REGION}:{builder.account}:acc-topic"
    queue = f"arn:aws:sqs:{REGION}:{builder.account}:cis-monitoring-drill-killed"
    builder.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    ended = scratch_account.run(own_sandbox.url, *WRITE)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "An earlier run has left resources:" in ended.stdout
    removal = [
        "remove what an interrupted drill left",
        "remove what the role created",
        "remove the trail and the stack",
    ]
    assert [step["step"] for step in scratch_account.results["whole_way"]] == [
        *removal,
        "create a trail with its log group, and a queue",
        "roll out",
        "roll out again, without a change",
        "audit",
        "drill, depth pattern",
        "drill, depth notification",
        "drill, depth full",
        *removal,
    ]
    assert scratch_account.results["left"] == []
    assert _actions(own_sandbox, scratch_account.account) <= _allowed()


@pytest.mark.slow
def test_an_interrupted_way_is_removed_and_cleaning_finds_nothing(
    own_sandbox: Sandbox, scratch_account: Acceptance
) -> None:
    output = scratch_account.until("roll out again", own_sandbox.url, signal.SIGTERM)
    assert output.endswith("Resources left in the account:\n  none\n")
    cleaned = scratch_account.run(own_sandbox.url, "--clean", "--prefix", "acc")
    assert (cleaned.returncode, cleaned.stdout.endswith("Resources left in the account:\n  none\n")) == (0, True)


def test_make_hands_on_what_it_is_told() -> None:
    said = ["make", "--dry-run", "acceptance", "WRITE=yes", "PREFIX=acc"]
    told = subprocess.run(said, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "tests/acceptance --write" in told
    assert "--prefix acc" in told
    assert "--clean" not in told
