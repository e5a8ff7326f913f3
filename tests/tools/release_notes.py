# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print the changelog's section of a version, for its release on GitHub: `release_notes.py 2.0.0`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

CHANGELOG = Path(__file__).resolve().parents[2] / "CHANGELOG.md"


def section(changelog: str, version: str) -> str:
    """Return the text below a version's heading, as antsibull-changelog writes it. Raises LookupError."""
    heading = re.escape(f"## v{version}".replace(".", r"\."))
    found = re.search(rf"^{heading}\n(.*?)(?=^<a id=\"v\d[^\n]*\n## v|\Z)", changelog, re.MULTILINE | re.DOTALL)
    if not found:
        raise LookupError(f"CHANGELOG.md has no section of {version}. Cut it: docs/releasing.md.")
    return found[1].strip()


def main(version: str) -> int:
    """Return 0 if there is a section."""
    try:
        print(section(CHANGELOG.read_text(encoding="utf-8"), version))
    except LookupError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
