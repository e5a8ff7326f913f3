# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Data as a module would get it."""

from __future__ import annotations

import datetime

from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._plain_data import plain


def test_it_is_what_json_has() -> None:
    given = {"day": datetime.date(2026, 11, 23), "rows": ({"n": 1, "none": None},), 5: "five"}
    assert plain(given) == {"day": "2026-11-23", "rows": [{"n": 1, "none": None}], "5": "five"}


def test_equal_texts_are_kept_once() -> None:
    said = ["not_", "compliant"]
    first, second = plain([{"verdict": "".join(said)}, {"verdict": "".join(said)}])
    assert first["verdict"] == "not_compliant"
    assert first["verdict"] is second["verdict"]
