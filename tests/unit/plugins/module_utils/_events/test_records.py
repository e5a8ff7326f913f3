# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is shown of a record, and what never is."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.records import (
    event_of,
    moment,
    newest_first,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.table import event_lines
from ansible_collections.aws_cis.monitoring.tests.unit.cloudtrail_records import (
    ACCOUNT,
    SECRET,
    message,
    record,
    role,
    user,
)
from ansible_collections.aws_cis.monitoring.tests.unit.pattern_strategies import examples
from hypothesis import given
from hypothesis import strategies as st

AT = datetime(2026, 11, 23, 5, tzinfo=UTC)
STAMP = int(AT.timestamp() * 1000)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = sorted(record({}, "", AT))


def shown(of: dict[str, Any]) -> dict[str, Any]:
    return event_of(message(of), STAMP).as_dict()


def test_when_who_where_what_on_what_and_how_it_ended() -> None:
    event = shown(record(role("Deployment", "pipeline"), "AuthorizeSecurityGroupIngress", AT))
    assert event["time"] == "2026-11-23T05:00:00Z"
    assert event["who"] == "role Deployment, session pipeline, no MFA"
    assert (event["source_ip"], event["user_agent"]) == ("203.0.113.7", "aws-cli/2.31.0")
    assert (event["event"], event["event_source"]) == ("AuthorizeSecurityGroupIngress", "ec2.amazonaws.com")
    assert event["resources"] == ["sg-0123456789abcdef0"]
    assert (event["outcome"], event["error_code"]) == ("allowed", "")
    assert (event["region"], event["account"]) == ("eu-west-1", ACCOUNT)


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"errorCode": "Client.UnauthorizedOperation"}, "denied"),
        ({"errorCode": "AccessDenied"}, "denied"),
        ({"errorCode": "AccessDeniedException"}, "denied"),
        ({"errorCode": "Client.InvalidGroup.NotFound"}, "failed"),
        ({"errorCode": "TrailNotFoundException"}, "failed"),
        (
            {
                "eventName": "ConsoleLogin",
                "errorMessage": "Failed authentication",
                "responseElements": {"ConsoleLogin": "Failure"},
            },
            "denied",
        ),
        ({}, "allowed"),
    ],
)
def test_denied_failed_or_allowed(fields: dict[str, Any], outcome: str) -> None:
    assert shown(record(user("alice"), "DeleteSecurityGroup", AT, **fields))["outcome"] == outcome


@pytest.mark.parametrize(
    ("source", "fields", "resources"),
    [
        ("ec2", {"responseElements": {"groupId": "sg-1"}, "requestParameters": {"groupName": "web"}}, ["sg-1", "web"]),
        (
            "ec2",
            {"requestParameters": {"ModifySecurityGroupRulesRequest": {"GroupId": "sg-2"}}, "responseElements": None},
            ["sg-2"],
        ),
        ("ec2", {"requestParameters": {}, "responseElements": {"vpc": {"vpcId": "vpc-1"}}}, ["vpc-1"]),
        ("iam", {"requestParameters": {"roleName": "R", "policyArn": "arn:p"}}, ["arn:p", "R"]),
        ("kms", {"requestParameters": {"keyId": "k-1"}}, ["k-1"]),
        ("s3", {"requestParameters": {"bucketName": "b", "bucketPolicy": {"Statement": []}}}, ["b"]),
        ("organizations", {"requestParameters": {"policyId": "p-1", "targetId": "ou-1"}}, ["ou-1", "p-1"]),
        ("sts", {"resources": [{"ARN": "arn:role/R"}, "?"], "requestParameters": {"name": "n"}}, ["arn:role/R"]),
        (
            "dynamodb",
            {"errorMessage": "User: u is not authorized to perform: dynamodb:Scan on resource: arn:t because no"},
            ["arn:t"],
        ),
    ],
)  # fmt: skip
def test_the_resources_of_each_kind_of_event(source: str, fields: dict[str, Any], resources: list[str]) -> None:
    fields = {"eventSource": f"{source}.amazonaws.com", **fields}
    assert shown(record(user("alice"), "Something", AT, **fields))["resources"] == resources


def test_no_more_than_ten_resources() -> None:
    many = {"resources": [{"ARN": f"arn:{number}"} for number in range(20)]}
    assert len(shown(record(user("alice"), "Something", AT, **many))["resources"]) == 10


def test_neither_request_nor_response_nor_keys_are_copied() -> None:
    of = record(user("alice"), "RunInstances", AT, errorMessage=f"Bad value: {SECRET}")
    text = json.dumps(shown(of))
    assert SECRET not in text
    assert "EXAMPLEKEYID" not in text


def test_what_a_caller_calls_itself_can_not_steer_a_terminal() -> None:
    event = shown(record(user("alice"), "CreateVpc", AT, userAgent="a\x1b[2J\nb\u202ec" + "x" * 1000))
    assert event["user_agent"].startswith("a?[2J?b?c")
    assert len(event["user_agent"]) == 300


@examples(100)
@given(st.dictionaries(st.sampled_from(FIELDS), json_values))
def test_any_record_is_shown_as_plain_text(fields: dict[str, Any]) -> None:
    """Nobody checks what is put into a log group: no field may be there, or be of the type that is documented."""
    event = event_of(json.dumps({**record(user("alice"), "CreateVpc", AT), **fields}), STAMP).as_dict()
    json.dumps(event)
    [_columns, line] = event_lines([event])
    assert not set("\x1b\n\r\x07") & set(line)


@examples(100)
@given(st.text())
def test_a_message_that_is_no_record_is_shown_by_its_time(text: str) -> None:
    event = event_of(f"x{text}", STAMP, "id-1")
    assert (event.id, event.time) == ("id-1", moment(STAMP))


def test_newest_first_and_each_once_with_all_that_matched_it() -> None:
    messages = [message(record(user("alice"), "CreateVpc", AT.replace(minute=minute))) for minute in (1, 3, 2)]
    events = [event_of(one, STAMP).matched_by("vpc", ["f1"]) for one in messages]
    again = event_of(messages[0], STAMP).matched_by("root", ["f2"])
    listed = newest_first([*events, again])
    assert [event.time[14:16] for event in listed] == ["03", "02", "01"]
    assert (listed[-1].controls, listed[-1].filters) == (("vpc", "root"), ("f1", "f2"))


def test_the_same_id_in_two_accounts_is_two_records() -> None:
    """An organisation's trail has the records of all members."""
    one = record(user("alice"), "CreateVpc", AT)
    other = {**one, "recipientAccountId": "444455556666"}
    assert {event.account for event in newest_first(event_of(message(of), STAMP) for of in (one, other))} == {
        ACCOUNT,
        "444455556666",
    }


def test_columns_line_up_and_say_so_if_there_is_nothing() -> None:
    events = [shown(record(user(name), "CreateVpc", AT, errorCode="AccessDenied")) for name in ("alice", "bartholomew")]
    head, *rows = event_lines(events)
    assert head.split() == ["time", "who", "from", "event", "on", "outcome", "region", "account"]
    assert {row.index("203.0.113.7") for row in rows} == {head.index("from")}
    assert "denied (AccessDenied)" in rows[0]
    assert event_lines([]) == ["No matching events."]
