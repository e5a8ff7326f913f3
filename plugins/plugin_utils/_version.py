# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The version of this collection, as it is installed."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import yaml

_ROOT = Path(__file__).parents[2]


@cache
def collection_version() -> str:
    """Return the version from the installed collection's manifest, or from galaxy.yml in a checkout."""
    manifest = _ROOT / "MANIFEST.json"
    if manifest.is_file():
        return str(json.loads(manifest.read_text())["collection_info"]["version"])
    return str(yaml.safe_load((_ROOT / "galaxy.yml").read_text())["version"])
