# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the audit reports of accounts that widespread tools have set up, and what remediate adds to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Observation, Topic
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import judge
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.desired import Desired
from ansible_collections.aws_cis.monitoring.tests.unit.accounts_to_plan import plan, subscription
from ansible_collections.aws_cis.monitoring.tests.unit.existing_setups import (
    BENCHMARKS,
    FOLDER,
    NAMES,
    Setup,
    deciding_codes,
    observed,
)
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.module_utils._plan.test_existing import written

SETUPS = {name: Setup.named(name) for name in NAMES}


def requested(**options: Any) -> Desired:
    subscriptions = [{"protocol": "email", "endpoint": "security@example.com"}]
    asked = {"existing": "reuse", "controls": ["all"], "topic_name": "alerts", "subscriptions": subscriptions}
    return Desired.from_parameters({**asked, **options})


def audited(observation: Observation) -> dict[str, Mapping[str, int]]:
    return {
        name: deciding_codes(judge(observation, control, name).as_dict() for control in CONTROLS.values())
        for name in BENCHMARKS
    }


def added(observation: Observation, request: Desired) -> Counter[str]:
    result = plan(observation, request)
    assert result.blocked == ""
    assert {change.action for change in result.changes} <= {"create"}, "what is there is changed"
    return Counter(change.resource for change in result.changes)


def set_up(observation: Observation, request: Desired) -> Observation:
    """Return the account once remediate has run and the subscriber has confirmed."""
    result = plan(observation, request)
    return written(observation, result) if result.changes else observation


def with_subscriber(observation: Observation) -> Observation:
    topics = {
        arn: replace(one, subscriptions=(subscription("cloud-team@example.com"),)) if isinstance(one, Topic) else one
        for arn, one in observation.topics.items()
    }
    return replace(observation, topics=topics)


def test_each_file_is_a_setup() -> None:
    assert {file.stem for file in FOLDER.glob("*.json")} == set(NAMES)


@pytest.mark.parametrize("setup", SETUPS.values(), ids=SETUPS)
class TestSetup:
    def test_what_the_audit_reports(self, setup: Setup) -> None:
        assert audited(observed(setup)) == setup.audit
        assert audited(with_subscriber(observed(setup))) == setup.audit_with_subscriber

    def test_what_remediate_adds(self, setup: Setup) -> None:
        assert added(observed(setup), requested()) == setup.adds
        assert added(observed(setup), requested(benchmarks=["cis_v7_0_0"])) == setup.adds_for_cis_v7_0_0

    @pytest.mark.parametrize("benchmarks", [["security_hub", "cis_v7_0_0"], ["cis_v7_0_0"]], ids=["default", "cis"])
    def test_then_every_control_is_covered_and_nothing_is_left(self, setup: Setup, benchmarks: list[str]) -> None:
        request = requested(benchmarks=benchmarks)
        after = set_up(observed(setup), request)
        expected = "LOG_GROUP_IN_OTHER_ACCOUNT" if setup.organization == "member" else "OK"
        assert audited(after) == {name: {expected: len(CONTROLS)} for name in BENCHMARKS}
        assert added(after, request) == {}


@pytest.mark.parametrize("setup", [setup for setup in SETUPS.values() if setup.paths], ids=lambda setup: setup.title)
def test_teardown_takes_nothing_of_the_setup(setup: Setup) -> None:
    after = set_up(observed(setup), requested())
    removed = {(one.resource, one.name) for one in plan(after, requested(state="absent")).changes}
    theirs = {("metric_filter", path["filter"]) for path in setup.paths}
    theirs |= {("alarm", path["alarm"]) for path in setup.paths}
    assert removed
    assert removed.isdisjoint(theirs)


@pytest.mark.parametrize("option", ["topic_arn", "topic_name"])
def test_the_topic_of_a_setup_can_be_named(option: str) -> None:
    """Then new alarms notify it too, and one subscription is enough."""
    observation = observed(SETUPS["cloudposse"])
    [topic] = [topic for topic in observation.topics.values() if isinstance(topic, Topic)]
    named = {"topic_arn": topic.arn, "topic_name": topic.name}[option]
    assert added(observation, requested(**{option: named})) == {"metric_filter": 5, "alarm": 3, "subscription": 1}
