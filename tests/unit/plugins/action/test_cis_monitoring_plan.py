# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that the roles give cis_monitoring_plan as one dictionary, and whether it leaves them anything to do."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.aws_cis.monitoring.plugins.action.cis_monitoring_plan import is_done, with_request


def test_without_a_request_the_options_stay() -> None:
    assert with_request({"controls": "all", "region": ""}) == {"controls": "all", "region": ""}


@pytest.mark.parametrize("empty", [None, "", [], {}])
def test_an_option_that_is_empty_counts_as_not_given(empty: Any) -> None:
    assert with_request({"request": {"topic_name": empty, "state": "absent"}}) == {"state": "absent"}


def test_an_option_with_a_default_may_be_empty() -> None:
    """Otherwise the default would be set up for a list of benchmarks that is empty by mistake."""
    assert with_request({"request": {"benchmarks": [], "update_key_policy": False}}) == {
        "benchmarks": [],
        "update_key_policy": False,
    }


def test_module_defaults_replace_nothing_of_the_request() -> None:
    of_defaults = {"topic_name": "other", "tags": {"a": "b"}, "access_key": "AKIA", "account": "111122223333"}
    request = {"topic_name": "alerts", "tags": None}
    assert with_request({**of_defaults, "request": request}) == {
        "access_key": "AKIA",
        "account": "111122223333",
        "topic_name": "alerts",
    }


@pytest.mark.parametrize(
    ("of_request", "expected"), [(None, "eu-west-1"), ("", "eu-west-1"), ("eu-west-2", "eu-west-2")]
)
def test_a_region_that_the_request_lacks_is_that_of_module_defaults(of_request: str | None, expected: str) -> None:
    assert with_request({"region": "eu-west-1", "request": {"region": of_request}}) == {"region": expected}


def test_what_is_no_option_of_the_plan_has_no_effect() -> None:
    """The playbooks' requests have a timeout, and an account is given by itself."""
    assert with_request({"request": {"timeout": 5, "account": "1", "request": {"state": "absent"}}}) == {}


def test_a_request_is_a_dictionary() -> None:
    with pytest.raises(AnsibleActionFail, match="must be a dictionary"):
        with_request({"request": "all"})


PLAYBOOK = {"__cis_monitoring_playbook": "remediate"}
EARLIER = {"cis_monitoring_after": {"skipped": True}}


@pytest.mark.parametrize(
    ("settled", "blocked", "variables", "done"),
    [
        pytest.param(True, "", {}, True, id="no change"),
        pytest.param(False, "", {}, False, id="changes"),
        pytest.param(False, "", PLAYBOOK, False, id="changes of a playbook"),
        pytest.param(False, "No trail.", {}, False, id="blocked, which a task of the role reports"),
        pytest.param(False, "No trail.", PLAYBOOK, True, id="blocked, which the playbook reports"),
        pytest.param(True, "", EARLIER, False, id="no change, but the result of an earlier run"),
    ],
)
def test_the_role_goes_on_where_it_has_something_to_do(
    settled: bool, blocked: str, variables: dict[str, Any], done: bool
) -> None:
    assert is_done({"settled": settled, "blocked": blocked}, variables) is done


@pytest.mark.parametrize("variables", [{}, PLAYBOOK, EARLIER])
def test_the_role_ends_where_there_is_no_plan(variables: dict[str, Any]) -> None:
    assert is_done(None, variables)
