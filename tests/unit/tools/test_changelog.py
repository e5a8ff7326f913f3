# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The changelog tells of every plugin, role and playbook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from changelog import Thing, gone, things, unannounced

RELEASES: dict[str, Any] = {
    "1.0.0": {
        "modules": [{"name": "known"}],
        "plugins": {"filter": [{"name": "known_filter"}]},
        "objects": {"role": [{"name": "known_role"}], "playbook": [{"name": "audit"}]},
    }
}


@pytest.mark.parametrize(
    ("thing", "added"),
    [
        (Thing("module", "known"), "1.0.0"),
        (Thing("filter", "known_filter"), "1.0.0"),
        (Thing("role", "known_role"), None),
        (Thing("module", "of_the_next_release"), "1.1.0"),
    ],
)
def test_what_a_release_tells_or_will_tell_is_announced(thing: Thing, added: str | None) -> None:
    assert unannounced({thing: added}, RELEASES, []) == []


@pytest.mark.parametrize(
    ("thing", "added"),
    [
        (Thing("module", "forgotten"), "1.0.0"),
        (Thing("lookup", "known"), "1.0.0"),  # a module of that name is no lookup
        (Thing("role", "forgotten"), None),
        (Thing("playbook", "forgotten"), None),
    ],
)
def test_what_none_tells_is_named(thing: Thing, added: str | None) -> None:
    [fault] = unannounced({thing: added}, RELEASES, [])
    assert fault.startswith(f"The changelog lacks {thing}: ")


def test_a_fragment_announces_a_role_or_a_playbook() -> None:
    fragment = {"add object.playbook": [{"name": "events", "description": "Who did what."}]}
    assert unannounced({Thing("playbook", "events"): None}, RELEASES, [fragment]) == []
    assert unannounced({Thing("role", "events"): None}, RELEASES, [fragment]) != []


def test_before_the_first_release_every_plugin_will_be_announced() -> None:
    assert unannounced({Thing("module", "first"): "1.0.0"}, {}, []) == []


def test_what_is_gone_is_said() -> None:
    present: dict[Thing, str | None] = {Thing("filter", "known_filter"): "1.0.0", Thing("role", "known_role"): None}
    faults = gone(present, RELEASES, [{"minor_changes": ["known - does more."]}])
    assert [fault.partition(" is gone")[0] for fault in faults] == ["module known", "playbook audit"]
    fragment = {"removed_features": ["known - gone."], "breaking_changes": ["audit - is called otherwise."]}
    assert gone(present, RELEASES, [fragment]) == []


def test_internal_files_are_nothing_that_users_call(tmp_path: Path) -> None:
    for name in (
        "plugins/modules/one.py",
        "plugins/modules/_internal.py",
        "playbooks/_part.yml",
        "playbooks/audit.yml",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("version_added: 1.2.0\n")
    assert dict(things(tmp_path)) == {Thing("module", "one"): "1.2.0", Thing("playbook", "audit"): None}
