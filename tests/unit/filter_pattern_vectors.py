# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter patterns with what they match and whether AWS takes them: for the unit tests, and to be put to AWS itself.

Every rule of the tables names its source:
- 'guide': Amazon CloudWatch Logs User Guide, 'Filter pattern syntax for metric filters, subscription
  filters, filter log events, and Live Tail' (FilterAndPatternSyntax), and the section of it.
- 'old guide': the same page until 2022, in the GitHub repository awsdocs/amazon-cloudwatch-logs-user-guide.
- 'recorded': answers of AWS's TestMetricFilter, kept in the tests of cfchou/metric_filter_parser.
- an issue or a document of a public project that quotes AWS's answer.
- 'ours': no public source; the reading that matches less.
"""

from __future__ import annotations

import json

from ansible_collections.aws_cis.monitoring.plugins.module_utils.filter_pattern import Truth

STRINGS = "guide, JSON: strings"
NUMBERS = "guide, JSON: numeric values"
COMPOUND = "guide, JSON: compound expressions"
TERMS = "guide, unstructured"
REGEX = "guide, regex"
FIELDS = "guide, space-delimited"
RECORDED = "recorded"
OURS = "ours"

# The example of the guide's JSON section, with a few values more.
TRAIL = {
    "eventType": "UpdateTrail",
    "sourceIPAddress": "111.111.111.111",
    "arrayKey": ["value", "another value"],
    "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
    "SomeObject": None,
    "cluster.name": "c",
    "dash-ed_name": "d",
    "readOnly": False,
    "ThisFlag": True,
    "number": [1000],
}
USERS = {
    "user": {"id": 1, "email": "John.Stiles@example.com"},
    "users": [{"id": 2, "email": "John.Doe@example.com"}, {"id": 3, "email": "Jane.Doe@example.com"}],
    "actions": ["GET", "PUT", "DELETE"],
    "coordinates": [[0, 1, 2], [4, 5, 6], [7, 8, 9]],
}
VALUES = '{"ip": "111.111.111.111", "empty": "", "count": 123, "ratio": 12.34, "whole": 12.0, "list": [], "map": {}}'

MATCHES = [
    # Selectors
    ('{ $.eventType = "UpdateTrail" }', TRAIL, STRINGS),
    ("{ $.eventType = UpdateTrail }", TRAIL, "old guide: alphanumeric strings do not need quotes"),
    ('{$.eventType="UpdateTrail"}', TRAIL, "CIS v1.2.0, 3.1: patterns are written without white space"),
    ('{ $.arrayKey[0] = "value" }', TRAIL, STRINGS),
    ("{ $.objectList[1].id = 2 }", TRAIL, "old guide, JSON examples"),
    ('{ $.coordinates[0][1] = 1 && $.users[1].email = "Jane*" }', USERS, COMPOUND),
    ("{ $.['cluster.name'] = \"c\" }", TRAIL, STRINGS),
    ("{ $.dash-ed_name = d }", TRAIL, STRINGS),
    ('{ $.arrayKey[*] = "another value" }', TRAIL, "guide, JSON: wildcard selector"),
    ("{ $.arrayKey[*] = %val.{2}% }", TRAIL, "guide, JSON: wildcard selector"),
    (r"{ $.* = %111\.111\.111\.1[0-9]{1,2}% }", TRAIL, "guide, JSON: wildcard selector"),
    # Strings
    ("{ $.sourceIPAddress != 123.123.* }", TRAIL, STRINGS),
    ("{ $.eventType = %Trail% }", TRAIL, "guide, JSON: regex"),
    ("{ $.eventType != %^Trail% }", TRAIL, "guide, JSON: regex, and the negation of ="),
    ("{ $.ip = 111.111.111.111 }", VALUES, RECORDED),
    ("{ $.ip != 111*111 }", VALUES, "recorded: the first occurrence of a last piece must be the end"),
    ('{ $.ip = "*.111.111.111" }', VALUES, RECORDED),
    ("{ $.ip = 111* }", VALUES, RECORDED),
    ("{ $.ip = * }", VALUES, RECORDED),
    ('{ $.empty = "*" }', VALUES, RECORDED),
    ("{ $.ip != 222* && $.ip != *222 }", VALUES, RECORDED),
    ("{ $.ip != 111 }", VALUES, RECORDED),
    (r'{ $.a = "say \"hi\" \\ bye" }', {"a": 'say "hi" \\ bye'}, "quoted term with escapes, checked on live logs"),
    # Numbers
    ("{ $.count = 123 && $.count = 123.0 }", VALUES, RECORDED),
    ('{ $.count = "123" && $.count != "123.0" }', VALUES, RECORDED),
    ('{ $.whole = 12 && $.whole != "12" }', VALUES, RECORDED),
    ("{ $.count = 1* && $.count = *23 && $.ratio = 12.* && $.ratio = *.34 && $.ratio != *21 }", VALUES, RECORDED),
    ("{ $.count = 1*3 && $.ratio = 1*4 }", VALUES, "recorded: != did not match, against the old guide"),
    ("{ $.bandwidth > 75 }", {"bandwidth": 75.5}, NUMBERS),
    ("{ $.latency < 50 }", {"latency": -3}, NUMBERS),
    ("{ $.refreshRate >= 60 }", {"refreshRate": 60}, NUMBERS),
    ("{ $.responseTime <= 5 }", {"responseTime": 5}, NUMBERS),
    ("{ $.errorCode = 400}", {"errorCode": 400}, NUMBERS),
    ("{ $.errorCode != 500 }", {"errorCode": 400}, NUMBERS),
    ("{ $.number[0] = 1e+3 }", TRAIL, NUMBERS),
    ("{ $.number[0] != 1e-3 }", TRAIL, NUMBERS),
    ("{ $.number[0] > +999.5 && $.number[0] > -1 }", TRAIL, "old guide: an optional + or - sign, a decimal"),
    ("{ $.account = 123456789012 }", {"account": "123456789012"}, "old guide: the recipientAccountId is 123456789012"),
    # Keywords
    ("{ $.SomeObject IS NULL }", TRAIL, "guide, JSON: IS"),
    ("{ $.ThisFlag IS TRUE }", TRAIL, "old guide, JSON examples"),
    ("{ $.readOnly IS FALSE }", TRAIL, "guide, JSON: IS"),
    ("{ $.SomeOtherObject NOT EXISTS }", TRAIL, "guide, JSON: NOT EXISTS"),
    ("{ $.Some.Other[3].Object NOT EXISTS }", TRAIL, "guide, JSON: NOT EXISTS"),
    # Compounds
    ('{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }', USERS, COMPOUND),
    (
        '{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch" && $.actions[2] = "nonmatch" }',
        USERS,
        COMPOUND,
    ),
    ("{ $.user.id = 9 && $.user.id = 8 || $.user.id = 1 }", USERS, COMPOUND),
    ("{ ((($.user.id = 1))) }", USERS, COMPOUND),
    # Unstructured
    ("", "anything", "aws-cloudformation-resource-providers-logs#19: an empty pattern is valid"),
    ("   ", "anything", OURS),
    ('" "', "everything", "guide, unstructured: match everything"),
    ("ERROR", "[ERROR 401] UNAUTHORIZED REQUEST", TERMS),
    ("ERROR", "Exiting with ERRORCODE: -1", "old guide: Exiting with ERRORCODE"),
    ("ERROR ARGUMENTS", "[ERROR 419] MISSING ARGUMENTS", TERMS),
    ("?ERROR ?ARGUMENTS", "INVALID ARGUMENTS", TERMS),
    ("?ERROR ?ARGUMENTS REQUEST", "[INFO] REQUEST FAILED", "guide, unstructured: ? with other terms is ignored"),
    ('"INTERNAL SERVER ERROR"', "[ERROR 500] INTERNAL SERVER ERROR", TERMS),
    ("ERROR -ARGUMENTS", "[ERROR 400] BAD REQUEST", TERMS),
    ('-"BAD REQUEST"', "fine", TERMS),
    ("%AUTHORIZED%", "[ERROR 401] UNAUTHORIZED REQUEST", REGEX),
    ("UpdateTrail", TRAIL, "facts: a bare term matches a CloudTrail event that contains it"),
    (r'"\"eventType\":\"UpdateTrail\""', TRAIL, "quoted term with escapes, checked on live logs"),
    # Space-delimited
    (
        r"[ip=%127\.0\.0\.[1-9]%, user, username, timestamp, request =*.html*, status_code = 4*, bytes]",
        '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534',
        FIELDS,
    ),
    ("[..., status_code = 404 || status_code = 410, bytes > 1000]", 'a b "c d" 410 1534', FIELDS),
    ("[w1=ERROR, w2]", "ERROR 09/25/2014 12:00:02 Failed to process request", FIELDS),
    ("[w1!=ERROR && w1!=WARNING, w2]", "INFO 09/25/2014", FIELDS),
    ("[ip, ..., bytes]", "a b c d", FIELDS),
    ("[..., request=*.html*, status_code=4*,]", 'x "GET /index.html HTTP/1.0" 404 1534', "old guide, example filter"),
]

MISSES = [
    ("{ $.eventType = updatetrail }", TRAIL, "guide: filter patterns are case sensitive"),
    ('{ $.arrayKey = "value" }', TRAIL, "guide, JSON: a selector that points to an array"),
    ('{ $.arrayKey != "x" }', TRAIL, "old guide: both = and != fail where users is an array"),
    ('{ $.objectList[0] != "x" }', TRAIL, "recorded: neither = nor != matches an object"),
    ("{ $.map > 1 || $.map <= 1 || $.list = 1 || $.list != 1 }", VALUES, RECORDED),
    ('{ $.eventType[0] = "U" || $.arrayKey.a = "b" || $.arrayKey[2] = "*" }', TRAIL, "old guide: otherwise false"),
    ("{ $.arrayKey.* = value || $.eventType[*] = UpdateTrail }", TRAIL, "guide, JSON: [*] for arrays, .* for objects"),
    ("{ $.user[*] = 1 }", USERS, "guide, JSON: [*] for arrays, .* for objects"),
    ('{ $.ip = "*111.111.111" }', VALUES, "recorded as a bug of AWS: the first occurrence is not the end"),
    ("{ $.ip = 11*1 }", VALUES, "recorded, in a list of patterns that do not match"),
    ('{ $.count = "123.00" }', VALUES, RECORDED),
    ('{ $.count != 123 || $.count != "123" }', VALUES, RECORDED),
    ("{ $.ip > 1 || $.ip >= 1 || $.ip < 1 || $.ip <= 1 }", VALUES, "recorded: an order never holds for a string"),
    ("{ $.ip = 123 }", VALUES, RECORDED),
    (
        "{ $.notThere != UpdateTrail }",
        TRAIL,
        "DataBiosphere/azul#5884; recorded in a list of patterns that do not match",
    ),
    ("{ $.notThere = * }", TRAIL, "recorded, in a list of patterns that do not match"),
    ("{ $.eventType IS NULL || $.notThere IS NULL || $.eventType IS TRUE }", TRAIL, "guide, JSON: IS"),
    ("{ $.eventType NOT EXISTS || $.SomeObject NOT EXISTS }", TRAIL, "guide, JSON: NOT EXISTS"),
    ("{ $.ThisFlag = true || $.ThisFlag != false || $.SomeObject = * }", TRAIL, OURS),
    ("{ $.arrayKey[*] != value }", TRAIL, OURS),
    (
        '{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch") && $.actions[2] = "none" }',
        USERS,
        COMPOUND,
    ),
    ('{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }', USERS, COMPOUND),
    ("{ $.a NOT EXISTS }", "not JSON", "guide, JSON: the pattern is for JSON events"),
    ("{ $.a NOT EXISTS }", '2026 INFO {"b": 1}', "guide, JSON: the pattern is for JSON events"),
    ("{ $.a NOT EXISTS }", "[1, 2]", OURS),
    ("{ $.a NOT EXISTS }", '{"b": NaN}', "RFC 8259: NaN is not JSON"),
    ("{ $.a NOT EXISTS }", "", OURS),
    ("ERROR ARGUMENTS", "[ERROR 400] BAD REQUEST", TERMS),
    ("?ERROR ?ARGUMENTS", "[INFO] REQUEST", TERMS),
    ("?ERROR REQUEST", "ERROR", "guide, unstructured: ? with other terms is ignored"),
    ("error", "ERROR", "guide: filter patterns are case sensitive"),
    ("ERROR -ARGUMENTS", "[ERROR 419] MISSING ARGUMENTS", TERMS),
    ("[w1=ERROR, w2]", "INFO 09/25/2014", FIELDS),
    ("[w1=ERROR]", "ERROR 09/25/2014 12:00:02", "guide, space-delimited: a blank w2 must follow"),
    ("[a, b, c]", "a b", FIELDS),
    ("[..., a, b, c]", "a b", FIELDS),
    ("[a > 5]", "five", FIELDS),
    ("[...]", TRAIL, "issue 3: space-delimited patterns never match a JSON record's fields"),
    ("[w1]", json.dumps(TRAIL), "issue 3: space-delimited patterns never match a JSON record's fields"),
]

# What public sources leave open: matches() follows what evidence there is, coverage() says undetermined.
OPEN = [
    ("{ $.noList[*] != UpdateTrail }", TRAIL, Truth.PROBABLY_NOT),
    ("{ $.ThisFlag is true }", TRAIL, Truth.PROBABLY),
    ("{ $.ThisFlag is false }", TRAIL, Truth.PROBABLY_NOT),
    ("{ $.notThere not exists }", TRAIL, Truth.PROBABLY),
    ("{ $.ThisFlag NOT exists }", TRAIL, Truth.PROBABLY_NOT),
    ('{ $.ip = "*111.111.111" }', VALUES, Truth.PROBABLY_NOT),
    ('{ $.ip != "*111.111.111" }', VALUES, Truth.PROBABLY),
    ("{ $.ThisFlag = true }", TRAIL, Truth.PROBABLY_NOT),
    ("{ $.SomeObject = * }", TRAIL, Truth.PROBABLY_NOT),
    ("{ $.SomeObject != x }", TRAIL, Truth.PROBABLY_NOT),
    ("{ $.arrayKey[*] != value }", TRAIL, Truth.PROBABLY_NOT),
    ("{ $.objectList[*].name NOT EXISTS }", TRAIL, Truth.PROBABLY_NOT),
    ("{ $.account = 12 }", {"account": "12.0"}, Truth.PROBABLY_NOT),
]

AT_LEAST_ONE_VALUE = "a value"
REJECTED = [
    # pattern, index of the character, part of what was expected, source
    ("{ $.a = 1", 9, "}", "jorgebastida/awslogs#210: If a filter pattern starts with '{' it must end with '}'"),
    ("{ $.a = 1 } b", 13, "}", "jorgebastida/awslogs#210"),
    ("{", 1, "}", "jorgebastida/awslogs#210"),
    ("[a, b", 5, "]", FIELDS),
    ("{ }", 2, "property selector", STRINGS),
    ("{ a = 1 }", 2, "property selector", STRINGS),
    ('{ "x" = $.a }', 2, "property selector", STRINGS),
    ("{ $a = 1 }", 3, "period", STRINGS),
    ("{ $ = 1 }", 3, "period", STRINGS),
    ("{ $. = 1 }", 3, "a key", STRINGS),
    ("{ $.a..b = 1 }", 5, "a key", STRINGS),
    ("{ $.a[ = 1 }", 5, "closing bracket", STRINGS),
    ("{ $.a[x] = 1 }", 5, "a key", STRINGS),
    ('{ $."detail-type" = a }', 3, "a key", "a project quotes: Invalid character(s) in term '$.\"'"),
    ('{ $.["a.b"] = 1 }', 3, "a key", "a project notes: double quotes in the brackets are a syntax error"),
    ("{ $.a[99999999999] = 1 }", 5, "index", OURS),
    ("{ $.a b = 1 }", 6, "= != < >", STRINGS),
    ("{ $.a }", 6, "= != < >", STRINGS),
    ("{ $.a == 1 }", 7, AT_LEAST_ONE_VALUE, STRINGS),
    ("{ $.a = }", 8, AT_LEAST_ONE_VALUE, STRINGS),
    ("{ $.a = && }", 8, AT_LEAST_ONE_VALUE, STRINGS),
    ("{ $.a = 'Root' }", 8, "double quotes", "hashicorp/terraform-provider-aws#2945"),
    ("{ $.a = user@example.com }", 12, "double quotes", "old guide: @ $ \\ must be enclosed in double quotes"),
    ("{ $.a = caf\u00e9 }", 11, "double quotes", "old guide: strings that have unicode must be enclosed"),
    ("{ $.a = $.b }", 8, AT_LEAST_ONE_VALUE, STRINGS),
    ('{ $.a = "b }', 8, "closing double quote", STRINGS),
    ("{ $.a >= b }", 9, "a number", "recorded: Invalid character(s) in term"),
    ('{ $.a < "123" }', 8, "a number", "recorded: Invalid character(s) in term"),
    ("{ $.a > 1* }", 8, "a number", NUMBERS),
    ("{ $.a > %1% }", 8, "a number", NUMBERS),
    ("{ $.a EXISTS }", 6, "IS or NOT EXISTS", "guide, JSON: IS NOT and EXISTS are not supported"),
    ("{ $.a IS NOT NULL }", 9, "NULL, TRUE or FALSE", "guide, JSON: IS NOT and EXISTS are not supported"),
    ("{ $.a IS MAYBE }", 9, "NULL, TRUE or FALSE", "guide, JSON: IS"),
    ("{ $.a NOT NULL }", 10, "EXISTS", "guide, JSON: NOT EXISTS"),
    ("{ $.a = 1 && }", 13, "property selector", COMPOUND),
    ("{ && $.a = 1 }", 2, "property selector", COMPOUND),
    ("{ $.a = 1 & $.b = 1 }", 10, "double quotes", COMPOUND),
    ("{ $.a = 1 $.b = 1 }", 10, "&&, ||", COMPOUND),
    ('{ $.a = "x", $.b = "y" }', 11, "&&, ||", "a project quotes: Invalid character(s) in term ','"),
    ("{ ($.a = 1 }", 11, "closing parenthesis", COMPOUND),
    ("{ $.a = 1) }", 9, "&&, ||", COMPOUND),
    ("{ () }", 3, "property selector", COMPOUND),
    ("{ !($.a = 1) }", 2, "double quotes", "guide, JSON: there is no NOT operator"),
    ("{ $.*[*] = 1 }", 2, "one wildcard", "guide, JSON: quotas"),
    ("{ $.a[*] = 1 || $.b[*] = 1 || $.c[*] = 1 || $.d[*] = 1 }", 44, "three wildcard", "guide, JSON: quotas"),
    ("{ $.a = %a% && $.b = %b% && $.c = %c% }", 34, "two regular", "guide, regex: quotas"),
    ("[a=%a%, b=%b%, c=%c%]", 17, "two regular", "guide, regex: quotas"),
    ("{ $.a = %b }", 8, "closing %", REGEX),
    ("%%", 1, "a regular expression", REGEX),
    ("%something!%", 10, "a letter, a digit", "guide, regex: %something!% would be rejected"),
    ("%(ab)+%", 1, "a letter, a digit", "guide, regex: parentheses are not supported"),
    (r"%\(ab%", 2, "a letter, a digit", "ministryofjustice/modernisation-platform-environments#5137"),
    ("%caf\u00e9%", 4, "ASCII", "guide, regex: multi-byte characters are not supported"),
    ("%*a%", 1, "something to repeat", REGEX),
    ("%a{3,1}%", 2, "{m,n}", REGEX),
    ("%a{x}%", 2, "{m}", REGEX),
    ("%a**%", 3, "second repetition", REGEX),
    ("%[ab%", 1, "closing ]", REGEX),
    ("%[]%", 2, "a character", REGEX),
    ("%[z-a]%", 4, "ends the range", REGEX),
    ("%a]%", 2, r"\]", REGEX),
    (r"%\q%", 2, "after a backslash", REGEX),
    (r"%\xg1%", 2, "hexadecimal", REGEX),
    ("ERROR: 1", 5, "double quotes", "a project quotes: Invalid character(s) in term ':'"),
    ("ORDER-ITEM-1", 5, "double quotes", "jorgebastida/awslogs#381"),
    ("email@someemail.com", 5, "double quotes", "lucagrulla/cw#181"),
    ("(reason", 0, "double quotes", "a project quotes: Invalid character(s) in term '('"),
    ('""', 0, "a term in the quotes", "DefangLabs/defang#1008: Invalid character(s) in term '\"\"'"),
    ("- ERROR", 1, "a term", TERMS),
    ("?", 1, "a term", TERMS),
    ('"ERROR', 0, "closing double quote", TERMS),
    ("[a, ..., b, ...]", 12, "one ellipsis", OURS),
    ("[a b]", 3, "= != < >", FIELDS),
    ("[a=1 && b=2]", 8, "a condition on a", FIELDS),
    ("[1a]", 1, "the name of a field", FIELDS),
    ("[(a=1)]", 1, "the name of a field", OURS),
    ("[a=]", 3, AT_LEAST_ONE_VALUE, FIELDS),
    ("x" * 1025, 1024, "at most 1024", "PutMetricFilter: filterPattern, at most 1024"),
]
