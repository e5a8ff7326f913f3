# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a subscriber by e-mail sees of an alarm's message."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._drill.mail import alarm_of, mail

ALARM = {
    "AlarmName": "vpc_changes_alarm",
    "AlarmDescription": "Account 111122223333: a VPC changes.\nWho did it: ansible-playbook ...",
    "AWSAccountId": "111122223333",
    "NewStateValue": "ALARM",
    "OldStateValue": "OK",
    "NewStateReason": "DRILL of vpc_changes, nothing has happened.",
    "StateChangeTime": "2026-11-23T05:00:00.000+0000",
    "AlarmArn": "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:vpc_changes_alarm",
    "Trigger": {
        "MetricName": "vpc_changes_metric",
        "Namespace": "CISBenchmark",
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "Threshold": 1.0,
        "Period": 300,
        "Statistic": "SUM",
    },
}


def envelope(alarm: Any) -> dict[str, Any]:
    return {"Subject": 'ALARM: "vpc_changes_alarm" in EU (Ireland)', "Message": json.dumps(alarm)}


def test_the_reader_sees_subject_description_and_reason() -> None:
    assert mail(envelope(ALARM)) == (
        'Subject: ALARM: "vpc_changes_alarm" in EU (Ireland)',
        "",
        "Alarm Details:",
        "- Name: vpc_changes_alarm",
        "- Description: Account 111122223333: a VPC changes.",
        "  Who did it: ansible-playbook ...",
        "- Reason for State Change: DRILL of vpc_changes, nothing has happened.",
        "- Timestamp: 2026-11-23T05:00:00.000+0000",
        "- AWS Account: 111122223333",
        "- Alarm Arn: arn:aws:cloudwatch:eu-west-1:111122223333:alarm:vpc_changes_alarm",
        "- State Change: OK -> ALARM",
        "",
        "Threshold:",
        "- GreaterThanOrEqualToThreshold 1.0",
        "",
        "Monitored Metric:",
        "- MetricNamespace: CISBenchmark",
        "- MetricName: vpc_changes_metric",
        "- Period: 300",
        "- Statistic: SUM",
    )


def test_a_composite_alarm_has_no_metric_and_an_alarm_may_have_no_description() -> None:
    bare = {name: value for name, value in ALARM.items() if name not in ("Trigger", "AlarmDescription")}
    said = "\n".join(mail(envelope(bare)))
    assert "Monitored Metric" not in said
    assert "Description" not in said


@pytest.mark.parametrize("message", ["Hello", "[1]", '"AlarmName"', '{"Records": []}'])
def test_a_message_of_somebody_else_is_no_alarms(message: str) -> None:
    assert alarm_of({"Message": message}) == {}
