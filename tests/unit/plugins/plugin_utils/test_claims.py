# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two hosts that are one account: the first has it, the second only for the same request."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._claims import other_claim

PLACE = ("play", "111122223333", "us-east-1")


def test_the_first_has_it_and_may_ask_for_more(tmp_path: Path) -> None:
    assert other_claim(tmp_path, PLACE, "one", {"topic_name": "a"}) == ""
    assert other_claim(tmp_path, PLACE, "one", {"topic_name": "b"}) == ""


def test_the_second_may_ask_for_the_same_only(tmp_path: Path) -> None:
    other_claim(tmp_path, PLACE, "one", {"topic_name": "a", "controls": ["all"]})
    assert other_claim(tmp_path, PLACE, "two", {"controls": ["all"], "topic_name": "a"}) == ""
    assert other_claim(tmp_path, PLACE, "two", {"topic_name": "b"}) == "one"


def test_another_account_region_or_play_is_another_place(tmp_path: Path) -> None:
    other_claim(tmp_path, PLACE, "one", {"topic_name": "a"})
    for place in (("play", "4", "us-east-1"), ("play", "111122223333", "eu-west-1"), ("next", *PLACE[1:])):
        assert other_claim(tmp_path, place, "two", {"topic_name": "b"}) == ""


def test_no_secret_is_written_and_nothing_unfinished_is_left(tmp_path: Path) -> None:
    for host in ("one", "two"):
        other_claim(tmp_path, PLACE, host, {"subscriptions": [{"endpoint": "https://u:s3cr3t@example.com"}]})
    [claim] = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert "s3cr3t" not in claim.read_text()
