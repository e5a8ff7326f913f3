# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a client is made from: the operations that we call, and the event handlers that they meet.

For each client botocore makes a method of each operation of the service, and copies all event handlers. In a process
that Ansible has just forked that means memory to copy too, as does looking into models that are spread over more of it:
together a seventh of what an audited account costs.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

try:
    from botocore.handlers import BUILTIN_HANDLERS, REGISTER_FIRST, REGISTER_LAST
    from botocore.hooks import EventAliaser, HierarchicalEmitter
    from botocore.loaders import JSONFileLoader
    from botocore.loaders import Loader as BotocoreLoader
except ImportError:  # clients.py says so to the user
    BotocoreLoader = HierarchicalEmitter = JSONFileLoader = object  # type: ignore[assignment, misc]

# All that is called of the services that an audit asks, and by botocore itself for credentials. Clients of other
# services have all operations.
OPERATIONS = {
    "sts": ("AssumeRole", "AssumeRoleWithWebIdentity", "GetCallerIdentity"),
    "cloudtrail": ("DescribeTrails", "GetEventSelectors", "GetTrailStatus"),
    "logs": (
        "DeleteMetricFilter",
        "DescribeLogGroups",
        "DescribeMetricFilters",
        "FilterLogEvents",
        "PutMetricFilter",
        "TestMetricFilter",
    ),
    "cloudwatch": (
        "DeleteAlarms",
        "DescribeAlarmHistory",
        "DescribeAlarms",
        "DisableAlarmActions",
        "EnableAlarmActions",
        "GetAlarmMuteRule",
        "GetMetricStatistics",
        "ListAlarmMuteRules",
        "ListTagsForResource",
        "PutLogAlarm",
        "SetAlarmState",
        "TagResource",
    ),
    "sns": (
        "GetSubscriptionAttributes",
        "GetTopicAttributes",
        "ListSubscriptionsByTopic",
        "ListTagsForResource",
        "SetSubscriptionAttributes",
        "SetTopicAttributes",
        "Subscribe",
        "Unsubscribe",
    ),
    "kms": ("DescribeKey", "GetKeyPolicy", "ListGrants", "PutKeyPolicy"),
    "observabilityadmin": ("ListTelemetryPipelines",),
}

# What we, or botocore's own search for credentials, ask. Most of its event handlers are for other services. That of IAM
# decodes policies.
_ASKED = frozenset({*OPERATIONS, "ec2", "iam", "organizations", "signin", "sqs", "sso", "sso-oidc"})


class _Undocumented(JSONFileLoader):
    """botocore's reader of its files, without their documentation, and in dictionaries that take half the memory."""

    def load_file(self, file_path: str) -> Any:
        """Return the content of the file with one of botocore's endings, or None where there is none."""
        for ending, decompressed in ((".json", bytes), (".json.gz", gzip.decompress)):
            file = Path(file_path + ending)
            if file.is_file():
                return json.loads(decompressed(file.read_bytes()), object_hook=_without_documentation)
        return None


def _without_documentation(value: dict[str, Any]) -> dict[str, Any]:
    if isinstance(value.get("documentation"), str):  # and not something of that name
        del value["documentation"]
    return value


class KnownServices(BotocoreLoader):
    """botocore's loader, which need not look whether there are the services that we ask.

    To find out, botocore reads the folders of all its services, for each type of model: a quarter of what is loaded.
    """

    FILE_LOADER_CLASS = _Undocumented

    def list_available_services(self, type_name: str) -> list[str]:
        """Return the services that we ask. A type of model that one of them lacks is not found later."""
        return list(OPERATIONS)

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> dict[str, Any]:
        """Return a model as botocore's loader does, which documents what is raised."""
        load = super().load_service_model if service_name in OPERATIONS else _every_service().load_service_model
        model: dict[str, Any] = load(service_name, type_name, api_version)
        return model


@cache
def _every_service() -> Any:
    return BotocoreLoader(file_loader=_Undocumented())


class Loader:
    """botocore's loader of service models, and what it has loaded, with search paths of one's own.

    boto3 adds its own to those of each session that it is given.
    """

    def __init__(self, loader: Any) -> None:
        self._loader = loader
        self.search_paths = list(loader.search_paths)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)


class ServiceModels(Loader):
    """A loader with the operations that we call. One that botocore doesn't know is missing."""

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> dict[str, Any]:
        """Return a model as botocore's loader does, which documents what is raised."""
        model: dict[str, Any] = self._loader.load_service_model(service_name, type_name, api_version)
        if type_name != "service-2" or service_name not in OPERATIONS:
            return model
        known = model["operations"]
        return {**model, "operations": {name: known[name] for name in OPERATIONS[service_name] if name in known}}


class _Handlers(HierarchicalEmitter):
    """botocore's event handlers, whose signatures need no check: each client registers those of botocore itself.

    The check, by `inspect`, takes a fiftieth of what an audited account costs.
    """

    def _verify_accept_kwargs(self, func: Any) -> None:
        pass


def event_handlers() -> HierarchicalEmitter:
    """Return botocore's own event handlers without those of its documentation and of services that are never asked."""
    handlers = _Handlers()
    events = EventAliaser(handlers)
    register = {None: events.register, REGISTER_FIRST: events.register_first, REGISTER_LAST: events.register_last}
    for event, handler, *when in BUILTIN_HANDLERS:
        kind, _dot, rest = event.partition(".")
        if kind != "docs" and (not rest or rest.partition(".")[0] in _ASKED):
            register[when[0] if when else None](event, handler)
    return handlers
