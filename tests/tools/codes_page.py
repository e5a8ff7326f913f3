# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write docs/codes.md: each code of a finding, what it means, how it looks and how to fix it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    ActionResult,
    Gap,
    Observation,
    Pipeline,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import SECURITY_GROUP_CHANGES, Control
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.attention import (
    Attention,
    Principal,
    with_attention,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.findings import (
    ACCESS_DENIED,
    CODES,
    COMMON_CODES,
    OK,
    RESPONSE_INCOMPLETE,
    STATUSES,
    Finding,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import Verdict, judge
from ansible_collections.aws_cis.monitoring.tests.unit.observations import (
    CHAT,
    DENIED,
    OTHER_ACCOUNT,
    READ_AT,
    REGION,
    SIX_NAMES,
    TOPIC_ARN,
    a_composite_alarm,
    a_subscription,
    an_alarm,
    any_of,
    whole_account,
    with_alarm,
    with_alarms,
    with_pattern,
    with_subscriptions,
    with_topic,
)
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.module_utils._judge.test_attention import (
    fired,
    staying_in_alarm,
)
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.module_utils._judge.test_wrong_verdicts import (
    called_compliant,
    called_non_compliant,
    other_controls,
)

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "codes.md"
INTRODUCTION = """\
<!-- generated from the catalogue of findings by tests/tools/codes_page.py -->
# Codes

A code names what was found of one link of a control's notification path: trail, log group, metric filter, alarm, topic,
subscription. Reports list it, `cis_monitoring_accepted` accepts findings by it, and it is never renamed. The examples
are sentences of this collection about accounts of its unit tests.

A finding has one of these statuses: `fail` (no one is notified, or not of every event), `elsewhere` (another account
must be verified), `unknown` (it could not be determined), `warn` (the path works, but something should be improved) or
`pass`.
"""


def pages() -> Iterator[tuple[Path, str]]:
    """Yield the page, with its text."""
    yield PAGE, page()


def page() -> str:
    """Return the page. Raises KeyError for a code of which no account has an example."""
    found = examples()
    lines = [INTRODUCTION]
    for link, codes in CODES.items():
        lines += [f"## {link.replace('_', ' ').capitalize()}\n", *_sections(codes, found)]
    lines += ["## Any link\n", *_sections(COMMON_CODES, found)]
    return "\n".join(lines)


def _sections(codes: Mapping[str, str], found: Mapping[str, list[Finding]]) -> Iterator[str]:
    for code, means in codes.items():
        yield f"### {code}\n\n{means}\n"
        if code != OK:
            example = min(found[code], key=lambda one: (-STATUSES.index(one.status), len(one.detail)))
            yield f"- Example (`{example.status}`): {example.detail}"
            yield f"- Fix: {example.fix}\n"


def examples() -> dict[str, list[Finding]]:
    """Return the findings on all accounts, by code, without those that only follow from another."""
    found: dict[str, list[Finding]] = {}
    for verdict in (*(judge(observation, control) for observation, control in _accounts()), *_reviewed()):
        for link in verdict.links:
            for finding in link.findings:
                if not finding.consequence and finding.detail != DENIED.detail:
                    found.setdefault(finding.code, []).append(finding)
    return found


def _reviewed() -> Iterator[Verdict]:
    """A whole path whose last days were reviewed, for the codes that only a review has."""
    verdict = judge(whole_account(), SECURITY_GROUP_CHANGES)
    for attention in (
        Attention(30, fired(400), failed_deliveries=3, principal=Principal("role Deployment", 96, 10)),
        Attention(30, staying_in_alarm()),
    ):
        yield with_attention(verdict, attention, frequent_after=30)


def _accounts() -> Iterator[tuple[Observation, Control]]:
    for case in (*called_compliant(), *called_non_compliant(), *other_controls()):
        yield case.observation, case.control
    yield from ((observation, SECURITY_GROUP_CHANGES) for observation in _others())


def _others() -> Iterable[Observation]:
    """Accounts for the codes that no auditor is known to be wrong about."""
    alarm = "security_group_changes_alarm"
    central = f"arn:aws:sns:{REGION}:{OTHER_ACCOUNT}:central"
    denied = Gap("cloudtrail:DescribeTrails", REGION, ACCESS_DENIED, "cloudtrail:DescribeTrails was denied.")
    incomplete = Gap(
        "cloudtrail:DescribeTrails", REGION, RESPONSE_INCOMPLETE, "cloudtrail:DescribeTrails did not answer."
    )
    silent = an_alarm(alarm_actions=())
    return (
        with_pattern(any_of(SIX_NAMES[1:])[:-2] + ' || ($.eventName = "A*Ing*s") }'),
        with_alarm(history=(ActionResult(READ_AT, TOPIC_ARN, False, "SNS rejected the message."),)),
        with_alarms(silent, a_composite_alarm(f"ALARM({alarm}) AND FALSE")),
        with_alarms(silent, a_composite_alarm(f"ALARM({alarm}) OR ALARM(other)")),
        dataclasses.replace(with_alarm(alarm_actions=(central,)), topics={central: denied}),
        with_topic(largest_message=1024),
        with_subscriptions(a_subscription(protocol="https", endpoint=CHAT, raw_delivery=True)),
        whole_account(pipelines={REGION: (Pipeline("ct", ("ocsf",)),)}),
        whole_account(trails=denied),
        whole_account(trails=incomplete),
    )
