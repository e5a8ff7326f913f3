# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands between a client and an emulator, and answers some calls otherwise: an AWS that is not what we take it for."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Alter = Callable[[Mapping[str, Any], dict[str, Any]], dict[str, Any] | str]
"""Takes a request and its answer, and returns another answer, or the message of a rejection."""


@contextmanager
def altered(url: str, alterations: Mapping[str, Alter]) -> Iterator[str]:
    """Give the URL of an emulator whose answers are altered, by operation; of services that speak JSON."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = urllib.request.Request(url + self.path, data=body, headers=dict(self.headers), method="POST")
            try:
                with urllib.request.urlopen(request) as answer:
                    status, headers, text = answer.status, answer.headers, answer.read()
            except urllib.error.HTTPError as error:
                status, headers, text = error.code, error.headers, error.read()
            alter = alterations.get(self.headers.get("X-Amz-Target", "").rpartition(".")[2])
            if alter:
                status, text = _altered(alter, json.loads(body), status, text)
            self.send_response(status)
            self.send_header("Content-Type", headers.get("Content-Type", ""))
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _altered(alter: Alter, request: Mapping[str, Any], status: int, text: bytes) -> tuple[int, bytes]:
    answer = json.loads(text) if status == 200 else {}
    other = alter(request, answer)
    if isinstance(other, str):
        return 400, json.dumps({"__type": "InvalidParameterException", "message": other}).encode()
    return (status, text) if other is answer else (200, json.dumps(other).encode())
