# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read an SNS topic: its attributes, the key that encrypts it, its subscribers, and the organization of a policy."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Iterable, Mapping
from typing import Any

from .._account.arn import Arn
from .._account.observation import DEFAULT_LARGEST_MESSAGE, Gap, Key, Subscription, Topic
from .grants import read_grants
from .reader import NotThere, Reader, Unanswered, or_gap, together

_MISSING = ("NotFound", "NotFoundException")


def read_topic(reader: Reader, arn: str, own_account: str, *, with_tags: bool = False) -> Topic | None:
    """The topic, or None if it does not exist. What could not be read of it is a Gap in its place."""
    parts = Arn.parse(arn)
    region, account, name = parts.region, parts.account, parts.resource
    try:
        attributes, subscriptions = _read_attributes(reader, arn, region), _read_subscriptions(reader, arn, region)
    except NotThere:
        return None
    tags = _read_tags(reader, arn, region) if with_tags else None
    if isinstance(attributes, Gap):
        return Topic(
            arn=arn,
            name=name,
            account=account,
            region=region,
            owner=account,
            policy=attributes,
            policy_text="",
            display_name="",
            key_id=None,
            key=attributes,
            subscriptions=subscriptions,
            tags=tags,
        )
    key_id = attributes.get("KmsMasterKeyId") or None
    policy_text = attributes.get("Policy") or ""
    return Topic(
        arn=arn,
        name=name,
        account=account,
        region=region,
        owner=attributes.get("Owner") or account,
        policy=_decoded(policy_text, "sns:GetTopicAttributes", arn) if policy_text else None,
        policy_text=policy_text,
        display_name=attributes.get("DisplayName") or "",
        key_id=key_id,
        key=read_key(reader, key_id, region, is_own=account == own_account, with_grants=True) if key_id else None,
        subscriptions=subscriptions,
        tags=tags,
        largest_message=int(attributes.get("MaximumMessageSize") or DEFAULT_LARGEST_MESSAGE),
    )


@or_gap
def _read_attributes(reader: Reader, arn: str, region: str) -> Mapping[str, str]:
    answer = reader.ask(
        "sns", "get_topic_attributes", region=region, about=arn, needs=("Attributes",), missing=_MISSING, TopicArn=arn
    )
    attributes: Mapping[str, str] = answer["Attributes"]
    return attributes


@or_gap
def _read_tags(reader: Reader, arn: str, region: str) -> Mapping[str, str]:
    answer = reader.ask("sns", "list_tags_for_resource", region=region, about=arn, needs=("Tags",), ResourceArn=arn)
    return {tag["Key"]: tag["Value"] for tag in answer["Tags"]}


@or_gap
def read_key(reader: Reader, key_id: str, region: str, *, is_own: bool, with_grants: bool = False) -> Key | None:
    """The key that encrypts the topic, or None if there is no such key. Its grants only where asked for."""
    if not is_own and not key_id.startswith("arn:"):
        # Asked from here, the bare id or alias would name a key of this account.
        detail = f"Key {key_id} is in the topic's account and can only be read there."
        raise Unanswered(Gap(call="kms:DescribeKey", resource=key_id, code="ACCESS_DENIED", detail=detail))
    try:
        answer = reader.ask(
            "kms",
            "describe_key",
            region=region,
            about=key_id,
            needs=("KeyMetadata",),
            # The ARN of a key in another region is invalid here, and SNS could not use it either.
            missing=("NotFoundException", "InvalidArnException"),
            KeyId=key_id,
        )
    except NotThere:
        return None
    metadata = answer["KeyMetadata"]
    key_arn = metadata.get("Arn") or metadata["KeyId"]
    return Key(
        id=metadata["KeyId"],
        arn=metadata.get("Arn", ""),
        manager=metadata.get("KeyManager", ""),
        state=metadata.get("KeyState", ""),
        policy=_read_key_policy(reader, key_arn, region),
        spec=metadata.get("KeySpec") or "SYMMETRIC_DEFAULT",
        # No grant helps with the AWS managed key of SNS.
        grants=read_grants(reader, key_arn, region) if with_grants and metadata.get("KeyManager") == "CUSTOMER" else (),
    )


@or_gap
def _read_key_policy(reader: Reader, key: str, region: str) -> Mapping[str, Any]:
    answer = reader.ask("kms", "get_key_policy", region=region, about=key, needs=("Policy",), KeyId=key)
    policy = _decoded(answer["Policy"], "kms:GetKeyPolicy", key)
    if isinstance(policy, Gap):
        raise Unanswered(policy)
    return policy


def read_organization_id(reader: Reader, region: str, policies: Iterable[object]) -> str | Gap | None:
    """The organization that the account belongs to, None if to none. Asked only if one of the policies speaks of one.

    The condition key: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    if not any("aws:sourceorgid" in json.dumps(policy).lower() for policy in policies if isinstance(policy, Mapping)):
        return None
    try:
        return _ask_for_organization(reader, region)
    except NotThere:
        return None


@or_gap
def _ask_for_organization(reader: Reader, region: str) -> str:
    answer = reader.ask(
        "organizations",
        "describe_organization",
        region=region,
        about="the account's organization",
        needs=("Organization",),
        missing=("AWSOrganizationsNotInUseException",),
    )
    return str(answer["Organization"]["Id"])


@or_gap
def _read_subscriptions(reader: Reader, arn: str, region: str) -> tuple[Subscription, ...]:
    listed = _listed(reader, arn, region)
    return tuple(together([functools.partial(with_attributes, reader, item, region) for item in listed]))


@or_gap
def list_subscriptions(reader: Reader, arn: str, region: str) -> tuple[Subscription, ...]:
    """The subscriptions as the topic lists them, without their filter policies. Raises NotThere."""
    return _listed(reader, arn, region)


def _listed(reader: Reader, arn: str, region: str) -> tuple[Subscription, ...]:
    pages = reader.pages(
        "sns",
        "list_subscriptions_by_topic",
        region=region,
        about=arn,
        needs=("Subscriptions",),
        missing=_MISSING,
        TopicArn=arn,
    )
    return tuple(_subscription(entry) for page in pages for entry in page["Subscriptions"])


def _subscription(entry: Mapping[str, Any]) -> Subscription:
    return Subscription(
        arn=entry["SubscriptionArn"],
        protocol=entry["Protocol"],
        endpoint=entry.get("Endpoint") or "",
        owner=entry.get("Owner") or "",
    )


def with_attributes(reader: Reader, subscription: Subscription, region: str) -> Subscription:
    """The subscription with its attributes, which only a confirmed one can be asked for."""
    if not subscription.is_confirmed:
        return subscription
    try:
        attributes = _read_subscription_attributes(reader, subscription.arn, region)
    except NotThere:  # unsubscribed since it was listed
        return dataclasses.replace(subscription, arn="Deleted")
    if isinstance(attributes, Gap):
        return dataclasses.replace(subscription, filter_policy=attributes, raw_delivery=attributes)
    text = attributes.get("FilterPolicy") or ""
    return dataclasses.replace(
        subscription,
        filter_policy=_decoded(text, "sns:GetSubscriptionAttributes", subscription.arn) if text else None,
        filter_policy_scope=attributes.get("FilterPolicyScope") or "MessageAttributes",
        raw_delivery=attributes.get("RawMessageDelivery") == "true",
    )


@or_gap
def _read_subscription_attributes(reader: Reader, arn: str, region: str) -> Mapping[str, str]:
    answer = reader.ask(
        "sns",
        "get_subscription_attributes",
        region=region,
        about=arn,
        needs=("Attributes",),
        missing=_MISSING,
        SubscriptionArn=arn,
    )
    attributes: Mapping[str, str] = answer["Attributes"]
    return attributes


def _decoded(text: str, call: str, about: str) -> Mapping[str, Any] | Gap:
    """A policy document, or a Gap for text that is no JSON object."""
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if isinstance(document, dict):
        return document
    detail = f"The answer to {call} for {about} contains a policy that is not a JSON object."
    return Gap(call=call, resource=about, code="RESPONSE_INCOMPLETE", detail=detail)
