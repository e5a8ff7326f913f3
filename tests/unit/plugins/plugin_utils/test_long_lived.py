# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._long_lived import loading


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    """Leave the objects of other tests to garbage collection."""
    yield
    gc.unfreeze()


def test_no_garbage_is_collected_while_something_is_loaded() -> None:
    with loading():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_has_been_loaded_is_never_looked_at() -> None:
    with loading():
        loaded = [{"a": []}]
    assert not any(one is loaded for one in gc.get_objects())


def test_garbage_collection_that_is_off_stays_off() -> None:
    gc.disable()
    try:
        with loading():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
