# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines for whoever watches a run: as they are, whatever the callback plugin and its format of results."""

from __future__ import annotations

from ansible import constants
from ansible.utils.display import Display


def say(line: str) -> None:
    """Display a line, on standard error if standard output is data that a program reads.

    In a worker, Ansible hands it to the process that runs the playbook.
    """
    Display().display(line, stderr="json" in str(constants.DEFAULT_STDOUT_CALLBACK))


def is_verbose() -> bool:
    """Whether -v asks for everything."""
    return bool(Display().verbosity > 0)
