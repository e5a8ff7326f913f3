# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write into docs/acceptance.md how many calls an acceptance makes, and which answers of AWS are inferred only.

`python tests/tools/acceptance_page.py` writes; with --check it only tells whether the page is up to date.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from report import Report

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "acceptance.md"
BEGIN = "<!-- from the vectors, by tests/tools/acceptance_page.py -->"
END = "<!-- end of what is from the vectors -->"
sys.path.insert(0, str(ROOT / "tests" / "acceptance"))

from questions import Expectation, questions

_LONGEST = 70  # characters of a message


def main() -> int:
    """Write the page, or tell whether it is up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if the page is out of date")
    check = parser.parse_args().check
    written = PAGE.read_text()
    before, _begin, rest = written.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    inferred = list(_inferred())
    text = f"{before}{BEGIN}\n{_generated(inferred)}\n{END}{after}"
    if text != written and check:
        print(f"{PAGE} is out of date. Write it: .venv/bin/python tests/tools/acceptance_page.py")
    elif text != written:
        PAGE.write_text(text)
    Report(f"{len(inferred)} statements" if inferred else "").write()
    return 1 if text != written and check else 0


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


if __name__ == "__main__":
    sys.exit(main())
