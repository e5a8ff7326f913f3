# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The results of an audit as one report, and the report in its formats. Pure.

`report.py` builds a report or merges several; `tables.py`, `findings.py` and `page.py` write it; `drills.py` is what
it has of drills. `events.py` is a report of another kind, of who did what.
"""
