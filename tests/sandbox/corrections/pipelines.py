# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CloudWatch pipelines, a service that the emulator lacks: they are kept and listed, and change no events.

Follows CreateTelemetryPipeline and ListTelemetryPipelines of the CloudWatch Observability Admin API Reference.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ministack import app
from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region

from corrections.wrap import replace

_SERVICE = "observabilityadmin"
_pipelines = AccountRegionScopedDict()


def apply() -> None:
    """Answer the two calls, which are known by the service that they are signed for."""
    original = app.detect_service

    def detect_service(method: str, path: str, headers: dict[str, str], query: Any) -> str:
        is_ours = f"/{_SERVICE}/aws4_request" in headers.get("authorization", "")
        return _SERVICE if is_ours else str(original(method, path, headers, query))

    replace(app, "detect_service", detect_service)
    app.SERVICE_HANDLERS[_SERVICE] = _handle


async def _handle(method: str, path: str, headers: dict[str, str], body: bytes, query: Any) -> Any:
    data = json.loads(body or b"{}")
    if path == "/CreateTelemetryPipeline":
        return _answer({"Arn": _create(data)})
    if path == "/ListTelemetryPipelines":
        return _answer({"PipelineSummaries": list(_pipelines.values())})
    return 400, {"content-type": "application/json", "x-amzn-errortype": "UnknownOperationException"}, b"{}"


def _answer(data: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    return 200, {"content-type": "application/json"}, json.dumps(data).encode()


def _create(data: dict[str, Any]) -> str:
    """The summary says what the configuration names: the source, its data source, and the processors."""
    text = data["Configuration"]["Body"]
    processors = re.findall(r"^ +- (\w+):", text.partition("processor:")[2].partition("sink:")[0], re.MULTILINE)
    source = re.search(r"source:\s+(\w+):", text)
    named = re.search(r"data_source_name: *\"?(\w+)", text)
    arn = f"arn:aws:{_SERVICE}:{get_region()}:{get_account_id()}:telemetry-pipeline/{data['Name']}"
    _pipelines[data["Name"]] = {
        "Arn": arn,
        "Name": data["Name"],
        "Status": "ACTIVE",
        "ConfigurationSummary": {
            "Sources": [{"Type": source.group(1)}] if source else [],
            "DataSources": [{"Name": named.group(1)}] if named else [],
            "Processors": processors,
            "ProcessorCount": len(processors),
        },
    }
    return arn
