# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clients of one task, made from amazon.aws's connection options.

The service models, botocore's event handlers and the CA certificates cost most of a client's making, and they are the
same for everybody. So they are loaded once in a process, and Ansible's workers inherit them when it forks. Credentials
are never shared: each task has a botocore session of its own.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Mapping
from typing import Any, NoReturn
from urllib.request import getproxies

from .service_models import OPERATIONS, KnownServices, Loader, ServiceModels, event_handlers
from .settings import FirstAnswer
from .tls import preload_contexts, share_context, without_contexts

try:
    import botocore.exceptions
    import botocore.session
    from botocore.config import Config

    HAS_BOTOCORE = True
    _LOADER = KnownServices()
    _HANDLERS = event_handlers()
except ImportError:
    HAS_BOTOCORE = False

from ansible.module_utils.basic import missing_required_lib

from .requirements import get_aws_connection_info

# Where nothing connects a call gives up after about a minute. Throttling is retried with jitter ('Retries' in the boto3
# guide). The option aws_config overrides each of these.
CONNECT_TIMEOUT = 5  # seconds
READ_TIMEOUT = 20  # seconds
ATTEMPTS = 6

# In botocore's form: name in the profile, environment variable, default, type. Profile and environment come first.
_SETTINGS = {
    "retry_mode": ("retry_mode", "AWS_RETRY_MODE", "standard", None),
    "max_attempts": ("max_attempts", "AWS_MAX_ATTEMPTS", ATTEMPTS, int),
    # Older versions of botocore ask the global endpoint, whose tokens are no good in regions that were opted in to.
    "sts_regional_endpoints": ("sts_regional_endpoints", "AWS_STS_REGIONAL_ENDPOINTS", "regional", None),
}


if HAS_BOTOCORE:

    class _Session(botocore.session.Session):
        def create_client(self, *arguments: Any, **options: Any) -> Any:
            with without_contexts():
                client = super().create_client(*arguments, **options)
            share_context(client)
            return client


class ConnectionOptionsError(Exception):
    """The connection options are contradictory or incomplete."""


class Clients:
    """The boto3 clients of one task; each made when first used, then kept."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        """Take the options of amazon.aws's modules: access_key, profile, region, endpoint_url, and so on.

        Raises ConnectionOptionsError where they contradict one another or boto3 is missing.
        """
        if not HAS_BOTOCORE:
            raise ConnectionOptionsError(missing_required_lib("botocore and boto3"))
        try:
            region, endpoint_url, options = get_aws_connection_info(_Options(params))
        except (TypeError, botocore.exceptions.BotoCoreError) as error:  # of botocore's Config
            raise ConnectionOptionsError(f"aws_config or the AWS configuration file is invalid: {error}") from error
        self.region: str | None = region
        self._session = _session(options.pop("profile_name", None))
        self._options = {
            "endpoint_url": endpoint_url or None,
            **{name: value for name, value in options.items() if name != "aws_config"},
            "config": _config(self._session, options.get("aws_config")),
        }
        self._clients: dict[tuple[str, str], Any] = {}
        # What items of a loop have read for one another, by who read it and what. See kept.py.
        self.memory: dict[tuple[str, ...], Any] = {}

    def client(self, service: str, region: str | None = None) -> Any:
        """Return the client of a service in a region. The default is the task's region.

        Raises ConnectionOptionsError if no region is known or the profile does not exist.
        """
        place = region or self.region
        if not place:
            self._check_profile()
            raise ConnectionOptionsError(
                "No region is set. Set the host variable aws_region (in the playbooks), the option region, "
                "the environment variable AWS_REGION, or a region in the profile."
            )
        if (service, place) not in self._clients:
            try:
                self._clients[service, place] = self._session.create_client(service, region_name=place, **self._options)
            except (ValueError, botocore.exceptions.BotoCoreError) as error:
                raise ConnectionOptionsError(
                    f"Could not create a client for {service} in {place}: {error}{self._profiles(error)}"
                ) from error
        return self._clients[service, place]

    def _check_profile(self) -> None:
        try:
            self._session.get_scoped_config()
        except botocore.exceptions.BotoCoreError as error:
            known = self._profiles(error)
            raise ConnectionOptionsError(f"{error}{known or '.'} Check the option profile and AWS_PROFILE.") from error

    def _profiles(self, error: Exception) -> str:
        """The profiles that exist, if the error is about one that does not."""
        return profiles_instead(self._session, error)


def profiles_instead(session: Any, error: Exception) -> str:
    """Return which profiles exist, to complete the message of botocore about one that does not; '' for other errors."""
    if not isinstance(error, botocore.exceptions.ProfileNotFound):
        return ""
    names = ", ".join(sorted(session.available_profiles))
    return f". The profiles are {names}." if names else ". There are no profiles in AWS_CONFIG_FILE or ~/.aws."


class _Options:
    """What get_aws_connection_info needs of a module: its parameters, and a way to fail."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.params = params

    def fail_json(self, msg: str, **_: Any) -> NoReturn:
        raise ConnectionOptionsError(msg)


def _session(profile: str | None, variables: dict[str, Any] | None = None) -> Any:
    session = plain_session(_SETTINGS if variables is None else variables, profile)
    session.register_component("data_loader", ServiceModels(_LOADER))
    settings = session.get_component("config_store")
    for name in session.session_var_map:
        if provider := settings.get_config_provider(name):
            settings.set_config_provider(name, FirstAnswer(provider))
    return session


def plain_session(variables: dict[str, Any] | None = None, profile: str | None = None) -> Any:
    """Return a botocore session like any other, but for what it finds loaded already."""
    handlers = copy.copy(_HANDLERS)
    session = _Session(variables, handlers, include_builtin_handlers=False, profile=profile)
    session.register_component("data_loader", Loader(_LOADER))
    # Without the translation of what services were called in old events, which each client would do for each event.
    session.register_component("event_emitter", handlers)
    return session


def _config(session: Any, given: Any) -> Any:
    standard = Config(
        user_agent=None if _has_app_id(session, given) else session.user_agent(),
        user_agent_extra="aws_cis.monitoring",
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=READ_TIMEOUT,
        # Where there are none, no client goes through the environment twice to find that out.
        proxies=None if getproxies() else {},
    )
    return standard.merge(given) if given else standard


def _has_app_id(session: Any, given: Any) -> bool:
    """Whether botocore is to put together the name that it gives to AWS, which it does anew for each call."""
    if given and given.user_agent_appid:
        return True
    try:
        return bool(session.get_config_variable("user_agent_appid"))
    except botocore.exceptions.BotoCoreError:  # which the first client says to the user
        return False


def preload() -> None:
    """Load service models and CA certificates into this process.

    Opens no socket and reads no credentials, whatever the environment.
    """
    if not HAS_BOTOCORE:
        return
    # Every setting has its default, and comes neither from the environment nor from a file.
    settings = {
        name: (None, None, *setting[2:]) for name, setting in botocore.session.Session.SESSION_VARIABLES.items()
    }
    nowhere = (None, None, os.devnull, None)
    ours = {
        "ignore_configured_endpoint_urls": (None, None, True, None),
        "config_file": nowhere,
        "credentials_file": nowhere,
    }
    session = _session(None, {**settings, **ours})
    for service in OPERATIONS:
        client = session.create_client(
            service,
            region_name="us-east-1",
            verify=False,  # it asks nothing; which certificates tasks will want is not up to it
            aws_access_key_id="none",
            aws_secret_access_key="none",
        )
        client.can_paginate(next(iter(client.meta.method_to_api_mapping)))  # reads how answers are paged
    preload_contexts()
