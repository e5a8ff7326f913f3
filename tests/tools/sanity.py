# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run `ansible-test sanity` on a copy of the collection, and make sure that it saw every file.

ansible-test passes when it finds nothing to test. So its own list of files is compared with what was copied, and a file
with a fault is planted first, which it has to find.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from collection_tree import BIN, ROOT, copied_collection, files
from report import of_junit

HOME = ROOT / ".cache" / "ansible-test"
"""ansible-test keeps an environment for each test below the home folder. This one is in the checkout."""
PIP = (".config/pip", ".cache/pip")
PIP_SAYS = (
    "WARNING: Location", "Collecting", "Downloading", "Installing", "Looking in", "Processing", "Successfully",
    "Using cached", "\u2501",
)  # fmt: skip
INSTALLING = re.compile(rf"^ *({'|'.join(PIP_SAYS)}).*\n", re.M)
"""What pip says about the environments of the single tests."""
CANARY = Path("plugins/module_utils/canary.py")


def main() -> int:
    """Return the exit status of ansible-test, or fail before it where it would test too little."""
    _provide_pip()
    with copied_collection() as root:
        unseen = _unseen(root)
        if unseen:
            print("ansible-test does not see:", *unseen, sep="\n  ")
            return 1
        if not _finds_canary(root):
            print(
                f"ansible-test did not report {CANARY}, which has a carriage return on purpose: its tests do not run."
            )
            return 1
        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        ended = _ansible_test(root, "sanity", "--local", "--python", python, "--junit", "--truncate", "0")
        print(INSTALLING.sub("", ended.stdout), end="")
        results = sorted((root / "tests" / "output" / "junit").glob("*.xml"))
        report = of_junit(f"tests on {len(files())} files", *results)
        report.write()
        # A test that crashes leaves no result, and ends the run.
        return ended.returncode or report.failed


def _unseen(root: Path) -> list[str]:
    listed = _ansible_test(root, "env", "--list-files").stdout.splitlines()
    return sorted({str(file) for file in files()} - set(listed))


def _finds_canary(root: Path) -> bool:
    (root / CANARY).write_bytes(b"# A line that ends as none here may.\r\n")
    ended = _ansible_test(root, "sanity", "--local", "--test", "line-endings")
    (root / CANARY).unlink()
    return ended.returncode != 0 and str(CANARY) in ended.stdout


def _ansible_test(root: Path, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HOME": str(HOME), "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        [BIN / "ansible-test", command, "--color", "no", *arguments],
        cwd=root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def _provide_pip() -> None:
    """Put a script where ansible-test caches the one that installs pip, which it would download from a site of its own.

    The name of the file has pip's version in it, another one in each ansible-core. pip keeps its settings and cache.
    """
    package = find_spec("ansible_test")
    if not package or not package.origin:
        raise LookupError(f"{sys.executable} has no ansible-test.")
    source = Path(package.origin).parent / "_internal" / "python_requirements.py"
    cache = HOME / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for folder in PIP:
        (HOME / folder).parent.mkdir(parents=True, exist_ok=True)
        if not (HOME / folder).is_symlink():
            (HOME / folder).symlink_to(Path.home() / folder)
    for version in re.findall(r"pip='([\d.]+)'", source.read_text()):
        script = cache / f"get_pip_{version.replace('.', '_')}.py"
        script.write_text("import ensurepip\n\nensurepip.bootstrap()\n")


if __name__ == "__main__":
    sys.exit(main())
