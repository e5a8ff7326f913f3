# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What our action plugins are made from: a module inside the worker where it belongs there, or the ordinary way."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleLookupError, AnsibleTemplateError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ...module_utils._aws.requirements import HAS_AMAZON_AWS, fault
from ...module_utils._aws.task import DENIED_CODES, how_to_allow, of_another_account, same_account
from . import defaults

try:
    from ansible._internal._errors._task_timeout import TaskTimeoutError

    at_most = TaskTimeoutError.alarm_timeout
except (ImportError, AttributeError):  # then a task fails before Ansible asks `failed_when`, and requests have no limit
    TaskTimeoutError = ()
    at_most = nullcontext
try:
    from . import inside
except (ImportError, AttributeError, KeyError) as missing:
    inside = None  # type: ignore[assignment]
    if HAS_AMAZON_AWS:  # otherwise each task fails with what to install
        Display().warning(
            "aws_cis.monitoring runs its modules as processes of their own, which takes longer: "
            f"this version of ansible-core, amazon.aws or boto3 is not one that it knows ({missing})."
        )

# This process's interpreter, as the playbooks have it. Ansible would compile the template anew for each account.
_THIS_INTERPRETER = "{{ ansible_playbook_python }}"


class _ModuleAction(ActionBase):
    """An action plugin that runs a module."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = True
    _time_limit = 0  # seconds

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the module here if it would run on this machine with this interpreter, or else as a module."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        del tmp
        try:
            with at_most(self._time_limit):
                result.update(self._result(task_vars or {}))
        except TaskTimeoutError as late:
            result.update(failed=True, msg=str(late), timedout={"period": late.timeout})
        return result

    def _result(self, task_vars: dict[str, Any]) -> dict[str, Any]:
        if missing := self._missing(task_vars):
            return {"failed": True, "msg": missing}
        try:
            name, module_file, arguments = self._asked_for()
        except (AnsibleLookupError, AnsibleTemplateError) as error:  # as what the module fails with is shown
            return {"failed": True, "msg": str(error)}
        main = module_file.main if inside and module_file and self._belongs_here(task_vars) else None
        if refusal := self._refusal(name, arguments, bool(main), task_vars):
            return refusal
        return self._run_module(name, main, arguments, task_vars)

    def _run_module(
        self, name: str, main: Callable[[], None] | None, arguments: dict[str, Any], task_vars: dict[str, Any]
    ) -> dict[str, Any]:
        """Return the result of the module, which runs here if its main() is given."""
        if main:
            return inside.result_of_task(self, name, main, arguments, task_vars)
        wrap_async = bool(self._task.async_val)
        result: dict[str, Any] = self._execute_module(
            module_name=name, module_args=arguments, task_vars=task_vars, wrap_async=wrap_async
        )
        if not self._task.async_val:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        return result

    def _missing(self, task_vars: Mapping[str, Any]) -> str:
        """What the collection requires and lacks here; a module that runs elsewhere finds out itself."""
        missing = fault()
        return missing if missing and self._belongs_here(task_vars) else ""

    def _asked_for(self) -> tuple[str, ModuleType | None, dict[str, Any]]:
        """Return the module's full name, its file if it may run here, and its arguments."""
        raise NotImplementedError

    def _refusal(
        self, name: str, arguments: Mapping[str, Any], here: bool, task_vars: dict[str, Any]
    ) -> dict[str, Any]:
        """Return the result of a task whose module must not run with these arguments; {} where it may."""
        return {}

    def _belongs_here(self, task_vars: Mapping[str, Any]) -> bool:
        wanted = self._templar.template(task_vars.get("aws_cis_monitoring_in_worker", True))
        if not boolean(wanted, strict=False) or self._connection.transport != "local":
            return False
        if self._play_context.become or self._task.async_val:
            return False
        its_vars = task_vars.get("ansible_delegated_vars", {}).get(self._task.delegate_to, task_vars)
        given = its_vars.get("ansible_python_interpreter") or "auto"
        if given == _THIS_INTERPRETER:
            return True
        interpreter = str(self._templar.template(given))
        return interpreter.startswith("auto") or _is_ours(Path(interpreter))


class InWorker(_ModuleAction):
    """The base of the action plugins of our modules. A plugin names its module file; nothing else is its own."""

    module: ModuleType

    def _asked_for(self) -> tuple[str, ModuleType | None, dict[str, Any]]:
        name = self._task.resolved_action or self._task.action
        return name, self.module, defaults.with_defaults_of_siblings(name, self._task, self._templar)


class WithDefaults(InWorker):
    """An action plugin that takes the connection of the module that its own completes, where it is given none."""

    completes: str

    def _asked_for(self) -> tuple[str, ModuleType | None, dict[str, Any]]:
        name, module, arguments = super()._asked_for()
        return name, module, defaults.with_connection_of(self.completes, self._task, arguments, self._templar)


class StockModule(_ModuleAction):
    """The base of an action plugin that runs the module that it is given, of this collection or another one.

    With the option `account` it acts with the connection of the plan, whatever `module_defaults` give the module.
    """

    files: Mapping[str, ModuleType | None]
    _each: list[dict[str, Any]] | None = None

    def _run_module(
        self, name: str, main: Callable[[], None] | None, arguments: dict[str, Any], task_vars: dict[str, Any]
    ) -> dict[str, Any]:
        """Return the result of the module, or of its runs for each, up to the first that fails."""
        run = partial(super()._run_module, name, main)
        if self._each is None:
            return _with_remedy(run(arguments, task_vars))
        results: list[dict[str, Any]] = []
        for own in self._each:
            results.append(_with_remedy(run({**arguments, **own}, task_vars)))
            if results[-1].get("failed"):
                break
        return _combined(results)

    def _refusal(
        self, name: str, arguments: Mapping[str, Any], here: bool, task_vars: dict[str, Any]
    ) -> dict[str, Any]:
        """Return a failure if the credentials are those of another account than the one that is given."""
        expected = self._task.args.get("account")
        if not expected:
            return {}
        found = self._caller(name, defaults.connection_in(arguments), here, task_vars)
        if found.get("failed") or same_account(found["account"], str(expected)):
            return found if found.get("failed") else {}
        return {"failed": True, "msg": of_another_account(found["account"], str(expected))}

    def _caller(self, name: str, connection: dict[str, Any], here: bool, task_vars: dict[str, Any]) -> dict[str, Any]:
        """Ask for the account of the module's credentials, where the module would run."""
        if here:
            return inside.caller_of_task(self, name, connection, task_vars)
        found: dict[str, Any] = self._execute_module(
            module_name="amazon.aws.aws_caller_info", module_args=connection, task_vars=task_vars
        )
        return found

    def _options(self) -> dict[str, Any]:
        spec = {
            "module": {"type": "str", "required": True, "choices": list(self.files)},
            "arguments": {"type": "dict", "default": {}},
            "each": {"type": "list", "elements": "dict"},
            "account": {"type": "str"},
        }
        options: dict[str, Any] = self.validate_argument_spec(spec)[1]
        return options

    def _asked_for(self) -> tuple[str, ModuleType | None, dict[str, Any]]:
        asked = self._options()
        name, self._each = asked["module"], asked["each"]
        if self._each and self._task.async_val:
            raise AnsibleActionFail("each cannot be used with async. Use loop instead of each.")
        if connection := sorted({option for own in self._each or () for option in defaults.connection_in(own)}):
            raise AnsibleActionFail(f"each has connection options. Move to arguments: {', '.join(connection)}.")
        templar = defaults.Once(self._templar)
        arguments = defaults.with_defaults(name, self._task, asked["arguments"], templar)
        if asked["account"]:
            of_plan = defaults.connection_of_plan(self._task, asked["arguments"], templar)
            arguments = {**defaults.without_connection(arguments), **of_plan}
        return name, self.files[name], arguments


def _with_remedy(result: dict[str, Any]) -> dict[str, Any]:
    """Return the result of a module of others; if AWS has denied an action, its message says how to allow it."""
    error = result.get("error")
    if result.get("failed") and isinstance(error, Mapping) and error.get("code") in DENIED_CODES:
        result["msg"] = f"{str(result['msg']).rstrip('.')}. {how_to_allow('this action')}"
    return result


def _combined(results: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the result of a task that has run its module several times; what fails it is that of the last run."""
    shown = [{name: value for name, value in one.items() if name != "invocation"} for one in results]
    failure = shown[-1] if shown and shown[-1].get("failed") else {}
    return {**failure, "changed": any(one.get("changed") for one in shown), "results": shown}


def module_file(name: str) -> ModuleType | None:
    """Return the file of a module of another collection, or None where its own process is to say what is missing."""
    namespace, collection, module = name.split(".")
    try:
        return import_module(f"ansible_collections.{namespace}.{collection}.plugins.modules.{module}")
    except ImportError:
        return None


def _is_ours(interpreter: Path) -> bool:
    """Whether a path leads to this process's interpreter and to the packages that it has."""
    # Virtual environments link to one and the same interpreter; it is the folder of the link that tells them apart.
    ours = Path(sys.executable)
    return interpreter.parent.resolve() == ours.parent.resolve() and interpreter.resolve() == ours.resolve()
