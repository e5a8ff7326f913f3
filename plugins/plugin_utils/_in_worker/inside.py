# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is loaded before Ansible forks, and the running of a module in what has been loaded.

Whatever of ansible-core is private is imported here or in what this file imports, so that a version that lacks a part
of it makes this import fail, and not a task.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import connection_loader, lookup_loader, shell_loader
from ansible.template import Templar, trust_as_template

from ...module_utils._aws.clients import preload
from ...module_utils._aws.kept import forget, kept, kept_for
from ...module_utils._aws.requirements import fault
from ...module_utils._aws.task import tell_account
from ...module_utils._controls import findings
from .._long_lived import loading
from .._plain_data import plain
from .._shared_findings import SharedFindings
from . import surroundings
from .defaults import has_keys
from .module import WorkerModule

for _needed in ("_update_module_args", "_compute_environment_string"):
    getattr(ActionBase, _needed)

# Before Ansible forks, so that every worker has it.
with loading():
    preload()
    fault()
    lookup_loader.get("aws_cis.monitoring.account_connection", class_only=True)
    connection_loader.get("local", class_only=True)
    shell_loader.get("sh", class_only=True)
    # The lexer, all filters and tests.
    Templar(variables={}).template(trust_as_template("{{ '' | default('') is eq '' }}"))


def result_of_task(
    action: Any, name: str, main: Callable[[], None], arguments: Mapping[str, Any], task_vars: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what the main() of a module ends with, as Ansible has it from a module in a process of its own.

    `action` is the action plugin of the task, `name` the module's full name, `arguments` those of the user.
    """
    several = len(task_vars.get("ansible_play_hosts_all", ())) > 1
    host = str(task_vars.get("inventory_hostname", "")) if several else ""
    with _around(action, name, arguments):
        return result_of(main, _given(action, name, arguments, task_vars), host)


def caller_of_task(
    action: Any, name: str, connection: Mapping[str, Any], task_vars: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the result of tell_account, asked once for all that share what they keep and have the same connection."""

    def ask() -> dict[str, Any]:
        return result_of(tell_account, _given(action, action._task.action, connection, task_vars))

    with _around(action, name, connection):
        found = kept(("caller", connection), ask)
        if found.get("failed"):
            forget()  # what may not be so any more, should the task be tried again
        return found


def _given(action: Any, name: str, arguments: Mapping[str, Any], task_vars: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as a module gets them, with what Ansible adds."""
    given: dict[str, Any] = plain(arguments)
    action._update_module_args(name, given, task_vars)
    return given


@contextmanager
def _around(action: Any, name: str, arguments: Mapping[str, Any]) -> Iterator[None]:
    """Have around a module what its task asks for, and what earlier items of its loop have left for it.

    Modules of several kinds share that only if they are given keys: a profile may lead to another account by then.
    """
    sharing = action._task._uuid if has_keys(arguments) else f"{action._task._uuid} {name}"
    environment: dict[str, Any] = {}
    action._compute_environment_string(environment)
    with (
        surroundings.environment(environment) if environment else nullcontext(),
        surroundings.no_garbage_collection(more_items=bool(action._task.loop)),
        kept_for(sharing),
        findings.shared(SharedFindings(Path(constants.DEFAULT_LOCAL_TMP))),
    ):
        yield


def result_of(main: Callable[[], None], arguments: Mapping[str, Any], host: str = "") -> dict[str, Any]:
    """Return what the main() of a module ends with. Its progress is shown with the host's name, if one is given.

    Raises AnsibleError where it ends with an error that it does not handle, or without a result.
    """
    results: list[dict[str, Any]] = []
    make = partial(WorkerModule, arguments, results.append, host)
    try:
        with surroundings.module_class(make), surroundings.private_endpoint_log(), surroundings.preloaded_sessions():
            main()
    except SystemExit:
        pass
    except Exception as error:
        # What core says of such an error in a process of its own.
        raise AnsibleError("Module failed.") from error
    if not results:
        raise AnsibleError("The module ended without a result.")
    return _as_received(results[-1])


def _as_received(result: dict[str, Any]) -> dict[str, Any]:
    # For a module in a process of its own, since ansible-core 2.22. Here Ansible knows the secrets already.
    result.pop("_ansible_new_secrets", None)
    return dict(plain(result))
