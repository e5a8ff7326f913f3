# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Combines the results of an audit into one report, and writes it in each format. Pure.

`report.py` builds a report or merges several, from the entries of `entry.py`, which `accounts.py` holds; `outcome.py`
decides what counts. `accepted.py` has the accepted findings, `declared.py` the declared alternatives (`rules.py` what
both are), `comparison.py` the changes since another report, `since.py` when findings appeared.
`lines.py` has it in lines; `tables.py`, `findings.py` and `page.py` write it; `drills.py` has the drills.
`causes.py` groups what fails, with the commands of `remedy.py`. `page_views.py` counts what the page shows,
`page_data.py` has the data of its script, and html/ the page itself.
`events.py` is a report of another kind, of events, and `rollout.py` has what the role did to accounts.

`screen.py` fits what a run comes down to on a terminal; the modules whose names end with `_screen` say what that is.
"""
