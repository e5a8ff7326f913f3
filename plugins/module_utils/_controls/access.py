# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Denied calls, sign-ins and the root user: controls that are conditions, not lists of events."""

from __future__ import annotations

from .benchmarks import CIS_BENCHMARKS, PROWLER, SECURITY_HUB, STEAMPIPE, before, numbers, since
from .control import Case, Control, Event, Filter, Prescription, Trail
from .text_search import in_order, prowler

_SIGN_IN = "signin.amazonaws.com"
_CONSOLE = f'($.eventName = "ConsoleLogin") && ($.eventSource = "{_SIGN_IN}")'

# 1. Denied calls. The texts of v1.3.0 to v1.5.0 join exclusions with ||, so that nearly every record matches.

_TERMS = ('($.errorCode = "*UnauthorizedOperation")', '($.errorCode = "AccessDenied*")')
_DENIED = "{ " + " || ".join(_TERMS) + " }"
_DENIED_OF_HUB = '{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}'
_NEARLY_EVERYTHING = (
    "{ "
    + " || ".join(_TERMS)
    + ' || ($.sourceIPAddress!="delivery.logs.amazonaws.com") || ($.eventName!="HeadBucket") }'
)
_EXCLUDING = (
    '($.errorCode ="AccessDenied*") && ($.sourceIPAddress!="delivery.logs.amazonaws.com")'
    ' && ($.eventName!="HeadBucket") }'
)
_DENIED_BUT_SOME = '{ ($.errorCode ="*UnauthorizedOperation") || ' + _EXCLUDING
_DENIED_BUT_SOME_OF_V6 = '{ ($.errorCode="*UnauthorizedOperation") || ' + _EXCLUDING

_REFUSED = Case("a call for which the caller is not authorized", '{ $.errorCode = "*UnauthorizedOperation" }')
_ALL_DENIED = Case("a call to which access is denied", '{ $.errorCode = "AccessDenied*" }')
# S3 denies a HeadBucket with AccessDenied, so that it makes no difference which of the two terms leaves it out.
_MOST_REFUSED = Case(
    "a call for which the caller is not authorized, except HeadBucket and log delivery",
    '{ ($.errorCode = "*UnauthorizedOperation") && ($.sourceIPAddress != "delivery.logs.amazonaws.com")'
    ' && ($.eventName != "HeadBucket") }',
)
_MOST_DENIED = Case(
    "a call to which access is denied, except HeadBucket and log delivery",
    '{ ($.errorCode = "AccessDenied*") && ($.sourceIPAddress != "delivery.logs.amazonaws.com")'
    ' && ($.eventName != "HeadBucket") }',
)

_IDS = numbers(1, security_hub=2)
UNAUTHORIZED_API_CALLS = Control(
    name="unauthorized_api_calls",
    subject="unauthorized API calls",
    about="API calls that are denied for lack of permissions, of any service.",
    prescriptions={
        "cis_v1_2_0": Prescription(_IDS["cis_v1_2_0"], (_DENIED,), (_REFUSED, _ALL_DENIED)),
        "cis_v1_3_0": Prescription(
            _IDS["cis_v1_3_0"], (_NEARLY_EVERYTHING,), (_MOST_REFUSED, _MOST_DENIED), instead=((_DENIED_BUT_SOME,),)
        ),
        **{
            name: Prescription(
                _IDS[name],
                (_NEARLY_EVERYTHING,),
                (_MOST_REFUSED, _MOST_DENIED),
                audit=(
                    "{ ($.errorCode = *UnauthorizedOperation) || ($.errorCode = AccessDenied*)"
                    " || ($.sourceIPAddress!=delivery.logs.amazonaws.com) || ($.eventName!=HeadBucket) }",
                ),
                instead=((_DENIED_BUT_SOME,),),
            )
            for name in ("cis_v1_4_0", "cis_v1_5_0")
        },
        **{
            name: Prescription(_IDS[name], (_DENIED_BUT_SOME,), (_MOST_REFUSED, _MOST_DENIED))
            for name in ("cis_v2_0_0", "cis_v3_0_0", "cis_v4_0_0", "cis_v5_0_0")
        },
        **{
            name: Prescription(_IDS[name], (_DENIED_BUT_SOME_OF_V6,), (_MOST_REFUSED, _MOST_DENIED))
            for name in since("cis_v6_0_0")
        },
        SECURITY_HUB: Prescription(_IDS[SECURITY_HUB], (_DENIED_OF_HUB,), (_REFUSED, _ALL_DENIED)),
    },
    filters=(
        Filter(_DENIED, "The pattern of v1.2.0, which Security Hub compares with. It counts every denied HeadBucket."),
        Filter(
            _DENIED_BUT_SOME,
            "The pattern of v2.0.0 and later. It also replaces the pattern of v1.3.0 to v1.5.0, which matches nearly"
            " every event, so that the alarm would stay in ALARM.",
            "_cis_v2",
        ),
    ),
    searches={
        PROWLER: in_order(r"\$\.errorCode\s*=\s*.?\*UnauthorizedOperation", r"\$\.errorCode\s*=\s*.?AccessDenied\*"),
        STEAMPIPE: in_order(
            r'\$\.errorCode\s*=\s*"\*UnauthorizedOperation"',
            r'\$\.errorCode\s*=\s*"AccessDenied\*"',
            r'\$\.sourceIPAddress\s*!=\s*"delivery\.logs\.amazonaws\.com"',
            r'\$\.eventName\s*!=\s*"HeadBucket"',
        ),
    },
    metric_name="unauthorized_api_calls_metric",
    alarm_name="unauthorized_api_calls_alarm",
    words=("UnauthorizedOperation", "AccessDenied"),
    trail=Trail(reads=True),
    uncaught=("UnauthorizedAccess", "AuthFailure", "Forbidden...", "NotAuthorized...", "UnauthorizedException"),
    notes=(
        "The pattern of v1.3.0 to v1.5.0 joins its exclusions with `||` where `&&` is meant. It matches all events"
        " except successful HeadBucket calls that deliver logs, so its alarm stays in ALARM and notifies only once. It"
        " is never installed.",
        "From v2.0.0 on the exclusions apply only to the second term, since && binds tighter than ||. They exclude"
        " every denied HeadBucket call and every denied log delivery.",
    ),
)

# 2. Sign-ins to the console without MFA.

_WITHOUT_MFA = '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") }'
_USER_WITHOUT_MFA = (
    '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes")'
    ' && ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }'
)
_NO_MFA = f'{_CONSOLE} && ($.additionalEventData.MFAUsed = "No")'
_BY_USER = Case(
    "an IAM user signs in without MFA",
    f'{{ {_NO_MFA} && ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }}',
    Event("ConsoleLogin", _SIGN_IN),
)
_BY_ROOT = Case("the root user signs in without MFA", f'{{ {_NO_MFA} && ($.userIdentity.type = "Root") }}')
_FEDERATED = Case("a federated sign-in without MFA", f'{{ {_NO_MFA} && ($.userIdentity.type = "AssumedRole") }}')
_FAILED = Case("a sign-in without MFA that fails", f'{{ {_NO_MFA} && ($.responseElements.ConsoleLogin = "Failure") }}')

_IDS_OF_2 = numbers(2, security_hub=3)
CONSOLE_SIGNIN_WITHOUT_MFA = Control(
    name="console_signin_without_mfa",
    subject="console sign-ins without MFA",
    about="Sign-ins to the AWS Management Console without multi-factor authentication.",
    prescriptions={
        **{
            name: Prescription(_IDS_OF_2[name], (_WITHOUT_MFA,), (_BY_USER, _BY_ROOT, _FEDERATED, _FAILED))
            for name in before("cis_v1_4_0")
        },
        **{
            name: Prescription(_IDS_OF_2[name], (_WITHOUT_MFA, _USER_WITHOUT_MFA), (_BY_USER,))
            for name in since("cis_v1_4_0")
        },
        SECURITY_HUB: Prescription(_IDS_OF_2[SECURITY_HUB], (_USER_WITHOUT_MFA,), (_BY_USER,)),
    },
    filters=(
        Filter(_WITHOUT_MFA, "The pattern for accounts without single sign-on. It counts every federated sign-in."),
        Filter(
            _USER_WITHOUT_MFA,
            "The pattern for accounts with single sign-on, from v1.4.0 on, which Security Hub compares with.",
            "_cis_v1_4",
        ),
    ),
    searches={
        PROWLER: prowler(["ConsoleLogin"], field="additionalEventData.MFAUsed !=", value="Yes"),
        STEAMPIPE: in_order(
            r'\(\s*\$\.eventName\s*=\s*"ConsoleLogin"\)\s+&&\s+\(\s*\$.additionalEventData\.MFAUsed\s*!=\s*"Yes"'
        ),
    },
    metric_name="no_mfa_console_signin_metric",
    alarm_name="no_mfa_console_signin_alarm",
    words=("MFAUsed",),
    trail=Trail(regions=()),
    uncaught=("sign-ins at an identity provider or in IAM Identity Center", "SwitchRole", "CheckMfa"),
    notes=(
        "The pattern for accounts with single sign-on does not match sign-ins of the root user without MFA."
        " `root_usage` does. If the benchmarks include `cis_v1_2_0`, both patterns are installed.",
        "CIS's additional information repeats that pattern without its last parenthesis. CloudWatch Logs rejects it.",
    ),
)

# 3. The root user.

_BY_ROOT_ITSELF = (
    '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }'
)
_ROOT = Case("anything that the root user does itself", _BY_ROOT_ITSELF)
_IDS_OF_3 = numbers(3, security_hub=1)
ROOT_USAGE = Control(
    name="root_usage",
    subject="root user actions",
    about="Calls and sign-ins of the root user, including read-only calls, but not those of a service on its behalf.",
    prescriptions={
        **{name: Prescription(_IDS_OF_3[name], (_BY_ROOT_ITSELF,), (_ROOT,)) for name in CIS_BENCHMARKS},
        SECURITY_HUB: Prescription(
            _IDS_OF_3[SECURITY_HUB],
            ('{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}',),
            (_ROOT,),
        ),
    },
    filters=(Filter(_BY_ROOT_ITSELF, "The pattern of every benchmark."),),
    searches={
        PROWLER: in_order(
            r"\$\.userIdentity\.type\s*=\s*.?Root",
            r"\$\.userIdentity\.invokedBy NOT EXISTS",
            r"\$\.eventType\s*!=\s*.?AwsServiceEvent",
        ),
        STEAMPIPE: in_order(
            r'\$\.userIdentity\.type\s*=\s*"Root"',
            r"\$\.userIdentity\.invokedBy NOT EXISTS",
            r'\$\.eventType\s*!=\s*"AwsServiceEvent"',
        ),
    },
    metric_name="root_usage_metric",
    alarm_name="root_usage_alarm",
    words=("Root",),
    trail=Trail(reads=True, regions=()),
    notes=(
        "It also counts sessions that a management account obtains with sts:AssumeRoot. Their type is Root.",
        "Global calls and console sign-ins of the root user are recorded in us-east-1.",
    ),
)

# 6. Console sign-ins that fail.

_FAILED_SIGN_IN = '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }'
_WRONG_PASSWORD = Case(
    "a sign-in that fails",
    f'{{ {_CONSOLE} && ($.errorMessage = "Failed authentication") }}',
    Event("ConsoleLogin", _SIGN_IN),
)
_IDS_OF_6 = numbers(6, security_hub=6)
CONSOLE_AUTHENTICATION_FAILURES = Control(
    name="console_authentication_failures",
    subject="console authentication failures",
    about="Sign-ins to the AWS Management Console that fail because of a wrong password or MFA code.",
    prescriptions={
        **{name: Prescription(_IDS_OF_6[name], (_FAILED_SIGN_IN,), (_WRONG_PASSWORD,)) for name in CIS_BENCHMARKS},
        SECURITY_HUB: Prescription(
            _IDS_OF_6[SECURITY_HUB],
            ('{($.eventName=ConsoleLogin) && ($.errorMessage="Failed authentication")}',),
            (_WRONG_PASSWORD,),
        ),
    },
    filters=(Filter(_FAILED_SIGN_IN, "The pattern of every benchmark."),),
    searches={
        PROWLER: prowler(["ConsoleLogin"], field="errorMessage =", value="Failed authentication"),
        STEAMPIPE: in_order(r"\$\.eventName\s*=\s*ConsoleLogin", r'\$\.errorMessage\s*=\s*"Failed authentication"'),
    },
    metric_name="console_signin_failure_metric",
    alarm_name="console_signin_failure_alarm",
    words=("Failed authentication",),
    trail=Trail(regions=()),
    uncaught=(
        "an unknown user name (No username found in supplied account)",
        "failures at an identity provider or in IAM Identity Center",
    ),
    notes=(
        "Copies of the benchmark that lost the quotes around Failed authentication are rejected by CloudWatch Logs.",
        "A mistyped password is one event, so many accounts raise the threshold. The prescribed threshold is 1.",
    ),
)
