# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the request of each event asks for, by the names of each service's API Reference. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_GROUP = "sg-0123456789abcdef0"
_VPC = "vpc-0123456789abcdef0"
_ROUTES = "rtb-0123456789abcdef0"
_ACL = "acl-0123456789abcdef0"
_PEERING = {"vpcPeeringConnectionId": "pcx-0123456789abcdef0"}
_POLICY = "arn:aws:iam::111122223333:policy/Deployment"
_SERVICE_POLICY = "p-0123456789"
_UNIT = "ou-ab12-34567890"
_ROOT_UNIT = "r-ab12"
_MEMBER = {"accountId": "444455556666"}
_HANDSHAKE = {"handshakeId": "h-0123456789abcdef"}
_HOLDERS = ("group", "role", "user")  # of a policy
_DOCUMENT = '{"Version":"2012-10-17","Statement":[]}'

_PERMISSIONS = {
    "groupId": _GROUP,
    "ipPermissions": {
        "items": [
            {
                "ipProtocol": "tcp",
                "fromPort": 22,
                "toPort": 22,
                "groups": {},
                "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]},
                "ipv6Ranges": {},
                "prefixListIds": {},
            }
        ]
    },
}
_RULE = {
    "ModifySecurityGroupRulesRequest": {
        "GroupId": _GROUP,
        "SecurityGroupRule": {
            "SecurityGroupRuleId": "sgr-0123456789abcdef0",
            "SecurityGroupRule": {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIpv4": "0.0.0.0/0"},
            "tag": 1,
        },
    }
}
_ENTRY = {"networkAclId": _ACL, "ruleNumber": 100, "egress": False}
_ROUTE = {"routeTableId": _ROUTES, "destinationCidrBlock": "0.0.0.0/0"}
_GATEWAY = {"internetGatewayId": "igw-0123456789abcdef0"}
_BUCKET = {"bucketName": "example-bucket", "Host": "example-bucket.s3.eu-west-1.amazonaws.com"}
_TARGET = {"policyId": _SERVICE_POLICY, "targetId": _UNIT}
_TYPE = {"rootId": _ROOT_UNIT, "policyType": "SERVICE_CONTROL_POLICY"}
_TRAIL = {"name": "management-events"}


def _inline(kind: str) -> dict[str, str]:
    return {f"{kind}Name": "deployment", "policyName": "inline"}


def _managed(kind: str) -> dict[str, str]:
    return {f"{kind}Name": "deployment", "policyArn": _POLICY}


_REQUESTS: Mapping[str, Mapping[str, Any]] = {
    # Security groups
    "AuthorizeSecurityGroupIngress": _PERMISSIONS,
    "AuthorizeSecurityGroupEgress": _PERMISSIONS,
    "RevokeSecurityGroupIngress": _PERMISSIONS,
    "RevokeSecurityGroupEgress": _PERMISSIONS,
    "CreateSecurityGroup": {"groupName": "web", "groupDescription": "Web servers", "vpcId": _VPC},
    "DeleteSecurityGroup": {"groupId": _GROUP},
    "ModifySecurityGroupRules": _RULE,
    "DescribeSecurityGroups": {"securityGroupSet": {}, "filterSet": {}},
    # Network ACLs
    "CreateNetworkAcl": {"vpcId": _VPC},
    "CreateNetworkAclEntry": {**_ENTRY, "ruleAction": "allow", "aclProtocol": "6", "cidrBlock": "0.0.0.0/0"},
    "DeleteNetworkAcl": {"networkAclId": _ACL},
    "DeleteNetworkAclEntry": _ENTRY,
    "ReplaceNetworkAclEntry": {**_ENTRY, "ruleAction": "deny", "aclProtocol": "-1", "cidrBlock": "0.0.0.0/0"},
    "ReplaceNetworkAclAssociation": {"associationId": "aclassoc-0123456789abcdef0", "networkAclId": _ACL},
    # Gateways
    "CreateCustomerGateway": {"type": "ipsec.1", "ipAddress": "192.0.2.1", "bgpAsn": 65000},
    "DeleteCustomerGateway": {"customerGatewayId": "cgw-0123456789abcdef0"},
    "AttachInternetGateway": {**_GATEWAY, "vpcId": _VPC},
    "CreateInternetGateway": {},
    "DeleteInternetGateway": _GATEWAY,
    "DetachInternetGateway": {**_GATEWAY, "vpcId": _VPC},
    # Route tables
    "CreateRoute": {**_ROUTE, "gatewayId": "igw-0123456789abcdef0"},
    "CreateRouteTable": {"vpcId": _VPC},
    "ReplaceRoute": {**_ROUTE, "gatewayId": "igw-0123456789abcdef0"},
    "ReplaceRouteTableAssociation": {"associationId": "rtbassoc-0123456789abcdef0", "routeTableId": _ROUTES},
    "DeleteRouteTable": {"routeTableId": _ROUTES},
    "DeleteRoute": _ROUTE,
    "DisassociateRouteTable": {"associationId": "rtbassoc-0123456789abcdef0"},
    # VPCs
    "CreateVpc": {"cidrBlock": "10.0.0.0/16", "instanceTenancy": "default"},
    "DeleteVpc": {"vpcId": _VPC},
    "ModifyVpcAttribute": {"vpcId": _VPC, "enableDnsHostnames": {"value": True}},
    "AcceptVpcPeeringConnection": _PEERING,
    "CreateVpcPeeringConnection": {"vpcId": _VPC, "peerVpcId": "vpc-0fedcba9876543210"},
    "DeleteVpcPeeringConnection": _PEERING,
    "RejectVpcPeeringConnection": _PEERING,
    # IAM policies
    **{f"{verb}{kind.title()}Policy": _inline(kind) for verb in ("Delete", "Put") for kind in _HOLDERS},
    **{f"{verb}{kind.title()}Policy": _managed(kind) for verb in ("Attach", "Detach") for kind in _HOLDERS},
    "CreatePolicyVersion": {"policyArn": _POLICY, "policyDocument": _DOCUMENT, "setAsDefault": True},
    "DeletePolicyVersion": {"policyArn": _POLICY, "versionId": "v1"},
    # CloudTrail and AWS Config
    "CreateTrail": {**_TRAIL, "s3BucketName": "example-trail", "isMultiRegionTrail": True},
    "UpdateTrail": {**_TRAIL, "isMultiRegionTrail": False},
    "DeleteTrail": _TRAIL,
    "StartLogging": _TRAIL,
    "StopLogging": _TRAIL,
    "StopConfigurationRecorder": {"configurationRecorderName": "default"},
    "DeleteDeliveryChannel": {"deliveryChannelName": "default"},
    "PutDeliveryChannel": {"deliveryChannel": {"name": "default", "s3BucketName": "example-config"}},
    "PutConfigurationRecorder": {"configurationRecorder": {"name": "default"}},
    # KMS keys
    "DisableKey": {"keyId": "11111111-2222-3333-4444-555555555555"},
    "ScheduleKeyDeletion": {"keyId": "11111111-2222-3333-4444-555555555555", "pendingWindowInDays": 7},
    # Buckets: each names its subresource, as the request's URL does
    "PutBucketAcl": {**_BUCKET, "acl": "", "x-amz-acl": "public-read"},
    "PutBucketPolicy": {**_BUCKET, "policy": "", "bucketPolicy": {"Version": "2012-10-17", "Statement": []}},
    "PutBucketCors": {**_BUCKET, "cors": ""},
    "PutBucketLifecycle": {**_BUCKET, "lifecycle": ""},
    "PutBucketReplication": {**_BUCKET, "replication": ""},
    "DeleteBucketPolicy": {**_BUCKET, "policy": ""},
    "DeleteBucketCors": {**_BUCKET, "cors": ""},
    "DeleteBucketLifecycle": {**_BUCKET, "lifecycle": ""},
    "DeleteBucketReplication": {**_BUCKET, "replication": ""},
    # The organization. CreatePolicy and DeletePolicy have the same names in IAM.
    "AcceptHandshake": _HANDSHAKE,
    "AttachPolicy": _TARGET,
    "CreateAccount": {"accountName": "HIDDEN_DUE_TO_SECURITY_REASONS", "email": "HIDDEN_DUE_TO_SECURITY_REASONS"},
    "CreateOrganizationalUnit": {"parentId": _ROOT_UNIT, "name": "Workloads"},
    "CreatePolicy": {"name": "Deployment"},
    "DeclineHandshake": _HANDSHAKE,
    "DeleteOrganization": {},
    "DeleteOrganizationalUnit": {"organizationalUnitId": _UNIT},
    "DeletePolicy": {"policyArn": _POLICY},
    "DetachPolicy": _TARGET,
    "DisablePolicyType": _TYPE,
    "EnablePolicyType": _TYPE,
    "InviteAccountToOrganization": {"target": {"type": "ACCOUNT", "id": "444455556666"}},
    "LeaveOrganization": {},
    "MoveAccount": {**_MEMBER, "sourceParentId": _ROOT_UNIT, "destinationParentId": _UNIT},
    "RemoveAccountFromOrganization": _MEMBER,
    "UpdatePolicy": {"policyId": _SERVICE_POLICY},
    "UpdateOrganizationalUnit": {"organizationalUnitId": _UNIT, "name": "Workloads"},
}


def request_of(event_name: str) -> dict[str, Any] | None:
    """Return the request parameters of an event, None where nothing is known of them, as CloudTrail writes it."""
    found = _REQUESTS.get(event_name)
    return None if found is None else dict(found)
