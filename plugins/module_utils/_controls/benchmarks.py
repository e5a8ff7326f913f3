# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmarks, and the auditors that compare text, which a set of filters can be made for."""

from __future__ import annotations

SECURITY_HUB = "security_hub"
PROWLER = "prowler"
STEAMPIPE = "steampipe"

CIS_BENCHMARKS: tuple[str, ...] = (
    "cis_v1_2_0",
    "cis_v1_3_0",
    "cis_v1_4_0",
    "cis_v1_5_0",
    "cis_v2_0_0",
    "cis_v3_0_0",
    "cis_v4_0_0",
    "cis_v5_0_0",
    "cis_v6_0_0",
    "cis_v7_0_0",
)

BENCHMARKS: tuple[str, ...] = (*CIS_BENCHMARKS, SECURITY_HUB)
"""The name of every benchmark, the CIS ones from the oldest to the newest."""

AUDITORS: tuple[str, ...] = (PROWLER, STEAMPIPE)
"""The auditors that compare with other texts."""

DEFAULT_BENCHMARK = "cis_v1_4_0"

# Of the CIS standards that Security Hub offers, those that lack some of its controls, and which; None: all of them.
# https://docs.aws.amazon.com/securityhub/latest/userguide/cis-aws-foundations-benchmark.html
_LACKING_IN_SECURITY_HUB: dict[str, tuple[str, ...] | None] = {
    "security_hub_cis_v1_4_0": ("CloudWatch.2", "CloudWatch.3"),
    "security_hub_cis_v3_0_0": None,
    "security_hub_cis_v5_0_0": None,
}

_TITLES = {SECURITY_HUB: "Security Hub", PROWLER: "prowler", STEAMPIPE: "Steampipe"}


def security_hub_standards_without(number: str) -> tuple[str, ...]:
    """Return Security Hub's CIS standards that lack one of its controls, and so report no finding."""
    return tuple(
        standard for standard, lacking in _LACKING_IN_SECURITY_HUB.items() if lacking is None or number in lacking
    )


def security_hub_standards_with(number: str) -> tuple[str, ...]:
    """Return the CIS benchmarks whose standard in Security Hub has one of its controls."""
    without = security_hub_standards_without(number)
    return tuple(name for name in ("cis_v1_2_0", "cis_v1_4_0") if f"{SECURITY_HUB}_{name}" not in without)


def since(first: str) -> tuple[str, ...]:
    """Return the CIS benchmarks from one on. Raises ValueError for any other name."""
    return CIS_BENCHMARKS[CIS_BENCHMARKS.index(first) :]


def before(first: str) -> tuple[str, ...]:
    """Return the CIS benchmarks that are older than one. Raises ValueError for any other name."""
    return CIS_BENCHMARKS[: CIS_BENCHMARKS.index(first)]


def title(name: str) -> str:
    """Return the name of a benchmark or auditor as people write it, such as CIS v5.0.0."""
    return _TITLES.get(name) or "CIS " + name.removeprefix("cis_").replace("_", ".")


def numbers(number: int, first: str = "cis_v1_2_0", security_hub: int | None = None) -> dict[str, str]:
    """Return a control's id in each CIS benchmark from one on, and in Security Hub if it has a number there.

    The section is 3 in v1.2.0, 4 up to v5.0.0 and 5 from v6.0.0 on; the number within it is the same.
    """
    section = {"cis_v1_2_0": 3, "cis_v6_0_0": 5, "cis_v7_0_0": 5}
    ids = {name: f"{section.get(name, 4)}.{number}" for name in since(first)}
    return ids if security_hub is None else {**ids, SECURITY_HUB: f"CloudWatch.{security_hub}"}
