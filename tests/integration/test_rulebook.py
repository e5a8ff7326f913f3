# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a change to its answer, by ansible-rulebook itself: record, alarm, topic, queue, rulebook, playbook, report.

The session rulebook of nox makes the environment, and prints the times.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from account_builder import Builder, put_record
from harness import REGION, ROOT, Sandbox, accounts_inventory, run_playbook

BIN = ROOT / ".venv-rulebook" / "bin"
CONTROL = "security_group_changes"
OVERRIDES = {CONTROL: {"filter_name": "ours", "metric_name": "sg_changes", "alarm_name": "our own name"}}
STORM = int(os.environ.get("STORM", "100"))
QUEUE = "alarms"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (BIN / "ansible-rulebook").exists(), reason="the session rulebook makes .venv-rulebook"),
    pytest.mark.skipif(not shutil.which("java"), reason="ansible-rulebook needs Java, which is not installed"),
]


class Fleet:
    """Two accounts whose alarms go to the queue of a third: one without the envelope of SNS, and one in it."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox, self.folder = sandbox, folder
        self.raw, self.enveloped, self.security = (sandbox.new_account() for _account in range(3))
        sqs = sandbox.client("sqs", self.security)
        self.queue_url: str = sqs.create_queue(QueueName=QUEUE, Attributes={"VisibilityTimeout": "900"})["QueueUrl"]
        self.queue_arn = f"arn:aws:sqs:{REGION}:{self.security}:{QUEUE}"
        self.inventory = accounts_inventory(sandbox.url, {"prod-eu": self.raw, "prod-us": self.enveloped})
        for name, account in (("prod-eu", self.raw), ("prod-us", self.enveloped)):
            self.inventory["all"]["hosts"][name]["aws_account_id"] = account
            Builder(sandbox, account).trail()
        self.remediate("prod-eu", raw=True)
        self.remediate("prod-us", raw=False)

    def remediate(self, host: str, raw: bool) -> None:
        """Set up the account, with names of its own."""
        subscription = {"protocol": "sqs", "endpoint": self.queue_arn, "raw_message_delivery": raw}
        variables = {
            "cis_monitoring_subscriptions": [subscription],
            "cis_monitoring_overrides": OVERRIDES,
            "cis_monitoring_metric_namespace": "Ours",
        }
        arguments = ("--limit", host, "-e", json.dumps(variables))
        run = run_playbook("aws_cis.monitoring.remediate", self.folder, self.inventory, *arguments)
        assert run.rc == 0, run.stdout

    @property
    def reports(self) -> list[dict[str, Any]]:
        """The answers so far."""
        found = sorted((self.folder / "answers" / "events").glob("20*/events.json"))
        return [json.loads(file.read_text()) for file in found]

    @property
    def waiting(self) -> int:
        """The messages in the queue, with those that somebody is reading."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        sqs = self.sandbox.client("sqs", self.security)
        found = sqs.get_queue_attributes(QueueUrl=self.queue_url, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)

    def wait_for(self, number: int, longest: float) -> list[dict[str, Any]]:
        """Return so many answers once they are there."""
        deadline = time.monotonic() + longest
        while len(self.reports) < number and time.monotonic() < deadline:
            time.sleep(0.2)
        assert len(self.reports) >= number, (self.folder / "rulebook.log").read_text()[-5000:]
        return self.reports

    @contextmanager
    def rulebook(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run the rulebook of the collection."""
        (self.folder / "accounts.yml").write_text(yaml.safe_dump(self.inventory))
        variables = {
            "cis_monitoring_queue_region": REGION,
            "cis_monitoring_queue_name": QUEUE,
            "cis_monitoring_report_dir": str(self.folder / "answers"),
        }
        (self.folder / "variables.yml").write_text(yaml.safe_dump(variables))
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ANSIBLE_"))},
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "AWS_ACCESS_KEY_ID": self.security,
            "AWS_SECRET_ACCESS_KEY": "sandbox",
            "AWS_ENDPOINT_URL": self.sandbox.url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "ANSIBLE_LOCAL_TEMP": str(self.folder / "tmp"),
        }
        command = [BIN / "ansible-rulebook", "--rulebook", "aws_cis.monitoring.alarm"]
        command += ["--inventory", self.folder / "accounts.yml", "--vars", self.folder / "variables.yml", "--verbose"]
        with (self.folder / "rulebook.log").open("ab") as log:
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            before = used.ru_utime + used.ru_stime
            process = subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + 90
            while "Waiting for events" not in (self.folder / "rulebook.log").read_text():
                assert process.poll() is None, (self.folder / "rulebook.log").read_text()
                assert time.monotonic() < deadline, (self.folder / "rulebook.log").read_text()
                time.sleep(0.2)
            yield process
        finally:
            process.terminate()
            process.wait(timeout=90)
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            told("CPU of the rulebook and its answers", used.ru_utime + used.ru_stime - before)


@pytest.fixture(scope="module")
def fleet(sandbox_process: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Fleet:
    return Fleet(sandbox_process, tmp_path_factory.mktemp("fleet"))


def test_from_a_change_to_the_answer(fleet: Fleet) -> None:
    """Each account's change, its answer, and how long it took; then a drill; then a storm."""
    with fleet.rulebook():
        for number, (host, account) in enumerate((("prod-eu", fleet.raw), ("prod-us", fleet.enveloped))):
            cloudwatch = fleet.sandbox.client("cloudwatch", account)
            cloudwatch.set_alarm_state(AlarmName="our own name", StateValue="OK", StateReason="quiet")
            began = time.monotonic()
            put_record(fleet.sandbox, account, "AuthorizeSecurityGroupIngress")
            answer = fleet.wait_for(number + 1, 60)[-1]
            told(f"change to answer, {host}", time.monotonic() - began)
            [searched] = answer["accounts"]
            assert (searched["name"], searched["account"], searched["failure"]) == (host, account, "")
            assert [(event["event"], event["account"]) for event in answer["events"]] == [
                ("AuthorizeSecurityGroupIngress", account)
            ]
            assert [one["control"] for one in searched["controls"]] == [CONTROL]
            cloudwatch.set_alarm_state(AlarmName="our own name", StateValue="OK", StateReason="quiet")

        drill(fleet)
        assert len(fleet.reports) == 2, "a drill is not answered"

        storm(fleet, fleet.sandbox.client("cloudwatch", fleet.raw))


def drill(fleet: Fleet) -> None:
    """Test the notification path of both accounts, and wait until the rulebook has seen the messages."""
    variables = {"cis_monitoring_drill_depth": "notification", "cis_monitoring_drill_confirm": True}
    variables |= {"cis_monitoring_drill_timeout": 20, "cis_monitoring_drill_interval": 1}
    run = run_playbook("aws_cis.monitoring.drill", fleet.folder, fleet.inventory, "-e", json.dumps(variables))
    assert "DRILL of" in str(fleet.sandbox.client("cloudwatch", fleet.raw).describe_alarm_history()), run.stdout
    until_empty(fleet, 60)
    time.sleep(10)  # longer than an answer takes


def storm(fleet: Fleet, cloudwatch: Any) -> None:
    """100 alarms at once are 100 answers, one after the other."""
    known = len(fleet.reports)
    began = time.monotonic()
    for number in range(STORM):
        cloudwatch.set_alarm_state(AlarmName="our own name", StateValue="OK", StateReason="quiet")
        reason = f"Threshold Crossed: change {number}"
        cloudwatch.set_alarm_state(AlarmName="our own name", StateValue="ALARM", StateReason=reason)
    answers = fleet.wait_for(known + STORM, STORM * 30)[known:]
    told(f"storm of {STORM} alarms", time.monotonic() - began)
    until_empty(fleet, 60)
    reasons = {answer["accounts"][0]["alarm"]["reason"] for answer in answers}
    assert reasons == {f"Threshold Crossed: change {number}" for number in range(STORM)}
    assert len(fleet.reports) == known + STORM, "each once"


def until_empty(fleet: Fleet, longest: float) -> None:
    deadline = time.monotonic() + longest
    while fleet.waiting and time.monotonic() < deadline:
        time.sleep(0.5)
    assert not fleet.waiting


def told(what: str, seconds: float) -> None:
    """Print a time, which `nox -s rulebook` shows."""
    print(f"{what}: {seconds:.1f} s", flush=True)
