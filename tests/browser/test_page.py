# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of a report as its readers use it: by eye, keyboard and screen reader, on a phone, on paper."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.tests.browser.fleets import EVIL
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

Opened = Callable[..., Page]
ROWS = "#grid tbody tr:not(.detail)"
BELOW_HEAD = """() => {
  const elements = ["tr.detail h3", "#grid thead th"].map((name) => document.querySelector(name));
  const [title, head] = elements.map((element) => element.getBoundingClientRect());
  return title.top >= head.bottom && title.bottom <= innerHeight;
}"""
FULL_WIDTH = """() =>
  document.querySelector("tr.detail td").colSpan === document.querySelector("#grid thead tr").cells.length
"""
PICTURES = Path(__file__).resolve().parents[2] / ".cache" / "browser"
OVERLAPPING = """() => {
  const cells = [...document.querySelectorAll("#grid tbody td.column")].slice(0, 15);
  const children = cells.flatMap((cell) => [...cell.children]);
  const boxes = children.map((child) => child.getBoundingClientRect()).filter((box) => box.width);
  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  return boxes.filter((a, place) => boxes.slice(place + 1).some((b) => meet(a, b))).length;
}"""
STANDARDS_FIT = """() => {
  const place = document.querySelector(".standards").parentElement;
  return place.scrollWidth <= place.clientWidth;
}"""
TIMED = """(change) => {
  const start = performance.now();
  change();
  document.body.offsetHeight;
  return performance.now() - start;
}"""


def _rows(page: Page) -> int:
    return page.locator(ROWS).count()


def _follow(page: Page, link: Locator) -> None:
    """Follow a link to a view of the page, which is shown once the browser has said that the address changed."""
    link.click()
    expect(page.locator(ROWS)).not_to_have_count(60)


def _focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"))


@pytest.mark.parametrize("accounts", [1, 12, 60])
@pytest.mark.parametrize(
    "options", [{}, {"color_scheme": "dark"}, {"width": 390}, {"fragment": "#open={name}/root_usage"}], ids=str
)
def test_axe_finds_no_violation(opened: Opened, accounts: int, options: dict[str, Any]) -> None:
    page = opened(accounts, **{key: value for key, value in options.items() if key != "fragment"})
    if "fragment" in options:
        page.locator(f"{ROWS}:first-child [data-column='2']").click()
        assert page.locator("tr.detail").count() == 1
    found = [f"{one['id']}: {one['nodes'][0]['html']}" for one in Axe().run(page).response["violations"]]
    assert found == []


def test_nothing_of_an_account_is_read_as_html(opened: Opened) -> None:
    page = opened(12)
    assert page.evaluate("document.body.dataset.evil") is None
    assert page.locator("img").count() == 0
    assert page.get_by_role("rowheader", name=EVIL).count() == 1


def test_a_script_that_is_not_the_pages_own_is_refused(opened: Opened) -> None:
    page = opened(12, is_clean=False)
    page.evaluate(
        """() => {
          const note = (event) => { window.refused = event.effectiveDirective; };
          document.addEventListener("securitypolicyviolation", note);
          const script = document.createElement("script");
          script.textContent = "document.body.dataset.evil = 'ran'";
          document.body.append(script);
        }"""
    )
    page.wait_for_function("window.refused")
    assert page.evaluate("window.refused") == "script-src-elem"
    assert page.evaluate("document.body.dataset.evil") is None


class TestKeyboard:
    def test_the_table_is_one_stop_with_a_link_past_it(self, opened: Opened) -> None:
        page = opened(12)
        page.locator("[name=code]").focus()
        page.keyboard.press("Tab")
        assert _focused(page) == "Skip the table of accounts"
        page.keyboard.press("Tab")
        assert _focused(page) == "Account"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('#grid')") is None

    def test_arrow_keys_move_and_each_cell_says_account_control_and_verdict(self, opened: Opened) -> None:
        page = opened(12)
        page.locator("#grid thead th").first.focus()
        for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight"):
            page.keyboard.press(key)
        first = page.locator(ROWS).first.get_attribute("data-name")
        assert _focused(page) == f"{first}, 4.1 Unauthorized API calls: fails"
        page.keyboard.press("End")
        assert _focused(page).startswith("FILTER_MISSING")
        page.keyboard.press("Control+Home")
        assert _focused(page) == "Account"
        page.keyboard.press("ArrowUp")
        assert _focused(page) == "Account"
        page.keyboard.press("Control+End")
        assert page.evaluate("document.activeElement.parentElement === document.querySelector('#grid').rows[12]")
        assert page.locator('#grid :is(th, td)[tabindex="0"]').count() == 1

    def test_enter_opens_one_control_below_the_head_and_escape_goes_back(self, opened: Opened) -> None:
        page = opened(60)
        page.locator(ROWS).nth(40).locator("[data-column='5']").focus()
        cell = _focused(page)
        page.keyboard.press("Enter")
        head = page.locator("tr.detail h3")
        assert "Console authentication failures" in head.inner_text()
        assert page.evaluate(BELOW_HEAD)
        assert page.evaluate(FULL_WIDTH)
        assert _focused(page) == cell
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        assert page.locator("tr.detail").count() == 1
        page.keyboard.press("Escape")
        assert page.locator("tr.detail").count() == 0
        assert ": " in _focused(page)


class TestAddress:
    def test_a_card_filters_and_the_address_shows_the_same_elsewhere(self, opened: Opened) -> None:
        page = opened(60)
        _follow(page, page.get_by_role("link", name="non compliant", exact=False).first)
        failing = _rows(page)
        assert 0 < failing < 60
        page.get_by_role("columnheader", name="Account").click()
        page.get_by_role("columnheader", name="Account").click()
        names = page.locator(f"{ROWS} th").all_inner_texts()
        address = page.evaluate("location.hash")
        assert address == "#verdict=non_compliant&sort=-name"
        again = opened(60, address)
        assert again.locator(f"{ROWS} th").all_inner_texts() == names
        assert again.get_by_label("Verdict").input_value() == "non_compliant"

    def test_a_cause_leads_to_its_accounts(self, opened: Opened) -> None:
        page = opened(60)
        link = page.locator(".cause h3 a").first
        count = int(link.inner_text().split()[0])
        _follow(page, link)
        assert _rows(page) == count

    def test_a_group_filters(self, opened: Opened) -> None:
        page = opened(60, "#group=ou_prod")
        assert all(name.startswith("prod-") for name in page.locator(f"{ROWS} th").all_inner_texts())


def test_a_phone_that_finds_no_account_says_so_and_finds_them_again(opened: Opened) -> None:
    page = opened(12, "#q=no-such-account", width=390)
    assert _rows(page) == 0
    assert page.locator("output").inner_text() == "0 of 12 accounts"
    page.locator("[name=q]").fill("")
    assert _rows(page) == 12
    assert page.locator('#grid :is(th, td)[tabindex="0"]').count() == 1


def test_links_lead_to_the_console_of_the_region(opened: Opened) -> None:
    page = opened(12)
    page.locator(ROWS).first.locator("[data-column='0']").click()
    link = page.locator("tr.detail a").first
    assert str(link.get_attribute("href")).startswith("https://eu-west-1.console.aws.amazon.com/cloudtrailv2/")


def test_commands_are_copied(opened: Opened) -> None:
    page = opened(12, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").first.click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("ansible-playbook aws_cis.monitoring.remediate -i accounts.yml --limit=")


@pytest.mark.parametrize("width", [390, 768, 1024, 1280, 1440])
@pytest.mark.parametrize("accounts", [1, 12, 60, 10_000])
def test_nothing_is_wider_than_the_screen_and_no_labels_overlap(opened: Opened, accounts: int, width: int) -> None:
    """Each is a picture in .cache/browser, for people."""
    page = opened(accounts, width=width)
    page.screenshot(path=PICTURES / f"{accounts}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width >= 1280:
        assert page.evaluate(STANDARDS_FIT)
    assert page.evaluate(OVERLAPPING) == 0


def test_twelve_accounts_print_on_four_pages_with_numbers_and_evidence(opened: Opened) -> None:
    page = opened(12)
    file = PICTURES / "12.pdf"
    page.pdf(path=file, prefer_css_page_size=True, print_background=True)
    sheets = [unicodedata.normalize("NFKC", sheet.extract_text()) for sheet in PdfReader(file).pages]
    text = "\n".join(sheets)
    print(f"{len(sheets)} pages")
    assert len(sheets) <= 4
    assert f"Page 1 of {len(sheets)}" in sheets[0]
    assert "CIS AWS Foundations Benchmark v1.4.0" in sheets[0]
    assert "Failures by cause" in sheets[0]
    assert "has no metric filter for this control" in text
    assert not re.search("[\u25b2-\u25c5]", text)


def test_paper_has_every_account_whatever_page_is_shown(opened: Opened, tmp_path: Path) -> None:
    page = opened(120, "#page=2")
    assert _rows(page) == 20
    page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    text = "".join(sheet.extract_text() for sheet in PdfReader(tmp_path / "report.pdf").pages)
    assert {f"{number:03}" for number in range(120)} <= set(re.findall(r"-([01][0-9][0-9])\b", text))


def test_ten_thousand_accounts_sort_and_filter_at_once(opened: Opened, page_file: Callable[[int], Path]) -> None:
    size = page_file(10_000).stat().st_size
    start = time.monotonic()
    page = opened(10_000)
    loaded = time.monotonic() - start
    took = {
        name: page.evaluate(f"() => ({TIMED})(() => {{ {action} }})")
        for name, action in {
            "sort by name": "document.querySelector('#grid th[data-sort=name]').click()",
            "sort by a control": "document.querySelector('#grid th[data-sort=root_usage]').click()",
            "filter by text": "const q = document.querySelector('[name=q]'); q.value = 'prod 77'; "
            "q.dispatchEvent(new Event('input', { bubbles: true }))",
            "filter by verdict": "const v = document.querySelector('[name=verdict]'); v.value = 'non_compliant'; "
            "v.dispatchEvent(new Event('input', { bubbles: true }))",
        }.items()
    }
    print(
        f"{size / 1e6:.1f} MB, loaded in {loaded:.2f} s,", ", ".join(f"{name} {ms:.0f} ms" for name, ms in took.items())
    )
    assert size <= 10_000_000
    assert max(map(len, page.locator(".command span").all_inner_texts())) < 500
    assert 0 < _rows(page) <= 100
