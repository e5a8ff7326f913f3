# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The conditions that `import_playbook` gives all tasks of a playbook, and the hosts for which they are false."""

from __future__ import annotations

from typing import Any


def conditions(task: Any) -> list[Any]:
    """Return what `when` of an import_playbook has put before the conditions of a task.

    Ansible puts it into the outermost block of each task, which in these playbooks has no condition of its own.
    """
    block = task._parent
    while block._parent:
        block = block._parent
    return list(block.when)


def leave_out(given: list[Any], templar: Any) -> bool:
    """Whether the conditions leave out the host whose variables the templar has."""
    return not all(templar.evaluate_conditional(condition) for condition in given)
