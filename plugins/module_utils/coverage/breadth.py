# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does a filter pattern catch more than a control is about?

An alarm acts when its state changes. One whose filter counts what happens all the time stays in ALARM, and is silent.
"""

from __future__ import annotations

from functools import lru_cache

from ..filter_pattern.term_pattern import TermPattern
from .example import any_record
from .proof import FULL, NARROWED, NONE, Coverage, coverage_of, json_body
from .records import known_fields
from .scope import Scope
from .spelling import Spelled, spelled
from .values import SURELY_MATCHES, SURELY_MISSES

Call = tuple[str, str]
"""The name and the source of an event."""

# Calls that change nothing and are made all the time: a pattern that catches them is too broad.
READ_ONLY_CALLS = (
    ("DescribeSecurityGroups", "ec2.amazonaws.com"),
    ("DescribeSecurityGroupRules", "ec2.amazonaws.com"),
    ("DescribeSecurityGroupReferences", "ec2.amazonaws.com"),
    ("DescribeStaleSecurityGroups", "ec2.amazonaws.com"),
    ("GetSecurityGroupsForVpc", "ec2.amazonaws.com"),
    ("DescribeInstances", "ec2.amazonaws.com"),
    ("DescribeNetworkInterfaces", "ec2.amazonaws.com"),
    ("DescribeVpcs", "ec2.amazonaws.com"),
    ("GetCallerIdentity", "sts.amazonaws.com"),
    ("ListBuckets", "s3.amazonaws.com"),
)
# They have nothing in common with a benchmark's events but that both are calls: what catches them all, as they are
# when they succeed, catches nearly everything.
_ORDINARY = (
    '{ $.eventType = "AwsApiCall" && $.readOnly IS TRUE && $.managementEvent IS TRUE && $.errorCode NOT EXISTS }'
)
ORDINARY_CALLS = READ_ONLY_CALLS[-2:]


def matches_everything(text: str) -> bool:
    """Return whether a pattern surely matches every record of a trail, of any event.

    Raises FilterPatternError where AWS rejects the pattern, or where this parser can't read it.
    """
    return _matches_everything(spelled(text))


def matches_nearly_everything(text: str, cases: tuple[str, ...] = (), calls: tuple[Call, ...] = ORDINARY_CALLS) -> bool:
    """Return whether a pattern surely matches frequent events other than the cases of a control.

    cases: their patterns, as covers takes them. calls: the names and sources of read-only calls that stand for what
    happens all the time. Raises what covers raises.
    """
    return all(covers_ordinary_call(text, call, cases) == FULL for call in calls)


def covered_read_only_calls(text: str, cases: tuple[str, ...] = (), calls: tuple[Call, ...] = ()) -> tuple[str, ...]:
    """Return the names of common read-only calls of which a pattern matches records other than the cases.

    cases: the patterns of what the control is about, as covers takes them: a read-only call that is denied is no
    fault of a filter for denied calls. calls: names and sources of further calls. Any record can have any term
    somewhere in its text, so a pattern of terms counts where a plain record of the call has them. Raises what covers
    raises.
    """
    return tuple(call[0] for call in (*READ_ONLY_CALLS, *calls) if covers_call(text, call, cases) in (FULL, NARROWED))


def covers_call(text: str, call: Call, cases: tuple[str, ...] = ()) -> Coverage:
    """Return how many of a call's records other than the cases a pattern matches.

    Of a pattern of terms, whether it matches a plain record of the call. Raises what covers raises.
    """
    return _of_call(spelled(text), call, cases)


def covers_ordinary_call(text: str, call: Call, cases: tuple[str, ...] = ()) -> Coverage:
    """Return how many of a call's records other than the cases a pattern matches, where the call is not denied.

    Raises what covers raises.
    """
    return _of_ordinary_call(spelled(text), call, cases)


@lru_cache(maxsize=1024)
def _matches_everything(text: Spelled) -> bool:
    return coverage_of(text.pattern, Scope(known_fields(is_management=False))) == FULL


@lru_cache(maxsize=8192)
def _of_call(text: Spelled, call: Call, cases: tuple[str, ...]) -> Coverage:
    pattern, scope = text.pattern, _beyond(*call, cases)
    if isinstance(pattern.body, TermPattern):
        record = any_record(scope)
        degree = NARROWED if record is not None and pattern.matches(record) else NONE
        return Coverage(degree).costing(pattern.body.cost)
    return coverage_of(pattern, scope)


@lru_cache(maxsize=8192)
def _of_ordinary_call(text: Spelled, call: Call, cases: tuple[str, ...]) -> Coverage:
    return coverage_of(text.pattern, _beyond(*call, cases, ordinary=True))


@lru_cache(maxsize=1024)
def _beyond(name: str, source: str, cases: tuple[str, ...], ordinary: bool = False) -> Scope:
    """Return the records of an event that are in none of the cases; only the ordinary ones, if requested."""
    outside = [(json_body(case), SURELY_MISSES) for case in cases]
    inside = [(json_body(_ORDINARY), SURELY_MATCHES)] if ordinary else []
    return Scope.where(known_fields(name, source), [*inside, *outside])
