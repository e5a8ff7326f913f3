# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of IAM policies and of the organization: events that are recorded only in us-east-1."""

from __future__ import annotations

from .benchmarks import CIS_BENCHMARKS, PROWLER, SECURITY_HUB, STEAMPIPE, numbers, since
from .control import Control, Event, Filter, Prescription, Trail
from .spelling import cases, hub_of, names
from .text_search import prowler, steampipe

# 4. IAM policies.

_IAM = "iam.amazonaws.com"
_POLICY_EVENTS = (
    "DeleteGroupPolicy",
    "DeleteRolePolicy",
    "DeleteUserPolicy",
    "PutGroupPolicy",
    "PutRolePolicy",
    "PutUserPolicy",
    "CreatePolicy",
    "DeletePolicy",
    "CreatePolicyVersion",
    "DeletePolicyVersion",
    "AttachRolePolicy",
    "DetachRolePolicy",
    "AttachUserPolicy",
    "DetachUserPolicy",
    "AttachGroupPolicy",
    "DetachGroupPolicy",
)
_POLICIES = "{" + names(_POLICY_EVENTS, "=", "||") + "}"
_POLICIES_OF_IAM = hub_of(_IAM, _POLICY_EVENTS)
_POLICY_CASES = cases(_POLICY_EVENTS, _IAM)
_OTHERS_WITH_CREATE_POLICY = ("iot", "organizations", "resiliencehub", "verifiedpermissions")
_OTHERS_WITH_DELETE_POLICY = (
    *("acm-pca", "autoscaling", "fms", "iot", "mediaconvert", "organizations"),
    *("resiliencehub", "verifiedpermissions"),
)
_IDS_OF_4 = numbers(4, security_hub=4)
IAM_POLICY_CHANGES = Control(
    name="iam_policy_changes",
    subject="IAM policy changes",
    about="Managed and inline IAM policies that are created, changed, attached, detached or deleted.",
    prescriptions={
        **{name: Prescription(_IDS_OF_4[name], (_POLICIES,), _POLICY_CASES) for name in CIS_BENCHMARKS},
        SECURITY_HUB: Prescription(
            _IDS_OF_4[SECURITY_HUB], (_POLICIES_OF_IAM,), _POLICY_CASES, instead=((_POLICIES, _POLICIES_OF_IAM),)
        ),
    },
    filters=(
        Filter(_POLICIES, "The pattern of every CIS benchmark, and of Security Hub until 2023."),
        Filter(
            _POLICIES_OF_IAM,
            "The current pattern of Security Hub. Users disagree which of the two makes CloudWatch.4 pass, so both are"
            " installed for Security Hub.",
            "_security_hub",
        ),
    ),
    searches={PROWLER: prowler(_POLICY_EVENTS), STEAMPIPE: steampipe(_POLICY_EVENTS)},
    metric_name="iam_changes_metric",
    alarm_name="iam_changes_alarm",
    trail=Trail(regions=("us-east-1",), global_service=True),
    collisions=(
        *(Event("CreatePolicy", f"{service}.amazonaws.com") for service in _OTHERS_WITH_CREATE_POLICY),
        *(Event("DeletePolicy", f"{service}.amazonaws.com") for service in _OTHERS_WITH_DELETE_POLICY),
        Event("CreatePolicyVersion", "iot.amazonaws.com"),
        Event("DeletePolicyVersion", "iot.amazonaws.com"),
    ),
    uncaught=(
        "SetDefaultPolicyVersion",
        "UpdateAssumeRolePolicy",
        "PutRolePermissionsBoundary",
        "DeleteRolePermissionsBoundary",
        "PutUserPermissionsBoundary",
        "DeleteUserPermissionsBoundary",
        "AddUserToGroup",
    ),
    notes=("Two filters on one metric count an event twice, which is harmless at the prescribed threshold of 1.",),
)

# 15. The organization.

_ORGANIZATIONS = "organizations.amazonaws.com"
_ORGANIZATION_EVENTS = (
    "AcceptHandshake",
    "AttachPolicy",
    "CreateAccount",
    "CreateOrganizationalUnit",
    "CreatePolicy",
    "DeclineHandshake",
    "DeleteOrganization",
    "DeleteOrganizationalUnit",
    "DeletePolicy",
    "DetachPolicy",
    "DisablePolicyType",
    "EnablePolicyType",
    "InviteAccountToOrganization",
    "LeaveOrganization",
    "MoveAccount",
    "RemoveAccountFromOrganization",
    "UpdatePolicy",
    "UpdateOrganizationalUnit",
)
_EVENTS_OF_PROWLER = (*_ORGANIZATION_EVENTS, "CancelHandshake", "CreateOrganization", "EnableAllFeatures")
_IDS_OF_15 = numbers(15, "cis_v1_3_0")


def _organization(event_names: tuple[str, ...]) -> str:
    return f"{{ ($.eventSource = {_ORGANIZATIONS}) && ({names(event_names, quote=chr(34))}) }}"


ORGANIZATIONS_CHANGES = Control(
    name="organizations_changes",
    subject="AWS Organizations changes",
    about="Accounts, organizational units, policies and handshakes of AWS Organizations.",
    prescriptions={
        name: Prescription(
            _IDS_OF_15[name], (_organization(_ORGANIZATION_EVENTS),), cases(_ORGANIZATION_EVENTS, _ORGANIZATIONS)
        )
        for name in since("cis_v1_3_0")
    },
    filters=(
        Filter(_organization(_ORGANIZATION_EVENTS), "The pattern of every benchmark that has the control."),
        Filter(
            _organization(_EVENTS_OF_PROWLER),
            "A pattern of this collection: prowler requires three more events than any benchmark.",
            "_prowler",
        ),
    ),
    searches={
        PROWLER: prowler(_EVENTS_OF_PROWLER, _ORGANIZATIONS),
        STEAMPIPE: steampipe(_ORGANIZATION_EVENTS, _ORGANIZATIONS, quote='"?'),
    },
    metric_name="organizations_changes",
    alarm_name="organizations_changes",
    trail=Trail(regions=("us-east-1", "cn-northwest-1"), global_service=None),
    uncaught=(
        "CloseAccount",
        "CreateGovCloudAccount",
        "EnableAWSServiceAccess",
        "DisableAWSServiceAccess",
        "RegisterDelegatedAdministrator",
        "DeregisterDelegatedAdministrator",
        "PutResourcePolicy",
        "DeleteResourcePolicy",
        "TagResource",
        "CreateAccountResult",
    ),
    notes=(
        "The events are recorded in the management account, except AcceptHandshake, DeclineHandshake and"
        " LeaveOrganization, which are recorded in the member account. In a member account the control has few events.",
    ),
)
