# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The version of this collection. A constant, since a user may have no file but those that run; a test compares it."""

from __future__ import annotations

COLLECTION_VERSION = "2.0.0"
"""That of galaxy.yml."""
