# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requirements as findings name them: a control's own, and those of other frameworks that public sources relate to it.

docs/mappings.md is generated from it.

Nothing here is our own judgement: an entry is what its source states, and a framework without a source has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from . import CONTROLS
from .benchmarks import SECURITY_HUB, security_hub_standards_with


@dataclass(frozen=True)
class Source:
    """Who relates requirements to controls, and where."""

    name: str
    url: str


@dataclass(frozen=True)
class Framework:
    """A framework, and how its requirements are written: as Security Hub writes them where it does."""

    name: str
    prefix: str


@dataclass(frozen=True)
class Relation:
    """Requirements of a framework that a source relates to a control."""

    framework: Framework
    ids: tuple[str, ...]
    source: Source

    @property
    def requirements(self) -> tuple[str, ...]:
        """The requirements with their framework, such as NIST.800-53.r5 AU-6(1)."""
        return tuple(self.framework.prefix + one for one in self.ids)


AWS = Source(
    "AWS: Security Hub CSPM controls for Amazon CloudWatch, 'Related requirements'",
    "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html",
)
_PROWLER = (
    "https://github.com/prowler-cloud/prowler/blob/3e000faa3109230b748e4418a13c11c9e59f5cfb/prowler/compliance/aws/"
)
_POWERPIPE = "https://github.com/turbot/steampipe-mod-aws-compliance/tree/a1d0b446ef9b96ea64980859fc063d70da20778e/"
NIST_171 = Framework("NIST SP 800-171 Rev. 2", "NIST.800-171.r2 ")
PCI_3 = Framework("PCI DSS v3.2.1", "PCI DSS v3.2.1/")
_NIST_53 = Framework("NIST SP 800-53 Rev. 5", "NIST.800-53.r5 ")
_PCI_4 = Framework("PCI DSS v4.0", "PCI DSS v4.0/")
_SOC_2 = Framework("SOC 2", "SOC 2 ")
_ISO_2013 = Framework("ISO/IEC 27001:2013", "ISO/IEC 27001:2013 ")
_ISO_2022 = Framework("ISO/IEC 27001:2022", "ISO/IEC 27001:2022 ")

_TWO = ("3.14.6", "3.14.7")
_NETWORK = ("nacl_changes", "network_gateway_changes", "route_table_changes", "vpc_changes")
_ACCESS = ("console_signin_without_mfa", "root_usage", "console_authentication_failures", "kms_key_disable_or_delete")
_FOURTEEN = (
    "unauthorized_api_calls",
    "console_signin_without_mfa",
    "root_usage",
    "iam_policy_changes",
    "cloudtrail_configuration_changes",
    "console_authentication_failures",
    "kms_key_disable_or_delete",
    "s3_bucket_policy_changes",
    "config_changes",
    "security_group_changes",
    *_NETWORK,
)
_WITHOUT_ROUTES = tuple(name for name in _FOURTEEN if name != "route_table_changes")
_LOGS_OF_PCI_4 = ("10.2.1.1", "10.4.1", "10.4.1.1", "10.4.2", "10.6.3", "10.7.1", "10.7.2", "A3.3.1", "A3.5.1")
_OF_PCI_4 = {
    "network_gateway_changes": ("1.2.8",),
    "root_usage": ("8.2.1", "8.2.2", "8.2.4", "8.2.5", "8.3.11"),
}
_MONITORING_OF_NIST_53 = (
    *("AU-6(1)", "AU-6(5)", "AU-12(3)", "AU-14(a)", "AU-14(b)", "CA-2(2)", "CA-7", "CA-7(b)"),
    *("PM-14(a)(1)", "PM-14(b)", "PM-31", "SC-36(1)(a)", "SI-2(a)", "SI-4(12)", "SI-5(1)", "SI-5(b)"),
)
_IDS = tuple[str, ...]

_STATED: tuple[tuple[Framework, Source, Mapping[str, _IDS]], ...] = (
    (
        _NIST_53,
        Source("prowler: NIST 800-53 Revision 5", f"{_PROWLER}nist_800_53_revision_5_aws.json"),
        dict.fromkeys(_NETWORK, _MONITORING_OF_NIST_53),
    ),
    (
        NIST_171,
        AWS,
        {
            "unauthorized_api_calls": ("3.13.1", *_TWO),
            "root_usage": _TWO,
            "iam_policy_changes": _TWO,
            "cloudtrail_configuration_changes": ("3.3.8", *_TWO),
            "console_authentication_failures": _TWO,
            "kms_key_disable_or_delete": ("3.13.10", "3.13.16", *_TWO),
            "s3_bucket_policy_changes": _TWO,
            "config_changes": ("3.3.8", *_TWO),
            "security_group_changes": _TWO,
            "nacl_changes": _TWO,
            "network_gateway_changes": ("3.3.1", "3.13.1"),
            "route_table_changes": ("3.3.1", "3.13.1", *_TWO),
            "vpc_changes": ("3.3.1", "3.13.1", *_TWO),
        },
    ),
    (PCI_3, AWS, {"root_usage": ("7.2.1",)}),
    (
        PCI_3,
        Source("Powerpipe: PCI DSS v3.2.1", f"{_POWERPIPE}pci_dss_v321"),
        {"iam_policy_changes": ("8.1.2",)},
    ),
    (
        _PCI_4,
        Source("Powerpipe: PCI DSS v4.0", f"{_POWERPIPE}pci_dss_v40"),
        {
            name: (
                *_OF_PCI_4.get(name, ()),
                *_LOGS_OF_PCI_4[:-2],
                *(("11.5.2", "11.6.1", "12.10.5") if name in _ACCESS else ()),
                *_LOGS_OF_PCI_4[-2:],
            )
            for name in _FOURTEEN
        },
    ),
    (
        _SOC_2,
        Source("prowler: SOC 2", f"{_PROWLER}soc2_aws.json"),
        {
            "unauthorized_api_calls": ("PI1.3",),
            "root_usage": ("PI1.3",),
            "iam_policy_changes": ("CC5.2", "PI1.3"),
            "cloudtrail_configuration_changes": ("CC5.2",),
            "console_authentication_failures": ("PI1.3",),
            "s3_bucket_policy_changes": ("CC5.2",),
            "config_changes": ("CC5.2",),
            "security_group_changes": ("CC5.2",),
            **dict.fromkeys(_NETWORK, ("CC5.2", "CC7.2", "CC7.3", "CC7.4")),
            "organizations_changes": ("CC5.2",),
        },
    ),
    (
        # prowler numbers its checks within a clause with letters of its own, such as A.12.4.E.
        _ISO_2013,
        Source("prowler: ISO 27001:2013", f"{_PROWLER}iso27001_2013_aws.json"),
        {**dict.fromkeys(_FOURTEEN, ("A.12.4",)), "kms_key_disable_or_delete": ("A.10.1", "A.12.4")},
    ),
    (
        _ISO_2022,
        Source("prowler: ISO 27001:2022", f"{_PROWLER}iso27001_2022_aws.json"),
        {
            **dict.fromkeys((*_WITHOUT_ROUTES, "organizations_changes"), ("A.8.15", "A.8.16")),
            "vpc_changes": ("A.8.15", "A.8.16", "A.8.20", "A.8.21", "A.8.22"),
        },
    ),
)

_RELATIONS: dict[str, tuple[Relation, ...]] = {
    name: tuple(Relation(framework, ids[name], source) for framework, source, ids in _STATED if name in ids)
    for name in (*_FOURTEEN, "organizations_changes")
}

FRAMEWORKS: tuple[Framework, ...] = tuple(dict.fromkeys(framework for framework, _source, _ids in _STATED))
"""The frameworks, in the order of the page."""


@cache
def judged_by(control: str, benchmarks: str) -> tuple[str, ...]:
    """A control in each benchmark that it was judged by, in Security Hub's words, where a comma separates several.

    Security Hub is no framework: its controls are those of the CIS standards that it has.
    """
    ids = CONTROLS[control].ids
    names: list[str] = []
    for name in benchmarks.split(", "):
        names += security_hub_standards_with(ids[name]) if name == SECURITY_HUB else [name]
    return tuple(_of_cis(name, ids[name]) for name in dict.fromkeys(names))


def _of_cis(benchmark: str, number: str) -> str:
    return f"CIS AWS Foundations Benchmark v{benchmark.removeprefix('cis_v').replace('_', '.')}/{number}"


def relations(control: str) -> tuple[Relation, ...]:
    """What sources relate to a control, framework by framework."""
    return _RELATIONS[control]
