# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connections of the web server, by the client's address: ASGI gives an application no way to reset one."""

from __future__ import annotations

import asyncio
import socket
import struct

import hypercorn.asyncio.run
from hypercorn.asyncio.tcp_server import TCPServer

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER on, for no time

_open: dict[tuple[str, int], asyncio.StreamWriter] = {}


class _Connection(TCPServer):
    async def run(self) -> None:
        client = self.writer.get_extra_info("peername")
        _open[client] = self.writer
        try:
            await super().run()
        finally:
            del _open[client]


def keep_track() -> None:
    """Know the connections that are made from now on."""
    hypercorn.asyncio.run.TCPServer = _Connection


def reset(client: tuple[str, int]) -> None:
    """Close the connection of a client with a TCP reset."""
    writer = _open[tuple(client)]
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    writer.transport.abort()
