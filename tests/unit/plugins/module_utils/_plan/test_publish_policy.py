# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which statement a topic's policy and a key's lack, for the alarms of an account and for those of an organization."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import Account, Gap, Key
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.publish_policy import (
    KEY_SID,
    TOPIC_SID,
    Publisher,
    key_fault,
    key_statement,
    missing_key_statement,
    missing_topic_statement,
    topic_statement,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._plan.result import Blocked

ACCOUNT = "111122223333"
TOPIC = f"arn:aws:sns:eu-west-1:{ACCOUNT}:alerts"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234"
ALARMS = f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm"
ONE = Publisher(Account(ACCOUNT, "aws", "eu-west-1"), "eu-west-1", alarm_name="changes")
ANY = replace(ONE, alarm_name=None)
MEMBER = replace(ONE, own_organization_id="o-ours")
UNREAD = replace(ONE, own_organization_id=Gap("organizations:DescribeOrganization", "x", "ACCESS_DENIED", "No."))
ALL = replace(ONE, organization_id="o-ours")
CONDITIONS: dict[str, dict[str, Any]] = {
    "none": {},
    "account": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    "other account": {"StringEquals": {"aws:SourceAccount": "444455556666"}},
    "any alarm": {"ArnLike": {"aws:SourceArn": f"{ALARMS}:*"}},
    "the alarm": {"ArnLike": {"aws:SourceArn": f"{ALARMS}:changes"}},
    "other alarm": {"ArnLike": {"aws:SourceArn": f"{ALARMS}:other"}},
    "organization": {"StringEquals": {"aws:SourceOrgID": "o-ours"}},
    "other organization": {"StringEquals": {"aws:SourceOrgID": "o-theirs"}},
    "TLS": {"Bool": {"aws:SecureTransport": "true"}},
    "unknown": {"StringEquals": {"kms:CallerAccount": ACCOUNT}},
}
ENOUGH = {
    "one alarm": (ONE, {"none", "account", "any alarm", "the alarm", "TLS"}),
    "any alarm": (ANY, {"none", "account", "any alarm", "TLS"}),
    "of a member": (MEMBER, {"none", "account", "any alarm", "the alarm", "organization", "TLS"}),
    "of who knows": (UNREAD, {"none", "account", "any alarm", "the alarm", "TLS"}),
    "all alarms of the organization": (ALL, {"none", "organization", "TLS"}),
}


def allowing(action: Any, **elements: Any) -> dict[str, Any]:
    service = {"Service": "cloudwatch.amazonaws.com"}
    return {"Effect": "Allow", "Principal": service, "Action": action, "Resource": "*", **elements}


def a_key(*statements: Any, **fields: Any) -> Key:
    return replace(Key("1234", KEY, "CUSTOMER", "Enabled", {"Statement": list(statements)}), **fields)


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("who", ENOUGH)
def test_only_a_policy_that_lets_the_alarms_publish_for_certain_lacks_nothing(who: str, condition: str) -> None:
    publisher, enough = ENOUGH[who]
    for_key = {"Statement": allowing("kms:*", Condition=CONDITIONS[condition])}
    for_topic = {"Statement": [allowing("sns:Publish", Condition=CONDITIONS[condition])]}

    missing = missing_key_statement(for_key, KEY, TOPIC, publisher)
    assert missing == (None if condition in enough else key_statement(publisher))
    missing = missing_topic_statement(for_topic, TOPIC, publisher)
    assert missing == (None if condition in enough else topic_statement(TOPIC, publisher))


@pytest.mark.parametrize("actions", ["kms:Decrypt", ["kms:GenerateDataKey*"], ["kms:Decrypt", "kms:Encrypt"], []])
def test_half_of_what_cloudwatch_needs_of_a_key_is_not_enough(actions: Any) -> None:
    assert missing_key_statement({"Statement": [allowing(actions)]}, KEY, TOPIC, ONE) == key_statement(ONE)


@pytest.mark.parametrize("publisher", [ONE, ANY, MEMBER, UNREAD, ALL])
def test_what_was_missing_is_enough(publisher: Publisher) -> None:
    statement = key_statement(publisher)
    assert missing_key_statement({"Statement": [statement]}, KEY, TOPIC, publisher) is None
    assert key_fault("1234", a_key(statement), TOPIC, publisher) == ""
    statement = topic_statement(TOPIC, publisher)
    assert missing_topic_statement({"Statement": [statement]}, TOPIC, publisher) is None


def test_a_statement_of_ours_is_not_replaced_where_it_may_be_for_the_organization_of_the_account() -> None:
    ours, others = key_statement(ALL), allowing("kms:DescribeKey")
    with pytest.raises(Blocked, match=KEY_SID) as blocked:
        missing_key_statement({"Statement": [others, ours]}, KEY, TOPIC, UNREAD)
    assert "No. Nothing was written." in str(blocked.value)
    with pytest.raises(Blocked, match=TOPIC_SID):
        missing_topic_statement({"Statement": topic_statement(TOPIC, ALL)}, TOPIC, UNREAD)


def test_a_statement_of_ours_is_replaced_where_it_is_known_what_for() -> None:
    ours, others = key_statement(ALL), allowing("kms:DescribeKey")
    assert missing_key_statement({"Statement": [others]}, KEY, TOPIC, UNREAD) == key_statement(UNREAD)
    elsewhere = replace(MEMBER, own_organization_id=None)
    assert missing_key_statement({"Statement": ours}, KEY, TOPIC, elsewhere) == key_statement(elsewhere)
    replaced_knowingly = replace(UNREAD, organization_id="o-another")
    assert missing_key_statement({"Statement": [ours]}, KEY, TOPIC, replaced_knowingly) == key_statement(
        replaced_knowingly
    )


UNREAD_POLICY = Gap("kms:GetKeyPolicy", KEY, "ACCESS_DENIED", "kms:GetKeyPolicy was denied.")
DENIAL = {"Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}


@pytest.mark.parametrize(
    ("key_id", "key", "words"),
    [
        ("alias/aws/sns", a_key(), "the AWS managed key for SNS"),
        ("1234", a_key(manager="AWS"), "the AWS managed key for SNS"),
        ("1234", None, "Key 1234 does not exist in eu-west-1"),
        ("1234", UNREAD_POLICY, "kms:GetKeyPolicy was denied."),
        ("1234", a_key(policy=UNREAD_POLICY), "kms:GetKeyPolicy was denied."),
        ("1234", a_key(state="PendingDeletion"), "is in state PendingDeletion"),
        ("1234", a_key(spec="RSA_2048"), "SNS requires a symmetric key"),
        ("1234", a_key(DENIAL), "denies its use to cloudwatch.amazonaws.com"),
    ],
)
def test_a_key_that_no_statement_makes_usable(key_id: str, key: Any, words: str) -> None:
    assert words in key_fault(key_id, key, TOPIC, ONE)


def test_a_denial_of_others_is_none_of_cloudwatch() -> None:
    conditions = {"StringNotEquals": {"aws:SourceAccount": ACCOUNT}}
    assert key_fault("1234", a_key({**DENIAL, "Condition": conditions}), TOPIC, ONE) == ""
