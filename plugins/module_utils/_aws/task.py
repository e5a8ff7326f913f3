# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task of one of our modules, however it is run: as a module on a host, or inside the Ansible worker.

A module file has ARGUMENT_SPEC, optionally CONSTRAINTS, and run(task); run_as_module() here and _in_worker of
plugin_utils are the two shells around them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

with suppress(ImportError):  # clients.py says so to the user, before anything is asked
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
    from botocore.parsers import ResponseParserError

from ansible.module_utils.basic import AnsibleModule

try:
    from ansible.module_utils.secrets import register_secrets
except ImportError:  # before 2.22, where AnsibleModule masks its no_log_values itself

    def register_secrets(values: Iterable[str], /) -> None:
        """Leave texts as they are."""


from .._safe_text import printable, printable_data
from .answers import lacking
from .clients import Clients, ConnectionOptionsError
from .kept import clients_of, forget
from .requirements import AnsibleAWSModule, fault
from .secrets import secrets_in


def _show_nothing(text: str) -> None:
    """Show no progress."""


@dataclass
class Task:
    """What a module's code needs to know of the task that runs it."""

    params: Mapping[str, Any]
    check_mode: bool
    diff_mode: bool
    clients: Clients
    warn: Callable[[str], None]
    # Progress of a task that takes minutes. A module in a separate process cannot show it.
    tell: Callable[[str], None] = _show_nothing


class TaskError(Exception):
    """The task fails with this message. The details become keys of its result."""

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


# Each service has its own word for it. OperationNotPermittedException is CloudTrail's for a member account
# that asks about its organisation's trail.
DENIED_CODES = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "AuthorizationErrorException",
        "KMSAccessDenied",
        "KMSAccessDeniedException",
        "OperationNotPermittedException",
        "UnauthorizedOperation",
    }
)
_NO_CREDENTIALS = (
    "Set the host variable aws_profile or aws_role_arn (in the playbooks), the option profile, or AWS_PROFILE or "
    "AWS_ACCESS_KEY_ID in the environment."
)

# SignatureDoesNotMatch quotes the canonical request, and with it the session token.
_TOKEN = re.compile(r"""(?i)(x-amz-security-token["']?\s*[:=]\s*["']?)[^\s&"']+""")


def without_token(text: str) -> str:
    """Return the text of an error without the session token that it may quote."""
    return _TOKEN.sub(r"\1***", text)


@contextmanager
def attempt(what: str, *, gone: Sequence[str] = ()) -> Iterator[None]:
    """Turn an AWS error inside the block into a TaskError that names the failed action and its object.

    `what` completes the sentence "Could not ...". `gone` are the error codes of a resource to remove that does not
    exist. They are no error, since botocore retries where the response to a first attempt was lost.
    Raises TaskError with the keys error_code, request_id and status_code where AWS gave them.
    """
    try:
        yield
    except ClientError as error:
        answer = error.response.get("Error", {})
        metadata = error.response.get("ResponseMetadata", {})
        code, message = answer.get("Code", "Unknown"), answer.get("Message", "AWS returned no message.")
        if code in gone:
            return
        details = {
            "error_code": code,
            "request_id": metadata.get("RequestId"),
            "status_code": metadata.get("HTTPStatusCode"),
        }
        how = f"{_ended(message)} {how_to_allow(error.operation_name)}" if code in DENIED_CODES else message
        raise TaskError(
            f"Could not {what}: {code}: {without_token(how)}",
            **{name: value for name, value in details.items() if value},
        ) from error
    except NoCredentialsError as error:
        raise TaskError(f"Could not {what}: {_ended(str(error))} {_NO_CREDENTIALS}") from error
    except BotoCoreError as error:
        raise TaskError(f"Could not {what}: {without_token(str(error))}") from error


def how_to_allow(action: str) -> str:
    """Return the sentence to add to a message that an action was denied."""
    policies = "log_alarms.json" if action == "PutLogAlarm" else "remediate.json, drill.json"
    return f"Allow {action}, as the policies in docs/policies of this collection do ({policies})."


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith(".") else f"{sentence}."


# The option of the modules of an account; documented in the fragments _connection.account and _connection.expected.
ACCOUNT_OPTION: Mapping[str, Mapping[str, Any]] = {"account": {"type": "str"}}


def check_account(clients: Clients, expected: str) -> None:
    """Raise TaskError, with both numbers, if the credentials are not those of the expected account."""
    actual = account_of(clients)
    if not same_account(actual, expected):
        raise TaskError(of_another_account(actual, expected))


def account_of(clients: Clients) -> str:
    """Return the number of the account of the credentials. Raises TaskError."""
    return str(identity_of(clients)["Account"])


def identity_of(clients: Clients) -> Mapping[str, Any]:
    """Return who the credentials belong to, asked for once for all that one task does. Raises TaskError.

    No policy can deny the call, so that without an answer there is no account.
    """
    known = ("identity_of",)
    if known not in clients.memory:
        sts = clients.client("sts")
        with attempt(f"read the credentials' account in {sts.meta.region_name} (sts:GetCallerIdentity)"):
            clients.memory[known] = _identity(sts)
    identity: Mapping[str, Any] = clients.memory[known]
    return identity


def _identity(sts: Any) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = sts.get_caller_identity()
    except ResponseParserError:
        answer = {}
    if lacking(answer, ("Account", "Arn")):
        raise TaskError(
            "Could not determine the account of the credentials. The answer to sts:GetCallerIdentity lacks what it "
            "must have."
        )
    return answer


def same_account(one: str, other: str) -> bool:
    """Whether two numbers are of one account. YAML takes a number without quotation marks for one without zeros."""
    return one.zfill(12) == other.zfill(12)


def of_another_account(actual: str, expected: str) -> str:
    """Return the message of a task that must not act."""
    expected = expected.zfill(12)
    return (
        f"This task has the credentials of account {actual}, but must act on account {expected}. It did nothing. "
        f"Set aws_role_arn or aws_profile of the host so that they lead to account {expected}; an inventory source of "
        "organization_accounts sets them with role_name. In a play with tasks that have other credentials, give all "
        "modules the same, for example as module_defaults of group/aws_cis.monitoring.aws."
    )


def tell_account() -> None:
    """Be a module that only returns the number of the account of its credentials."""
    run_as_module({}, lambda task: {"changed": False, "account": account_of(task.clients)})


def run_as_module(spec: Mapping[str, Any], run: Callable[[Task], dict[str, Any]], **constraints: Any) -> None:
    """Be an ordinary module: read the arguments, run, print the result.

    `constraints` are AnsibleModule's: mutually_exclusive, required_if and so on.
    """
    # Without boto3, the class of amazon.aws says itself what is missing.
    module_class = AnsibleAWSModule or AnsibleModule
    module = module_class(argument_spec=dict(spec), supports_check_mode=True, **constraints)
    if missing := fault():
        module.fail_json(msg=missing)
    run_in(module, run)


def run_in(module: Any, run: Callable[[Task], dict[str, Any]]) -> None:
    """Run with the arguments of an AnsibleModule (or one that behaves like it) and end it with the result."""
    # AnsibleModule masks these in the invocation, in results and in errors, such as those of AWS that quote a request.
    secrets = secrets_in(module.params)
    getattr(module, "_module", module).no_log_values.update(secrets)
    register_secrets(secrets)
    try:
        task = Task(
            params=module.params,
            check_mode=module.check_mode,
            diff_mode=module._diff,
            clients=clients_of(module.params),
            # AnsibleAWSModule's own way of warning is one that ansible-core deprecates.
            warn=lambda text: getattr(module, "_module", module).warn(printable(text)),
            tell=getattr(module, "tell", _show_nothing),
        )
        if account := module.params.get("account"):
            check_account(task.clients, account)
        result = run(task)
    except TaskError as error:
        forget()  # what may not be so any more, should the task be tried again
        module.fail_json(msg=printable(error.message), **printable_data(error.details))
    except ConnectionOptionsError as error:
        module.fail_json(msg=str(error))
    module.exit_json(**result)
