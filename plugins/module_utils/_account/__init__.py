# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was read from an AWS account, as dataclasses (an observation), and plain facts about it. Pure.

`observation.py` is what was read, with a Gap in place of what could not be; `trails.py` says which trails can be the
start of the path; `sought.py` is what else a plan wants read. `arn.py` reads ARNs.
"""
