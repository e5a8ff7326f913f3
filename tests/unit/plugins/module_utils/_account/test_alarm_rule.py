# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The language of composite alarms' rules, against a reading of its own by enumeration."""

from __future__ import annotations

import itertools
import math

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.alarm_rule import (
    STATES,
    AlarmRuleError,
    Combined,
    Condition,
    Constant,
    Not,
    Rule,
    alarms_in,
    parse,
)
from ansible_collections.aws_cis.monitoring.tests.unit.pattern_strategies import examples
from hypothesis import given
from hypothesis import strategies as st

NAMES = ("a", "b c", "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:d")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("ALARM(a)", Condition(("a",), "ALARM")),
        ('OK("b c")', Condition(("b c",), "OK")),
        (r'INSUFFICIENT_DATA("say \"b\"")', Condition(('say "b"',), "INSUFFICIENT_DATA")),
        ("true", Constant(True)),
        ("NOT ALARM(a)", Not(Condition(("a",), "ALARM"))),
        ("AT_LEAST(2, ALARM, (\"a\", b, 'c, d'))", Condition(("a", "b", "c, d"), "ALARM", False, 2)),
        ("AT_LEAST(60%, NOT OK, (a, b, c))", Condition(("a", "b", "c"), "OK", True, 2)),
        (
            "ALARM(a) OR ALARM(b) AND NOT OK(c)",
            Combined(
                "OR",
                (
                    Condition(("a",), "ALARM"),
                    Combined("AND", (Condition(("b",), "ALARM"), Not(Condition(("c",), "OK")))),
                ),
            ),
        ),
    ],
)
def test_a_rule_is_read(text: str, rule: Rule) -> None:
    assert parse(text) == rule


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ALARM",
        "ALARM()",
        "ALARM(a",
        "ALARM(a) ALARM(b)",
        "ALARM(a) XOR ALARM(b)",
        "BROKEN(a)",
        'ALARM("a)',
        "AT_LEAST(x, ALARM, (a))",
        "AT_LEAST(1, ALARM, a)",
        "AT_LEAST(1, NEITHER, (a))",
        "(" * 250 + "ALARM(a)" + ")" * 250,
        "NOT " * 500 + "ALARM(a)",
    ],
)
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(AlarmRuleError):
        parse(text)


def test_the_alarms_of_a_rule_are_known_even_if_it_can_not_be_read() -> None:
    assert alarms_in("AT_LEAST(1, ALARM, (\"a\", b)) AND NOT OK('c d') OR TRUE") == {"a", "b", "c d"}
    assert {"a", "b"} <= alarms_in("ALARM(a) XOR ALARM(b)")


def test_a_long_rule_is_read() -> None:
    assert len(alarms_in(" OR ".join(f"ALARM(a{number})" for number in range(500)))) == 500


def rules() -> st.SearchStrategy[str]:
    name = st.sampled_from(NAMES).map('"{}"'.format)
    one = st.tuples(st.sampled_from(STATES), name).map(lambda both: f"{both[0]}({both[1]})")
    at_least = st.tuples(
        st.sampled_from(["0", "1", "2", "3", "34%", "50%", "100%"]),
        st.sampled_from(["", "NOT "]),
        st.sampled_from(STATES),
        st.lists(name, min_size=1, max_size=3, unique=True).map(", ".join),
    ).map(lambda parts: "AT_LEAST({}, {}{}, ({}))".format(*parts))
    leaf = one | at_least | st.sampled_from(["TRUE", "FALSE"])
    return st.recursive(
        leaf,
        lambda inner: (
            st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map("({0[0]} {0[1]} {0[2]})".format)
            | inner.map("NOT ({})".format)
        ),
        max_leaves=5,
    )


@examples(100)
@given(rules())
def test_what_is_said_to_be_sure_holds_whatever_the_states(text: str) -> None:
    """With nothing known, a sure outcome is that of every combination; with all known, there is one outcome."""
    rule = parse(text)
    unknown = rule.outcomes(lambda _name: frozenset(STATES))
    for states in itertools.product(STATES, repeat=len(NAMES)):
        known = dict(zip(NAMES, states, strict=True))
        outcomes = rule.outcomes(lambda name, known=known: frozenset((known[name],)))  # type: ignore[misc]
        assert outcomes == {by_enumeration(rule, known)}
        assert outcomes <= unknown


def by_enumeration(rule: Rule, states: dict[str, str]) -> bool:
    if isinstance(rule, Constant):
        return rule.value
    if isinstance(rule, Not):
        return not by_enumeration(rule.operand, states)
    if isinstance(rule, Combined):
        return (any if rule.operator == "OR" else all)(by_enumeration(one, states) for one in rule.operands)
    in_state = [name for name in rule.alarms if (states[name] == rule.state) is not rule.negated]
    return len(in_state) >= math.ceil(rule.needed)
