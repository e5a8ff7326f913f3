# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module leaves behind in Ansible's process: nothing. Its results: tests/integration/test_in_worker.py."""

from __future__ import annotations

import datetime
import logging
import os
import types
from typing import Any

import boto3.session
import botocore.session
import pytest
from ansible.errors import AnsibleError
from ansible.module_utils.common.parameters import remove_values
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.kept import kept, kept_for
from ansible_collections.aws_cis.monitoring.plugins.module_utils._aws.task import Task, TaskError, run_as_module
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._in_worker import inside, surroundings
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._in_worker.module import has_any
from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._plain_data import without_secrets
from botocore.config import Config

LOGGER = logging.getLogger("botocore.endpoint")


def result_of(run: Any, **arguments: Any) -> dict[str, Any]:
    def main() -> None:
        run_as_module({"name": {"type": "str"}}, run)

    return inside.result_of(main, {"region": "eu-west-1", **arguments})


def test_the_environment_is_the_tasks_and_then_ansibles_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    before = dict(os.environ)
    seen: list[str | None] = []

    def fail() -> None:
        seen.extend(map(os.environ.get, ("AWS_REGION", "AWS_PROFILE")))
        os.environ["LEFT"] = "behind"
        raise KeyError

    with pytest.raises(KeyError), surroundings.environment({"AWS_REGION": "us-east-1", "AWS_PROFILE": 5}):
        fail()
    assert seen == ["us-east-1", "5"]
    assert dict(os.environ) == before


@pytest.mark.parametrize("fails", [True, False])
def test_the_endpoint_log_is_read_and_then_as_before(fails: bool, caplog: pytest.LogCaptureFixture) -> None:
    def run(_task: Task) -> dict[str, Any]:
        LOGGER.debug(
            "Making request for OperationModel(name=%s) with params: %s",
            "GetCallerIdentity",
            {"url": "https://sts.eu-west-1.amazonaws.com/", "headers": {"X-Amz-Security-Token": "secret"}},
        )
        if fails:
            raise TaskError("It is wrong.")
        return {"changed": False}

    before = (LOGGER.level, LOGGER.propagate, list(LOGGER.handlers))
    result = result_of(run, debug_botocore_endpoint_logs=True)
    assert result["resource_actions"] == ["sts:GetCallerIdentity"]
    assert result.get("failed", False) is fails
    assert (LOGGER.level, LOGGER.propagate, list(LOGGER.handlers)) == before
    assert "secret" not in caplog.text
    assert "resource_actions" not in result_of(run)


def test_folder_and_locale_stay(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """An ordinary module leaves a folder that it can't read, which would be Ansible's here."""
    monkeypatch.setenv("LC_ALL", "none")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "access", lambda *arguments, **more: False)
    result_of(lambda task: {})
    assert os.getcwd() == str(tmp_path)
    assert os.environ["LC_ALL"] == "none"


def test_secrets_are_masked_wherever_they_are() -> None:
    result = result_of(
        lambda task: {"changed": True, "text": "the s3cr3t is out", "deep": [{"of": "s3cr3t"}]}, secret_key="s3cr3t"
    )
    # Until ansible-core 2.21 in the result; since then, where it is shown or written.
    masked = without_secrets(result)
    assert masked["text"] in ("the ******** is out", "the $REDACTED$ is out")
    assert "s3cr3t" not in str(masked)
    assert masked["changed"] is True
    assert not [name for name in result if name.startswith("_ansible")]


@pytest.mark.parametrize("secret", ["s3cr3t", 'with "quotes" and \\', "Ärger\n🚨", "31415"])
@pytest.mark.parametrize("place", ["{}", "of {}, and more"])
@pytest.mark.parametrize("is_number", [False, True])
def test_what_core_finds_in_a_result_is_not_overlooked(secret: str, place: str, is_number: bool) -> None:
    """Core masks value by value; here only where the result may have a secret."""
    value: Any = int(secret) if is_number and secret.isdigit() else place.format(secret)
    data = {"texts": [{"deep": [value, "other"]}], "rest": {"one": 1, "at": datetime.date(2026, 1, 1)}}
    assert has_any({secret}, data)
    assert not has_any({secret}, {**data, "texts": ["other"]})
    assert remove_values(data, {secret}) != data


def test_a_result_of_which_nothing_is_masked_stays_as_it_was() -> None:
    data = {"list": [{"none": None, "yes": True, "number": 1.5}], "dict": {"text": "s3cr"}, "text": "", "number": 5}
    result = result_of(lambda task: {"changed": False, **data}, secret_key="s3cr3t")
    assert {name: result[name] for name in data} == data
    assert "s3cr3t" not in str(result), "also in the invocation, which core 2.22 adds only where it is asked for"


def test_without_boto3_the_task_fails_as_amazon_aws_says_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ansible_collections.amazon.aws.plugins.module_utils.botocore.HAS_BOTO3", False)
    result = result_of(lambda task: pytest.fail("it ran"))
    assert result["failed"] is True
    assert "botocore and boto3" in result["msg"]


def test_what_a_module_is_made_from_is_amazon_aws_own_again() -> None:
    before = (dict(AnsibleAWSModule.default_settings), boto3.session.Session)
    result_of(lambda task: {})
    assert (dict(AnsibleAWSModule.default_settings), boto3.session.Session) == before


def test_an_error_that_a_module_does_not_handle_is_named() -> None:
    with pytest.raises(AnsibleError, match="Module failed") as failed:
        result_of(lambda task: {}["endpoint"])
    assert isinstance(failed.value.__cause__, KeyError)


def test_a_module_without_a_result_fails() -> None:
    with pytest.raises(AnsibleError, match="without a result"):
        inside.result_of(lambda: None, {})


SHOP = {"region_name": "eu-west-1", "aws_access_key_id": "A", "aws_secret_access_key": "S"}


def once() -> Config:
    """Settings in an object of their own, as amazon.aws makes one for each client."""
    return Config(retries={"max_attempts": 1})


def client_of_item(task: str = "one", session: dict[str, Any] | None = None, **options: Any) -> Any:
    """The client that a stock module makes with boto3 for an item of a loop."""
    with kept_for(task), surroundings.preloaded_sessions():
        return boto3.session.Session(**(session or {})).client("cloudwatch", **{**SHOP, **options})


def test_items_of_a_loop_share_the_client_of_a_stock_module() -> None:
    first = client_of_item(config=once())
    assert client_of_item(config=once()) is first


@pytest.mark.parametrize(
    "other",
    [
        {"task": "two"},
        {"session": {"region_name": "eu-west-2"}},
        {"session": {"botocore_session": botocore.session.get_session()}},
        {"aws_access_key_id": "B"},
        {"endpoint_url": "http://127.0.0.1:9"},
        {"verify": False},
        {"config": Config(retries={"max_attempts": 2})},
        {"config": None},
    ],
)
def test_not_with_anything_else(other: dict[str, Any]) -> None:
    first = client_of_item(config=once())
    assert client_of_item(**{"config": once(), **other}) is not first


class Action:
    """An action plugin, as far as it says which task it has and which environment."""

    _task = types.SimpleNamespace(_uuid="one task", loop=[1, 2])

    def _compute_environment_string(self, environment: dict[str, Any]) -> None:
        """There is none."""


@pytest.mark.parametrize(
    ("arguments", "is_shared"),
    [
        ({"access_key": "A"}, True),
        ({"aws_access_key_id": "A"}, True),
        ({"profile": "shop", "access_key": ""}, False),
        ({}, False),
    ],
)
def test_modules_of_a_task_share_what_belongs_to_given_keys(arguments: dict[str, Any], is_shared: bool) -> None:
    found = []
    for module in ("first", "second"):
        with inside._around(Action(), module, arguments):
            found.append(kept("the same", object))
    assert (found[0] is found[1]) is is_shared
