# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that `module_defaults` give a module that core has not resolved itself.

Follows 'Module defaults' in Ansible's playbook guide: groups in the order in which they are named, then the module's
own. A collection can't join a group of another one, so core leaves `group/aws` out for our modules; users give it for
all that asks AWS, and our modules ask what the stock ones ask.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ansible.plugins.loader import lookup_loader

from ...module_utils._aws.requirements import aws_argument_spec

# Every name of a connection option, with the first one that the option has.
_FIRST_NAMES = {
    alias: option for option, spec in aws_argument_spec().items() for alias in (option, *spec.get("aliases", ()))
}
# What says whose account is meant.
IDENTITY_NAMES = frozenset(
    name
    for name, first in _FIRST_NAMES.items()
    if first in ("access_key", "secret_key", "session_token", "profile", "endpoint_url")
)
# A caller's defaults for the module that reads and judges are meant for the plan as well.
PLAN, OF_PLAN = "aws_cis.monitoring.cis_monitoring_plan", "aws_cis.monitoring.cis_monitoring_info"
# A module of the path, for the groups that reach it.
SIBLING = "amazon.aws.cloudwatch_metric_alarm"
# As core names them, for a version of it that does not tell who is in which.
_OUR_GROUP, _OWN_GROUP = "aws_cis.monitoring.aws", "aws_cis.monitoring.own"
_GROUPS = ("ansible.builtin.aws", "amazon.aws.aws", "community.aws.aws", _OUR_GROUP)
# What the playbooks have in module_defaults in the place of the lookup's template, which Ansible would compile anew for
# each account, and whose errors it would show three times.
OF_PLAYBOOK = "_of_playbook"
_ACCOUNT_CONNECTION = "aws_cis.monitoring.account_connection"
# Empty, these are as good as absent. An empty profile or key is more: it keeps the one of the environment away.
_ABSENT_WHEN_EMPTY = ("region", "aws_region", "endpoint_url", "aws_endpoint_url", "aws_ca_bundle", "aws_config")


class Once:
    """A templar that evaluates the same template once: several modules have their defaults from one group."""

    def __init__(self, templar: Any) -> None:
        self._templar = templar
        self._evaluated: dict[int, Any] = {}

    @property
    def available_variables(self) -> Mapping[str, Any]:
        """The variables that templates may name."""
        variables: Mapping[str, Any] = self._templar.available_variables
        return variables

    def template(self, template: Any) -> Any:
        """Return the value of a template, which must live as long as this object."""
        if id(template) not in self._evaluated:
            self._evaluated[id(template)] = self._templar.template(template)
        return self._evaluated[id(template)]


def with_defaults_of_siblings(action: str, task: Any, templar: Any) -> dict[str, Any]:
    """Return the arguments of a task of ours, with the connection options that a stock module would get in its place.

    `action` is the module's full name. Core has merged the defaults that it knows of already; where the groups of both
    give an option, the one that is named later counts, as for every module.
    """
    given = _with_connection_of_host(task.args, templar)
    arguments = _without_empty(given)
    ours, siblings = groups_of(action, task), groups_of(SIBLING, task)
    named = _module_defaults(task)
    foreign = [name for name in named if name in siblings and name not in ours]
    if not foreign and len(arguments) == len(given):
        return arguments
    by_core = _merged(named, ours, "", templar)
    own = _merged(named, (), action, templar)
    everything = _merged(named, {*ours, *siblings}, action, templar)
    return {
        **{name: value for name, value in everything.items() if name in _FIRST_NAMES},
        **{name: value for name, value in arguments.items() if name in own or by_core.get(name) != value},
        **{name: value for name, value in arguments.items() if name not in _FIRST_NAMES},
    }


def with_defaults(action: str, task: Any, arguments: Mapping[str, Any], templar: Any) -> dict[str, Any]:
    """Return the arguments for another module than the task's action, with the defaults that it would get by itself."""
    return {**_merged(_module_defaults(task), groups_of(action, task), action, templar), **arguments}


def connection_of(module: str, task: Any, templar: Any) -> dict[str, Any]:
    """Return the connection options that `module_defaults` give a module of ours or of the path, as they spell them."""
    groups = {*groups_of(module, task), *groups_of(SIBLING, task)}
    given = _merged(_module_defaults(task), groups, module, templar)
    return {name: value for name, value in given.items() if name in _FIRST_NAMES}


def connection_of_plan(task: Any, given: Mapping[str, Any], templar: Any) -> dict[str, Any]:
    """Return the connection options that a task of cis_monitoring_plan would have in this task's place.

    `given` are the arguments of the task, whose own connection options win.
    """
    own = connection_in(given)
    return with_connection_of(OF_PLAN, task, {**connection_of(PLAN, task, templar), **own}, templar)


def with_connection_of(module: str, task: Any, arguments: Mapping[str, Any], templar: Any) -> dict[str, Any]:
    """Return the arguments, completed by the connection of another module if they do not say whose account is meant."""
    if any(arguments.get(name) for name in IDENTITY_NAMES):
        return dict(arguments)
    borrowed = {_FIRST_NAMES[name]: value for name, value in connection_of(module, task, templar).items()}
    return {**borrowed, **{_FIRST_NAMES.get(name, name): value for name, value in arguments.items()}}


def connection_in(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of a module's arguments that are connection options."""
    return {name: value for name, value in arguments.items() if name in _FIRST_NAMES}


def has_keys(arguments: Mapping[str, Any]) -> bool:
    """Whether a module's arguments have keys, which belong to one account for as long as they exist."""
    return any(value and _FIRST_NAMES.get(name) == "access_key" for name, value in arguments.items())


def without_connection(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return a module's arguments but for its connection options."""
    return {name: value for name, value in arguments.items() if name not in _FIRST_NAMES}


def groups_of(action: str, task: Any) -> Collection[str]:
    """Return the names of the groups that a module is in, of those that `module_defaults` name."""
    play = getattr(getattr(task, "_parent", None), "_play", None)
    groups = getattr(play, "_action_groups", None)
    if groups is not None:
        names = groups.get(action, ())
    else:
        names = (_OUR_GROUP, _OWN_GROUP) if action.startswith("aws_cis.monitoring.") else _GROUPS
    return [f"group/{name}" for name in names]


def _module_defaults(task: Any) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for level in task.module_defaults or ():
        merged.update(level)
    return merged


def _merged(named: Mapping[str, Any], groups: Collection[str], action: str, templar: Any) -> dict[str, Any]:
    names = [name for name in named if name in groups] + [action] * (action in named)
    merged: dict[str, Any] = {}
    for name in names:
        merged.update(_with_connection_of_host(templar.template(named[name]) or {}, templar))
    return _without_empty(merged)


def _with_connection_of_host(arguments: Mapping[str, Any], templar: Any) -> Mapping[str, Any]:
    """Return the arguments, where a playbook asks for it with the connection to the account that the host stands for.

    Raises AnsibleLookupError, and AnsibleTemplateError for a variable of the host.
    """
    if OF_PLAYBOOK not in arguments:
        return arguments
    lookup = lookup_loader.get(_ACCOUNT_CONNECTION, templar=templar)
    (connection,) = lookup.run([], templar.available_variables, with_account=True)
    return {**connection, **{name: value for name, value in arguments.items() if name != OF_PLAYBOOK}}


def _without_empty(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value != "" or name not in _ABSENT_WHEN_EMPTY}
