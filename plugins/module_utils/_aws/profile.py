# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a profile says beside its credentials, as options for modules that get other credentials in its place.

Follows 'Configuration and credential file settings' and 'Service-specific endpoints' in the AWS SDKs and Tools
Reference Guide.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.clients import (
    ConnectionOptionsError,
    plain_session,
)

with suppress(ImportError):  # clients.py says so to the user
    from botocore.exceptions import BotoCoreError

# By the name in the file: the name that botocore has for it, also in its Config.
_OF_CONFIG = {
    "use_fips_endpoint": "use_fips_endpoint",
    "use_dualstack_endpoint": "use_dualstack_endpoint",
    "sdk_ua_app_id": "user_agent_appid",
    "account_id_endpoint_mode": "account_id_endpoint_mode",
}


def settings_of(profile: str, endpoint_url: str | None = None) -> dict[str, Any]:
    """Return the options aws_config, aws_ca_bundle and endpoint_url by which a module does as the profile says.

    An `endpoint_url` that is given and variables of the environment come before the profile, as for the AWS SDK. Raises
    ConnectionOptionsError where the profile does not exist. What no option can carry is told by
    `has_endpoints_by_service`.
    """
    session, said = _read(profile)
    try:
        config = {ours: session.get_config_variable(ours) for name, ours in _OF_CONFIG.items() if name in said}
        retries = {
            "mode": session.get_config_variable("retry_mode") if "retry_mode" in said else None,
            "total_max_attempts": session.get_config_variable("max_attempts") if "max_attempts" in said else None,
        }
        bundle = session.get_config_variable("ca_bundle") if "ca_bundle" in said else None
        known = endpoint_url or _endpoint_of_environment(session, profile)
    except ValueError as error:
        raise _wrong(error) from error
    config["retries"] = {name: value for name, value in retries.items() if value is not None}
    options = {
        "aws_config": {name: value for name, value in config.items() if value not in (None, {})},
        "aws_ca_bundle": bundle,
        "endpoint_url": None if known else said.get("endpoint_url"),
    }
    return {name: value for name, value in options.items() if value not in (None, "", {})}


def has_endpoints_by_service(profile: str) -> bool:
    """Whether the profile gives services endpoints of their own that count here, and is not named in AWS_PROFILE.

    Where it is named there, the AWS SDK reads them by itself, whichever credentials a module gets. Raises
    ConnectionOptionsError where the profile does not exist.
    """
    session, said = _read(profile)
    services = session.full_config.get("services", {}).get(said.get("services"), {})
    return any("endpoint_url" in service for service in services.values()) and not _endpoint_of_environment(
        session, profile
    )


def _read(profile: str) -> tuple[Any, Mapping[str, Any]]:
    session = plain_session(profile=profile)
    try:
        return session, session.get_scoped_config()
    except BotoCoreError as error:
        raise _wrong(error) from error


def _endpoint_of_environment(session: Any, profile: str) -> bool:
    """Whether a module finds out by itself which endpoints to use, if that be AWS's own."""
    ignored = session.get_config_variable("ignore_configured_endpoint_urls")
    return bool(ignored or os.environ.get("AWS_ENDPOINT_URL") or os.environ.get("AWS_PROFILE") == profile)


def _wrong(error: Exception) -> ConnectionOptionsError:
    return ConnectionOptionsError(f"{error}. Check aws_profile and the AWS configuration files.")
