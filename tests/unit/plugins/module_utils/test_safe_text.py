# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text of others that steers no terminal."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils import _safe_text
from ansible_collections.aws_cis.monitoring.plugins.module_utils._safe_text import one_line, printable, printable_data
from hypothesis import example, given
from hypothesis import strategies as st

TEXTS = st.text(st.sampled_from('ab\\bfnrtu"/01\x1b\x7f\n\t\r\f\u200b\xe9\ud800') | st.characters(), max_size=8)
DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
_NEVER_SHOWN = ("Cc", "Cf", "Cs", "Zl", "Zp")


def test_no_control_or_format_character_is_left() -> None:
    left = [
        f"U+{number:04X}"
        for number in range(sys.maxunicode + 1)
        if unicodedata.category(chr(number)) in _NEVER_SHOWN and printable(chr(number)) != "?"
    ]
    assert left == ["U+0009", "U+000A"]
    assert one_line("a\tb\nc") == "a?b?c"


def test_a_character_is_treated_alike_alone_and_beside_others() -> None:
    """What Python takes for printable is looked at no further."""
    differ = [
        f"U+{number:04X}"
        for number in range(sys.maxunicode + 1)
        if printable(f"{chr(number)}\n") != printable(chr(number)) + "\n"
    ]
    assert differ == []


@pytest.mark.parametrize("number", [0x61C, 0x200B, 0x2028, 0x202E, 0x9B, 0xD800, 0xFFFE, 0x10FFFF, 0xFEFF])
def test_what_was_met_in_the_field(number: int) -> None:
    assert printable(f"prod{chr(number)}uction") == "prod?uction"


@pytest.mark.parametrize("text", ["", "Ärger, 日本語, 🚨", "line\n\tindented", "\ue000"])
def test_text_of_people_stays(text: str) -> None:
    assert printable(text) == text


def test_data_keeps_its_shape() -> None:
    assert printable_data({"a\u200b": ["\x9b", {"b": ("\ud800", 1, None, True)}]}) == {
        "a?": ["?", {"b": ["?", 1, None, True]}]
    }


@given(DATA)
@example("\x7f")
@example({"\x1b": 1})
@example("\r")
@example("\f")
@example("\b")
def test_what_needs_no_change_is_found_without_looking_at_each_text(data: object) -> None:
    assert printable_data(data) == _safe_text._with_printable_texts(data)


def test_what_is_no_plain_data_is_looked_at_text_by_text() -> None:
    assert printable_data(["\x9b", {1, 2}]) == ["?", {1, 2}]
