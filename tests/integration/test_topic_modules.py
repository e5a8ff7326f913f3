# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""sns_topic_encryption, sns_topic_policy_statement and sns_subscription: check mode, real, again, absent."""

from __future__ import annotations

import json
from typing import ClassVar

import pytest
from account_builder import Builder
from ansible_collections.aws_cis.monitoring.plugins.modules import (
    sns_subscription,
    sns_topic_encryption,
    sns_topic_policy_statement,
)
from encrypted_topic import key_policy, make_key, topic_of
from harness import Sandbox
from module_runner import ModuleRunner


@pytest.fixture
def encryption(sandbox: Sandbox, account: str) -> ModuleRunner:
    return ModuleRunner(sns_topic_encryption, sandbox.url, account)


@pytest.fixture
def policy_statement(sandbox: Sandbox, account: str) -> ModuleRunner:
    return ModuleRunner(sns_topic_policy_statement, sandbox.url, account)


class TestEncryptionModule:
    def test_check_real_again_absent(
        self, sandbox: Sandbox, account: str, builder: Builder, encryption: ModuleRunner
    ) -> None:
        arn, _attributes = topic_of(builder)
        key_id = make_key(builder, account)
        before = key_policy(builder, key_id)
        options = {"topic_arn": arn, "kms_key_id": key_id, "update_key_policy": True}

        sandbox.clear_calls()
        planned = encryption(check_mode=True, **options)
        assert planned["changed"]
        assert planned["diff"]["after"]["kms_key_id"] == key_id
        assert sandbox.writing_calls(account) == []

        written = encryption(**options)
        assert (written["changed"], written["kms_key_id"], written["key_policy_changed"]) == (True, key_id, True)
        assert sandbox.writing_calls(account) == ["kms:PutKeyPolicy", "sns:SetTopicAttributes"]
        assert topic_of(builder)[1]["KmsMasterKeyId"] == key_id
        theirs = before[before.index("[") : before.rindex("]")].rstrip()
        assert theirs in key_policy(builder, key_id)

        sandbox.clear_calls()
        assert not encryption(**options)["changed"]
        assert sandbox.writing_calls(account) == []

        absent = encryption(topic_arn=arn, state="absent")
        assert (absent["changed"], absent["kms_key_id"]) == (True, "")
        assert not topic_of(builder)[1].get("KmsMasterKeyId")
        assert not encryption(topic_arn=arn, state="absent")["changed"]

    def test_another_name_of_the_same_key_is_no_change(
        self, account: str, builder: Builder, encryption: ModuleRunner
    ) -> None:
        arn, _attributes = topic_of(builder)
        key_id = make_key(builder, account)
        builder.client("kms").create_alias(AliasName="alias/alerts", TargetKeyId=key_id)
        encryption(topic_arn=arn, kms_key_id=key_id, update_key_policy=True)
        again = encryption(topic_arn=arn, kms_key_id="alias/alerts")
        assert (again["changed"], again["kms_key_id"]) == (False, key_id)

    @pytest.mark.parametrize(
        ("key_id", "said"),
        [("alias/aws/sns", "AWS managed key"), ("alias/none", "does not exist"), ("", "The policy of key")],
    )
    def test_a_key_that_can_not_be_used_is_refused(
        self, sandbox: Sandbox, account: str, builder: Builder, encryption: ModuleRunner, key_id: str, said: str
    ) -> None:
        arn, _attributes = topic_of(builder)
        failed = encryption(topic_arn=arn, kms_key_id=key_id or make_key(builder, account))
        assert failed["failed"]
        assert said in failed["msg"]
        assert "sns:SetTopicAttributes" not in sandbox.writing_calls(account)


class TestPolicyStatementModule:
    def test_check_real_again_absent(
        self, sandbox: Sandbox, account: str, builder: Builder, policy_statement: ModuleRunner
    ) -> None:
        arn, attributes = topic_of(builder)
        before = attributes["Policy"]
        statement = {
            "Sid": "Ours",
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": arn,
        }

        planned = policy_statement(check_mode=True, topic_arn=arn, statement=statement)
        assert planned["changed"]
        assert planned["diff"]["after"]["policy"]["Statement"][-1] == statement
        assert sandbox.writing_calls(account) == []

        assert policy_statement(topic_arn=arn, statement=statement)["changed"]
        written = topic_of(builder)[1]["Policy"]
        assert json.loads(written)["Statement"][-1] == statement
        assert written.startswith(before[: before.rindex("]")].rstrip())
        assert not policy_statement(topic_arn=arn, statement=statement)["changed"]

        assert policy_statement(topic_arn=arn, sid="Ours", state="absent")["changed"]
        assert topic_of(builder)[1]["Policy"] == before
        sandbox.clear_calls()
        assert not policy_statement(topic_arn=arn, sid="Ours", state="absent")["changed"]
        assert sandbox.writing_calls(account) == []

    def test_a_statement_without_a_sid_is_refused(self, builder: Builder, policy_statement: ModuleRunner) -> None:
        failed = policy_statement(topic_arn=topic_of(builder)[0], statement={"Effect": "Allow"})
        assert "has no Sid" in failed["msg"]


class TestSubscriptionModule:
    """There is no absent: who is subscribed is for others to end."""

    OPTIONS: ClassVar[dict[str, str]] = {"protocol": "email", "endpoint": "security@example.com"}

    def test_check_real_again(self, sandbox: Sandbox, account: str, builder: Builder) -> None:
        subscription = ModuleRunner(sns_subscription, sandbox.url, account)
        arn, _attributes = topic_of(builder)
        sandbox.clear_calls()

        planned = subscription(check_mode=True, topic_arn=arn, **self.OPTIONS)
        assert (planned["changed"], planned["subscription_arn"]) == (True, "")
        assert planned["diff"] == {"before": {}, "after": self.OPTIONS}
        assert sandbox.writing_calls(account) == []

        written = subscription(topic_arn=arn, **self.OPTIONS)
        assert (written["changed"], written["subscription_arn"]) == (True, "PendingConfirmation")
        assert sandbox.writing_calls(account) == ["sns:Subscribe"]

        sandbox.clear_calls()
        assert not subscription(topic_arn=arn, **self.OPTIONS)["changed"], "who has yet to confirm is not asked twice"
        sandbox.confirm(arn, self.OPTIONS["endpoint"])
        again = subscription(topic_arn=arn, **self.OPTIONS)
        assert (again["changed"], again["diff"]["before"]) == (False, self.OPTIONS)
        assert again["subscription_arn"].startswith(f"{arn}:")
        assert sandbox.writing_calls(account) == []

        sandbox.unsubscribe(arn, self.OPTIONS["endpoint"])
        assert subscription(topic_arn=arn, **self.OPTIONS)["changed"], "who has left is asked again"

    def test_a_topic_that_is_not_there_and_an_endpoint_of_another_kind(
        self, sandbox: Sandbox, account: str, builder: Builder
    ) -> None:
        subscription = ModuleRunner(sns_subscription, sandbox.url, account)
        arn, _attributes = topic_of(builder)
        sandbox.clear_calls()
        assert "does not exist" in subscription(topic_arn=f"{arn}-none", **self.OPTIONS)["msg"]
        assert "is not an e-mail address" in subscription(topic_arn=arn, protocol="email", endpoint="roof")["msg"]
        assert sandbox.writing_calls(account) == []

    def test_raw_delivery_is_set_and_changed_back(self, sandbox: Sandbox, account: str, builder: Builder) -> None:
        """The queue of builder's topic is subscribed with the envelope, as SNS does by default."""
        arn, _attributes = topic_of(builder)
        queue = f"arn:aws:sqs:us-east-1:{account}:inbox"
        subscription = ModuleRunner(sns_subscription, sandbox.url, account)
        options = {"topic_arn": arn, "protocol": "sqs", "endpoint": queue}
        assert not subscription(**options)["changed"]
        assert not subscription(raw_message_delivery=False, **options)["changed"]

        sandbox.clear_calls()
        planned = subscription(check_mode=True, raw_message_delivery=True, **options)
        assert (planned["changed"], planned["diff"]["before"]["raw_message_delivery"]) == (True, False)
        assert planned["diff"]["after"]["raw_message_delivery"] is True
        assert sandbox.writing_calls(account) == []

        for value in (True, False):
            assert subscription(raw_message_delivery=value, **options)["changed"]
            assert not subscription(raw_message_delivery=value, **options)["changed"]
            assert not subscription(**options)["changed"], "what is not requested is left as it is"
        assert sandbox.writing_calls(account) == ["sns:SetSubscriptionAttributes"] * 2

        other = builder.client("sqs").create_queue(QueueName="other")["QueueUrl"].rpartition("/")[2]
        new = subscription(
            topic_arn=arn, protocol="sqs", endpoint=queue.replace("inbox", other), raw_message_delivery=True
        )
        found = builder.client("sns").get_subscription_attributes(SubscriptionArn=new["subscription_arn"])["Attributes"]
        assert found["RawMessageDelivery"] == "true"

        denied = {"account": account, "code": "AuthorizationError", "status": 403, "service": "sns"}
        sandbox.fault(action="GetSubscriptionAttributes", **denied)
        assert "sns:GetSubscriptionAttributes" in subscription(raw_message_delivery=True, **options)["msg"]
