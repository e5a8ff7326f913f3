# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module finds changed around it, and nobody after it: a worker may have another item of the loop to run."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

try:
    import boto3.session
    from boto3.session import Session
except ImportError:  # which the module says to the user
    Session = object  # type: ignore[assignment, misc]
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ...module_utils._aws import clients
from ...module_utils._aws.kept import kept

# Where amazon.aws has no such setting, a module can't run in the worker.
AnsibleAWSModule.default_settings["module_class"]


@contextmanager
def environment(variables: Mapping[str, object]) -> Iterator[None]:
    """Have the `environment` of the task, and nothing of it afterwards."""
    before = dict(os.environ)
    os.environ.update({name: str(value) for name, value in variables.items()})
    try:
        yield
    finally:
        after = dict(os.environ)
        for name in after.keys() - before.keys():
            del os.environ[name]
        os.environ.update({name: value for name, value in before.items() if after.get(name) != value})


@contextmanager
def no_garbage_collection(more_items: bool) -> Iterator[None]:
    """Leave garbage where it is meanwhile, and for good unless more items of a loop come: a worker ends after its task.

    Collection looks at all that the module has made as soon as it is enabled again.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            if not more_items:
                gc.freeze()
            gc.enable()


@contextmanager
def module_class(make: Callable[..., Any]) -> Iterator[None]:
    """Have amazon.aws's modules, ours among them, made from another AnsibleModule."""
    settings = AnsibleAWSModule.default_settings
    before = settings["module_class"]
    settings["module_class"] = make
    try:
        yield
    finally:
        settings["module_class"] = before


@contextmanager
def private_endpoint_log() -> Iterator[None]:
    """Keep botocore's log of its calls to the module that asks for it.

    It has the requests' tokens, and Ansible's log file would take them.
    """
    logger = logging.getLogger("botocore.endpoint")
    level, propagates, handlers = logger.level, logger.propagate, list(logger.handlers)
    logger.propagate = False
    try:
        yield
    finally:
        logger.propagate = propagates
        logger.setLevel(level)
        for handler in set(logger.handlers).difference(handlers):
            logger.removeHandler(handler)


class _PreloadedSession(Session):
    """A boto3 session as stock modules make it, from service models that are loaded already.

    The items of a loop share a client, and with it its connection, where they would make the same one.
    """

    def __init__(self, **options: Any) -> None:
        self._made_from = None if "botocore_session" in options else options
        super().__init__(**{"botocore_session": clients.plain_session(), **options})

    def client(self, *arguments: Any, **options: Any) -> Any:
        """Return a client as boto3's session does."""
        make = partial(super().client, *arguments, **options)
        config = options.get("config")
        settings = getattr(config, "_user_provided_options", {} if config is None else None)
        if self._made_from is None or settings is None or len(arguments) != 1:  # the name of the service
            return make()
        return kept(("client", arguments, self._made_from, {**options, "config": settings}), make)


def _session(**options: Any) -> Session:
    """Return a session, for the items of a loop the same one."""
    make = partial(_PreloadedSession, **options)
    return make() if "botocore_session" in options else kept(("session", options), make)


@contextmanager
def preloaded_sessions() -> Iterator[None]:
    """Have boto3's sessions made from what is loaded, in the code that finds them where boto3 has them."""
    before = boto3.session.Session
    boto3.session.Session = _session  # type: ignore[misc, assignment]
    try:
        yield
    finally:
        boto3.session.Session = before  # type: ignore[misc]
