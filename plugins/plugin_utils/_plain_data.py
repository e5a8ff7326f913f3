# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Data of a playbook as a module would get it."""

from __future__ import annotations

import datetime
import json
from typing import Any


def plain(data: Any) -> Any:
    """Return the data as JSON has it: without the tags that Ansible puts on values, with dates as text.

    Equal texts are one object: a result of many rows says the same few words, and is sent and kept for each account.
    """
    texts: dict[str, str] = {}

    def with_shared_texts(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return {name: texts.setdefault(value, value) if isinstance(value, str) else value for name, value in pairs}

    return json.loads(json.dumps(data, default=_text), object_pairs_hook=with_shared_texts)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)
