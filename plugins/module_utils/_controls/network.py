# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of the network: security groups, network ACLs, gateways, route tables, VPCs. All are events of EC2."""

from __future__ import annotations

from .benchmarks import CIS_BENCHMARKS, PROWLER, SECURITY_HUB, STEAMPIPE, before, numbers, since
from .control import Control, Event, Filter, Prescription
from .spelling import cases, hub, hub_of, names
from .text_search import prowler, steampipe

_EC2 = "ec2.amazonaws.com"
_WHY = "The pattern of every benchmark."


def _cis(event_names: tuple[str, ...]) -> str:
    return "{ " + names(event_names) + " }"


def _prescriptions(
    number: int, event_names: tuple[str, ...], possible: tuple[str, ...] = ()
) -> dict[str, Prescription]:
    """One text for all CIS benchmarks, and one for Security Hub. possible: the events that still happen."""
    ids, of_events = numbers(number, security_hub=number), cases(possible or event_names, _EC2)
    return {
        **{name: Prescription(ids[name], (_cis(event_names),), of_events) for name in CIS_BENCHMARKS},
        SECURITY_HUB: Prescription(ids[SECURITY_HUB], (hub(event_names),), of_events),
    }


# 10. Security groups.

_SIX = (
    "AuthorizeSecurityGroupIngress",
    "AuthorizeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
    "RevokeSecurityGroupEgress",
    "CreateSecurityGroup",
    "DeleteSecurityGroup",
)
# The console's rule editor emits this event alone; CIS asks for it from v5.0.0 on.
_SEVEN = (*_SIX, "ModifySecurityGroupRules")
_IDS_OF_10 = numbers(10, security_hub=10)
SECURITY_GROUP_CHANGES = Control(
    name="security_group_changes",
    subject="security group changes",
    about="Security groups that are created or deleted, and changes of their rules.",
    prescriptions={
        **{name: Prescription(_IDS_OF_10[name], (_cis(_SIX),), cases(_SIX, _EC2)) for name in before("cis_v5_0_0")},
        **{name: Prescription(_IDS_OF_10[name], (_cis(_SEVEN),), cases(_SEVEN, _EC2)) for name in since("cis_v5_0_0")},
        SECURITY_HUB: Prescription(_IDS_OF_10[SECURITY_HUB], (hub(_SIX),), cases(_SIX, _EC2)),
    },
    filters=(
        Filter(
            _cis(_SIX),
            "The six events up to v4.0.0, which Security Hub compares with. A pattern with more events fails there.",
        ),
        Filter(_cis(_SEVEN), "The seven events from v5.0.0 on, which Steampipe searches in one filter.", "_cis_v5"),
    ),
    searches={PROWLER: prowler(_SIX), STEAMPIPE: steampipe(_SEVEN)},
    metric_name="security_group_changes_metric",
    alarm_name="security_group_changes_alarm",
    collisions=(
        Event("CreateSecurityGroup", "wickr.amazonaws.com"),
        Event("DeleteSecurityGroup", "wickr.amazonaws.com"),
    ),
    uncaught=(
        "UpdateSecurityGroupRuleDescriptionsIngress",
        "UpdateSecurityGroupRuleDescriptionsEgress",
        "AssociateSecurityGroupVpc",
        "DisassociateSecurityGroupVpc",
        "ModifyNetworkInterfaceAttribute",
        "ModifyInstanceAttribute",
        "ModifyVpcEndpoint",
    ),
    notes=("Before v5.0.0 the benchmark lacks ModifySecurityGroupRules, the only event of the console's rule editor.",),
)

# 11. Network ACLs.

_ACL_EVENTS = (
    "CreateNetworkAcl",
    "CreateNetworkAclEntry",
    "DeleteNetworkAcl",
    "DeleteNetworkAclEntry",
    "ReplaceNetworkAclEntry",
    "ReplaceNetworkAclAssociation",
)
NACL_CHANGES = Control(
    name="nacl_changes",
    subject="network ACL changes",
    about="Network ACLs that are created or deleted, their entries, and their association with subnets.",
    prescriptions=_prescriptions(11, _ACL_EVENTS),
    filters=(Filter(_cis(_ACL_EVENTS), _WHY),),
    searches={PROWLER: prowler(_ACL_EVENTS), STEAMPIPE: steampipe(_ACL_EVENTS)},
    metric_name="nacl_changes_metric",
    alarm_name="nacl_changes_alarm",
)

# 12. Gateways.

_GATEWAY_EVENTS = (
    "CreateCustomerGateway",
    "DeleteCustomerGateway",
    "AttachInternetGateway",
    "CreateInternetGateway",
    "DeleteInternetGateway",
    "DetachInternetGateway",
)
NETWORK_GATEWAY_CHANGES = Control(
    name="network_gateway_changes",
    subject="network gateway changes",
    about="Customer gateways and internet gateways that are created, attached, detached or deleted.",
    prescriptions=_prescriptions(12, _GATEWAY_EVENTS),
    filters=(Filter(_cis(_GATEWAY_EVENTS), _WHY),),
    searches={PROWLER: prowler(_GATEWAY_EVENTS), STEAMPIPE: steampipe(_GATEWAY_EVENTS)},
    metric_name="network_gw_changes_metric",
    alarm_name="network_gw_changes_alarm",
    uncaught=("NAT, VPN, virtual private, transit, egress-only, carrier and local gateways",),
    notes=(
        "From v4.0.0 on the benchmark has a fifth step, an alarm on metric GatewayChanges of namespace AWS/EC2. That"
        " metric does not exist, so the alarm is not created.",
    ),
)

# 13. Route tables.

_ROUTE_EVENTS = (
    "CreateRoute",
    "CreateRouteTable",
    "ReplaceRoute",
    "ReplaceRouteTableAssociation",
    "DeleteRouteTable",
    "DeleteRoute",
    "DisassociateRouteTable",
)
_ROUTES = _cis(_ROUTE_EVENTS)
_ROUTES_OF_EC2 = hub_of(_EC2, _ROUTE_EVENTS)
_ROUTE_CASES = cases(_ROUTE_EVENTS, _EC2)
# The audit's texts, blanks as printed. eventSource belongs only to the first name, since && binds tighter than ||.
_AUDIT_OF_V3 = (
    f"{{($.eventSource = {_EC2}) && ($.eventName =CreateRoute) || ($.eventName = CreateRouteTable)"
    " || ($.eventName =ReplaceRoute) || ($.eventName = ReplaceRouteTableAssociation)"
    " || ($.eventName= DeleteRouteTable) || ($.eventName = DeleteRoute) || ($.eventName =DisassociateRouteTable) }"
)
_AUDIT_OF_V4 = f"{{($.eventSource = {_EC2}) && {names(_ROUTE_EVENTS)} }}"
_IDS_OF_13 = numbers(13, security_hub=13)
ROUTE_TABLE_CHANGES = Control(
    name="route_table_changes",
    subject="route table changes",
    about="Route tables that are created or deleted, their routes, and their association with subnets.",
    prescriptions={
        **{name: Prescription(_IDS_OF_13[name], (_ROUTES,), _ROUTE_CASES) for name in before("cis_v3_0_0")},
        "cis_v3_0_0": Prescription(_IDS_OF_13["cis_v3_0_0"], (_ROUTES,), _ROUTE_CASES, audit=(_AUDIT_OF_V3,)),
        **{
            name: Prescription(_IDS_OF_13[name], (_ROUTES,), _ROUTE_CASES, audit=(_AUDIT_OF_V4,))
            for name in since("cis_v4_0_0")
        },
        SECURITY_HUB: Prescription(
            _IDS_OF_13[SECURITY_HUB], (_ROUTES_OF_EC2,), _ROUTE_CASES, instead=((_ROUTES, _ROUTES_OF_EC2),)
        ),
    },
    filters=(
        Filter(_ROUTES, "The pattern in the remediation of every CIS benchmark, and of Security Hub until 2023."),
        Filter(
            _ROUTES_OF_EC2,
            "The current pattern of Security Hub, which prowler also searches. AWS does not document which of the two"
            " makes CloudWatch.13 pass, so both are installed for Security Hub.",
            "_security_hub",
        ),
    ),
    searches={PROWLER: prowler(_ROUTE_EVENTS, _EC2), STEAMPIPE: steampipe(_ROUTE_EVENTS)},
    metric_name="route_table_changes_metric",
    alarm_name="route_table_changes_alarm",
    collisions=tuple(
        Event(name, f"{service}.amazonaws.com")
        for service in ("apigateway", "appmesh", "refactor-spaces")
        for name in ("CreateRoute", "DeleteRoute")
    ),
    uncaught=(
        "AssociateRouteTable",
        "EnableVgwRoutePropagation",
        "DisableVgwRoutePropagation",
        "ModifyManagedPrefixList",
        "ModifyVpcEndpoint",
        "routes of transit gateways and local gateways",
    ),
    notes=(
        "From v3.0.0 on the benchmark's audit procedure has another pattern than its remediation. In it, eventSource"
        " restricts only CreateRoute. It is not installed.",
        "Two filters on one metric count an event twice, which is harmless at the prescribed threshold of 1.",
    ),
)

# 14. VPCs.

_POSSIBLE_VPC_EVENTS = (
    "CreateVpc",
    "DeleteVpc",
    "ModifyVpcAttribute",
    "AcceptVpcPeeringConnection",
    "CreateVpcPeeringConnection",
    "DeleteVpcPeeringConnection",
    "RejectVpcPeeringConnection",
)
# EC2-Classic is retired, so these no longer occur. The texts still name them.
_CLASSIC_EVENTS = ("AttachClassicLinkVpc", "DetachClassicLinkVpc", "DisableVpcClassicLink", "EnableVpcClassicLink")
_VPC_EVENTS = (*_POSSIBLE_VPC_EVENTS, *_CLASSIC_EVENTS)
VPC_CHANGES = Control(
    name="vpc_changes",
    subject="VPC changes",
    about="VPCs that are created, changed or deleted, and their peering connections.",
    prescriptions=_prescriptions(14, _VPC_EVENTS, _POSSIBLE_VPC_EVENTS),
    filters=(Filter(_cis(_VPC_EVENTS), _WHY),),
    searches={PROWLER: prowler(_VPC_EVENTS), STEAMPIPE: steampipe(_VPC_EVENTS)},
    metric_name="vpc_changes_metric",
    alarm_name="vpc_changes_alarm",
    collisions=(
        Event("CreateVpcPeeringConnection", "gamelift.amazonaws.com"),
        Event("DeleteVpcPeeringConnection", "gamelift.amazonaws.com"),
    ),
    uncaught=(
        "AssociateVpcCidrBlock",
        "DisassociateVpcCidrBlock",
        "CreateDefaultVpc",
        "ModifyVpcPeeringConnectionOptions",
        "ModifyVpcTenancy",
        "ModifyVpcBlockPublicAccessOptions",
        "subnets and endpoints",
    ),
    notes=(
        "The four events of ClassicLink no longer occur. The patterns keep them, since auditors compare text.",
        "AcceptVpcPeeringConnection is recorded in the accepter's account and region, CreateVpcPeeringConnection in the"
        " requester's.",
    ),
)
