# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the playbooks' variables into their README, from playbooks/vars/argument_specs.yml.

`python tests/tools/playbook_readme.py` writes; with --check it only tells whether the README is up to date.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._variables import playbooks
from report import Report
from role_readme import ROOT, table, with_table

README = ROOT / "playbooks" / "README.md"
BEGIN = "<!-- variables: generated from vars/argument_specs.yml by tests/tools/playbook_readme.py -->"


def main() -> int:
    """Bring the README up to date, or tell that it is not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if the README is out of date")
    check = parser.parse_args().check
    old = README.read_text()
    new = with_table(old, "\n".join(_sections()), BEGIN)
    if check and new != old:
        print("playbooks/README.md is out of date. Write it: .venv/bin/python tests/tools/playbook_readme.py")
    elif new != old:
        README.write_text(new)
    Report(f"{sum(len(one.options) for one in playbooks().values())} variables").write()
    return 1 if check and new != old else 0


def _sections() -> Iterator[str]:
    for playbook in playbooks().values():
        yield from ("", f"## {playbook.name}", "", playbook.description, "")
        yield table(dict(playbook.options))
    yield ""


if __name__ == "__main__":
    sys.exit(main())
