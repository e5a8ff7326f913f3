# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one topic of an account, and keys to encrypt it with."""

from __future__ import annotations

import json

from account_builder import Builder


def topic_of(builder: Builder) -> tuple[str, dict[str, str]]:
    [topic] = builder.client("sns").list_topics()["Topics"]
    arn = topic["TopicArn"]
    return arn, builder.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]


def make_key(builder: Builder, account: str) -> str:
    """Make a key with the policy that KMS gives one: nobody but the account itself may use it."""
    statement = {
        "Sid": "Enable IAM User Permissions",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Id": "key-default-1", "Statement": [statement]}, indent=2)
    return str(builder.client("kms").create_key(Policy=policy)["KeyMetadata"]["KeyId"])


def key_policy(builder: Builder, key_id: str) -> str:
    return str(builder.client("kms").get_key_policy(KeyId=key_id, PolicyName="default")["Policy"])


def encrypt(builder: Builder, key_id: str) -> None:
    arn, _attributes = topic_of(builder)
    builder.client("sns").set_topic_attributes(TopicArn=arn, AttributeName="KmsMasterKeyId", AttributeValue=key_id)
