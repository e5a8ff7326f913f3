# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our modules, run inside the Ansible worker.

An ordinary module costs an interpreter, its imports and botocore's service models for each task. All of that is there
already in the worker, since Ansible imports an action plugin before it forks. The module file's own `run` is called;
AnsibleModule itself checks the arguments, so that nothing differs but the process.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from types import ModuleType, SimpleNamespace
from typing import Any, NoReturn

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.parameters import remove_values
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import lookup_loader
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule, aws_argument_spec
from ansible_collections.aws_cis.monitoring.plugins.module_utils.connection import preload
from ansible_collections.aws_cis.monitoring.plugins.module_utils.task import run_in

# Before Ansible forks, so that every worker has it.
preload()
lookup_loader.get("aws_cis.monitoring.account_connection", class_only=True)


class Ended(Exception):
    """The module has its result."""

    def __init__(self, result: dict[str, Any]) -> None:
        super().__init__()
        self.result = result


class WorkerModule(AnsibleModule):
    """An AnsibleModule that takes its arguments from the worker and ends by an exception instead of exiting."""

    def __init__(self, arguments: Mapping[str, Any], **kwargs: Any) -> None:
        self._given = dict(arguments)
        self._warned: list[str] = []
        super().__init__(**kwargs)

    def _load_params(self) -> None:
        self.params = self._given

    def _check_locale(self) -> None:
        """Leave the locale of Ansible's process as it is."""

    def _set_cwd(self) -> None:
        """Leave the folder of Ansible's process as it is."""

    def _log_invocation(self) -> None:
        """Ansible logs the task itself."""

    def warn(self, warning: str, **_: Any) -> None:
        self._warned.append(warning)

    def exit_json(self, **result: Any) -> NoReturn:
        raise Ended(self._masked(result))

    def fail_json(self, msg: str, **result: Any) -> NoReturn:
        result.pop("exception", None)
        raise Ended(self._masked({"failed": True, "msg": str(msg), **result}))

    def _masked(self, result: dict[str, Any]) -> dict[str, Any]:
        result = {**result, "invocation": {"module_args": dict(self.params)}}
        if self._warned:
            result["warnings"] = list(dict.fromkeys(self._warned))
        kept = {name: value for name, value in result.items() if value is None or isinstance(value, bool)}
        masked: dict[str, Any] = remove_values(result, self.no_log_values)
        return {**masked, **kept}


class InWorker(ActionBase):
    """The base of our action plugins. A plugin names its module file; nothing else is its own."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_diff = True
    module: ModuleType

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the module here if it would run on this machine with this interpreter, or else as a module."""
        task_vars = task_vars or {}
        result: dict[str, Any] = super().run(tmp, task_vars)
        del tmp
        if self._belongs_here(task_vars):
            result.update(self._run_here())
        else:
            result.update(self._execute_module(task_vars=task_vars))
        return result

    def _belongs_here(self, task_vars: Mapping[str, Any]) -> bool:
        wanted = self._variable(task_vars, "aws_cis_monitoring_in_worker", True)
        if wanted in (False, "false", "False", "no", "0", 0) or self._connection.transport != "local":
            return False
        if self._play_context.become or self._task.async_val:
            return False
        interpreter = str(self._variable(task_vars, "ansible_python_interpreter", "auto"))
        return interpreter.startswith("auto") or os.path.realpath(interpreter) == os.path.realpath(sys.executable)

    def _variable(self, task_vars: Mapping[str, Any], name: str, default: Any) -> Any:
        if self._task.delegate_to:
            task_vars = task_vars.get("ansible_delegated_vars", {}).get(self._task.delegate_to, task_vars)
        value = task_vars.get(name)
        return default if value is None else self._templar.template(value)

    def _run_here(self) -> dict[str, Any]:
        environment: dict[str, Any] = {}
        self._compute_environment_string(environment)
        with _environment(environment), _endpoint_log() as log:
            try:
                module = WorkerModule(
                    {**_plain(self._task.args), **self._internal_arguments()},
                    argument_spec={**aws_argument_spec(), **self.module.ARGUMENT_SPEC},
                    supports_check_mode=True,
                    **getattr(self.module, "CONSTRAINTS", {}),
                )
                run_in(module, self.module.run)
            except Ended as ended:
                result = ended.result
            if result["invocation"]["module_args"].get("debug_botocore_endpoint_logs"):
                lines = SimpleNamespace(_botocore_endpoint_log_stream=log)
                result["resource_actions"] = AnsibleAWSModule._get_resource_action_list(lines)
        return _plain(result)

    def _internal_arguments(self) -> dict[str, Any]:
        return {
            "_ansible_check_mode": bool(self._task.check_mode),
            "_ansible_diff": bool(self._task.diff),
            "_ansible_module_name": self._task.resolved_action or self._task.action,
            "_ansible_verbosity": self._display.verbosity,
            "_ansible_no_log": bool(self._task.no_log),
        }


def _plain(data: Any) -> Any:
    """Return the data as a module gets and gives it, by way of JSON."""
    return json.loads(json.dumps(data, default=str))


@contextmanager
def _environment(variables: Mapping[str, Any]) -> Iterator[None]:
    """Have the `environment` of the task, and nothing of it afterwards."""
    before = dict(os.environ)
    os.environ.update({name: str(value) for name, value in variables.items()})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _endpoint_log() -> Iterator[StringIO]:
    """Collect what botocore logs of its calls, for debug_botocore_endpoint_logs."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    logger = logging.getLogger("botocore.endpoint")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield stream
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
