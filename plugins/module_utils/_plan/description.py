# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an alarm says to whoever it wakes up: what happened, and how to find out who did it. Pure.

CloudWatch puts an alarm's description into each of its messages, and takes 1,024 characters of it:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from .._controls import CIS_BENCHMARKS, SECURITY_HUB, Control
from ..coverage import FULL, covers
from .insights import console_link, insights_query

MOST_CHARACTERS = 1024


def alarm_description(
    control: Control,
    account: str,
    partition: str,
    region: str,
    log_group: str,
    pattern: str,
    *,
    of_organization: bool = False,
) -> str:
    """The description of the alarm of a control, whose filters are on the log group.

    `of_organization`: the log group also receives the events of other accounts, which the alarm counts.
    `pattern` is the one of them that catches the most. The richest text that CloudWatch takes is chosen: with the query
    in the console's link and beside it, with the link alone, with the query and a link to the log group, and so on.
    """
    query = insights_query(pattern)
    beginning = [_happening(control, account, of_organization=of_organization), _ids(control), _command(control)]
    query_text = f"Logs Insights query for log group {log_group} in {region}: {query}" if query else ""
    link, plain_link = (console_link(partition, region, log_group, one) for one in (query, None))
    for more in (
        (query_text, _console(link)),
        (_console(link),),
        (query_text, _console(plain_link)),
        (query_text,),
        (_console(plain_link),),
        (f"Log group {log_group} in {region}.",),
        (),
    ):
        text = "\n".join(filter(None, [*beginning, *more]))
        if len(text) <= MOST_CHARACTERS:
            return text
    raise AssertionError("what is said of any control without a log group fits")


def log_alarm_description(control: Control, account: str, *, of_organization: bool = False) -> str:
    """The description of a control's log alarm, whose e-mail lists the records itself."""
    lines = _happening(control, account, of_organization=of_organization), _ids(control), _command(control), _LOG_ALARM
    return "\n".join(lines)


_LOG_ALARM = "Log alarm: e-mail lists the matching records. The benchmark's alarm for them is another one."


def is_of_log_alarm(description: str) -> bool:
    """Whether it is the description that this collection gives a log alarm."""
    return is_ours(description) and description.endswith(_LOG_ALARM)


# How the lines of a description of ours begin, whatever the control, the account and the version that wrote it.
_OURS = re.compile(
    r"Account [0-9]{12}: .+\nCIS AWS Foundations .+\n"
    r"(Who did it|List the events): ansible-playbook aws_cis\.monitoring\.events .+"
    r"(\n(Logs Insights query for log group |Console: |Log group |Log alarm: ).+)*"
)


def is_ours(description: str) -> bool:
    """Whether this collection wrote the description, in any version. One with a line more or less is the user's."""
    return _OURS.fullmatch(description) is not None


def widest(control: Control, patterns: Sequence[str]) -> str:
    """The pattern that catches the most cases of the control, the first one of equal ones."""
    if len(patterns) == 1:
        return patterns[0]
    return max(patterns, key=lambda text: sum(covers(text, case.pattern) == FULL for case in control.all_cases))


def _happening(control: Control, account: str, *, of_organization: bool) -> str:
    """In words. A filter for calls by their names also matches calls that were denied."""
    others = " Events of other accounts of the organization also count." if of_organization else ""
    return f"Account {account}: {control.subject}{', or denied attempts' if control.all_events else ''}.{others}"


def _ids(control: Control) -> str:
    """Such as 'CIS AWS Foundations 3.10 (v1.2), 4.10 (v1.3 to v5.0), 5.10 (v6.0, v7.0); Security Hub CloudWatch.10'."""
    numbered = [benchmark for benchmark in CIS_BENCHMARKS if benchmark in control.ids]
    spans = [
        (number, [_version(benchmark) for benchmark in benchmarks])
        for number, benchmarks in itertools.groupby(numbered, key=lambda benchmark: control.ids[benchmark])
    ]
    said = [f"CIS AWS Foundations {', '.join(f'{number} ({_span(versions)})' for number, versions in spans)}"]
    if SECURITY_HUB in control.ids:
        said.append(f"Security Hub {control.ids[SECURITY_HUB]}")
    return f"{'; '.join(said)}."


def _version(benchmark: str) -> str:
    """v1.2 of cis_v1_2_0."""
    return ".".join(benchmark.removeprefix("cis_").split("_")[:2])


def _span(versions: list[str]) -> str:
    return versions[0] if len(versions) == 1 else f"{versions[0]} to {versions[-1]}"


def _command(control: Control) -> str:
    return (
        "List the events: ansible-playbook aws_cis.monitoring.events -i INVENTORY -e cis_monitoring_since=last_alarm "
        f"-e cis_monitoring_controls={control.name}"
    )


def _console(link: str | None) -> str:
    return f"Console: {link}" if link else ""
