# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which CloudTrail events does a filter pattern catch, and under what condition?

The answer is about every record of an event, whoever calls it, from wherever, denied or not, and it
is proven, not sampled: 'full' where no record can be missed, 'none' where none can be caught,
'narrowed' where both a record that is caught and one that is missed have been constructed.
'undetermined' is the rest: AWS's behaviour is not established there, or the proof is too long.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage.records import (
    Known,
    known_fields,
    plain_record,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage.search import Search
from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage.terms import TermSearch
from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage.texts import NoAnswer
from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage.values import (
    MAY_MATCH,
    MAY_MISS,
    SURELY_MATCHES,
    SURELY_MISSES,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils.coverage.words import (
    claim_in_words,
    doubts_in_words,
    terms_in_words,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern import parse
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern.conditions import Any as AnyOf
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern.conditions import conditions_of
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern.json_pattern import JsonPattern
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern.term_pattern import TermPattern

FULL = "full"
NARROWED = "narrowed"
NONE = "none"
UNDETERMINED = "undetermined"

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


class Coverage(str):
    """A degree of coverage, which compares and serializes as its name."""

    condition: str

    def __new__(cls, degree: str, condition: str = "") -> Coverage:
        coverage = super().__new__(cls, degree)
        coverage.condition = condition
        return coverage

    def __reduce__(self) -> tuple[type[Coverage], tuple[str, str]]:
        return Coverage, (str(self), self.condition)

    @property
    def degree(self) -> str:
        """full, narrowed, none or undetermined."""
        return str(self)


@lru_cache(maxsize=4096)
def coverage(text: str, event_name: str, event_source: str = "ec2.amazonaws.com") -> Coverage:
    """Tell how much of an event a pattern catches; with the condition, or the doubt, in words.

    Raises FilterPatternError where AWS rejects the pattern.
    """
    return _coverage(text, known_fields(event_name, event_source))


@lru_cache(maxsize=1024)
def coverage_together(texts: tuple[str, ...], event_name: str, event_source: str = "ec2.amazonaws.com") -> Coverage:
    """Tell how much of an event JSON patterns catch together, where each record needs one of them.

    Patterns of another kind are left out. Raises FilterPatternError where AWS rejects a pattern.
    """
    bodies = [body for body in (parse(text).body for text in texts) if isinstance(body, JsonPattern)]
    if not bodies:
        return Coverage(NONE)
    either = JsonPattern(AnyOf(tuple(body.expression for body in bodies)))
    return _coverage_of_json(either, known_fields(event_name, event_source))


@lru_cache(maxsize=1024)
def matches_everything(text: str) -> bool:
    """Tell whether a pattern surely matches every record of a trail, whatever the event."""
    return _coverage(text, known_fields(None, None)) == FULL


@lru_cache(maxsize=1024)
def covered_read_only_calls(text: str) -> tuple[str, ...]:
    """Return the names of common read-only calls that a pattern catches, all or some of their records.

    Any record can have any term somewhere in its text, so a pattern of terms counts where a plain
    record of the call has them.
    """
    pattern = parse(text)
    if isinstance(pattern.body, TermPattern):
        return tuple(name for name, source in READ_ONLY_CALLS if pattern.matches(plain_record(name, source)))
    return tuple(name for name, source in READ_ONLY_CALLS if coverage(text, name, source) in (FULL, NARROWED))


def _coverage(text: str, known: Mapping[str, Known]) -> Coverage:
    body = parse(text).body
    if isinstance(body, JsonPattern):
        return _coverage_of_json(body, known)
    if isinstance(body, TermPattern):
        return _coverage_of_terms(body, known)
    # A space-delimited pattern never matches a JSON record's fields.
    return Coverage(NONE)


def _degree(search: Search | TermSearch) -> str:
    """Ask for a record that is caught and one that is missed, or for the proof that there is none."""
    caught = search.find(SURELY_MATCHES)
    missed = search.find(SURELY_MISSES)
    if not isinstance(caught, NoAnswer) and not isinstance(missed, NoAnswer):
        return NARROWED
    if search.find(MAY_MISS) is NoAnswer.IMPOSSIBLE:
        return FULL
    return NONE if search.find(MAY_MATCH) is NoAnswer.IMPOSSIBLE else UNDETERMINED


def _coverage_of_json(pattern: JsonPattern, known: Mapping[str, Known]) -> Coverage:
    search = Search(pattern, known)
    degree = _degree(search)
    if degree == NARROWED:
        goal = search.simplified(SURELY_MATCHES)
        return Coverage(degree, "" if isinstance(goal, bool) else claim_in_words(goal, known))
    if degree == UNDETERMINED:
        doubtful = [condition for condition in conditions_of(pattern.expression) if search.is_in_doubt(condition)]
        return Coverage(degree, doubts_in_words(doubtful))
    return Coverage(degree)


def _coverage_of_terms(pattern: TermPattern, known: Mapping[str, Known]) -> Coverage:
    search = TermSearch(pattern, known)
    degree = _degree(search)
    if degree == NARROWED:
        return Coverage(degree, terms_in_words(search.open_terms(), pattern.is_choice))
    if degree == UNDETERMINED:
        return Coverage(degree, "whether the record's text contains the terms depends on how CloudTrail writes it")
    return Coverage(degree)
