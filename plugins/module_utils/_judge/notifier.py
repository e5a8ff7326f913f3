# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who acts on ALARM: the alarm itself, or a composite alarm that watches it; and does it act? Pure.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .._account.alarm_rule import Outcomes
from .._account.arn import Arn
from .._account.observation import ActionResult, Alarm, Gap, MuteRule
from .composites import NEVER, SURELY, UNSURE, Composites
from .findings import FAIL, UNKNOWN, WARN, Finding, unread

# Of a rule's 10,240 characters a sentence quotes so many.
_QUOTED = 200


@dataclass(frozen=True)
class Notifier:
    """The alarm whose actions notify; is it in ALARM before the metric alarm is, and after?"""

    alarm: Alarm
    before: Outcomes = NEVER
    after: Outcomes = SURELY
    doubt: str = ""  # why that can't be known, in words


def notifiers_of(alarm: Alarm, composites: Composites) -> tuple[Notifier, ...]:
    """The alarm itself and the composite alarms that watch it, directly or through another composite alarm."""
    watching = composites.watching(alarm)
    outcomes = composites.outcomes(alarm, watching)
    return (Notifier(alarm), *(Notifier(one, *outcomes[one.arn]) for one in watching))


def topics_of(notifier: Notifier) -> tuple[str, ...]:
    """The SNS topics among the actions; a Lambda function, an EC2 or a Systems Manager action is none."""
    actions = dict.fromkeys(notifier.alarm.alarm_actions)
    return tuple(action for action in actions if Arn.parse(action).service == "sns")


def judge_notifier(
    notifier: Notifier, topic_arn: str | None, mute_rules: Iterable[MuteRule] | Gap
) -> Iterator[Finding]:
    """Whether the alarm notifies a topic when it goes into ALARM."""
    yield from _actions(notifier.alarm, topic_arn)
    yield from _rule(notifier)
    yield from _suppression(notifier.alarm)
    yield from _muting(notifier.alarm, mute_rules)
    yield from _history(notifier.alarm, topic_arn)


def _rule(notifier: Notifier) -> Iterator[Finding]:
    """Whether a composite alarm goes into ALARM when the metric alarm does, whatever state the other alarms are in."""
    alarm, before, after = notifier.alarm, notifier.before, notifier.after
    rule = alarm.rule or ""
    quoted = rule if len(rule) <= _QUOTED else f"{rule[:_QUOTED]}..."
    subject = f"Composite alarm {alarm.name} notifies by the rule {quoted}"
    fix = "Configure an action on the metric alarm, or on a composite alarm with the rule ALARM(its name)."
    if notifier.doubt:
        detail = f"{subject}. Whether it follows every change could not be determined: {notifier.doubt}."
        yield Finding(UNKNOWN, "ALARM_WITHOUT_ACTION", detail, fix)
    elif after == SURELY == before:
        detail = f"{subject}, which is also true without a change, so it stays in ALARM and never notifies."
        yield Finding(FAIL, "ALARM_COMPOSITE_RULE", detail, fix)
    elif after == NEVER == before:
        yield Finding(FAIL, "ALARM_COMPOSITE_RULE", f"{subject}, which is never true.", fix)
    elif after == NEVER:
        detail = f"{subject}, which is true after the metric alarm leaves ALARM and not while it is in ALARM."
        yield Finding(UNKNOWN, "ALARM_WITHOUT_ACTION", detail, fix)
    elif after == UNSURE:
        detail = f"{subject}, and this audit can't determine whether it follows every change."
        yield Finding(UNKNOWN, "ALARM_WITHOUT_ACTION", detail, fix)
    elif before == UNSURE:
        detail = f"{subject}, so while another alarm keeps it in ALARM, a change does not notify."
        yield Finding(WARN, "ALARM_COMPOSITE_RULE", detail, fix)


def _actions(alarm: Alarm, topic_arn: str | None) -> Iterator[Finding]:
    if not alarm.actions_enabled:
        yield Finding(
            FAIL,
            "ALARM_ACTIONS_DISABLED",
            f"The actions of alarm {alarm.name} are disabled, so it notifies no SNS topic.",
            f"Enable the actions of alarm {alarm.name}.",
        )
    if topic_arn is not None:
        return
    if alarm.alarm_actions:
        why = f"only actions that are no SNS topic ({', '.join(alarm.alarm_actions)})"
    elif alarm.ok_actions or alarm.insufficient_data_actions:
        why = "actions only for states other than ALARM"
    else:
        why = "no action"
    yield Finding(
        FAIL,
        "ALARM_WITHOUT_ACTION",
        f"Alarm {alarm.name} has {why}, so it notifies no SNS topic when it goes into ALARM.",
        f"Configure an SNS topic as alarm action of alarm {alarm.name}.",
    )


def _suppression(alarm: Alarm) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Composite_Alarm.html#Composite_Alarm_Suppression"""
    if alarm.suppressor is None:
        return
    now = alarm.suppressed_by is not None
    does = "now suppresses" if now else "can suppress"
    yield Finding(
        FAIL if now else WARN,
        "ALARM_MUTED",
        f"Alarm {alarm.suppressor} {does} the actions of composite alarm {alarm.name}.",
        f"Remove the actions suppressor from composite alarm {alarm.name}.",
    )


def _muting(alarm: Alarm, mute_rules: Iterable[MuteRule] | Gap) -> Iterator[Finding]:
    if isinstance(mute_rules, Gap):
        yield unread(mute_rules)
        return
    for rule in mute_rules:
        if alarm.name not in rule.alarm_names or rule.status == "EXPIRED":
            continue
        if rule.status == "ACTIVE":
            detail = f"Mute rule {rule.name} mutes alarm {alarm.name} now."
            yield Finding(FAIL, "ALARM_MUTED", detail, f"Remove alarm {alarm.name} from mute rule {rule.name}.")
        else:
            detail = f"Mute rule {rule.name} will mute alarm {alarm.name} ({rule.schedule}, for {rule.duration})."
            yield Finding(WARN, "ALARM_MUTED", detail, f"Remove alarm {alarm.name} from mute rule {rule.name}.")


def _history(alarm: Alarm, topic_arn: str | None) -> Iterator[Finding]:
    """What became of the last message. The cause may be gone since, so a failure is a warning here.

    CloudWatch reports nowhere else that SNS refused a message.
    """
    if isinstance(alarm.history, Gap):
        yield unread(alarm.history)
        return
    last = last_result(alarm, topic_arn)
    if last is not None and not last.succeeded:
        yield Finding(
            WARN,
            "ALARM_ACTION_FAILED",
            f"The last notification of alarm {alarm.name}, on {last.at:%Y-%m-%d %H:%M} UTC, failed: {last.detail}",
            "Fix the cause if it persists, then run the drill.",
        )


def last_result(alarm: Alarm, topic_arn: str | None) -> ActionResult | None:
    """The latest result of notifying the topic, as far as the history was read."""
    if isinstance(alarm.history, Gap):
        return None
    results = [result for result in alarm.history if result.action == topic_arn]
    return max(results, key=lambda result: result.at, default=None)
