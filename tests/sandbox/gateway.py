# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands before the emulator: it writes down each call, answers with a fault where one is set, and is controlled.

The control API lies under /_sandbox/ and belongs to the tests:
GET and DELETE calls, POST faults, DELETE faults, and what control.py offers.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

import connections
import control
from call import Call
from faults import Fault

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


@dataclass
class Gateway:
    """An ASGI application around another one."""

    emulator: Callable[[Message, Receive, Send], Awaitable[None]]
    on_ready: Callable[[], None]
    calls: list[Call] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.emulator(scope, receive, self._ready(send))
        elif scope["type"] != "http":
            await self.emulator(scope, receive, send)
        elif scope["path"].startswith("/_sandbox/"):
            await self._control(scope, await _body(receive), send)
        else:
            await self._pass_on(scope, receive, send)

    def _ready(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                self.on_ready()

        return sending

    async def _pass_on(self, scope: Message, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        call = Call.of(scope, body)
        if call is None:
            await self.emulator(scope, _replay(body), send)
            return
        self.calls.append(call)
        fault = next((one for one in self.faults if one.meets(call, body)), None)
        if fault is None:
            await self.emulator(scope, _replay(body), send)
            return
        await asyncio.sleep(fault.delay)
        if fault.code:
            await _answer(send, *fault.answer(scope, call.service))
        elif fault.hang or fault.reset:
            if fault.carry_out:
                await self.emulator(scope, _replay(body), _into_the_void)
            if fault.reset:
                connections.reset(scope["client"])
            await _disconnected(receive)
        elif fault.truncate:
            await self.emulator(scope, _replay(body), _changing(send, lambda answer: answer[: len(answer) // 2]))
        elif fault.rewrite:
            await self.emulator(scope, _replay(body), _changing(send, _rewriting(*fault.rewrite)))
        else:
            await self.emulator(scope, _replay(body), send)

    async def _control(self, scope: Message, body: bytes, send: Send) -> None:
        method, what = scope["method"], scope["path"].removeprefix("/_sandbox/")
        arguments = json.loads(body) if body else {}
        result: Any = {}
        status = 200
        if (method, what) == ("GET", "calls"):
            result = [call.as_dict() for call in self.calls]
        elif (method, what) == ("DELETE", "calls"):
            self.calls.clear()
        elif (method, what) == ("POST", "faults"):
            self.faults.append(Fault(**arguments))
        elif (method, what) == ("DELETE", "faults"):
            self.faults.clear()
        elif method == "POST" and what in control.ACTIONS:
            result = control.ACTIONS[what](**arguments)
        else:
            status, result = 404, {"message": f"The sandbox has no {method} /_sandbox/{what}."}
        text = json.dumps(result or {}, default=str)
        await _answer(send, status, {"content-type": "application/json"}, text.encode())


async def _body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


def _replay(body: bytes) -> Receive:
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive


async def _into_the_void(message: Message) -> None:
    """Lose an answer."""


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _rewriting(pattern: str, replacement: str) -> Callable[[bytes], bytes]:
    return lambda answer: re.sub(pattern, replacement, answer.decode(), flags=re.DOTALL).encode()


def _changing(send: Send, change: Callable[[bytes], bytes]) -> Send:
    """Send what a change makes of the answer as if it were the answer."""
    start: list[Message] = []

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.append(message)
            return
        if start:
            body = change(message.get("body", b""))
            head = start.pop()
            headers = [(name, value) for name, value in head["headers"] if name.lower() != b"content-length"]
            await send({**head, "headers": [*headers, (b"content-length", str(len(body)).encode())]})
            await send({"type": "http.response.body", "body": body, "more_body": False})

    return sending


async def _answer(send: Send, status: int, headers: dict[str, str], body: bytes) -> None:
    encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
    encoded.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body, "more_body": False})
