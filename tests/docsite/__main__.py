# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the documentation site of the collection, as Ansible's own site shows it, and fail on any warning.

antsibull-docs writes a page for each plugin and role and adds the guides of docs/docsite; it needs the environment that
has Ansible and the collections. Sphinx makes HTML of it, in an environment of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))

from environment import CACHE, ROOT, site_environment
from report import Report

SITE = CACHE / "docsite"
SOURCES = SITE / "rst"
ANTSIBULL = ("antsibull-docs", "collection", "--use-current", "--squash-hierarchy", "--fail-on-error")
SPHINX = ("-m", "sphinx", "-b", "html", "--fresh-env", "--quiet", "--fail-on-warning")


def main() -> int:
    """Build the site, and return 0 if there was no warning."""
    site_environment().make()
    shutil.rmtree(SITE, ignore_errors=True)
    SOURCES.mkdir(parents=True)
    SOURCES.chmod(0o700)  # antsibull-docs refuses a folder that others may write to
    programs = Path(sys.executable).parent
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    html = SITE / "html"
    for command in (
        (programs / ANTSIBULL[0], *ANTSIBULL[1:], "--dest-dir", SOURCES, "aws_cis.monitoring"),
        (site_environment().python, *SPHINX, "-c", HERE, SOURCES, html),
    ):
        if status := subprocess.run(command, cwd=ROOT, env={**os.environ, "PATH": path}, check=False).returncode:
            return status
    pages = len(list(html.rglob("*.html")))
    print(f"The site is in {html.relative_to(ROOT)}/index.html")
    Report(f"{pages} pages" if pages else "").write()
    return 0


if __name__ == "__main__":
    sys.exit(main())
