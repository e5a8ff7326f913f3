# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which clients the items of a loop share, and which they don't."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.kept import clients_of, forget, kept_for

SHOP = {"access_key": "A", "secret_key": "S", "region": "eu-west-1"}


def of_item(task: str, params: dict[str, Any] | None = None) -> Any:
    with kept_for(task):
        return clients_of(SHOP if params is None else params)


def test_items_of_a_task_share_clients_and_what_they_have_read() -> None:
    first = of_item("one")
    first.memory["read", "by the first"] = 1
    assert of_item("one", {**SHOP, "name": "the item's own"}) is first


@pytest.mark.parametrize("other", [{"access_key": "B"}, {"region": "eu-west-2"}, {"validate_certs": False}])
def test_not_with_other_connection_options(other: dict[str, Any]) -> None:
    assert of_item("one") is not of_item("one", {**SHOP, **other})


def test_not_in_another_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    first = of_item("one")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert of_item("one") is not first


def test_not_with_another_task_nor_outside_a_task_nor_after_a_failure() -> None:
    first = of_item("one")
    assert clients_of(SHOP) is not first
    assert of_item("one") is first
    assert of_item("two") is not first
    again = of_item("two")
    forget()
    assert of_item("two") is not again
