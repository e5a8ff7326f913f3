# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account that is meant: never another one, never none, and never the same one twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from account_builder import Builder, organization_trail
from harness import REGION, Sandbox, accounts_inventory

SUBSCRIPTIONS = [{"protocol": "email", "endpoint": "a@example.com"}]
# All go the same way, so that `make test` tries one that reads and one that writes.
PLAYBOOKS = (
    "audit",
    "remediate",
    *(pytest.param(one, marks=pytest.mark.slow) for one in ("teardown", "drill", "events")),
)


class TestAHostThatNamesAnAccount:
    """A host that names an account but has nothing that leads there has the credentials of the caller's account."""

    MEANT = "111122223333"

    @pytest.mark.parametrize(
        ("playbook", "preview"),
        [
            ("audit", 0),
            ("remediate", 0),
            pytest.param("teardown", 0, marks=pytest.mark.slow),
            pytest.param("drill", 0, marks=pytest.mark.slow),
            pytest.param("events", 0, marks=pytest.mark.slow),
            pytest.param("events", 7, marks=pytest.mark.slow),
        ],
    )
    def test_nothing_is_read_or_written_in_another(
        self, sandbox: Sandbox, ansible_playbook: Any, playbook: str, preview: int
    ) -> None:
        caller = sandbox.new_account()
        Builder(sandbox, caller).trail()
        inventory = accounts_inventory(sandbox.url, {"shop": caller}, cis_monitoring_subscriptions=SUBSCRIPTIONS)
        inventory["all"]["vars"]["aws_account_id"] = self.MEANT
        sandbox.clear_calls()

        run = ansible_playbook(f"aws_cis.monitoring.{playbook}", inventory, *_preview(preview))

        assert run.rc == 2, run.stdout
        assert [call["action"] for call in sandbox.calls(caller)] == ["GetCallerIdentity"]
        assert f"credentials of account {caller}, but must act on account {self.MEANT}" in run.stdout
        for fix in ("aws_role_arn", "aws_profile", "role_name"):
            assert fix in run.stdout

    def test_the_account_of_the_role_counts_without_a_number(self, sandbox: Sandbox, ansible_playbook: Any) -> None:
        """AssumeRole answers with the role's account, so that only a wrong answer shows it; both given must agree."""
        inventory = accounts_inventory(sandbox.url, {"shop": sandbox.new_account()}, aws_account_id=self.MEANT)
        inventory["all"]["vars"]["aws_role_arn"] = "arn:aws:iam::444455556666:role/Audit"
        sandbox.clear_calls()

        run = ansible_playbook("aws_cis.monitoring.audit", inventory)

        assert run.rc == 2, run.stdout
        said = run.result("Check the variables")["msg"]
        assert f"aws_account_id is {self.MEANT}, but aws_role_arn is a role of account 444455556666" in said
        assert sandbox.calls() == []

    @pytest.mark.slow  # test_cis_monitoring_info.py counts the calls of an audit too
    def test_a_right_one_costs_no_call(self, sandbox: Sandbox, ansible_playbook: Any, tmp_path: Path) -> None:
        account = sandbox.new_account()
        Builder(sandbox, account).whole()
        counts = []
        for variables in ({}, {"aws_account_id": account}, {"aws_account_id": int(account)}):
            sandbox.clear_calls()
            run = ansible_playbook(
                "aws_cis.monitoring.audit",
                accounts_inventory(sandbox.url, {"shop": account}, **variables),
                "-e",
                f"cis_monitoring_report_dir={tmp_path}",
            )
            assert run.rc == 0, run.stdout
            counts.append(len(sandbox.calls(account)))
        assert counts == [13, 13, 13]


def _preview(days: int) -> list[str]:
    return ["-e", f"cis_monitoring_preview_days={days}"] if days else []


class TestNoAccount:
    """Nothing audited is no success."""

    @pytest.mark.parametrize("playbook", PLAYBOOKS)
    def test_a_pattern_that_matches_no_host(self, sandbox: Sandbox, ansible_playbook: Any, playbook: str) -> None:
        inventory = accounts_inventory(sandbox.url, {"one": sandbox.new_account()})

        run = ansible_playbook(f"aws_cis.monitoring.{playbook}", inventory, "-e", "cis_monitoring_hosts=two")

        assert run.rc == 2, run.stdout + run.stderr
        assert "No host of the inventory matches two, so" in run.result("Fail if there is no account")["msg"]

    @pytest.mark.parametrize(
        ("inventory", "arguments"),
        [
            ({"all": {}}, []),
            pytest.param({"all": {"hosts": {}}}, [], marks=pytest.mark.slow),
            ({"all": "broken"}, []),
            ({"all": {}}, ["-i", "missing.yml"]),
        ],
    )
    def test_an_inventory_without_hosts(
        self, ansible_playbook: Any, inventory: dict[str, Any], arguments: list[str]
    ) -> None:
        run = ansible_playbook("aws_cis.monitoring.audit", inventory, *arguments)

        assert run.rc == 2, run.stdout + run.stderr
        said = run.result("Fail if there is no account", "localhost")["msg"]
        assert "The inventory has no hosts. Name an inventory with -i" in said
        assert "inventory.yml" in said

    @pytest.mark.parametrize(
        "limit", ["@two.txt", *(pytest.param(limit, marks=pytest.mark.slow) for limit in ("two", "no-such-host"))]
    )
    def test_a_limit_without_an_account(
        self, sandbox: Sandbox, ansible_playbook: Any, tmp_path: Path, limit: str
    ) -> None:
        (tmp_path / "two.txt").write_text("two\n")
        inventory = accounts_inventory(sandbox.url, {"one": sandbox.new_account(), "two": sandbox.new_account()})

        run = ansible_playbook(
            "aws_cis.monitoring.audit", inventory, "-e", "cis_monitoring_hosts=one", "--limit", limit
        )

        assert run.rc in (1, 2), run.stdout + run.stderr
        assert "no hosts" in run.stderr or f"and the limit {limit}" in run.result("Fail if there is no account")["msg"]
        assert sandbox.calls() == [] or not run.results("Read the account")

    def test_accounts_that_are_there_are_not_told(self, sandbox: Sandbox, ansible_playbook: Any) -> None:
        account = sandbox.new_account()
        Builder(sandbox, account).whole()
        inventory = accounts_inventory(sandbox.url, {"one": account, "two": sandbox.new_account()})

        run = ansible_playbook("aws_cis.monitoring.audit", inventory, "--limit", "one,nobody")

        assert run.rc == 0, run.stdout + run.stderr
        assert list(run.stats) == ["one"]


class TestVariablesThatWouldMislead:
    @pytest.mark.parametrize("blank", [None, pytest.param("", marks=pytest.mark.slow)])
    def test_a_blank_answer_is_none(
        self, sandbox: Sandbox, ansible_playbook: Any, tmp_path: Path, blank: str | None
    ) -> None:
        account = sandbox.new_account()
        Builder(sandbox, account).trail()
        names = ("hosts", "report_dir", "controls", "benchmark", "benchmarks", "report_formats", "fail_on", "accepted")
        answers = {f"cis_monitoring_{name}": blank for name in names}

        run = ansible_playbook(
            "aws_cis.monitoring.audit",
            accounts_inventory(sandbox.url, {"one": account}),
            "-e",
            json.dumps(answers),
        )

        assert run.rc == 0, run.stdout + run.stderr
        [report] = tmp_path.rglob("cis-monitoring-report/latest/report.json")
        assert [one["name"] for one in json.loads(report.read_text())["accounts"]] == ["one"]

    @pytest.mark.parametrize("playbook", PLAYBOOKS)
    def test_a_pattern_in_the_inventory_is_refused(
        self, sandbox: Sandbox, ansible_playbook: Any, playbook: str
    ) -> None:
        inventory = accounts_inventory(
            sandbox.url, {"one": sandbox.new_account(), "two": sandbox.new_account()}, cis_monitoring_hosts="one"
        )
        sandbox.clear_calls()

        run = ansible_playbook(f"aws_cis.monitoring.{playbook}", inventory)

        assert run.rc == 2, run.stdout + run.stderr
        assert "cis_monitoring_hosts is one for these hosts, but" in run.result("Check the variables")["msg"]
        assert sandbox.calls() == []

    @pytest.mark.slow
    def test_an_empty_list_does_not_stand_for_all(self, sandbox: Sandbox, ansible_playbook: Any) -> None:
        inventory = accounts_inventory(sandbox.url, {"one": sandbox.new_account()})
        sandbox.clear_calls()

        run = ansible_playbook("aws_cis.monitoring.remediate", inventory, "-e", '{"cis_monitoring_hosts": []}')

        assert run.rc == 2, run.stdout + run.stderr
        assert sandbox.calls() == []

    def test_no_privileges_are_asked_for(self, sandbox: Sandbox, ansible_playbook: Any) -> None:
        account = sandbox.new_account()
        Builder(sandbox, account).whole()
        become = {"ansible_become": True, "ansible_become_exe": "/nonexistent/sudo"}

        run = ansible_playbook("aws_cis.monitoring.audit", accounts_inventory(sandbox.url, {"one": account}, **become))

        assert run.rc == 0, run.stdout + run.stderr


class TestTwoHostsThatAreOneAccount:
    @pytest.fixture
    def inventory(self, sandbox: Sandbox) -> dict[str, Any]:
        account = sandbox.new_account()
        Builder(sandbox, account).trail()
        accounts = {"shop": account, "cart": account}
        return accounts_inventory(sandbox.url, accounts, cis_monitoring_subscriptions=SUBSCRIPTIONS)

    @pytest.mark.parametrize("check", [[], pytest.param(["--check"], marks=pytest.mark.slow)])
    def test_the_second_is_refused_before_it_writes(
        self, sandbox: Sandbox, ansible_playbook: Any, inventory: dict[str, Any], check: list[str]
    ) -> None:
        inventory["all"]["vars"]["cis_monitoring_topic_name"] = "{{ inventory_hostname }}-alerts"

        run = ansible_playbook("aws_cis.monitoring.remediate", inventory, *check)

        assert run.rc == 2, run.stdout + run.stderr
        [refused] = [host for host, stats in run.stats.items() if stats["failures"]]
        [first] = {"shop", "cart"} - {refused}
        [line] = [one for one in run.result("Summarize the changes")["lines"] if one.startswith(refused)]
        assert f"{refused}: failed: Host {refused} is account" in line
        assert f"as host {first} is" in line
        account = inventory["all"]["hosts"]["shop"]["aws_access_key"]
        topics = [one["TopicArn"].split(":")[-1] for one in sandbox.client("sns", account).list_topics()["Topics"]]
        assert topics == ([] if check else [f"{first}-alerts"])

    def test_both_may_ask_for_the_same(self, ansible_playbook: Any, inventory: dict[str, Any]) -> None:
        run = ansible_playbook("aws_cis.monitoring.remediate", inventory)

        assert run.rc == 0, run.stdout + run.stderr

    def test_the_report_names_both(self, ansible_playbook: Any, inventory: dict[str, Any], tmp_path: Path) -> None:
        run = ansible_playbook(
            "aws_cis.monitoring.audit", inventory, "-e", f"cis_monitoring_report_dir={tmp_path / 'reports'}"
        )

        assert run.rc == 0, run.stdout + run.stderr
        account = inventory["all"]["hosts"]["shop"]["aws_access_key"]
        report = json.loads((tmp_path / "reports" / "latest" / "report.json").read_text())
        assert report["same_account"] == [{"account": account, "names": ["cart", "shop"]}]
        shown = run.result("Write the report")["lines"]
        assert any(line.startswith(f"These hosts are one account, {account}: cart, shop.") for line in shown)


class TestAnAccountThatAnotherCovers:
    @pytest.fixture
    def inventory(self, sandbox: Sandbox) -> dict[str, Any]:
        """A member whose trail delivers to the management account, which has the whole path."""
        management, member = sandbox.new_account(), sandbox.new_account()
        Builder(sandbox, management).whole()
        organization_trail(sandbox, member, to=management)
        return accounts_inventory(sandbox.url, {"management": management, "member": member})

    @pytest.mark.parametrize("depth", ["pattern", pytest.param("notification", marks=pytest.mark.slow)])
    def test_the_drill_says_where_to_run_it(
        self, sandbox: Sandbox, ansible_playbook: Any, inventory: dict[str, Any], depth: str
    ) -> None:
        sandbox.clear_calls()
        answers = {"cis_monitoring_drill_depth": depth, "cis_monitoring_drill_confirm": True}

        run = ansible_playbook("aws_cis.monitoring.drill", inventory, "--limit", "member", "-e", json.dumps(answers))

        assert run.rc == 0, run.stdout + run.stderr
        management = inventory["all"]["hosts"]["management"]["aws_access_key"]
        said = run.result("Keep the result")["ansible_facts"]["cis_monitoring_drill_result"]["summary"]
        assert f"The log group of the trail is in account {management}, region {REGION}" in said
        assert sandbox.writing_calls() == []

    @pytest.mark.parametrize("preview", [0, pytest.param(7, marks=pytest.mark.slow)])
    def test_events_fail_for_none(self, ansible_playbook: Any, inventory: dict[str, Any], preview: int) -> None:
        run = ansible_playbook("aws_cis.monitoring.events", inventory, *_preview(preview))

        assert run.rc == 0, run.stdout + run.stderr
        management = inventory["all"]["hosts"]["management"]["aws_access_key"]
        [line] = [one for one in run.result("Write the event report")["lines"] if one.startswith("member")]
        assert f"account {management}" in line
