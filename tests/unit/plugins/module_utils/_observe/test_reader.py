# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of an answer that is denied, cut short, spread over pages, or an error."""

from __future__ import annotations

import itertools
import threading
from typing import Any

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import TaskError
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe import reader as reader_module
from ansible_collections.aws_cis.monitoring.plugins.module_utils._observe.reader import (
    NotThere,
    Reader,
    Unanswered,
    together,
)
from ansible_collections.aws_cis.monitoring.tests.unit.fake_aws import Answer, Body, FakeAws, Fault, Pages

TOPIC = "arn:aws:sns:eu-west-1:111122223333:alerts"


def ask_for_topic(answer: Answer) -> Any:
    reader = Reader(FakeAws({"sns:GetTopicAttributes": answer}))
    return reader.ask(
        "sns",
        "get_topic_attributes",
        region="eu-west-1",
        about=TOPIC,
        needs=("Attributes",),
        missing=("NotFound",),
        TopicArn=TOPIC,
    )


def list_filters(answer: Answer) -> Any:
    reader = Reader(FakeAws({"logs:DescribeMetricFilters": answer}))
    return reader.pages(
        "logs",
        "describe_metric_filters",
        region="eu-west-1",
        about="group",
        needs=("metricFilters",),
        logGroupName="group",
    )


def test_an_answer_comes_back() -> None:
    assert ask_for_topic({"Attributes": {"Owner": "1"}})["Attributes"] == {"Owner": "1"}


@pytest.mark.parametrize(
    "code",
    [
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "AuthorizationErrorException",
        "KMSAccessDenied",
        "KMSAccessDeniedException",
        "OperationNotPermittedException",
        "UnauthorizedOperation",
    ],
)
def test_a_denied_call_is_a_gap(code: str) -> None:
    with pytest.raises(Unanswered) as caught:
        ask_for_topic(Fault(code))
    gap = caught.value.gap
    assert (gap.call, gap.resource, gap.code) == ("sns:GetTopicAttributes", TOPIC, "ACCESS_DENIED")
    assert gap.detail == f"sns:GetTopicAttributes for {TOPIC} was denied."


def test_a_denial_by_a_service_control_policy_says_so() -> None:
    message = (
        "User: arn:aws:iam::1:user/u is not authorized to perform: x with an explicit deny in a service control policy"
    )
    with pytest.raises(Unanswered) as caught:
        ask_for_topic(Fault("AccessDenied", message))
    assert caught.value.gap.detail == f"sns:GetTopicAttributes for {TOPIC} was denied by a service control policy."


@pytest.mark.parametrize("answer", [{}, {"Attributes": None}])
def test_an_answer_without_what_it_must_have_is_a_gap(answer: Answer) -> None:
    with pytest.raises(Unanswered) as caught:
        ask_for_topic(answer)
    assert caught.value.gap.code == "RESPONSE_INCOMPLETE"


@pytest.mark.parametrize("cut", ["", "<GetTopicAttributesResponse><GetTopicAttributesRes", "<html>"])
def test_a_body_cut_short_is_a_gap_in_xml(cut: str) -> None:
    with pytest.raises(Unanswered) as caught:
        ask_for_topic(Body(cut))
    assert caught.value.gap.code == "RESPONSE_INCOMPLETE"


@pytest.mark.parametrize("cut", ["", "{", '{"metricFilters": [{"filterName": "a"', "<html>"])
def test_a_body_cut_short_is_a_gap_in_json(cut: str) -> None:
    with pytest.raises(Unanswered) as caught:
        list_filters(Body(cut))
    assert caught.value.gap.code == "RESPONSE_INCOMPLETE"


def test_what_does_not_exist_is_not_there() -> None:
    with pytest.raises(NotThere):
        ask_for_topic(Fault("NotFound"))


def test_any_other_error_says_what_was_tried() -> None:
    with pytest.raises(TaskError) as caught:
        ask_for_topic(Fault("InternalError", "out of order"))
    assert f"read {TOPIC} in eu-west-1 (sns:GetTopicAttributes)" in str(caught.value)
    assert "out of order" in str(caught.value)


def test_all_pages_are_read_those_after_an_empty_one_too() -> None:
    one, two, three = ({"filterName": name} for name in ("one", "two", "three"))
    pages = Pages([{"metricFilters": [one]}, {"metricFilters": []}, {"metricFilters": [two, three]}])
    assert [page["metricFilters"] for page in list_filters(pages)] == [[one], [], [two, three]]


def test_a_later_page_cut_short_makes_all_of_it_a_gap() -> None:
    with pytest.raises(Unanswered) as caught:
        list_filters(Pages([{"metricFilters": []}, {}]))
    assert caught.value.gap.code == "RESPONSE_INCOMPLETE"


def test_a_later_page_denied_makes_all_of_it_a_gap() -> None:
    def answer(nextToken: str | None = None, **_others: Any) -> Answer:
        return Fault("AccessDeniedException") if nextToken else {"metricFilters": [], "nextToken": "more"}

    with pytest.raises(Unanswered) as caught:
        list_filters(answer)
    assert caught.value.gap.code == "ACCESS_DENIED"


@pytest.mark.parametrize("tokens", [("same",), ("one", "other")])
def test_pages_that_never_end_are_a_gap(tokens: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """botocore notices a token that follows itself, and goes round in a larger circle for ever."""
    monkeypatch.setattr(reader_module, "MOST_PAGES", 20)
    given = itertools.cycle(tokens)
    asked: list[str | None] = []

    def answer(nextToken: str | None = None, **_others: Any) -> Answer:
        asked.append(nextToken)
        assert len(asked) < 100
        return {"metricFilters": [], "nextToken": next(given)}

    with pytest.raises(Unanswered, match="does not end") as caught:
        list_filters(answer)
    assert caught.value.gap.code == "RESPONSE_INCOMPLETE"


@pytest.mark.parametrize(
    "answer",
    [
        {"metricFilters": "text"},
        {"metricFilters": {"filterName": "one"}},
        {"metricFilters": [1]},
        {"metricFilters": [None]},
        {"metricFilters": [{"filterName": ["one"]}]},
        {"metricFilters": [{"metricTransformations": [{"metricName": 5}]}]},
        {"metricFilters": [{"applyOnTransformedLogs": "false"}]},
        {"metricFilters": [{"creationTime": True}]},
        {"metricFilters": [], "nextToken": 5},
        Body('{"metricFilters": [{"metricTransformations": 5}]}'),
        Body('{"metricFilters": [[]]}'),
        Body("[]"),
    ],
)
def test_values_of_the_wrong_type_are_a_gap(answer: Answer) -> None:
    with pytest.raises(Unanswered) as caught:
        list_filters(answer)
    assert caught.value.gap.code == "RESPONSE_INCOMPLETE"


def test_what_is_null_or_new_in_an_answer_does_no_harm() -> None:
    whole = {"metricFilters": [{"filterName": "one", "filterPattern": None, "aNewField": 5}]}
    assert list_filters(whole)[0]["metricFilters"] == whole["metricFilters"]


def test_no_page_is_read_after_enough() -> None:
    groups: list[list[dict[str, Any]]] = [[{"logGroupName": name}] for name in ("one", "two", "three")]
    aws = FakeAws({"logs:DescribeLogGroups": Pages([{"logGroups": page} for page in groups])})
    pages = Reader(aws).pages(
        "logs",
        "describe_log_groups",
        region="eu-west-1",
        about="group",
        needs=("logGroups",),
        enough=lambda page: page["logGroups"] == groups[1],
    )
    assert [page["logGroups"] for page in pages] == groups[:2]
    assert len(aws.calls) == 2


def test_independent_calls_run_side_by_side_and_keep_their_order() -> None:
    meeting = threading.Barrier(3, timeout=10)  # passes only if all three are under way at once

    def arrive(number: int) -> int:
        meeting.wait()
        return number

    assert together([lambda: arrive(1), lambda: arrive(2), lambda: arrive(3)]) == [1, 2, 3]


def test_an_error_of_one_call_is_not_lost() -> None:
    def fail() -> int:
        raise TaskError("no")

    with pytest.raises(TaskError):
        together([lambda: 1, fail])
