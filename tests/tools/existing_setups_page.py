# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write docs/existing-setups.md: what the audit reports of widespread setups, and what remediate adds to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ansible_collections.aws_cis.monitoring.tests.unit.existing_setups import BENCHMARKS, NAMES, Setup

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "existing-setups.md"
INTRODUCTION = """\
<!-- generated from the tests' data by tests/tools/existing_setups_page.py -->
# Accounts that another tool has set up

Audit first, then list the changes. Neither writes:

```console
$ ansible-playbook aws_cis.monitoring.audit -i accounts.yml -e cis_monitoring_controls=all
$ ansible-playbook aws_cis.monitoring.remediate -i accounts.yml -e cis_monitoring_controls=all --check --diff
```

`remediate` builds on what an account has (`cis_monitoring_existing: reuse`, its default). It creates only what is
missing, and changes nothing that it did not create. A second run changes nothing, and `teardown` deletes only what
`remediate` created. With `cis_monitoring_existing: ignore` it creates complete notification paths next to the existing
ones.

Each row is an account as the tool leaves it, with its published names, filter patterns and settings, a trail that
records all regions, and one requested subscriber. Unit tests assert each row. An integration test creates the accounts
in the sandbox, runs `audit` and `remediate` with the default benchmarks, and compares every resource of the setup
before and after.

- **CIS v1.4.0** and **CIS v7.0.0** count the compliant controls, as the tool leaves the account. Where its topic has no
  subscriber yet, the second number is with a confirmed one.
- **Added** is what `remediate` creates for the default benchmarks, AWS Security Hub and CIS v7.0.0. Metric filters are
  free of charge, alarms are billed monthly. Once the requested subscriber has confirmed, all fifteen controls are
  compliant by both versions.
- **Added for CIS v7.0.0** is the same with `cis_monitoring_benchmarks: [cis_v7_0_0]`.
"""
HEAD = "| Setup | CIS v1.4.0 | CIS v7.0.0 | Added | Added for CIS v7.0.0 |\n|---|---|---|---|---|"
KINDS = {"metric_filter": "metric filter", "alarm": "alarm", "topic": "topic", "subscription": "subscription"}
MEANT = {"cis_v1_4_0": "CIS v1.4.0", "cis_v7_0_0": "CIS v7.0.0"}


def pages() -> Iterator[tuple[Path, str]]:
    """Yield the page, with its text."""
    yield PAGE, page([Setup.named(name) for name in NAMES])


def page(setups: list[Setup]) -> str:
    """Return the page."""
    return "\n".join([INTRODUCTION, HEAD, *map(_row, setups), "", *(line for one in setups for line in _section(one))])


def _row(setup: Setup) -> str:
    verdicts = [_compliant(setup.audit[name], setup.audit_with_subscriber[name]) for name in BENCHMARKS]
    cells = [f"[{setup.title}](#{_anchor(setup.title)})", *verdicts]
    return f"| {' | '.join([*cells, _added(setup.adds), _added(setup.adds_for_cis_v7_0_0)])} |"


def _compliant(codes: Mapping[str, int], with_subscriber: Mapping[str, int]) -> str:
    if "LOG_GROUP_IN_OTHER_ACCOUNT" in codes:
        return "covered by another account"
    now, then = codes.get("OK", 0), with_subscriber.get("OK", 0)
    return f"{now} of {sum(codes.values())}" + (f"; {then} once someone has subscribed" if then != now else "")


def _added(counts: Mapping[str, int]) -> str:
    said = [f"{counts[kind]} {noun}{'s' * (counts[kind] > 1)}" for kind, noun in KINDS.items() if kind in counts]
    return ", ".join(said) or "nothing"


def _anchor(title: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    kept = "".join(one for one in title.lower() if one.isalnum() or one in " -_")
    return kept.replace(" ", "-")


def _section(setup: Setup) -> Iterator[str]:
    yield from (f"## {setup.title}", "", setup.leaves, "")
    for name in BENCHMARKS:
        codes = ", ".join(f"{_code(code)} ({count})" for code, count in sorted(setup.audit[name].items()))
        yield f"- {MEANT[name]}: {codes}"
    yield ""
    for paragraph in setup.reasons:
        yield from (paragraph, "")
    yield from (f"Source: <{setup.source}>", "")


def _code(code: str) -> str:
    return "compliant" if code == "OK" else f"[`{code}`](codes.md#{code.lower()})"
