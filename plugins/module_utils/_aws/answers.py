# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an answer of AWS is whole. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def lacking(answer: Mapping[str, Any], needs: Iterable[str]) -> tuple[str, ...]:
    """Return which of the keys that every whole answer has are missing in this one.

    A body that is cut short parses to nothing, without an error of botocore's: only what is missing tells.
    """
    return tuple(key for key in needs if answer.get(key) is None)
