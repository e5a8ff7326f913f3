# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a run, beside those of other runs: whole ones, and ones that were limited to some accounts."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail
from ansible.utils.display import Display
from ansible_collections.aws_cis.monitoring.plugins.action.cis_monitoring_report import ARGUMENT_SPEC, ActionModule
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.plugin_utils._report.fleet import FLEET, broken, result

Results = dict[str, Any]
LOST = {"failed": True, "msg": "denied"}


class _HostVars(dict[str, Any]):
    def raw_get(self, host: str) -> Any:
        return self[host]


class Runs:
    """Runs of audits over an inventory, whose reports are in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def report(self, inventory: Results, hosts: list[str] | None = None, **variables: Any) -> dict[str, Any]:
        action = ActionModule.__new__(ActionModule)
        action._task = SimpleNamespace(check_mode=False)
        defaults = {name: option.get("default") for name, option in ARGUMENT_SPEC.items()}
        options = {name: variables.pop(name) for name in list(variables) if name in ARGUMENT_SPEC}
        given = {**defaults, "folder": str(self.folder), "fail_on": "regression", "formats": ["json"]}
        hostvars = _HostVars({name: {"cis_monitoring_audit": one} for name, one in inventory.items()})
        task_vars = {"hostvars": hostvars, "groups": {"all": list(inventory)}, **variables}
        return action.answer({**given, "hosts": hosts or list(inventory), **options}, task_vars)

    def changes(self, answer: dict[str, Any]) -> dict[str, list[str]]:
        comparison = json.loads((Path(answer["folder"]) / "report.json").read_text())["comparison"]
        return {
            kind: [one["name"] for one in comparison[kind]]
            for kind in ("worse", "better", "new", "gone")
            if comparison[kind]
        }

    @property
    def latest(self) -> str:
        return str((self.folder / "latest").resolve())


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runs:
    monkeypatch.setattr(Display, "warning", lambda _self, text, **_kwargs: None)
    return Runs(tmp_path / "reports")


def a_fleet(**changes: Any) -> Results:
    return {**{name: result(f"{number:012}") for number, name in enumerate("abcdefghijkl")}, **changes}


class TestRun:
    """What the report and its page have of the run itself."""

    def test_the_report_has_the_inventory_the_limit_and_the_groups_of_each_host(self, runs: Runs) -> None:
        groups = {"all": ["a", "b"], "ungrouped": ["b"], "prod": ["a"], "eu": ["a"]}
        sources = {"ansible_inventory_sources": ["accounts.yml"], "ansible_limit": "a*", "groups": groups}
        whole = {"a": {**result(), "account": {**result()["account"], "caller_arn": "arn:aws:sts::1:role"}}, "b": LOST}
        answer = runs.report(whole, **sources)
        report = json.loads((Path(answer["folder"]) / "report.json").read_text())
        assert report["runs"] == [{"inventory": ["accounts.yml"], "limit": "a*"}]
        assert {one["name"]: one["groups"] for one in report["accounts"]} == {"a": ["eu", "prod"], "b": []}
        assert report["accounts"][0]["account"]["caller_arn"] == "arn:aws:sts::1:role"

    def test_the_page_has_the_hash_of_the_json_whatever_the_order(self, runs: Runs) -> None:
        folder = Path(runs.report(a_fleet(), formats=["html", "json"])["folder"])
        digest = hashlib.sha256((folder / "report.json").read_bytes()).hexdigest()
        assert f"<dd><code>{digest}</code></dd>" in (folder / "report.html").read_text()
        alone = Path(runs.report(a_fleet(), formats=["html"])["folder"])
        assert "SHA-256" not in (alone / "report.html").read_text()

    def test_the_page_shows_the_whole_reports_of_the_folder_and_no_limited_one(self, runs: Runs) -> None:
        runs.report(a_fleet(b=broken("000000000001")))
        runs.report(a_fleet(), ["a"], ansible_limit="a")
        (runs.folder / "2020-01-01T000000Z").mkdir()
        (runs.folder / "2020-01-01T000000Z" / "report.json").write_text("{}")
        page = (Path(runs.report(a_fleet(), formats=["html"])["folder"]) / "report.html").read_text()
        assert "Compliant accounts over 2 reports" in page
        assert "11 of 12 compliant" in page


class TestLimitedRuns:
    def test_a_whole_run_after_a_limited_one_misses_no_regression(self, runs: Runs) -> None:
        whole = runs.report(a_fleet())
        limited = runs.report(a_fleet(), ["a"], ansible_limit="a")
        assert runs.latest == whole["folder"] != limited["folder"]
        assert "the link latest stays" in limited["lines"][0]
        assert runs.changes(limited) == {}

        again = runs.report(a_fleet(b=broken("000000000001")))
        assert runs.changes(again) == {"worse": ["b"]}
        assert list(again["failing"]) == ["b"]
        assert runs.latest == again["folder"]

    def test_an_account_is_compared_with_the_newest_report_that_has_it(self, runs: Runs) -> None:
        runs.report(a_fleet())
        limited = runs.report(a_fleet(a=broken("000000000000")), ["a"], ansible_limit="a")
        assert runs.changes(limited) == {"worse": ["a"]}
        repaired = runs.report(a_fleet())
        assert runs.changes(repaired) == {"better": ["a"]}

    def test_before_the_first_whole_run_each_limited_one_counts(self, runs: Runs) -> None:
        runs.report(a_fleet(), ["a"], ansible_limit="a")
        runs.report(a_fleet(), ["b"], ansible_limit="b")
        assert not (runs.folder / "latest").exists()
        whole = runs.report(a_fleet(a=broken("000000000000"), b=broken("000000000001"), c=broken("000000000002")))
        assert runs.changes(whole)["worse"] == ["a", "b"]
        assert sorted(whole["failing"]) == ["a", "b", "c"], "c is new, and fails"

    def test_who_has_left_the_inventory_is_gone_and_who_was_left_out_is_not(self, runs: Runs) -> None:
        runs.report(a_fleet())
        fewer = {name: one for name, one in a_fleet().items() if name != "l"}
        assert runs.changes(runs.report(fewer, ["a"], ansible_limit="a")) == {}
        assert runs.changes(runs.report(fewer)) == {"gone": ["l"]}
        assert runs.changes(runs.report(fewer)) == {}

    def test_a_limit_that_leaves_nobody_out_is_none(self, runs: Runs) -> None:
        assert runs.report(a_fleet(), ansible_limit="all")["folder"] == runs.latest

    def test_a_pattern_of_hosts_limits_as_well_unless_it_is_always_the_same(self, runs: Runs) -> None:
        others = {**a_fleet(), "localhost": result("999999999999")}
        accounts = [name for name in others if name != "localhost"]
        for _run in range(2):
            whole = runs.report(others, accounts, cis_monitoring_hosts="accounts")
            assert runs.latest == whole["folder"]
        runs.report(others, ["a"], cis_monitoring_hosts="a")
        assert runs.latest == whole["folder"]

    def test_with_a_named_report_nobody_is_gone_who_was_left_out(self, runs: Runs) -> None:
        first = runs.report(a_fleet())
        limited = runs.report(a_fleet(), ["a"], ansible_limit="a", compare_with=first["folder"])
        assert runs.changes(limited) == {}

    @pytest.mark.parametrize("text", ["", "{}", "[", '{"schema_version": "2.0", "accounts": [{"name": 1}]}', "\ud800"])
    def test_a_report_in_the_folder_that_is_none_stops_no_run(self, runs: Runs, text: str) -> None:
        runs.report(a_fleet())
        bad = runs.folder / "2999-01-01T000000Z"
        bad.mkdir()
        (bad / "report.json").write_bytes(text.encode(errors="surrogatepass"))
        assert runs.changes(runs.report(a_fleet(b=broken("000000000001")))) == {"worse": ["b"]}


def test_a_finding_was_created_when_the_first_report_of_the_folder_had_it(runs: Runs) -> None:
    """Though a run in between was limited to others, or could not read the account."""
    later = {name: {**one, "read_at": "2026-11-30T05:00:00Z"} for name, one in a_fleet().items()}
    runs.report(a_fleet())
    runs.report(later, ["b"], ansible_limit="b")
    runs.report({**later, "c": LOST})
    answer = runs.report(
        {**later, "z": {**result("999999999999"), "read_at": "2026-11-30T05:00:00Z"}}, formats=["asff"]
    )
    requests = json.loads((Path(answer["folder"]) / "asff.json").read_text())
    created = {one["AwsAccountId"]: one["CreatedAt"] for request in requests for one in request["Findings"]}
    assert created.pop("999999999999") == "2026-11-30T05:00:00Z"
    assert set(created.values()) == {"2026-11-23T05:00:00Z"}
    assert len(created) == len(a_fleet())


class TestNewAccounts:
    @pytest.mark.parametrize(
        ("found", "failing"), [(broken("000000000009"), ["z"]), (LOST, ["z"]), (result("000000000009"), [])]
    )
    def test_one_that_is_new_and_fails_is_a_regression(self, runs: Runs, found: Any, failing: list[str]) -> None:
        runs.report(a_fleet())
        assert list(runs.report({**a_fleet(), "z": found})["failing"]) == failing

    def test_one_that_is_new_and_accepted_is_none(self, runs: Runs) -> None:
        runs.report(a_fleet())
        rule = {"control": "all", "code": "all", "accounts": ["z"], "reason": "SEC-1."}
        assert runs.report({**a_fleet(), "z": broken("000000000009")}, accepted=[rule])["failing"] == {}


class TestNothingAudited:
    @pytest.mark.parametrize("fail_on", ["never", "non_compliant", "unknown", "regression"])
    def test_a_run_that_could_read_no_account_fails(self, runs: Runs, fail_on: str) -> None:
        answer = runs.report({"a": LOST, "b": None}, fail_on=fail_on)
        assert answer["failing"]["a"] == "denied"
        assert sorted(answer["failing"]) == ["a", "b"]
        assert answer["lines"][-2].startswith("No account could be read, so nothing was audited.")

    def test_one_account_that_could_be_read_is_enough(self, runs: Runs) -> None:
        assert runs.report({"a": LOST, "b": result()}, fail_on="non_compliant")["failing"] == {}

    def test_a_run_that_skipped_each_account_is_refused(self, runs: Runs) -> None:
        with pytest.raises(AnsibleActionFail, match="no account to report"):
            runs.report({"a": {"skipped": True, "changed": False}})
        assert not runs.folder.exists()

    def test_a_merge_without_accounts_is_refused(self, runs: Runs) -> None:
        with pytest.raises(AnsibleActionFail, match="no account to report"):
            runs.report({}, merge=[], hosts=[])
        assert not runs.folder.exists()

    def test_a_loop_is_refused_with_what_to_do(self, runs: Runs) -> None:
        with pytest.raises(AnsibleActionFail, match=r"results of a loop.*add_host"):
            runs.report({"localhost": {"results": [result()], "changed": False}})
        assert not runs.folder.exists()


WRITTEN = ["json", "csv", "junit", "ocsf", "asff", "html"]
NO_REPORTS = {
    "report.csv": "it is a CSV file; give the report.json beside it",
    "junit.xml": "it is a JUnit file; give the report.json",
    "ocsf.json": "it is a list of OCSF findings",
    "asff.json": "it is a list of ASFF findings",
    "report.html": "it is an HTML page",
    "missing.json": "there is no such file",
    "folder": "it is a folder without report.json",
    "empty.json": "it is empty",
    "list.json": "it is a JSON list",
    "null.json": "it is JSON, but no object",
    "other.json": "it is a JSON object of something else",
    "old.json": "it has schema version '0.9'",
    "cut.json": "its end is missing",
    "deep.json": "it is nested too deeply",
    "binary.json": "it is no text in UTF-8",
    "prose.json": "it is no JSON",
    "events.json": "it is a report of events",
    "123456789012.json": "it has the drills of an account",
    "unnamed.json": "an account has no account",
}


class TestMerging:
    @pytest.fixture
    def folder(self, runs: Runs) -> Path:
        folder = Path(runs.report(FLEET, formats=WRITTEN)["folder"])
        report = (folder / "report.json").read_text()
        texts = {
            "empty": "",
            "list": "[1]",
            "null": "null",
            "other": '{"a": 1}',
            "old": json.dumps({**json.loads(report), "schema_version": "0.9"}),
            "cut": report.removesuffix("]}\n"),
            "deep": "[" * 100_000 + "]" * 100_000,
            "prose": "All is well.",
            "events": '{"accounts": [], "events": []}',
            "123456789012": '{"account": "123456789012", "drills": []}',
            "unnamed": json.dumps({**json.loads(report), "accounts": [{"name": "a"}]}),
        }
        for name, text in texts.items():
            (folder / f"{name}.json").write_text(text)
        (folder / "binary.json").write_bytes(b"\xff\xfe\x00")
        (folder / "folder").mkdir()
        return folder

    @pytest.mark.parametrize("name", NO_REPORTS)
    def test_a_file_that_is_no_report_is_called_what_it_is(self, runs: Runs, folder: Path, name: str) -> None:
        with pytest.raises(AnsibleActionFail) as refused:
            runs.report({}, merge=[str(folder), str(folder / name)], hosts=None)
        assert str(folder / name) in str(refused.value)
        assert NO_REPORTS[name] in str(refused.value)

    def test_the_folder_of_a_report_is_taken_for_it(self, runs: Runs, folder: Path) -> None:
        assert runs.report({}, merge=[str(folder)], hosts=None, fail_on="never")["counts"]["compliant"] == 2
