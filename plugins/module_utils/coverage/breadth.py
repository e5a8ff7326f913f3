# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does a filter pattern catch more than a control is about?

An alarm acts when its state changes. One whose filter counts what happens all the time stays in ALARM, and is silent.
"""

from __future__ import annotations

from functools import lru_cache

from ..filter_pattern import Pattern
from ..filter_pattern.term_pattern import TermPattern
from .example import any_record
from .proof import FULL, NARROWED, coverage_of, json_body
from .records import known_fields
from .scope import Scope
from .spelling import Spelled, spelled
from .values import SURELY_MATCHES, SURELY_MISSES

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
_ORDINARY_CALLS = READ_ONLY_CALLS[-2:]


def matches_everything(text: str) -> bool:
    """Tell whether a pattern surely matches every record of a trail, whatever the event.

    Raises FilterPatternError where AWS rejects the pattern, or where this parser can't read it.
    """
    return _matches_everything(spelled(text))


def matches_nearly_everything(text: str, cases: tuple[str, ...] = ()) -> bool:
    """Tell whether a pattern surely matches what happens all the time, beyond the cases that a control is about.

    cases: their patterns, as covers takes them. Raises what covers raises.
    """
    return _matches_nearly_everything(spelled(text), cases)


def covered_read_only_calls(text: str, cases: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the names of common read-only calls that a pattern catches, all or some of the records beyond the cases.

    cases: the patterns of what the control is about, as covers takes them: a read-only call that is denied is no
    fault of a filter for denied calls. Any record can have any term somewhere in its text, so a pattern of terms
    counts where a plain record of the call has them. Raises what covers raises.
    """
    return _covered_read_only_calls(spelled(text), cases)


@lru_cache(maxsize=1024)
def _matches_everything(text: Spelled) -> bool:
    return coverage_of(text.pattern, Scope(known_fields(is_management=False))) == FULL


@lru_cache(maxsize=1024)
def _matches_nearly_everything(text: Spelled, cases: tuple[str, ...]) -> bool:
    scopes = (_beyond(name, source, cases, ordinary=True) for name, source in _ORDINARY_CALLS)
    return all(coverage_of(text.pattern, scope) == FULL for scope in scopes)


@lru_cache(maxsize=1024)
def _covered_read_only_calls(text: Spelled, cases: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name, source in READ_ONLY_CALLS if _catches(text.pattern, _beyond(name, source, cases)))


def _catches(pattern: Pattern, scope: Scope) -> bool:
    if isinstance(pattern.body, TermPattern):
        record = any_record(scope)
        return record is not None and pattern.matches(record)
    return coverage_of(pattern, scope) in (FULL, NARROWED)


@lru_cache(maxsize=1024)
def _beyond(name: str, source: str, cases: tuple[str, ...], ordinary: bool = False) -> Scope:
    """Return the records of an event that are in none of the cases; the ordinary ones alone, if that is asked for."""
    outside = [(json_body(case), SURELY_MISSES) for case in cases]
    inside = [(json_body(_ORDINARY), SURELY_MATCHES)] if ordinary else []
    return Scope.where(known_fields(name, source), [*inside, *outside])
