# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Audit accounts in the sandbox, write the output into README.md, and take a picture of the report's page.

`.venv/bin/python tests/tools/readme_example.py`. The picture needs Chromium.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import yaml
from marks import between

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "integration"))

from account_builder import SIX_EVENTS, Builder
from harness import REGION, Sandbox

README = ROOT / "README.md"
BEGIN = "<!-- audit: written by tests/tools/readme_example.py -->"
END = "<!-- end of audit -->"
PICTURE = ROOT / "docs" / "images" / "report.png"
SIZE = (1440, 1240)
CHROMIUM = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-sync", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update",
    "--hide-scrollbars", "--force-device-scale-factor=0.8",
)  # fmt: skip


def main() -> int:
    """Write both, and return 0 if the audits ran."""
    with Sandbox.start() as sandbox, tempfile.TemporaryDirectory() as folder:
        inventory = Path(folder) / "accounts.yml"
        inventory.write_text(yaml.safe_dump(accounts(sandbox)))
        printed = audit(sandbox, inventory)
        audit(sandbox, inventory, "-e", "cis_monitoring_controls=all", "-e", "cis_monitoring_report_dir=all")
        take_picture(Path(folder) / "all" / "latest" / "report.html")
    text = "\n".join(["```console", "$ ansible-playbook aws_cis.monitoring.audit -i accounts.yml", *printed, "```"])
    README.write_text(between(README.read_text(), BEGIN, END, text))
    return 0


def accounts(sandbox: Sandbox) -> dict[str, object]:
    """Make an account of each kind, and return the inventory of them."""
    hosts = {}
    for name, make in ACCOUNTS.items():
        number = sandbox.new_account()
        make(Builder(sandbox, number))
        hosts[name] = {"aws_access_key": number, "aws_secret_key": "sandbox"}
    return {"all": {"hosts": hosts, "vars": {"aws_region": REGION}}}


def _whole(account: Builder) -> None:
    account.trail()
    account.every_control()


def _never_matches(account: Builder) -> None:
    _whole(account)
    for suffix in ("", "_cis_v5"):
        account.metric_filter(f"security_group_changes_metric{suffix}", SIX_EVENTS.replace("||", "&&"))


def _wrong_namespace(account: Builder) -> None:
    _whole(account)
    account.alarm(account.client("sns").list_topics()["Topics"][0]["TopicArn"], namespace="CISBenchmarks")


def _unconfirmed(account: Builder) -> None:
    _whole(account)
    sns = account.client("sns")
    topic = sns.list_topics()["Topics"][0]["TopicArn"]
    for one in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
        sns.unsubscribe(SubscriptionArn=one["SubscriptionArn"])
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="security@example.com")


def _no_trail(account: Builder) -> None:
    account.trail(multi_region=False, logging=False)


ACCOUNTS: Mapping[str, Callable[[Builder], None]] = {
    "production": _whole,
    "payments": _unconfirmed,
    "staging": _never_matches,
    "research": _wrong_namespace,
    "legacy": _no_trail,
}


def audit(sandbox: Sandbox, inventory: Path, *arguments: str) -> list[str]:
    """Run the audit as users do, and return the lines after the recap."""
    program = Path(sys.executable).parent / "ansible-playbook"
    ran = subprocess.run(
        [program, "aws_cis.monitoring.audit", "-i", inventory, *arguments],
        cwd=inventory.parent,
        env={**os.environ, "AWS_ENDPOINT_URL": sandbox.url, "ANSIBLE_LOCALHOST_WARNING": "false", "COLUMNS": "110"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return ran.stdout.rpartition("ignored=")[2].splitlines()[2:]


def take_picture(page: Path) -> None:
    """Save a picture of a page."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        print(f"{PICTURE.relative_to(ROOT)} is as it was: there is no Chromium. On Debian: apt-get install chromium")
        return
    PICTURE.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        size = f"--window-size={SIZE[0]},{SIZE[1]}"
        command = [chromium, *CHROMIUM, f"--user-data-dir={profile}", size, f"--screenshot={PICTURE}", page.as_uri()]
        subprocess.run(command, check=True, capture_output=True)
    print(f"{PICTURE.relative_to(ROOT)} has {PICTURE.stat().st_size // 1000} kB")


if __name__ == "__main__":
    sys.exit(main())
