# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How prowler and Steampipe look for a control in the text of a filter. Both compare text, and see no meaning in it.

Their behaviour is described here as read in prowler, library function build_metric_filter_pattern and the checks
that call it, in August 2026, and in Steampipe's mod aws_compliance, queries log_metric_filter_*, in December 2025.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache


@dataclass(frozen=True)
class TextSearch:
    """The clauses that a text must have, as regular expressions: in this order, or in whatever order."""

    clauses: tuple[str, ...]
    is_ordered: bool

    @cached_property
    def _expressions(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(clause, re.DOTALL) for clause in self.clauses)

    @cached_property
    def finds(self) -> Callable[[str], bool]:
        """Tell whether a text has the clauses. Kept, since accounts share their texts."""
        return lru_cache(maxsize=512)(self._finds)

    def _finds(self, text: str) -> bool:
        """Search them one by one, so in linear time."""
        if not self.is_ordered:
            return all(expression.search(text) for expression in self._expressions)
        position = 0
        for expression in self._expressions:
            found = expression.search(text, position)
            if found is None:
                return False
            position = found.end() + 1  # at least one character between two of them
        return True


def prowler(names: Iterable[str] = (), source: str = "", field: str = "", value: str = "") -> TextSearch:
    """prowler asks for names, a source and another field's value in whatever order, each quoted or not."""
    clauses = [rf"\$\.eventName\s*=\s*.?{re.escape(name)}\b" for name in names]
    if source:
        clauses.append(rf"\$\.eventSource\s*=\s*.?{re.escape(source)}")
    if field:
        name, operator = field.split()
        clauses.append(rf"\$\.{re.escape(name)}\s*{operator}\s*.?{re.escape(value)}")
    return TextSearch(tuple(clauses), is_ordered=False)


def steampipe(names: Iterable[str], source: str = "", quote: str = "") -> TextSearch:
    """Steampipe asks for names in its order, after the source if it asks for one. quote: what may surround a name."""
    clauses = [rf"\$\.eventSource\s*=\s*{source}"] if source else []
    clauses += [rf"\$\.eventName\s*=\s*{quote}{name}{quote}" for name in names]
    return TextSearch(tuple(clauses), is_ordered=True)


def in_order(*clauses: str) -> TextSearch:
    """Clauses as the auditor itself writes them, in this order."""
    return TextSearch(clauses, is_ordered=True)
