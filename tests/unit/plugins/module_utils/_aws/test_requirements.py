# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of packages that are missing or too old, which is the same wherever the module runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws import requirements

ROOT = Path(__file__).parents[5]


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """What was found is kept for a process."""
    requirements.fault.cache_clear()
    yield
    requirements.fault.cache_clear()


def test_nothing_is_missing_here() -> None:
    assert requirements.fault() == ""


def test_the_least_versions_are_those_that_the_collection_declares() -> None:
    assert yaml.safe_load((ROOT / "meta/runtime.yml").read_text())["requires_ansible"] == f">={requirements.CORE}"
    declared = (ROOT / "requirements.txt").read_text()
    for name, least in requirements.LIBRARIES.items():
        assert f"{name}>={least}" in declared


@pytest.mark.parametrize(
    ("library", "found", "said"),
    [
        ("boto3", None, "requires boto3 1.42.56 or newer, and it is not installed"),
        ("boto3", "1.42.55", "requires boto3 1.42.56 or newer, and this is 1.42.55"),
        ("botocore", "1.35.0", "requires botocore 1.42.56 or newer, and this is 1.35.0"),
    ],
)
def test_a_library(monkeypatch: pytest.MonkeyPatch, library: str, found: str | None, said: str) -> None:
    monkeypatch.setitem(sys.modules, library, SimpleNamespace(__version__=found) if found else None)  # type: ignore[arg-type]
    fault = requirements.fault()
    assert said in fault
    assert fault.endswith("Run pip install 'boto3>=1.42.56' 'botocore>=1.42.56'.")


@pytest.mark.parametrize(("name", "value"), [("boto3", "1.100.0"), ("boto3", "2.0")])
def test_a_newer_one_is_taken(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setitem(sys.modules, name, SimpleNamespace(__version__=value))  # type: ignore[arg-type]
    assert requirements.fault() == ""


def test_ansible_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requirements, "core", "2.18.6")
    assert requirements.fault() == (
        "aws_cis.monitoring requires ansible-core 2.19.0 or newer, and this is 2.18.6. Update ansible-core."
    )
