# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text of others that steers no terminal and fits into every file. Pure.

Whoever names a resource, a session or a policy chooses the characters: control and format characters move the cursor,
turn the direction of writing or hide, a lone surrogate cannot be encoded, and XML has no noncharacters.
"""

from __future__ import annotations

import json
import re
from typing import Any

_NEVER = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff0-\ufffb\ufffe\uffff\U000110bd\U000110cd\U00013430-\U0001345f"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    + "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(1, 17))
)
_UNPRINTABLE = re.compile(f"[{_NEVER}]")
_NOT_IN_A_LINE = re.compile(f"[\t\n{_NEVER}]")
_INSTEAD = "?"
_ESCAPED = re.compile(r"\\[bfru]")  # in JSON: all that is not ASCII, and what moves the cursor but for lines and tabs


def printable(text: str) -> str:
    """Return the text with a question mark for each character that is not shown; lines and tabs stay."""
    if text.isascii() and text.isprintable():  # almost always, and found in a twentieth of the time
        return text
    return _UNPRINTABLE.sub(_INSTEAD, text)


def one_line(text: str) -> str:
    """Return the text as printable() does, on one line."""
    return _NOT_IN_A_LINE.sub(_INSTEAD, text)


def printable_data(data: Any) -> Any:
    """Return plain data with all of its texts printable, names of members included."""
    return data if _is_printable(data) else _with_printable_texts(data)


def _is_printable(data: Any) -> bool:
    """Whether plain data surely has printable texts only. As JSON it is searched in a fraction of the time."""
    try:
        return not _ESCAPED.search(json.dumps(data))
    except (TypeError, ValueError):  # no plain data
        return False


def _with_printable_texts(data: Any) -> Any:
    if isinstance(data, str):
        return printable(data)
    if isinstance(data, dict):
        return {_with_printable_texts(name): _with_printable_texts(value) for name, value in data.items()}
    return [_with_printable_texts(one) for one in data] if isinstance(data, (list, tuple)) else data
