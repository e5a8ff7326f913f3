# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is the same for each control of an account is worked out for the first of them. Pure."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from .._account.observation import Observation

P = ParamSpec("P")
T = TypeVar("T")


def once(function: Callable[Concatenate[Observation, P], T]) -> Callable[Concatenate[Observation, P], T]:
    """Keep what a function finds of an observation, for each of its other arguments, with the observation."""

    @functools.wraps(function)
    def kept(observation: Observation, /, *about: P.args, **options: P.kwargs) -> T:
        question = (kept, *about, *options.items())
        if question not in observation.found:
            observation.found[question] = function(observation, *about, **options)
        found: T = observation.found[question]
        return found

    return kept
