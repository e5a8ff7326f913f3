# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of reports, opened in the Chromium of the machine."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.page import to_html
from ansible_collections.aws_cis.monitoring.tests.browser.fleets import report_of_fleet
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
Opened = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium."""
    if not CHROMIUM:
        pytest.skip("there is no Chromium on this machine (on Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """Return the page of a report of so many accounts, which is made once."""
    made: dict[int, Path] = {}

    def file(accounts: int) -> Path:
        if accounts not in made:
            made[accounts] = tmp_path_factory.mktemp("page") / "report.html"
            made[accounts].write_text("".join(to_html(report_of_fleet(accounts))), encoding="utf-8")
        return made[accounts]

    return file


@pytest.fixture
def opened(browser: Browser, page_file: Callable[[int], Path]) -> Iterator[Opened]:
    """Open the page of so many accounts. Fails at the end if the console has anything: an error, a refused script."""
    contexts, said = [], []

    def open_page(
        accounts: int, fragment: str = "", width: int = 1440, *, is_clean: bool = True, **options: Any
    ) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        if is_clean:
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(page_file(accounts).as_uri() + fragment)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []
