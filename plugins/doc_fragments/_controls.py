# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controls and benchmarks. Each module describes its own options."""

from __future__ import annotations


class ModuleDocFragment:
    """Fragments: _controls, _controls.benchmark (to judge by) and _controls.benchmarks (to satisfy)."""

    DOCUMENTATION = r"""
options:
  controls:
    type: list
    elements: str
    default: [security_group_changes]
notes:
  - >-
    The controls are V(unauthorized_api_calls), V(console_signin_without_mfa), V(root_usage),
    V(iam_policy_changes), V(cloudtrail_configuration_changes), V(console_authentication_failures),
    V(kms_key_disable_or_delete), V(s3_bucket_policy_changes), V(config_changes), V(security_group_changes),
    V(nacl_changes), V(network_gateway_changes), V(route_table_changes), V(vpc_changes) and
    V(organizations_changes). O(controls) also takes their numbers, those of the CIS benchmarks, such as
    V(5.10), and those of Security Hub, such as V(CloudWatch.10). Quote a number, since YAML reads an unquoted
    5.10 as 5.1.
"""

    BENCHMARK = r"""
options:
  benchmark:
    type: list
    elements: str
    choices:
      - cis_v1_2_0
      - cis_v1_3_0
      - cis_v1_4_0
      - cis_v1_5_0
      - cis_v2_0_0
      - cis_v3_0_0
      - cis_v4_0_0
      - cis_v5_0_0
      - cis_v6_0_0
      - cis_v7_0_0
      - security_hub
    default: [cis_v1_4_0]
"""

    BENCHMARKS = r"""
options:
  benchmarks:
    type: list
    elements: str
    choices:
      - cis_v1_2_0
      - cis_v1_3_0
      - cis_v1_4_0
      - cis_v1_5_0
      - cis_v2_0_0
      - cis_v3_0_0
      - cis_v4_0_0
      - cis_v5_0_0
      - cis_v6_0_0
      - cis_v7_0_0
      - security_hub
      - prowler
      - steampipe
    default: [security_hub, cis_v7_0_0]
"""
