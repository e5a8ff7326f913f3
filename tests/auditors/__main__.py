# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the real prowler and Cloud Custodian on the cases in which auditors err, and record what they say.

`.venv/bin/nox -s auditors` runs them in environments of their own, and writes answers.json, against which the tests
hold our model of them, and which the pages docs/wrong-verdicts.md and docs/peers.md quote. Asked about are each case of
the first page, each text of the second, and what each role makes.
"""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
sys.path[:0] = [str(ROOT / "tests" / "integration"), str(ROOT / "tests" / "tools")]

from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import (
    CONTROLS,
    SECURITY_GROUP_CHANGES,
    Control,
)
from ansible_collections.aws_cis.monitoring.tests.unit.observations import (
    GROUP_ARN,
    REGION,
    a_group,
    whole_account,
)
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.module_utils._judge.test_peers import ROWS, account_with
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.module_utils._judge.test_wrong_verdicts import CASES
from botocore.exceptions import ClientError
from environment import Environment, custodian_environment, prowler_environment
from from_observation import NotHeld, make
from harness import Sandbox, accounts_inventory, run_playbook

ANSWERS = HERE / "answers.json"
OTHER_REGION = "us-east-1"  # where a few cases have an alarm or a log group
NEWEST = "cis_v7_0_0"  # prowler's checks are found by its numbers, and Custodian looks for a text that satisfies it
SUBSCRIPTIONS = [{"protocol": "sms", "endpoint": "+14255550100"}]  # confirmed at once
BENCHMARKS = ["security_hub", NEWEST, "prowler", "steampipe"]
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


class Question(NamedTuple):
    """Whether an account has a control, and under which keys the answers are recorded."""

    keys: tuple[str, ...]
    account: str
    control: Control


def main() -> None:
    """Make the accounts, ask, and write down."""
    recorded: dict[str, Any] = {"date": datetime.date.today().isoformat(), "versions": {}, "not_held": {}}
    with Sandbox.start() as sandbox:
        cases = [
            Question(("cases", case.name), account, case.control)
            for case in CASES
            if (account := _held(recorded, "cases", case.name, partial(_of, sandbox, case)))
        ]
        texts = [
            Question(("texts", row.name), account, CONTROLS[row.control])
            for row in ROWS
            if (account := _held(recorded, "texts", row.name, partial(make, sandbox, account_with(row))))
        ]
        whole = [*cases, *_of_roles(sandbox)]
        prowler = [(one, one.control.ids[NEWEST]) for one in (*whole, *texts)]
        # It compares the whole text, so that there is nothing to learn of other texts.
        custodian = [(one, _installed(one.control)) for one in whole]
        _ask(recorded, "prowler", prowler_environment(), sandbox, prowler, REGION, OTHER_REGION)
        _ask(recorded, "custodian", custodian_environment(), sandbox, custodian, REGION)
    ANSWERS.write_text(json.dumps(recorded, indent=1) + "\n")
    left_out = sum(map(len, recorded["not_held"].values()))
    print(f"{len(prowler)} questions to prowler, {len(custodian)} to Cloud Custodian; {left_out} accounts not held")


def _held(recorded: dict[str, Any], section: str, name: str, make_account: Callable[[], str]) -> str:
    """Return the account that is made, or nothing where the sandbox can't hold it; why is recorded."""
    try:
        return make_account()
    except (NotHeld, ClientError) as error:
        _put(recorded, ("not_held", section, name), str(error))
        return ""


def _put(recorded: dict[str, Any], keys: tuple[str, ...], said: str) -> None:
    *sections, last = keys
    for section in sections:
        recorded = recorded.setdefault(section, {})
    recorded[last] = said


def _of(sandbox: Sandbox, case: Any) -> str:
    """Make the account of a case."""
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


def _of_roles(sandbox: Sandbox) -> list[Question]:
    """Let each role make what it makes, the one for all controls for these auditors too."""
    one = _made_by_the_role(sandbox, cis_monitoring_subscriptions=SUBSCRIPTIONS)
    of_all = {"controls": "all", "benchmarks": BENCHMARKS, "subscriptions": SUBSCRIPTIONS}
    every = _made_by_the_role(sandbox, **{f"cis_monitoring_{name}": value for name, value in of_all.items()})
    return [
        Question(("roles", "cis_sg_monitoring", SECURITY_GROUP_CHANGES.name), one, SECURITY_GROUP_CHANGES),
        *(Question(("roles", "cis_monitoring", control.name), every, control) for control in CONTROLS.values()),
    ]


def _made_by_the_role(sandbox: Sandbox, **variables: Any) -> str:
    a_trail_alone = whole_account(log_groups={GROUP_ARN: a_group(filters=())}, alarms={}, topics={})
    account = make(sandbox, a_trail_alone)
    inventory = accounts_inventory(sandbox.url, [account], aws_region=REGION, **variables)
    with tempfile.TemporaryDirectory() as folder:
        ended = run_playbook("aws_cis.monitoring.remediate", Path(folder), inventory)
    assert ended.rc == 0, ended.stdout
    return account


def _installed(control: Control) -> str:
    """Return the text that is enough for the newest benchmark, of those that are installed for all of them."""
    texts = [one.text for one in control.filters_for(BENCHMARKS)]
    return next(text for text in texts if control.is_satisfied(NEWEST, [text]))


def _ask(
    recorded: dict[str, Any],
    tool: str,
    environment: Environment,
    sandbox: Sandbox,
    questions: list[tuple[Question, str]],
    *arguments: str,
) -> None:
    """Ask a tool each question by its own word for the control, and record its version and its answers."""
    asked = [(question.account, about) for question, about in questions]
    ended = subprocess.run(
        [str(environment.python), str(HERE / "tools" / f"ask_{tool}.py"), *arguments],
        input=json.dumps({"url": sandbox.url, "region": REGION, "questions": asked}),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    answered = json.loads(ended.stdout)
    recorded["versions"][tool] = answered["version"]
    for (question, _about), said in zip(questions, answered["answers"], strict=True):
        _put(recorded, (*question.keys, tool), said)


if __name__ == "__main__":
    main()
