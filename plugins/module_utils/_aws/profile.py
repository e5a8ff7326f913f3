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
    ConnectionOptionsError where the profile does not exist, or gives endpoints that no option can.
    """
    session = plain_session(profile=profile)
    try:
        said = session.get_scoped_config()
        config = {ours: session.get_config_variable(ours) for name, ours in _OF_CONFIG.items() if name in said}
        retries = {
            "mode": session.get_config_variable("retry_mode") if "retry_mode" in said else None,
            "total_max_attempts": session.get_config_variable("max_attempts") if "max_attempts" in said else None,
        }
        bundle = session.get_config_variable("ca_bundle") if "ca_bundle" in said else None
        ignored = session.get_config_variable("ignore_configured_endpoint_urls")
        services = session.full_config.get("services", {}).get(said.get("services"), {})
    except (BotoCoreError, ValueError) as error:
        raise ConnectionOptionsError(f"{error}. Check aws_profile and the AWS configuration files.") from error
    config["retries"] = {name: value for name, value in retries.items() if value is not None}
    known = endpoint_url or ignored or os.environ.get("AWS_ENDPOINT_URL")
    options = {
        "aws_config": {name: value for name, value in config.items() if value not in (None, {})},
        "aws_ca_bundle": bundle,
        "endpoint_url": None if known else _endpoint(profile, said, services),
    }
    return {name: value for name, value in options.items() if value not in (None, "", {})}


def _endpoint(profile: str, said: Mapping[str, Any], services: Mapping[str, Any]) -> str | None:
    if os.environ.get("AWS_PROFILE") == profile:
        return None  # Every module reads them there by itself, whichever credentials it gets.
    if any("endpoint_url" in service for service in services.values()):
        raise ConnectionOptionsError(
            f"The profile {profile} has an endpoint for each service (services = {said['services']}), which modules "
            f"can't be told beside the credentials of a role. Set AWS_PROFILE={profile} in the environment that "
            "Ansible runs in, or aws_endpoint_url for the host."
        )
    return said.get("endpoint_url")
