# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A topic with its policy, its key and its subscribers; what of it could not be read is a gap."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Gap, Key, Subscription
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.reader import Reader
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.topics import (
    read_organization_id,
    read_topic,
)
from ansible_collections.aws_cis.monitoring.tests.unit.fake_aws import FakeAws, Fault, Pages

ACCOUNT = "111122223333"
ARN = f"arn:aws:sns:us-east-1:{ACCOUNT}:alerts"
SUBSCRIPTION = f"{ARN}:0-1"
KEY_ARN = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1"


def listed(arn: str = SUBSCRIPTION, endpoint: str = "a@example.com") -> dict[str, Any]:
    return {"SubscriptionArn": arn, "Protocol": "email", "Endpoint": endpoint, "Owner": ACCOUNT, "TopicArn": ARN}


def attributes(**values: str) -> dict[str, Any]:
    return {"Attributes": {"TopicArn": ARN, "Owner": ACCOUNT, "Policy": '{"Statement": []}', **values}}


ANSWERS: dict[str, Any] = {
    "sns:GetTopicAttributes": attributes(DisplayName="Alerts"),
    "sns:ListSubscriptionsByTopic": {"Subscriptions": [listed()]},
    "sns:GetSubscriptionAttributes": {"Attributes": {"SubscriptionArn": SUBSCRIPTION}},
    "sns:ListTagsForResource": {"Tags": [{"Key": "team", "Value": "a"}]},
    "kms:DescribeKey": {"KeyMetadata": {"KeyId": "1", "Arn": KEY_ARN, "KeyManager": "CUSTOMER", "KeyState": "Enabled"}},
    "kms:GetKeyPolicy": {"Policy": '{"Statement": []}'},
    "kms:ListGrants": {"Grants": []},
}
ENCRYPTED = attributes(KmsMasterKeyId="alias/alerts")
DENIED = Fault("AuthorizationError")


def read(with_tags: bool = False, own: str = ACCOUNT, **answers: Any) -> tuple[FakeAws, Any]:
    aws = FakeAws({**ANSWERS, **{name.replace("_", ":"): answer for name, answer in answers.items()}})
    return aws, read_topic(Reader(aws), ARN, own, with_tags=with_tags)


def test_a_plain_topic() -> None:
    aws, topic = read()
    assert (topic.arn, topic.name, topic.account, topic.region) == (ARN, "alerts", ACCOUNT, "us-east-1")
    assert (topic.owner, topic.policy, topic.policy_text) == (ACCOUNT, {"Statement": []}, '{"Statement": []}')
    assert (topic.display_name, topic.key_id, topic.key, topic.tags) == ("Alerts", None, None, None)
    assert topic.subscriptions == (Subscription(SUBSCRIPTION, "email", "a@example.com", ACCOUNT),)
    assert {region for region, _call, _parameters in aws.calls} == {"us-east-1"}
    assert sorted(name for _region, name, _parameters in aws.calls) == [
        "sns:GetSubscriptionAttributes",
        "sns:GetTopicAttributes",
        "sns:ListSubscriptionsByTopic",
    ]


@pytest.mark.parametrize("call", ["sns_GetTopicAttributes", "sns_ListSubscriptionsByTopic"])
def test_a_topic_that_does_not_exist(call: str) -> None:
    assert read(**{call: Fault("NotFound")})[1] is None


@pytest.mark.parametrize(("said", "largest"), [({}, 262144), ({"MaximumMessageSize": "1024"}, 1024)])
def test_the_largest_message_that_a_topic_takes(said: dict[str, str], largest: int) -> None:
    assert read(sns_GetTopicAttributes=attributes(**said))[1].largest_message == largest


def test_unread_attributes_leave_the_subscribers_readable() -> None:
    topic = read(sns_GetTopicAttributes=DENIED)[1]
    assert isinstance(topic.policy, Gap)
    assert topic.key is topic.policy
    assert len(topic.subscriptions) == 1


def test_unread_subscribers_leave_the_attributes_readable() -> None:
    topic = read(sns_ListSubscriptionsByTopic=DENIED)[1]
    assert isinstance(topic.subscriptions, Gap)
    assert topic.display_name == "Alerts"


@pytest.mark.parametrize("text", ["{", "[]", '"x"'])
def test_a_policy_that_is_no_object_is_a_gap(text: str) -> None:
    assert read(sns_GetTopicAttributes=attributes(Policy=text))[1].policy.code == "RESPONSE_INCOMPLETE"


def test_tags_are_read_if_asked_for() -> None:
    assert read(with_tags=True)[1].tags == {"team": "a"}
    assert isinstance(read(with_tags=True, sns_ListTagsForResource=DENIED)[1].tags, Gap)


def test_the_key_of_an_encrypted_topic_is_read_by_its_alias_and_its_policy_by_its_arn() -> None:
    aws, topic = read(sns_GetTopicAttributes=ENCRYPTED)
    assert topic.key_id == "alias/alerts"
    assert topic.key == Key("1", KEY_ARN, "CUSTOMER", "Enabled", {"Statement": []})
    assert aws.made("kms:DescribeKey") == [{"KeyId": "alias/alerts"}]
    assert aws.made("kms:GetKeyPolicy") == [{"KeyId": KEY_ARN}]


def test_the_kind_of_a_key() -> None:
    answer = {"KeyMetadata": {**ANSWERS["kms:DescribeKey"]["KeyMetadata"], "KeySpec": "RSA_2048"}}
    assert read(sns_GetTopicAttributes=ENCRYPTED, kms_DescribeKey=answer)[1].key.spec == "RSA_2048"


@pytest.mark.parametrize("code", ["NotFoundException", "InvalidArnException"])
def test_a_key_that_is_gone(code: str) -> None:
    topic = read(sns_GetTopicAttributes=ENCRYPTED, kms_DescribeKey=Fault(code))[1]
    assert (topic.key_id, topic.key) == ("alias/alerts", None)


@pytest.mark.parametrize("answer", [Fault("AccessDeniedException"), {}])
def test_an_unread_key_is_a_gap(answer: Any) -> None:
    assert isinstance(read(sns_GetTopicAttributes=ENCRYPTED, kms_DescribeKey=answer)[1].key, Gap)


@pytest.mark.parametrize("answer", [Fault("AccessDeniedException"), {}, {"Policy": "{"}])
def test_an_unread_key_policy_is_a_gap(answer: Any) -> None:
    topic = read(sns_GetTopicAttributes=ENCRYPTED, kms_GetKeyPolicy=answer)[1]
    assert isinstance(topic.key.policy, Gap)
    assert topic.key.state == "Enabled"


def test_an_alias_of_another_account_is_not_looked_up_here() -> None:
    aws, topic = read(own="444455556666", sns_GetTopicAttributes=ENCRYPTED)
    assert topic.key.code == "ACCESS_DENIED"
    assert aws.made("kms:DescribeKey") == []


def test_a_key_of_another_account_is_asked_about_by_its_arn() -> None:
    aws, topic = read(own="444455556666", sns_GetTopicAttributes=attributes(KmsMasterKeyId=KEY_ARN))
    assert isinstance(topic.key, Key)
    assert aws.made("kms:DescribeKey") == [{"KeyId": KEY_ARN}]


def test_subscribers_of_all_pages_are_read_those_after_an_empty_one_too() -> None:
    pages = Pages(
        [
            {"Subscriptions": [listed("PendingConfirmation", "a")]},
            {"Subscriptions": []},
            {"Subscriptions": [listed("PendingConfirmation", "b")]},
        ]
    )
    assert [one.endpoint for one in read(sns_ListSubscriptionsByTopic=pages)[1].subscriptions] == ["a", "b"]


@pytest.mark.parametrize("arn", ["PendingConfirmation", "Deleted"])
def test_only_confirmed_subscribers_are_asked_about(arn: str) -> None:
    aws, topic = read(sns_ListSubscriptionsByTopic={"Subscriptions": [listed(arn)]})
    assert topic.subscriptions[0].arn == arn
    assert aws.made("sns:GetSubscriptionAttributes") == []


def test_a_filter_policy_is_read() -> None:
    found = {"FilterPolicy": '{"a": ["b"]}', "FilterPolicyScope": "MessageBody"}
    (one,) = read(sns_GetSubscriptionAttributes={"Attributes": found})[1].subscriptions
    assert (one.filter_policy, one.filter_policy_scope) == ({"a": ["b"]}, "MessageBody")


@pytest.mark.parametrize("answer", [DENIED, {}, {"Attributes": {"FilterPolicy": "{"}}])
def test_an_unread_filter_policy_is_a_gap(answer: Any) -> None:
    (one,) = read(sns_GetSubscriptionAttributes=answer)[1].subscriptions
    assert isinstance(one.filter_policy, Gap)
    assert one.is_confirmed


def test_a_subscriber_who_left_meanwhile_is_deleted() -> None:
    (one,) = read(sns_GetSubscriptionAttributes=Fault("NotFound"))[1].subscriptions
    assert one.arn == "Deleted"


OF_AN_ORGANIZATION = {"Statement": [{"Condition": {"StringEquals": {"AWS:SourceOrgId": "o-1"}}}]}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"Organization": {"Id": "o-1"}}, "o-1"),
        (Fault("AWSOrganizationsNotInUseException"), None),
    ],
)
def test_the_organization_that_a_policy_speaks_of(answer: Any, expected: Any) -> None:
    aws = FakeAws({"organizations:DescribeOrganization": answer})
    assert read_organization_id(Reader(aws), "us-east-1", [None, OF_AN_ORGANIZATION]) == expected


@pytest.mark.parametrize("answer", [Fault("AccessDeniedException"), {}])
def test_an_unread_organization_is_a_gap(answer: Any) -> None:
    aws = FakeAws({"organizations:DescribeOrganization": answer})
    assert isinstance(read_organization_id(Reader(aws), "us-east-1", [OF_AN_ORGANIZATION]), Gap)


def test_no_organization_is_asked_for_where_no_policy_speaks_of_one() -> None:
    aws = FakeAws({})
    gap = Gap("kms:GetKeyPolicy", "x", "ACCESS_DENIED", "No.")
    assert read_organization_id(Reader(aws), "us-east-1", [None, gap, {"Statement": []}]) is None


@pytest.mark.parametrize(("said", "is_raw"), [("true", True), ("false", False), (None, False)])
def test_a_subscription_with_or_without_the_envelope(said: str | None, is_raw: bool) -> None:
    told = {"SubscriptionArn": SUBSCRIPTION, **({"RawMessageDelivery": said} if said else {})}
    _aws, topic = read(sns_GetSubscriptionAttributes={"Attributes": told})
    assert topic.subscriptions[0].raw_delivery is is_raw


def test_attributes_that_could_not_be_read_say_nothing_of_the_envelope() -> None:
    _aws, topic = read(sns_GetSubscriptionAttributes=DENIED)
    assert isinstance(topic.subscriptions[0].raw_delivery, Gap)
