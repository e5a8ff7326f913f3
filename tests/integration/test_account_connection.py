# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup as users meet it: in module_defaults, for modules of other collections, with an STS that is strict.

The sandbox assumes any role, and tells who ends up where. A stub of STS refuses wrong external ids, as AWS does, tells
what it was asked, and gives secrets that a test can search for.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

import pytest
from harness import accounts_inventory

ROLE = "arn:aws:iam::111122223333:role/Audit"
EXTERNAL_ID = "open-sesame"
SECRETS = ("issued-secret", "issued-token", "profile-secret")

PLAY = """
- hosts: all
  gather_facts: false
  connection: local
  vars:
    ansible_python_interpreter: "{{ ansible_playbook_python }}"
  module_defaults:
    group/aws_cis.monitoring.aws: "{{ lookup('aws_cis.monitoring.account_connection') }}"
  tasks:
"""
WHO_AM_I = """
    - name: Who am I
      amazon.aws.aws_caller_info:
"""


@dataclass
class StubSTS:
    """Answers AssumeRole and GetCallerIdentity, and keeps what it was asked: the access key and the parameters."""

    url: str
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def assumed(self) -> list[dict[str, str]]:
        return [parameters for _unused, parameters in self.asked if parameters.get("Action") == "AssumeRole"]

    def answer(self, access_key: str, parameters: dict[str, str]) -> tuple[int, str]:
        self.asked.append((access_key, parameters))
        action = parameters.get("Action", "")
        if action == "AssumeRole" and parameters.get("ExternalId") == EXTERNAL_ID:
            role = parameters["RoleArn"].rsplit("/")[-1]
            text = (
                f"<Credentials><AccessKeyId>ASIA{role}</AccessKeyId><SecretAccessKey>issued-secret</SecretAccessKey>"
                "<SessionToken>issued-token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
            )
        elif action == "GetCallerIdentity":
            text = f"<Account>1</Account><UserId>x</UserId><Arn>arn:aws:sts::1:key/{access_key}</Arn>"
        else:
            message = f"User: arn:aws:iam::9:user/{access_key} is not authorized to perform: sts:{action}"
            error = f"<Error><Type>Sender</Type><Code>AccessDenied</Code><Message>{message}</Message></Error>"
            return 403, f"<ErrorResponse>{error}</ErrorResponse>"
        return 200, f"<{action}Response><{action}Result>{text}</{action}Result></{action}Response>"


@pytest.fixture
def sts() -> Iterator[StubSTS]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            access_key = self.headers["Authorization"].partition("Credential=")[2].partition("/")[0]
            status, text = stub.answer(access_key, dict(parse_qsl(body)))
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_unused: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        stub = StubSTS(f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield stub
        server.shutdown()


@pytest.fixture
def profile(tmp_path) -> dict[str, str]:
    """Give the environment in which the profile 'source' exists."""
    credentials = tmp_path / "credentials"
    credentials.write_text("[source]\naws_access_key_id = AKIASOURCE\naws_secret_access_key = profile-secret\n")
    return {"AWS_SHARED_CREDENTIALS_FILE": str(credentials), "AWS_CONFIG_FILE": str(tmp_path / "none")}


def host(sts: StubSTS, **variables: Any) -> dict[str, Any]:
    """Give an inventory of one host that assumes a role at the stub with a profile."""
    standard = {
        "aws_region": "eu-west-1",
        "aws_profile": "source",
        "aws_endpoint_url": sts.url,
        "aws_role_arn": ROLE,
        "aws_external_id": EXTERNAL_ID,
    }
    return {"all": {"hosts": {"shop": {**standard, **variables}}}}


@pytest.mark.parametrize("arguments", [[], ["--check"]], ids=["run", "check"])
def test_stock_modules_get_the_role_s_credentials(ansible_playbook, sts, profile, arguments):
    run = ansible_playbook(PLAY + WHO_AM_I, host(sts), *arguments, env=profile)
    assert run.result("Who am I")["arn"] == "arn:aws:sts::1:key/ASIAAudit"
    assert [key for key, parameters in sts.asked if parameters["Action"] == "AssumeRole"] == ["AKIASOURCE"]


def test_the_run_s_own_profile_assumes_the_role_and_does_not_get_in_the_modules_way(ansible_playbook, sts, profile):
    run = ansible_playbook(PLAY + WHO_AM_I, host(sts, aws_profile=""), env=profile | {"AWS_PROFILE": "source"})
    assert run.result("Who am I")["arn"] == "arn:aws:sts::1:key/ASIAAudit"


def test_a_host_s_profile_wins_over_keys_in_the_environment(ansible_playbook, sts, profile):
    outside = {"AWS_ACCESS_KEY_ID": "AKIAOTHER", "AWS_SECRET_ACCESS_KEY": "x", "AWS_SESSION_TOKEN": "y"}
    run = ansible_playbook(PLAY + WHO_AM_I, host(sts, aws_role_arn=""), env=profile | outside)
    assert run.result("Who am I")["arn"] == "arn:aws:sts::1:key/AKIASOURCE"


def test_all_terms_reach_sts(ansible_playbook, sts, profile):
    terms = {
        "team": "security",
        "aws_role_session_name": "audit-{{ inventory_hostname }}",
        "aws_role_duration": 900,
        "aws_source_identity": "alice",
        "aws_session_tags": {"cost": 7, "team": "{{ team }}"},
        "aws_transitive_tag_keys": ["team"],
    }
    ansible_playbook(PLAY + WHO_AM_I, host(sts, **terms), env=profile)
    (asked,) = sts.assumed()
    del asked["Action"], asked["Version"]
    assert asked == {
        "RoleArn": ROLE,
        "RoleSessionName": "audit-shop",
        "ExternalId": EXTERNAL_ID,
        "DurationSeconds": "900",
        "SourceIdentity": "alice",
        "Tags.member.1.Key": "cost",
        "Tags.member.1.Value": "7",
        "Tags.member.2.Key": "team",
        "Tags.member.2.Value": "security",
        "TransitiveTagKeys.member.1": "team",
    }


def test_a_chain_is_followed_with_each_role_s_credentials(ansible_playbook, sts, profile):
    hub = {"role_arn": "arn:aws:iam::999988887777:role/Hub", "external_id": EXTERNAL_ID}
    run = ansible_playbook(PLAY + WHO_AM_I, host(sts, aws_role_chain=[hub]), env=profile)
    assert run.result("Who am I")["arn"] == "arn:aws:sts::1:key/ASIAAudit"
    assumed = [(key, asked["RoleArn"]) for key, asked in sts.asked if asked["Action"] == "AssumeRole"]
    assert assumed == [("AKIASOURCE", hub["role_arn"]), ("ASIAHub", ROLE)]


def test_a_task_assumes_the_role_once_and_other_tasks_not_at_all(ansible_playbook, sts, profile):
    tasks = WHO_AM_I + "      loop: [1, 2, 3]\n    - ansible.builtin.debug:\n    - ansible.builtin.ping:\n"
    run = ansible_playbook(PLAY + tasks, host(sts), env=profile)
    assert run.rc == 0
    assert len(sts.assumed()) == 1


@pytest.mark.parametrize(
    ("external_id", "words"),
    [
        ("wrong-one", "that the external ID is correct (one was sent)"),
        ("", "whether it requires an external ID (none was sent, set aws_external_id)"),
    ],
)
def test_a_wrong_external_id_is_explained(ansible_playbook, sts, profile, external_id, words):
    run = ansible_playbook(PLAY + WHO_AM_I, host(sts, aws_external_id=external_id), env=profile)
    message = run.result("Who am I")["msg"]
    assert f"Could not assume the role {ROLE} in account 111122223333: AccessDenied: User: arn:aws:iam::9:" in message
    assert words in message
    assert "wrong-one" not in run.stdout + run.stderr


def test_a_profile_that_does_not_exist_is_named(ansible_playbook, sts, profile):
    run = ansible_playbook(PLAY + WHO_AM_I, host(sts, aws_profile="nobody"), env=profile)
    assert "The config profile (nobody) could not be found" in run.result("Who am I")["msg"]


def test_a_profile_with_an_endpoint_for_each_service_needs_the_environment_to_name_it_with_a_role(
    ansible_playbook, sandbox, sts, profile, tmp_path
):
    """Refused otherwise. Named there, it serves modules in the worker and in processes of their own."""
    configuration = tmp_path / "config"
    configuration.write_text(
        f"[profile source]\nservices = ours\n[services ours]\nsts =\n  endpoint_url = {sts.url}\n"
        f"cloudwatch_logs =\n  endpoint_url = {sandbox.url}\n"
    )
    tasks = (
        WHO_AM_I
        + """
    - name: In the worker
      aws_cis.monitoring.cloudwatchlogs_metric_filter_info: {log_group_name: none}
      ignore_errors: true
"""
    )
    environment = profile | {"AWS_CONFIG_FILE": str(configuration)}
    sandbox.clear_calls()

    refused = ansible_playbook(PLAY + tasks, host(sts, aws_endpoint_url=""), env=environment)
    assert "The profile source sets an endpoint for each service" in refused.result("Who am I")["msg"]
    assert not sts.assumed()

    run = ansible_playbook(PLAY + tasks, host(sts, aws_endpoint_url=""), env=environment | {"AWS_PROFILE": "source"})
    assert run.result("Who am I")["arn"] == "arn:aws:sts::1:key/ASIAAudit"
    assert [call["service"] for call in sandbox.calls()].count("logs") == 1
    assert len(sts.assumed()) == 2


TASKS_THAT_GO_WRONG = """
    - name: Arguments that the module refuses
      amazon.aws.aws_caller_info:
        nonsense: true
      ignore_errors: true
    - name: A call that AWS refuses
      community.aws.sns_topic:
        name: x
      ignore_errors: true
    - name: A call of our own that AWS refuses
      aws_cis.monitoring.cloudwatchlogs_metric_filter_info:
        log_group_name: x
      ignore_errors: true
    - name: A role that AWS refuses
      amazon.aws.aws_caller_info:
      vars:
        aws_external_id: wrong
      ignore_errors: true
    - name: Arguments that can't be rendered
      amazon.aws.aws_caller_info:
        debug_botocore_endpoint_logs: "{{ nonsense }}"
      ignore_errors: true
    - name: A rescue
      block:
        - amazon.aws.aws_caller_info:
            nonsense: true
      rescue:
        - ansible.builtin.debug:
            var: ansible_failed_result
    - name: All facts
      ansible.builtin.debug:
        msg: "{{ hostvars[inventory_hostname] | dict2items | rejectattr('key', 'eq', 'ansible_failed_task') }}"
"""


@pytest.mark.parametrize(
    "results", [pytest.param(True, id="json", marks=pytest.mark.slow), pytest.param(False, id="default")]
)
def test_nothing_secret_is_shown_in_logs_facts_and_results(ansible_playbook, sts, profile, results):
    play = PLAY + WHO_AM_I + "      register: me\n" + TASKS_THAT_GO_WRONG
    run = ansible_playbook(play, host(sts), "-vvvv", "--diff", env=profile, results=results)
    shown = run.stdout + run.stderr
    assert run.rc == 0, shown
    assert "ASIAAudit" in shown  # the key id is no secret, and shows that we looked at the right thing
    assert [secret for secret in SECRETS if secret in shown] == []


def test_each_host_acts_in_its_own_account(ansible_playbook, sandbox):
    """On the sandbox: whatever the modules, a host's role decides whose resources they touch."""
    accounts = {"shop": sandbox.new_account(), "logs": sandbox.new_account()}
    inventory = accounts_inventory(sandbox.url, dict.fromkeys(accounts, sandbox.new_account()))
    for name, account in accounts.items():
        inventory["all"]["hosts"][name]["aws_role_arn"] = f"arn:aws:iam::{account}:role/Audit"
    tasks = """
    - community.aws.sns_topic:
        name: of-{{ inventory_hostname }}
    - name: Ours
      aws_cis.monitoring.cis_monitoring_info:
"""
    run = ansible_playbook(PLAY + tasks, inventory)
    assert run.rc == 0, run.stdout
    for name, account in accounts.items():
        topics = sandbox.client("sns", account).list_topics()["Topics"]
        assert [topic["TopicArn"] for topic in topics] == [f"arn:aws:sns:us-east-1:{account}:of-{name}"]
        assert run.result("Ours", name)["account"]["id"] == account
