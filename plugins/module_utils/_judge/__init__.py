# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is the control monitored? The verdict on a control, from an observation, link by link. Pure.

`verdict.py` is the door, `result.py` what modules return of it. `paths.py` finds the paths of an account; `trail.py`,
`filters.py`, `alarm.py`, `notifier.py`, `topic.py` and `subscriptions.py` judge their links, with `findings.py` for the
findings. `standards.py`, `security_hub.py` and `other_auditors.py` hold what others would report, `collisions.py` what
else is counted, `evidence.py` the evidence. `once.py` keeps what is the same for each control of an account.
`preload.py` does before a fork what can be done then, with the account in `whole_account.py`.
"""
