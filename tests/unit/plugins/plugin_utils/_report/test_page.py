# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of a report: what it shows, that it is HTML, and that it works in a browser."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import shutil
import subprocess
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import html5lib
import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.findings import CODES_PAGE, NOT_EVALUATED
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report import page as page_module
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.accepted import Acceptance
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.comparison import cells, compare
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.page import to_html
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.page_data import NO_DETAIL, PageData
from ansible_collections.aws_cis.monitoring.tests.unit.observations import (
    GROUP_ARN,
    a_filter,
    a_group,
    whole_account,
)
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.plugin_utils._report.fleet import (
    FLEET,
    broken,
    fifteen,
    report_of,
    result,
)

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
EVIL = "<script>document.body.dataset.evil = 1</script>"
DRILL = {
    "when": "2026-11-01T05:00:00Z",
    "depth": "full",
    "outcome": "failed",
    "summary": "The <b>drill</b>.",
    "legs": [{"leg": "record", "status": "pass", "seconds": 302.4, "detail": "The record is there."}],
}


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    """Accounts of all verdicts, one of which does what it can to get into the page."""
    fleet = {**FLEET, EVIL: broken("444455556666", reason=f'"{EVIL}'), "unasked": None}
    return report_of(fleet, {"111122223333": [DRILL]})


@pytest.fixture(scope="module")
def page(report: dict[str, Any]) -> str:
    return "".join(to_html(report))


def _data(page: str) -> dict[str, Any]:
    [text] = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    data: dict[str, Any] = json.loads(text)
    return data


def test_it_escapes_what_comes_from_accounts(page: str) -> None:
    assert EVIL not in page
    assert html.escape(EVIL) in page
    assert page.count("<script") == 2
    assert "<b>drill</b>" not in page


def test_it_shows_failures_first_by_cause_with_a_command_to_copy(page: str) -> None:
    found = [page.index(text) for text in (">2 accounts</a> <code>ALARM_MISSING", "UNREACHABLE", 'id="grid"')]
    assert found == sorted(found)
    assert "<b>Fix:</b> Tell somebody." in page
    assert "ansible-playbook aws_cis.monitoring.remediate -i accounts.yml &#39;--limit=?script?" in page


def test_the_data_have_each_account_with_its_links(page: str) -> None:
    data = _data(page)
    rows = {row[0]: row for row in data["accounts"]}
    assert list(rows) == sorted({*FLEET, EVIL, "unasked"})
    assert rows["broken"][1:6] == ["222233334444", "us-east-1", "non_compliant", "PPPFPP", 0]
    assert rows["lost"][4] == "\N{EN DASH}" * 6
    [place] = rows["broken"][8]
    link = data["links"][data["details"][place]["links"][3]]
    assert (link["code"], link["detail"]) == ("ALARM_MISSING", "Nobody is told.")
    [drill] = rows["whole"][9]["drills"]
    assert (drill["summary"], drill["seen"]) == ("The <b>drill</b>.", "record 302.4 s")


def test_nothing_is_loaded_from_elsewhere(page: str) -> None:
    assert not re.findall(r"(?:src|url)\s*[=(]", page)
    assert {one for one in re.findall(r'href="([^"]*)"', page) if not one.startswith("#")} == {CODES_PAGE}
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert html.unescape(policy).startswith("default-src 'none'; script-src 'sha256-")
    assert " style=" not in page


def test_it_is_html_as_its_standard_has_it(page: str) -> None:
    """The parser ends with the first error that the HTML standard names."""
    html5lib.HTMLParser(strict=True).parse(page)


def test_its_scripts_have_no_name_twice() -> None:
    """They are modules when they are read, and one script in the page."""
    scripts = [(page_module._FOLDER / name).read_text() for name in page_module._SCRIPTS]
    names = re.findall(r"^(?:export )?(?:const|let|class|function) (\w+)", "".join(scripts), re.MULTILINE)
    assert len(names) > 40
    assert [name for name, count in Counter(names).items() if count > 1] == []


@pytest.fixture(scope="module")
def matrix() -> dict[str, Any]:
    """Accounts with fifteen controls: one whole, one with a single control that holds, one that could not be read."""
    fleet = {
        "whole": fifteen(),
        EVIL: fifteen("444455556666", whole_account()),
        "lost": {"failed": True, "msg": "ExpiredToken"},
    }
    rule = {"control": "root_usage", "accounts": ["4444*"], "reason": EVIL}
    report = report_of(fleet, None, Acceptance([rule], {}, date(2026, 11, 23)))
    before = cells(report_of({"whole": fifteen(), EVIL: fifteen("444455556666")})["accounts"])
    report["comparison"] = compare(before, report["accounts"], {"name": "2026", "read_at": None})
    return report


class TestMatrix:
    @pytest.fixture
    def page(self, matrix: dict[str, Any]) -> str:
        return "".join(to_html(matrix))

    def test_each_cell_has_the_links_of_its_path(self, page: str) -> None:
        data = _data(page)
        marks = Counter("".join(row[4] for row in data["accounts"]))
        assert marks == {"P": 16, "F": 13, "A": 1, "\N{EN DASH}": 15}
        details = [data["details"][place] for row in data["accounts"] for place in row[8]]
        assert [len(one["links"]) for one in details] == [6] * 30

    def test_what_has_changed_comes_first_and_what_is_accepted_last(self, page: str) -> None:
        order = ("Since 2026", "14 worse", "Failures by cause", 'id="grid"', "By control", "Accepted findings")
        assert [page.index(text) for text in order] == sorted(page.index(text) for text in order)

    def test_a_column_has_the_numbers_of_cis_and_security_hub(self, page: str) -> None:
        assert "<span>Root user actions<small>4.3 · CloudWatch.1</small></span>" in page
        assert "<span>AWS Organizations changes<small>4.15</small></span>" in page

    def test_compliance_is_a_share_of_all_accounts_also_of_those_not_read(self, page: str) -> None:
        assert "<b>33 %</b> of accounts compliant" in page
        assert 'aria-label="1 of 3 compliant"' in page
        assert 'aria-label="2 of 3 compliant"' in page  # security groups

    def test_the_standards_have_their_own_names_and_numbers(self, page: str) -> None:
        assert '<abbr title="CIS AWS Foundations Benchmark v3.0.0">v3.0.0</abbr>' in page
        assert "<td>5.10<small>2/2</small></td>" in page
        assert "<td>v1.4.0, v3.0.0, v5.0.0</td>" in page
        assert "reports no finding for it, which is not a pass." in page

    def test_the_evidence_of_a_failure_has_its_controls_and_what_was_found(self, page: str) -> None:
        evidence = page[page.index('class="evidence"') : page.index("</details>", page.index('class="evidence"'))]
        assert "444455556666 · us-east-1" in evidence
        assert "4.1, 4.2, 4.4, 4.5" in evidence
        assert "has no metric filter for this control" in evidence

    def test_it_is_html_and_escapes_what_comes_from_accounts(self, page: str) -> None:
        html5lib.HTMLParser(strict=True).parse(page)
        assert EVIL not in page

    @pytest.mark.skipif(not BROWSER, reason="no Chromium on this machine")
    def test_it_filters_by_control_and_verdict_and_has_both_in_its_address(self, page: str, tmp_path: Path) -> None:
        assert _driven(page, MATRIX_DRIVER, tmp_path) == {
            "failing": 0,
            "accepted": 1,
            "compliant": 1,
            "address": "#verdict=compliant&control=root_usage",
            "any": 3,
        }


class TestManyAccounts:
    def test_accounts_that_are_alike_take_a_few_hundred_bytes_each(self) -> None:
        bare = json.dumps(
            fifteen("111122223333", whole_account(log_groups={GROUP_ARN: a_group(a_filter("{ $.a = b }"))}))
        )
        numbers = [f"{number:012}" for number in range(300)]
        fleet = {f"production-{number}": json.loads(bare.replace("111122223333", number)) for number in numbers}
        page = "".join(to_html(report_of(fleet)))
        html5lib.HTMLParser(strict=True).parse(page)
        data = _data(page)
        assert len(data["details"]) <= 15
        assert len(json.dumps(data["accounts"])) / 300 < 300

    def test_details_beyond_what_a_page_may_have_are_left_to_the_report(self) -> None:
        fleet = {name: broken(name * 12, reason=f"Reason {name}.") for name in "123"}
        report = report_of(fleet)
        data = PageData(report, most_bytes=1500)
        for account in report["accounts"]:
            data.add(account, [])
        assert data.left_out > 0
        assert json.loads(data.as_json())["accounts"][-1][8] == [NO_DETAIL]


DRIVER = """
const told = {};
const shown = () => [...document.querySelectorAll("#grid tbody tr")].map((row) => row.className);
const first = () => document.querySelector("#grid tbody th").textContent;
const change = (element, value) => {
  element.value = value;
  element.dispatchEvent(new Event("input", { bubbles: true }));
};
const [search, select] = ["input", "select"].map((name) => document.querySelector(name));
told.tools = !document.querySelector(".tools").hidden;
told.all = shown().length;
change(select, "non_compliant");
told.chosen = shown();
told.said = document.querySelector("output").value;
change(search, "BROKEN");
told.found = shown();
told.address = location.hash;
change(select, "");
change(search, "");
const head = document.querySelector("#grid thead th");
head.click(); told.up = first();
head.click(); told.down = first();
document.querySelector('[aria-label="broken, alarm: fails"]').click();
told.detail = document.querySelector(".detail .links tr:nth-child(4) td:last-child").firstChild.textContent;
told.evil = document.body.dataset.evil ?? "did not run";
document.body.dataset.told = JSON.stringify(told);
"""


MATRIX_DRIVER = """
const shown = () => [...document.querySelectorAll("#grid tbody tr")].length;
const change = (name, value) => {
  const element = document.querySelector(`select[name=${name}]`);
  element.value = value;
  element.dispatchEvent(new Event("input", { bubbles: true }));
};
const told = {};
change("control", "root_usage");
change("verdict", "non_compliant");
told.failing = shown();
change("verdict", "accepted"); told.accepted = shown();
change("verdict", "compliant"); told.compliant = shown();
told.address = location.hash;
change("verdict", ""); told.any = shown();
document.body.dataset.told = JSON.stringify(told);
"""


@pytest.mark.skipif(not BROWSER, reason="no Chromium on this machine")
def test_it_filters_and_sorts_in_a_browser_and_runs_no_other_script(page: str, tmp_path: Path) -> None:
    told = _driven(page, DRIVER, tmp_path)

    assert told == {
        "tools": True,
        "all": 6,
        "chosen": ["non_compliant", "non_compliant"],
        "said": "2 of 6 accounts",
        "found": ["non_compliant"],
        "address": "#q=BROKEN&verdict=non_compliant",
        "up": EVIL + "444455556666 · us-east-1",
        "down": "whole111122223333 · us-east-1",
        "detail": "ALARM_MISSING",
        "evil": "did not run",
    }


def _driven(page: str, driver: str, folder: Path) -> Any:
    """What a second script tells, which the policy of this copy allows. A third is one that it does not allow."""
    digest = base64.b64encode(hashlib.sha256(driver.encode()).digest()).decode()
    policy = "script-src &#39;" if "script-src &#39;" in page else "script-src '"
    driven = page.replace(policy, f"script-src 'sha256-{digest}' '", 1)
    driven = driven.replace("</body>", f"{EVIL}<script>{driver}</script></body>")
    (folder / "page.html").write_text(driven)
    return _open(folder / "page.html", folder)


def _open(page: Path, folder: Path) -> Any:
    """What the driver wrote into the page."""
    options = [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
        "--disable-background-networking", "--disable-component-update", f"--user-data-dir={folder / 'browser'}",
    ]  # fmt: skip
    command = [str(BROWSER), *options, "--virtual-time-budget=2000", "--dump-dom", page.as_uri()]
    dom = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    told = re.search(r'data-told="([^"]*)"', dom)
    assert told, dom[-2000:]
    return json.loads(html.unescape(told[1]))


def test_its_head_has_the_benchmark_the_control_and_when_accounts_were_read() -> None:
    page = "".join(to_html(report_of({"whole": result()})))
    assert "<title>CIS AWS Foundations monitoring: audit report</title>" in page
    facts = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page))
    assert facts["Benchmark"] == "CIS AWS Foundations Benchmark v1.4.0"
    assert facts["Controls"] == "4.10 · CloudWatch.10 Security group changes"
    assert facts["Scope"] == "1 account"
    assert facts["Accounts read"] == "2026-11-23T05:00:00Z"


def test_what_is_not_evaluated_is_remarked_once() -> None:
    failing = {name: broken(name * 12) for name in "123"}
    assert "".join(to_html(report_of(failing))).count(NOT_EVALUATED.partition(" are ")[0]) == 1
    assert "EventBridge" not in "".join(to_html(report_of({"whole": result()})))
