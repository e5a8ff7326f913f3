# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Generated filter patterns and CloudTrail records, which share their fields and values so that they meet often.

HYPOTHESIS_PROFILE=fuzz runs each property test many times more.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

IS_FUZZING = os.environ.get("HYPOTHESIS_PROFILE") == "fuzz"


def examples(count: int) -> Callable[[Any], Any]:
    """Run a property test with so many examples, or with 25 times as many when fuzzing."""
    return settings(
        max_examples=count * 25 if IS_FUZZING else count,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )


EVENTS = ("CreateSecurityGroup", "DeleteSecurityGroup", "DescribeInstances")
SOURCE = "ec2.amazonaws.com"
TEXTS = ("", "a", "ab", "aba", "abab", "ba", "terraform", "12", "12.0", *EVENTS, SOURCE)
NUMBERS = ("12", "12.0", "-1", "3.5", "1e2", "100")
SCALARS = st.sampled_from(TEXTS) | st.sampled_from([12, 12.0, -1, 3.5, 100, 0, True, False, None])

# Selectors with the way to their field; some run into one another.
PLAIN_SELECTORS = (
    "$.eventName",
    "$.eventSource",
    "$.['eventName']",
    "$.awsRegion",
    "$.errorCode",
    "$.userIdentity",
    "$.userIdentity.userName",
    "$.userIdentity.userName.a",
    "$.requestParameters",
    "$.requestParameters.a",
    "$.requestParameters[0]",
    "$.requestParameters[1]",
    "$.requestParameters[1].a",
)
WILDCARD_SELECTORS = ("$.*", "$.requestParameters[*]", "$.requestParameters[*].a", "$.userIdentity.*")
WILDCARD_VALUES = ("*", "a*", "*a", "*b*", "a*a", "*ab", "*SecurityGroup", "Create*", "*e*u*", "*.0", "1*")
REGEXES = ("%a%", "%^a%", "%b$%", "%^a[^b]?a*$%", "%Security%", "%[0-9]%", r"%\.%")

exact_values = st.sampled_from([f'"{text}"' for text in TEXTS] + [text for text in TEXTS if text])
wildcard_values = st.sampled_from(WILDCARD_VALUES)
equality = st.sampled_from(["=", "!="])
orders = st.tuples(st.sampled_from(["<", ">", "<=", ">="]), st.sampled_from(NUMBERS))
keywords = st.sampled_from(["IS NULL", "IS TRUE", "IS FALSE", "NOT EXISTS"])
plain_selectors = st.sampled_from(PLAIN_SELECTORS)
selectors = plain_selectors | st.sampled_from(WILDCARD_SELECTORS)


def _test(selector: st.SearchStrategy[str], values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    comparisons = st.tuples(equality, values) | orders
    return st.builds("{} {}".format, selector, comparisons.map(" ".join) | keywords)


def expressions(conditions: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Join conditions with && and ||, with and without parentheses."""
    return st.recursive(
        conditions,
        lambda inner: st.builds(
            lambda operator, parts, opened: (
                ("(" if opened else "") + f" {operator} ".join(parts) + (")" if opened else "")
            ),
            st.sampled_from(["&&", "||"]),
            st.lists(inner, min_size=2, max_size=4),
            st.booleans(),
        ),
        max_leaves=8,
    )


def is_within_quotas(pattern: str) -> bool:
    """Tell whether a pattern of these selectors is within AWS's limits."""
    wildcards = sum(pattern.count(f"{selector} ") for selector in WILDCARD_SELECTORS)
    return pattern.count("%") <= 4 and wildcards <= 3 and len(pattern) <= 1024


def json_patterns(conditions: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return expressions(conditions).map("{{ {} }}".format).filter(is_within_quotas)


# All that JSON patterns can say.
any_json_pattern = json_patterns(_test(selectors, exact_values | wildcard_values | st.sampled_from(REGEXES)))

# What AWS documents beyond doubt: no != (its missing fields), no wildcards, no number that a text may spell.
# Regular expressions and orders are on different fields: together they are not always decided.
_texts_tests = st.builds(
    "{} = {}".format,
    st.sampled_from(["$.eventName", "$.awsRegion", "$.userIdentity.userName"]),
    st.sampled_from([*REGEXES, *(f'"{text}"' for text in TEXTS)]),
)
_other_tests = st.builds(
    "{} {}".format,
    st.sampled_from([selector for selector in PLAIN_SELECTORS if "userName" not in selector]),
    st.sampled_from([f'= "{text}"' for text in TEXTS]) | orders.map(" ".join) | keywords,
)
established_json_pattern = json_patterns(_texts_tests | _other_tests)

_phrases = st.sampled_from([f'"{text}"' for text in TEXTS if text] + ["SecurityGroup", "eventName", '"a b"', "%a.c%"])
term_patterns = st.lists(st.builds("{}{}".format, st.sampled_from(["", "?", "-"]), _phrases), max_size=4).map(" ".join)

_containers = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "userName"]), inner, max_size=2),
    max_leaves=6,
)


def records(event_name: str, event_source: str = SOURCE) -> st.SearchStrategy[dict[str, Any]]:
    """Records of an event, with the fields that every record has and some that it may have."""
    return st.fixed_dictionaries(
        {
            "eventVersion": st.sampled_from(TEXTS),
            "userIdentity": st.dictionaries(st.sampled_from(["userName", "type"]), _containers, max_size=2),
            "eventTime": st.sampled_from(TEXTS),
            "eventSource": st.just(event_source),
            "eventName": st.just(event_name),
            "awsRegion": st.sampled_from(TEXTS),
            "sourceIPAddress": st.sampled_from(TEXTS),
        },
        optional={"errorCode": _containers, "requestParameters": _containers, "other": _containers},
    )


# Text that is a pattern only by accident, and patterns with something wrong in them.
noise = st.text(alphabet="{}()[]$.*%\"'\\?-=!<>&| \t1aeENU^,+", max_size=60)
PIECES = (
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    " $.a ",
    "$.a[*]",
    " = ",
    "!=",
    ">",
    "1",
    '"a"',
    "%a%",
    "&&",
    "||",
    " IS ",
    "NULL",
)
almost_patterns = st.lists(st.sampled_from([*PIECES, " NOT EXISTS ", "*", "a", "-", "?", ",", "..."]), max_size=25).map(
    "".join
)
