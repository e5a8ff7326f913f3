# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our modules, run inside the Ansible worker.

An ordinary module costs an interpreter, its imports and botocore's service models for each task. All of that is there
already in the worker, since Ansible imports an action plugin before it forks. The module file's own `run` is called;
AnsibleModule itself checks the arguments, so that nothing differs but the process.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from io import StringIO
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, NoReturn

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import lookup_loader
from ansible.template import Templar, trust_as_template
from ansible.utils.display import Display
from ansible_collections.amazon.aws.plugins.module_utils.botocore import check_sdk_version_supported
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleBotocoreError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule, aws_argument_spec
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.clients import preload
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import run_in
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._plain_data import plain

# Before Ansible forks, so that every worker has it.
preload()
lookup_loader.get("aws_cis.monitoring.account_connection", class_only=True)
Templar(variables={}).template(trust_as_template("{{ '' | default('') }}"))  # for the lexer and all filters
gc.freeze()  # What garbage collection looks at is copied, in a process that shares its memory with forks.


class Ended(Exception):
    """The module has its result."""

    def __init__(self, result: dict[str, Any]) -> None:
        super().__init__()
        self.result = result


class WorkerModule(AnsibleModule):
    """An AnsibleModule that takes its arguments from the worker and ends by an exception instead of exiting.

    What it warns of reaches the result by way of Ansible's display, as everything in a worker does.
    """

    def __init__(self, arguments: Mapping[str, Any], **kwargs: Any) -> None:
        self._given = dict(arguments)
        # ansible-core 2.21 leaves the arguments out of the result unless INJECT_INVOCATION is set; 2.19 does not ask.
        self._with_invocation = self._given.pop("_ansible_inject_invocation", True)
        self._endpoint_log: StringIO | None = None
        super().__init__(**kwargs)

    def _load_params(self) -> None:
        self.params = self._given

    def _check_locale(self) -> None:
        """Leave the locale of Ansible's process as it is."""

    def _set_cwd(self) -> None:
        """Leave the folder of Ansible's process as it is."""

    def _log_invocation(self) -> None:
        """Ansible logs the task itself."""

    def tell(self, text: str) -> None:
        """Show the progress of a task that takes minutes."""
        with suppress(OSError):  # Ansible may be gone already, while the task still removes what it made
            Display().display(text)

    @contextmanager
    def calls_noted(self) -> Iterator[None]:
        """Note the calls to AWS inside the block if the task asks for debug_botocore_endpoint_logs."""
        if not self.params["debug_botocore_endpoint_logs"]:
            yield
            return
        with _endpoint_log() as self._endpoint_log:
            yield

    def exit_json(self, **result: Any) -> NoReturn:
        raise Ended(self._masked(result))

    def fail_json(self, msg: str, **result: Any) -> NoReturn:
        result.pop("exception", None)
        raise Ended(self._masked({"failed": True, "msg": str(msg), **result}))

    def _masked(self, result: dict[str, Any]) -> dict[str, Any]:
        if self._endpoint_log is not None:
            log = SimpleNamespace(_botocore_endpoint_log_stream=self._endpoint_log)
            result = {**result, "resource_actions": AnsibleAWSModule._get_resource_action_list(log)}
        if self._with_invocation:
            result = {**result, "invocation": {"module_args": dict(self.params)}}
        kept = {name: value for name, value in result.items() if value is None or isinstance(value, bool)}
        masked: dict[str, Any] = remove_values(result, self.no_log_values)
        return {**masked, **kept}


class InWorker(ActionBase):
    """The base of our action plugins. A plugin names its module file; nothing else is its own."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = True
    module: ModuleType

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the module here if it would run on this machine with this interpreter, or else as a module."""
        task_vars = task_vars or {}
        result: dict[str, Any] = super().run(tmp, task_vars)
        del tmp
        if self._belongs_here(task_vars):
            result.update(self._run_here(task_vars))
            return result
        result.update(self._execute_module(task_vars=task_vars, wrap_async=bool(self._task.async_val)))
        if not self._task.async_val:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        return result

    def _belongs_here(self, task_vars: Mapping[str, Any]) -> bool:
        wanted = self._templar.template(task_vars.get("aws_cis_monitoring_in_worker", True))
        if not boolean(wanted, strict=False) or self._connection.transport != "local":
            return False
        if self._play_context.become or self._task.async_val:
            return False
        its_vars = task_vars.get("ansible_delegated_vars", {}).get(self._task.delegate_to, task_vars)
        interpreter = str(self._templar.template(its_vars.get("ansible_python_interpreter") or "auto"))
        return interpreter.startswith("auto") or _is_ours(Path(interpreter))

    def _run_here(self, task_vars: Mapping[str, Any]) -> dict[str, Any]:
        arguments = plain(self._task.args)
        self._update_module_args(self._task.resolved_action or self._task.action, arguments, task_vars)
        environment: dict[str, Any] = {}
        self._compute_environment_string(environment)
        with _environment(environment), _no_garbage_collection():
            return dict(plain(_result(self.module, arguments)))


def _is_ours(interpreter: Path) -> bool:
    """Whether a path leads to this process's interpreter and to the packages that it has."""
    # Virtual environments link to one and the same interpreter; it is the folder of the link that tells them apart.
    ours = Path(sys.executable)
    return interpreter.parent.resolve() == ours.parent.resolve() and interpreter.resolve() == ours.resolve()


def _result(module_file: ModuleType, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the module ends with."""
    try:
        module = WorkerModule(
            arguments,
            argument_spec={**aws_argument_spec(), **module_file.ARGUMENT_SPEC},
            supports_check_mode=True,
            **getattr(module_file, "CONSTRAINTS", {}),
        )
        _check_sdk(module)
        with module.calls_noted():
            run_in(module, module_file.run)
    except Ended as ended:
        return ended.result
    raise AssertionError("a module ends with a result")


def _check_sdk(module: WorkerModule) -> None:
    """Warn of a boto3 that is too old, fail where there is none: what AnsibleAWSModule does."""
    try:
        check_sdk_version_supported(warn=module.warn)
    except AnsibleBotocoreError as error:
        module.fail_json(str(error))


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
def _no_garbage_collection() -> Iterator[None]:
    """Leave garbage where it is meanwhile: a worker ends after its task, or the next item of its loop comes."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def _endpoint_log() -> Iterator[StringIO]:
    """Collect what botocore logs of its calls."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    logger = logging.getLogger("botocore.endpoint")
    level, propagates = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False  # it has the requests' tokens, and Ansible's log file would take them
    try:
        yield stream
    finally:
        logger.propagate = propagates
        logger.setLevel(level)
        logger.removeHandler(handler)
