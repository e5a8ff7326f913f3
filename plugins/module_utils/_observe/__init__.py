# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads an AWS account, with read-only calls, into an observation. Nothing here judges or writes.

`account.py` reads an account once, along the path; `trails.py`, `log_groups.py`, `alarms.py` and `topics.py` read its
parts. `named_log_group.py` and `named_topic.py` read one resource for a module that changes it. `reader.py` is how
each of them asks: all pages, and a Gap where there is no answer.
"""
