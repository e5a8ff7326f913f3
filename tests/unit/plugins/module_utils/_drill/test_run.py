# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controls that share an alarm are drilled once, and both are told of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import TaskError
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill import run
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.account import AccountDrill
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.result import Drill, Leg
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.temporary import Temporary


class Drilling:
    """Acts by noting that it did, and makes a queue on the way."""

    def __init__(self, control: str, alarm: str, temporary: Temporary, failure: str = "") -> None:
        self.drill = Drill(control, [Leg("pattern", "pass", control)])
        self.alarms = (alarm, alarm, "topic")
        self.temporary = temporary
        self.failure = failure
        self.acted = 0

    def act_and_watch(self) -> None:
        self.acted += 1
        self.temporary.made(f"queue of {self.drill.control}", lambda: None)
        if self.failure:
            raise TaskError(self.failure)
        self.drill.legs.append(Leg("action", "pass", "Executed."))
        self.drill.message = {"subject": self.drill.control}


@pytest.fixture
def act(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(run, "_remove_leftovers", lambda *_: None)

    def act(*drillings: Any) -> AccountDrill:
        drills = [drilling.drill for drilling in drillings]
        whole = AccountDrill(datetime(2026, 11, 23, tzinfo=UTC), "notification", "111122223333", (), drills)
        run._act(whole, drillings)
        return whole

    return act


def test_one_alarm_goes_off_once_and_each_control_keeps_its_own_pattern(act: Any) -> None:
    temporary = Temporary(tell=lambda _: None)
    one, other, alike = (Drilling(*names, temporary) for names in (("a", "x"), ("b", "y"), ("c", "x")))

    whole = act(one, other, alike)

    assert (one.acted, other.acted, alike.acted) == (1, 1, 0)
    assert [leg.detail for leg in alike.drill.legs] == ["c", "Executed."]
    assert alike.drill.message == {"subject": "a"}
    assert whole.removed == ["queue of a", "queue of b"]


def test_a_failure_on_the_way_removes_what_was_made(act: Any) -> None:
    temporary = Temporary(tell=lambda _: None)
    failing, later = Drilling("a", "x", temporary, failure="Could not."), Drilling("b", "y", temporary)
    with pytest.raises(TaskError, match="Could not") as raised:
        act(failing, later)
    assert temporary.removed == ["queue of a"]
    assert raised.value.details == {"left": []}
    assert later.acted == 0
