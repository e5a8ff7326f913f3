# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the metric filters of a fleet are worded: what an auditor may know of them beforehand decides what they cost."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

PRESCRIBED = "prescribed"
SPELLED = "other quotes and blanks"
OWN = "of their own"
OWN_EACH = "of each account's own"

_COMPARISON = re.compile(r'(\$[\w.]+)\s*(!?=)\s*("[^"]*"|[^\s()]+)')


def spelled(text: str) -> str:
    """Write a pattern as Terraform modules do: no blanks around a comparison, and quotes around each value."""
    tight = _COMPARISON.sub(lambda found: f'{found[1]}{found[2]}"{found[3].strip(chr(34))}"', text)
    return f"{{{tight.strip('{} ')}}}"


def own(text: str, owner: str) -> str:
    """Add an event of the owner's to a pattern that is spelled differently: a text that no benchmark has."""
    inner = spelled(text).strip("{}")
    return f'{{ ($.eventName="{owner}") || ({inner}) }}'


WORDINGS: Mapping[str, Callable[[str, str], str]] = {
    PRESCRIBED: lambda text, account: text,
    SPELLED: lambda text, account: spelled(text),
    OWN: lambda text, account: own(text, "PutVendorGuardrail"),
    OWN_EACH: lambda text, account: own(text, f"PutGuardrail{account}"),
}
"""The text of a filter, from what the role installs and the account that has it."""
