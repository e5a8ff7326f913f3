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
    choices:
      - unauthorized_api_calls
      - console_signin_without_mfa
      - root_usage
      - iam_policy_changes
      - cloudtrail_configuration_changes
      - console_authentication_failures
      - kms_key_disable_or_delete
      - s3_bucket_policy_changes
      - config_changes
      - security_group_changes
      - nacl_changes
      - network_gateway_changes
      - route_table_changes
      - vpc_changes
      - organizations_changes
      - all
    default: [security_group_changes]
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
