# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The AnsibleModule that takes its arguments from the worker, and leaves its result there."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from ansible.module_utils import basic
from ansible.module_utils.basic import AnsibleModule

from .._terminal import say

# What is overridden below, and what that is called by. Where one is missing a module can't run in the worker.
for _needed in (
    "_load_params",
    "_check_locale",
    "_set_cwd",
    "_log_invocation",
    "_return_formatted",
    "_record_module_result",
):
    getattr(AnsibleModule, _needed)


_OF_CORE = ("invocation", "warnings", "deprecations")  # what core adds to a result, or reads of it


class WorkerModule(AnsibleModule):
    """An AnsibleModule that is given its arguments, and whose result is handed over in place of being printed.

    It ends by SystemExit, as everywhere. What it warns of reaches the result by way of Ansible's display, as everything
    in a worker does.
    """

    def __init__(
        self, arguments: Mapping[str, Any], keep: Callable[[dict[str, Any]], None], host: str = "", **kwargs: Any
    ) -> None:
        self._given = dict(arguments)
        self._without_secrets: dict[str, Any] = {}
        self._keep = keep
        self._host = host
        super().__init__(**kwargs)

    def _load_params(self) -> None:
        # From here core takes whether the result has the invocation, where it has such a setting.
        basic._PARSED_MODULE_ARGS = dict(self._given)
        self.params = self._given

    def _check_locale(self) -> None:
        """Leave the locale of Ansible's process as it is."""

    def _set_cwd(self) -> None:
        """Leave the folder of Ansible's process as it is."""

    def _log_invocation(self) -> None:
        """Ansible logs the task itself."""

    def _return_formatted(self, kwargs: dict[str, Any]) -> None:
        """Let core go through the result value by value only where a secret is in it somewhere."""
        large = {
            name: value for name, value in kwargs.items() if name not in _OF_CORE and isinstance(value, dict | list)
        }
        if not has_any(self.no_log_values, large):
            self._without_secrets = large
            kwargs = {name: value for name, value in kwargs.items() if name not in large}
        super()._return_formatted(kwargs)

    def _record_module_result(self, o: dict[str, Any]) -> None:
        self._keep({**o, **self._without_secrets})

    def tell(self, text: str) -> None:
        """Show the progress of a task that takes minutes."""
        with suppress(OSError):  # Ansible may be gone already, while the task still removes what it made
            say(f"{self._host}: {text}" if self._host else text)


def has_any(secrets: Iterable[str], data: Any) -> bool:
    """Whether one of the secrets may be in the data. A text without it as JSON has it nowhere in its values."""
    try:
        text = json.dumps(data, ensure_ascii=False, default=_text)
    except (TypeError, ValueError):  # core knows what to do with it
        return True
    return any(json.dumps(secret, ensure_ascii=False)[1:-1] in text for secret in secrets)


def _text(value: Any) -> str:
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    raise TypeError
