# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The version that reports name is that of the collection."""

from __future__ import annotations

from pathlib import Path

import yaml
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._version import COLLECTION_VERSION


def test_it_is_that_of_galaxy_yml() -> None:
    galaxy = Path(__file__).parents[4] / "galaxy.yml"
    assert yaml.safe_load(galaxy.read_text())["version"] == COLLECTION_VERSION
