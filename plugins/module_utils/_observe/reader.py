# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How AWS is asked: one call or all pages, with a Gap in place of an answer that is denied or cut short."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

try:
    from botocore.exceptions import ClientError, PaginationError
    from botocore.parsers import ResponseParserError
except ImportError:
    pass  # _aws/clients.py says so to the user, before anything is asked

from .._account.observation import Gap
from .._aws.answers import lacking, misshapen
from .._aws.clients import Clients
from .._aws.task import DENIED_CODES, TaskError, attempt

P = ParamSpec("P")
T = TypeVar("T")

# What AWS's messages name as the place of an explicit denial.
_DENYING_POLICIES = (
    "service control policy",
    "resource control policy",
    "permissions boundary",
    "session policy",
    "VPC endpoint policy",
    "resource-based policy",
    "identity-based policy",
)

# Of the longest list that an account has by AWS's quotas a page is more than a hundredth; this ends what never ends.
MOST_PAGES = 10_000

# Few enough for one account's rate limits (10 DescribeLogGroups a second), enough to hide the way to AWS.
_MOST_AT_ONCE = 8


class Unanswered(Exception):
    """A call had no usable answer; `gap` says which and why."""

    def __init__(self, gap: Gap) -> None:
        super().__init__(gap.detail)
        self.gap = gap


class NotThere(Exception):
    """AWS answered that what was asked about does not exist."""


class Reader:
    """Asks AWS with one task's clients. Safe to use from several threads."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._creating = threading.Lock()

    def can_ask(self, service: str, operation: str, region: str) -> bool:
        """Whether the installed botocore knows the operation."""
        return hasattr(self._client(service, region), operation)

    def choices(self, service: str, operation: str, parameter: str, region: str) -> list[str]:
        """The values that the installed botocore knows for the items of a list parameter."""
        client = self._client(service, region)
        model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation])
        return list(model.input_shape.members[parameter].member.enum)

    def ask(
        self,
        service: str,
        operation: str,
        *,
        region: str,
        about: str,
        needs: Sequence[str] = (),
        missing: Sequence[str] = (),
        **parameters: Any,
    ) -> dict[str, Any]:
        """The answer to one call.

        `about` names what is asked about, `needs` the keys that every answer has, `missing` the error codes
        that say that it does not exist. Raises Unanswered, NotThere, or TaskError for any other error.
        """
        client = self._client(service, region)
        call = iam_action(client, service, operation)
        with attempt(f"read {about} in {region} ({call})"):
            answer: dict[str, Any] = _answered(
                functools.partial(getattr(client, operation), **parameters), call, about, missing
            )
        _require(answer, needs, call, about, _shape(client, operation))
        return answer

    def pages(
        self,
        service: str,
        operation: str,
        *,
        region: str,
        about: str,
        needs: Sequence[str],
        missing: Sequence[str] = (),
        enough: Callable[[dict[str, Any]], bool] = lambda page: False,
        **parameters: Any,
    ) -> list[dict[str, Any]]:
        """All pages of the answer, also those after an empty one, or those up to the one that is `enough`.

        Arguments and errors as in `ask`.
        """
        client = self._client(service, region)
        call = iam_action(client, service, operation)
        pages = client.get_paginator(operation).paginate(**parameters)
        shape = _shape(client, operation)

        def read() -> Iterator[dict[str, Any]]:
            for number, page in enumerate(pages):
                _require(page, needs, call, about, shape)
                if number >= MOST_PAGES:
                    raise Unanswered(_endless(call, about))
                yield page
                if enough(page):
                    return

        with attempt(f"read {about} in {region} ({call})"):
            return _answered(lambda: list(read()), call, about, missing)

    def _client(self, service: str, region: str) -> Any:
        # botocore clients may be shared by threads, but not be made by several at a time.
        with self._creating:
            return self._clients.client(service, region)


def iam_action(client: Any, service: str, operation: str) -> str:
    """The call as a policy names it: 'sns:GetTopicAttributes'."""
    return f"{service}:{client.meta.method_to_api_mapping[operation]}"


def _shape(client: Any, operation: str) -> Any:
    """What botocore's model says of the answer."""
    model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation])
    return model.output_shape


def or_gap(read: Callable[P, T]) -> Callable[P, T | Gap]:
    """Make a reading function return the Gap of a call that had no answer, instead of raising Unanswered."""

    @functools.wraps(read)
    def reads(*args: P.args, **kwargs: P.kwargs) -> T | Gap:
        try:
            return read(*args, **kwargs)
        except Unanswered as unanswered:
            return unanswered.gap

    return reads


@contextmanager
def or_fail() -> Iterator[None]:
    """Fail the task where an answer is denied or cut short: a module that writes can't go on without it."""
    try:
        yield
    except Unanswered as unanswered:
        raise TaskError(unanswered.gap.detail, error_code=unanswered.gap.code) from unanswered


def together(calls: Sequence[Callable[[], T]]) -> list[T]:
    """The results of calls about things of one kind, in their order; side by side if there are several.

    Different calls take their turns, since each thread opens a connection of its own, and CPU time is what limits an
    audit of many accounts: urllib3 reads all CA certificates for each connection, 0.017 s, and forks hide the way.
    """
    if len(calls) < 2:
        return [call() for call in calls]
    pool = ThreadPoolExecutor(max_workers=min(len(calls), _MOST_AT_ONCE))
    try:
        return list(pool.map(lambda call: call(), calls))
    finally:
        # Where the task's time is up, nothing waits for an answer that trickles in.
        pool.shutdown(wait=False, cancel_futures=True)


def _answered(call: Callable[[], T], action: str, about: str, missing: Sequence[str]) -> T:
    try:
        return call()
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in missing:
            raise NotThere(about) from error
        if code in DENIED_CODES:
            raise Unanswered(_denied(action, about, error.response["Error"].get("Message", ""))) from error
        raise
    except ResponseParserError as error:
        raise Unanswered(_incomplete(action, about)) from error
    except PaginationError as error:
        raise Unanswered(_endless(action, about)) from error
    except (AttributeError, TypeError, ValueError) as error:  # botocore's parsers expect what the model promises
        raise Unanswered(_misshapen(action, about)) from error


def _require(answer: dict[str, Any], needs: Sequence[str], action: str, about: str, shape: Any) -> None:
    if lacking(answer, needs):
        raise Unanswered(_incomplete(action, about))
    if misshapen(answer, shape):
        raise Unanswered(_misshapen(action, about))


def _denied(action: str, about: str, message: str) -> Gap:
    by = next((f" by a {policy}" for policy in _DENYING_POLICIES if policy in message), "")
    return Gap(call=action, resource=about, code="ACCESS_DENIED", detail=f"{action} for {about} was denied{by}.")


def _incomplete(action: str, about: str) -> Gap:
    detail = f"The answer to {action} for {about} lacks what it must have."
    return Gap(call=action, resource=about, code="RESPONSE_INCOMPLETE", detail=detail)


def _misshapen(action: str, about: str) -> Gap:
    detail = f"The answer to {action} for {about} has values that are missing, malformed or of the wrong type."
    return Gap(call=action, resource=about, code="RESPONSE_INCOMPLETE", detail=detail)


def _endless(action: str, about: str) -> Gap:
    detail = f"The answer to {action} for {about} does not end: AWS returns the same page again and again, or too many."
    return Gap(call=action, resource=about, code="RESPONSE_INCOMPLETE", detail=detail)
