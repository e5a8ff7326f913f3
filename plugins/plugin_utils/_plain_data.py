# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Data of a playbook as a module would get it."""

from __future__ import annotations

import datetime
import json
from typing import Any


def plain(data: Any) -> Any:
    """Return the data as JSON has it: without the tags that Ansible puts on values, with dates as text."""
    return json.loads(json.dumps(data, default=_text))


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)
