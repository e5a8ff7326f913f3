# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge the tarball with galaxy-importer, which Ansible Galaxy runs on every upload. Not a warning passes.

Galaxy has the collections that ours depends on beside it, and so does the environment here: fragments of amazon.aws are
in our documentation.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from collection_tree import ROOT, link_dependencies
from environment import importer_environment
from package import build
from report import Report

SETTINGS = {
    "CHECK_CHANGELOG": "true",
    "CHECK_REQUIRED_TAGS": "true",
    "REQUIRE_V1_OR_GREATER": "true",
    "RUN_ANSIBLE_DOC": "true",
    "RUN_ANSIBLE_LINT": "true",
    "OFFLINE_ANSIBLE_LINT": "true",
}
HOME = ROOT / ".cache" / "importer"


def main() -> int:
    """Return 0 if Galaxy would take the tarball, with nothing to remark."""
    python = importer_environment().python
    (site_packages,) = python.parents[1].glob("lib/python*/site-packages")
    HOME.mkdir(parents=True, exist_ok=True)
    (site_packages / "ansible_collections").mkdir(exist_ok=True)
    link_dependencies(site_packages / "ansible_collections")
    settings = {f"GALAXY_IMPORTER_{name}": value for name, value in SETTINGS.items()}
    path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
    with tempfile.TemporaryDirectory(prefix="aws_cis-monitoring-") as name:
        ended = subprocess.run(
            [python, "-m", "galaxy_importer.main", build(Path(name))],
            cwd=name,
            env={**os.environ, **settings, "HOME": str(HOME), "PATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        result = Path(name) / "importer_result.json"
        documented = documented_contents(result) if result.is_file() else []
    print(ended.stdout)
    Report(f"{len(documented)} plugins and roles with documentation" if documented else "").write()
    return ended.returncode or bool(remarks(ended.stdout))


def documented_contents(result: Path) -> list[str]:
    """Return the names of what the importer could document."""
    contents = json.loads(result.read_text())["docs_blob"]["contents"]
    return [content["content_name"] for content in contents if content["doc_strings"] or content["readme_html"]]


def remarks(output: str) -> list[str]:
    """Return the lines with which the importer warns or fails."""
    return re.findall(r"^.*\b(?:WARNING|ERROR|CRITICAL)\b.*$", output, re.MULTILINE)


if __name__ == "__main__":
    sys.exit(main())
