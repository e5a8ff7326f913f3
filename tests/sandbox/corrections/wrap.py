# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a correction takes the place of one of the emulator's actions."""

from __future__ import annotations

import json
from types import FunctionType, ModuleType
from typing import Any


def replace(module: ModuleType, name: str, function: Any) -> Any:
    """Put a function in the place of the module's and return the one that was there."""
    original = getattr(module, name)
    assert isinstance(original, FunctionType), f"{module.__name__}.{name} is no longer a function"
    setattr(module, name, function)
    return original


def body_of(answer: tuple[int, dict[str, str], Any]) -> dict[str, Any]:
    """Return the JSON of an answer."""
    decoded: dict[str, Any] = json.loads(answer[2])
    return decoded
