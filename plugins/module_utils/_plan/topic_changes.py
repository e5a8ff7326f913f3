# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The changes to the topic: settings, encryption, and the statement that lets alarms publish to it. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from .._account.arn import Arn
from .._account.observation import Key, Observation, Topic
from .desired import Desired
from .policy_text import with_statement
from .publish_policy import Publisher, key_fault, missing_key_statement, missing_topic_statement, statement_is_missing
from .result import Blocked, Change, Plan, put, readable


def topic_to_notify(plan: Plan, observation: Observation, desired: Desired) -> Topic | None:
    """The topic for all controls, or None if it is to be created. Raises Blocked."""
    if desired.topic_arn:
        return existing_topic(desired.topic_arn, plan, observation)
    found: Topic | None = readable(observation.topics[plan.topic_arn])
    return found


def existing_topic(arn: str, plan: Plan, observation: Observation) -> Topic:
    """A topic that was given by its ARN. Raises Blocked where no alarm of the plan could notify it."""
    region = Arn.parse(arn).region
    if region != plan.region:
        raise Blocked(
            f"Topic {arn} is in region {region}, but log group and alarm are in {plan.region}. "
            f"An alarm notifies only topics of its own region. Name a topic in {plan.region}."
        )
    topic: Topic | None = readable(observation.topics[arn])
    if topic is None:
        raise Blocked(f"Topic {arn} does not exist. Create it, or set topic_name in place of topic_arn.")
    return topic


def topic_changes(plan: Plan, topic: Topic | None, observation: Observation, desired: Desired) -> Iterator[Change]:
    """The changes to a topic that was named; one that was given by its ARN is left as it is. Raises Blocked."""
    yield from _settings_changes(plan, topic, desired)
    yield from _policy_changes(plan, topic, observation, desired)
    yield from _encryption_changes(plan, topic, observation, desired)


def _settings_changes(plan: Plan, topic: Topic | None, desired: Desired) -> Iterator[Change]:
    name = desired.topic_name
    if name is None:
        return
    after: dict[str, Any] = {"topic_arn": plan.topic_arn}
    if desired.topic_display_name is not None:
        after["display_name"] = desired.topic_display_name
    if desired.tags:
        after["tags"] = dict(desired.tags)
    settings: dict[str, Any] = {"name": name}
    settings.update((field, after[field]) for field in ("display_name", "tags") if field in after)
    if topic is None:
        yield from put("topic", name, f"topic {name}", {}, after, settings)
        return
    tags = readable(topic.tags) or {}
    readable(topic.policy)  # a Gap if the topic's attributes could not be read
    before = {
        "topic_arn": topic.arn,
        "display_name": topic.display_name,
        "tags": {key: tags[key] for key in after.get("tags", {}) if key in tags},
    }
    yield from put("topic", name, f"topic {name}", before, after, settings)


def _publisher(plan: Plan, observation: Observation, desired: Desired) -> Publisher:
    return Publisher(
        account=observation.account,
        region=plan.region,
        # Of several alarms none stands for the others.
        alarm_name=desired.wanted[0].alarm_name if len(desired.wanted) == 1 and not desired.log_alarms else None,
        organization_id=desired.organization_id,
        own_organization_id=observation.organization_id,
    )


def _policy_changes(plan: Plan, topic: Topic | None, observation: Observation, desired: Desired) -> Iterator[Change]:
    """Our statement for the policy of a topic that was named; those of others stay."""
    name, organization_id = desired.topic_name, desired.organization_id
    # A new topic has SNS's default policy, which lets the account's alarms publish, and nobody else's.
    if name is None or (topic is None and not organization_id):
        return
    policy = readable(topic.policy) if topic else None
    publisher = _publisher(plan, observation, desired)
    statement = missing_topic_statement(policy, plan.topic_arn, publisher)
    if statement is None:
        return
    merged = json.loads(with_statement(json.dumps(policy) if policy else "", statement))
    whose = f"the alarms of organization {organization_id}" if organization_id else "the account's alarms"
    settings = {"topic_arn": plan.topic_arn, "statement": statement}
    before, after = {"policy": policy} if policy else {}, {"policy": merged}
    yield Change("topic_policy", "update", name, f"Allow {whose} to publish to topic {name}", before, after, settings)


def _encryption_changes(
    plan: Plan, topic: Topic | None, observation: Observation, desired: Desired
) -> Iterator[Change]:
    """The encryption of a topic that was named, if a key was named. Blocked if CloudWatch could not use the key."""
    key_id, name = desired.kms_key_id, desired.topic_name
    if key_id is None or name is None:
        return
    key, publisher = observation.keys[key_id], _publisher(plan, observation, desired)
    fault = key_fault(key_id, key, plan.topic_arn, publisher)
    if fault or not isinstance(key, Key):
        raise Blocked(fault)
    policy = readable(key.policy)
    statement = missing_key_statement(policy, key.arn, plan.topic_arn, publisher)
    settings = {"topic_arn": plan.topic_arn, "kms_key_id": key_id, "alarm_name": publisher.alarm_name or ""}
    if statement is not None:
        if not desired.update_key_policy:
            raise Blocked(statement_is_missing(key_id, statement, "update_key_policy"))
        merged = json.loads(with_statement(json.dumps(policy), statement))
        summary = f"Allow CloudWatch to use key {key_id}"
        yield Change("key_policy", "update", key.id, summary, {"policy": policy}, {"policy": merged}, settings)
    if topic is None or not _is_encrypted_with(topic, key_id, key):
        before = {"kms_key_id": topic.key_id} if topic and topic.key_id else {}
        summary = f"Encrypt topic {name} with key {key_id}"
        yield Change("topic_encryption", "update", name, summary, before, {"kms_key_id": key_id}, settings)


def _is_encrypted_with(topic: Topic, key_id: str, key: Key) -> bool:
    """A key has several names: its id, its ARN, and its aliases."""
    return topic.key_id == key_id or (isinstance(topic.key, Key) and topic.key.arn == key.arn)
