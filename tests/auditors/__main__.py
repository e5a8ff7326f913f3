# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the real prowler and Cloud Custodian on the cases in which auditors err, and record what they say.

`.venv/bin/nox -s auditors` runs them in environments of their own, and writes answers.json, against which the tests
hold our model of them, and which the page docs/wrong-verdicts.md quotes.
"""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
sys.path[:0] = [str(ROOT / "tests" / "integration"), str(ROOT / "tests" / "tools")]

from ansible_collections.aws_cis.monitoring.tests.unit.observations import (
    GROUP_ARN,
    REGION,
    SEVEN,
    a_group,
    whole_account,
)
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.module_utils._judge.test_wrong_verdicts import CASES
from botocore.exceptions import ClientError
from environment import custodian_environment, prowler_environment
from from_observation import NotHeld, make
from harness import Sandbox, accounts_inventory, run_playbook

ANSWERS = HERE / "answers.json"
ROLE = "what the role makes"
OTHER_REGION = "us-east-1"  # where a few cases have an alarm or a log group
# The calls that a row says were denied: the words after 'ACCESS_DENIED: '.
DENIED = {
    "the trails": ("cloudtrail", "DescribeTrails"),
    "the trail's status": ("cloudtrail", "GetTrailStatus"),
    "the trail's selectors": ("cloudtrail", "GetEventSelectors"),
    "the log group": ("logs", "DescribeLogGroups"),
    "its filters": ("logs", "DescribeMetricFilters"),
    "the alarms": ("cloudwatch", "DescribeAlarms"),
    "the topic": ("sns", "GetTopicAttributes"),
    "its attributes": ("sns", "GetTopicAttributes"),
    "its subscribers": ("sns", "ListSubscriptionsByTopic"),
}


def main() -> None:
    """Make the accounts, ask, and write down."""
    held: dict[str, str] = {}
    not_held: dict[str, str] = {}
    with Sandbox.start() as sandbox:
        for case in CASES:
            try:
                held[case.name] = _account(sandbox, case)
            except (NotHeld, ClientError) as error:
                not_held[case.name] = str(error)
        held[ROLE] = _made_by_the_role(sandbox)
        prowler = _ask(prowler_environment().python, "ask_prowler.py", sandbox, held, REGION, OTHER_REGION)
        custodian = _ask(custodian_environment().python, "ask_custodian.py", sandbox, held, REGION, SEVEN)
    recorded = {
        "date": datetime.date.today().isoformat(),
        "versions": {"prowler": prowler["version"], "custodian": custodian["version"]},
        "answers": {
            name: {"prowler": prowler["answers"][account], "custodian": custodian["answers"][account]}
            for name, account in held.items()
        },
        "not_held": not_held,
    }
    ANSWERS.write_text(json.dumps(recorded, indent=1) + "\n")
    print(f"{len(held)} accounts asked about, {len(not_held)} that the sandbox can't hold; see {ANSWERS.name}")


def _account(sandbox: Sandbox, case: Any) -> str:
    code, _colon, what = case.name.partition(": ")
    if code == "RESPONSE_INCOMPLETE":
        raise NotHeld("an answer that is cut short for one tool alone")
    if code != "ACCESS_DENIED":
        return make(sandbox, case.observation)
    if what not in DENIED:
        raise NotHeld("a call that neither tool makes")
    account = make(sandbox, whole_account())
    service, action = DENIED[what]
    sandbox.fault(account=account, service=service, action=action, code="AccessDeniedException", status=400)
    return account


def _made_by_the_role(sandbox: Sandbox) -> str:
    a_trail_alone = whole_account(log_groups={GROUP_ARN: a_group(filters=())}, alarms={}, topics={})
    account = make(sandbox, a_trail_alone)
    subscriptions = [{"protocol": "sms", "endpoint": "+14255550100"}]
    inventory = accounts_inventory(
        sandbox.url, [account], aws_region=REGION, cis_sg_monitoring_subscriptions=subscriptions
    )
    with tempfile.TemporaryDirectory() as folder:
        ended = run_playbook("aws_cis.monitoring.remediate", Path(folder), inventory)
    assert ended.rc == 0, ended.stdout
    return account


def _ask(python: Path, script: str, sandbox: Sandbox, held: dict[str, str], *arguments: str) -> dict[str, Any]:
    request = json.dumps({"url": sandbox.url, "region": REGION, "accounts": list(held.values())})
    asked = subprocess.run(
        [str(python), str(HERE / "tools" / script), *arguments],
        input=request,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    answered: dict[str, Any] = json.loads(asked.stdout)
    return answered


if __name__ == "__main__":
    main()
