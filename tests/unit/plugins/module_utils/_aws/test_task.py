# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a module's code ends: with a result, or with an error that says what was tried and keeps secrets."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, NoReturn

import pytest
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import (
    Task,
    TaskError,
    attempt,
    run_in,
    without_token,
)
from ansible_collections.aws_cis.monitoring.tests.unit.pattern_strategies import examples
from botocore.exceptions import ClientError, ConnectTimeoutError, NoCredentialsError
from hypothesis import given
from hypothesis import strategies as st

CANONICAL_REQUEST = """The request signature we calculated does not match the signature you provided.

The Canonical String for this request should have been
'POST
/

host:logs.eu-west-1.amazonaws.com
x-amz-date:20261123T050000Z
x-amz-security-token:{token}
x-amz-target:Logs_20140328.PutMetricFilter

host;x-amz-date;x-amz-security-token;x-amz-target
0123abcd'"""


class Ended(Exception):
    """The module has its result."""


class Module:
    """What run_in needs of an AnsibleModule."""

    def __init__(self, **params: Any) -> None:
        self.no_log_values: set[str] = set()
        self.params = {"region": "eu-west-1", "access_key": "x", "secret_key": "x", **params}
        self.check_mode, self._diff = True, False
        self.warnings: list[str] = []
        self.warn = self.warnings.append

    def exit_json(self, **result: Any) -> NoReturn:
        raise Ended(result)

    def fail_json(self, **result: Any) -> NoReturn:
        raise Ended({"failed": True, **result})


def ends_with(run: Any, module: Any = None) -> dict[str, Any]:
    with pytest.raises(Ended) as ended:
        run_in(module or Module(), run)
    return dict(ended.value.args[0])


def failing(error: Exception) -> TaskError:
    def act() -> None:
        with attempt("put filter f on group g in eu-west-1"):
            raise error

    with pytest.raises(TaskError) as failure:
        act()
    return failure.value


class TestAttempt:
    def test_an_error_of_aws_says_what_was_tried_and_keeps_the_request_id(self) -> None:
        answer = {
            "Error": {"Code": "AccessDeniedException", "Message": "Not you."},
            "ResponseMetadata": {"RequestId": "r-1", "HTTPStatusCode": 400},
        }
        failure = failing(ClientError(answer, "PutMetricFilter"))
        assert failure.message == (
            "Could not put filter f on group g in eu-west-1: AccessDeniedException: Not you. Allow PutMetricFilter, "
            "as the policies in docs/policies of this collection do (remediate.json, drill.json)."
        )
        assert failure.details == {"error_code": "AccessDeniedException", "request_id": "r-1", "status_code": 400}

    def test_what_is_to_be_removed_may_be_gone(self) -> None:
        error = ClientError({"Error": {"Code": "NotFound"}}, "DeleteTopic")
        with attempt("delete topic t", gone=["NotFound"]):
            raise error
        with pytest.raises(TaskError), attempt("delete topic t", gone=["QueueDoesNotExist"]):
            raise error

    def test_without_credentials_it_says_what_to_set(self) -> None:
        assert "Unable to locate credentials. Set the host variable aws_profile or aws_role_arn" in (
            failing(NoCredentialsError()).message
        )

    def test_an_error_without_any_words(self) -> None:
        failure = failing(ClientError({}, "PutMetricFilter"))
        assert failure.message.endswith(": Unknown: AWS returned no message.")
        assert failure.details == {"error_code": "Unknown"}

    def test_no_connection(self) -> None:
        failure = failing(ConnectTimeoutError(endpoint_url="https://logs.eu-west-1.amazonaws.com/"))
        assert failure.message.startswith("Could not put filter f on group g in eu-west-1: Connect timeout")
        assert failure.details == {}

    def test_errors_of_ours_pass(self) -> None:
        assert failing(TaskError("as it is", key=1)).details == {"key": 1}

    def test_a_signature_that_does_not_match_shows_no_token(self) -> None:
        message = CANONICAL_REQUEST.format(token="IQoJb3JpZ2luX2VjE+/=")
        failure = failing(ClientError({"Error": {"Code": "SignatureDoesNotMatch", "Message": message}}, "x"))
        assert "IQoJ" not in failure.message
        assert "x-amz-security-token:***\nx-amz-target:Logs_20140328.PutMetricFilter" in failure.message


class TestWithoutToken:
    @examples(50)
    @given(st.text("abcXYZ019+/=%-_.~", min_size=5))
    def test_wherever_aws_quotes_it(self, token: str) -> None:
        for text in (
            "x-amz-security-token:{}\nnext",
            "X-Amz-Security-Token={}&X-Amz-Date=1",
            "'X-Amz-Security-Token': '{}'",
            '"x-amz-security-token": "{}"',
        ):
            assert without_token(text.format(token)) == text.format("***")

    @pytest.mark.parametrize("text", ["", "Not you.", "host;x-amz-date;x-amz-security-token\nabc"])
    def test_other_texts_stay(self, text: str) -> None:
        assert without_token(text) == text


class TestRunIn:
    def test_the_code_gets_what_the_task_says_and_ends_with_its_result(self) -> None:
        seen: list[Task] = []

        def run(task: Task) -> dict[str, Any]:
            seen.append(task)
            task.warn("careful")
            return {"changed": True}

        module = Module(name="value")
        assert ends_with(run, module) == {"changed": True}
        [task] = seen
        assert (task.params["name"], task.check_mode, task.diff_mode) == ("value", True, False)
        assert task.clients.region == "eu-west-1"
        assert module.warnings == ["careful"]

    def test_a_task_error_fails_with_its_details(self) -> None:
        def run(_task: Task) -> NoReturn:
            raise TaskError("What went wrong.", error_code="X")

        assert ends_with(run) == {"failed": True, "msg": "What went wrong.", "error_code": "X"}

    @pytest.mark.parametrize("params", [{"profile": "p"}, {"region": None, "profile": None}])
    def test_wrong_connection_options_fail(self, params: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")

        result = ends_with(lambda task: task.clients.client("logs"), Module(**params))

        assert result["failed"] is True
        assert "profile" in result["msg"]

    def test_an_aws_module_warns_through_the_module_that_it_wraps(self) -> None:
        outer = Module()
        wrapped: list[str] = []
        outer._module = SimpleNamespace(warn=wrapped.append, no_log_values=set())  # type: ignore[attr-defined]

        def run(task: Task) -> dict[str, Any]:
            task.warn("careful")
            return {}

        ends_with(run, outer)
        assert (wrapped, outer.warnings) == (["careful"], [])
