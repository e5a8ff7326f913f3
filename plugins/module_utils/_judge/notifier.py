# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who acts when an alarm goes off: the alarm itself, or a composite alarm that watches it; and does it act? Pure.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ansible_collections.aws_cis.monitoring.plugins.module_utils._account.observation import (
    ActionResult,
    Alarm,
    Gap,
    MuteRule,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.findings import (
    FAIL,
    UNKNOWN,
    WARN,
    Finding,
    unread,
)

# What a rule is made of: functions of an alarm's name or ARN, operators and parentheses.
_TOKEN = re.compile(
    r"""(?P<function>\w+)\s*\(\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s()"']+))\s*\)"""
    r"""|(?P<operator>\w+)|(?P<parenthesis>[()])|(?P<other>\S)"""
)


@dataclass(frozen=True)
class Notifier:
    """The alarm whose actions tell of the change; a composite one may follow the metric alarm in its own way."""

    alarm: Alarm
    follows: bool = True  # it is in ALARM whenever the metric alarm is


def notifiers_of(alarm: Alarm, others: Iterable[Alarm]) -> tuple[Notifier, ...]:
    """The alarm itself and the composite alarms that watch it, directly or through another composite alarm."""
    composites = [other for other in others if other.rule is not None]
    found = {alarm.arn: Notifier(alarm)}
    waiting = [Notifier(alarm)]
    while waiting:
        watched = waiting.pop()
        for composite in composites:
            if composite.arn not in found and _watches(composite, watched.alarm):
                follows = watched.follows and _is_any_of(composite.rule or "", watched.alarm)
                found[composite.arn] = Notifier(composite, follows)
                waiting.append(found[composite.arn])
    return tuple(found.values())


def _watches(composite: Alarm, alarm: Alarm) -> bool:
    return bool({alarm.name, alarm.arn} & {_named(token) for token in _TOKEN.finditer(composite.rule or "")})


def _is_any_of(rule: str, alarm: Alarm) -> bool:
    """Whether the rule is ALARM(...), or some of those joined with OR, and the alarm is one of them."""
    in_alarm = set()
    for token in _TOKEN.finditer(rule):
        if token["function"] == "ALARM":
            in_alarm.add(_named(token))
        elif not token["parenthesis"] and (token["operator"] or "").upper() != "OR":
            return False
    return bool({alarm.name, alarm.arn} & in_alarm)


def _named(token: re.Match[str]) -> str:
    """The alarm that a function of the rule is about, '' for an operator or a parenthesis."""
    return token["double"] or token["single"] or token["bare"] or ""


def topics_of(notifier: Notifier) -> tuple[str, ...]:
    """The SNS topics among the actions; a Lambda function, an EC2 or a Systems Manager action is none."""
    actions = dict.fromkeys(notifier.alarm.alarm_actions)
    return tuple(action for action in actions if action.split(":")[2:3] == ["sns"])


def judge_notifier(
    notifier: Notifier, topic_arn: str | None, mute_rules: Iterable[MuteRule] | Gap
) -> Iterator[Finding]:
    """Whether the alarm tells a topic when it goes off."""
    yield from _actions(notifier.alarm, topic_arn)
    if not notifier.follows:
        yield Finding(
            UNKNOWN,
            "ALARM_WITHOUT_ACTION",
            f"Composite alarm {notifier.alarm.name} notifies by the rule {notifier.alarm.rule}, "
            "and this audit can't tell whether it follows every change.",
            "Give the metric alarm an action of its own, or a composite alarm with the rule ALARM(its name).",
        )
    yield from _suppression(notifier.alarm)
    yield from _muting(notifier.alarm, mute_rules)
    yield from _history(notifier.alarm, topic_arn)


def _actions(alarm: Alarm, topic_arn: str | None) -> Iterator[Finding]:
    if not alarm.actions_enabled:
        yield Finding(
            FAIL,
            "ALARM_ACTIONS_DISABLED",
            f"The actions of alarm {alarm.name} are disabled, so it goes off and tells nobody.",
            f"Enable the actions of alarm {alarm.name}.",
        )
    if topic_arn is not None:
        return
    if alarm.alarm_actions:
        why = "only actions that are no SNS topic: " + ", ".join(alarm.alarm_actions)
    elif alarm.ok_actions or alarm.insufficient_data_actions:
        why = "actions for other states than ALARM only"
    else:
        why = "no action"
    yield Finding(
        FAIL,
        "ALARM_WITHOUT_ACTION",
        f"Alarm {alarm.name} has {why}, so it tells nobody when it goes off.",
        f"Give alarm {alarm.name} an SNS topic as its alarm action.",
    )


def _suppression(alarm: Alarm) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Composite_Alarm.html#Composite_Alarm_Suppression"""
    if alarm.suppressor is None:
        return
    now = alarm.suppressed_by is not None
    yield Finding(
        FAIL if now else WARN,
        "ALARM_MUTED",
        f"Alarm {alarm.suppressor} {'keeps' if now else 'can keep'} composite alarm {alarm.name} from acting"
        f"{' now' if now else ''}.",
        f"Take the actions suppressor from composite alarm {alarm.name}.",
    )


def _muting(alarm: Alarm, mute_rules: Iterable[MuteRule] | Gap) -> Iterator[Finding]:
    if isinstance(mute_rules, Gap):
        yield unread(mute_rules)
        return
    for rule in mute_rules:
        if alarm.name not in rule.alarm_names or rule.status == "EXPIRED":
            continue
        if rule.status == "ACTIVE":
            detail = f"Mute rule {rule.name} silences alarm {alarm.name} now."
            yield Finding(FAIL, "ALARM_MUTED", detail, f"Take alarm {alarm.name} out of mute rule {rule.name}.")
        else:
            detail = f"Mute rule {rule.name} will silence alarm {alarm.name} ({rule.schedule}, for {rule.duration})."
            yield Finding(WARN, "ALARM_MUTED", detail, f"Take alarm {alarm.name} out of mute rule {rule.name}.")


def _history(alarm: Alarm, topic_arn: str | None) -> Iterator[Finding]:
    """What became of the last message. The cause may be gone since, so a failure is a warning here.

    CloudWatch says nowhere else that SNS refused a message.
    """
    if isinstance(alarm.history, Gap):
        yield unread(alarm.history)
        return
    last = last_result(alarm, topic_arn)
    if last is not None and not last.succeeded:
        yield Finding(
            WARN,
            "ALARM_ACTION_FAILED",
            f"Alarm {alarm.name} last notified its topic on {last.at:%Y-%m-%d %H:%M} UTC, and failed: {last.detail}",
            "Mend the cause if it is still there, then run the drill.",
        )


def last_result(alarm: Alarm, topic_arn: str | None) -> ActionResult | None:
    """The latest result of notifying the topic, as far as the history was read."""
    if isinstance(alarm.history, Gap):
        return None
    results = [result for result in alarm.history if result.action == topic_arn]
    return max(results, key=lambda result: result.at, default=None)
