# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The notification of an alarm, invented, in the shape that the Amazon CloudWatch and SNS user guides document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

ALARM: Mapping[str, Any] = {
    "AlarmName": "our own name",
    "AlarmDescription": "A security group changes.",
    "AWSAccountId": "111122223333",
    "NewStateValue": "ALARM",
    "OldStateValue": "OK",
    "NewStateReason": "Threshold Crossed: 1 datapoint [1.0] was greater than or equal to the threshold (1.0).",
    "StateChangeTime": "2026-11-23T05:00:00.000+0000",
    "Region": "EU (Ireland)",
    "AlarmArn": "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:our own name",
    "Trigger": {
        "MetricName": "sg_changes",
        "Namespace": "Ours",
        "Period": 300,
        "EvaluationPeriods": 1,
        "Statistic": "SUM",
        "Threshold": 1.0,
    },
}


def enveloped(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return the message as SNS sends it without raw message delivery."""
    return {
        "Type": "Notification",
        "MessageId": "8b0d5f0e-0000-4000-8000-000000000000",
        "TopicArn": "arn:aws:sns:eu-west-1:111122223333:alerts",
        "Subject": 'ALARM: "our own name" in EU (Ireland)',
        "Message": json.dumps(message),
        "Timestamp": "2026-11-23T05:00:01.000Z",
    }
