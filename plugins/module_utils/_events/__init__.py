# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Searches a trail's log group for the events that match a control, and previews how often its alarm would fire.

`records.py` reads a CloudTrail record, with `identities.py` for who acted and `resources.py` for on what;
`expected.py` tells expected principals from others, and `table.py` formats records as a table. `noise.py` counts how
often an alarm would fire, and `exclusions.py` proves how excluding a principal would weaken the control. `sources.py`
finds a control's filters in an observation, `installed.py` those that would be installed, `window.py` is the time
range, `notification.py` an alarm's message. All these are pure; `search.py` searches an account, with the calls of
`read.py`.
"""
