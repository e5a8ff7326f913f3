# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the environments in the checkout: `python tests/tools/environment.py main sandbox`.

- main: .venv, for the interpreter that runs this script, with the collection linked into it.
- core-2.19 and so on: .venv-core-2.19, the same for another pair of Python and ansible-core, if its Python is found.
- bench: .venv-bench, the AWS CLI that `make bench` compares with.
- prowler, custodian: .venv-prowler and .venv-custodian, the other auditors, of which `nox -s auditors` asks.
- importer: .venv-importer, what Ansible Galaxy judges a tarball with.
- site: .venv-site, what builds the documentation site.
- browser: .venv-browser, what drives Chromium on the page of a report.
- sandbox: .venv-sandbox, for the emulator, which pins packages that Ansible's environment must not be held to.

Each is pinned, with hashes, by a file in requirements/ and made again only when that file or the interpreter changes.
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
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"
REQUIREMENTS = ROOT / "requirements"
OLDEST = (3, 11)
OLDEST_SERIES, NEWEST_SERIES = "core-2.19", "core-2.21"
"""The oldest ansible-core that we support and the newest that is released: `make test` runs on both."""
SERIES = {
    "core-2.19": ("3.11", "3.12", "3.13"),
    "core-2.20": ("3.12", "3.13", "3.14"),
    "core-2.21": ("3.13", "3.12", "3.14"),
    "core-2.22": ("3.13", "3.14"),
}
"""Each ansible-core that is tested, with the interpreters to look for."""

RULEBOOK, RULEBOOK_PYTHONS = "rulebook", ("3.12", "3.13")


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
            print(f"creating {self.path.name} from {self.requirements.relative_to(ROOT)}", flush=True)
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
        pinned = self.path / "uv.txt"
        pinned.write_text(_pinned("uv"))
        subprocess.run([*pip, "--requirement", pinned], check=True)
        if subprocess.run([*uv, "--requirement", self.requirements], check=False).returncode:
            # The file has all dependencies. pip takes 'coverage[toml]' for one that the file's 'coverage' does not pin.
            subprocess.run([*pip, "--no-deps", "--requirement", self.requirements], check=True)

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
    series = OLDEST_SERIES if sys.version_info[:2] == OLDEST else NEWEST_SERIES
    return Environment(ROOT / ".venv", _base(Path(sys.executable)), REQUIREMENTS / f"{series}.txt")


def sandbox_environment() -> Environment:
    """Return the environment that the emulator runs in."""
    return _tools("sandbox")


def bench_environment() -> Environment:
    """Return the environment of the AWS CLI, which pins botocore."""
    return _tools("bench")


def prowler_environment() -> Environment:
    """Return the environment of prowler, which pins what all clouds have of libraries."""
    return _tools("prowler")


def custodian_environment() -> Environment:
    """Return the environment of Cloud Custodian."""
    return _tools("custodian")


def site_environment() -> Environment:
    """Return the environment that the documentation site is built with."""
    return _tools("site")


def browser_environment() -> Environment:
    """Return the environment that drives Chromium. It holds the collection, whose page it makes."""
    return Environment(ROOT / ".venv-browser", _base(Path(sys.executable)), REQUIREMENTS / "browser.txt")


def importer_environment() -> Environment:
    """Return the environment of galaxy-importer, which pins what Ansible's environment has newer."""
    return _tools("importer")


def rulebook_environment() -> Environment | None:
    """Return the environment of ansible-rulebook, with an amazon.aws that has event sources; None without a Python."""
    return _first(RULEBOOK, RULEBOOK_PYTHONS)


def second_series() -> str:
    """Return the series that the main environment is not of, of the two that `make test` runs on."""
    return NEWEST_SERIES if main_environment().requirements.stem == OLDEST_SERIES else OLDEST_SERIES


def series_environment(series: str) -> Environment | None:
    """Return the environment of a series, or None where none of its interpreters is on this machine."""
    return _first(series, SERIES[series])


def _first(name: str, versions: tuple[str, ...]) -> Environment | None:
    for version in versions:
        for interpreter in _interpreters(version):
            return Environment(ROOT / f".venv-{name}", interpreter, REQUIREMENTS / f"{name}.txt")
    return None


def interpreters(series: str) -> str:
    """Say which interpreters a series can have."""
    return " or ".join({**SERIES, RULEBOOK: RULEBOOK_PYTHONS}[series])


def _tools(name: str) -> Environment:
    requirements = REQUIREMENTS / f"{name}.txt"
    return Environment(ROOT / f".venv-{name}", _base(Path(sys.executable)), requirements, holds_collection=False)


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
    """Return a package's pin with its hashes, which is the same in all files of requirements/."""
    pins = (REQUIREMENTS / "core-2.19.txt").read_text()
    match = re.search(rf"^{package}==\S+( \\\n +--hash=\S+)+", pins, re.MULTILINE)
    if not match:
        raise LookupError(f"requirements/core-2.19.txt does not pin {package}; run 'nox -s pins'.")
    return match[0]


def main(names: list[str]) -> int:
    """Create the named environments."""
    if sys.version_info < OLDEST:
        print(
            f"Python {'.'.join(map(str, OLDEST))} or newer is required. This is {sys.version.split()[0]} "
            f"({sys.executable}). Use another one: make PYTHON=python3.13 ...",
            file=sys.stderr,
        )
        return 2
    makers: dict[str, Callable[[], Environment | None]] = {
        "main": main_environment,
        "sandbox": sandbox_environment,
        "bench": bench_environment,
        "prowler": prowler_environment,
        "custodian": custodian_environment,
        "importer": importer_environment,
        "site": site_environment,
        "rulebook": rulebook_environment,
        "browser": browser_environment,
        **{series: partial(series_environment, series) for series in SERIES},
    }
    for name in names:
        environment = makers[name]()
        if environment:
            environment.make()
        else:
            print(f"no interpreter for {name}: Python {interpreters(name)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
