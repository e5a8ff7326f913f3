# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the pages, and the parts of pages, that are generated from code, data and tests.

`python tests/tools/pages.py` writes all of them, `... pages.py controls_page peers_page` those two. With --check it
changes nothing, and fails if one is out of date. Each name is a module beside this one, whose `pages()` yields files
with the text that they should have.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from report import Report

ROOT = Path(__file__).resolve().parents[2]
GENERATORS = (
    "acceptance_page",
    "architecture",
    "codes_page",
    "controls_page",
    "existing_setups_page",
    "formats_page",
    "peers_page",
    "playbook_readme",
    "role_readme",
    "wrong_verdicts",
)


def main() -> int:
    """Write the pages, or report which are out of date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(GENERATORS)}; all by default")
    parser.add_argument("--check", action="store_true", help="change nothing; fail if a page is out of date")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(GENERATORS):
        parser.error(f"no such page: {', '.join(sorted(unknown))}. There are {', '.join(GENERATORS)}.")
    seen, stale = 0, {}
    for name in arguments.names or GENERATORS:
        for file, text in generated(name):
            seen += 1
            if not file.is_file() or file.read_text() != text:
                stale[file] = name
                if not arguments.check:
                    file.write_text(text)
    for file, name in stale.items():
        path = file.relative_to(ROOT)
        fix = f"is out of date. Write it: .venv/bin/python tests/tools/pages.py {name}"
        print(f"{path} {fix}" if arguments.check else f"wrote {path}")
    Report(f"{seen} pages" if seen else "").write()
    return 1 if arguments.check and stale else 0


def generated(name: str) -> Iterator[tuple[Path, str]]:
    """Yield the files of a generator, each with the text that it should have."""
    pages: Iterable[tuple[Path, str]] = importlib.import_module(name).pages()
    yield from pages


if __name__ == "__main__":
    sys.exit(main())
