# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role's README says what its argument specification says."""

from __future__ import annotations

from typing import Any

import pytest
import role_readme


def row(option: dict[str, Any]) -> str:
    """Return the one row of a table with one variable."""
    return role_readme.table({"name": option}).splitlines()[2]


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ({"type": "str", "description": "Words."}, "| `name` | str |  | Words. |"),
        ({"type": "str", "description": "Words.", "required": True}, "| `name` | str | required | Words. |"),
        ({"type": "bool", "description": "Words.", "default": False}, "| `name` | bool | `false` | Words. |"),
        (
            {"type": "list", "elements": "str", "description": ["One.", "Two."], "default": ["a"]},
            '| `name` | list of str | `["a"]` | One.<br>Two. |',
        ),
        (
            {"type": "str", "description": "Words.", "choices": ["a", "b"]},
            "| `name` | str |  | Words.<br>One of `a`, `b`. |",
        ),
        ({"type": "str", "description": "This | that."}, r"| `name` | str |  | This \| that. |"),
    ],
)
def test_a_variable_is_a_row(option: dict[str, Any], expected: str) -> None:
    assert row(option) == expected


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("As O(name) and V(absent) say.", "As `name` and `absent` say."),
        ("Returned as RV(plan.changes).", "Returned as `plan.changes`."),
        ("See L(the page,https://example.com) of M(a.b.c).", "See [the page](https://example.com) of `a.b.c`."),
        ("An I(e) and a B(b).", "An *e* and a **b**."),
    ],
)
def test_markup_becomes_markdown(written: str, shown: str) -> None:
    assert shown in row({"type": "str", "description": written})


def test_keys_of_entries_follow_their_variable() -> None:
    endpoint = {"type": "str", "description": "Where.", "required": True}
    whole = role_readme.table(
        {"who": {"type": "list", "elements": "dict", "description": "Who.", "options": {"endpoint": endpoint}}}
    )
    assert whole.splitlines()[3] == "| `who[].endpoint` | str | required | Where. |"
