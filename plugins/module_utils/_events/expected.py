# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Expected principals: whose events, of which controls and accounts, why, and until when. Pure.

They quieten what is read, not what is matched: the metric filters stay exact, and an expected event stays an event.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from .._reasons import reason_and_last_day
from .records import Event

EVERY = "all"
_ARN = re.compile(r"arn:[^:]+:(iam|sts|identitystore):[^:]*:[^:]*:.+")
_SERVICE = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_ACCOUNTS = re.compile(r"[0-9*?]+")
_ACCOUNT = 4  # the part of an ARN
_PARTS = 5  # colons before the resource, which may have more of them


@dataclass(frozen=True)
class Expected:
    """Principals whose events are expected."""

    principals: tuple[str, ...]
    control: str
    accounts: tuple[str, ...]
    reason: str
    until: date | None  # the last day on which events are expected

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Expected:
        """Return the entry as a user wrote it. Raises ValueError with what is wrong with it."""
        principals = tuple(str(one).strip() for one in given.get("principals") or ())
        if not principals:
            raise ValueError("The expected principal has no principals. Set `principals` to ARNs of roles or users.")
        named = f"The expected principal ({', '.join(principals)})"
        for one in principals:
            if not (_ARN.fullmatch(one) or _SERVICE.fullmatch(one)):
                raise ValueError(
                    f"{named}: {one!r} is neither an ARN nor a service. A name alone exists in many accounts. Use "
                    "known_as of the events report, such as arn:aws:iam::123456789012:role/Deployment or "
                    "config.amazonaws.com."
                )
        accounts = tuple(map(str, given.get("accounts") or ("*",)))
        for one in accounts:
            if not _ACCOUNTS.fullmatch(one):
                raise ValueError(f"{named}: account {one!r} is not an account id or a pattern of ids.")
        reason, until = reason_and_last_day(named, given)
        return cls(principals, str(given.get("control") or EVERY), accounts, reason, until)

    def names(self, event: Event, control: str) -> bool:
        """Whether it is about an event of a control, whenever it happened."""
        return (
            self.control in (EVERY, control)
            and any(fnmatchcase(event.account, pattern) for pattern in self.accounts)
            and any(_is(pattern, event) for pattern in self.principals)
        )

    def holds(self, event: Event) -> bool:
        """Whether it was in force when the event happened."""
        return self.until is None or event.time[:10] <= self.until.isoformat()


def _is(pattern: str, event: Event) -> bool:
    """Compare part by part, as IAM's ArnLike does.

    Names repeat in other people's accounts, so that an account of * is the one that the event happened in.
    """
    wanted, known = pattern.split(":", _PARTS), event.identity.known_as.split(":", _PARTS)
    if len(wanted) != len(known) or len(wanted) == 1:
        return pattern == event.identity.known_as
    if wanted[_ACCOUNT] == "*":
        wanted[_ACCOUNT] = event.account
    return all(fnmatchcase(part, one) for part, one in zip(known, wanted, strict=True))


class Expectation:
    """The entries of a run, and which of them would match if they had not expired."""

    def __init__(self, entries: Sequence[Mapping[str, Any]]) -> None:
        """Take the entries as users write them. Raises ValueError with what is wrong with one."""
        self._entries = tuple(map(Expected.of, entries))
        self._expired: dict[Expected, None] = {}

    def __bool__(self) -> bool:
        return bool(self._entries)

    def told(self, event: Event) -> Event:
        """Return an event of one control with why it is expected."""
        return replace(event, expected_reason=self.reason(event, event.controls[0]))

    def reason(self, event: Event, control: str) -> str:
        """Return why an event of a control is expected; '' if it is not."""
        named = [one for one in self._entries if one.names(event, control)]
        valid = [one.reason for one in named if one.holds(event)]
        if not valid:
            self._expired.update(dict.fromkeys(named))
        return " ".join(dict.fromkeys(valid))

    def expired(self) -> Iterable[str]:
        """Return a sentence for each entry whose principals went on after its last day."""
        for one in self._expired:
            yield (
                f"Expected principal {', '.join(one.principals)}: expired on {one.until}. Later events are unexpected. "
                "Renew the entry, or remove it."
            )
