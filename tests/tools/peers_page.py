# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write docs/peers.md: each text that a benchmark prescribes or a peer puts, with our verdict and others' opinions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.module_utils._judge.test_peers import ROWS, Row, judged

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "peers.md"
INTRODUCTION = """\
<!-- generated from the unit tests by tests/tools/peers_page.py -->
# What each text is worth

The filter patterns of every version of the benchmark, of Security Hub, and of the projects that put or look for
filters, each alone in an account in which all else is whole: the verdict of this collection by CIS v1.4.0 and by
v7.0.0, whether Security Hub would pass, and what prowler and Steampipe
would say. `tests/unit/plugins/module_utils/_judge/test_peers.py` asserts each row. Our verdicts are proofs about what
the pattern catches; the opinions of the others follow their comparison of text.

{asked}

The peers, as read in 2026: terraform-aws-modules/cloudwatch 5.7.2 (TAM), nozaq/terraform-aws-secure-baseline (nozaq),
cloudposse/terraform-aws-cloudtrail-cloudwatch-alarms (cloudposse), AWS's Automated Security Response 3.1.5 (ASR).
"""
ASKED = """\
prowler {prowler} itself was run on {date} on {count} of these texts in the sandbox (`nox -s auditors`), with its own
check for the control, and says what its column has; the others are no valid pattern, which AWS would refuse. Steampipe
was not run: it is on no registry.\
"""
HEAD = "| Who | Verdict v1.4.0 | v7.0.0 | Why not | Security Hub | prowler | Steampipe |\n|---|---|---|---|---|---|---|"


def pages() -> Iterator[tuple[Path, str]]:
    """Yield the page, with its text."""
    yield PAGE, page(ROWS)


def page(rows: Iterable[Row]) -> str:
    """Return the page."""
    rows = list(rows)
    sections = (line for name in CONTROLS for line in _section(name, [row for row in rows if row.control == name]))
    return "\n".join([INTRODUCTION.format(asked=_asked()), *sections, ""])


def _asked() -> str:
    recorded = json.loads((ROOT / "tests" / "auditors" / "answers.json").read_text())
    prowler = recorded["versions"]["prowler"]
    return ASKED.format(prowler=prowler, date=recorded["date"], count=len(recorded["texts"]))


def _section(name: str, rows: Iterable[Row]) -> Iterator[str]:
    rows = list(rows)
    yield f"## {name}\n"
    yield HEAD
    yield from map(_row, rows)
    yield ""
    for row in rows:
        yield f"{row.who}:\n\n    {row.text}\n"


def _row(row: Row) -> str:
    old, new = judged(row, "cis_v1_4_0"), judged(row, "cis_v7_0_0")
    link = next((link for link in new.links if not link.holds), None)
    code = f"`{link.code}`" if link else ""
    verdicts = (one.verdict.replace("_", " ") for one in (old, new))
    return f"| {row.who} | {' | '.join(verdicts)} | {code} | {row.security_hub} | {row.prowler} | {row.steampipe} |"
