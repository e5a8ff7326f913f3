# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rulebook, without ansible-rulebook, which needs Java: what it names exists, and what it needs is documented.

The session rulebook of nox runs it.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.notification import Notification
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.alarm_message import DRILL
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._variables import playbooks
from ansible_collections.aws_cis.monitoring.tests.unit.alarm_notifications import ALARM, enveloped
from environment import ROOT
from jinja2.nativetypes import NativeEnvironment

TEXT = (ROOT / "extensions" / "eda" / "rulebooks" / "alarm.yml").read_text()
[RULESET] = yaml.safe_load(TEXT)
_TEST = re.compile(
    r"event\.(?P<path>[\w.]+)\s+"
    r"""(?:==\s+"(?P<equal>\w+)"|is (?P<no>not )?(?P<how>match|search)\((?P<quote>['"])(?P<pattern>.+?)(?P=quote)\))"""
)


def holds(condition: str, event: dict[str, Any]) -> bool:
    """Evaluate a condition of `and`, as Drools does: a test of what an event does not have is false."""
    return all(_holds(one, {"event": event}) for one in condition.split(" and "))


def _holds(test: str, event: dict[str, Any]) -> bool:
    read = _TEST.fullmatch(test.strip())
    assert read, f"a kind of test that this does not know: {test}"
    value: Any = event["event"]
    for name in read["path"].split("."):
        value = value.get(name) if isinstance(value, dict) else None
    if not isinstance(value, str):
        return False
    if read["equal"]:
        return value == read["equal"]
    found = getattr(re, read["how"])(read["pattern"], value)
    return (found is None) is bool(read["no"])


def rules_for(body: Any) -> list[str]:
    return [rule["name"] for rule in RULESET["rules"] if holds(rule["condition"], {"body": body})]


RAW, ENVELOPED = (rule["name"] for rule in RULESET["rules"])
DRILLED = {**ALARM, "NewStateReason": f"{DRILL}vpc_changes, no event occurred."}
OK = {**ALARM, "NewStateValue": "OK", "OldStateValue": "ALARM"}


@pytest.mark.parametrize(
    ("body", "rules"),
    [
        (dict(ALARM), [RAW]),
        (enveloped(ALARM), [ENVELOPED]),
        (DRILLED, []),
        (enveloped(DRILLED), []),
        (OK, []),
        (enveloped(OK), []),
        ("no JSON", []),
        ({"Type": "SubscriptionConfirmation", "Message": "You have chosen to subscribe"}, []),
    ],
)
def test_an_alarm_that_went_into_alarm_meets_one_rule(body: Any, rules: list[str]) -> None:
    assert rules_for(body) == rules


def test_the_answer_is_a_playbook_of_ours_with_variables_that_it_has() -> None:
    for rule in RULESET["rules"]:
        action = rule["action"]["run_playbook"]
        namespace, _dot, name = action["name"].rpartition(".")
        assert namespace == "aws_cis.monitoring"
        assert set(action["extra_vars"]) <= set(playbooks()[name].options)


def test_nothing_of_a_message_is_a_template_when_it_arrives() -> None:
    hostile = {**ALARM, "AlarmDescription": "{{ lookup('pipe', 'id') }} {% raw %}"}
    template = RULESET["rules"][0]["action"]["run_playbook"]["extra_vars"]["cis_monitoring_alarm_message"]
    passed = NativeEnvironment().from_string(template).render(event={"body": hostile})
    assert isinstance(passed, str)
    assert not set("{}") & set(passed)
    assert Notification.of(passed) == Notification.of(hostile)
    assert json.loads(json.dumps(passed)) == passed


def test_every_variable_of_the_rulebook_is_documented() -> None:
    page = (ROOT / "docs" / "eda.md").read_text()
    names = set(re.findall(r"cis_monitoring_\w+", TEXT))
    assert {name for name in names if f"`{name}" not in page} == set()


def test_the_source_is_that_of_amazon_aws() -> None:
    [source] = RULESET["sources"]
    assert set(source) == {"name", "amazon.aws.aws_sqs_queue"}
    # Its arguments: extensions/eda/plugins/event_source/aws_sqs_queue.py of amazon.aws 11.
    assert set(source["amazon.aws.aws_sqs_queue"]) <= {
        "delay_seconds",
        "endpoint_url",
        "feedback",
        "feedback_timeout",
        "max_number_of_messages",
        "name",
        "queue_owner_aws_account_id",
        "region",
    }
