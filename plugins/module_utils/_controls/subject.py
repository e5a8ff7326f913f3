# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which controls is a metric filter about, be it that it tries to be and fails? Pure.

A log group has the filters of all controls, and other ones. A filter for one control must not be taken for a broken
filter for another, though it catches some of its records: a text for IAM catches CreatePolicy of AWS Organizations,
and one for security groups catches denied calls, those on security groups.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence

from .. import coverage
from ..coverage import FULL, NONE
from ..filter_pattern import FilterPatternError
from . import CONTROLS, Case, Control, findings
from .proofs import Proofs, TooCostly

# Values that a text compares with to leave them out. What it is about is not among them.
_LEFT_OUT = re.compile(r"!=\s*(?:\"[^\"]*\"|[^\s)&|}]+)")
# Calls that are about no control. A text that catches none of one of them looks for certain events.
_UNRELATED = (("GetCallerIdentity", "sts.amazonaws.com"), ("ListBuckets", "s3.amazonaws.com"))


def concerns(text: str, name: str) -> bool:
    """Tell whether a filter with this text is about the control of this name.

    It is if it catches the control's records as its own, or if it names the control's events, or what the control
    compares with, and catches nothing of any control. Raises KeyError for a name that is no control's.
    """
    return _concerns(text, name)[0]


def cost(text: str, name: str) -> int:
    """Return what that takes to determine, in steps. Raises KeyError for a name that is no control's."""
    return _concerns(text, name)[1]


def _concerns(text: str, name: str) -> tuple[bool, int]:
    """Kept, since accounts share their texts."""
    owners = written_for(text)
    if owners is not None and name in CONTROLS:
        return name in owners, 0
    return findings.answer(text, f"about {name}", lambda: _found_concerns(text, name), list, findings.flag_and_steps)


def _found_concerns(text: str, name: str) -> tuple[bool, int]:
    control = CONTROLS[name]
    proofs = Proofs(text)
    try:
        return _is_about(proofs, control), proofs.steps
    except FilterPatternError:
        return _may_concern_unread(text, control), proofs.steps
    except TooCostly:
        return True, proofs.steps  # it may be


def _is_about(proofs: Proofs, control: Control) -> bool:
    """Raises FilterPatternError and TooCostly."""
    text, name = proofs.text, control.name
    if not _degrees(proofs, name) - {NONE}:
        return _names(text, control) and not _is_for_another(proofs, name, _degrees)
    own = _own_degrees(proofs, name)
    if not own - {NONE}:
        # All that it catches has the names of another control's events.
        return not _is_for_another(proofs, name)
    if _names(text, control):
        return not control.is_condition or FULL in own or not _is_for_another(proofs, name)
    return _concerns_without_naming(proofs, control, own)


def is_prescribed(text: str) -> bool:
    """Whether a benchmark prescribes the text, or we install it, in any spelling: its proofs are known beforehand."""
    return written_for(text) is not None


def written_for(text: str) -> frozenset[str] | None:
    """The names of the controls that such a text is written for; None for any other text."""
    return findings.answer(text, "written for", lambda: _written_for().get(coverage.spelling(text)), _sorted, _names_of)


def _sorted(names: frozenset[str] | None) -> findings.Data:
    return None if names is None else sorted(names)


def _names_of(data: findings.Data) -> frozenset[str] | None:
    if data is None:
        return None
    if not (isinstance(data, list) and all(name in CONTROLS for name in data)):
        raise ValueError("These are no names of controls.")
    return frozenset(data)


@functools.cache
def _written_for() -> dict[str, frozenset[str]]:
    """For each text that is prescribed or that we install, by its spelling, the controls that it is written for.

    The proofs say the same of each (a test holds them to it), and take most of what it costs to load the judge.
    """
    owners: dict[str, set[str]] = {}
    for control in CONTROLS.values():
        prescribed = [text for each in control.prescriptions.values() for text in (*each.texts, *each.audit)]
        for text in (*prescribed, *(one.text for one in control.filters)):
            owners.setdefault(coverage.spelling(text), set()).add(control.name)
    return {text: frozenset(names) for text, names in owners.items()}


def _concerns_without_naming(proofs: Proofs, control: Control, own: set[str]) -> bool:
    """A wildcard, a source, a word of a record. A text for denied calls that matches all by mistake is about those.

    Raises TooCostly.
    """
    if FULL in own:
        is_for_named = control.is_condition or proofs.match_all(coverage.ORDINARY_CALLS, control.case_patterns)
        return not (is_for_named and any(_names(proofs.text, other) for other in CONTROLS.values()))
    return not control.is_condition and any(proofs.of_event(*event) == NONE for event in _UNRELATED)


def _degrees(proofs: Proofs, name: str) -> set[str]:
    """How far the cases of the control are caught. Raises FilterPatternError and TooCostly."""
    return {proofs.of(case).degree for case in _telling_cases(proofs.text, CONTROLS[name])}


def _own_degrees(proofs: Proofs, name: str) -> set[str]:
    """How far those cases are caught that have not the name of another control's event."""
    cases = _telling_cases(proofs.text, CONTROLS[name])
    return {proofs.of(case).degree for case in cases if not _has_shared_name(case)}


def _telling_cases(text: str, control: Control) -> Sequence[Case]:
    """The cases to ask for: one of a list of events that the text treats alike, since it names none of them."""
    if control.is_condition:
        return control.all_cases
    tells_by_whole_names = text.lstrip().startswith("{") and "*" not in text and "%" not in text
    lowered = text.lower()
    is_silent = not any(name in lowered for name in control.event_names)
    return control.all_cases[:1] if tells_by_whole_names and is_silent else control.all_cases


def _is_for_another(proofs: Proofs, name: str, degrees_of: Callable[[Proofs, str], set[str]] = _own_degrees) -> bool:
    """Whether it catches all of some case of another control, or events that it names. Raises what those raise.

    That it catches some of a case says little: any event may be a denied call, and any denied call on any event.
    """
    for other in CONTROLS.values():
        degrees = degrees_of(proofs, other.name) if other.name != name else set()
        if FULL in degrees or (degrees - {NONE} and not other.is_condition and _names(proofs.text, other)):
            return True
    return False


@functools.cache
def _shared_names() -> frozenset[str]:
    """Names of events that several lists of events have: CreatePolicy and DeletePolicy."""
    lists = [{event.name for event in one.all_events} for one in CONTROLS.values() if not one.is_condition]
    return frozenset(name for names in lists for name in names if sum(name in other for other in lists) > 1)


def _has_shared_name(case: Case) -> bool:
    return case.event is not None and case.event.name in _shared_names()


def _names(text: str, control: Control) -> bool:
    """Whether it names an event of the control, or what the control compares with, even in the wrong spelling."""
    positive = _LEFT_OUT.sub("", text).lower()
    names = map(str.lower, control.words) if control.words else control.event_names
    return any(name in positive for name in names)


def _may_concern_unread(text: str, control: Control) -> bool:
    """What has a wildcard or a regular expression for a name need not name an event to be about it."""
    if _names(text, control):
        return True
    may_be_any = "eventname" in text.lower() and any(mark in text for mark in "*%")
    return may_be_any and not any(_names(text, other) for other in CONTROLS.values())
