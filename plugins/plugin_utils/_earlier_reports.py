# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports that are there already: read one, and find what those of a folder last said of each account."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ._plain_data import without_secrets
from ._report import report as reports
from ._report.comparison import Cells, cells
from ._report.recognized import what_is
from ._report.since import Since, noted
from ._report.tables import from_json

JSON = "report.json"
_MOST_OF_HISTORY = 30
_FOLDER = re.compile(r"(\d{4}-\d\d-\d\dT\d{6}Z)(?:-(\d+))?")
_MALFORMED = (AttributeError, KeyError, OSError, RecursionError, TypeError, ValueError)
# A line of an account, as tables.to_json writes it, begins with its name.
_NAME = re.compile(r'\{"name": "((?:[^"\\]|\\.)*)"')


@dataclass
class Earlier:
    """What is known of accounts from earlier reports, and which reports those are, the newest first."""

    cells: Cells = field(default_factory=dict)
    since: Since = field(default_factory=dict)
    sources: list[dict[str, Any]] = field(default_factory=list)

    def as_source(self) -> dict[str, Any]:
        """Return what a comparison says of where it looked: the newest report, and the names of the others."""
        newest, *others = self.sources
        return {**newest, "others": [one["name"] for one in others]}


def read(named: Path) -> tuple[dict[str, Any], Iterator[dict[str, Any]]]:
    """Return what a report says of all its accounts, and the accounts one after the other.

    `named` is its JSON file, or the folder that it is in. Raises ValueError that names the file, now or later.
    """
    path = named / JSON if (named / JSON).exists() else named
    try:
        head, accounts = from_json(_lines(path))
        reports.check_version(head)
    except _MALFORMED as error:
        raise ValueError(f"{path} is no report of this collection: {what_is(path, error)}.") from error
    return without_secrets(head), _checked(path, accounts)


def _checked(path: Path, accounts: Iterator[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    try:
        for account in accounts:
            reports.check_account(account)
            yield without_secrets(account)
    except _MALFORMED as error:
        raise ValueError(f"{path} is no whole report of this collection: {error}.") from error


def _lines(path: Path) -> Iterator[str]:
    if path.exists() and not path.is_file():  # a pipe would be waited for
        raise ValueError("it is no file")
    with path.open(encoding="utf-8") as file:
        yield from file


def named(path: Path) -> Earlier:
    """Return what a report says of each account. Raises ValueError."""
    head, accounts = read(path)
    try:
        found = Earlier(sources=[_source(path if path.is_dir() else path.parent, head)])
        found.cells = cells(noted(accounts, found.since))
        return found
    except _MALFORMED as error:
        raise ValueError(f"{path} cannot be compared with: {error}") from error


def names_in(folder: Path) -> set[str]:
    """Return the names of the accounts that the report in a folder has; none where there is no report."""
    try:
        return {account["name"] for account in read(folder)[1]} if (folder / JSON).is_file() else set()
    except ValueError:
        return set()


def newest(parent: Path, names: Iterable[str], is_part: bool, warn: Callable[[str], None]) -> Earlier:
    """Return what the newest report of a folder that has it says of each account.

    The report of a whole run is compared with all of the last one, so that accounts which are gone are noticed; that of
    a part with what is known of its own accounts. A file that is no report is left out with a warning.
    """
    wanted = set(names)
    last_whole = (parent / "latest").resolve()
    pending = not is_part and last_whole.is_dir()
    found = Earlier()
    for folder in _newest_first(parent):
        if not wanted and not pending:
            break
        is_whole = pending and folder.resolve() == last_whole
        pending = pending and not is_whole
        try:
            its = _of_folder(folder, None if is_whole else wanted)
        except ValueError as error:
            warn(f"Nothing is compared with an earlier report that cannot be read: {error}")
            continue
        found.cells = {**its.cells, **found.cells}
        found.since = {**its.since, **found.since}
        if its.cells:
            found.sources += its.sources
        wanted -= its.cells.keys()
    return found


def history(parent: Path, most: int = _MOST_OF_HISTORY) -> list[dict[str, Any]]:
    """Return the counts of the last whole reports of a folder, the oldest first. What is no report is left out."""
    found: list[dict[str, Any]] = []
    for folder in _newest_first(parent):
        if len(found) == most:
            break
        with suppress(*_MALFORMED):
            head, _accounts = from_json(_lines(folder / JSON))
            if not any(run["limit"] for run in head.get("runs", ())):
                found.append({**_source(folder, head), "counts": _numbers(head["counts"])})
    return found[::-1]


def _numbers(counts: Mapping[str, Any]) -> dict[str, int]:
    return {str(name): int(count) for name, count in counts.items()}


def _newest_first(parent: Path) -> list[Path]:
    named = [(match, path) for path in parent.glob("*Z*") if (match := _FOLDER.fullmatch(path.name))]
    written = [(match[1], int(match[2] or 0), path) for match, path in named if (path / JSON).is_file()]
    return [path for *_moment, path in sorted(written, reverse=True)]


def _of_folder(folder: Path, names: set[str] | None) -> Earlier:
    """What a report says of these accounts, of all if it is None."""
    try:
        head, accounts = read(folder) if names is None else from_json(_of_names(_lines(folder / JSON), names))
        reports.check_version(head)
        kept = (account for account in accounts if names is None or account["name"] in names)
        found = Earlier(sources=[_source(folder, head)])
        found.cells = cells(noted(kept, found.since))
        return found
    except _MALFORMED as error:
        raise ValueError(f"{folder / JSON}: {error}") from error


def _of_names(lines: Iterator[str], names: set[str]) -> Iterator[str]:
    """Leave out the lines of other accounts unread: a folder may have a year of large reports."""
    for line in lines:
        match = _NAME.match(line)
        if not match or "\\" in match[1] or match[1] in names:
            yield line


def _source(folder: Path, head: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": folder.resolve().name, "read_at": head["read_at"]}
