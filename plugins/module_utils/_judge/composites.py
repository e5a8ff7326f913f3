# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The composite alarms of a region: which of them watch an alarm, and what their rules come to with its state. Pure.

Each rule is read once, and evaluated once for each state of the alarm, from the bottom to the top and without
recursion, so that no account makes it take longer than the text of its rules is long. "The evaluation of composite
alarms stops if CloudWatch detects a cycle in the evaluation path":
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
"""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Iterable, Mapping, Sequence

from .._account import alarm_rule
from .._account.alarm_rule import ALARM, INSUFFICIENT_DATA, OK, STATES, AlarmRuleError, Outcomes, Rule
from .._account.observation import Alarm

SURELY: Outcomes = frozenset((True,))
NEVER: Outcomes = frozenset((False,))
UNSURE = SURELY | NEVER

CYCLE = "it leads into a cycle of composite alarms, where CloudWatch stops the evaluation"
UNREAD = "this audit cannot read it"
TOO_MUCH = "the composite alarms of the account are too many to evaluate"

# A region's quota is 5,000 alarms; a rule is about 100 alarms at most, and mostly about a few.
MAX_READ = 1_000_000  # characters of the rules of a region
MAX_EVALUATED = 1_000_000  # characters of the rules that are evaluated for a control in a region

Key = tuple[str, str, str]
"""The name, the ARN and the rule of a composite alarm."""

_ANY: Mapping[Outcomes, frozenset[str]] = {
    UNSURE: frozenset(STATES),
    SURELY: frozenset((ALARM,)),
    NEVER: frozenset((OK, INSUFFICIENT_DATA)),
}


class Composites:
    """The composite alarms among the alarms of a region, with what is left to spend on their evaluation."""

    def __init__(self, alarms: Iterable[Alarm]) -> None:
        self._alarms = {one.arn: one for one in alarms if one.rule is not None}
        self._rules = _rules_of(tuple((one.name, one.arn, one.rule or "") for one in self._alarms.values()))
        self._left = MAX_EVALUATED

    def watching(self, alarm: Alarm) -> tuple[Alarm, ...]:
        """Those that watch the alarm, directly or through another one, the closest first."""
        found = {alarm.arn: alarm}
        pending = deque([alarm])
        while pending:
            watched = pending.popleft()
            for arn in self._rules.watchers(watched):
                if arn not in found:
                    found[arn] = self._alarms[arn]
                    pending.append(found[arn])
        return tuple(found.values())[1:]

    def outcomes(self, alarm: Alarm, watching: Sequence[Alarm]) -> Mapping[str, tuple[Outcomes, Outcomes, str]]:
        """Whether each of those is in ALARM between changes, and after one; and why that is in doubt, by the ARN.

        Between changes a metric alarm that treats missing data as good is in OK; any other may lack data, too.
        """
        arns = [one.arn for one in watching]
        self._left -= sum(len(one.rule or "") for one in watching)
        if self._left < 0:
            return dict.fromkeys(arns, (UNSURE, UNSURE, TOO_MUCH))
        after = self._rules.evaluated(alarm, ALARM, arns)
        states = (OK,) if alarm.treat_missing_data == "notBreaching" else (OK, INSUFFICIENT_DATA)
        quiet = [self._rules.evaluated(alarm, state, arns) for state in states]
        return {arn: (_either([one[arn] for one in quiet]), after[arn], self._rules.doubt(arn)) for arn in arns}


def _either(each: list[Outcomes]) -> Outcomes:
    return SURELY if SURELY in each else frozenset().union(*each)


class _Rules:
    """What composite alarms name, and the order in which they can be evaluated, from the bottom to the top."""

    def __init__(self, composites: tuple[Key, ...]) -> None:
        self._places = {arn: place for place, (_name, arn, _rule) in enumerate(composites)}
        self._by_spelling = {spelling: arn for name, arn, _rule in composites for spelling in (name, arn)}
        self._rules: dict[str, Rule] = {}
        self._doubts: dict[str, str] = {}
        self._named: dict[str, frozenset[str]] = {}
        self._watchers: dict[str, list[str]] = {}
        left = MAX_READ
        for _name, arn, text in composites:
            left -= len(text)
            self._read(arn, text, is_within=left >= 0)
        self._order = {arn: place for place, arn in enumerate(self._from_the_bottom())}
        for arn in self._places:
            if arn not in self._order:
                self._doubts.setdefault(arn, CYCLE)
        self._alone: Mapping[str, Outcomes] = {}
        self._alone = self._evaluate(self._order, {})

    def _read(self, arn: str, text: str, *, is_within: bool) -> None:
        self._named[arn] = alarm_rule.alarms_in(text)
        for spelling in self._named[arn]:
            self._watchers.setdefault(spelling, []).append(arn)
        if not is_within:
            self._doubts[arn] = TOO_MUCH
            return
        try:
            self._rules[arn] = alarm_rule.parse(text)
        except AlarmRuleError:
            self._doubts[arn] = UNREAD

    def _from_the_bottom(self) -> list[str]:
        """Each after those that it names; what leads into a cycle is not among them."""
        below = {
            arn: {self._by_spelling[one] for one in named if one in self._by_spelling}
            for arn, named in self._named.items()
        }
        above: dict[str, list[str]] = {}
        for arn, those in below.items():
            for one in those:
                above.setdefault(one, []).append(arn)
        open_ones = {arn: len(those) for arn, those in below.items()}
        order = [arn for arn, count in open_ones.items() if not count]
        for arn in order:  # it grows
            for one in above.get(arn, ()):
                open_ones[one] -= 1
                if not open_ones[one]:
                    order.append(one)
        return order

    def watchers(self, alarm: Alarm) -> list[str]:
        """The ARNs of the composite alarms that name the alarm, in the account's order."""
        arns = {arn for spelling in (alarm.name, alarm.arn) for arn in self._watchers.get(spelling, ())}
        return sorted(arns, key=self._places.__getitem__)

    def doubt(self, arn: str) -> str:
        """Why what the rule comes to can't be known, in words; '' if it can."""
        return self._doubts.get(arn, "")

    def evaluated(self, alarm: Alarm, state: str, arns: Iterable[str]) -> Mapping[str, Outcomes]:
        """Whether each of the composite alarms is in ALARM while the alarm is in the state and all others in any."""
        known = dict.fromkeys((alarm.name, alarm.arn), frozenset((state,)))
        arns = list(arns)
        within = sorted((arn for arn in arns if arn in self._order), key=self._order.__getitem__)
        return dict.fromkeys(arns, UNSURE) | self._evaluate(within, known)

    def _evaluate(self, arns: Iterable[str], known: Mapping[str, frozenset[str]]) -> dict[str, Outcomes]:
        """In this order; whatever is neither known nor among them is as it is without the alarm."""
        outcomes: dict[str, Outcomes] = {}

        def states(name: str) -> frozenset[str]:
            if name in known:
                return known[name]
            arn = self._by_spelling.get(name, "")
            return _ANY[outcomes.get(arn) or self._alone.get(arn, UNSURE)]

        for arn in arns:
            rule = self._rules.get(arn)
            outcomes[arn] = UNSURE if rule is None else rule.outcomes(states)
        return outcomes


@functools.lru_cache(maxsize=4)
def _rules_of(composites: tuple[Key, ...]) -> _Rules:
    """Kept, since each control asks for the same ones."""
    return _Rules(composites)
