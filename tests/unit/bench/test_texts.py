# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fleets have filters of the meaning that their row in the table states."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS
from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern import parse

sys.path.append(str(Path(__file__).parents[3] / "tests" / "bench"))

from texts import OWN, OWN_EACH, PRESCRIBED, SPELLED, WORDINGS

INSTALLED = [one.text for control in CONTROLS.values() for one in control.filters]


def meaning(text: str) -> str:
    """What is left of a text without blanks and quotes, except for the blanks inside a value."""
    return re.sub(r'(?<=[\s=(){}])\s+|\s+(?=[=!|&(){}])|(?<=[|&=(){}])\s+|"', "", text)


@pytest.mark.parametrize("text", INSTALLED)
def test_other_quotes_and_blanks_are_no_other_meaning(text: str) -> None:
    spelled = WORDINGS[SPELLED](text, "111122223333")
    assert spelled != text
    assert meaning(spelled) == meaning(text)
    assert parse(spelled).matches({"eventName": "CreateVpc"}) == parse(text).matches({"eventName": "CreateVpc"})


@pytest.mark.parametrize(("wording", "event"), [(OWN, "PutVendorGuardrail"), (OWN_EACH, "PutGuardrail111122223333")])
@pytest.mark.parametrize("text", INSTALLED)
def test_texts_of_their_own_match_an_event_more(text: str, wording: str, event: str) -> None:
    own = WORDINGS[wording](text, "111122223333")
    assert len(own) <= 1024  # CloudWatch's limit
    assert meaning(text).strip("{}") in meaning(own)
    assert parse(own).matches({"eventName": event})
    assert not parse(text).matches({"eventName": event})


def test_only_texts_of_each_account_differ_between_accounts() -> None:
    [text, *_rest] = INSTALLED
    differ = [name for name, worded in WORDINGS.items() if worded(text, "1" * 12) != worded(text, "2" * 12)]
    assert differ == [OWN_EACH]
    assert WORDINGS[PRESCRIBED](text, "1" * 12) == text
