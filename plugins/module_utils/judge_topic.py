# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge the fifth link of a path: does CloudWatch get its message into the topic? Pure.

The topic's policy: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
The key's policy: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ansible_collections.aws_cis.monitoring.plugins.module_utils import resource_policy
from ansible_collections.aws_cis.monitoring.plugins.module_utils.findings import (
    ELSEWHERE,
    FAIL,
    RESPONSE_INCOMPLETE,
    UNKNOWN,
    Finding,
    Link,
    unread,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils.observation import (
    ActionResult,
    Alarm,
    Gap,
    Key,
    Topic,
)

_SERVICE = "cloudwatch.amazonaws.com"
# What CloudWatch needs of the key to publish to an encrypted topic.
_KEY_ACTIONS = ("kms:GenerateDataKey", "kms:Decrypt")


def judge_topic(arn: str, topic: Topic | Gap | None, alarm: Alarm, last: ActionResult | None) -> Link:
    """Whether the alarm's message gets into the topic.

    `topic` is None if it does not exist. `last` is what became of the alarm's last message to it: where a policy
    leaves open whether CloudWatch may publish, that tells.
    """
    region, account = arn.split(":")[3:5]
    if topic is None:
        return Link("topic", arn, (_gone(arn, alarm),))
    if isinstance(topic, Gap):
        return Link("topic", arn, (unread(topic) if account == alarm.account else _elsewhere(account, region),))
    if isinstance(topic.policy, Gap) and account != alarm.account:
        return Link("topic", arn, (_elsewhere(account, region),))
    findings = [*_policy(topic, alarm, last), *_key(topic, alarm, last)]
    return Link.judged("topic", arn, findings, f"CloudWatch may publish to topic {topic.name}.")


def unread_topic(arn: str, alarm: Alarm) -> Link:
    """The link of a topic that the observation does not speak of."""
    region, account = arn.split(":")[3:5]
    if account != alarm.account:
        return Link("topic", arn, (_elsewhere(account, region),))
    finding = Finding(UNKNOWN, RESPONSE_INCOMPLETE, f"Topic {arn} was not read.", "Audit again.")
    return Link("topic", arn, (finding,))


def _gone(arn: str, alarm: Alarm) -> Finding:
    return Finding(
        FAIL,
        "TOPIC_MISSING",
        f"Alarm {alarm.name} notifies topic {arn}, which does not exist.",
        "Create the topic with its subscribers, or give the alarm one that exists.",
    )


def _elsewhere(account: str, region: str) -> Finding:
    return Finding(
        ELSEWHERE,
        "TOPIC_IN_OTHER_ACCOUNT",
        f"The alarm notifies a topic of account {account} in {region}, which can't be read from here.",
        f"Verify in account {account} that CloudWatch may publish to the topic and that somebody subscribes to it.",
    )


def _policy(topic: Topic, alarm: Alarm, last: ActionResult | None) -> Iterator[Finding]:
    if isinstance(topic.policy, Gap):
        yield unread(topic.policy)
        return
    decision = _decide(topic.policy, "sns:Publish", topic.arn, topic, alarm)
    yield from _finding(
        decision,
        "TOPIC_POLICY_DENIES",
        f"The policy of topic {topic.name} does not let {_SERVICE} publish for alarm {alarm.name}, "
        "so CloudWatch drops the message.",
        f"Whether the policy of topic {topic.name} lets {_SERVICE} publish for alarm {alarm.name} "
        "depends on a condition that can't be checked from here.",
        f"Allow {_SERVICE} sns:Publish in the policy of topic {topic.name}, "
        f"with aws:SourceAccount {alarm.account} as a condition.",
        last,
    )


def _key(topic: Topic, alarm: Alarm, last: ActionResult | None) -> Iterator[Finding]:
    key = topic.key
    if topic.key_id is None:
        return
    fix = f"Encrypt topic {topic.name} with a customer-managed key whose policy lets {_SERVICE} use it."
    if topic.key_id.endswith("alias/aws/sns") or (isinstance(key, Key) and key.manager == "AWS"):
        detail = f"Topic {topic.name} is encrypted with the AWS-managed key, which {_SERVICE} may never use."
        yield Finding(FAIL, "TOPIC_KEY_UNUSABLE", detail, fix)
    elif isinstance(key, Gap):
        yield unread(key)
    elif key is None:
        detail = f"Topic {topic.name} is encrypted with key {topic.key_id}, which does not exist."
        yield Finding(FAIL, "TOPIC_KEY_UNUSABLE", detail, fix)
    elif key.state != "Enabled":
        detail = f"Topic {topic.name} is encrypted with key {key.id}, whose state is {key.state}."
        yield Finding(FAIL, "TOPIC_KEY_UNUSABLE", detail, f"Enable key {key.id}, or give the topic another one.")
    elif isinstance(key.policy, Gap):
        yield unread(key.policy)
    else:
        yield from _key_policy(topic, key, key.policy, alarm, last)


def _key_policy(
    topic: Topic, key: Key, policy: Mapping[str, object], alarm: Alarm, last: ActionResult | None
) -> Iterator[Finding]:
    decisions = [_decide(policy, action, key.arn, topic, alarm) for action in _KEY_ACTIONS]
    if resource_policy.DENIED in decisions:
        decision = resource_policy.DENIED
    elif resource_policy.UNDETERMINED in decisions:
        decision = resource_policy.UNDETERMINED
    else:
        return
    yield from _finding(
        decision,
        "TOPIC_KEY_UNUSABLE",
        f"The policy of key {key.id} does not let {_SERVICE} use it, so CloudWatch can't publish to "
        f"the encrypted topic {topic.name}.",
        f"Whether the policy of key {key.id} lets {_SERVICE} publish to the encrypted topic {topic.name} "
        "depends on a condition that can't be checked from here.",
        f"Allow {_SERVICE} kms:Decrypt and kms:GenerateDataKey* in the policy of key {key.id}.",
        last,
    )


def _finding(
    decision: str, code: str, denied: str, undetermined: str, fix: str, last: ActionResult | None
) -> Iterator[Finding]:
    if decision == resource_policy.UNDETERMINED and last is not None:
        decision = resource_policy.ALLOWED if last.succeeded else resource_policy.DENIED
    if decision == resource_policy.DENIED:
        yield Finding(FAIL, code, denied, fix)
    elif decision == resource_policy.UNDETERMINED:
        yield Finding(UNKNOWN, code, undetermined, f"{fix} Or run the drill: the alarm's history then tells.")


def _decide(policy: Mapping[str, object] | None, action: str, resource: str, topic: Topic, alarm: Alarm) -> str:
    """A topic without a policy of its own has SNS's default one, which lets the services of its account publish."""
    if policy is None:
        return resource_policy.ALLOWED if topic.owner == alarm.account else resource_policy.DENIED
    request = resource_policy.Request(_SERVICE, action, resource, request_context(topic.arn, alarm.account, alarm.arn))
    return resource_policy.decide(policy, request)


def request_context(topic_arn: str, account: str, alarm_arn: str) -> Mapping[str, str | None]:
    """What is known of CloudWatch's request: it comes for an alarm of an account, over TLS, from no principal of IAM.

    aws:SourceOrgID and aws:SourceOrgPaths are left out: an account does not know them of itself.
    """
    return {
        "aws:sourcearn": alarm_arn,
        "aws:sourceaccount": account,
        "aws:sourceowner": account,
        "aws:principalisawsservice": "true",
        "aws:principalservicename": _SERVICE,
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
