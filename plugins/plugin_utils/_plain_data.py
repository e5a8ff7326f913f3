# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Converts values of a playbook into plain data, as a module gets it, without what must not be written to a file."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from typing import Any

from ..module_utils._safe_text import printable

try:
    from ansible.module_utils.secrets import mask_secrets
except ImportError:  # before 2.22, where ansible-core masks what a module returns, and not what it shows of that

    def mask_secrets(value: str, /) -> str:
        """Leave a text as it is."""
        return value


# All else goes through JSON, which takes twice the time.
_AS_IN_JSON = (int, bool, float, type(None))


def plain(data: Any) -> Any:
    """Return the data as JSON has it: without the tags that Ansible puts on values, with dates as text.

    Equal texts are one object: a result of many rows says the same few words, and is sent and kept for each account.
    """
    return _read_back(data, lambda text: text)


def without_secrets(data: Any) -> Any:
    """Return the data as plain() does, with what Ansible shows in the place of each secret, and printable.

    For whatever is written to a file, which Ansible does not see: a message of AWS may repeat a session token, and have
    characters that no file or terminal takes.
    """
    return _read_back(data, lambda text: printable(mask_secrets(text)))


def _read_back(data: Any, text_for: Callable[[str], str]) -> Any:
    texts: dict[str, str] = {}

    def text(value: str) -> str:
        if value not in texts:
            texts[value] = text_for(value)
        return texts[value]

    def kept(value: Any) -> Any:
        kind = type(value)
        if kind is str:
            return text(value)
        if kind is dict and {str}.issuperset(map(type, value)):
            return {text(name): kept(one) for name, one in value.items()}
        if kind is list or kind is tuple:
            return [kept(one) for one in value]
        if kind in _AS_IN_JSON:
            return value
        return kept(json.loads(json.dumps(value, default=_text)))

    return kept(data)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)
