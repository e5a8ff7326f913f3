# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge the first two links of a path: the trail, and the log group that it writes to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from .._account.observation import Gap, LogGroup, Trail, TrailStatus
from .._account.trails import READS, WRITES, LogGroupReference, log_group_of, records_management
from .._controls import Trail as Needs
from .findings import ELSEWHERE, FAIL, RESPONSE_INCOMPLETE, UNKNOWN, WARN, Finding, Link, unread


def judge_trail(trail: Trail, needs: Needs, read_at: datetime, stale_after: timedelta) -> Link:
    """Whether the trail delivers every management event of the control to a log group now."""
    findings = [
        *_scope(trail, needs),
        *_status(trail, read_at, stale_after),
        *_selectors(trail, needs),
        *_global_events(trail, needs),
        *_destination(trail),
    ]
    whole = f"Trail {trail.name} records the events of this control and delivers them to CloudWatch Logs."
    return Link.judged("trail", trail.arn, findings, whole)


def missing_trail() -> Link:
    """The link of an account without a trail."""
    finding = Finding(
        FAIL,
        "TRAIL_MISSING",
        "The account has no trail, which the benchmark requires as the source of the events.",
        "Create a multi-region trail that delivers to a CloudWatch Logs log group.",
    )
    return Link("trail", "", (finding,))


def no_trail_writes_to(group: LogGroupReference) -> Link:
    """The link of a path that starts at a log group which is no trail's."""
    finding = Finding(
        FAIL,
        "TRAIL_WITHOUT_LOG_GROUP",
        f"No trail delivers to log group {group.name} in {group.region}, as the benchmark requires.",
        f"Configure a multi-region trail to deliver to {group.name}, or create the filter on the trail's log group.",
    )
    return Link("trail", "", (finding,))


def _scope(trail: Trail, needs: Needs) -> Iterator[Finding]:
    """Global services are recorded in one region of the partition, sign-ins to the console in several.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html, global service events
    """
    if trail.is_multi_region:
        return
    regions, home = needs.regions, trail.home_region
    fix = f"Make trail {trail.name} a multi-region trail."
    if regions is None:
        detail = f"Trail {trail.name} records only {home}, so changes in other regions are not recorded."
    elif home in regions:
        detail = (
            f"Trail {trail.name} records only {home}. All events are there, but the benchmark requires every region."
        )
        yield Finding(WARN, "TRAIL_SINGLE_REGION", detail, fix)
        return
    elif regions:
        detail = f"Trail {trail.name} records only {home}, but the events of this control are recorded in {regions[0]}."
    else:
        detail = (
            f"Trail {trail.name} records only {home}, but the events of this control are recorded in several regions."
        )
    yield Finding(FAIL, "TRAIL_SINGLE_REGION", detail, fix)


def _status(trail: Trail, read_at: datetime, stale_after: timedelta) -> Iterator[Finding]:
    if isinstance(trail.status, Gap):
        yield unread(trail.status)
        return
    if not trail.status.is_logging:
        yield Finding(
            FAIL,
            "TRAIL_NOT_LOGGING",
            f"Trail {trail.name} is stopped, so it records no events.",
            f"Start logging on trail {trail.name}.",
        )
    if trail.log_group_arn:
        yield from _delivery(trail.name, trail.status, read_at, stale_after)


def _delivery(name: str, status: TrailStatus, read_at: datetime, stale_after: timedelta) -> Iterator[Finding]:
    if status.delivery_error:
        yield Finding(
            FAIL,
            "TRAIL_DELIVERY_FAILING",
            f"Trail {name} can't deliver to its log group: CloudTrail reports {status.delivery_error.rstrip('.')}.",
            f"Configure trail {name} with an existing log group and a role that may write to it.",
        )
        return
    check = f"Check that trail {name} is in use and that its role may write to the log group."
    if status.last_delivery is None:
        detail = f"Trail {name} has not delivered anything to its log group yet."
        yield Finding(WARN, "TRAIL_DELIVERY_STALE", detail, check)
    elif read_at - status.last_delivery > stale_after:
        hours = int((read_at - status.last_delivery) / timedelta(hours=1))
        age = "1 hour" if hours == 1 else f"{hours} hours"
        detail = f"Trail {name} last delivered to its log group {age} before this audit."
        yield Finding(WARN, "TRAIL_DELIVERY_STALE", detail, check)


def _selectors(trail: Trail, needs: Needs) -> Iterator[Finding]:
    if isinstance(trail.selectors, Gap):
        yield unread(trail.selectors)
        return
    fix = f"Configure trail {trail.name} to record read and write management events."
    if not records_management(trail.selectors, WRITES):
        detail = f"The event selectors of trail {trail.name} exclude write management events."
        yield Finding(FAIL, "TRAIL_EVENTS_EXCLUDED", detail, fix)
        return
    if needs.reads and not records_management(trail.selectors, READS):
        detail = (
            f"The event selectors of trail {trail.name} exclude read management events, which are most of the events "
            "of this control."
        )
        yield Finding(FAIL, "TRAIL_EVENTS_EXCLUDED", detail, fix)
    for source in needs.excluded_sources:
        if not records_management(trail.selectors, WRITES, source):
            detail = (
                f"The event selectors of trail {trail.name} exclude {source}, the source of all events of this control."
            )
            yield Finding(FAIL, "TRAIL_EVENTS_EXCLUDED", detail, f"Configure trail {trail.name} to record {source}.")


def _global_events(trail: Trail, needs: Needs) -> Iterator[Finding]:
    """A single-region trail can leave out the events of global services; a multi-region trail always has them.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-create-and-update-a-trail-by-using-the-aws-cli-update-trail.html
    """
    if trail.is_multi_region or trail.has_global_events or needs.global_service is False:
        return
    left_out = f"Trail {trail.name} does not include global service events"
    fix = f"Make trail {trail.name} a multi-region trail, which always includes global service events."
    if needs.global_service:
        yield Finding(FAIL, "TRAIL_EVENTS_EXCLUDED", f"{left_out}, so the events of this control are missing.", fix)
    else:
        detail = f"{left_out}. AWS does not document whether the events of this control are among them."
        yield Finding(UNKNOWN, "TRAIL_EVENTS_EXCLUDED", detail, fix)


def _destination(trail: Trail) -> Iterator[Finding]:
    if log_group_of(trail) is None:
        yield Finding(
            FAIL,
            "TRAIL_WITHOUT_LOG_GROUP",
            f"Trail {trail.name} does not deliver to a CloudWatch Logs log group.",
            f"Configure trail {trail.name} with a log group and a role that may write to it.",
        )


def judge_log_group(
    reference: LogGroupReference, group: LogGroup | Gap | None, account_id: str, also: Iterable[Finding] = ()
) -> Link:
    """Whether metric filters can work on the log group; `also` is what else was found about it.

    They need the STANDARD class:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html
    """
    where = f"{reference.name} in {reference.region}"
    if reference.account != account_id:
        return _log_group_elsewhere(reference)
    if isinstance(group, Gap):
        return Link("log_group", reference.arn, (unread(group),))
    if group is None:
        finding = Finding(
            FAIL,
            "LOG_GROUP_MISSING",
            f"The trail delivers to log group {where}, which does not exist.",
            f"Create log group {where}, or configure the trail with an existing one.",
        )
        return Link("log_group", reference.arn, (finding,))
    return Link.judged(
        "log_group", reference.arn, [*_log_class(group), *also], f"Log group {where} receives the events."
    )


def unread_log_group(reference: LogGroupReference) -> Link:
    """The link of a log group of this account that the observation does not speak of."""
    finding = Finding(
        UNKNOWN, RESPONSE_INCOMPLETE, f"Log group {reference.name} in {reference.region} was not read.", "Audit again."
    )
    return Link("log_group", reference.arn, (finding,))


def _log_group_elsewhere(reference: LogGroupReference) -> Link:
    finding = Finding(
        ELSEWHERE,
        "LOG_GROUP_IN_OTHER_ACCOUNT",
        f"The trail delivers to log group {reference.name} of account {reference.account} in {reference.region}, "
        "so the metric filter and the alarm must be in that account.",
        f"Audit account {reference.account}. This account is covered if that one is compliant.",
    )
    return Link("log_group", reference.arn, (finding,))


def _log_class(group: LogGroup) -> Iterator[Finding]:
    if isinstance(group.log_class, Gap):
        yield unread(group.log_class)
    elif group.log_class != "STANDARD":
        yield Finding(
            FAIL,
            "LOG_GROUP_CLASS_UNSUPPORTED",
            f"Log group {group.name} has class {group.log_class}, which does not support metric filters.",
            "Configure the trail with a log group of class STANDARD. The class of a log group can't be changed.",
        )
