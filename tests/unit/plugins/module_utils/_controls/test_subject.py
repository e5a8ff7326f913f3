# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which control a text is about, where that is known without a proof."""

from __future__ import annotations

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS, findings, subject

WRITTEN = sorted(
    {
        text
        for control in CONTROLS.values()
        for each in control.prescriptions.values()
        for text in (*each.texts, *each.audit)
    }
    | {one.text for control in CONTROLS.values() for one in control.filters}
)


def about(text: str) -> set[str]:
    findings.forget()
    return {name for name in CONTROLS if subject.concerns(text, name)}


@pytest.mark.parametrize("text", WRITTEN)
def test_a_known_text_is_about_what_the_proofs_say(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known = about(text)
    monkeypatch.setattr(subject, "_written_for", dict)
    assert known == about(text)
    assert known


def test_a_known_text_needs_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_arguments: object) -> bool:
        raise AssertionError("a proof is asked for")

    monkeypatch.setattr(subject, "_degrees", never)
    assert all(about(text) for text in WRITTEN)
