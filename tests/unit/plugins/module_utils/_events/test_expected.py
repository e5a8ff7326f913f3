# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which events are expected: by a principal's ARN, which nobody else can have."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.expected import Expectation, Expected
from ansible_collections.aws_cis.monitoring.plugins.module_utils._events.records import (
    Event,
    event_of,
    newest_first,
)
from ansible_collections.aws_cis.monitoring.tests.unit.cloudtrail_records import (
    ACCOUNT,
    SERVICE,
    message,
    record,
    role,
    user,
)

CONTROL = "security_group_changes"
STRANGER = "999988887777"
MEMBER = "444455556666"


def event(identity: dict[str, Any], **more: Any) -> Event:
    return event_of(message(record(identity, "CreateSecurityGroup", datetime(2026, 11, 23, 23, tzinfo=UTC), **more)), 0)


def entry(*principals: str, **more: Any) -> dict[str, Any]:
    return {"principals": list(principals), "reason": "SEC-1.", **more}


def reason(given: dict[str, Any], of: Event, control: str = CONTROL) -> str:
    return Expectation([given]).reason(of, control)


DEPLOYMENT = role("Deployment", "pipeline")
ITS_ARN = f"arn:aws:iam::{ACCOUNT}:role/Deployment"
IN_A_PATH = role("Deployment", "s")
IN_A_PATH["sessionContext"]["sessionIssuer"]["arn"] = f"arn:aws:iam::{ACCOUNT}:role/ci/Deployment"


@pytest.mark.parametrize(
    ("principal", "identity", "is_expected"),
    [
        (ITS_ARN, DEPLOYMENT, True),
        (ITS_ARN, role("Deployment", "any", account=STRANGER), False),
        (ITS_ARN, user("Deployment"), False),
        (ITS_ARN, IN_A_PATH, False),
        ("arn:aws:iam::*:role/*Deployment", IN_A_PATH, True),
        ("arn:aws:iam::*:role/Deploy*", DEPLOYMENT, True),
        # The same name in another account is somebody else.
        ("arn:aws:iam::*:role/Deployment", role("Deployment", "s", account=STRANGER), False),
        (f"arn:aws:iam::{STRANGER[:4]}*:role/Deployment", role("Deployment", "s", account=STRANGER), True),
        # No wildcard crosses a colon.
        ("arn:aws:iam::*", DEPLOYMENT, None),
        ("arn:aws:*:role/Deployment", DEPLOYMENT, None),
        ("autoscaling.amazonaws.com", SERVICE, True),
        ("autoscaling.amazonaws.com", role("Deployment", "s", invokedBy="autoscaling.amazonaws.com"), False),
        ("arn:aws:iam::*:*", {"type": "AWSAccount", "accountId": ACCOUNT}, False),
    ],
)  # fmt: skip
def test_a_principal_is_known_by_its_arn(principal: str, identity: dict[str, Any], is_expected: bool | None) -> None:
    if is_expected is None:
        with pytest.raises(ValueError, match="neither an ARN nor a service"):
            Expected.of(entry(principal))
    else:
        assert bool(reason(entry(principal), event(identity))) is is_expected


def test_of_an_organizations_trail_the_members_account_counts() -> None:
    of_member = event(role("Deployment", "s", account=MEMBER), recipientAccountId=MEMBER)
    assert reason(entry("arn:aws:iam::*:role/Deployment", accounts=[MEMBER]), of_member)
    assert not reason(entry("arn:aws:iam::*:role/Deployment", accounts=[ACCOUNT]), of_member)
    assert reason(entry(f"arn:aws:iam::{MEMBER}:role/Deployment", accounts=["4444*"]), of_member)


def test_an_entry_may_be_of_one_control() -> None:
    assert reason(entry(ITS_ARN, control=CONTROL), event(DEPLOYMENT)) == "SEC-1."
    assert reason(entry(ITS_ARN, control="root_usage"), event(DEPLOYMENT)) == ""


def test_an_event_is_expected_if_it_was_when_it_happened() -> None:
    expectation = Expectation([entry(ITS_ARN, until="2026-11-23")])
    assert expectation.reason(event(DEPLOYMENT), CONTROL) == "SEC-1."
    assert list(expectation.expired()) == []

    expectation = Expectation([entry(ITS_ARN, until="2026-11-22"), entry("config.amazonaws.com", until="2026-11-22")])
    assert expectation.reason(event(DEPLOYMENT), CONTROL) == ""
    [said] = expectation.expired()
    assert said.startswith(f"Expected principal {ITS_ARN}: expired on 2026-11-22.")


def test_an_entry_that_was_renewed_has_not_expired() -> None:
    expectation = Expectation([entry(ITS_ARN, until="2026-11-22"), entry(ITS_ARN, reason="SEC-2.")])
    assert expectation.reason(event(DEPLOYMENT), CONTROL) == "SEC-2."
    assert list(expectation.expired()) == []


def test_an_event_of_two_controls_is_expected_if_it_is_for_both() -> None:
    one = Event.matched_by(event(DEPLOYMENT), CONTROL, ["f"])
    other = Event.matched_by(event(DEPLOYMENT), "vpc_changes", ["g"])
    expectation = Expectation([entry(ITS_ARN, control=CONTROL)])
    assert not expectation.reason(other, "vpc_changes")
    for events in ((expectation.told(one), other), (other, expectation.told(one))):
        [merged] = newest_first(events)
        assert (set(merged.controls), merged.as_dict()["expected"]) == ({CONTROL, "vpc_changes"}, False)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"principals": [], "reason": "x"}, "has no principals"),
        (entry("Deployment"), "'Deployment' is neither an ARN nor a service. A name alone exists in many accounts"),
        (entry("*"), "neither an ARN nor a service"),
        (entry("arn:aws:s3:::bucket"), "neither an ARN nor a service"),
        (entry(ITS_ARN, reason=" "), "has no reason. Set `reason`, to state why."),
        (entry(ITS_ARN, until="31.1.2027"), "which is not a date. Use the format 2027-01-31."),
        (entry(ITS_ARN, accounts=["production"]), "'production' is not an account id"),
    ],
)
def test_what_can_not_be_meant_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=r"The expected principal") as raised:
        Expected.of(given)
    assert said in str(raised.value)
