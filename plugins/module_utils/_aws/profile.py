# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of a profile other than its credentials, as options for modules that get other credentials.

Follows 'Configuration and credential file settings' and 'Service-specific endpoints' in the AWS SDKs and Tools
Reference Guide.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from .clients import ConnectionOptionsError, plain_session

with suppress(ImportError):  # clients.py says so to the user
    from botocore.exceptions import BotoCoreError

# By the name in the file: the name that botocore has for it, also in its Config.
_OF_CONFIG = {
    "use_fips_endpoint": "use_fips_endpoint",
    "use_dualstack_endpoint": "use_dualstack_endpoint",
    "sdk_ua_app_id": "user_agent_appid",
    "account_id_endpoint_mode": "account_id_endpoint_mode",
}


class Profile:
    """A profile of the AWS configuration files, read once."""

    def __init__(self, name: str) -> None:
        """Read the profile. Raises ConnectionOptionsError where it does not exist."""
        self._name = name
        self._session = plain_session(profile=name)
        try:
            self._said: Mapping[str, Any] = self._session.get_scoped_config()
        except BotoCoreError as error:
            raise _wrong(error) from error

    def settings(self, endpoint_url: str | None = None) -> dict[str, Any]:
        """Return the options aws_config, aws_ca_bundle and endpoint_url that apply the profile's settings to a module.

        An `endpoint_url` that is given and variables of the environment come before the profile, as for the AWS SDK.
        Raises ConnectionOptionsError for a value that is none. See `has_endpoints_by_service` for
        what no option can carry.
        """
        try:
            config = {ours: self._read(ours) for name, ours in _OF_CONFIG.items() if name in self._said}
            retries = {
                "mode": self._read("retry_mode") if "retry_mode" in self._said else None,
                "total_max_attempts": self._read("max_attempts") if "max_attempts" in self._said else None,
            }
            bundle = self._read("ca_bundle") if "ca_bundle" in self._said else None
            known = endpoint_url or self._leaves_endpoints_to_environment()
        except ValueError as error:
            raise _wrong(error) from error
        config["retries"] = {name: value for name, value in retries.items() if value is not None}
        options = {
            "aws_config": {name: value for name, value in config.items() if value not in (None, {})},
            "aws_ca_bundle": bundle,
            "endpoint_url": None if known else self._said.get("endpoint_url"),
        }
        return {name: value for name, value in options.items() if value not in (None, "", {})}

    def has_endpoints_by_service(self) -> bool:
        """Whether it sets endpoints by service that apply here, and is not named in AWS_PROFILE.

        Where it is named there, the AWS SDK reads them, whichever credentials a module gets.
        """
        services = self._session.full_config.get("services", {}).get(self._said.get("services"), {})
        own = any("endpoint_url" in service for service in services.values())
        return own and not self._leaves_endpoints_to_environment()

    def _leaves_endpoints_to_environment(self) -> bool:
        """Whether a module determines the endpoints without options, even if they are AWS's own."""
        ignored = self._read("ignore_configured_endpoint_urls")
        return bool(ignored or os.environ.get("AWS_ENDPOINT_URL") or os.environ.get("AWS_PROFILE") == self._name)

    def _read(self, variable: str) -> Any:
        return self._session.get_config_variable(variable)


def _wrong(error: Exception) -> ConnectionOptionsError:
    return ConnectionOptionsError(f"{error}. Check aws_profile and the AWS configuration files.")
