# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the AWS console shows a resource of the path, in its own region. Pure."""

from __future__ import annotations

from urllib.parse import quote

from ...module_utils._account.arn import Arn

_DOMAINS = {
    "aws": "console.aws.amazon.com",
    "aws-us-gov": "console.amazonaws-us-gov.com",
    "aws-cn": "console.amazonaws.cn",
}
_PAGES = {
    "trail": "cloudtrailv2/home?region={region}#/trails/{arn}",
    "log_group": "cloudwatch/home?region={region}#logsV2:log-groups/log-group/{name}",
    "metric_filter": "cloudwatch/home?region={region}#logsV2:log-groups/log-group/{name}$23metric-filters",
    "alarm": "cloudwatch/home?region={region}#alarmsV2:alarm/{name}",
    "topic": "sns/v3/home?region={region}#/topic/{arn}",
    "subscription": "sns/v3/home?region={region}#/subscriptions",
}
_PREFIXES = ("log-group:", "alarm:")


def console_url(link: str, text: str) -> str:
    """Return the page of a resource with an ARN; '' where the text is no ARN or the partition has no known console."""
    arn = Arn.parse(text)
    domain = _DOMAINS.get(arn.partition)
    if not domain or not arn.region or link not in _PAGES:
        return ""
    name = arn.resource
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    region = quote(arn.region, safe="")
    page = _PAGES[link].format(region=region, arn=quote(text, safe=":/"), name=_of_fragment(name.removesuffix(":*")))
    return f"https://{region}.{domain}/{page}"


def _of_fragment(name: str) -> str:
    """As CloudWatch's console writes a name in the fragment of its address: quoted twice, with $ for the second %."""
    return quote(quote(name, safe=""), safe="").replace("%", "$")
