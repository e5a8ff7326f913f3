# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the worker that has just finished an account makes of its result, and how far it says the audit has got."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible import constants
from ansible.utils.display import Display
from ansible_collections.aws_cis.monitoring.plugins.action.cis_monitoring_info import ActionModule
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils import _plain_data
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils import _progress as progress
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.packed import unpacked
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.plugin_utils._report.fleet import broken


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[str, bool]]:
    """What is told, and whether on standard error."""
    said: list[tuple[str, bool]] = []
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path))
    monkeypatch.setattr(progress, "QUIET_SECONDS", 0.0)
    monkeypatch.setattr(Display, "display", lambda _self, text, stderr=False: said.append((text, stderr)))
    return said


def a_worker(task: str, **arguments: Any) -> Any:
    action = ActionModule.__new__(ActionModule)
    action._task = SimpleNamespace(_uuid=task, args=arguments)
    return action


def test_workers_of_a_task_count_together_and_tell_on_standard_error(told: list[tuple[str, bool]]) -> None:
    for task in ("one", "one", "other"):
        a_worker(task)._tell(3, 0.0)
    assert [(text.partition(" accounts")[0], stderr) for text, stderr in told] == [
        ("1 of 3", True),
        ("2 of 3", True),
        ("1 of 3", True),
    ]


def test_what_can_not_be_counted_costs_nobody_a_result(
    told: list[tuple[str, bool]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path / "gone"))
    a_worker("one")._tell(3, 0.0)
    assert told == []


def test_secrets_are_masked_before_they_are_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_plain_data, "mask_secrets", lambda text: text.replace("s3cr3t", "***"))
    found = broken(reason="AWS says s3cr3t.")
    kept = a_worker("one", details="packed")._as_asked(found)
    (control,) = unpacked(kept)["controls"]
    assert control["reason"] == "AWS says ***."
    assert a_worker("one")._as_asked(found) == found


CHECKED = {"benchmark": ["cis_v7_0_0"], "controls": ["vpc_changes"], "frequent_after": 30, "history_days": 0}


@pytest.mark.parametrize(("host", "controls", "limit"), [("one", ["vpc_changes"], 300), ("other", ["root_usage"], 60)])
def test_in_the_playbook_a_host_has_the_options_that_were_checked_for_it(
    host: str, controls: list[str], limit: int
) -> None:
    """The other variables of the playbook are none of the module's."""
    common = {**CHECKED, "timeout": 300, "report_dir": "r", "account": "1"}
    own = {"other": {**common, "controls": ["root_usage"], "timeout": 60}}
    action = a_worker("task", details="packed", region="eu-west-1")
    action._take_variables({"inventory_hostname": host, "__cis_monitoring_variables": {"common": common, "hosts": own}})
    assert action._task.args == {"details": "packed", "region": "eu-west-1", **CHECKED, "controls": controls}
    assert action._time_limit == limit
