# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Searches a trail's log group for the events that match a control, and previews how often its alarm would fire.

`records.py` reads a CloudTrail record, with `identities.py` for who acted and `resources.py` for on what;
`table.py` shows records on a terminal. `noise.py` counts how often an alarm would ring, and `exclusions.py` what it
would cost to leave a principal out. `sources.py` finds a control's filters in an observation, `choice.py` the
controls that a user means, `window.py` the time to look at. All these are pure; `search.py` searches an account, with
the calls of `read.py`.
"""
