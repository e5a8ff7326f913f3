# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs modules inside the Ansible worker process: those of this collection, and the stock ones of the path.

An ordinary module costs an interpreter, its imports and botocore's service models for each task. All of that is there
already in the worker, since Ansible imports an action plugin before it forks. AnsibleModule itself checks the arguments
and finishes the results, so that nothing differs but the process. That needs parts of ansible-core that are nobody's
public interface; a version that lacks one runs the modules the ordinary way.

- action: what our action plugins are made from. Knows when a module belongs in the worker
- defaults: the connection options that module_defaults give
- inside: everything that is loaded before the fork, and the running of a module
- module: the AnsibleModule that takes its arguments from the worker
- surroundings: what a module finds changed around it, and nobody after it
"""

from __future__ import annotations

from .action import InWorker, StockModule, WithDefaults, module_file
from .defaults import OF_PLAN, OF_PLAYBOOK

__all__ = ["OF_PLAN", "OF_PLAYBOOK", "InWorker", "StockModule", "WithDefaults", "module_file"]
