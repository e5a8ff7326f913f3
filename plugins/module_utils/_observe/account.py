# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read an account, once, along the path from trail to subscriber. Reads only, ever.

Each step needs what the one before it found. The calls themselves are in trails.py, log_groups.py, alarms.py and
topics.py.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from .._account.arn import Arn, is_topic_arn
from .._account.observation import Account, Alarm, Gap, Key, LogGroup, MetricFilter, MuteRule, Observation, Role, Topic
from .._account.sought import Sought
from .._account.trails import LogGroupReference, log_group_named, log_group_of, parse_log_group_arn
from .._aws.clients import Clients
from .._aws.task import identity_of
from .._controls import SECURITY_GROUP_CHANGES, Control
from .._controls.proofs import Budget
from .._controls.reading import examine
from .._controls.subject import is_prescribed
from .alarms import (
    Entry,
    concerning,
    list_alarms,
    list_log_alarms,
    log_alarms_on,
    read_alarms,
    read_mute_rules,
    users_of,
)
from .log_groups import read_log_group
from .pipelines import read_pipelines
from .reader import Reader, together
from .roles import read_role
from .topics import read_key, read_organization_id, read_topic
from .trails import list_trails, read_trail


def observe(clients: Clients, controls: Sequence[Control] = (SECURITY_GROUP_CHANGES,)) -> Observation:
    """Read what concerns these controls of the clients' account. Raises TaskError as both its parts do."""
    return observe_alarms_and_topics(clients, observe_log_groups(clients), controls)


def observe_log_groups(clients: Clients, log_group_name: str | None = None) -> Observation:
    """Read the account's trails and their log groups only, and the one of the given name: enough to find records.

    Raises TaskError for anything but a call that is denied or cut short.
    """
    reader = Reader(clients)
    account = read_account(clients)
    listed = list_trails(reader, account.region)
    entries = () if isinstance(listed, Gap) else listed
    wanted = {reference.arn: reference for reference in _log_groups_of(account, entries)}
    if log_group_name:
        reference = log_group_named(log_group_name, account)
        wanted[reference.arn] = reference
    trails = together([functools.partial(read_trail, reader, entry) for entry in entries])
    groups = together([functools.partial(read_log_group, reader, reference) for reference in wanted.values()])
    return Observation(
        account=account,
        read_at=datetime.now(tz=UTC),
        trails=listed if isinstance(listed, Gap) else tuple(trails),
        log_groups=dict(zip(wanted, groups, strict=True)),
    )


def observe_alarms_and_topics(
    clients: Clients, observation: Observation, controls: Sequence[Control], sought: Sought | None = None
) -> Observation:
    """Add the alarms of each region that has filters for one of the controls, and the topics that they notify.

    Also what is sought by name. Raises TaskError for anything but a call that is denied or cut short.
    """
    reader = Reader(clients)
    metric_names = _metric_names(observation, controls, sought)
    found = together([functools.partial(list_alarms, reader, region) for region in metric_names])
    listed = dict(zip(metric_names, found, strict=True))
    gaps = {region: entries for region, entries in listed.items() if isinstance(entries, Gap)}
    kept = {
        region: concerning(entries, metric_names[region], sought.alarm_names if sought else frozenset())
        for region, entries in listed.items()
        if not isinstance(entries, Gap)
    }
    alarms = {**_read_each_alarm(reader, kept, sought), **gaps}
    mute_rules = {**_read_mute_rules(reader, kept), **gaps}
    acting = [region for region, entries in kept.items() if any(entry.get("AlarmActions") for entry in entries)]
    hinting = {**listed, **_read_log_alarms(reader, observation, listed)}
    topics = _read_each_topic(reader, observation.account, kept, sought)
    keys = _read_keys(reader, sought)
    return dataclasses.replace(
        observation,
        alarms=alarms,
        log_alarms=tuple(
            alarm
            for region, entries in hinting.items()
            if not isinstance(entries, Gap)
            for alarm in log_alarms_on(entries, region, observation.log_groups)
        ),
        mute_rules=mute_rules,
        pipelines={region: read_pipelines(reader, region) for region in acting},
        topics=topics,
        topic_users=_topic_users(listed, sought),
        keys=keys,
        log_alarms_role=_read_role(reader, sought),
        organization_id=read_organization_id(reader, observation.account.region, _policies(topics, keys)),
    )


def _read_log_alarms(
    reader: Reader, observation: Observation, listed: Mapping[str, object]
) -> dict[str, tuple[Entry, ...] | Gap]:
    """By region: the log alarms, where a trail delivers to a log group and no alarms are listed yet."""
    trails = () if isinstance(observation.trails, Gap) else observation.trails
    logging = [one for one in trails if isinstance(one.status, Gap) or one.status.is_logging]
    groups = [observation.log_groups.get(place.arn) for one in logging if (place := log_group_of(one))]
    regions = dict.fromkeys(one.region for one in groups if isinstance(one, LogGroup) and one.region not in listed)
    return {region: list_log_alarms(reader, region) for region in regions}


def read_account(clients: Clients) -> Account:
    """The account of the credentials. Raises TaskError."""
    region: str = clients.client("sts").meta.region_name  # says what to do if no region is given
    identity = identity_of(clients)
    partition = Arn.parse(identity["Arn"]).partition
    return Account(id=identity["Account"], partition=partition, region=region, caller_arn=identity["Arn"])


def _log_groups_of(account: Account, entries: Iterable[Entry]) -> Iterable[LogGroupReference]:
    """The trails' log groups that can be read from here: those of this account."""
    for entry in entries:
        reference = parse_log_group_arn(entry.get("CloudWatchLogsLogGroupArn") or "")
        if reference and reference.account == account.id:
            yield reference


def _metric_names(
    observation: Observation, controls: Sequence[Control], sought: Sought | None
) -> Mapping[str, frozenset[str]]:
    """By region: the metrics whose alarms may matter, those of filters that concern a control and the one sought."""
    names: dict[str, set[str]] = {}
    is_concerned = Concerned(controls)
    for group in observation.log_groups.values():
        if isinstance(group, LogGroup) and not isinstance(group.filters, Gap):
            for metric_filter in group.filters:
                if not is_concerned(metric_filter):
                    continue
                for transformation in metric_filter.transformations:
                    names.setdefault(group.region, set()).add(transformation.metric_name)
    if sought:
        names.setdefault(sought.region, set()).update(sought.metric_names)
    return {region: frozenset(metric_names) for region, metric_names in names.items()}


def _read_each_alarm(
    reader: Reader, kept: Mapping[str, tuple[Entry, ...]], sought: Sought | None
) -> dict[str, tuple[Alarm, ...] | Gap]:
    tagged = sought.alarm_names if sought and sought.alarm_tags else frozenset()
    return {region: read_alarms(reader, region, entries, tagged) for region, entries in kept.items()}


def _read_mute_rules(reader: Reader, kept: Mapping[str, tuple[Entry, ...]]) -> dict[str, tuple[MuteRule, ...] | Gap]:
    """Asked only where an alarm has actions that a rule could mute."""
    names = {
        region: [entry["AlarmName"] for entry in entries if entry.get("AlarmActions")]
        for region, entries in kept.items()
    }
    rules = together([functools.partial(read_mute_rules, reader, region, names[region]) for region in names])
    return dict(zip(names, rules, strict=True))


def _read_each_topic(
    reader: Reader, account: Account, kept: Mapping[str, tuple[Entry, ...]], sought: Sought | None
) -> dict[str, Topic | Gap | None]:
    actions = {arn for entries in kept.values() for entry in entries for arn in entry.get("AlarmActions") or ()}
    named = sought.topic_arns if sought else frozenset()
    existing = sought.existing_topics if sought else frozenset()
    arns = sorted(set(filter(is_topic_arn, actions)) | named | existing)
    tagged = named if sought and sought.topic_tags else frozenset()
    topics = together([functools.partial(read_topic, reader, arn, account.id, with_tags=arn in tagged) for arn in arns])
    return dict(zip(arns, topics, strict=True))


def _read_keys(reader: Reader, sought: Sought | None) -> dict[str, Key | Gap | None]:
    if not (sought and sought.key_id):
        return {}
    return {sought.key_id: read_key(reader, sought.key_id, sought.region, is_own=True)}


def _read_role(reader: Reader, sought: Sought | None) -> Role | Gap | None:
    return read_role(reader, sought.log_alarms_role, sought.region) if sought and sought.log_alarms_role else None


def _policies(
    topics: Mapping[str, Topic | Gap | None], keys: Mapping[str, Key | Gap | None]
) -> Iterator[Mapping[str, Any] | Gap | None]:
    """The policies of topics and of keys, those that encrypt a topic and those that are to."""
    read = [topic for topic in topics.values() if isinstance(topic, Topic)]
    yield from (topic.policy for topic in read)
    yield from (key.policy for key in (*(topic.key for topic in read), *keys.values()) if isinstance(key, Key))


def _topic_users(
    listed: Mapping[str, tuple[Entry, ...] | Gap], sought: Sought | None
) -> dict[str, tuple[str, ...] | Gap]:
    if not (sought and sought.topic_users):
        return {}
    entries = listed[sought.region]
    return {arn: entries if isinstance(entries, Gap) else users_of(entries, arn) for arn in sought.topic_arns}


class Concerned:
    """Which filters are about one of some controls, rightly or wrongly: what is wrong is for the judge to say."""

    def __init__(self, controls: Sequence[Control]) -> None:
        self._controls = controls
        self._budget = Budget()

    def __call__(self, metric_filter: MetricFilter) -> bool:
        """Whether the filter is, or may be since others have cost too much to find out."""
        text = metric_filter.pattern
        if self._budget.is_spent and not is_prescribed(text):
            return True
        return examine(text, self._controls, self._budget)
