# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWS would refuse, or would do no good, told by what was requested alone, before anything is read. Pure.

Follows the API references of PutMetricFilter, PutMetricAlarm, CreateTopic and TagResource.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from .._account.arn import is_topic_arn
from .._account.observation import MetricFilter, Transformation
from . import metric_filter
from .desired import Desired, Wanted
from .log_alarm import LONGEST_NAME
from .log_alarm_role import role_fault
from .publish_policy import AWS_KEY, aws_key_fault

_TOPIC_NAME = re.compile(r"[A-Za-z0-9_-]{1,256}")
_ALARM_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,255}")
_ORGANIZATION_ID = re.compile(r"o-[a-z0-9]{10,32}")
_LONGEST_DISPLAY_NAME = 100
_LONGEST_DESCRIPTION = 1024
_TAG_TEXT = re.compile(r"[\w\s.:/=+\-@]*")
_LONGEST_TAG_KEY = 128
_LONGEST_TAG_VALUE = 256
_MOST_TAGS = 50
_SHORT_PERIODS = (10, 20, 30)  # seconds
_HOUR, _DAY, _WEEK = 3600, 86_400, 604_800  # seconds


def refusals(desired: Desired) -> tuple[str, ...]:
    """A sentence for each thing that stands in the way; () if nothing does."""
    if desired.state == "absent":
        return (*_log_group(desired), *_topic_arns(desired))
    return (
        *_benchmarks(desired),
        *_log_group(desired),
        *(fault for wanted in desired.wanted for fault in _of_control(desired, wanted)),
        *(fault for wanted in desired.not_chosen for fault in _of_alarm(wanted)),
        *_names_used_twice(desired),
        *_log_alarms(desired),
        *_topic_arns(desired),
        *_topic(desired),
        *(subscriber.fault for subscriber in desired.subscriptions if subscriber.fault),
        *_tags(desired),
    )


def _benchmarks(desired: Desired) -> Iterator[str]:
    if not desired.benchmarks:
        yield "benchmarks is empty, so there is no metric filter to create. Name at least one benchmark."
    if not desired.wanted:
        yield "No control is enabled. Name at least one in controls that overrides does not disable."


def _log_group(desired: Desired) -> Iterator[str]:
    if desired.log_group_name:
        yield from metric_filter.group_name_faults(desired.log_group_name)


def _of_control(desired: Desired, wanted: Wanted) -> Iterator[str]:
    transformation = Transformation(wanted.metric_name, wanted.metric_namespace, "1")
    patterns = wanted.patterns(desired.benchmarks)
    if desired.benchmarks and not patterns:
        yield (
            f"None of the benchmarks {', '.join(desired.benchmarks)} has the control {wanted.control.name}. "
            "Name a benchmark that has it, or remove the control."
        )
    filters = (MetricFilter(name, pattern, (transformation,)) for name, pattern in patterns.items())
    yield from dict.fromkeys(fault for one in filters for fault in metric_filter.faults(one))
    yield from _of_alarm(wanted)


def _of_alarm(wanted: Wanted) -> Iterator[str]:
    if not _ALARM_NAME.fullmatch(wanted.alarm_name):
        yield f"alarm_name is {wanted.alarm_name!r}, but it must have 1 to 255 characters and no control characters."
    if wanted.description and len(wanted.description) > _LONGEST_DESCRIPTION:
        count = len(wanted.description)
        yield f"description has {count} characters, but CloudWatch accepts at most {_LONGEST_DESCRIPTION}."
    yield from _evaluation(wanted)


def _evaluation(wanted: Wanted) -> Iterator[str]:
    period, count = wanted.period, wanted.evaluation_periods
    if period not in _SHORT_PERIODS and (period < 60 or period % 60):
        yield f"period is {period}, but CloudWatch accepts 10, 20, 30 or a multiple of 60 seconds."
    if count < 1:
        yield f"evaluation_periods is {count}, but it must be 1 or more."
    if period * count > (_WEEK if period >= _HOUR else _DAY):
        yield (
            f"{count} periods of {period} seconds are too long: an alarm evaluates at most one day, "
            "or seven days if its period is an hour or more."
        )


def _names_used_twice(desired: Desired) -> Iterator[str]:
    filters = [name for one in desired.wanted for name in one.patterns(desired.benchmarks)]
    log_alarms = [one.log_alarm_name for one in desired.wanted] if desired.log_alarms else []
    alarms = [*(one.alarm_name for one in desired.wanted), *log_alarms]
    for kind, names in (("metric filters", filters), ("alarms", alarms)):
        for name, count in Counter(names).items():
            if count > 1:
                yield f"{count} {kind} would have the name {name}. Give each control its own names."


def _log_alarms(desired: Desired) -> Iterator[str]:
    if not desired.log_alarms:
        return
    if fault := role_fault(desired.log_alarms_role):
        yield fault
    for wanted in desired.wanted:
        name = wanted.log_alarm_name
        if len(wanted.alarm_name) <= LONGEST_NAME < len(name):
            yield (
                f"The log alarm of {wanted.control.name} would have the name {name!r} with {len(name)} characters, but "
                f"CloudWatch accepts at most {LONGEST_NAME}. Set a shorter alarm_name."
            )


def _topic_arns(desired: Desired) -> Iterator[str]:
    given = (desired.topic_arn, *(one.topic_arn for one in (*desired.wanted, *desired.not_chosen)))
    for arn in dict.fromkeys(filter(None, given)):
        if not is_topic_arn(arn):
            yield f"topic_arn is {arn!r}, which is not the ARN of an SNS topic."
        elif arn.endswith(".fifo"):
            yield f"Topic {arn} is a FIFO topic, which alarms can't notify. Name a standard topic."


def _topic(desired: Desired) -> Iterator[str]:
    name = desired.topic_name
    if name and name.endswith(".fifo"):
        yield f"topic_name is {name!r}, the name of a FIFO topic, which alarms can't notify. Name a standard topic."
    elif name and not _TOPIC_NAME.fullmatch(name):
        yield f"topic_name is {name!r}, but it must have 1 to 256 letters, digits, hyphens and underscores."
    display_name = desired.topic_display_name or ""
    if len(display_name) > _LONGEST_DISPLAY_NAME:
        yield f"topic_display_name has {len(display_name)} characters, but SNS accepts at most {_LONGEST_DISPLAY_NAME}."
    key_id, organization_id = desired.kms_key_id, desired.organization_id
    if key_id and key_id.endswith(AWS_KEY):
        yield aws_key_fault(key_id)
    if organization_id and not _ORGANIZATION_ID.fullmatch(organization_id):
        yield f"organization_id is {organization_id!r}, but an organization id looks like o-a1b2c3d4e5."
    if desired.topic_arn and (key_id or organization_id):
        yield "kms_key_id and organization_id require topic_name. A topic that topic_arn names is left as it is."


def _tags(desired: Desired) -> Iterator[str]:
    tags = desired.tags or {}
    if len(tags) > _MOST_TAGS:
        yield f"tags has {len(tags)} tags, but AWS accepts at most {_MOST_TAGS}."
    for key, value in tags.items():
        if not 1 <= len(key) <= _LONGEST_TAG_KEY or len(value) > _LONGEST_TAG_VALUE:
            yield (
                f"Tag {key!r} is too long or has an empty key: a key has 1 to {_LONGEST_TAG_KEY} characters, "
                f"a value at most {_LONGEST_TAG_VALUE}."
            )
        elif key.lower().startswith("aws:"):
            yield f"Tag {key!r} begins with 'aws:', a prefix that AWS reserves."
        elif not (_TAG_TEXT.fullmatch(key) and _TAG_TEXT.fullmatch(value)):
            yield f"Tag {key!r} has characters other than letters, digits, spaces and '_.:/=+-@'."
