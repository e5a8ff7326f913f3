# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs one of our modules in the test's own process, with the arguments checked as Ansible checks them.

test_in_worker.py shows that this is what a playbook gets; here it saves an ansible-playbook for each case.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from ansible_collections.aws_cis.monitoring.plugins.plugin_utils._in_worker.inside import result_of
from harness import REGION


class ModuleRunner:
    """A module that acts in one account of an emulator."""

    def __init__(self, module_file: ModuleType, url: str, account: str) -> None:
        self._module_file = module_file
        self._connection = {"endpoint_url": url, "access_key": account, "secret_key": "sandbox", "region": REGION}

    def __call__(self, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        """Return the result, with its diff and without the invocation."""
        given = {**self._connection, **options, "_ansible_check_mode": check_mode, "_ansible_diff": True}
        result = result_of(self._module_file.main, given)
        return {name: value for name, value in result.items() if name != "invocation"}

    def both_ways(self, **options: Any) -> dict[str, Any]:
        """Predict in check mode, then do it: the results must be the same but for what AWS fills in."""
        predicted = self(check_mode=True, **options)
        result = self(**options)
        assert without_moments(predicted) == without_moments(result)
        return result


def without_moments(result: Any) -> Any:
    """Leave out the creation times and the ids of requests."""
    if isinstance(result, dict):
        moments = ("creation_time", "request_id")
        return {name: without_moments(value) for name, value in result.items() if name not in moments}
    if isinstance(result, list):
        return [without_moments(one) for one in result]
    return result
