# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs between an account and what is requested, as changes to write. Pure.

`plan.py` is the door. `existing.py` comes before it and takes out of a request what the account has already.
`desired.py` and `subscriber.py` are what is requested, `refusals.py` is what AWS would refuse of it, `destination.py`
where it goes, `sought.py` what has to be read for it, `topic_name.py` the topic's name where none was given.
`present.py` compares, by way of `filter_changes.py`, `topic_changes.py`, `subscription_changes.py` and
`alarm_changes.py`; `absent.py` removes. `result.py`, `diff.py` and `summary.py` are the plan as data, `obstacles.py` is
what keeps an alarm from notifying anyone once all is written.
`insights.py` is the console's link to a query, `log_query.py` the query itself.
`metric_filter.py` and `sample_events.py` are a single filter as a task requests it, `publish_policy.py` and
`policy_text.py` the statements that let alarms publish.
"""
