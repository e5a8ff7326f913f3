# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which trails qualify as the start of the path, and what the others lack. Pure.

A trail qualifies if it is multi-region, is logging, records management events that write, and sends
them to a log group of this account. That is the benchmark's audit, step 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from .arn import Arn
from .observation import Account, AdvancedSelector, BasicSelector, EventSelectors, Gap, Trail

READS, WRITES = "Read", "Write"


@dataclass(frozen=True)
class LogGroupReference:
    """A log group as a trail names it. The three parts are the ARN's own, never assumed."""

    arn: str  # without the trailing ':*'
    account: str
    region: str
    name: str


def log_group_of(trail: Trail) -> LogGroupReference | None:
    """The log group that the trail writes to, or None if it names none."""
    return parse_log_group_arn(trail.log_group_arn) if trail.log_group_arn else None


@lru_cache(maxsize=256)
def parse_log_group_arn(arn: str) -> LogGroupReference | None:
    """Account, region and name of a log group, from its ARN with or without the trailing ':*'; None for other text."""
    bare = arn.removesuffix(":*")
    parts = Arn.parse(bare)
    kind, _colon, name = parts.resource.partition(":")
    if parts.service != "logs" or kind != "log-group" or not name or ":" in name:
        return None
    return LogGroupReference(arn=bare, account=parts.account, region=parts.region, name=name)


def log_group_named(name: str, account: Account) -> LogGroupReference:
    """The log group of that name in the account, in the region that its reading starts in."""
    arn = str(Arn(account.partition, "logs", account.region, account.id, f"log-group:{name}"))
    return LogGroupReference(arn=arn, account=account.id, region=account.region, name=name)


def qualifies(trail: Trail, account_id: str) -> bool:
    """Whether the path of this account can start at the trail."""
    return not lacks(trail, account_id)


def lacks(trail: Trail, account_id: str) -> tuple[str, ...]:
    """What the trail lacks to be the start of this account's path, a sentence each; () if it qualifies."""
    sentences = []
    if not trail.is_multi_region:
        sentences.append("It records only one region.")
    if isinstance(trail.status, Gap):
        sentences.append(f"Its logging status could not be read: {trail.status.detail}")
    elif not trail.status.is_logging:
        sentences.append("It is not logging.")
    if isinstance(trail.selectors, Gap):
        sentences.append(f"Its event selectors could not be read: {trail.selectors.detail}")
    elif not records_management_writes(trail.selectors):
        sentences.append("It does not record write management events.")
    return (*sentences, *_lacks_of_log_group(trail, account_id))


def _lacks_of_log_group(trail: Trail, account_id: str) -> tuple[str, ...]:
    group = log_group_of(trail)
    if group is None:
        return ("It does not deliver to CloudWatch Logs.",)
    if group.account != account_id:
        return (f"Its log group is in account {group.account}, where the metric filter and the alarm must be.",)
    return ()


def records_management_writes(selectors: EventSelectors) -> bool:
    """Whether the selectors let through the management events that write, of every source but KMS and RDS Data."""
    return records_management(selectors, WRITES)


def records_management(selectors: EventSelectors, kind: str, source: str = "") -> bool:
    """Whether the selectors let through the management events of a kind, READS or WRITES.

    source: an event source whose events must be recorded. Without one, those of the sources that a trail can leave out,
    KMS and RDS Data, are not.
    Both kinds of selectors are ORed among themselves:
    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedEventSelector.html
    """
    return any(_basic_records(selector, kind, source) for selector in selectors.basic) or any(
        _advanced_records(selector, kind, source) for selector in selectors.advanced
    )


def _basic_records(selector: BasicSelector, kind: str, source: str) -> bool:
    has_kind = selector.read_write_type in ("All", f"{kind}Only")
    return selector.includes_management_events and has_kind and source not in selector.excluded_sources


def _advanced_records(selector: AdvancedSelector, kind: str, source: str) -> bool:
    is_management = any(
        condition.field == "eventCategory" and "Management" in condition.operators.get("Equals", ())
        for condition in selector.fields
    )
    return is_management and not any(
        _excludes(condition.field, condition.operators, kind, source) for condition in selector.fields
    )


# The only sources that a trail's selector for management events can leave out.
_EXCLUDABLE_SOURCES = frozenset({"kms.amazonaws.com", "rdsdata.amazonaws.com"})


def _excludes(field: str, operators: Mapping[str, tuple[str, ...]], kind: str, source: str) -> bool:
    """Whether a condition of a selector for management events keeps events of the kind, or of the source, out.

    A field that a trail's selector does not know today counts as one that does: better to say that a trail
    does not qualify than to rely on what it may leave out.
    """
    if field == "eventCategory":
        return False
    if field == "readOnly":
        kept_out = "true" if kind == WRITES else "false"
        other = "false" if kind == WRITES else "true"
        return kept_out in operators.get("Equals", ()) or other in operators.get("NotEquals", ())
    if field == "eventSource":
        left_out = frozenset(operators.get("NotEquals", ()))
        return set(operators) != {"NotEquals"} or not left_out <= _EXCLUDABLE_SOURCES or source in left_out
    return True
