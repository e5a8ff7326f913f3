# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo: the collection sets up five accounts in a sandbox, until a notification arrives.

`make demo` runs it. Its exit status is 0 only if every step had the expected result.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / "integration"), str(Path(__file__).parent)]

import accounts
import stage
from account_builder import put_record
from harness import Sandbox
from subscriber import Subscriber

STEPS = 9


def playbook(name: str, inventory: Path, sandbox: Sandbox, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a playbook of the collection as a user would, its output straight to the terminal."""
    command = [
        str(Path(sys.executable).parent / "ansible-playbook"),
        f"aws_cis.monitoring.{name}",
        "-i",
        str(inventory),
    ]
    stage.command("ansible-playbook", *command[1:], *arguments)
    environment = os.environ | {
        "AWS_ENDPOINT_URL": sandbox.url,
        "AWS_URL": sandbox.url,
        "AWS_REGION": accounts.REGION,
        "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
        "ANSIBLE_FORKS": "5",
        "PYTHONUNBUFFERED": "1",
    }
    return stage.run([*command, *arguments], environment)


def main() -> int:
    """Run the demo and return its exit status."""
    with Sandbox.start() as sandbox, Subscriber() as subscriber, tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        stage.title("A sandbox with five AWS accounts, on this machine only")
        fleet = accounts.build(sandbox, subscriber.url)
        inventory = accounts.write_inventory(Path("accounts.yml"), fleet, subscriber.url)
        for account in fleet:
            stage.say(f"  {account.name:<16} {account.id}  {account.story}")
        stage.say(f"\nThe inventory, {inventory}:\n")
        stage.quote(inventory.read_text())

        stage.step(1, STEPS, "Audit: would anyone be notified of a security group change?")
        run = playbook("audit", inventory, sandbox, "-e", f"cis_monitoring_report_dir={Path.cwd() / 'before'}")
        stage.expect(run.returncode == 0, "the audit succeeds, whatever it finds")

        stage.step(2, STEPS, "Check mode: the planned changes of account 'bare' (--check --diff writes nothing)")
        sandbox.clear_calls()
        run = playbook("remediate", inventory, sandbox, "--check", "--diff", "--limit", "bare")
        stage.expect(run.returncode == 0, "check mode does not fail")
        stage.expect(not sandbox.writing_calls(), "no write call reached AWS")

        stage.step(
            3, STEPS, "Set up all accounts; the account without a usable trail reports the missing prerequisites"
        )
        run = playbook("remediate", inventory, sandbox)
        stage.expect("failed=1" in recap(run, "no-trail"), "no-trail fails, with the reason")
        stage.expect(all("failed=0" in recap(run, name) for name in accounts.MENDABLE), "the others are set up")
        confirmed = subscriber.confirmations()
        stage.expect(len(confirmed) >= 3, f"the subscriber confirmed its subscription in {len(confirmed)} accounts")

        stage.step(4, STEPS, "Run it again: there is nothing left to change")
        sandbox.clear_calls()
        run = playbook("remediate", inventory, sandbox, "--limit", "all:!no-trail")
        stage.expect(
            all("changed=0" in recap(run, name) and "failed=0" in recap(run, name) for name in accounts.MENDABLE),
            "changed=0 for each account",
        )
        stage.expect(not sandbox.writing_calls(), "no write call reached AWS")

        stage.step(5, STEPS, "CloudTrail records arrive in the log group of account 'bare'")
        stage.expect(
            tells(sandbox, subscriber, fleet[0], "AuthorizeSecurityGroupIngress"), "a new rule causes a notification"
        )
        stage.expect(
            tells(sandbox, subscriber, fleet[0], "ModifySecurityGroupRules"), "an updated rule causes a notification"
        )
        stage.expect(
            not tells(sandbox, subscriber, fleet[0], "DescribeSecurityGroups"),
            "a read-only call causes no notification",
        )

        reports = f"cis_monitoring_report_dir={Path.cwd() / 'after'}"
        stage.step(6, STEPS, "Drill: create and delete an empty security group, and wait for the notification")
        run = playbook("drill", inventory, sandbox, "--limit", "bare", "-e", reports, *drill_options(sandbox, fleet[0]))
        stage.expect(run.returncode == 0, "the drill passes")
        stage.expect("message: after" in run.stdout, "the message arrived at the temporary queue")
        accounts.let_alarm_return(sandbox)

        stage.step(7, STEPS, "Audit again")
        run = playbook("audit", inventory, sandbox, "-e", reports)
        stage.expect(run.returncode == 0, "the audit succeeds")
        page = stage.keep(Path("after"))
        stage.say(f"\nThe report page: {page}")

        stage.step(8, STEPS, "Set up all fifteen controls of the benchmark in account 'bare' in one run")
        sandbox.clear_calls()
        run = playbook("remediate", inventory, sandbox, "--limit", "bare", "-e", "cis_monitoring_controls=all")
        stage.expect("failed=0" in recap(run, "bare"), "all fifteen are set up, with one topic")
        written = sandbox.writing_calls(fleet[0].id)
        stage.expect(written.count("cloudwatch:PutMetricAlarm") == 14, "the alarm for security groups already existed")
        run = playbook("remediate", inventory, sandbox, "--limit", "bare", "-e", "cis_monitoring_controls=all")
        stage.expect("changed=0" in recap(run, "bare"), "a second run changes nothing")
        stage.expect(
            tells(sandbox, subscriber, fleet[0], "CreateVpc"),
            "a new VPC causes a notification that describes what to do",
        )

        stage.step(9, STEPS, "Next steps with a real account")
        stage.say(NEXT)
    return stage.verdict()


NEXT = """\
  1. Write an inventory with one host for each account, with aws_region and aws_profile, or aws_role_arn.
  2. ansible-playbook aws_cis.monitoring.audit -i accounts.yml                     reads only
  3. ansible-playbook aws_cis.monitoring.remediate -i accounts.yml --check --diff  shows the planned changes
  4. ansible-playbook aws_cis.monitoring.remediate -i accounts.yml                 makes the changes
  5. ansible-playbook aws_cis.monitoring.drill -i accounts.yml                     tests the filters, reads only
  docs/policies has the permissions that each playbook requires."""


def drill_options(sandbox: Sandbox, account: accounts.Account) -> list[str]:
    """Drill to the full. The sandbox delivers at once, so there is no need for the twenty minutes that AWS may take."""
    [vpc] = sandbox.client("ec2", account.id, accounts.REGION).describe_vpcs()["Vpcs"]
    chosen = {"depth": "full", "vpc_id": vpc["VpcId"], "confirm": True, "arrival_queue": True}
    options = {**chosen, "timeout": 6, "interval": 1}
    return ["-e", json.dumps({f"cis_monitoring_drill_{name}": value for name, value in options.items()})]


def recap(run: subprocess.CompletedProcess[str], host: str) -> str:
    """Return the host's line of the play recap."""
    lines = [line for line in run.stdout.splitlines() if line.startswith(host) and "failed=" in line]
    return lines[-1] if lines else ""


def tells(sandbox: Sandbox, subscriber: Subscriber, account: accounts.Account, event_name: str) -> bool:
    """Put a CloudTrail record of the event into the account's log group; True if a notification arrives."""
    subscriber.clear()
    put_record(sandbox, account.id, event_name)
    message = subscriber.wait_for_notification(seconds=5 if "Describe" not in event_name else 2)
    stage.say(f"\n  {event_name}: " + ("a notification arrives:" if message else "no notification"))
    if message:
        stage.quote(message)
        stage.say("\n  The alarm description in the notification:")
        stage.quote(json.loads(message.partition("\n")[2])["AlarmDescription"])
    accounts.let_alarm_return(sandbox)
    return message is not None


if __name__ == "__main__":
    sys.exit(main())
