# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write docs/wrong-verdicts.md: the cases of the unit tests in which known auditors are wrong, with each verdict."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from ansible_collections.aws_cis.monitoring.plugins.module_utils._judge.verdict import judge
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.module_utils._judge.test_wrong_verdicts import (
    Case,
    called_compliant,
    called_non_compliant,
    other_controls,
)

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "wrong-verdicts.md"
INTRODUCTION = """\
<!-- generated from the unit tests by tests/tools/wrong_verdicts.py -->
# Where known auditors are wrong

Each row is an account that differs from a whole one in one thing. The verdicts of this collection, with the sentence
that it says, come from its own code; `tests/unit/plugins/module_utils/_judge/test_wrong_verdicts.py` asserts them, and
`tests/integration/test_wrong_verdicts.py` makes the accounts in the sandbox and audits those. The columns of prowler
and Steampipe are what the comparison of text comes to that these tools make, as
`plugins/module_utils/_judge/other_auditors.py` follows it.

{asked}

Steampipe itself was not run: it is on no registry, and its expressions are taken from its published mod.
"""
ASKED = """\
prowler {prowler} and Cloud Custodian {custodian} were run on {date} on {count} of these accounts in the sandbox
(`nox -s auditors`; `tests/auditors/answers.json` has them): prowler with its own check for the row's control, Cloud
Custodian with its filter `check-cloudtrail` and the text that this collection installs for CIS v7.0.0. A row has their
own answers, and our model of prowler agrees with it in all of them. Cloud Custodian ends with an error where a call
that it makes is refused; a row without its answer is an account that the sandbox can't hold.

They were asked about what the roles make too. Where `cis_monitoring` has set up all controls, with `prowler` among the
benchmarks, prowler passes {prowler_passes} of its {controls} checks, and Cloud Custodian finds {custodian_passes} of
the {controls} texts, each with an alarm that has a subscriber.\
"""
HEAD = (
    "| The account | Verdict | Decided by | Why | prowler | Steampipe | Cloud Custodian |\n"
    "|---|---|---|---|---|---|---|"
)
RECORDED = json.loads((ROOT / "tests" / "auditors" / "answers.json").read_text())


def pages() -> Iterator[tuple[Path, str]]:
    """Yield the page, with its text."""
    yield PAGE, page(called_compliant(), called_non_compliant(), other_controls())


def page(compliant: Iterable[Case], non_compliant: Iterable[Case], others: Iterable[Case]) -> str:
    """Return the page."""
    return "\n".join(
        [
            INTRODUCTION.format(asked=_asked()),
            "## Called compliant, though nobody would be told, or not of everything\n",
            HEAD,
            *_rows(compliant),
            "\n## Called non-compliant, though it works, or nobody can tell\n",
            HEAD,
            *_rows(non_compliant),
            "\n## Of the other controls\n",
            HEAD,
            *_rows(others),
            "",
        ]
    )


def _asked() -> str:
    made = RECORDED["roles"]["cis_monitoring"].values()
    passes = {f"{tool}_passes": sum(one[tool] == "pass" for one in made) for tool in ("prowler", "custodian")}
    count = len(RECORDED["cases"])
    return ASKED.format(date=RECORDED["date"], count=count, controls=len(made), **passes, **RECORDED["versions"])


def _custodian(case: Case) -> str:
    return str(RECORDED["cases"].get(case.name, {}).get("custodian", ""))


def _rows(cases: Iterable[Case]) -> Iterator[str]:
    for case in cases:
        verdict = judge(case.observation, case.control)
        told = next((link for link in verdict.links if link.status != "pass"), None)
        why = told.detail if told else verdict.reason
        link, _space, code = case.decided_by.partition(" ")
        decided = f"{link.replace('_', ' ')} `{code}`" if code else ""
        cells = (
            case.name,
            case.verdict.replace("_", " "),
            decided,
            why,
            case.prowler,
            case.steampipe,
            _custodian(case),
        )
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
