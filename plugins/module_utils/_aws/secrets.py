# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The secrets in the arguments of a task: what in the URL of a subscriber lets others write to it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

# Shorter parts of a URL stand in too many other texts.
_SHORTEST = 6


def secrets_in(params: Mapping[str, Any]) -> set[str]:
    """Return what no result, error or log may have: URLs of subscribers, their passwords, paths and queries."""
    return {secret for endpoint in _endpoints(params) for secret in _of_url(endpoint)}


def _endpoints(params: Mapping[str, Any]) -> Iterator[str]:
    for one in [params, *(params.get("subscriptions") or ())]:
        endpoint = one.get("endpoint")
        if isinstance(endpoint, str) and endpoint.strip().lower().startswith(("http://", "https://")):
            yield endpoint.strip()


def _of_url(url: str) -> Iterator[str]:
    yield url
    try:
        parts = urlsplit(url)
    except ValueError:
        return
    # A name without a password is a token.
    for secret in (parts.password or parts.username, parts.query, f"{parts.path}?{parts.query}".rstrip("?")):
        if secret and len(secret) >= _SHORTEST:
            yield secret
            yield unquote(secret)
