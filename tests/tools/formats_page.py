# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write what documents the report's formats.

That is docs/mappings.md, the columns in docs/reports.md, and in docs/security-hub the controls for which Security Hub
has no data in member accounts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls import CONTROLS, SECURITY_HUB
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls.benchmarks import (
    security_hub_standards_with,
)
from ansible_collections.aws_cis.monitoring.plugins.module_utils._controls.mappings import (
    FRAMEWORKS,
    NIST_171,
    PCI_3,
    Framework,
    relations,
)
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.tables import COLUMNS
from architecture import between

DOCS = Path(__file__).resolve().parents[2] / "docs"
COLUMNS_PAGE = DOCS / "reports.md"
BEGIN = "<!-- columns: drawn from tables.py by tests/tools/formats_page.py -->\n"
END = "<!-- end of columns -->\n"
REGION = "us-east-1"
STANDARDS = {
    "cis_v1_2_0": "arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0",
    "cis_v1_4_0": f"arn:aws:securityhub:{REGION}::standards/cis-aws-foundations-benchmark/v/1.4.0",
}
FRAMEWORK_STANDARDS = {
    NIST_171: f"arn:aws:securityhub:{REGION}::standards/nist-800-171/v/2.0.0",
    PCI_3: f"arn:aws:securityhub:{REGION}::standards/pci-dss/v/3.2.1",
}
WHY = "The organization trail belongs to another account, where this control is evaluated."
INTRODUCTION = """\
<!-- generated from the catalogue by tests/tools/formats_page.py -->
# Requirements of other frameworks

Which requirements of other frameworks public sources relate to each control, as evidence for an auditor. An entry is
what its source states. This collection adds none: where no source relates a framework to a control, there is no entry.
Whether a control meets a requirement is for the auditor to decide.

The findings in OCSF have all of these in `compliance.requirements`, those in ASFF the ones that AWS states in
`Compliance.RelatedRequirements`, each after the control's number in the CIS benchmark that the account was judged by.
The numbers in the CIS benchmarks and in Security Hub are in [The controls](controls.md).

No source was found for PCI DSS v4.0.1, which Security Hub has as a standard without these controls.
"""


def pages() -> Iterator[tuple[Path, str]]:
    """Yield the pages, each with its text."""
    table = "\n".join(["| Column | |", "|---|---|", *(f"| `{name}` | {text} |" for name, text in COLUMNS.items())])
    yield COLUMNS_PAGE, between(COLUMNS_PAGE.read_text(), BEGIN, END, table)
    yield DOCS / "mappings.md", "\n".join([INTRODUCTION, *(line for one in FRAMEWORKS for line in _section(one))])
    yield DOCS / "security-hub" / "no-data.json", json.dumps(_without_data(), indent=2) + "\n"


def _section(framework: Framework) -> Iterator[str]:
    """A framework: its sources, and a row for each control that one relates to it."""
    found = [(name, one) for name in CONTROLS for one in relations(name) if one.framework == framework]
    sources = list(dict.fromkeys(one.source for _name, one in found))
    yield f"## {framework.name}\n"
    yield from (f"Source: [{one.name}]({one.url})." for one in sources) if len(sources) == 1 else ()
    yield from (f"{number}. [{one.name}]({one.url})" for number, one in enumerate(sources, 1) if len(sources) > 1)
    yield "\n| Control | Requirements |" + (" Source |" if len(sources) > 1 else "")
    yield "|---|---|" + ("---|" if len(sources) > 1 else "")
    for name, one in found:
        which = f" {sources.index(one.source) + 1} |" if len(sources) > 1 else ""
        yield f"| `{name}` | {', '.join(one.ids)} |{which}"
    yield ""


def _without_data() -> dict[str, list[dict[str, str]]]:
    """A request of BatchUpdateStandardsControlAssociations: each control in each standard that has it, to disable."""
    associations = [
        (standard, control.ids[SECURITY_HUB])
        for control in CONTROLS.values()
        if SECURITY_HUB in control.ids
        for standard in (
            *(STANDARDS[name] for name in security_hub_standards_with(control.ids[SECURITY_HUB])),
            *(arn for one, arn in FRAMEWORK_STANDARDS.items() if _is_stated_by_aws(control.name, one)),
        )
    ]
    return {
        "StandardsControlAssociationUpdates": [
            {
                "StandardsArn": standard,
                "SecurityControlId": number,
                "AssociationStatus": "DISABLED",
                "UpdatedReason": WHY,
            }
            for standard, number in associations
        ]
    }


def _is_stated_by_aws(control: str, framework: Framework) -> bool:
    return any(one.framework == framework and "aws.amazon.com" in one.source.url for one in relations(control))
