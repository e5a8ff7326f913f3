# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a check tells about itself beyond its exit status, for the summary of `make test`."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from xml.etree import ElementTree

VARIABLE = "CHECK_REPORT"
"""Names the file to report to. Without it (a check run by hand) the report is printed."""


@dataclass(frozen=True)
class Report:
    """What a check saw, so that one that saw nothing can't pass for one that found nothing.

    `saw` is in words ('92 Python files'), empty if it saw nothing. `passed` and `failed` count tests; a check that is
    no test runner leaves them at 0 and counts as one. `skipped` gives a line for each test that did not run, with why.
    `not_run` is why the check as a whole could not run here. `environment` is the one that its tests ran in.
    """

    saw: str
    passed: int = 0
    failed: int = 0
    skipped: list[str] = field(default_factory=list)
    not_run: str = ""
    environment: str = ""

    def write(self) -> None:
        """Hand it to the runner."""
        file = os.environ.get(VARIABLE)
        if file:
            Path(file).write_text(json.dumps(asdict(self)))
        else:
            print(f"saw {self.saw or 'nothing'}", *self.skipped, sep="\n  ")

    @classmethod
    def read(cls, file: Path) -> Report:
        """Read what a check wrote. One that wrote nothing saw nothing."""
        return cls(**json.loads(file.read_text())) if file.is_file() else cls("")


def of_junit(what: str, *files: Path, environment: str = "") -> Report:
    """Sum up JUnit files, as pytest and ansible-test write them."""
    passed, failed, skipped = 0, 0, []
    for file in files:
        for case in ElementTree.parse(file).iter("testcase"):
            reason = case.find("skipped")
            if reason is not None:
                skipped.append(f"{case.get('name')}: {reason.get('message') or (reason.text or '').strip()}")
            elif case.find("failure") is not None or case.find("error") is not None:
                failed += 1
            else:
                passed += 1
    saw = f"{passed + failed} {what}" if passed + failed else ""
    return Report(saw, passed, failed, skipped, environment=environment)
