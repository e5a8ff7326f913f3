# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that a test sets: an error in place of an answer, a late answer, none, half of one, or a lost connection."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus
from xml.sax.saxutils import escape

import cbor2
from call import Call


@dataclass
class Fault:
    """What to do to a call. An empty field of the first four means any."""

    account: str = ""
    service: str = ""
    action: str = ""
    about: str = ""  # a text that the request has, such as a topic's ARN, percent-encoded or not
    code: str = ""
    message: str = "A fault that a test set."
    status: int = 400
    after: int = 0  # so many calls are let through first
    times: int = 1_000_000
    delay: float = 0
    truncate: bool = False
    hang: bool = False  # no answer
    reset: bool = False  # the connection is reset in place of an answer
    rewrite: tuple[str, str] | None = None  # a regular expression, and what stands in its places in the answer
    carry_out: bool = False  # with hang and reset: the call is carried out all the same; truncate always does

    def meets(self, call: Call, request: bytes = b"") -> bool:
        """Whether this fault is for the call; counts it if so."""
        if self.about not in unquote_plus(request.decode("latin-1")):
            return False
        wanted = ((self.account, call.account), (self.service, call.service), (self.action, call.action))
        if self.times <= 0 or any(value and value != of_call for value, of_call in wanted):
            return False
        if self.after > 0:
            self.after -= 1
            return False
        self.times -= 1
        return True

    def answer(self, scope: Mapping[str, Any], service: str) -> tuple[int, dict[str, str], bytes]:
        """Give the error in the protocol that the request speaks."""
        headers = {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}
        error = {"__type": self.code, "message": self.message}
        if headers.get("smithy-protocol") == "rpc-v2-cbor":
            kind = {"content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
            return self.status, kind, cbor2.dumps(error)
        if "x-amz-target" in headers or service == "observabilityadmin":
            kind = {"content-type": headers.get("content-type", "application/x-amz-json-1.1")}
            return self.status, {**kind, "x-amzn-errortype": self.code}, json.dumps(error).encode()
        text = f"<Code>{self.code}</Code><Message>{escape(self.message)}</Message>"
        # https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-troubleshooting.html
        if service == "ec2":
            text = f"<Response><Errors><Error>{text}</Error></Errors><RequestID>fault</RequestID></Response>"
        else:
            error_type = "Sender" if self.status < 500 else "Receiver"
            text = f"<Error><Type>{error_type}</Type>{text}</Error>"
            text = f"<ErrorResponse>{text}<RequestId>fault</RequestId></ErrorResponse>"
        return self.status, {"content-type": "text/xml"}, text.encode()
