# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a control is made of."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ..filter_pattern import normalize_white_space
from .benchmarks import CIS_BENCHMARKS
from .text_search import TextSearch

# The same few texts are compared for every account.
_normalized = lru_cache(maxsize=256)(normalize_white_space)


@lru_cache(maxsize=1024)
def squeezed(text: str) -> str:
    """Return the text without white space. Kept, since each control's texts are compared with those of all filters."""
    return "".join(text.split())


def _is_alike(text: str, other: str) -> bool:
    """Whether texts differ in white space outside quotes only. Most differ in more, which is seen without parsing."""
    return text == other or (squeezed(text) == squeezed(other) and _normalized(text) == _normalized(other))


@dataclass(frozen=True)
class Event:
    """An event as CloudTrail records it: eventName and eventSource."""

    name: str
    source: str = "ec2.amazonaws.com"


@dataclass(frozen=True, eq=False)
class Case:
    """Records that must be caught: a name in words, and the pattern that describes them.

    There is one of each, which is told by its identity, since cases are looked up a thousand times an account.
    event: where it is all records of one event, that event.
    """

    name: str
    pattern: str
    event: Event | None = None


@dataclass(frozen=True)
class Prescription:
    """What one benchmark prescribes."""

    id: str  # the control's number there
    texts: tuple[str, ...]  # the filter patterns of its remediation, exact; any one of them does
    cases: tuple[Case, ...]
    audit: tuple[str, ...] = ()  # what its audit looks for where that is another text, exact
    # The filters that it is satisfied by, as alternatives, where that is not any one of its texts: they can't work, or
    # it is not known which of two is required.
    instead: tuple[tuple[str, ...], ...] = ()

    @property
    def satisfied_by(self) -> tuple[tuple[str, ...], ...]:
        """Sets of texts, each of which is enough."""
        return self.instead or tuple((text,) for text in self.texts)

    def has(self, text: str) -> bool:
        """Tell whether a text is one of its remediation or its audit, regardless of white space."""
        return any(_is_alike(text, one) for one in (*self.texts, *self.audit))


@dataclass(frozen=True)
class Filter:
    """A filter pattern that we install, with what is appended to the filter's name where it is not the only one."""

    text: str
    why: str
    suffix: str = ""


@dataclass(frozen=True)
class Trail:
    """What a control needs of the trail in addition to logging and recording management events."""

    reads: bool = False  # read-only events too
    excluded_sources: tuple[str, ...] = ()  # event sources whose exclusion leaves nothing of it
    # Where its events are recorded: None: in the region of what is changed. Names: in that region of the partition,
    # so that a trail for it alone does. Empty: in several, so that only a multi-region trail has them all.
    regions: tuple[str, ...] | None = None
    # Whether they are global service events, which a single-region trail can leave out. AWS names CloudFront, IAM,
    # STS and sign-ins. None: it does not say.
    global_service: bool | None = False


@dataclass(frozen=True, eq=False)
class Control:
    """What must be monitored, as each benchmark words it. There is one of each, which is told by its identity."""

    name: str
    subject: str  # what is monitored, a plural in small letters, such as 'security group changes'
    about: str
    prescriptions: Mapping[str, Prescription]
    filters: tuple[Filter, ...]  # what can be installed, in the order of preference
    searches: Mapping[str, TextSearch]  # what each auditor looks for in a filter's text
    metric_name: str  # the benchmark's own; the filter has the same name
    alarm_name: str  # the benchmark's own
    trail: Trail = Trail()
    # What a filter about a condition compares with. A filter about events names one of them.
    words: tuple[str, ...] = ()
    collisions: tuple[Event, ...] = ()  # events of other services that some of the texts catch too
    uncaught: tuple[str, ...] = ()  # what no benchmark's text catches, though it belongs to the subject
    notes: tuple[str, ...] = ()  # what else a user must know

    @property
    def title(self) -> str:
        """The check, as a statement that is true or false of an account."""
        return f"{self._start} are monitored"

    def title_of(self, verdict: str) -> str:
        """The state of the check: the title of a finding with this verdict."""
        return {
            "compliant": self.title,
            "non_compliant": f"{self._start} are not monitored",
            "covered_elsewhere": f"{self._start}: verify the monitoring in another account",
            "declared": f"{self._start}: an alternative is declared",
        }.get(verdict, f"{self._start}: the monitoring could not be determined")

    @property
    def _start(self) -> str:
        """The subject at the start of a sentence."""
        return self.subject[0].upper() + self.subject[1:]

    @cached_property
    def all_cases(self) -> tuple[Case, ...]:
        """Every case of some benchmark, once."""
        return tuple(dict.fromkeys(case for each in self.prescriptions.values() for case in each.cases))

    def later_cases(self, benchmark: str) -> tuple[Case, ...]:
        """The cases of the newest benchmark that this one does not have; KeyError if it lacks the control."""
        required = self.prescriptions[benchmark].cases
        return tuple(case for case in self.prescriptions[CIS_BENCHMARKS[-1]].cases if case not in required)

    def mend(self, benchmark: str) -> str:
        """Return which pattern a filter should have; KeyError if the benchmark lacks the control."""
        if self.prescriptions[benchmark].instead:
            return "Use the pattern that the role cis_monitoring creates. The prescribed pattern is not sufficient."
        return "Use the pattern that the benchmark prescribes."

    def filters_for(self, names: Iterable[str], present: Iterable[str] = ()) -> tuple[Filter, ...]:
        """The fewest filters that satisfy these benchmarks and auditors, but for those that lack the control.

        `present` are the texts of filters that there are already, and that count.
        """
        asking = [name for name in names if name in self.searches or name in self.prescriptions]
        given = tuple(present)
        for size in range(len(self.filters) + 1):
            for chosen in itertools.combinations(self.filters, size):
                texts = [*given, *(one.text for one in chosen)]
                if all(self.is_satisfied(name, texts) for name in asking):
                    return chosen
        raise ValueError(f"No filters of control {self.name} satisfy all of {', '.join(asking)}.")

    def is_satisfied(self, name: str, texts: Iterable[str]) -> bool:
        """Tell whether filters with these texts satisfy a benchmark or an auditor; KeyError if it lacks the control.

        Both compare text: benchmarks but for white space, auditors by what they search for.
        """
        present = list(texts)
        if name in self.searches:
            return any(self.searches[name].finds(text) for text in present)
        return any(
            all(any(_is_alike(one, text) for text in present) for one in alternative)
            for alternative in self.prescriptions[name].satisfied_by
        )

    @cached_property
    def first_alike(self) -> dict[str, str]:
        """For each benchmark the first one that looks for the same texts and cases, by the same words."""
        first: dict[tuple[tuple[str, ...], tuple[Case, ...]], str] = {}
        return {
            benchmark: first.setdefault(((*each.texts, *each.audit), each.cases), benchmark)
            for benchmark, each in self.prescriptions.items()
        }

    @cached_property
    def ids(self) -> dict[str, str]:
        """The control's number in each benchmark that has it."""
        return {benchmark: each.id for benchmark, each in self.prescriptions.items()}

    @cached_property
    def events(self) -> dict[str, tuple[Event, ...]]:
        """The events of each benchmark's cases."""
        return {
            benchmark: tuple(case.event for case in each.cases if case.event)
            for benchmark, each in self.prescriptions.items()
        }

    @cached_property
    def is_condition(self) -> bool:
        """Whether it is about a condition that any event can meet, and not about a list of events."""
        return bool(self.words)

    @cached_property
    def case_patterns(self) -> tuple[str, ...]:
        """The patterns of all cases."""
        return tuple(case.pattern for case in self.all_cases)

    @cached_property
    def event_names(self) -> tuple[str, ...]:
        """The names of these events in small letters, for texts that spell them wrong."""
        return tuple(event.name.lower() for event in self.all_events)

    @cached_property
    def all_events(self) -> tuple[Event, ...]:
        """Every event that some benchmark asks for, once."""
        return tuple(case.event for case in self.all_cases if case.event)
