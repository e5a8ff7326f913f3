# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Python keeps the bytecode of our packages, whatever Ansible's loader does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._bytecode import PLUGINS, WithBytecode

_IMPORT = f"""
from ansible.plugins.loader import init_plugin_loader
init_plugin_loader()
import sys
before = list(sys.meta_path)
from {PLUGINS}plugin_utils._bytecode import keeping_bytecode
with keeping_bytecode():
    from {PLUGINS}module_utils.filter_pattern import parse
assert sys.meta_path == before
print(parse('{{ $.a = 1 }}').matches({{"a": 1}}))
"""


def _import(cache: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(cache)
    ran = subprocess.run(
        [sys.executable, "-c", _IMPORT], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    return ran.stdout.strip()


def test_bytecode_is_kept(tmp_path: Path) -> None:
    assert _import(tmp_path) == "True"
    kept = {path.name.partition(".")[0] for path in tmp_path.rglob("filter_pattern/*.pyc")}
    assert {"__init__", "json_pattern", "syntax"} <= kept


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert _import(tmp_path / "file") == "True"


@pytest.mark.parametrize(
    "name",
    [
        "ansible_collections.amazon.aws.plugins.module_utils.botocore",
        f"{PLUGINS}module_utils",  # a folder without __init__.py
        f"{PLUGINS}module_utils.no_such_module",
        "json",
    ],
)
def test_everything_else_is_left_to_others(name: str) -> None:
    folder = Path(__file__).parents[4] / "plugins"
    path = [str(folder / "module_utils") if "module_utils." in name else str(folder)]
    assert WithBytecode().find_spec(name, path) is None
    assert WithBytecode().find_spec(name, None) is None
