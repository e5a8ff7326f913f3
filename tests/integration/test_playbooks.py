# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks remediate and teardown, by FQCN over an inventory of accounts, until a message arrives."""

from __future__ import annotations

import itertools
import json
import re
import shutil
from pathlib import Path
from typing import Any, ClassVar

import pytest
from account_builder import LOG_GROUP, SIX_EVENTS, Builder, put_record
from harness import REGION, ROOT, PlaybookRun, Sandbox, accounts_inventory


@pytest.fixture
def fleet(sandbox: Sandbox) -> dict[str, str]:
    """Four accounts: bare, with a pattern that never matches, without a usable trail, and one that can't be reached."""
    names = ("bare", "never-matches", "no-trail", "denied")
    accounts = {name: sandbox.new_account() for name in names}
    for name, account in accounts.items():
        Builder(sandbox, account).trail(multi_region=name != "no-trail", logging=name != "no-trail")
    broken = Builder(sandbox, accounts["never-matches"])
    broken.metric_filter("security_group_changes_metric", SIX_EVENTS.replace("||", "&&"))
    sandbox.fault(
        account=accounts["denied"], service="sts", action="GetCallerIdentity", code="ExpiredToken", status=403
    )
    sandbox.clear_calls()
    return accounts


def queue_in(sandbox: Sandbox, account: str) -> tuple[str, str]:
    """Make a queue that can be subscribed, and return its URL and ARN."""
    url = sandbox.client("sqs", account).create_queue(QueueName="security-team")["QueueUrl"]
    return url, f"arn:aws:sqs:{REGION}:{account}:security-team"


def summary(run: PlaybookRun) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in run.result("Summarize the changes")["lines"])


@pytest.mark.smoke
def test_the_main_job(sandbox: Sandbox, fleet: dict[str, str], ansible_playbook: Any) -> None:
    """Twice, the second time without a change; a failing account stops no other; then a change reaches a subscriber."""
    url, arn = queue_in(sandbox, fleet["bare"])
    inventory = accounts_inventory(
        sandbox.url, fleet, cis_monitoring_subscriptions=[{"protocol": "sqs", "endpoint": arn}]
    )

    first = ansible_playbook("aws_cis.monitoring.remediate", inventory)

    assert first.rc != 0, "two accounts failed"
    lines = summary(first)
    assert lines["bare"].startswith("changed: Create topic")
    assert "; Update metric filter security_group_changes_metric on" in lines["never-matches"]
    assert lines["no-trail"].startswith("failed: No trail of account")
    assert lines["denied"].startswith("failed: Could not read")
    assert "ExpiredToken" in lines["denied"]
    assert {host: stats["failures"] for host, stats in first.stats.items()} == {
        "bare": 0,
        "never-matches": 0,
        "no-trail": 1,
        "denied": 1,
    }

    sandbox.clear_calls()
    again = ansible_playbook("aws_cis.monitoring.remediate", inventory, "--limit", "bare,never-matches")
    assert again.rc == 0, again.stdout
    assert {host: stats["changed"] for host, stats in again.stats.items()} == {"bare": 0, "never-matches": 0}
    assert sandbox.writing_calls() == []
    assert summary(again) == {"bare": "unchanged", "never-matches": "unchanged"}

    for event, arrives in (
        ("AuthorizeSecurityGroupIngress", True),
        ("ModifySecurityGroupRules", True),
        ("DescribeSecurityGroups", False),
    ):
        sandbox.tick(seconds=600)
        put_record(sandbox, fleet["bare"], event)
        messages = sandbox.client("sqs", fleet["bare"]).receive_message(QueueUrl=url).get("Messages", [])
        assert bool(messages) is arrives, event
        for message in messages:
            told = json.loads(json.loads(message["Body"])["Message"])
            assert (told["AlarmName"], told["NewStateValue"]) == ("security_group_changes_alarm", "ALARM")
            sandbox.client("sqs", fleet["bare"]).delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def test_teardown_removes_what_remediate_made_and_again_nothing(
    sandbox: Sandbox, fleet: dict[str, str], ansible_playbook: Any
) -> None:
    _unused, arn = queue_in(sandbox, fleet["bare"])
    subscriptions = [{"protocol": "sqs", "endpoint": arn}]
    inventory = accounts_inventory(sandbox.url, {"bare": fleet["bare"]}, cis_monitoring_subscriptions=subscriptions)
    assert ansible_playbook("aws_cis.monitoring.remediate", inventory).rc == 0

    run = ansible_playbook("aws_cis.monitoring.teardown", inventory)

    assert run.rc == 0, run.stdout
    assert summary(run)["bare"].startswith("changed: Delete alarm")
    assert sandbox.client("logs", fleet["bare"]).describe_metric_filters(logGroupName=LOG_GROUP)["metricFilters"] == []
    assert sandbox.client("sns", fleet["bare"]).list_topics()["Topics"] == []
    sandbox.clear_calls()
    again = ansible_playbook("aws_cis.monitoring.teardown", inventory)
    assert (again.rc, again.stats["bare"]["changed"], sandbox.writing_calls()) == (0, 0, [])


def test_what_a_failed_account_leaves_tells_no_secret(
    sandbox: Sandbox, fleet: dict[str, str], ansible_playbook: Any
) -> None:
    """Ansible keeps a failed task with its arguments; the playbooks drop it, so that nothing later shows it."""
    inventory = accounts_inventory(sandbox.url, {"denied": fleet["denied"]})

    run = ansible_playbook(FAILING % (ROOT / "playbooks" / "tasks" / "_set_aside.yml"), inventory)

    assert "secret_key" in run.result("Before")["msg"], "the test must see what it is about"
    assert run.result("After")["msg"] == ""


FAILING = """
- hosts: all
  gather_facts: false
  module_defaults:
    group/aws_cis.monitoring.aws: "{{ lookup('aws_cis.monitoring.account_connection') }}"
  tasks:
    - block:
        - aws_cis.monitoring.cis_monitoring_info:
      rescue:
        - name: Before
          ansible.builtin.debug:
            msg: "{{ ansible_failed_task.args | list }}"
        - ansible.builtin.include_tasks: %s
    - name: After
      ansible.builtin.debug:
        msg: "{{ ansible_failed_task or '' }}"
"""


class TestWhateverTheSettings:
    """Names that mean something in a pattern, and an ansible.cfg and an inventory that are made for other playbooks."""

    NAMES = ("Production EU", "a,b", "prod:22", "p[1:3]", 'it\'s "quoted"', "!no")
    SETTINGS: ClassVar = {"ANSIBLE_ANY_ERRORS_FATAL": "true", "ANSIBLE_FORKS": "2"}

    @pytest.fixture
    def inventory(self, sandbox: Sandbox, tmp_path: Path) -> list[str]:
        """An inventory that takes any name, as those of organisations do. All accounts are bare but one."""
        accounts = {name: sandbox.new_account() for name in ("well", *self.NAMES)}
        Builder(sandbox, accounts["well"]).whole()
        hosts = accounts_inventory(sandbox.url, accounts)["all"]
        listed = {
            "all": {"hosts": list(hosts["hosts"]), "vars": {**hosts["vars"], "ansible_connection": "ssh"}},
            "_meta": {"hostvars": hosts["hosts"]},
        }
        script = tmp_path / "accounts.sh"
        script.write_text(f"#!/bin/sh\ncat {tmp_path / 'accounts.json'}\n")
        (tmp_path / "accounts.json").write_text(json.dumps(listed))
        script.chmod(0o755)
        return ["-i", str(script), "-e", "cis_monitoring_fail_on=non_compliant"]

    @pytest.mark.parametrize(("playbook", "strategy"), [("audit", "free"), ("remediate", "host_pinned")])
    def test_the_run_fails_for_whom_it_should_and_goes_on_for_the_others(
        self, inventory: list[str], ansible_playbook: Any, playbook: str, strategy: str
    ) -> None:
        site = AND_THEN % playbook

        run = ansible_playbook(site, {"all": {}}, *inventory, env={**self.SETTINGS, "ANSIBLE_STRATEGY": strategy})

        assert run.rc == 2, run.stdout
        assert {host for host, stats in run.stats.items() if stats["failures"]} == set(self.NAMES)
        assert not any(stats["unreachable"] for stats in run.stats.values())
        once = run.results("Write the report" if playbook == "audit" else "Summarize the changes")
        assert [len(set(self.NAMES).intersection(_names(one["lines"]))) for one in once] == [len(self.NAMES)]
        assert [host["msg"] for host in run.results("Goes on")] == ["well"]
        assert run.result("Tell somebody", "localhost")["msg"] == "done"

    def test_who_was_not_asked_is_not_called_unreachable(
        self, inventory: list[str], tmp_path: Path, ansible_playbook: Any
    ) -> None:
        site = "- ansible.builtin.import_playbook: aws_cis.monitoring.remediate\n" + AND_THEN % "audit"

        run = ansible_playbook(
            site, {"all": {}}, *inventory, "-e", f"cis_monitoring_report_dir={tmp_path}", env=self.SETTINGS
        )

        assert run.rc == 2
        report = json.loads((tmp_path / "latest" / "report.json").read_text())
        verdicts = {account["name"]: account["verdict"] for account in report["accounts"]}
        assert verdicts == {"well": "compliant", **dict.fromkeys(self.NAMES, "unknown")}


def _names(lines: list[str]) -> list[str]:
    """The hosts that the lines of a summary or a report begin with, and that are no account that was not asked."""
    return [re.split(r": failed|  +", line)[0] for line in lines if "unreachable" not in line]


AND_THEN = """
- ansible.builtin.import_playbook: aws_cis.monitoring.%s
- hosts: all
  gather_facts: false
  tasks:
    - name: Goes on
      ansible.builtin.debug:
        msg: "{{ inventory_hostname }}"
- hosts: localhost
  gather_facts: false
  tasks:
    - name: Tell somebody
      ansible.builtin.debug:
        msg: done
"""


class TestVariables:
    @pytest.mark.parametrize("playbook", ["audit", "remediate", "teardown", "drill", "merge_reports"])
    def test_wrong_ones_end_the_run_before_any_account_is_asked(
        self, sandbox: Sandbox, ansible_playbook: Any, playbook: str
    ) -> None:
        inventory = accounts_inventory(
            sandbox.url,
            {"one": sandbox.new_account(), "two": sandbox.new_account()},
            cis_monitoring_topic_nmae="t",
            cis_monitoring_hosts="one,two",
        )

        run = ansible_playbook(f"aws_cis.monitoring.{playbook}", inventory)

        assert run.rc == 2, run.stdout
        said = run.result("Check the variables")["msg"]
        assert "Unknown variable cis_monitoring_topic_nmae. Did you mean cis_monitoring_topic_name?" in said
        assert sandbox.calls() == []

    def test_those_of_a_host_of_the_role_and_of_an_import_are_told_apart(
        self, sandbox: Sandbox, ansible_playbook: Any
    ) -> None:
        accounts = {name: sandbox.new_account() for name in ("one", "two")}
        for account in accounts.values():
            Builder(sandbox, account).trail()
        inventory = accounts_inventory(
            sandbox.url,
            accounts,
            cis_monitoring_subscriptions=[{"protocol": "email", "endpoint": "a@example.com"}],
            cis_sg_monitoring_topic_name="not-this",
            cis_monitoring_topic_name="{{ inventory_hostname }}-changes",
        )

        run = ansible_playbook(IMPORT, inventory, "--check")

        assert run.rc == 0, run.stdout
        lines = run.result("Summarize the changes")["lines"]
        assert ["Create topic one-changes" in lines[0], "Create topic two-changes" in lines[1]] == [True, True]
        assert all("Create alarm of-the-import" in line for line in lines)


IMPORT = """
- ansible.builtin.import_playbook: aws_cis.monitoring.remediate
  vars:
    cis_monitoring_overrides: {security_group_changes: {alarm_name: of-the-import}}
"""


def test_the_folders_of_what_runs_are_enough(sandbox: Sandbox, tmp_path: Path, ansible_playbook: Any) -> None:
    """The copy has a version of its own, so that its report shows that it is what ran."""
    copy = tmp_path / "collections" / "ansible_collections" / "aws_cis" / "monitoring"
    for folder in ("meta", "plugins", "roles", "playbooks"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    version = copy / "plugins" / "plugin_utils" / "_version.py"
    version.write_text('COLLECTION_VERSION = "0.0.1"\n')
    inventory = accounts_inventory(sandbox.url, {"one": sandbox.new_account()}, cis_monitoring_report_dir=str(tmp_path))

    run = ansible_playbook(
        "aws_cis.monitoring.audit", inventory, env={"ANSIBLE_COLLECTIONS_PATH": str(tmp_path / "collections")}
    )

    assert run.rc == 0, run.stdout
    assert json.loads((tmp_path / "latest" / "report.json").read_text())["collection"]["version"] == "0.0.1"
    assert (tmp_path / "latest" / "report.html").is_file()


class TestImported:
    """Variables and conditions of an import are evaluated for each account, as Ansible does for any task."""

    VARS = """
- ansible.builtin.import_playbook: aws_cis.monitoring.remediate
  vars:
    cis_monitoring_topic_name: "alerts-{{ inventory_hostname }}"
    cis_monitoring_subscriptions: [{protocol: email, endpoint: "{{ owner }}@example.com"}]
"""
    EQUAL = VARS.replace("alerts-{{ inventory_hostname }}", "alerts")
    WHEN = """
- ansible.builtin.import_playbook: aws_cis.monitoring.%s
  when: monitored | default(true) | bool
"""

    @pytest.fixture
    def accounts(self, sandbox: Sandbox) -> dict[str, str]:
        accounts = {name: sandbox.new_account() for name in ("aaa", "bbb")}
        for account in accounts.values():
            Builder(sandbox, account).trail()
        sandbox.clear_calls()
        return accounts

    def test_variables(self, sandbox: Sandbox, accounts: dict[str, str], ansible_playbook: Any) -> None:
        """A variable of the import also overrides that of a host, though the first host's happens to be the same."""
        inventory = accounts_inventory(sandbox.url, accounts)
        for host, owner, topic in (("aaa", "alice", "alerts"), ("bbb", "bob", "other")):
            inventory["all"]["hosts"][host] |= {"owner": owner, "cis_monitoring_topic_name": topic}

        lines = summary(ansible_playbook(self.VARS, inventory, "--check"))

        for host, owner in (("aaa", "alice"), ("bbb", "bob")):
            assert lines[host].startswith(
                f"would change: Create topic alerts-{host}; Create subscription of email {owner}@example.com"
            )
        lines = summary(ansible_playbook(self.EQUAL, inventory, "--check"))
        assert all(line.startswith("would change: Create topic alerts;") for line in lines.values())

    @pytest.mark.parametrize(
        ("playbook", "left_out"),
        [
            ("audit", "aaa"),
            ("remediate", "aaa"),
            *(
                pytest.param(playbook, left_out, marks=pytest.mark.slow)
                for playbook, left_out in itertools.product(
                    ("audit", "remediate", "drill", "events", "teardown"), ("aaa", "bbb")
                )
                if (playbook, left_out) not in (("audit", "aaa"), ("remediate", "aaa"))
            ),
        ],
    )
    def test_a_condition_leaves_out_the_accounts_for_which_it_is_false(
        self,
        sandbox: Sandbox,
        accounts: dict[str, str],
        tmp_path: Path,
        ansible_playbook: Any,
        playbook: str,
        left_out: str,
    ) -> None:
        [taken] = {"aaa", "bbb"} - {left_out}
        variables = {"cis_monitoring_report_dir": str(tmp_path)}
        if playbook in ("remediate", "teardown"):
            variables["cis_monitoring_subscriptions"] = [{"protocol": "email", "endpoint": "{{ owner }}@example.com"}]
        inventory = accounts_inventory(sandbox.url, accounts, **variables)
        inventory["all"]["hosts"][left_out]["monitored"] = False
        inventory["all"]["hosts"][taken]["owner"] = "alice"

        run = ansible_playbook(self.WHEN % playbook, inventory)

        assert sandbox.calls(accounts[left_out]) == []
        assert sandbox.calls(accounts[taken])
        assert run.stats[left_out]["failures"] == run.stats[left_out]["unreachable"] == 0
        if playbook in ("remediate", "teardown"):
            assert summary(run)[left_out] == "skipped"
            assert summary(run)[taken].startswith("changed: " if playbook == "remediate" else "unchanged")
        else:
            name = {"audit": "Write the report", "drill": "for later reports", "events": "Write the event report"}[
                playbook
            ]
            said = " ".join(run.result(name)["lines"])
            assert (taken in said, left_out in said) == (True, False)
