# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One TLS context for each bundle of CA certificates, in place of reading them again for each connection.

botocore makes a context for each client, and its connections read the bundle, some 140 certificates, into it one after
the other: half of the CPU of an audited account. Here a context is made by botocore's own function and is given the
same bundle once in a process; Ansible's workers inherit it when it forks. Whatever is not just that (a client
certificate, a proxy, certificates that are not checked, a botocore that is made otherwise) stays botocore's.
"""

from __future__ import annotations

import os
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

try:
    from botocore.httpsession import URLLib3Session, create_urllib3_context, get_cert_path

    AS_EXPECTED = all(hasattr(URLLib3Session, name) for name in ("_get_ssl_context", "_setup_ssl_cert"))
except ImportError:  # also of a botocore that is made otherwise
    AS_EXPECTED = False

_STATE = ("_verify", "_cert_file", "_key_file", "_proxy_config", "_manager")  # of a URLLib3Session, read below

# By the file and what it was when it was read.
_contexts: dict[tuple[str, int, int], ssl.SSLContext] = {}
_postponing = threading.local()

if AS_EXPECTED:
    _session_class: Any = URLLib3Session
    _botocores = _session_class._get_ssl_context

    def _unless_postponed(session: Any) -> ssl.SSLContext | None:
        made: ssl.SSLContext | None = None if getattr(_postponing, "active", False) else _botocores(session)
        return made

    _session_class._get_ssl_context = _unless_postponed


@contextmanager
def without_contexts() -> Iterator[None]:
    """Have the clients that are made in the block, and in its thread, without contexts: share_context gives them one.

    Six contexts that are replaced at once take a fortieth of an audited account.
    """
    _postponing.active = AS_EXPECTED
    try:
        yield
    finally:
        _postponing.active = False


def share_context(client: Any) -> None:
    """Let the connections that a new client will open use the context that everybody shares, if they would be alike."""
    session: Any = getattr(getattr(client, "_endpoint", None), "http_session", None)
    pool_options = getattr(getattr(session, "_manager", None), "connection_pool_kw", {})
    if "ssl_context" not in pool_options:
        return
    if context := context_for(session._verify) if _may_share(session) else None:
        pool_options["ssl_context"] = context
        session._setup_ssl_cert = partial(_setup_without_reading, session._setup_ssl_cert)
    elif pool_options["ssl_context"] is None:
        pool_options["ssl_context"] = session._get_ssl_context()


def context_for(verify: Any) -> ssl.SSLContext | None:
    """Return the context that trusts a bundle (True: botocore's own choice), read when first used.

    None where certificates are not checked or the file can't be read; botocore raises its own error then.
    """
    if not AS_EXPECTED or not verify:
        return None
    path: Any = get_cert_path(verify)
    try:
        stat = os.stat(path)
        key = (os.path.abspath(path), stat.st_mtime_ns, stat.st_size)
        if key not in _contexts:
            context = create_urllib3_context()
            context.load_verify_locations(path)
            _contexts[key] = context
    except (OSError, TypeError, ValueError):
        return None
    return _contexts[key]


def preload_contexts() -> None:
    """Read the bundle that tasks will want as far as that is known: the environment's, or else the default one."""
    with suppress(Exception):  # whatever is wrong is said by the task that meets it
        context_for(os.environ.get("AWS_CA_BUNDLE") or True)


def _may_share(session: Any) -> bool:
    """Whether a session is one that is known here, and has neither a certificate of its own nor proxies."""
    if not AS_EXPECTED or session.__class__ is not _session_class or not all(hasattr(session, name) for name in _STATE):
        return False
    return not (session._cert_file or session._key_file or _has_proxies(session))


def _has_proxies(session: Any) -> bool:
    return any(session._proxy_config.proxy_url_for(f"{scheme}://") for scheme in ("http", "https"))


def _setup_without_reading(botocores: Callable[..., None], pool: Any, url: str, verify: Any) -> None:
    """Set up a pool of connections as botocore does, but for the bundle to read, which the context has."""
    botocores(pool, url, verify)
    pool.ca_certs = None
