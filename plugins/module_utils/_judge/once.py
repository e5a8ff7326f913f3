# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is the same for each control of an account is worked out for the first of them. Pure."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from .._account.observation import Judged

Observed = TypeVar("Observed", bound=Judged)
P = ParamSpec("P")
T = TypeVar("T")


def once(function: Callable[Concatenate[Observed, P], T]) -> Callable[Concatenate[Observed, P], T]:
    """Keep what a function finds of an observation or a part of one, for each of its other arguments, with that one."""

    @functools.wraps(function)
    def kept(observed: Observed, /, *about: P.args, **options: P.kwargs) -> T:
        question = (kept, *about, *options.items())
        if question not in observed.found:
            observed.found[question] = function(observed, *about, **options)
        found: T = observed.found[question]
        return found

    return kept
