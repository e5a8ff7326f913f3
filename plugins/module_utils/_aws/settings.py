# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What botocore's settings are for all clients of one session: looked up once, and not anew for each client.

A setting is looked for in the environment, in the profile, and among defaults, more than twenty for each client.
"""

from __future__ import annotations

from typing import Any

try:
    from botocore.configprovider import BaseProvider
except ImportError:  # clients.py says so to the user
    BaseProvider = object  # type: ignore[assignment, misc]

_NOT_ASKED = object()


class FirstAnswer(BaseProvider):
    """Provides what another provider has provided first."""

    def __init__(self, provider: Any) -> None:
        self._provider = provider
        self._answer: Any = _NOT_ASKED

    def provide(self) -> Any:
        """Return the value of the setting, None if it has none."""
        if self._answer is _NOT_ASKED:
            self._answer = self._provider.provide()
        return self._answer
