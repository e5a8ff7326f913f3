# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge the fifth link of a path: does CloudWatch get its message into the topic? Pure.

The topic's policy: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
The key's policy: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from .._account.arn import Arn
from .._account.observation import DEFAULT_LARGEST_MESSAGE, ActionResult, Alarm, Gap, Key, Topic
from . import resource_policy
from .alarm_message import size_of_message
from .findings import ELSEWHERE, FAIL, RESPONSE_INCOMPLETE, UNKNOWN, Finding, Link, unread
from .key_access import CLOUDWATCH, with_grants

Context: TypeAlias = "Mapping[str, str | None]"

# What CloudWatch needs of the key to publish to an encrypted topic.
_KEY_ACTIONS = ("kms:GenerateDataKey", "kms:Decrypt")


def judge_topic(
    arn: str,
    topic: Topic | Gap | None,
    alarm: Alarm,
    last: ActionResult | None,
    organization_id: str | Gap | None = None,
) -> Link:
    """Whether the alarm's message gets into the topic.

    `topic` is None if it does not exist. `last` is what became of the alarm's last message to it: where a policy
    leaves open whether CloudWatch may publish, that tells. `organization_id` is the one of the alarm's account.
    """
    region, account = _place(arn)
    if topic is None:
        return Link("topic", arn, (_gone(arn, alarm),))
    if isinstance(topic, Gap):
        return Link("topic", arn, (unread(topic) if account == alarm.account else _elsewhere(account, region),))
    if isinstance(topic.policy, Gap) and account != alarm.account:
        return Link("topic", arn, (_elsewhere(account, region),))
    context = request_context(arn, alarm.account, alarm.arn, organization_id)
    findings = [*_policy(topic, alarm, last, context), *_key(topic, last, context), *_size(topic, alarm, last)]
    return Link.judged("topic", arn, findings, f"CloudWatch may publish to topic {topic.name}.")


def unread_topic(arn: str, alarm: Alarm) -> Link:
    """The link of a topic that the observation does not speak of."""
    region, account = _place(arn)
    if account != alarm.account:
        return Link("topic", arn, (_elsewhere(account, region),))
    finding = Finding(UNKNOWN, RESPONSE_INCOMPLETE, f"Topic {arn} was not read.", "Audit again.")
    return Link("topic", arn, (finding,))


def _place(arn: str) -> tuple[str, str]:
    parts = Arn.parse(arn)
    return parts.region, parts.account


def _gone(arn: str, alarm: Alarm) -> Finding:
    return Finding(
        FAIL,
        "TOPIC_MISSING",
        f"Alarm {alarm.name} notifies topic {arn}, which does not exist.",
        "Create the topic with its subscribers, or configure the alarm with an existing topic.",
    )


def _elsewhere(account: str, region: str) -> Finding:
    return Finding(
        ELSEWHERE,
        "TOPIC_IN_OTHER_ACCOUNT",
        f"The alarm notifies a topic of account {account} in {region}, which can't be read from this account.",
        f"Verify in account {account} that CloudWatch may publish to the topic and that it has a confirmed subscriber.",
    )


def _policy(topic: Topic, alarm: Alarm, last: ActionResult | None, context: Context) -> Iterator[Finding]:
    if isinstance(topic.policy, Gap):
        yield unread(topic.policy)
        return
    if topic.policy is None:
        # SNS's default policy, which lets the services of the topic's account publish.
        decision = resource_policy.ALLOWED if topic.owner == alarm.account else resource_policy.DENIED
    else:
        request = resource_policy.Request(CLOUDWATCH, "sns:Publish", topic.arn, context)
        decision = resource_policy.decide(topic.policy, request)
    yield from _finding(
        decision,
        "TOPIC_POLICY_DENIES",
        f"The policy of topic {topic.name} does not allow {CLOUDWATCH} to publish for alarm {alarm.name}, "
        "so no one is notified.",
        f"Whether the policy of topic {topic.name} allows {CLOUDWATCH} to publish for alarm {alarm.name} "
        "depends on a condition that can't be checked from this account.",
        f"Allow {CLOUDWATCH} sns:Publish in the policy of topic {topic.name}, "
        f"with aws:SourceAccount {alarm.account} as a condition.",
        last,
    )


def _key(topic: Topic, last: ActionResult | None, context: Context) -> Iterator[Finding]:
    key = topic.key
    if topic.key_id is None:
        return
    fix = f"Encrypt topic {topic.name} with a customer managed key whose policy allows {CLOUDWATCH} to use it."
    if topic.key_id.endswith("alias/aws/sns") or (isinstance(key, Key) and key.manager == "AWS"):
        detail = f"Topic {topic.name} is encrypted with the AWS managed key, which {CLOUDWATCH} can't use."
        yield Finding(FAIL, "TOPIC_KEY_UNUSABLE", detail, fix)
    elif isinstance(key, Gap):
        yield unread(key)
    elif key is None:
        detail = f"Topic {topic.name} is encrypted with key {topic.key_id}, which does not exist."
        yield Finding(FAIL, "TOPIC_KEY_UNUSABLE", detail, fix)
    elif key.state != "Enabled":
        detail = f"Topic {topic.name} is encrypted with key {key.id}, whose state is {key.state}."
        yield Finding(
            FAIL, "TOPIC_KEY_UNUSABLE", detail, f"Enable key {key.id}, or encrypt the topic with another key."
        )
    elif isinstance(key.policy, Gap):
        yield unread(key.policy)
    else:
        yield from _key_policy(topic, key, key.policy, last, context)


def _size(topic: Topic, alarm: Alarm, last: ActionResult | None) -> Iterator[Finding]:
    """SNS refuses what is larger than the topic's MaximumMessageSize.

    https://docs.aws.amazon.com/sns/latest/dg/large-message-payloads.html
    """
    least, most = size_of_message(alarm)
    largest = topic.largest_message
    if most <= largest or (least <= largest and last is not None and last.succeeded):
        return
    takes = f"Topic {topic.name} accepts messages of at most {largest} bytes, and that of alarm {alarm.name}"
    fix = f"Raise the MaximumMessageSize of topic {topic.name}. The default of SNS is {DEFAULT_LARGEST_MESSAGE}."
    if least > largest:
        yield Finding(FAIL, "TOPIC_MESSAGE_SIZE", f"{takes} has {least} or more, so SNS rejects it.", fix)
    else:
        yield Finding(UNKNOWN, "TOPIC_MESSAGE_SIZE", f"{takes} may be larger.", fix)


def _key_policy(
    topic: Topic, key: Key, policy: Mapping[str, object], last: ActionResult | None, context: Context
) -> Iterator[Finding]:
    decision = may_use_key(policy, key.arn, context)
    if decision != resource_policy.ALLOWED:
        if isinstance(key.grants, Gap) and not (last and last.succeeded):
            yield unread(key.grants)
            return
        grants = () if isinstance(key.grants, Gap) else key.grants
        decision = may_use_key(with_grants(policy, grants), key.arn, context)
    yield from _finding(
        decision,
        "TOPIC_KEY_UNUSABLE",
        f"Neither the policy nor a grant of key {key.id} allows {CLOUDWATCH} to use it, so CloudWatch can't publish to "
        f"the encrypted topic {topic.name}.",
        f"Whether the policy of key {key.id} allows {CLOUDWATCH} to publish to the encrypted topic {topic.name} "
        "depends on a condition that can't be checked from this account.",
        f"Allow {CLOUDWATCH} kms:Decrypt and kms:GenerateDataKey* in the policy of key {key.id}.",
        last,
    )


def _finding(
    decision: str, code: str, denied: str, undetermined: str, fix: str, last: ActionResult | None
) -> Iterator[Finding]:
    if decision == resource_policy.UNDETERMINED and last is not None:
        decision = resource_policy.ALLOWED if last.succeeded else resource_policy.DENIED
    if decision == resource_policy.DENIED and last is not None and last.succeeded:
        # AWS does not tell when a policy was last changed, so the success may be older.
        doubt = (
            f"But the notification of {last.at:%Y-%m-%d %H:%M} UTC succeeded. "
            "Whether the policy changed since could not be determined."
        )
        yield Finding(UNKNOWN, code, f"{denied} {doubt}", f"{fix} Or run the drill to test it.")
    elif decision == resource_policy.DENIED:
        yield Finding(FAIL, code, denied, fix)
    elif decision == resource_policy.UNDETERMINED:
        yield Finding(UNKNOWN, code, undetermined, f"{fix} Or run the drill, whose result the alarm's history shows.")


def may_use_key(policy: Mapping[str, Any], key_arn: str, context: Context) -> str:
    """Whether CloudWatch may use the key for all that it needs to publish: ALLOWED, DENIED or UNDETERMINED."""
    requests = [resource_policy.Request(CLOUDWATCH, action, key_arn, context) for action in _KEY_ACTIONS]
    decisions = {resource_policy.decide(policy, request) for request in requests}
    for worst in (resource_policy.DENIED, resource_policy.UNDETERMINED):
        if worst in decisions:
            return worst
    return resource_policy.ALLOWED


def request_context(topic_arn: str, account: str, alarm_arn: str, organization_id: str | Gap | None = None) -> Context:
    """What is known of CloudWatch's request: it comes for an alarm of an account, over TLS, from no principal of IAM.

    aws:SourceOrgPaths is left out: an account does not know it of itself.
    """
    known = {} if isinstance(organization_id, Gap) else {"aws:sourceorgid": organization_id}
    return {
        **known,
        "aws:sourcearn": alarm_arn,
        "aws:sourceaccount": account,
        "aws:sourceowner": account,
        "aws:principalisawsservice": "true",
        "aws:principalservicename": CLOUDWATCH,
        "aws:viaawsservice": "false",
        "aws:securetransport": "true",
        "aws:principalorgid": None,
        "aws:principalaccount": None,
        "aws:principalarn": None,
        "aws:sourcevpc": None,
        "aws:sourcevpce": None,
        "sns:protocol": None,
        "sns:endpoint": None,
        "kms:encryptioncontext:aws:sns:topicarn": topic_arn,
    }
