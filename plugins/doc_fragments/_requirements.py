# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The requirements. They replace amazon.aws.boto3, which lists older versions."""

from __future__ import annotations


class ModuleDocFragment:
    """Fragments: _requirements (what calls AWS) and _requirements.controller (what does not)."""

    DOCUMENTATION = r"""
options: {}
requirements:
  - python >= 3.11
  - boto3 >= 1.42.56
  - botocore >= 1.42.56
"""

    CONTROLLER = r"""
options: {}
requirements:
  - python >= 3.11
"""
