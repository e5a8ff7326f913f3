# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs between an account and what is asked for, as changes to write. Pure.

`plan.py` is the door. `desired.py` is what is asked for, `destination.py` where it goes; `present.py` and `absent.py`
compare, `result.py` is the plan as data. `metric_filter.py` and `sample_events.py` are a single filter as a task asks
for it, `publish_policy.py` and `policy_text.py` the statements that let alarms publish.
"""
