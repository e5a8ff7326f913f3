# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An HTTP subscriber, like a webhook: it confirms its subscriptions and keeps the notifications."""

from __future__ import annotations

import json
import queue
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


class Subscriber:
    """A web server on 127.0.0.1 that SNS can deliver to.

    It follows 'Fanout Amazon SNS notifications to HTTPS endpoints' of the SNS developer guide: a message of type
    SubscriptionConfirmation is answered by a visit to its SubscribeURL.
    """

    def __init__(self) -> None:
        self._notifications: queue.Queue[str] = queue.Queue()
        self._confirmed: list[str] = []
        subscriber = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(200)
                self.end_headers()
                subscriber._receive(json.loads(body))

            def log_message(self, format: str, *args: Any) -> None:
                """Keep the terminal for the demonstration."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/security-team"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _receive(self, message: dict[str, Any]) -> None:
        if message.get("Type") == "SubscriptionConfirmation":
            urllib.request.urlopen(message["SubscribeURL"]).close()
            self._confirmed.append(message["TopicArn"])
        elif message.get("Type") == "Notification":
            self._notifications.put(f"{message.get('Subject')}\n{message['Message']}")

    def confirmations(self) -> list[str]:
        """Return the ARNs of the topics whose subscription was confirmed."""
        return list(self._confirmed)

    def clear(self) -> None:
        """Forget the notifications that arrived so far."""
        while not self._notifications.empty():
            self._notifications.get()

    def wait_for_notification(self, seconds: float) -> str | None:
        """Return the next notification's subject and message, or None if none arrives within that many seconds."""
        try:
            return self._notifications.get(timeout=seconds)
        except queue.Empty:
            return None
