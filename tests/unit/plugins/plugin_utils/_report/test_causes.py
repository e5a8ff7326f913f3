# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The causes of what accounts fail for, and their remedies."""

from __future__ import annotations

import shlex
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.accepted import Acceptance
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.causes import Cause, causes
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._report.remedy import host_pattern
from ansible_collections.aws_cis.monitoring.tests.unit.observations import (
    GROUP_ARN,
    a_filter,
    a_group,
    whole_account,
    with_controls,
    with_trail,
)
from ansible_collections.aws_cis.monitoring.tests.unit.plugins.plugin_utils._report.fleet import (
    FIFTEEN,
    FLEET,
    SECURITY_GROUP_CHANGES,
    broken,
    fifteen,
    member,
    of_observation,
    report_of,
)

LIMITED = "ansible-playbook aws_cis.monitoring.remediate -i accounts.yml --limit="


def _bare(number: str, **changes: Any) -> dict[str, Any]:
    return fifteen(number, whole_account(log_groups={GROUP_ARN: a_group(a_filter("{ $.a = b }"))}, **changes))


def _single_region(number: str) -> dict[str, Any]:
    return of_observation(with_trail(is_multi_region=False), SECURITY_GROUP_CHANGES, number=number)


def _of(results: dict[str, Any], *arguments: Any) -> list[Cause]:
    return causes(report_of(results, *arguments)["accounts"])


def test_the_same_cause_of_several_accounts_and_controls_is_one() -> None:
    [cause] = _of({"a": _bare("1" * 12), "b": _bare("2" * 12), "whole": fifteen()})
    assert (cause.code, cause.outcome, cause.link) == ("FILTER_MISSING", "non_compliant", "metric_filter")
    assert list(cause.accounts) == ["a", "b"]
    assert cause.controls == [one.name for one in FIFTEEN]
    assert cause.is_remediated
    [command] = cause.commands()
    assert command.text == f"{LIMITED}a,b -e cis_monitoring_controls=all"
    assert command.hosts == ("a", "b")


def test_a_command_is_never_longer_than_a_shell_takes() -> None:
    fleet = {f"production-account-{number:05}": broken(f"{number:012}") for number in range(4100)}
    [cause] = _of(fleet)
    commands = cause.commands()
    assert [len(one.hosts) for one in commands] == [2000, 2000, 100]
    assert max(len(word) for one in commands for word in shlex.split(one.text)) < 128 * 1024


def test_failures_come_first_and_of_these_the_cause_of_most_accounts() -> None:
    found = _of({**FLEET, "unasked": None, "bare": _bare("5" * 12), "broken 2": broken("6" * 12)})
    assert [(one.code, one.outcome) for one in found] == [
        ("ALARM_MISSING", "non_compliant"),
        ("FILTER_MISSING", "non_compliant"),
        ("NOT_AUDITED", "unknown"),
        ("UNREACHABLE", "unreachable"),
    ]
    assert found[-1].fixes == ["Check the credentials, the role and the network, then audit again."]


def test_a_trail_is_fixed_by_the_aws_cli_with_a_command_for_each_trail() -> None:
    first, second = _single_region("1" * 12), _single_region("2" * 12)
    arn = first["controls"][0]["links"][0]["resource"]
    second["controls"][0]["links"][0]["resource"] = arn.replace(":trail/", ":trail/x y;")
    [cause] = _of({"a": first, "b": second})
    assert not cause.is_remediated
    told = [(shlex.split(one.text), one.hosts) for one in cause.commands()]
    words = ["aws", "cloudtrail", "update-trail", "--name", arn, "--is-multi-region-trail", "--region", "eu-west-1"]
    other = [arn.replace(":trail/", ":trail/x y;") if word == arn else word for word in words]
    assert told == [(words, ("a",)), (other, ("b",))]


def test_a_command_names_the_inventory_and_the_controls() -> None:
    only_groups = fifteen("1" * 12, with_controls([SECURITY_GROUP_CHANGES, *FIFTEEN[2:9]]))
    [cause] = _of({"a": only_groups})
    [command] = cause.commands(["my hosts.yml", "more"])
    assert shlex.split(command.text)[2:6] == ["-i", "my hosts.yml", "-i", "more"]
    assert "--limit=a" in command.text
    assert "unauthorized_api_calls" in command.text
    assert "root_usage" not in command.text


@pytest.mark.parametrize("name", ["a:b", "!a", "@file", "~x", "a,b", "a[0]", "a*", "-x", "a b", "ä"])
def test_a_pattern_matches_the_host_of_any_name(name: str) -> None:
    pattern = host_pattern(name)
    assert fnmatchcase(name, pattern)
    assert not set(pattern) & set(":!@~,[]*& ")


def test_what_is_accepted_or_verified_elsewhere_is_no_cause() -> None:
    acceptance = Acceptance([{"reason": "SEC-1", "accounts": ["broken"]}], {}, date(2026, 11, 23))
    assert [one.code for one in _of(FLEET, None, acceptance)] == ["UNREACHABLE"]


def member_of(number: str) -> dict[str, Any]:
    found = member(number)
    found["controls"][0]["links"][1] |= {"status": "elsewhere", "code": "LOG_GROUP_IN_OTHER_ACCOUNT"}
    return found


def test_an_account_that_a_failing_one_covers_is_fixed_there() -> None:
    covered = member_of("333344445555")
    found = _of({"org": broken("111122223333"), "member": covered})
    assert {one.code: one.fixes for one in found} == {
        "ALARM_MISSING": ["Tell somebody."],
        "LOG_GROUP_IN_OTHER_ACCOUNT": ["Fix account org, which covers this one."],
    }
