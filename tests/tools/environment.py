# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the environments in the checkout: `python tests/tools/environment.py main sandbox`.

- main: .venv, for the interpreter that runs this script, with the collection linked into it.
- other: .venv-other, the same for the second pair of Python and ansible-core, if its interpreter is found.
- bench: .venv-bench, the AWS CLI that `make bench` compares with.
- sandbox: .venv-sandbox, for the emulator, which pins packages that Ansible's environment must not be held to.

Each is pinned by a file in requirements/ and made again only when that file or the interpreter changes.
Needs the standard library alone.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"
REQUIREMENTS = ROOT / "requirements"
OLDEST = (3, 11)
SERIES = {(3, 11): "core-2.19", (3, 12): "core-2.21"}
"""The oldest Python of each series of ansible-core that is tested."""
OTHERS = {"core-2.19": ("3.13", "3.12"), "core-2.21": ("3.11",)}
"""For the series of the main environment: the interpreters to look for, so that the second one is of another series."""


@dataclass(frozen=True)
class Environment:
    """A virtual environment in the checkout, and what decides what is in it."""

    path: Path
    interpreter: Path
    requirements: Path
    holds_collection: bool = True

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.path / "bin" / "python"

    def make(self) -> None:
        """Bring it up to its requirements. Does nothing if it is."""
        CACHE.mkdir(exist_ok=True)
        with (CACHE / f"{self.path.name}.lock").open("w") as lock:  # checks run side by side
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._make()

    def _make(self) -> None:
        stamp = self.path / "made-from"
        state = f"{self.interpreter} {hashlib.sha256(self.requirements.read_bytes()).hexdigest()}\n"
        if not stamp.is_file() or stamp.read_text() != state:
            print(f"making {self.path.name} from {self.requirements.relative_to(ROOT)}", flush=True)
            subprocess.run([self.interpreter, "-m", "venv", "--clear", self.path], check=True)
            self._install()
            stamp.write_text(state)
        if self.holds_collection:
            self._link_collection()

    def _install(self) -> None:
        pip = [self.python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        uv = [self.path / "bin" / "uv", "pip", "install", "--quiet", "--python", self.python]
        # uv takes 10 seconds where pip takes 40. Where it can't install (it does not read pip's settings, which may
        # name a mirror), pip does.
        subprocess.run([*pip, _pinned("uv")], check=True)
        if subprocess.run([*uv, "--requirement", self.requirements], check=False).returncode:
            subprocess.run([*pip, "--requirement", self.requirements], check=True)

    def _link_collection(self) -> None:
        """Let Ansible find the checkout from any folder, and mypy, which searches no folder inside site-packages."""
        (site_packages,) = self.path.glob("lib/python*/site-packages")
        for folder in (site_packages, self.path / "collections"):
            link = folder / "ansible_collections" / "aws_cis" / "monitoring"
            link.parent.mkdir(parents=True, exist_ok=True)
            if not link.is_symlink():
                link.symlink_to(os.path.relpath(ROOT, link.parent), target_is_directory=True)


def main_environment() -> Environment:
    """Return the environment of the interpreter that runs this."""
    series = SERIES[max(oldest for oldest in SERIES if oldest <= sys.version_info[:2])]
    return Environment(ROOT / ".venv", _base(Path(sys.executable)), REQUIREMENTS / f"{series}.txt")


def sandbox_environment() -> Environment:
    """Return the environment that the emulator runs in."""
    requirements = REQUIREMENTS / "sandbox.txt"
    return Environment(ROOT / ".venv-sandbox", _base(Path(sys.executable)), requirements, holds_collection=False)


def bench_environment() -> Environment:
    """Return the environment of the AWS CLI, which pins botocore."""
    requirements = REQUIREMENTS / "bench.txt"
    return Environment(ROOT / ".venv-bench", _base(Path(sys.executable)), requirements, holds_collection=False)


def other_environment() -> Environment | None:
    """Return the environment of the second pair, or None where none of its interpreters is on this machine."""
    for version in OTHERS[main_environment().requirements.stem]:
        for interpreter in _interpreters(version):
            oldest = max(oldest for oldest in SERIES if oldest <= tuple(map(int, version.split("."))))
            return Environment(ROOT / ".venv-other", interpreter, REQUIREMENTS / f"{SERIES[oldest]}.txt")
    return None


def others() -> str:
    """Say which interpreters the second pair can have."""
    return " or ".join(OTHERS[main_environment().requirements.stem])


def _interpreters(version: str) -> list[Path]:
    """Return the interpreters of a version that run: a shim on the path may stand for one that does not."""
    found = [shutil.which(f"python{version}"), *Path.home().glob(f".pyenv/versions/{version}.*/bin/python{version}")]
    return [_base(Path(one)) for one in found if one and _runs(one)]


def _runs(interpreter: str | Path) -> bool:
    return not subprocess.run([interpreter, "-c", "import ensurepip"], capture_output=True, check=False).returncode


def _base(interpreter: Path) -> Path:
    """Return the real interpreter behind a virtual environment or a shim."""
    asked = subprocess.run(
        [interpreter, "-c", "import sys; print(sys._base_executable)"], capture_output=True, text=True, check=True
    )
    return Path(asked.stdout.strip())


def _pinned(package: str) -> str:
    """Return a package's pin, which is the same in all files of requirements/."""
    pins = (REQUIREMENTS / "core-2.19.txt").read_text()
    match = re.search(rf"^{package}==\S+", pins, re.MULTILINE)
    if not match:
        raise LookupError(f"requirements/core-2.19.txt does not pin {package}; run 'nox -s pins'.")
    return match[0]


def main(names: list[str]) -> int:
    """Make the environments named."""
    if sys.version_info < OLDEST:
        print(
            f"Python {'.'.join(map(str, OLDEST))} or newer is needed, this is {sys.version.split()[0]} "
            f"({sys.executable}). Name another one: make PYTHON=python3.13 ...",
            file=sys.stderr,
        )
        return 2
    makers = {
        "main": main_environment,
        "other": other_environment,
        "sandbox": sandbox_environment,
        "bench": bench_environment,
    }
    for name in names:
        environment = makers[name]()
        if environment:
            environment.make()
        else:
            print(f"no interpreter for the second pair: Python {others()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
