# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls x faults: each cell is an account of its own, so that one run of a playbook goes through all of them.

The calls are those that a run without faults made, so that a new call is tested without being named here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness import ROOT, Sandbox, accounts_inventory

RECORDS = ROOT / ".cache" / "faults"

# Where the answer is lost, the call has been carried out: the harder case of the two.
KINDS: dict[str, dict[str, Any]] = {
    "throttling": {"code": "ThrottlingException"},
    "500": {"code": "InternalFailure", "status": 500},
    "503": {"code": "ServiceUnavailable", "status": 503},
    "denied": {"code": "AccessDenied", "status": 403},
    "timeout": {"hang": True, "carry_out": True},
    "reset": {"reset": True, "carry_out": True},
    "truncated": {"truncate": True},
}
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
CONFIG = {"read_timeout": 3, "connect_timeout": 3}
SECRET_KEY = "wJalrXUtnFEMIbPxRfiCYzEXAMPLEKEY"
SESSION_TOKEN = "IQoJb3JpZ2luX2VjEXAMPLETOKEN"


@dataclass
class Cell:
    """An account in which calls meet with a fault: one call whenever it is made, or each call once."""

    account: str
    kind: str
    calls: Sequence[str]  # such as logs:PutMetricFilter
    once: bool
    outcome: str = ""

    @property
    def row(self) -> str:
        """What the table of outcomes calls it."""
        return "each call once" if self.once else self.calls[0]

    def set(self, sandbox: Sandbox) -> None:
        """Have the sandbox answer with the fault."""
        for call in self.calls:
            service, _colon, action = call.partition(":")
            fault = {"account": self.account, "service": service, "action": action, **KINDS[self.kind]}
            if "code" in fault:
                fault["code"] = _code(self.kind, service)
            sandbox.fault(**fault, **({"times": 1} if self.once else {}))

    def is_told(self, message: str) -> bool:
        """Whether a message says which call had no answer, and why."""
        return any(call in message and _reason(self.kind, call) in message.lower() for call in self.calls)


def _code(kind: str, service: str) -> str:
    code: str = _CODES.get(kind, {}).get(service, KINDS[kind]["code"])
    return code


def _reason(kind: str, call: str) -> str:
    words = {"denied": "denied", "timeout": "timeout", "reset": "closed", "truncated": "lacks what it must have"}
    return words.get(kind) or _code(kind, call.partition(":")[0]).lower()


@dataclass
class Matrix:
    """The cells of one playbook, by the name of the host."""

    name: str
    sandbox: Sandbox
    cells: dict[str, Cell] = field(default_factory=dict)

    def add(self, template: str, calls: Iterable[str], kinds: Iterable[str] = tuple(KINDS), *, of: str = "") -> None:
        """Add an account for each call and fault, all of them copies of one."""
        cells = {
            f"{call.replace(':', '.')}-{kind}": Cell(self.sandbox.new_account(), kind, [call], once=False)
            for call in calls
            for kind in kinds
        }
        self._add(template, cells, of)

    def add_passing(self, template: str, calls: Sequence[str], *, of: str = "") -> None:
        """Add an account for each fault that passes, in which each call meets with it once."""
        cells = {f"each-{kind}": Cell(self.sandbox.new_account(), kind, calls, once=True) for kind in PASSING}
        self._add(template, cells, of)

    def _add(self, template: str, cells: Mapping[str, Cell], of: str) -> None:
        self.sandbox.control("POST", "copy_account", account=template, copies=[cell.account for cell in cells.values()])
        self.cells |= {f"{of}-{name}": cell for name, cell in cells.items()}
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
        rows = {cell.row for cell in self.cells.values()}
        width = max(map(len, self.cells))
        lines = [f"{name:{width}}  {cell.outcome}" for name, cell in sorted(self.cells.items())]
        head = f"{self.name}: {len(rows)} calls x {len(KINDS)} faults, {len(self.cells)} accounts: {summary}"
        RECORDS.mkdir(parents=True, exist_ok=True)
        (RECORDS / f"{self.name}.txt").write_text("\n".join([head, "", *lines, ""]))


def secret_inventory(url: str, accounts: Mapping[str, str], **variables: Any) -> dict[str, Any]:
    """Give an inventory of accounts with credentials that a test can look for, and with short timeouts."""
    inventory = accounts_inventory(url, accounts, aws_config=CONFIG, **variables)
    for host in inventory["all"]["hosts"].values():
        host |= {"aws_secret_key": SECRET_KEY, "aws_session_token": SESSION_TOKEN}
    return inventory


def assert_clean(*texts: str) -> None:
    """Assert that nobody is shown a traceback or a secret."""
    for text in texts:
        for unwanted in ("Traceback", SECRET_KEY, SESSION_TOKEN):
            assert unwanted not in text, text[max(0, text.index(unwanted) - 1500) : text.index(unwanted) + 1500]


def calls_of(sandbox: Sandbox, account: str) -> list[str]:
    """Return the calls of an account, each once, in the order in which they were first made."""
    return list(dict.fromkeys(f"{call['service']}:{call['action']}" for call in sandbox.calls(account)))
