# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the integration tests and the demonstration stand on: the emulators, and ansible-playbook as users run it."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import botocore.session
import yaml
from botocore.loaders import create_loader

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
REGION = "us-east-1"
_LOADER = create_loader()  # service models cost more than everything else about a client
_READY_WITHIN = 30  # seconds; it takes about one


class _Emulator:
    """A process that answers AWS calls on 127.0.0.1."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self._process = process
        self.url = url
        self._accounts = itertools.count(int(time.time()) % 1_000_000 * 100_000 + 100_000_000_000)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The process that answers."""
        return self._process.pid

    def stop(self) -> int:
        """Stop the process as Ctrl-C or a supervisor would, and return its exit status."""
        self._process.terminate()
        return self._process.wait(timeout=10)

    def new_account(self) -> str:
        """Return the id of an account that nobody has used."""
        return str(next(self._accounts))

    def client(self, service: str, account: str, region: str = REGION) -> Any:
        """Return a client that acts in an account."""
        session = botocore.session.Session()
        session.register_component("data_loader", _LOADER)
        return session.create_client(
            service,
            region_name=region,
            endpoint_url=self.url,
            aws_access_key_id=account,
            aws_secret_access_key="sandbox",
        )


class Sandbox(_Emulator):
    """The sandbox: accounts are 12-digit access keys."""

    tls_url = ""
    """Where it is reached over TLS, if it was started with a folder for the certificates."""
    ca_bundle = Path()
    """What a client has to trust for that, as AWS_CA_BUNDLE."""

    @classmethod
    def start(cls, port: int = 0, without: str = "", tls: Path | None = None) -> Self:
        """Start one. `without` names corrections to leave out; with `tls`, a folder, it listens for TLS too."""
        interpreter = ROOT / ".venv-sandbox" / "bin" / "python"
        process = subprocess.Popen(
            [
                str(interpreter),
                str(ROOT / "tests" / "sandbox"),
                "--port",
                str(port),
                *(["--tls", str(tls)] if tls else []),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "SANDBOX_WITHOUT": without},
        )
        assert process.stdout is not None
        tls_url = ""
        for line in process.stdout:
            if line.startswith("sandbox over TLS: "):
                tls_url = line.split()[3]
            if line.startswith("sandbox ready: "):
                sandbox = cls(process, line.split()[-1])
                sandbox.tls_url, sandbox.ca_bundle = tls_url, (tls or Path()) / "ca-bundle.pem"
                return sandbox
        raise RuntimeError(f"The sandbox did not start; try '{interpreter} tests/sandbox' to see why.")

    def control(self, method: str, what: str, **arguments: Any) -> Any:
        """Call the control API."""
        request = urllib.request.Request(
            f"{self.url}/_sandbox/{what}",
            method=method,
            data=json.dumps(arguments).encode() if arguments else None,
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def calls(self, account: str = "") -> list[dict[str, Any]]:
        """Return the calls since clear_calls, those of one account if given."""
        return [call for call in self.control("GET", "calls") or [] if account in ("", call["account"])]

    def writing_calls(self, account: str = "") -> list[str]:
        """Return the writing calls as 'logs:PutMetricFilter'."""
        return [f"{call['service']}:{call['action']}" for call in self.calls(account) if call["writing"]]

    def clear_calls(self) -> None:
        """Forget the calls so far."""
        self.control("DELETE", "calls")

    def fault(self, **fault: Any) -> None:
        """Answer calls with a fault, see Fault in tests/sandbox/faults.py."""
        self.control("POST", "faults", **fault)

    def clear_faults(self) -> None:
        """Answer as usual again."""
        self.control("DELETE", "faults")

    def confirm(self, topic_arn: str, endpoint: str) -> None:
        """Confirm a subscription."""
        self.control("POST", "confirm", topic_arn=topic_arn, endpoint=endpoint)

    def unsubscribe(self, topic_arn: str, endpoint: str) -> None:
        """Leave a topic as the endpoint's owner does, by the link in a message."""
        self.control("POST", "unsubscribe", topic_arn=topic_arn, endpoint=endpoint)

    def list_late(self, account: str, reads: int) -> None:
        """Leave what an account subscribes from now on out of so many lists."""
        self.control("POST", "list_late", account=account, reads=reads)

    def tick(self, seconds: float) -> None:
        """Let time pass for alarms."""
        self.control("POST", "tick", seconds=seconds)


@contextmanager
def meanwhile(work: Callable[[threading.Event], None]) -> Iterator[None]:
    """Do some work beside the block; the event tells it that the block is over."""
    over = threading.Event()
    thread = threading.Thread(target=work, args=[over])
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def later(sandbox: Sandbox, hours: float) -> Iterator[None]:
    """Let hours pass, and put the clock back afterwards, since other tests share the sandbox."""
    sandbox.tick(hours * 3600)
    try:
        yield
    finally:
        sandbox.tick(-hours * 3600)


class Moto(_Emulator):
    """moto's server, the second opinion. Its accounts come from assumed roles; its default one is 123456789012."""

    @classmethod
    def start(cls) -> Self:
        """Start one on a free port."""
        port = _free_port()
        process = subprocess.Popen(
            [str(BIN / "moto_server"), "--host", "127.0.0.1", "--port", str(port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + _READY_WITHIN
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{url}/moto-api/data.json").close()
                return cls(process, url)
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("moto_server did not start.")

    def reset(self) -> None:
        """Forget everything."""
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/moto-api/reset", method="POST")).close()


def _free_port() -> int:
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@dataclass(frozen=True)
class PlaybookRun:
    """How a run of ansible-playbook ended, and the results of its tasks."""

    rc: int
    stdout: str
    stderr: str
    plays: list[dict[str, Any]]
    stats: dict[str, dict[str, int]]

    def results(self, task: str, host: str | None = None) -> list[dict[str, Any]]:
        """Return the results of the tasks whose name ends with `task`."""
        return [
            result
            for play in self.plays
            for one in play["tasks"]
            if one["task"]["name"].endswith(task)
            for name, result in one["hosts"].items()
            if host in (None, name)
        ]

    def result(self, task: str, host: str | None = None) -> dict[str, Any]:
        """Return the result of the one task of that name."""
        found = self.results(task, host)
        assert len(found) == 1, f"{len(found)} results of {task!r}:\n{self.stdout}\n{self.stderr}"
        return found[0]


def run_playbook(
    playbook: str,
    folder: Path,
    inventory: Mapping[str, Any],
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    results: bool = True,
    longest: float = 300,
) -> PlaybookRun:
    """Run a playbook (an FQCN, a path, or YAML text) in a folder, over an inventory given as data.

    With `results`, the json callback tells what each task returned; without, stdout is what a user sees.
    It may take `longest` seconds.
    """
    (folder / "inventory.yml").write_text(yaml.safe_dump(dict(inventory)))
    if "\n" in playbook:
        (folder / "playbook.yml").write_text(playbook)
        playbook = "playbook.yml"
    output = folder / "results.json"
    output.unlink(missing_ok=True)
    settings = {
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_NOCOLOR": "true",
        "ANSIBLE_LOCAL_TEMP": str(folder / "tmp"),
        # By default in ~, which Ansible's two ends of a job take for two folders if HOME is not the user's own.
        "ANSIBLE_ASYNC_DIR": str(folder / "async"),
        "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json" if results else "default",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    ended = subprocess.run(
        [str(BIN / "ansible-playbook"), playbook, "-i", "inventory.yml", *arguments],
        cwd=folder,
        env={**_without_credentials(), **settings, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=longest,
        check=False,
    )
    report = _report(ended.stdout) if results else {}
    return PlaybookRun(ended.returncode, ended.stdout, ended.stderr, report.get("plays", []), report.get("stats", {}))


def _without_credentials() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ANSIBLE_"))}


def _report(stdout: str) -> dict[str, Any]:
    start = stdout.find("{")
    try:
        report: dict[str, Any] = json.JSONDecoder().raw_decode(stdout[start:])[0] if start >= 0 else {}
    except json.JSONDecodeError:
        return {}
    return report


# amazon.aws 10 imports it, which ansible-core 2.20 warns of: in our processes, but for nothing that we could mend.
_OF_AMAZON_AWS = "ansible.module_utils._text"


def without_deprecations_of_others(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return a task's result without the deprecations that amazon.aws causes."""
    ours = [one for one in result.get("deprecations", []) if _OF_AMAZON_AWS not in one["msg"]]
    rest = {name: value for name, value in result.items() if name != "deprecations"}
    return {**rest, **({"deprecations": ours} if ours else {})}


def warned_of(stderr: str) -> list[str]:
    """Return the lines of warning but those of deprecations that amazon.aws causes."""
    lines = stderr.splitlines()
    if not any(_OF_AMAZON_AWS in line for line in lines):
        return lines
    return [line for line in lines if _OF_AMAZON_AWS not in line and "`deprecation_warnings=False`" not in line]


def processes_in(folder: Path) -> list[int]:
    """Return the processes whose working folder it is."""
    return [int(process.name) for process in Path("/proc").glob("[0-9]*") if _works_in(process, folder)]


def _works_in(process: Path, folder: Path) -> bool:
    try:
        return os.readlink(process / "cwd") == str(folder)
    except OSError:  # it is somebody else's, or it has ended
        return False


def accounts_inventory(url: str, accounts: Mapping[str, str] | Sequence[str], **variables: Any) -> dict[str, Any]:
    """Give the inventory of accounts of an emulator: host names and ids, or ids alone."""
    named = accounts if isinstance(accounts, Mapping) else {account: account for account in accounts}
    hosts = {
        name: {"aws_access_key": account, "aws_secret_key": "sandbox", "aws_endpoint_url": url}
        for name, account in named.items()
    }
    local = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    return {"all": {"hosts": hosts, "vars": {"aws_region": REGION, **local, **variables}}}
