# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One statement goes in or out of a policy's text, and everybody else's stay byte for byte."""

from __future__ import annotations

import json

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.policy_text import (
    PolicyTextError,
    statements,
    with_statement,
    without_statement,
)
from ansible_collections.aws_cis.monitoring.tests.unit.pattern_strategies import examples
from hypothesis import given
from hypothesis import strategies as st

OURS = {"Sid": "Ours", "Effect": "Allow", "Action": "sns:Publish"}
# Spelt as nobody would write it, but as JSON allows.
THEIRS = '{ "Effect":"Allow" ,\n\t"Sid" : "The\\u0069rs", "Action":["a" ,"b"], "Resource":"x]},{" }'


def policy(*written: str) -> str:
    return '{"Id": 1.50,  "Statement":[ ' + " ,\n".join(written) + ' ], "Version":"2008-10-17"}\n'


@pytest.mark.parametrize(
    "before", [policy(THEIRS), policy(THEIRS, THEIRS), policy(), policy(THEIRS, '{"Sid": "Ours"}')]
)
def test_our_statement_is_merged_and_theirs_stay(before: str) -> None:
    after = with_statement(before, OURS)

    assert statements(after)[-1] == OURS
    assert after.count(THEIRS) == before.count(THEIRS)
    assert [one for one in statements(after) if one != OURS] == [
        one for one in statements(before) if one.get("Sid") != "Ours"
    ]
    assert '"Id": 1.50,  "Statement":' in after
    assert after.endswith(', "Version":"2008-10-17"}\n')
    assert with_statement(after, OURS) == after


def test_statement_without_a_list() -> None:
    after = with_statement(f'{{"Statement":{THEIRS}}}', OURS)
    assert statements(after) == [json.loads(THEIRS), OURS]
    assert THEIRS in after


@pytest.mark.parametrize("before", ["", "{}", '{"Version": "2012-10-17"}', '{ "Version": "2012-10-17" }\n'])
def test_policy_without_statements(before: str) -> None:
    after = with_statement(before, OURS)
    assert statements(after) == [OURS]
    assert json.loads(after).keys() <= {"Version", "Statement"}


@pytest.mark.parametrize("number", [0, 1, 2])
def test_taking_out_what_was_put_in_restores_the_rest(number: int) -> None:
    written = [THEIRS, THEIRS]
    written.insert(number, json.dumps(OURS))
    after = without_statement(policy(*written), "Ours")
    assert statements(after) == [json.loads(THEIRS)] * 2
    assert after.count(THEIRS) == 2


def test_taking_out_what_is_not_there_changes_nothing() -> None:
    assert without_statement(policy(THEIRS), "Ours") == policy(THEIRS)
    assert without_statement("{}", "Ours") == "{}"


@pytest.mark.parametrize("text", [json.dumps({"Statement": [OURS]}), json.dumps({"Statement": OURS})])
def test_the_only_statement_stays(text: str) -> None:
    with pytest.raises(PolicyTextError, match="only one"):
        without_statement(text, "Ours")


@pytest.mark.parametrize("text", ["[]", "no policy", '"text"'])
def test_what_is_no_policy_is_refused(text: str) -> None:
    with pytest.raises(PolicyTextError, match="JSON"):
        with_statement(text, OURS)


@examples(100)
@given(
    st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3), max_size=4),
    st.sampled_from([None, 0, 2, "\t"]),
)
def test_any_statements_keep_their_text(theirs: list[dict[str, str]], indent: int | str | None) -> None:
    before = json.dumps({"Statement": theirs, "Id": "x"}, indent=indent)
    after = with_statement(before, OURS)
    assert statements(after) == [*theirs, OURS]
    if theirs:
        assert without_statement(after, "Ours") == before
