# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with variables that are of the right types, found before an account is asked.

Faults that only a module would notice cost a run over thousands of accounts a quarter of an hour.
"""

from __future__ import annotations

import difflib
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..module_utils._account.arn import Arn
from ..module_utils._aws.task import same_account
from ..module_utils._controls import CONTROLS
from ..module_utils._controls.choice import ALL, chosen_controls, named_controls
from ..module_utils._events.expected import Expected
from ..module_utils._events.notification import Notification
from ..module_utils._events.window import LAST_ALARM, parse_window
from ..module_utils._judge.findings import ACCESS_DENIED, CODES, RESPONSE_INCOMPLETE
from . import _earlier_reports as earlier_reports
from ._credentials import AssumeRoleError, role_from
from ._report.accepted import EVERY, Rule
from ._variables import PREFIX

CONNECTION = ("aws_account_id", "aws_role_arn", "aws_role_chain")
"""The variables of a host whose values are checked besides."""

_ACCOUNT = re.compile(r"\d{1,12}", re.ASCII)
_CODES = (*(code for codes in CODES.values() for code in codes), ACCESS_DENIED, RESPONSE_INCOMPLETE)


def checked(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a host's variables, by their names without the prefix. Raises ValueError with all faults."""
    if faults := list(faults_of(values)):
        raise ValueError("; ".join(fault.rstrip(".") for fault in faults))
    return values


def faults_of(values: Mapping[str, Any]) -> Iterator[str]:
    """Say what is wrong with the values of the variables that a playbook has."""
    yield from _of_controls(values)
    yield from _of_drill(values)
    yield from _of_time(values)
    yield from _of_answer(values)
    for number, rule in enumerate(values.get("accepted") or ()):
        yield from _of_accepted(f"{PREFIX}accepted, entry {number + 1}", rule)
    for number, entry in enumerate(values.get("expected") or ()):
        yield from _of_expected(f"{PREFIX}expected, entry {number + 1}", entry)
    for name in [values.get("compare_with"), *(values.get("reports") or ())]:
        if name:
            yield from _of_report(Path(name).absolute())
    if values.get("report_dir"):
        yield from _of_folder(Path(values["report_dir"]).absolute())


def faults_of_connection(variables: Mapping[str, Any]) -> Iterator[str]:
    """Say what is wrong with a host's account and the roles that lead there, from those of CONNECTION that it has."""
    number = str(variables.get("aws_account_id") or "")
    if number and not _ACCOUNT.fullmatch(number):
        yield f"aws_account_id is {number!r}, not the 12 digits of an account, in quotation marks"
    roles = [variables.get("aws_role_arn"), *_listed(variables.get("aws_role_chain"))]
    for role in filter(None, roles):
        try:
            role_from(role)
        except AssumeRoleError as error:
            yield str(error)
            return
    if number and roles[0] and not same_account(number, its := role_from(roles[0]).account):
        yield f"aws_account_id is {number}, but aws_role_arn is a role of account {its}. Correct one of them"


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else [value]


def _of_controls(values: Mapping[str, Any]) -> Iterator[str]:
    try:
        if values.get("controls") is None:
            return
        if benchmark := values.get("benchmark"):
            chosen_controls(values["controls"], [benchmark] if isinstance(benchmark, str) else benchmark)
        else:
            named_controls(values["controls"])
    except ValueError as error:
        yield f"{PREFIX}controls: {error}"


def _of_drill(values: Mapping[str, Any]) -> Iterator[str]:
    if values.get("drill_depth") == "full" and not values.get("drill_vpc_id"):
        yield f"{PREFIX}drill_depth is full, which needs {PREFIX}drill_vpc_id: the VPC for the drill's security group"


def _of_time(values: Mapping[str, Any]) -> Iterator[str]:
    """A preview has a number of days, and looks at neither since nor until nor limit."""
    days, since, until = values.get("preview_days"), values.get("since"), values.get("until")
    if since is None or days is None:
        return
    if days < 0:
        yield f"{PREFIX}preview_days must not be negative, and is {days}"
    if days:
        return
    if values["limit"] < 1:
        yield f"{PREFIX}limit must be at least 1, and is {values['limit']}"
    if since == LAST_ALARM:
        if until:
            yield f"{PREFIX}until goes with a moment in {PREFIX}since, not with {LAST_ALARM}"
        return
    try:
        parse_window(since, until, datetime.now(tz=UTC))
    except ValueError as error:
        yield f"{PREFIX}since and {PREFIX}until: {error}"


def _of_accepted(where: str, rule: Mapping[str, Any]) -> Iterator[str]:
    try:
        accepted = Rule.of(rule)
    except ValueError as error:
        yield f"{where}: {error}"
        return
    yield from _of_name(where, "control", accepted.control, [*CONTROLS])
    yield from _of_name(where, "code", accepted.code, [*_CODES])


def _of_answer(values: Mapping[str, Any]) -> Iterator[str]:
    """An alarm's message, and where to post its answer."""
    if message := values.get("alarm_message"):
        if "{" in message:
            yield (
                f"{PREFIX}alarm_message is not percent-encoded, so a template in the alarm's description would be "
                "evaluated. Pass event.body | tojson | urlencode"
            )
            return
        try:
            Notification.of(message)
        except ValueError as error:
            yield f"{PREFIX}alarm_message: {error}"
        if values.get("preview_days"):
            yield f"{PREFIX}alarm_message can't be used with {PREFIX}preview_days"
    if values.get("webhook_url") and "json" not in values["report_formats"]:
        yield f"{PREFIX}webhook_url posts the JSON report. Add json to {PREFIX}report_formats"


def account_of(values: Mapping[str, Any]) -> str:
    """Return the account that the values of a host's variables select; '' if they select none."""
    message = values.get("alarm_message")
    return Notification.of(message).account if message else str(values.get("account") or "")


def unanswered(values: Mapping[str, Any]) -> str:
    """Return why an alarm's message is not answered; '' if it is, or if there is none."""
    message = values.get("alarm_message")
    return Notification.of(message).unanswered if message else ""


def account_of_host(connection: Mapping[str, Any]) -> str:
    """Return the account that a host's variables of CONNECTION name; '' if they name none."""
    role = connection.get("aws_role_arn")
    return str(connection.get("aws_account_id") or "") or (Arn.parse(str(role)).account if role else "")


def _of_expected(where: str, entry: Mapping[str, Any]) -> Iterator[str]:
    try:
        yield from _of_name(where, "control", Expected.of(entry).control, [*CONTROLS])
    except ValueError as error:
        yield f"{where}: {error}"


def _of_name(where: str, what: str, name: str, names: list[str]) -> Iterator[str]:
    if name not in (EVERY, ALL, *names):
        near = difflib.get_close_matches(name, names, n=1) or difflib.get_close_matches(name.upper(), names, n=1)
        yield f"{where}: unknown {what} {name}" + (f". Did you mean {near[0]}?" if near else "")


def _of_report(path: Path) -> Iterator[str]:
    try:
        earlier_reports.read(path)
    except ValueError as error:
        yield str(error)


def _of_folder(folder: Path) -> Iterator[str]:
    """Whether a report can be written there is found by doing what will be done; permissions do not tell all."""
    existing = next((one for one in (folder, *folder.parents) if one.exists() or one.is_symlink()), folder)
    attempt = existing / f".unfinished-{secrets.token_hex(8)}"
    try:
        attempt.mkdir()
    except OSError as error:
        yield f"{PREFIX}report_dir: {folder} can't be written to ({existing}: {error.strerror}). Name another folder"
        return
    with suppress(OSError):
        attempt.rmdir()
