# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the drill of an account: its controls one by one, with temporary resources that are removed at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from .._aws.task import Task, TaskError
from .._judge.verdict import Verdict
from .._observe.reader import Reader, or_fail
from .account import AccountDrill
from .announcement import announce, obstacle
from .control import Drilling
from .leftovers import Leftovers
from .result import FULL, PATTERN, Drill
from .temporary import Temporary, ending_in_order
from .waiting import Waiting


def drill_account(task: Task, account: str, verdicts: Sequence[Verdict]) -> AccountDrill:
    """Test the best path of each control with the parameters of the task. Raises TaskError."""
    params = task.params
    writes = params["depth"] != PATTERN
    told = [_drill(verdict, params["depth"]) for verdict in verdicts]
    whole = AccountDrill(datetime.now(tz=UTC), params["depth"], account, tuple(_announced(task, verdicts)), told)
    temporary, reader = Temporary(task.tell), Reader(task.clients)
    drillings = [
        Drilling(
            task=task,
            when=whole.when,
            control=verdict.control,
            path=verdict.path,
            drill=drill,
            reader=reader,
            waiting=Waiting(params["timeout"], max(1, params["interval"]), task.tell),
            temporary=temporary,
        )
        for verdict, drill in zip(verdicts, told, strict=True)
        if not drill.obstacle
    ]
    for drilling in drillings:
        drilling.try_patterns(params["benchmark"])
        drilling.drill.is_planned = writes and task.check_mode
    if drillings and params["depth"] == FULL:
        _check_vpc(task, reader)
    if drillings and writes and not task.check_mode:
        _act(whole, drillings)
    return whole


def _drill(verdict: Verdict, depth: str) -> Drill:
    why = obstacle(verdict.control, verdict.path, depth, verdict.reason)
    if why and verdict.covered_by and verdict.covered_by.log_group_arn:
        place = verdict.covered_by
        why = (
            f"The log group of the trail is in account {place.account}, region {place.region}, which covers this "
            "control. Run the drill for that account and region."
        )
        return Drill(verdict.control.name, obstacle=why, is_elsewhere=True)
    return Drill(verdict.control.name, obstacle=why)


def _announced(task: Task, verdicts: Sequence[Verdict]) -> Iterator[str]:
    """What will be done for each control that can be drilled, but what is done for several once."""
    params = task.params
    said = (
        announce(
            verdict.path,
            params["depth"],
            with_queue=params["arrival_queue"],
            vpc_id=params["vpc_id"],
            timeout=params["timeout"],
        )
        for verdict in verdicts
        if not obstacle(verdict.control, verdict.path, params["depth"], "")
    )
    yield from dict.fromkeys(sentence for sentences in said for sentence in sentences)


def _check_vpc(task: Task, reader: Reader) -> None:
    """Fail before anything is written if there is no such VPC."""
    vpc_id, region = task.params["vpc_id"], task.clients.client("ec2").meta.region_name
    with or_fail():
        reader.ask("ec2", "describe_vpcs", region=region, about=f"VPC {vpc_id}", needs=("Vpcs",), VpcIds=[vpc_id])


def _act(whole: AccountDrill, drillings: Sequence[Drilling]) -> None:
    """Do what writes, a control after the other, and remove what was made on the way, whatever happens."""
    temporary = drillings[0].temporary
    done: dict[tuple[str, str, str], Drilling] = {}
    with ending_in_order():
        _remove_leftovers(whole, drillings)
        try:
            for drilling in drillings:
                if alike := done.get(drilling.alarms):
                    _take_over(drilling.drill, alike.drill)
                    continue
                drilling.act_and_watch()
                temporary.remove_all()
                done[drilling.alarms] = drilling
        except TaskError as error:
            temporary.remove_all()
            raise TaskError(error.message, **{**error.details, "left": temporary.left}) from error
        finally:
            temporary.remove_all()
    whole.removed = temporary.removed
    whole.left = [*whole.left, *temporary.left]


def _take_over(drill: Drill, alike: Drill) -> None:
    """What happened to the one alarm of two controls is so for both of them."""
    drill.legs.extend(replace(leg) for leg in alike.legs if leg.leg != "pattern")
    drill.subscribers, drill.message = alike.subscribers, alike.message


def _remove_leftovers(whole: AccountDrill, drillings: Sequence[Drilling]) -> None:
    """Remove what interrupted drills left, unless a running drill may use it."""
    task = drillings[0].task
    leftovers = Leftovers(task.tell)
    if whole.depth == FULL:
        leftovers.security_groups(task.clients.client("ec2"))
    # Noted before the subscriptions, so that they are removed after them.
    for region in dict.fromkeys(drilling.region for drilling in drillings):
        leftovers.queues(task.clients.client("sqs", region))
    for region, topic in dict.fromkeys((drilling.region, drilling.topic_arn) for drilling in drillings):
        leftovers.subscriptions(task.clients.client("sns", region), topic)
    leftovers.remove_all()
    whole.leftovers, whole.left, whole.in_use = leftovers.removed, leftovers.left, leftovers.in_use
