# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The AnsibleModule that takes its arguments from the worker, and leaves its result there."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from ansible.module_utils import basic
from ansible.module_utils.basic import AnsibleModule

from .._terminal import say

# What is overridden below, and what that is called by. Where one is missing a module can't run in the worker.
for _needed in ("_load_params", "_check_locale", "_set_cwd", "_log_invocation", "_record_module_result"):
    getattr(AnsibleModule, _needed)


class WorkerModule(AnsibleModule):
    """An AnsibleModule that is given its arguments, and whose result is handed over in place of being printed.

    It ends by SystemExit, as everywhere. What it warns of reaches the result by way of Ansible's display, as everything
    in a worker does.
    """

    def __init__(
        self, arguments: Mapping[str, Any], keep: Callable[[dict[str, Any]], None], host: str = "", **kwargs: Any
    ) -> None:
        self._given = dict(arguments)
        self._keep = keep
        self._host = host
        super().__init__(**kwargs)

    def _load_params(self) -> None:
        # From here core takes whether the result has the invocation, where it has such a setting.
        basic._PARSED_MODULE_ARGS = copy.deepcopy(self._given)
        self.params = self._given

    def _check_locale(self) -> None:
        """Leave the locale of Ansible's process as it is."""

    def _set_cwd(self) -> None:
        """Leave the folder of Ansible's process as it is."""

    def _log_invocation(self) -> None:
        """Ansible logs the task itself."""

    def _record_module_result(self, o: dict[str, Any]) -> None:
        self._keep(o)

    def tell(self, text: str) -> None:
        """Show the progress of a task that takes minutes."""
        with suppress(OSError):  # Ansible may be gone already, while the task still removes what it made
            say(f"{self._host}: {text}" if self._host else text)
