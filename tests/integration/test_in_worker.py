# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our modules inside the Ansible worker and as ordinary modules: the same results, whole, whatever happens."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from account_builder import LOG_GROUP, SIX_EVENTS, Builder
from ansible.parsing.vault import VaultLib, VaultSecret
from harness import PlaybookRun, Sandbox, accounts_inventory, without_deprecations_of_others
from process_notes import noting

TRANSFORMATION = {"metric_name": "m", "metric_namespace": "N", "metric_value": "1"}
PRESENT = {
    "log_group_name": LOG_GROUP,
    "filter_name": "sg",
    "filter_pattern": SIX_EVENTS,
    "metric_transformation": TRANSFORMATION,
}
ABSENT = {"log_group_name": LOG_GROUP, "filter_name": "sg", "state": "absent"}


def filter_task(name: str, arguments: dict[str, Any], **keywords: Any) -> dict[str, Any]:
    return {"name": name, "aws_cis.monitoring.cloudwatchlogs_metric_filter": arguments, **keywords}


def info_task(name: str, arguments: dict[str, Any], **keywords: Any) -> dict[str, Any]:
    return {"name": name, "aws_cis.monitoring.cloudwatchlogs_metric_filter_info": arguments, **keywords}


def alarm_task(name: str, arguments: dict[str, Any], **keywords: Any) -> dict[str, Any]:
    return {"name": name, "aws_cis.monitoring.cloudwatch_alarm_actions": arguments, **keywords}


# The order counts: what a task writes the next ones read.
TASKS = [
    filter_task("put", {**PRESENT, "test_events": [{"event": {"eventName": "CreateSecurityGroup"}, "matches": True}]}),
    filter_task("put again", PRESENT),
    filter_task(
        "put with another value", {**PRESENT, "metric_transformation": {**TRANSFORMATION, "metric_value": 2.5}}
    ),
    info_task("list", {"log_group_name": LOG_GROUP}),
    info_task("list with a secret in the answer", {"log_group_name": LOG_GROUP, "secret_key": "security"}),
    filter_task("put each", {**PRESENT, "filter_name": "{{ item }}"}, loop=["one", "two"]),
    filter_task("delete", ABSENT),
    filter_task("delete again", ABSENT),
    filter_task("pattern that is none", {**PRESENT, "filter_pattern": "{ $.a = "}),
    filter_task("test event that ends otherwise", {**PRESENT, "test_events": [{"event": "x", "matches": True}]}),
    filter_task(
        "test event that nobody can vouch for",
        {**PRESENT, "filter_pattern": "{ $.a not exists }", "test_events": [{"event": {"b": 1}, "matches": True}]},
    ),
    filter_task(
        "date in an event", {**PRESENT, "test_events": [{"event": {"at": date(2026, 1, 2)}, "matches": False}]}
    ),
    filter_task("log group that does not exist", {**PRESENT, "log_group_name": "nowhere"}),
    info_task("aws_config that botocore does not know", {"log_group_name": LOG_GROUP, "aws_config": {"colour": "red"}}),
    info_task("profile and keys", {"log_group_name": LOG_GROUP, "profile": "any"}),
    info_task("endpoint log", {"log_group_name": LOG_GROUP, "debug_botocore_endpoint_logs": True}),
    info_task("nothing shown", {"log_group_name": LOG_GROUP}, no_log=True),
    info_task("no answer", {"endpoint_url": "http://127.0.0.1:9", "aws_config": {"retries": {"max_attempts": 0}}}),
    alarm_task("disable", {"alarm_names": ["security_group_changes_alarm"], "state": "disabled"}),
    alarm_task("disable again", {"alarm_names": ["security_group_changes_alarm"], "state": "disabled"}),
    alarm_task("alarm that does not exist", {"alarm_names": ["security_group_changes_alarm", "other"]}),
    {"name": "audit", "aws_cis.monitoring.cis_monitoring_info": {}},
    {"name": "plan", "aws_cis.monitoring.cis_monitoring_plan": {"topic_name": "t"}},
    alarm_task("denied", {"alarm_names": ["security_group_changes_alarm"], "state": "enabled"}),
]
# These end before the mode is asked for.
TASKS_WITH_WRONG_ARGUMENTS = [
    filter_task("unsupported argument", {**PRESENT, "colour": "red"}),
    filter_task("missing argument", {"log_group_name": LOG_GROUP, "filter_name": "sg"}),
    filter_task("wrong choice", {**ABSENT, "state": "gone"}),
    filter_task("wrong type", {**PRESENT, "apply_on_transformed_logs": "perhaps"}),
    filter_task("wrong type in a part", {**PRESENT, "metric_transformation": {**TRANSFORMATION, "default_value": "x"}}),
    info_task("arguments that exclude each other", {"filter_name": "a", "filter_name_prefix": "a"}),
    info_task("argument that needs another", {"metric_name": "m"}),
    info_task(
        "argument and its alias", {"log_group_name": LOG_GROUP, "aws_region": "us-east-1", "region": "us-east-1"}
    ),
    {"name": "audit with a wrong argument", "aws_cis.monitoring.cis_monitoring_info": {"benchmark": "cis_v9"}},
]
HOSTS = ("worker", "process")
OURS = {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}


def play(tasks: list[dict[str, Any]], **keywords: Any) -> str:
    return yaml.safe_dump(
        [
            {
                "hosts": "all",
                "gather_facts": False,
                "ignore_errors": True,
                "module_defaults": {
                    "group/aws_cis.monitoring.aws": "{{ lookup('aws_cis.monitoring.account_connection') }}"
                },
                **keywords,
                "tasks": tasks,
            }
        ],
        sort_keys=False,
    )


def inventory(sandbox: Sandbox, accounts: dict[str, str]) -> dict[str, Any]:
    hosts = accounts_inventory(sandbox.url, accounts)
    hosts["all"]["hosts"]["process"]["aws_cis_monitoring_in_worker"] = False
    return hosts


@pytest.fixture
def accounts(sandbox: Sandbox) -> dict[str, str]:
    """An account a host, alike."""
    accounts = {host: sandbox.new_account() for host in HOSTS}
    for account in accounts.values():
        builder = Builder(sandbox, account)
        builder.trail()
        builder.metric_filter("security_group_changes", SIX_EVENTS)
        builder.alarm(builder.topic())
        sandbox.fault(account=account, action="EnableAlarmActions", code="AccessDenied")
    return accounts


def comparable(result: Any, account: str) -> Any:
    """The result without what differs between any two accounts and any two moments."""
    text = yaml.safe_dump(without_deprecations_of_others(result)).replace(account, "ACCOUNT")
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*Z", "MOMENT", text)
    return yaml.safe_load(re.sub(r"ansible_job_id: .*|[0-9a-f]{8}-[0-9a-f-]{27}", "ID", text))


def compare(run: PlaybookRun, accounts: dict[str, str], tasks: list[dict[str, Any]]) -> None:
    for task in tasks:
        here, there = (comparable(run.result(task["name"], host), accounts[host]) for host in HOSTS)
        assert here == there, task["name"]


@pytest.mark.parametrize(
    ("mode", "with_invocation", "tasks"),
    [
        # On the second pair alone, but for the slow part.
        pytest.param(
            [],
            "true",
            [*TASKS, *TASKS_WITH_WRONG_ARGUMENTS],
            id="writing",
            marks=[pytest.mark.smoke, pytest.mark.slow],
        ),
        pytest.param(["--check", "--diff"], "false", TASKS, id="check mode", marks=pytest.mark.slow),
    ],
)
def test_results_are_the_same(
    sandbox: Sandbox,
    accounts: dict[str, str],
    ansible_playbook: Any,
    tmp_path: Path,
    mode: list[str],
    with_invocation: str,
    tasks: list[dict[str, Any]],
) -> None:
    notes, environment = noting(tmp_path)
    # Some messages list a set.
    environment |= {"ANSIBLE_INJECT_INVOCATION": with_invocation, "PYTHONHASHSEED": "0"}

    run = ansible_playbook(play(tasks), inventory(sandbox, accounts), *mode, env=environment)

    compare(run, accounts, tasks)
    assert len(notes.modules()) == len(tasks) + 1, "each task of one host, and one has two items"


class Vaulted(str):
    """A text that the playbook has encrypted, with the password 'password'."""


def _encrypted(dumper: yaml.SafeDumper, text: Vaulted) -> yaml.ScalarNode:
    vault = VaultLib([("default", VaultSecret(b"password"))])
    return dumper.represent_scalar("!vault", vault.encrypt(text).decode(), style="|")


yaml.SafeDumper.add_representer(Vaulted, _encrypted)


def test_warnings_are_the_same(sandbox: Sandbox, accounts: dict[str, str], ansible_playbook: Any) -> None:
    """The callback takes them out of the results, so a task shows them."""
    vague = {**PRESENT, "filter_pattern": "{ $.a not exists }", "test_events": [{"event": {"b": 1}, "matches": True}]}
    tasks = [
        filter_task("of the module", vague, register="of_module"),
        info_task("of the arguments", {"region": "us-east-1", "aws_region": "us-east-1"}, register="of_arguments"),
        *(
            {"name": f"shown {register}", "ansible.builtin.debug": {"msg": f"{{{{ {register}.warnings }}}}"}}
            for register in ("of_module", "of_arguments")
        ),
    ]

    run = ansible_playbook(play(tasks), inventory(sandbox, accounts))

    compare(run, accounts, tasks)
    [warning] = run.result("shown of_module", "worker")["msg"]
    assert warning.startswith("Test event 1 probably matches the pattern, but no document of AWS says so.")
    [warning] = run.result("shown of_arguments", "worker")["msg"]
    assert "alias" in warning


def test_a_secret_from_a_vault_is_decrypted_and_masked(
    sandbox: Sandbox, accounts: dict[str, str], ansible_playbook: Any, tmp_path: Path
) -> None:
    (tmp_path / "password").write_text("password")
    tasks = [info_task("vault", {"log_group_name": LOG_GROUP, "secret_key": Vaulted("security")})]

    run = ansible_playbook(play(tasks), inventory(sandbox, accounts), "--vault-password-file", "password")

    compare(run, accounts, tasks)
    [shown] = run.result("vault", "worker")["metric_filters"]
    # ansible-core has another mask since 2.22.
    assert shown["filter_name"] in ("********_group_changes", "$REDACTED$_group_changes")


class TestWhereItRuns:
    """By the number of modules that had a process of their own."""

    @pytest.fixture
    def processes(self, sandbox: Sandbox, ansible_playbook: Any, tmp_path: Path) -> Any:
        def run(*variables: dict[str, Any], **keywords: Any) -> list[str]:
            notes, environment = noting(tmp_path)
            hosts = accounts_inventory(sandbox.url, [sandbox.new_account() for _host in variables])
            hosts["all"]["vars"].pop("ansible_python_interpreter")
            for host, own in zip(hosts["all"]["hosts"].values(), variables, strict=True):
                host.update(own)
            run = ansible_playbook(play([info_task("list", {}, **keywords)]), hosts, env=environment)
            for host in hosts["all"]["hosts"]:
                assert "metric_filters" in run.result("list", host), run.stdout
            return [name for name in notes.modules() if "metric_filter" in name]

        return run

    def test_in_the_worker(self, processes: Any) -> None:
        hosts: list[dict[str, Any]] = [
            {},
            OURS,
            {"ansible_python_interpreter": sys.executable},
            {"ansible_python_interpreter": "auto_silent"},
            {"aws_cis_monitoring_in_worker": "yes"},
        ]
        assert processes(*hosts) == []

    def test_in_the_worker_when_delegated_to_this_machine(self, processes: Any) -> None:
        host = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_python_interpreter": "/nowhere"}
        assert processes(host, delegate_to="localhost") == []

    def test_as_a_module_when_told_to(self, processes: Any) -> None:
        assert processes({**OURS, "aws_cis_monitoring_in_worker": "no"}) == ["cloudwatchlogs_metric_filter_info"]

    def test_as_a_module_when_asynchronous(self, processes: Any) -> None:
        assert processes(OURS, **{"async": 60, "poll": 1}) == ["cloudwatchlogs_metric_filter_info"]

    def test_as_a_module_with_the_python_of_another_environment(self, processes: Any, tmp_path: Path) -> None:
        """One that links to the same interpreter, as virtual environments do."""
        other = tmp_path / "other"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(other)], check=True)
        packages = next(other.glob("lib/python*/site-packages"))
        (packages / "ours.pth").write_text(sysconfig.get_path("purelib"))
        interpreter = str(other / "bin" / "python")
        assert Path(interpreter).resolve() == Path(sys.executable).resolve()

        assert processes({"ansible_python_interpreter": interpreter}) == ["cloudwatchlogs_metric_filter_info"]


@pytest.mark.parametrize(
    "in_worker", [pytest.param(True, id="worker"), pytest.param(False, id="process", marks=pytest.mark.slow)]
)
def test_environment_of_the_task_reaches_it_and_nothing_else(
    sandbox: Sandbox, ansible_playbook: Any, tmp_path: Path, in_worker: bool
) -> None:
    """Credentials, region, endpoint, configuration file; one host's are not the next one's, nor one task's."""
    accounts = {"one": sandbox.new_account(), "two": sandbox.new_account()}
    for name, account in accounts.items():
        Builder(sandbox, account).trail()
        Builder(sandbox, account).metric_filter(f"of-{name}", SIX_EVENTS)
    (tmp_path / "config").write_text(
        f"[profile two]\naws_access_key_id = {accounts['two']}\naws_secret_access_key = x\nregion = us-east-1\n"
        f"endpoint_url = {sandbox.url}\n"
    )
    keys = {
        "AWS_ACCESS_KEY_ID": "{{ account }}",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": sandbox.url,
    }
    tasks = [
        info_task("keys", {}, environment=keys),
        info_task("profile", {}, environment={"AWS_PROFILE": "two", "AWS_CONFIG_FILE": str(tmp_path / "config")}),
        info_task("profile by option", {"profile": "two"}, environment={"AWS_CONFIG_FILE": str(tmp_path / "config")}),
        info_task("nothing", {"region": "us-east-1", "endpoint_url": sandbox.url}),
    ]
    hosts = {
        name: {"account": account, "aws_cis_monitoring_in_worker": in_worker} for name, account in accounts.items()
    }
    local = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}

    run = ansible_playbook(
        play(tasks, module_defaults={}), {"all": {"hosts": hosts, "vars": local}}, env={"HOME": "/nowhere"}
    )

    for host in accounts:
        assert [one["filter_name"] for one in run.result("keys", host)["metric_filters"]] == [f"of-{host}"]
        for task in ("profile", "profile by option"):
            assert [one["filter_name"] for one in run.result(task, host)["metric_filters"]] == ["of-two"], task
        assert "Unable to locate credentials" in run.result("nothing", host)["msg"]


@pytest.mark.smoke
def test_service_models_are_loaded_once_before_ansible_forks_and_without_a_connection(
    sandbox: Sandbox, accounts: dict[str, str], ansible_playbook: Any, tmp_path: Path
) -> None:
    notes, environment = noting(tmp_path)
    hosts = inventory(sandbox, accounts)
    hosts["all"]["hosts"]["process"]["aws_cis_monitoring_in_worker"] = True
    tasks = [
        {"name": "audit", "aws_cis.monitoring.cis_monitoring_plan": {"topic_name": "t"}},
        filter_task("put", PRESENT),
    ]

    run = ansible_playbook(play(tasks), hosts, env=environment)

    assert run.stats["worker"]["ok"] == 2, run.stdout
    [(parent, _name)] = notes.all("started")
    loaded = notes.all("loaded")
    assert [(process, name) for process, name in loaded if process != parent] == []
    assert len({name for _process, name in loaded}) == len(loaded), "nothing is loaded twice"
    connected = {process for process, _name in notes.all("connected")}
    assert len(connected) == 4, "each task of each host has a worker that connects"
    assert parent not in connected


@pytest.mark.parametrize("environment", [{"AWS_PROFILE": "nobody"}, {"AWS_MAX_ATTEMPTS": "many"}])
def test_a_bad_environment_fails_the_task_and_not_the_plugin(
    sandbox: Sandbox, accounts: dict[str, str], ansible_playbook: Any, tmp_path: Path, environment: dict[str, str]
) -> None:
    (tmp_path / "config").write_text("[profile nobody]\nregion = us-east-1\n")
    good = {"AWS_CONFIG_FILE": str(tmp_path / "config"), "AWS_MAX_ATTEMPTS": "2"}
    tasks = [info_task("bad environment", {}), info_task("good environment", {}, environment=good)]

    run = ansible_playbook(play(tasks), inventory(sandbox, accounts), env=environment)

    compare(run, accounts, tasks)
    assert "Could not create a client for logs in us-east-1" in run.result("bad environment", "worker")["msg"]
    assert "metric_filters" in run.result("good environment", "worker")


def test_the_endpoint_log_is_not_for_ansibles_log_file(
    sandbox: Sandbox, accounts: dict[str, str], ansible_playbook: Any, tmp_path: Path
) -> None:
    log = tmp_path / "ansible.log"
    arguments = {"debug_botocore_endpoint_logs": True, "session_token": "not-for-the-log"}

    run = ansible_playbook(
        play([info_task("list", arguments)]), inventory(sandbox, accounts), env={"ANSIBLE_LOG_PATH": str(log)}
    )

    assert run.result("list", "worker")["resource_actions"] == [], "amazon.aws finds no names in calls to http"
    assert "TASK" in log.read_text() or "list" in log.read_text()
    assert "not-for-the-log" not in log.read_text()
    assert "not-for-the-log" not in run.stdout
