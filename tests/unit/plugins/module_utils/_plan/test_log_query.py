# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A filter pattern as a Logs Insights query. `test_log_query_finds.py` evaluates the queries."""

from __future__ import annotations

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.log_query import (
    LINE_FIELDS,
    NotExpressible,
    log_query,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern import parse


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("{ $.eventName = CreateVpc }", 'eventName="CreateVpc"'),
        ("{ ($.eventName = A) || ($.eventName = B) }", 'eventName in ["A","B"]'),
        (
            "{ ($.eventSource = kms.amazonaws.com) && (($.eventName=A)||($.eventName=B)) }",
            'eventSource="kms.amazonaws.com" and (eventName in ["A","B"])',
        ),
        (
            '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
            "errorCode like /UnauthorizedOperation$/ or errorCode like /^AccessDenied/",
        ),
        ('{ $.errorCode = "a*b/c*d" }', r"errorCode like /^a[\s\S]*b\/c[\s\S]*d$/"),
        ('{ $.errorCode = "*" }', "errorCode like /^/"),
        (
            '{ $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',
            '(not ispresent(userIdentity.invokedBy)) and ispresent(eventType) and eventType!="AwsServiceEvent"',
        ),
        ('{ $.a = "1 b" || ($.c = x && $.d != "y*") }', 'a="1 b" or (c="x" and ispresent(d) and d not like /^y/)'),
        ('{ $.a = x || $.b != "y" }', 'a="x" or (ispresent(b) and b!="y")'),
        ('{ $.resources[0].ARN = "x" }', 'resources.0.ARN="x"'),
        ('{ $.dash-ed_name = "x" }', '`dash-ed_name`="x"'),
        (r'{ $.a = "say \"hi\"" }', "a='say \"hi\"'"),
        (r'{ $.a = "it\'s \"b\"" }', r"""a like /^it\\'s\ "b"$/"""),
        (r'{ $.a != "b\\c" }', r"ispresent(a) and a not like /^b\\c$/"),
    ],
)
def test_a_query_says_what_the_pattern_does(pattern: str, said: str) -> None:
    assert log_query(parse(pattern), fields=["@timestamp", "eventName"]) == (
        f"fields @timestamp,eventName|filter {said}"
    )


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("CreateVpc", "not a JSON pattern"),
        ("[a, b]", "not a JSON pattern"),
        ("", "not a JSON pattern"),
        ("{ $.a = %b% }", "%b%"),
        ("{ $.a > 3 }", "reads 3"),
        ("{ $.a = 3 }", "reads 3"),
        ('{ $.a = "3.0" }', "compares 3.0 with text"),
        ('{ $.a != "true" }', "compares true with text"),
        ("{ $.a IS TRUE }", "shows true"),
        ("{ $.a IS NULL }", "shows null"),
        ("{ $.a not exists }", "lower case"),
        ("{ $.a[*] = b }", r"no wildcard for a field, as \$\.a\[\*\] has"),
        ("{ $.* = b }", "no wildcard for a field"),
        ("{ $.['a.b'] = c }", r"names the field \$\.\['a\.b'\]"),
        ("{ $.a.b-c = d }", r"names the field \$\.a\.b-c"),
        ("{ $.a.0 = d }", r"names the field \$\.a\.0"),
        ('{ $.a = "b\tc" }', "control character"),
        ("{ $.a = b || $.c > 3 }", "reads 3"),
    ],
)
def test_what_has_no_documented_words_is_refused(pattern: str, reason: str) -> None:
    with pytest.raises(NotExpressible, match=reason) as caught:
        log_query(parse(pattern))
    assert not caught.value.reason.endswith(".")


def test_several_filters_of_one_metric_are_one_query() -> None:
    one, two = parse("{ $.eventName = A || $.eventName = B }"), parse("{ ($.eventName = B) || ($.eventName = C) }")
    assert log_query(one, two, fields=["eventName"]) == 'fields eventName|filter eventName in ["A","B","C"]'
    assert log_query(one, one) == log_query(one)


def test_a_query_that_cloudwatch_would_refuse_is_not_made() -> None:
    """One filter of 1,024 characters is never too long, and several can be."""
    longest = [
        parse(f"{{ {' || '.join(f'$.a != {number:03}{letter}' for number in range(60))} }}") for letter in "abcdef"
    ]
    assert log_query(longest[0])
    with pytest.raises(NotExpressible, match="at most 10000"):
        log_query(*longest)


def test_the_fields_have_no_request_and_no_credentials() -> None:
    query = log_query(parse("{ $.eventName = CreateVpc }"))
    assert query.split("|")[0] == f"fields {','.join(LINE_FIELDS)}"
    assert not [field for field in LINE_FIELDS if field.startswith(("@", "request", "response", "additional"))]
    assert not [field for field in LINE_FIELDS if "accesskey" in field.lower() or "session" in field.lower()]
