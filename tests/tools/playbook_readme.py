# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the playbooks' variables into their README, from playbooks/vars/argument_specs.yml."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._variables import playbooks
from marks import between
from role_readme import END, ROOT, table

README = ROOT / "playbooks" / "README.md"
BEGIN = "<!-- variables: generated from vars/argument_specs.yml by tests/tools/playbook_readme.py -->"


def pages() -> Iterator[tuple[Path, str]]:
    """Yield the README, with its text."""
    yield README, between(README.read_text(), BEGIN, END, "\n".join(_sections()))


def _sections() -> Iterator[str]:
    for playbook in playbooks().values():
        yield from ("", f"## {playbook.name}", "", playbook.description, "")
        yield table(dict(playbook.options))
    yield ""
