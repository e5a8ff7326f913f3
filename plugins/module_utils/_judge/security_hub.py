# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Security Hub would say of a CloudWatch metric filter control, with its own result codes. Pure.

Follows https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html and the reason codes in
https://docs.aws.amazon.com/securityhub/latest/userguide/controls-findings-asff-compliance.html.
"The exact metric filters": the text is compared. White space makes no difference, since AWS's own page and the
benchmark write the same pattern with and without it; the order of the events and quotes do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .._account.arn import Arn
from .._account.observation import Alarm, Gap, LogGroup, MetricFilter, Observation, Topic, Trail
from .._account.trails import WRITES, LogGroupReference, log_group_of, records_management
from .._controls import SECURITY_HUB, Control, squeezed
from .findings import FAIL, OK, PASS, UNKNOWN
from .once import once

NO_DATA = "NO_DATA"


@dataclass(frozen=True)
class Result:
    """A result of Security Hub: its status in our words, its reason code, and why."""

    status: str  # pass, fail or unknown (Security Hub: PASSED, FAILED, and WARNING or NO_DATA)
    code: str
    why: str


# How far the check got, from the start to the end: of several trails, filters or alarms the furthest counts.
_ORDER = (
    "CLOUDTRAIL_MULTI_REGION_NOT_PRESENT",
    "CLOUDTRAIL_METRIC_FILTERS_NOT_PRESENT",
    "CLOUDTRAIL_METRIC_FILTER_NOT_VALID",
    "CLOUDWATCH_ALARMS_NOT_PRESENT",
    "CLOUDWATCH_ALARM_ACTIONS_NOT_VALID",
    "SNS_TOPIC_INVALID",
    "SNS_SUBSCRIPTION_NOT_PRESENT",
)


def evaluate(observation: Observation, control: Control) -> Result:
    """The result in the region that the observation started in: Security Hub judges each region on its own.

    Raises KeyError for a control that Security Hub does not have.
    """
    if isinstance(observation.trails, Gap):
        return _unread(observation.trails)
    usable = [trail for trail in observation.trails if _could_be_multi_region(trail, control)]
    here = [trail for trail in usable if _is_judged_here(trail, observation)]
    if usable and not here:
        return _no_data(observation, usable[0], control)
    return _in_region(observation, here, control)


def _in_region(observation: Observation, trails: Sequence[Trail], control: Control) -> Result:
    """Where it is not established which of several texts it takes, it passes for sure only if it finds all of them."""
    prescription = control.prescriptions[SECURITY_HUB]
    texts = dict.fromkeys(text for alternative in prescription.satisfied_by for text in alternative)
    results = [_with_text(observation, trails, text) for text in texts]
    found = _best(results) or results[0]
    if found.status != PASS or not prescription.instead or all(result.status == PASS for result in results):
        return found
    number = prescription.id
    why = f"AWS does not document which of {len(results)} patterns makes {number} pass, and not all of them exist."
    return Result(UNKNOWN, "CLOUDTRAIL_METRIC_FILTER_NOT_VALID", why)


def _with_text(observation: Observation, trails: Sequence[Trail], text: str) -> Result:
    results = [result for trail in trails for result in _of_trail(observation, trail, text)]
    return _best(results) or Result(
        FAIL,
        "CLOUDTRAIL_MULTI_REGION_NOT_PRESENT",
        "No multi-region trail logs all management events and has a log group.",
    )


def _best(results: Sequence[Result]) -> Result | None:
    for status in (PASS, UNKNOWN):
        for result in results:
            if result.status == status:
                return result
    return max(results, key=lambda result: _ORDER.index(result.code), default=None)


def _could_be_multi_region(trail: Trail, control: Control) -> bool:
    """Whether it may be the trail that the control asks for, as far as it was read.

    The control about KMS keys fails where the trail leaves out the events of KMS.
    """
    if not trail.is_multi_region or log_group_of(trail) is None:
        return False
    if not isinstance(trail.status, Gap) and not trail.status.is_logging:
        return False
    if isinstance(trail.selectors, Gap):
        return True
    sources = control.trail.excluded_sources or ("",)
    return all(records_management(trail.selectors, WRITES, source) for source in sources)


def _is_judged_here(trail: Trail, observation: Observation) -> bool:
    """Only the account that owns the trail is judged by it, and only in the trail's home region."""
    return trail.home_region == observation.account.region and _owner(trail) == observation.account.id


def _owner(trail: Trail) -> str:
    return Arn.parse(trail.arn).account


def _no_data(observation: Observation, trail: Trail, control: Control) -> Result:
    if _owner(trail) != observation.account.id:
        why = f"The multi-region trail {trail.name} belongs to account {_owner(trail)} and is evaluated there."
        return Result(UNKNOWN, NO_DATA, why)
    there = _in_region(observation, [trail], control)
    why = f"The home region of trail {trail.name} is {trail.home_region}, and Security Hub evaluates it only there: "
    return Result(UNKNOWN, NO_DATA, f"{why}{there.status} ({there.code}).")


def _unread(gap: Gap) -> Result:
    return Result(UNKNOWN, gap.code, gap.detail)


def _of_trail(observation: Observation, trail: Trail, pattern: str) -> Iterator[Result]:
    """A result for each place where the check could end."""
    for part in (trail.status, trail.selectors):
        if isinstance(part, Gap):
            yield _unread(part)
            return
    reference = log_group_of(trail)
    if reference is None:
        raise AssertionError("a trail without a log group is left out before this")
    group = observation.log_groups.get(reference.arn)
    if isinstance(group, Gap):
        yield _unread(group)
    elif group is None or group.filters == ():
        why = f"Log group {reference.name} of the multi-region trail has no metric filter."
        yield Result(FAIL, "CLOUDTRAIL_METRIC_FILTERS_NOT_PRESENT", why)
    elif isinstance(group.filters, Gap):
        yield _unread(group.filters)
    else:
        yield from _of_group(observation, reference, group, pattern)


def _of_group(
    observation: Observation,
    reference: LogGroupReference,
    group: LogGroup,
    pattern: str,
) -> Iterator[Result]:
    exact = _by_text(group).get(squeezed(pattern), ())
    if not exact:
        why = f"No metric filter on log group {reference.name} has exactly the prescribed pattern."
        yield Result(FAIL, "CLOUDTRAIL_METRIC_FILTER_NOT_VALID", why)
        return
    alarms = observation.alarms.get(group.region, ())
    if isinstance(alarms, Gap):
        yield _unread(alarms)
        return
    for metric_filter in exact:
        yield from _of_filter(observation, metric_filter, alarms)


@once
def _by_text(group: LogGroup) -> Mapping[str, Sequence[MetricFilter]]:
    """The filters by their texts without white space."""
    found: dict[str, list[MetricFilter]] = {}
    for one in () if isinstance(group.filters, Gap) else group.filters:
        found.setdefault(squeezed(one.pattern), []).append(one)
    return found


def _of_filter(observation: Observation, metric_filter: MetricFilter, alarms: Sequence[Alarm]) -> Iterator[Result]:
    metrics = {(one.metric_namespace, one.metric_name) for one in metric_filter.transformations}
    watching = [alarm for alarm in alarms if (alarm.metric_namespace, alarm.metric_name) in metrics]
    if not watching:
        why = f"No alarm watches the metric of metric filter {metric_filter.name}."
        yield Result(FAIL, "CLOUDWATCH_ALARMS_NOT_PRESENT", why)
    for alarm in watching:
        topics = [action for action in alarm.alarm_actions if Arn.parse(action).service == "sns"]
        if not topics:
            yield Result(FAIL, "CLOUDWATCH_ALARM_ACTIONS_NOT_VALID", f"Alarm {alarm.name} notifies no SNS topic.")
        for arn in topics:
            yield _of_topic(arn, observation.topics.get(arn), observation.account.id)


def _of_topic(arn: str, topic: Topic | Gap | None, account_id: str) -> Result:
    subscriptions = topic.subscriptions if isinstance(topic, Topic) else topic
    if subscriptions is None:
        return Result(FAIL, "SNS_TOPIC_INVALID", f"Topic {arn} does not exist.")
    if isinstance(subscriptions, Gap):
        owner = Arn.parse(arn).account
        if owner == account_id:
            return _unread(subscriptions)
        why = f"Topic {arn} belongs to account {owner}, which does not allow this account to list its subscribers."
        return Result(UNKNOWN, "SNS_TOPIC_CROSS_ACCOUNT", why)
    if not any(subscription.is_confirmed for subscription in subscriptions):
        return Result(FAIL, "SNS_SUBSCRIPTION_NOT_PRESENT", f"Topic {arn} has no confirmed subscriber.")
    return Result(PASS, OK, "The prescribed filter, an alarm on its metric and a confirmed subscriber exist.")
