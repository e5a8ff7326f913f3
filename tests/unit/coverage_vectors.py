# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter patterns with how much of the records of one event they catch: for the unit tests, and to be put to AWS."""

from __future__ import annotations

EVENT = "AuthorizeSecurityGroupIngress"
SIX = (
    "($.eventName = AuthorizeSecurityGroupIngress) || ($.eventName = AuthorizeSecurityGroupEgress) ||"
    " ($.eventName = RevokeSecurityGroupIngress) || ($.eventName = RevokeSecurityGroupEgress) ||"
    " ($.eventName = CreateSecurityGroup) || ($.eventName = DeleteSecurityGroup)"
)

FULL = [
    "{ " + SIX + " }",
    "{" + SIX.replace(" ", "") + "}",
    "{ (" + SIX + ") || ($.eventName = ModifySecurityGroupRules) }",
    "{ " + " || ".join(reversed(SIX.split(" || "))) + " }",
    "{ ((($.['eventName'] = \"AuthorizeSecurityGroupIngress\"))) }",
    "{ $.eventName = Auth* }",
    '{ $.eventName = "*SecurityGroup*" && $.eventSource = "ec2.amazonaws.com" }',
    "{ $.eventName = %SecurityGroup(In|E)gress% }".replace("(In|E)", "[IE]n*"),
    "{ $.eventName != DescribeInstances }",
    "{ $.eventName = CreateSecurityGroup || $.eventName != CreateSecurityGroup }",
    "{ $.awsRegion = a || $.awsRegion != a }",
    "{ $.* = AuthorizeSecurityGroupIngress }",
    "{ $.eventName.a NOT EXISTS && $.eventName[0] NOT EXISTS }",
    "{ $.a[0] NOT EXISTS || $.a.b NOT EXISTS }",
    "{ $.eventCategory = Management && $.eventID = * && $.eventType != x || $.eventType = x }",
    "{ (" + SIX + ") || $.managementEvent is false || $.a not exists }",
    "",
    '" "',
    "AuthorizeSecurityGroupIngress",
    "SecurityGroup eventName",
    "?RevokeSecurityGroupIngress ?AuthorizeSecurityGroupIngress",
    "%Authorize[A-Za-z]+Ingress%",
]
NONE = [
    "{ " + SIX.replace("||", "&&") + " }",
    "{ $.eventName = CreateSecurityGroup }",
    "{ $.eventname = AuthorizeSecurityGroupIngress && $.eventName = authorizesecuritygroupingress }",
    "{ " + " || ".join(["$.eventName = RevokeSecurityGroupIngress"] * 6) + " }",
    '{ $.eventName = "Revoke*" }',
    "{ $.eventName NOT EXISTS || $.eventName IS NULL || $.eventName > 1 }",
    "{ ($.eventName = AuthorizeSecurityGroupIngress) && ($.eventSource = wickr.amazonaws.com) }",
    "{ $.userIdentity = x || $.userIdentity != x }",
    "{ $.a = b && $.a = c }",
    '{ $.a = "x*" && $.a = "y*" }',
    "{ $.a > 5 && $.a <= 5 }",
    "{ $.a = 1 && $.a = 2 }",
    '{ $.a = "12" && $.a > 50 }',
    '{ $.a = "12" && $.a IS NULL }',
    "{ $.a NOT EXISTS && $.a.b IS NULL }",
    "{ $.a IS TRUE && $.a IS FALSE }",
    "{ $.a NOT EXISTS && $.a != b }",
    "{ $.eventID NOT EXISTS || $.eventType NOT EXISTS || $.eventCategory != Management }",
    "{ $.a.b = 1 && $.a[0] = 1 }",
    "{ $.a[0] NOT EXISTS && $.a[1] IS NULL }",
    "{ $.a = %^x% && $.a = %^y% }",
    "{ " + " && ".join(f"($.a = {number} || $.a = {number + 50})" for number in range(20)) + " }",
    "-AuthorizeSecurityGroupIngress",
    "terraform -terra",
    "[a, b, ...]",
]
UNDETERMINED = [
    ('{ $.eventName = "*s" }', "whether `*s` matches where `s` occurs more than once"),
    ('{ $.eventName != "*s" }', "whether `*s` matches where `s` occurs more than once"),
    ("{ $.a IS FALSE && $.a != b }", "whether != compares `a` where it is true, false or null"),
    ("{ $.managementEvent is false }", "how it reads keywords in lower case, as those about `managementEvent`"),
    ("{ $.a IS TRUE && $.a = true }", "whether = compares `a` where it is true, false or null"),
    ("{ $.a[*] NOT EXISTS && $.a[*] = 1 }", "which of the values that `$.a[*]` selects must match"),
    ('{ $.a = "*b" && $.a = "b*a*" }', "whether `*b` matches where `b` occurs more than once"),
    ('{ $.awsRegion = 12 && $.awsRegion = "1*0" }', ""),
    ("{ $.* != x }", "which of the values that `$.*` selects must match"),
    ("{ $.a[5000] = 1 }", "too complex"),
    ("%^.eventName%", "depends on how CloudTrail writes it"),
    (r'"eventName\":\"Auth"', "depends on how CloudTrail writes it"),
]
NARROWED = [
    (
        f'{{ ({SIX}) && ($.userIdentity.userName != "terraform") }}',
        "only when `userIdentity.userName` is not `terraform`; records without that field are missed",
    ),
    (
        f"{{ ({SIX}) && $.a != x && $.b.c != y && $.awsRegion != z }}",
        "only when `a` is not `x` and `b.c` is not `y` and `awsRegion` is not `z`;"
        " records without `a` or `b.c` are missed",
    ),
    (f"{{ ({SIX}) && $.awsRegion != eu-west-1 }}", "only when `awsRegion` is not `eu-west-1`"),
    ("{ $.errorCode IS NULL }", "only when `errorCode` is null"),
    ("{ $.readOnly IS FALSE }", "only when `readOnly` is false"),
    ("{ $.readOnly IS TRUE }", "only when `readOnly` is true"),
    (
        '{ $.a = "*ab" && $.a = %^abab$|^xxxxab$% }',
        "only when `a` is like `*ab` and `a` contains a match of `%^abab$|^xxxxab$%`",
    ),
    (
        "{ $.awsRegion = %a$% && $.b = %^[0-9]+$% }",
        "only when `awsRegion` contains a match of `%a$%` and `b` contains a match of `%^[0-9]+$%`",
    ),
    (
        '{ $.a > 3 && $.a < 5 && $.a != "4" }',
        "only when `a` is above 3 and `a` is below 5 and `a` is not `4`; records without `a` are missed",
    ),
    ('{ $.a = 12 && $.a = "12.0" }', "only when `a` is 12 and `a` is `12.0`"),
    ("{ $.eventName = Auth* && $.errorCode NOT EXISTS }", "only when `errorCode` is absent"),
    (
        "{ $.eventName = Auth* && ($.a = x* || $.b >= 3) && $.c IS TRUE }",
        "only when (`a` is like `x*` or `b` is at least 3) and `c` is true",
    ),
    (
        "{ $.a NOT EXISTS || $.a != b }",
        "only when `a` is absent or `a` is not `b`; 'is not' does not hold for a record without the field",
    ),
    ("{ $.a = %x% && $.b != %y% }", "only when `a` contains a match of `%x%` and `b` does not contain a match of `%y%`"
     "; records without `b` are missed"),
    ("{ $.a[*].b = 1 && $.c < 2 && $.d != 5 }", "only when `a[*].b` is 1 and `c` is below 2 and `d` is not 5"
     "; records without `d` are missed"),
    ("AuthorizeSecurityGroupIngress -terraform", "only when the record's text does not contain `terraform`"),
    ("?terraform ?%x[0-9]%", "only when the record's text contains `terraform` or contains a match of `%x[0-9]%`"),
]  # fmt: skip
