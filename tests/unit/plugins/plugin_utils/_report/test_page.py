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
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.accepted import Acceptance
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.comparison import cells, compare
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.page import to_html
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


def test_it_escapes_what_comes_from_accounts(page: str) -> None:
    assert EVIL not in page
    assert html.escape(EVIL) in page
    assert page.count("<script>") == 1
    assert "<b>drill</b>" not in page


def test_it_shows_each_account_with_its_links(page: str) -> None:
    assert page.count("<tbody class") == 6
    assert '<abbr class="mark fail" title="ALARM_MISSING: Nobody is told.">F' in page
    assert "Fix:</b> Tell somebody." in page
    assert "full: failed</b>, 2026-11-01T05:00:00Z. The &lt;b&gt;drill" in page
    assert "Seen after the start: record 302.4 s." in page


def test_nothing_is_loaded_from_elsewhere(page: str) -> None:
    assert not re.findall(r"(?:src|url)\s*[=(]", page)
    assert set(re.findall(r'href="([^"]*)"', page)) == {CODES_PAGE, f"{CODES_PAGE}#alarm_missing"}


def test_it_is_html_as_its_standard_has_it(page: str) -> None:
    """The parser ends with the first error that the HTML standard names."""
    html5lib.HTMLParser(strict=True).parse(page)


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

    def test_each_cell_leads_to_the_links_of_its_path(self, page: str) -> None:
        cells = re.findall(r'<a class="mark (\w+)" href="#([^"]+)"', page)
        assert Counter(status for status, dummy in cells) == {"pass": 16, "fail": 13, "accepted": 1}
        assert {place for dummy, place in cells} == set(re.findall(r'<section id="([^"]+)"', page))
        assert page.count('<ol class="path">') == 30

    def test_it_tells_first_what_has_changed_and_last_what_is_accepted(self, page: str) -> None:
        places = [
            page.index(text) for text in ("Since 2026", "14 worse", "<table id", "By control", "Accepted findings")
        ]
        assert places == sorted(places)

    def test_it_is_html_and_escapes_what_comes_from_accounts(self, page: str) -> None:
        html5lib.HTMLParser(strict=True).parse(page)
        assert EVIL not in page

    @pytest.mark.skipif(not BROWSER, reason="no Chromium on this machine")
    def test_it_filters_by_control_and_verdict(self, page: str, tmp_path: Path) -> None:
        assert _driven(page, MATRIX_DRIVER, tmp_path) == {"failing": 0, "accepted": 1, "compliant": 1, "any": 3}


class TestManyAccounts:
    """The worst that can be: every control of every account fails for a reason of its own."""

    @pytest.fixture
    def report(self) -> dict[str, Any]:
        bare = fifteen(observation=whole_account(log_groups={GROUP_ARN: a_group(a_filter("{ $.a = b }"))}))
        for control in bare["controls"]:
            control["reason"] = f"{control['control']}: {control['reason']}"
        return report_of({f"production-account-{number:04}": bare for number in range(300)})

    def test_a_page_has_no_more_than_fifteen_hundred_bytes_an_account(self, report: dict[str, Any]) -> None:
        page = "".join(to_html(report))
        html5lib.HTMLParser(strict=True).parse(page)
        assert len(page.encode()) / 300 < 1500
        assert "FILTER_MISSING" in page
        assert "more causes." in page


DRIVER = """
const told = {};
const shown = () => [...document.querySelectorAll("tbody")].filter((row) => !row.hidden).map((row) => row.className);
const first = () => document.querySelector("tbody th").textContent;
const change = (element, value, event) => { element.value = value; element.dispatchEvent(new Event(event)); };
const [search, select] = ["input", "select"].map((name) => document.querySelector(name));
told.tools = !document.querySelector(".tools").hidden;
told.all = shown().length;
change(select, "non_compliant", "change");
told.chosen = shown();
told.said = document.querySelector("output").value;
change(search, "BROKEN", "input");
told.found = shown();
change(select, "", "change");
change(search, "", "input");
const button = document.querySelector("thead button");
button.click(); told.up = first();
button.click(); told.down = first();
told.evil = document.body.dataset.evil ?? "did not run";
document.body.dataset.told = JSON.stringify(told);
"""


MATRIX_DRIVER = """
const shown = () => [...document.querySelectorAll("#accounts tbody")].filter((row) => !row.hidden).length;
const change = (name, value) => {
  const element = document.querySelector(`select[name=${name}]`);
  element.value = value;
  element.dispatchEvent(new Event("change"));
};
const told = {};
change("control", "4");
change("verdict", "non_compliant");
told.failing = shown();
change("verdict", "accepted"); told.accepted = shown();
change("verdict", "compliant"); told.compliant = shown();
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
        "up": EVIL + "444455556666 · us-east-1",
        "down": "whole111122223333 · us-east-1",
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


@pytest.mark.parametrize(
    ("results", "head"),
    [
        ({"whole": result()}, "<p>1 account, last read at 2026-11-23T05:00:00Z.\nControl: security group changes."),
        (
            {"a": fifteen(), "b": fifteen("222233334444")},
            "<p>2 accounts, last read at 2026-11-23T05:00:00Z.\n15 controls.",
        ),
    ],
)
def test_its_head_counts_accounts_and_names_the_one_control(results: dict[str, Any], head: str) -> None:
    page = "".join(to_html(report_of(results)))
    assert "<title>CIS AWS Foundations monitoring: audit report</title>" in page
    assert head in page


def test_what_is_not_evaluated_is_remarked_once() -> None:
    failing = {name: broken(name * 12) for name in "123"}
    assert "".join(to_html(report_of(failing))).count(NOT_EVALUATED.partition(" are ")[0]) == 1
    assert "EventBridge" not in "".join(to_html(report_of({"whole": result()})))
