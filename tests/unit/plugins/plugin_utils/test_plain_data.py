# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Data of a playbook, with Ansible's tags and YAML's types, as a module gets it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils import _plain_data
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._plain_data import plain, without_secrets
from hypothesis import given
from hypothesis import strategies as st

PLAYBOOK = """
text: "{{ not templated }}"
number: 1
fraction: 0.5
truth: yes
nothing: null
list: [a, 2, [3]]
date: 2026-01-02
moment: 2026-01-02 03:04:05
"""


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    loaded: dict[str, Any] = DataLoader().load(PLAYBOOK, file_name="/playbook.yml")
    return loaded


def test_values_and_types_stay(data: dict[str, Any]) -> None:
    assert plain(data) == {
        "text": "{{ not templated }}",
        "number": 1,
        "fraction": 0.5,
        "truth": True,
        "nothing": None,
        "list": ["a", 2, [3]],
        "date": "2026-01-02",
        "moment": "2026-01-02T03:04:05",
    }


def test_nothing_is_tagged(data: dict[str, Any]) -> None:
    """YAML has no words for a tagged value: it would fail, or show how it was made."""
    with pytest.raises(yaml.YAMLError):
        yaml.safe_dump(data)
    assert "!" not in yaml.safe_dump(plain(data))
    assert {type(value) for value in plain(data).values()} <= {str, int, float, bool, type(None), list}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.tuples(inner)
            | st.dictionaries(st.text(max_size=3) | st.integers() | st.booleans() | st.none(), inner, max_size=3)
        ),
        max_leaves=8,
    )
)
def test_data_are_as_json_has_them(data: Any) -> None:
    assert plain(data) == json.loads(json.dumps(data))


def test_what_json_does_not_have_is_text() -> None:
    assert plain({"address": ValueError("no"), "kinds": [{1}]}) == {"address": "no", "kinds": ["{1}"]}


def test_equal_texts_are_kept_once() -> None:
    said = ["not_", "compliant"]
    first, second = plain([{"verdict": "".join(said)}, {"verdict": "".join(said)}])
    assert first["verdict"] == "not_compliant"
    assert first["verdict"] is second["verdict"]


def test_secrets_are_masked_as_ansible_masks_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """For an ansible-core that leaves them in what modules return; what it takes for a secret is its own affair."""
    monkeypatch.setattr(_plain_data, "mask_secrets", lambda text: text.replace("s3cr3t", "***"))
    data = {"msg": "the s3cr3t is out", "deep": [{"of": "s3cr3t"}, ["s3cr3t", 5]], "nothing": None}
    assert without_secrets(data) == {"msg": "the *** is out", "deep": [{"of": "***"}, ["***", 5]], "nothing": None}
    assert without_secrets("s3cr3t") == "***"
    assert plain(data) == data
