# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real copy of the collection at .../ansible_collections/aws_cis/monitoring, beside those that it depends on.

ansible-test and ansible-lint want that path. In a folder that git ignores, ansible-test finds no file and passes, so
the copy lies outside the checkout.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
DEPENDENCIES = ("amazon", "community")


def files() -> list[Path]:
    """Return the files of the collection, relative to its root: what git tracks, and what is new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return sorted(Path(name) for name in listed.stdout.split("\0") if name and (ROOT / name).is_file())


@contextmanager
def copied_collection() -> Iterator[Path]:
    """Copy the collection into a folder of its own, and give the root of the copy."""
    with tempfile.TemporaryDirectory(prefix="aws_cis-monitoring-") as folder:
        collections = Path(folder) / "ansible_collections"
        root = collections / "aws_cis" / "monitoring"
        for file in files():
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / file, root / file, follow_symlinks=False)
        link_dependencies(collections)
        yield root


def link_dependencies(collections: Path) -> None:
    """Put the collections that ours depends on into a folder `ansible_collections`, as this environment has them."""
    installed = Path(sysconfig.get_path("purelib")) / "ansible_collections"
    for namespace in DEPENDENCIES:
        if not (collections / namespace).is_symlink():
            (collections / namespace).symlink_to(installed / namespace, target_is_directory=True)
