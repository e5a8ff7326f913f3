# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server on this machine that speaks TLS, with certificates made for the occasion."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

ANSWER = b"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"""


class Authority:
    """A certificate authority."""

    def __init__(self, name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        builder = self._builder(self._name, self._key, timedelta(days=9))
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self._certificate = builder.add_extension(usage, critical=True).sign(self._key, hashes.SHA256())

    def bundle(self, folder: Path) -> str:
        """Write the file by which the authority is trusted."""
        path = folder / f"{self._certificate.serial_number}.pem"
        path.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))
        return str(path)

    def certify(
        self, folder: Path, names: tuple[str, ...] = ("127.0.0.1",), valid: timedelta = timedelta(days=9)
    ) -> str:
        """Write a certificate for addresses or host names, with its key behind it."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "server")])
        builder = self._builder(subject, key, valid).add_extension(
            x509.SubjectAlternativeName([_name(name) for name in names]), critical=False
        )
        certificate = builder.sign(self._key, hashes.SHA256())
        path = folder / f"{certificate.serial_number}-with-key.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + private)
        return str(path)

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, valid: timedelta
    ) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=20))
            .not_valid_after(now + valid)
        )


class Server:
    """What a server heard."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.connections: set[tuple[str, int]] = set()
        self.requests = 0


@contextmanager
def serving(certificate: str, trusted_clients: str = "", newest: ssl.TLSVersion | None = None) -> Iterator[Server]:
    """Serve answers of STS. With `trusted_clients`, a bundle, only to clients with a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    if trusted_clients:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(trusted_clients)
    if newest:
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, newest

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            heard.connections.add(self.client_address)
            heard.requests += 1
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(ANSWER)))
            self.end_headers()
            self.wfile.write(ANSWER)

        def log_message(self, *_arguments: object) -> None:
            """Keep quiet."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def finish_request(self, request: object, client_address: object) -> None:
            # The handshake in the thread of the connection, so that one that fails is nobody else's.
            try:
                wrapped = context.wrap_socket(request, server_side=True)  # type: ignore[arg-type]
            except (ssl.SSLError, OSError):
                return
            with wrapped:
                super().finish_request(wrapped, client_address)  # type: ignore[arg-type]

        def handle_error(self, *_arguments: object) -> None:
            """A client that does not trust us hangs up."""

    with Quiet(("127.0.0.1", 0), Handler) as server:
        heard = Server(f"https://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield heard
        finally:
            server.shutdown()
            thread.join()


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
