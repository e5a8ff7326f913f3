# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write into docs/acceptance.md how many calls an acceptance makes, and which answers of AWS are inferred only."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from marks import between

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "acceptance.md"
BEGIN = "<!-- from the vectors, by tests/tools/acceptance_page.py -->"
END = "<!-- end of what is from the vectors -->"
sys.path.insert(0, str(ROOT / "tests" / "acceptance"))

from questions import Expectation, questions

_LONGEST = 70  # characters of a message


def pages() -> Iterator[tuple[Path, str]]:
    """Yield the page, with its text."""
    yield PAGE, between(PAGE.read_text(), BEGIN, END, _generated(list(_inferred())))


def _inferred() -> Iterator[tuple[str, Expectation]]:
    for question in questions():
        yield from ((question.pattern, one) for one in question.expectations if one.is_inferred)


def _generated(inferred: list[tuple[str, Expectation]]) -> str:
    asked = questions()
    answers = sum(len(question.expectations) for question in asked)
    return "\n".join(
        [
            f"All vectors take {len(asked)} calls to `TestMetricFilter`, and bring {answers} answers. We only infer"
            f" {len(inferred)} of them:",
            "",
            "| Pattern | Message | We say that it | Why it is not certain |",
            "|---|---|---|---|",
            *(
                f"| {_code(pattern)} | {_code(one.message) if one.message else ''} | {one.says} |"
                f" {'there is no public source' if one.source == 'ours' else one.source} |"
                for pattern, one in inferred
            ),
        ]
    )


def _code(text: str) -> str:
    short = text if len(text) <= _LONGEST else text[: _LONGEST - 4] + " ..."
    return f"`{short}`".replace("|", "\\|")
