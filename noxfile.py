# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one door to every check: `.venv/bin/nox -s unit` runs one, `.venv/bin/nox` all, one after the other.

`make test` runs them side by side and sums up. The environments are those of `make venv`, so none is made here but that
of the second pair of Python and ansible-core. Arguments after `--` go to the tool: `.venv/bin/nox -s unit -- -k trail`.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import nox

ROOT = Path(__file__).parent
BIN = Path(sys.executable).parent
sys.path.insert(0, str(ROOT / "tests" / "tools"))

import environment
from collection_tree import copied_collection, files
from report import Report, of_junit

nox.options.default_venv_backend = "none"
nox.options.tags = ["check"]

# The slow ones come first, so that `make test` does not end with one of them alone.


@nox.session(tags=["check"])
def integration(session: nox.Session) -> None:
    """The collection on the sandbox and on moto."""
    # Each worker starts emulators of its own, and the tests of a file share one.
    _pytest(session, BIN / "python", "-n", "auto", "--dist", "loadfile", "tests/integration")


@nox.session(tags=["check"])
def sanity(session: nox.Session) -> None:
    """Ansible's own checks of a collection."""
    _tool(session, "sanity.py")


@nox.session(tags=["check"])
def other_integration(session: nox.Session) -> None:
    """The smoke tests on the second pair of Python and ansible-core."""
    _pytest(session, _other_python(session), "-m", "smoke", "tests/integration")


@nox.session(tags=["check"])
def unit(session: nox.Session) -> None:
    """The unit tests."""
    _pytest(session, BIN / "python", "tests/unit")


@nox.session(tags=["check"])
def other_unit(session: nox.Session) -> None:
    """The unit tests on the second pair of Python and ansible-core."""
    _pytest(session, _other_python(session), "tests/unit")


@nox.session(tags=["check"])
def package(session: nox.Session) -> None:
    """The tarball: built, installed offline into an empty folder, run there."""
    _tool(session, "package.py")


@nox.session(tags=["check"])
def ansible_lint(session: nox.Session) -> None:
    """Playbooks and roles, by the production profile."""
    with copied_collection() as root, session.chdir(root):
        output = _run(session, "ansible-lint", "--offline", "--nocolor", *session.posargs)
    _report_count(output, r"in (\d+) files processed", "files")


@nox.session(tags=["check"])
def docs(session: nox.Session) -> None:
    """The documentation of plugins and roles, with its references."""
    # antsibull-docs copies what git tracks: the collections in .venv are not to be taken for ignored files of ours.
    ceiling = {"GIT_CEILING_DIRECTORIES": str(ROOT)}
    with copied_collection() as root, session.chdir(root):
        command = ("lint-collection-docs", "--plugin-docs", "--disallow-unknown-collection-refs", ".")
        _run(session, "antsibull-docs", *command, env=ceiling)
    documented = [file for file in files() if re.match(r"plugins/(modules|lookup|inventory|filter)/", str(file))]
    Report(f"{len(documented)} plugins" if documented else "").write()


@nox.session(tags=["check"])
def changelog(session: nox.Session) -> None:
    """The changelog: its fragments are well formed, and CHANGELOG.md is what they say."""
    with copied_collection() as root, session.chdir(root):
        _run(session, "antsibull-changelog", "lint")
        _run(session, "antsibull-changelog", "generate")
        if (root / "CHANGELOG.md").read_text() != (ROOT / "CHANGELOG.md").read_text():
            session.error("CHANGELOG.md is out of date: run '.venv/bin/antsibull-changelog generate'.")
    releases = re.findall(r"^## ", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    Report(f"{len(releases)} releases" if releases else "").write()


@nox.session(tags=["check"])
def mypy(session: nox.Session) -> None:
    """The types of the code that modules and plugins share, strictly."""
    output = _run(session, "mypy", *session.posargs)
    _report_count(output, r"in (\d+) source files", "files")


@nox.session(tags=["check"])
def contracts(session: nox.Session) -> None:
    """Who may import whom: the layers, and a core that is pure."""
    path = {"PYTHONPATH": str(BIN.parent / "collections")}
    output = _run(session, "lint-imports", "--no-cache", "pyproject.toml", env=path)
    _report_count(output, r"Contracts: (\d+) kept", "contracts")


@nox.session(tags=["check"])
def ruff(session: nox.Session) -> None:
    """Python's style, order and usual mistakes."""
    _run(session, "ruff", "check", ".")
    _run(session, "ruff", "format", "--check", ".")
    listed = _run(session, "ruff", "check", "--show-files", ".")
    Report(f"{len(listed.splitlines())} files" if listed else "").write()


@nox.session(tags=["check"])
def role_readme(session: nox.Session) -> None:
    """The role's README tells the variables that its argument specification has."""
    _tool(session, "role_readme.py", "--check")


@nox.session(tags=["check"])
def wrong_verdicts(session: nox.Session) -> None:
    """The page about auditors that are wrong says what the tests assert."""
    _tool(session, "wrong_verdicts.py", "--check")


@nox.session(tags=["check"])
def controls_page(session: nox.Session) -> None:
    """The page about the controls says what the catalogue has."""
    _tool(session, "controls_page.py", "--check")


@nox.session
def pins(session: nox.Session) -> None:
    """Renew the pins in requirements/ (`-- --upgrade-package NAME` for one package alone)."""
    upgrade = session.posargs or ["--upgrade"]
    tell = {"UV_CUSTOM_COMPILE_COMMAND": "nox -s pins"}
    for series, oldest, wanted in (
        ("core-2.19", "3.11", "requirements/core-2.19.in"),
        ("core-2.21", "3.12", "requirements/core-2.21.in"),
        ("sandbox", "3.11", "tests/sandbox/requirements.txt"),
        ("bench", "3.11", "requirements/bench.in"),
    ):
        command = ("pip", "compile", "--quiet", "--universal", "--python-version", oldest, *upgrade)
        _run(session, "uv", *command, wanted, "--output-file", f"requirements/{series}.txt", env=tell)


def _pytest(session: nox.Session, python: Path, *arguments: str) -> None:
    results = ROOT / ".cache" / f"{session.name}.xml"
    results.unlink(missing_ok=True)
    try:
        session.run(
            str(python), "-m", "pytest", "-p", "no:cacheprovider", f"--junitxml={results}", *arguments, *session.posargs
        )
    finally:
        if results.is_file():
            of_junit("tests", results).write()


def _other_python(session: nox.Session) -> Path:
    other = environment.other_environment()
    if not other:
        why = f"Python {environment.others()} is not on this machine"
        Report("", not_run=why).write()
        session.skip(why)
    other.make()
    return other.python


def _tool(session: nox.Session, script: str, *arguments: str) -> None:
    session.run(str(BIN / "python"), str(ROOT / "tests" / "tools" / script), *arguments)


def _run(session: nox.Session, program: str, *arguments: str, env: dict[str, str] | None = None) -> str:
    """Run a program of this environment, and return its output."""
    path = {"PATH": f"{BIN}:{os.environ['PATH']}"}  # ansible-lint and antsibull-docs call Ansible's programs
    output = session.run(str(BIN / program), *arguments, silent=True, env={**path, **(env or {})})
    print(output)
    return str(output)


def _report_count(output: str, pattern: str, what: str) -> None:
    """Report a number that a tool prints."""
    count = re.search(pattern, output)
    Report(f"{count[1]} {what}" if count and int(count[1]) else "").write()
