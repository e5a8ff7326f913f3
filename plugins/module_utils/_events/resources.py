# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The resources of a record, by name and ID, and nothing else of its request. Pure.

A request can hold anything, secrets too, so that each field that is shown is named here. They follow the API references
of the services, and 'CloudTrail record contents' of the AWS CloudTrail User Guide for `resources`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .identities import text

MOST_RESOURCES = 10
_LONGEST = 200  # characters of a name that is shown

# By the source of the event, where in requestParameters or responseElements the names of resources are.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "cloudtrail.amazonaws.com": ("name",),
    "config.amazonaws.com": (
        "configurationRecorderName",
        "configurationRecorder.name",
        "deliveryChannelName",
        "deliveryChannel.name",
    ),
    "ec2.amazonaws.com": (
        "groupId",
        "groupName",
        "ModifySecurityGroupRulesRequest.GroupId",
        "networkAclId",
        "networkAcl.networkAclId",
        "customerGatewayId",
        "customerGateway.customerGatewayId",
        "internetGatewayId",
        "internetGateway.internetGatewayId",
        "routeTableId",
        "routeTable.routeTableId",
        "associationId",
        "subnetId",
        "vpcId",
        "vpc.vpcId",
        "vpcPeeringConnectionId",
        "vpcPeeringConnection.vpcPeeringConnectionId",
        "peerVpcId",
    ),
    "iam.amazonaws.com": ("policyArn", "policy.arn", "policyName", "roleName", "userName", "groupName"),
    "kms.amazonaws.com": ("keyId",),
    "organizations.amazonaws.com": (
        "accountId",
        "targetId",
        "target.id",
        "policyId",
        "organizationalUnitId",
        "organizationalUnit.id",
        "handshakeId",
        "policyType",
    ),
    "s3.amazonaws.com": ("bucketName",),
}
# What AWS says when it denies a call: "User: ... is not authorized to perform: ... on resource: ARN because ...".
_DENIED_RESOURCE = re.compile(r"\bon resource: (\S+)")


def resources_of(record: Mapping[str, Any]) -> tuple[str, ...]:
    """The names, ids and ARNs of what the call was about, each once, the shorter names first as FIELDS has them."""
    found = dict.fromkeys(name[:_LONGEST] for name in _named(record) if name)
    return tuple(found)[:MOST_RESOURCES]


def _named(record: Mapping[str, Any]) -> Iterator[str]:
    for field in FIELDS.get(text(record, "eventSource"), ()):
        for part in ("requestParameters", "responseElements"):
            yield _at(record.get(part), field)
    listed = record.get("resources")
    for resource in listed if isinstance(listed, list) else ():
        if isinstance(resource, Mapping):
            yield text(resource, "ARN")
    if denied := _DENIED_RESOURCE.search(text(record, "errorMessage")):
        yield denied[1]


def _at(value: Any, path: str) -> str:
    *steps, last = path.split(".")
    for step in steps:
        value = value.get(step) if isinstance(value, Mapping) else None
    return text(value, last) if isinstance(value, Mapping) else ""
