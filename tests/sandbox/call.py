# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An AWS call, read off its HTTP request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import parse_qs

from ministack.core.responses import _account_from_sts_session

_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
_READING = re.compile(r"(Describe|Get|List|Lookup|Test|Filter|Assume|Search|BatchGet|Receive)")
# Where the service in a signature is not the prefix that IAM knows it by.
_IAM_PREFIX = {"monitoring": "cloudwatch"}


@dataclass(frozen=True)
class Call:
    """Who called what. service and action are IAM's words, such as logs and PutMetricFilter."""

    account: str
    region: str
    service: str
    action: str

    @property
    def is_writing(self) -> bool:
        return not _READING.match(self.action)

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "writing": self.is_writing}

    @classmethod
    def of(cls, scope: Mapping[str, Any], body: bytes) -> Call | None:
        """Read the call off a request, or None if it is not signed as a call is."""
        headers = {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}
        credential = _CREDENTIAL.search(headers.get("authorization", ""))
        if not credential:
            return None
        key, region, service = credential.groups()
        account = key if re.fullmatch(r"\d{12}", key) else _account_from_sts_session(key) or key
        return cls(account, region, _IAM_PREFIX.get(service, service), _action(scope, headers, body))


def _action(scope: Mapping[str, Any], headers: Mapping[str, str], body: bytes) -> str:
    if "x-amz-target" in headers:
        return headers["x-amz-target"].rpartition(".")[2]
    operation = re.search(r"/operation/(\w+)", scope["path"])
    if operation:
        return operation.group(1)
    if re.fullmatch(r"/[A-Z][A-Za-z]+", scope["path"]):  # such as /ListTelemetryPipelines
        return str(scope["path"][1:])
    query = parse_qs(body.decode("latin-1")) or parse_qs(scope.get("query_string", b"").decode())
    return query.get("Action", [scope["method"]])[0]
