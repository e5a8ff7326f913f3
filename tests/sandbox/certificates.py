# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An authority that exists for one run of the sandbox, and the server certificate that it signs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import certifi
import trustme


@dataclass(frozen=True)
class Certificates:
    """The files of a TLS server, and the bundle by which a client trusts it."""

    chain: Path
    key: Path
    bundle: Path


def make(folder: Path, host: str) -> Certificates:
    """Write new certificates for a host, and for localhost, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Certificates(folder / "server.pem", folder / "server.key", folder / "ca-bundle.pem")
    authority = trustme.CA(organization_name="aws_cis.monitoring sandbox")
    server = authority.issue_cert(host, "localhost")
    made.key.touch(mode=0o600)
    server.private_key_pem.write_to_path(made.key)
    made.chain.write_bytes(b"".join(blob.bytes() for blob in server.cert_chain_pems))
    # A client reads the whole bundle for each connection: with one certificate in it, that would cost nothing.
    made.bundle.write_bytes(Path(certifi.where()).read_bytes() + authority.cert_pem.bytes())
    return made
