# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls x faults: each cell is an account of its own, so that one run of a playbook goes through all of them.

The calls are those that a run without faults made, so that a new call is tested without being named here.
"""

from __future__ import annotations

import itertools
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from harness import ROOT, Sandbox, accounts_inventory

RECORDS = ROOT / ".cache" / "faults"

# Where the answer is lost, the call has been carried out: the harder case of the two. What lasts for three calls
# outlasts the two attempts of ENVIRONMENT; for ever would have the retries of community.aws take minutes.
KINDS: dict[str, dict[str, Any]] = {
    "throttling": {"code": "ThrottlingException", "times": 3},
    "500": {"code": "InternalFailure", "status": 500, "times": 3},
    "503": {"code": "ServiceUnavailable", "status": 503, "times": 3},
    "denied": {"code": "AccessDenied", "status": 403},
    "timeout": {"hang": True, "carry_out": True},
    "reset": {"reset": True, "carry_out": True},
    "truncated": {"truncate": True},
}
# FAULTS=all in the environment makes a cell for every call and fault. Without it the faults take turns, so that every
# call and every fault is tested in a minute.
IN_FULL = os.environ.get("FAULTS") == "all"
# An audit goes on without the answer.
UNANSWERED = ("denied", "truncated")
# A second attempt is made.
PASSING = ("throttling", "500", "503", "timeout", "reset")

# Each service has words of its own for it.
_CODES = {
    "denied": {
        "cloudtrail": "AccessDeniedException",
        "ec2": "UnauthorizedOperation",
        "kms": "AccessDeniedException",
        "logs": "AccessDeniedException",
        "sns": "AuthorizationError",
    },
    "throttling": {"cloudwatch": "Throttling", "ec2": "RequestLimitExceeded", "sns": "Throttling", "sts": "Throttling"},
}

# Two attempts at a call. What is long for an answer is short for a test.
ENVIRONMENT = {"AWS_MAX_ATTEMPTS": "2"}
CONFIG = {"read_timeout": 2, "connect_timeout": 2}
FORKS = ("--forks", "24")
SECRET_KEY = "wJalrXUtnFEMIbPxRfiCYzEXAMPLEKEY"
SESSION_TOKEN = "IQoJb3JpZ2luX2VjEXAMPLETOKEN"


@dataclass
class Cell:
    """An account in which calls meet with a fault: one call whenever it is made, or each call once."""

    account: str
    kind: str
    calls: Mapping[str, int]  # such as logs:PutMetricFilter, with how many of them are answered first
    once: bool
    like: str  # the account that it is a copy of
    outcome: str = ""

    def set(self, sandbox: Sandbox) -> None:
        """Have the sandbox answer with the fault."""
        for call, after in self.calls.items():
            service, _colon, action = call.partition(":")
            fault = {"account": self.account, "service": service, "action": action, "after": after, **KINDS[self.kind]}
            if "code" in fault:
                fault["code"] = _code(self.kind, service)
            sandbox.fault(**{**fault, "times": 1} if self.once else fault)

    def is_told(self, message: str) -> bool:
        """Whether a message says which call had no answer, and why."""
        return any(call in message and any(why in message.lower() for why in self._why(call)) for call in self.calls)

    def is_reported(self, message: str) -> bool:
        """Whether a message says what could not be done, and why. The modules of others need not name the call."""
        why = [words for call in self.calls for words in self._why(call)]
        tried = [*self.calls, *(call.partition(":")[2] for call in self.calls)]
        names_it = any(name in message for name in tried) or _TRIED.search(message)
        return bool(names_it) and any(words in message.lower() for words in why)

    def _why(self, call: str) -> Sequence[str]:
        words = _WORDS.get(self.kind, ())
        return words or [_code(self.kind, call.partition(":")[0]).lower()]


# "Could not put ...", "Couldn't create topic ...", or the name of the task.
_TRIED = re.compile(
    r"\b(Could not|Couldn't|Failed to|Unable to) \w+ \w+|^(Create or update|Delete) the |^(Configure|Enable|Add) \w+ "
)
_WORDS = {
    "denied": ("denied", "authorizationerror"),
    "timeout": ("timeout",),
    "reset": ("closed",),
    # amazon.aws has no message for it but what Python says of the key that it misses.
    "truncated": ("lacks what it must have", "response is incomplete", "unable to parse response", "module failed: '"),
}


def in_turn(*groups: Iterable[str]) -> Callable[[], Sequence[str]]:
    """Return what gives, call for call, one fault of each group in turn, or all of them if FAULTS says so."""
    groups = groups or (KINDS,)
    if IN_FULL:
        return lambda: tuple(KINDS)
    turns = [itertools.cycle(group) for group in groups]
    return lambda: [next(turn) for turn in turns]


def _code(kind: str, service: str) -> str:
    code: str = _CODES.get(kind, {}).get(service, KINDS[kind]["code"])
    return code


@dataclass
class Matrix:
    """The cells of one playbook, by the name of the host."""

    name: str
    sandbox: Sandbox
    cells: dict[str, Cell] = field(default_factory=dict)

    def add(
        self,
        like: str,
        template: str,
        calls: Mapping[str, int],
        kinds: Callable[[], Iterable[str]] = lambda: KINDS,
        *,
        phase: str = "",
    ) -> None:
        """Add an account for each call and fault, copies of one. `calls` says how many are answered first."""
        cells = {
            f"{call.replace(':', '.')}-{kind}": Cell(self.sandbox.new_account(), kind, {call: after}, False, like)
            for call, after in calls.items()
            for kind in kinds()
        }
        self._add(template, cells, f"{like}-{phase}" if phase else like)

    def add_passing(self, like: str, template: str, calls: Mapping[str, int], kinds: Iterable[str] = PASSING) -> None:
        """Add an account for each fault, in which each call meets with it once, and a second attempt with none."""
        cells = {f"each-{kind}": Cell(self.sandbox.new_account(), kind, calls, True, like) for kind in kinds}
        self._add(template, cells, like)

    def _add(self, template: str, cells: Mapping[str, Cell], prefix: str) -> None:
        accounts = [cell.account for cell in cells.values()]
        self.sandbox.control("POST", "copy_account", account=template, copies=accounts)
        self.cells |= {f"{prefix}-{name}": cell for name, cell in cells.items()}
        for cell in cells.values():
            cell.set(self.sandbox)

    def inventory(self, **variables: Any) -> dict[str, Any]:
        """Give the accounts, with credentials that are not to be seen anywhere."""
        accounts = {name: cell.account for name, cell in self.cells.items()}
        return secret_inventory(self.sandbox.url, accounts, **variables)

    def wrong(self) -> list[str]:
        """Return the cells that went as they must not."""
        return [f"{name}: {cell.outcome}" for name, cell in self.cells.items() if cell.outcome.startswith("WRONG")]

    def record(self) -> None:
        """Write the table of outcomes down, with the counts."""
        counts = Counter(cell.outcome for cell in self.cells.values())
        summary = ", ".join(f"{count} {outcome}" for outcome, count in counts.most_common())
        calls = {call for cell in self.cells.values() for call in cell.calls}
        width = max(map(len, self.cells))
        lines = [f"{name:{width}}  {cell.outcome}" for name, cell in sorted(self.cells.items())]
        head = f"{self.name}: {len(calls)} calls x {len(KINDS)} faults, {len(self.cells)} accounts: {summary}"
        RECORDS.mkdir(parents=True, exist_ok=True)
        (RECORDS / f"{self.name}{'-all' if IN_FULL else ''}.txt").write_text("\n".join([head, "", *lines, ""]))


@dataclass(frozen=True)
class Phases:
    """The calls that the role makes to plan, to write and to verify, each with how many of it came before."""

    plan: Mapping[str, int]
    write: Mapping[str, int]
    verify: Mapping[str, int]

    @classmethod
    def of(cls, planned: Sequence[str], made: Sequence[str]) -> Self:
        """Tell the phases apart, by the calls in check mode and those of a whole run."""
        verifying = len(made)
        if len(made) > len(planned):  # it reads the account again
            verifying = min(made.index(call, made.index(call) + 1) for call in set(planned[:2]))
        before = Counter(planned)
        counted = Counter(made[:verifying])
        return cls(
            plan=dict.fromkeys(planned, 0),
            write={call: before[call] for call in counted if counted[call] > before[call]},
            verify={call: counted[call] for call in made[verifying:]},
        )


def secret_inventory(url: str, accounts: Mapping[str, str], **variables: Any) -> dict[str, Any]:
    """Give an inventory of accounts with credentials that a test can look for, and with short timeouts."""
    inventory = accounts_inventory(url, accounts, **{"aws_config": CONFIG, **variables})
    for host in inventory["all"]["hosts"].values():
        host |= {"aws_secret_key": SECRET_KEY, "aws_session_token": SESSION_TOKEN}
    return inventory


def slices(accounts: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Yield so many accounts at a time as a playbook gets through before run_playbook loses patience."""
    rest = iter(accounts.items())
    while some := dict(itertools.islice(rest, 100)):
        yield some


def assert_clean(*texts: str) -> None:
    """Assert that nobody is shown a traceback or a secret."""
    for text in texts:
        for unwanted in ("Traceback", SECRET_KEY, SESSION_TOKEN):
            assert unwanted not in text, text[max(0, text.index(unwanted) - 1500) : text.index(unwanted) + 1500]


def calls_of(sandbox: Sandbox, account: str) -> list[str]:
    """Return the calls of an account in the order in which they were made."""
    return [f"{call['service']}:{call['action']}" for call in sandbox.calls(account)]


def contents(sandbox: Sandbox, accounts: Iterable[str]) -> dict[str, Any]:
    """Return all there is in each account but what differs from run to run: moments, random ids, and histories."""
    found = sandbox.control("POST", "contents", accounts=list(accounts))
    return {
        account: {
            store: json.loads(_VARYING.sub("0", json.dumps(entries)))
            for store, entries in stores.items()
            if store not in _HISTORIES
        }
        for account, stores in found.items()
    }


_HISTORIES = ("cloudwatch.alarm_history",)
_VARYING = re.compile(r"""\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|(?<=": )1[0-9]{9,12}(?:\.[0-9]+)?\b""")
