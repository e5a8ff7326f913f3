# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write docs/controls.md: what each control is about, what each benchmark prescribes, and what is installed and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ansible_collections.aws_cis.monitoring.plugins.module_utils import coverage
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import (
    AUDITORS,
    CIS_BENCHMARKS,
    CONTROLS,
    SECURITY_HUB,
    Control,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls.benchmarks import since, title

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "controls.md"
DEFAULT = (SECURITY_HUB, "cis_v7_0_0")
INTRODUCTION = """\
<!-- generated from the catalogue by tests/tools/controls_page.py -->
# The controls

The monitoring section of the CIS AWS Foundations Benchmark, as the catalogue `plugins/module_utils/_controls` has it.
The texts are exact; those of v7.0.0 are v6.0.0's, since only copies of it without quotes are public. What a benchmark
prescribes and what is installed are two things: a text that can't do its work is never installed. All filters of a
control feed one metric with one alarm.
"""


def pages() -> Iterator[tuple[Path, str]]:
    """Yield the page, with its text."""
    yield PAGE, page(CONTROLS.values())


def page(controls: Iterable[Control]) -> str:
    """Return the page."""
    controls = list(controls)
    sections = (line for control in controls for line in _section(control))
    return "\n".join([INTRODUCTION, *_overview(controls), *sections, ""])


def _overview(controls: Iterable[Control]) -> Iterator[str]:
    yield "| Control | CIS | Security Hub | Filters by default | with prowler and Steampipe |"
    yield "|---|---|---|---|---|"
    for control in controls:
        ids = ", ".join(dict.fromkeys(number for name, number in control.ids.items() if name != SECURITY_HUB))
        hub = control.ids.get(SECURITY_HUB, "none")
        filters = [len(control.filters_for(names)) for names in (DEFAULT, (*DEFAULT, *AUDITORS))]
        yield f"| [`{control.name}`](#{control.name}) | {ids} | {hub} | {filters[0]} | {filters[1]} |"
    yield ""
    yield "The default is " + _and(f"`{name}`" for name in DEFAULT) + "."


def _section(control: Control) -> Iterator[str]:
    yield f"\n## {control.name}\n"
    yield f"{control.title}. {control.about}"
    yield f"\nMetric and filter `{control.metric_name}`, alarm `{control.alarm_name}`. {_trail(control)}"
    yield "\n### What the benchmarks prescribe"
    prescriptions = control.prescriptions.items()
    yield from _texts(control, "", {name: each.texts for name, each in prescriptions})
    yield from _texts(control, "The audit of ", {name: each.audit for name, each in prescriptions})
    yield "\n### What must be caught\n"
    for case in control.all_cases:
        asking = [name for name, each in control.prescriptions.items() if case in each.cases]
        limit = f" ({_who(asking)})" if len(asking) < len(control.prescriptions) else ""
        yield f"- {case.name}{limit}: `{case.pattern}`"
    yield "\n### What is installed\n"
    yield from _filters(control)
    if control.collisions:
        events = (f"{event.name} of {event.source.partition('.')[0]}" for event in control.collisions)
        yield f"\nEvents of other services that some texts count too: {_and(events)}."
    if control.uncaught:
        yield f"\nCaught by no text: {', '.join(control.uncaught)}."
    if control.notes:
        yield ""
        yield from (f"- {note}" for note in control.notes)


def _trail(control: Control) -> str:
    needs = []
    if control.trail.reads:
        needs.append("The trail must record read-only events.")
    if control.trail.excluded_sources:
        needs.append(f"A trail that excludes {_and(control.trail.excluded_sources)} records none of it.")
    if control.trail.regions == ():
        needs.append("Only a multi-region trail records all of it.")
    if control.trail.regions:
        needs.append(f"It is recorded in {_or(control.trail.regions)}: by a multi-region trail, or one of that region.")
    return " ".join(needs)


def _texts(control: Control, what: str, prescribed: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Show each distinct text, with who prescribes it."""
    for text in dict.fromkeys(text for texts in prescribed.values() for text in texts):
        names = [name for name, texts in prescribed.items() if text in texts]
        yield f"\n{what}{_who(names)}{_remark(control, text)}:\n\n    {text}"


def _remark(control: Control, text: str) -> str:
    """Say where a text can't do its work, by proof."""
    if coverage.matches_nearly_everything(text, tuple(case.pattern for case in control.all_cases)):
        return ", which matches nearly every record and is never installed"
    return ""


def _filters(control: Control) -> Iterator[str]:
    asking = [*control.prescriptions, *AUDITORS]
    for one in control.filters:
        alone = [name for name in asking if control.is_satisfied(name, [one.text])]
        enough = f"Enough for {_who(alone)}." if alone else "Enough for nobody alone."
        yield f"- `{control.metric_name}{one.suffix}`: {one.why} {enough}\n\n      {one.text}\n"
    for names in (DEFAULT, (*DEFAULT, *AUDITORS)):
        chosen = control.filters_for(names)
        filters = _and(f"`{control.metric_name}{one.suffix}`" for one in chosen)
        yield f"For {_who(names)}: {filters}.\n"


def _who(names: Iterable[str]) -> str:
    """Name benchmarks and auditors; CIS versions that follow each other as a range."""
    ranges: list[list[str]] = []
    for name in names:
        follows = ranges and {name, ranges[-1][-1]} <= set(CIS_BENCHMARKS) and since(ranges[-1][-1])[1:2] == (name,)
        if follows:
            ranges[-1].append(name)
        else:
            ranges.append([name])
    return _and(
        title(one[0]) if len(one) == 1 else f"{title(one[0])} to {title(one[-1]).removeprefix('CIS ')}"
        for one in ranges
    )


def _and(words: Iterable[str], last: str = "and") -> str:
    *first, end = words
    return f"{', '.join(first)} {last} {end}" if first else end


def _or(words: Iterable[str]) -> str:
    return _and(words, "or")
