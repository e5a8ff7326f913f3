# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a module runs, also with an ansible-core that lacks what the worker takes; and a connection that fails."""

from __future__ import annotations

import importlib.util
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.errors import AnsibleLookupError
from ansible.module_utils.basic import AnsibleModule
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import lookup_loader
from ansible.utils.display import Display
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._in_worker import action

HERE = action.__name__.rpartition(".")[0]


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    said: list[str] = []
    monkeypatch.setattr(Display, "warning", lambda self, text, *more, **options: said.append(text))
    return said


def loaded_anew(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The file as an Ansible that starts now loads it, with what it needs loaded anew too."""
    for name in ("inside", "module"):
        monkeypatch.delitem(sys.modules, f"{HERE}.{name}")
        monkeypatch.delattr(sys.modules[HERE], name)
    assert action.__spec__
    assert action.__spec__.loader
    anew = importlib.util.module_from_spec(action.__spec__)
    action.__spec__.loader.exec_module(anew)
    return anew


@pytest.mark.parametrize(
    ("of", "name"),
    [
        (AnsibleModule, "_record_module_result"),
        (AnsibleModule, "_load_params"),
        (ActionBase, "_update_module_args"),
        (ActionBase, "_compute_environment_string"),
    ],
)
def test_modules_are_ordinary_ones_and_a_warning_names_what_is_missing(
    of: type, name: str, monkeypatch: pytest.MonkeyPatch, warnings: list[str]
) -> None:
    monkeypatch.delattr(of, name)
    anew = loaded_anew(monkeypatch)
    [warning] = warnings
    assert name in warning
    assert "which takes longer" in warning

    executed: list[dict[str, Any]] = []
    monkeypatch.setattr(ActionBase, "run", lambda self, tmp, task_vars: {})
    plugin = object.__new__(type("Plugin", (anew.InWorker,), {"module": None}))
    plugin._task = SimpleNamespace(
        resolved_action="a.b.c", action="c", args={"region": "eu-west-1"}, async_val=1, module_defaults=[]
    )
    plugin._templar = None
    plugin._execute_module = lambda **asked: executed.append(asked) or {"changed": False}
    assert plugin.run(None, {}) == {"changed": False}
    assert (executed[0]["module_name"], executed[0]["module_args"]) == ("a.b.c", {"region": "eu-west-1"})


def test_nothing_is_said_where_nothing_is_missing(monkeypatch: pytest.MonkeyPatch, warnings: list[str]) -> None:
    assert loaded_anew(monkeypatch).inside is not None
    assert warnings == []


def test_a_connection_that_can_not_be_made_fails_as_the_module_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then `failed_when` of the playbooks counts, and Ansible does not show it as an error of the task."""

    class Action(action.InWorker):
        module = action

        def __init__(self) -> None:
            self._task = SimpleNamespace(args={"_of_playbook": True}, action="a.b.c", resolved_action="a.b.c")
            self._templar = SimpleNamespace(available_variables={})

        def _missing(self, task_vars: object) -> str:
            return ""

    def refused(*_: object, **__: object) -> None:
        raise AnsibleLookupError("Could not assume the role.")

    monkeypatch.setattr(lookup_loader, "get", lambda *_, **__: SimpleNamespace(run=refused))
    assert Action()._result({}) == {"failed": True, "msg": "Could not assume the role."}
