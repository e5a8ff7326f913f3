# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start the sandbox: `.venv-sandbox/bin/python tests/sandbox --port 4566`. Ctrl-C or SIGTERM stops it.

With `--tls FOLDER` it also listens for TLS, since real accounts are reached over it. The folder gets `ca-bundle.pem`,
for AWS_CA_BUNDLE: as many authorities as a client reads elsewhere, and the sandbox's own.
"""

from __future__ import annotations

import argparse
import os
import socket
import sys
from pathlib import Path

HOST = "127.0.0.1"


def main() -> None:
    """Read the arguments, then serve until told to stop."""
    parser = argparse.ArgumentParser(prog="sandbox", description="A local AWS for the tests and the demonstration.")
    parser.add_argument("--port", type=int, default=0, help="the port to listen on; a free one if not given")
    parser.add_argument("--tls", type=Path, metavar="FOLDER", help="listen for TLS too; the CA bundle goes here")
    parser.add_argument("--tls-port", type=int, default=0, help="the port for TLS; a free one if not given")
    arguments = parser.parse_args()
    listener = _listen(arguments.port)
    port = listener.getsockname()[1]
    tls_listener = _listen(arguments.tls_port) if arguments.tls else None
    # ministack reads its environment when it is imported.
    os.environ |= {"MINISTACK_HOST": HOST, "GATEWAY_PORT": str(port), "LOG_LEVEL": os.environ.get("LOG_LEVEL", "ERROR")}
    _find_our_own_modules()

    import certificates
    import server

    if tls_listener:
        server.serve(listener, tls_listener, certificates.make(arguments.tls, HOST))
    else:
        server.serve(listener)


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(1024)  # from now on nobody is refused, though the answers take a moment
    except OSError as error:
        sys.exit(f"sandbox: could not listen on {HOST}:{port}: {error.strerror}. Choose another port, or omit PORT.")
    return listener


def _find_our_own_modules() -> None:
    """Let 'import filter_pattern' and its fellows work here, where neither Ansible nor the collection is installed."""
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    plugins = Path(__file__).parents[2] / "plugins"
    path = ""
    for part in ("ansible_collections", "aws_cis", "monitoring", "plugins", "module_utils"):
        path = f"{path}.{part}" if path else part
        package = ModuleType(path)
        package.__path__ = [str(plugins / "module_utils")] if part == "module_utils" else []
        package.__spec__ = ModuleSpec(path, None, is_package=True)
        sys.modules[path] = package


if __name__ == "__main__":
    main()
