# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection that the caller's `module_defaults` give a module, for action plugins that compare or borrow it."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec

from ._in_worker import InWorker, connection_of

# What says whose account is meant; the region is given to each task by the plan.
IDENTITY = ("access_key", "secret_key", "session_token", "profile", "endpoint_url")
_FIRST_NAMES = {
    alias: option for option, spec in aws_argument_spec().items() for alias in (option, *spec.get("aliases", ()))
}


class WithDefaults(InWorker):
    """An action plugin that takes the connection of the module that its own completes, where it is given none."""

    completes: str

    def _asked_for(self) -> tuple[str, ModuleType | None, dict[str, Any]]:
        name, module, arguments = super()._asked_for()
        if not identity(arguments):
            borrowed = connection_of(self.completes, self._task, self._templar)
            arguments = {**_by_first_names(borrowed), **arguments}
        return name, module, arguments


def identity(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options that say whose account is meant, by their first names."""
    named = _by_first_names(options)
    return {option: named[option] for option in IDENTITY if named.get(option)}


def _by_first_names(options: Mapping[str, Any]) -> dict[str, Any]:
    return {_FIRST_NAMES.get(name, name): value for name, value in options.items()}
