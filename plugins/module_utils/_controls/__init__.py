# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue of controls: what each benchmark requires to be monitored, and by which patterns. Pure.

A control is data, one entry in `access.py`, `identity.py`, `recording.py` or `network.py`; `control.py` says what it
is made of, `benchmarks.py` names the benchmarks, `spelling.py` writes texts, `text_search.py` is how auditors search.
`subject.py` says which controls a metric filter is about, and `reading.py` what its text matches of their cases, both
from `proofs.py`; `findings.py` keeps what has been found. `mappings.py` says which requirements of other frameworks
public sources relate to each control.
`docs/controls.md` is generated from it.

Sources: the CIS AWS Foundations Benchmarks v1.2.0 to v7.0.0, and AWS's page on the Security Hub controls for
CloudWatch. The texts are exact, but for v7.0.0's, of which only copies without quotes are public: they are v6.0.0's.
"""

from __future__ import annotations

from .access import CONSOLE_AUTHENTICATION_FAILURES, CONSOLE_SIGNIN_WITHOUT_MFA, ROOT_USAGE, UNAUTHORIZED_API_CALLS
from .benchmarks import AUDITORS, BENCHMARKS, CIS_BENCHMARKS, DEFAULT_BENCHMARK, PROWLER, SECURITY_HUB, STEAMPIPE
from .control import Case, Control, Event, Filter, Prescription, Trail, squeezed
from .identity import IAM_POLICY_CHANGES, ORGANIZATIONS_CHANGES
from .network import NACL_CHANGES, NETWORK_GATEWAY_CHANGES, ROUTE_TABLE_CHANGES, SECURITY_GROUP_CHANGES, VPC_CHANGES
from .recording import (
    CLOUDTRAIL_CONFIGURATION_CHANGES,
    CONFIG_CHANGES,
    KMS_KEY_DISABLE_OR_DELETE,
    S3_BUCKET_POLICY_CHANGES,
)
from .spelling import any_of
from .text_search import TextSearch

CONTROLS: dict[str, Control] = {
    control.name: control
    for control in (
        UNAUTHORIZED_API_CALLS,
        CONSOLE_SIGNIN_WITHOUT_MFA,
        ROOT_USAGE,
        IAM_POLICY_CHANGES,
        CLOUDTRAIL_CONFIGURATION_CHANGES,
        CONSOLE_AUTHENTICATION_FAILURES,
        KMS_KEY_DISABLE_OR_DELETE,
        S3_BUCKET_POLICY_CHANGES,
        CONFIG_CHANGES,
        SECURITY_GROUP_CHANGES,
        NACL_CHANGES,
        NETWORK_GATEWAY_CHANGES,
        ROUTE_TABLE_CHANGES,
        VPC_CHANGES,
        ORGANIZATIONS_CHANGES,
    )
}
"""Every control by its name, in the benchmarks' order."""

__all__ = [
    "AUDITORS",
    "BENCHMARKS",
    "CIS_BENCHMARKS",
    "CONTROLS",
    "DEFAULT_BENCHMARK",
    "PROWLER",
    "SECURITY_GROUP_CHANGES",
    "SECURITY_HUB",
    "STEAMPIPE",
    "Case",
    "Control",
    "Event",
    "Filter",
    "Prescription",
    "TextSearch",
    "Trail",
    "any_of",
    "squeezed",
]
