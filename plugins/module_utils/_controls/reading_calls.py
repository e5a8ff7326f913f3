# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls that change nothing and that a filter for a control may count by mistake, by the service of its events. Pure.

They are calls that consoles, AWS Config, Security Hub and other auditors make in every account. An alarm acts when its
state changes, so one whose filter counts them stays in ALARM and misses a change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Call = tuple[str, str]
"""An event's name and its source."""

# Of each resource that a control is about: what its wildcards match, such as *NetworkAcl* or *Policy.
_READING: Mapping[str, tuple[str, ...]] = {
    "ec2.amazonaws.com": (
        "DescribeNetworkAcls",
        "DescribeRouteTables",
        "DescribeInternetGateways",
        "DescribeNatGateways",
        "DescribeCustomerGateways",
        "DescribeVpnGateways",
        "DescribeSubnets",
        "DescribeVpcAttribute",
        "DescribeVpcEndpoints",
        "DescribeVpcPeeringConnections",
    ),
    "kms.amazonaws.com": (
        "Decrypt",
        "GenerateDataKey",
        "DescribeKey",
        "ListKeys",
        "ListAliases",
        "GetKeyPolicy",
        "GetKeyRotationStatus",
        "ListResourceTags",
    ),
    "config.amazonaws.com": (
        "DescribeConfigurationRecorders",
        "DescribeConfigurationRecorderStatus",
        "DescribeDeliveryChannels",
        "DescribeDeliveryChannelStatus",
        "DescribeConfigRules",
        "GetComplianceDetailsByConfigRule",
        "ListDiscoveredResources",
        "BatchGetResourceConfig",
    ),
    "iam.amazonaws.com": (
        "GetRole",
        "ListRoles",
        "ListUsers",
        "GetPolicy",
        "GetPolicyVersion",
        "ListPolicies",
        "ListPolicyVersions",
        "GetRolePolicy",
        "GetUserPolicy",
        "GetGroupPolicy",
        "ListRolePolicies",
        "ListUserPolicies",
        "ListGroupPolicies",
        "ListAttachedRolePolicies",
        "ListAttachedUserPolicies",
        "ListAttachedGroupPolicies",
        "GetAccountSummary",
        "GetAccountPasswordPolicy",
    ),
    "organizations.amazonaws.com": (
        "DescribeOrganization",
        "DescribeAccount",
        "ListAccounts",
        "ListRoots",
        "ListParents",
        "ListOrganizationalUnitsForParent",
        "DescribePolicy",
        "ListPolicies",
        "ListPoliciesForTarget",
        "ListDelegatedAdministrators",
        "ListHandshakesForOrganization",
    ),
    "cloudtrail.amazonaws.com": (
        "DescribeTrails",
        "ListTrails",
        "GetTrail",
        "GetTrailStatus",
        "GetEventSelectors",
        "GetInsightSelectors",
        "LookupEvents",
    ),
    "s3.amazonaws.com": (
        "GetBucketAcl",
        "GetBucketPolicy",
        "GetBucketPolicyStatus",
        "GetBucketCors",
        "GetBucketLifecycle",
        "GetBucketReplication",
        "GetBucketLocation",
        "GetBucketVersioning",
        "GetBucketEncryption",
    ),
}
# Services make these calls for each object and volume that they encrypt; CloudTrail makes the second one for each log
# file of a trail that is encrypted as the benchmark requires.
# https://docs.aws.amazon.com/kms/latest/developerguide/logging-using-cloudtrail.html
_CONSTANT: Mapping[str, tuple[str, ...]] = {"kms.amazonaws.com": ("Decrypt", "GenerateDataKey")}


def reading_calls(sources: Iterable[str]) -> tuple[Call, ...]:
    """The reading calls of services, by their event sources."""
    return _of(_READING, sources)


def constant_calls(sources: Iterable[str]) -> tuple[Call, ...]:
    """The reading calls of services that never cease."""
    return _of(_CONSTANT, sources)


def _of(catalogue: Mapping[str, tuple[str, ...]], sources: Iterable[str]) -> tuple[Call, ...]:
    return tuple((name, source) for source in dict.fromkeys(sources) for name in catalogue.get(source, ()))
