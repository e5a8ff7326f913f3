# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parses CloudWatch Logs filter patterns, and evaluates them on log messages. Pure, public.

`pattern.py` reads a text and knows its three kinds: `json_pattern.py` ({...}), `field_pattern.py` ([...]) and
`term_pattern.py` (all else). They share `conditions.py`, `text.py` (wildcards), `regex.py` (%...%) and `syntax.py`.
"""

from __future__ import annotations

from .pattern import Pattern, normalize_white_space, parse
from .syntax import MAX_LENGTH, FilterPatternError
from .text import Truth

__all__ = ["MAX_LENGTH", "FilterPatternError", "Pattern", "Truth", "normalize_white_space", "parse"]
