# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection that the caller's `module_defaults` give a module, for action plugins that compare or borrow it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._in_worker import InWorker

try:
    from ansible.executor.module_common import _apply_action_arg_defaults as _defaults_of
except ImportError:  # it is private to ansible-core; without it a module's own defaults are all that counts
    _defaults_of = None

# What says whose account is meant; the region is given to each task by the plan.
IDENTITY = ("access_key", "secret_key", "session_token", "profile", "endpoint_url")
_CONNECTION = {
    alias: option for option, spec in aws_argument_spec().items() for alias in (option, *spec.get("aliases", ()))
}


class WithDefaults(InWorker):
    """An action plugin that takes the connection of the module that its own completes, where it is given none."""

    completes: str

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the module with the connection options that the caller's defaults give."""
        arguments = self._task.args
        # An empty option is one that was not given, and hides no default.
        given = {name: value for name, value in arguments.items() if value != "" or name not in _CONNECTION}
        if len(given) < len(arguments):
            given = {**self.connection_of(self._task.resolved_action or self._task.action), **given}
        if not identity(given):
            given = {**self.connection_of(self.completes), **given}
        self._task.args = given
        return super().run(tmp, task_vars)

    def connection_of(self, module: str) -> dict[str, Any]:
        """The connection options that `module_defaults` give a module, by their first names."""
        if _defaults_of is None:
            return {}
        defaults = _defaults_of(module, self._task, {}, self._templar)
        return {_CONNECTION[name]: value for name, value in defaults.items() if name in _CONNECTION and value != ""}


def identity(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options that say whose account is meant, by their first names."""
    named = {_CONNECTION.get(name, name): value for name, value in options.items()}
    return {option: named[option] for option in IDENTITY if named.get(option)}
