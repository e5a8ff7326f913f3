# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The web server: ministack with our corrections, behind the gateway that counts calls and injects faults."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket

import connections
import corrections
from certificates import Certificates
from gateway import Gateway
from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config
from ministack import app as ministack_app


def serve(
    listener: socket.socket, tls_listener: socket.socket | None = None, certificates: Certificates | None = None
) -> None:
    """Serve on the listener, and with certificates on the one for TLS, until SIGINT or SIGTERM."""
    logging.getLogger().setLevel(logging.ERROR)
    corrections.apply()
    connections.keep_track()
    config = Config()
    config.bind = [f"fd://{listener.fileno()}"]
    config.keep_alive_timeout = 75
    config.loglevel = "ERROR"
    config.graceful_timeout = 0.2
    lines = [f"sandbox ready: http://127.0.0.1:{listener.getsockname()[1]}"]
    if tls_listener and certificates:
        config.insecure_bind, config.bind = config.bind, [f"fd://{tls_listener.fileno()}"]
        config.certfile, config.keyfile = str(certificates.chain), str(certificates.key)
        url = f"https://127.0.0.1:{tls_listener.getsockname()[1]}"
        lines.insert(0, f"sandbox over TLS: {url} (AWS_CA_BUNDLE={certificates.bundle})")
    asyncio.run(_serve(config, "\n".join(lines)))


async def _serve(config: Config, ready: str) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    gateway = Gateway(ministack_app.app, on_ready=lambda: print(ready, flush=True))
    await hypercorn_serve(gateway, config, shutdown_trigger=stop.wait)
