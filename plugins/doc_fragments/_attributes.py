# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules of this collection support, in Ansible's attributes."""

from __future__ import annotations


class ModuleDocFragment:
    """Fragments: _attributes and _attributes.writes, .drill, .plan or .info_module, or _attributes.controller alone."""

    DOCUMENTATION = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/aws_cis.monitoring.aws) in C(module_defaults) to set connection options for this module.
    support: full
    membership:
      - aws_cis.monitoring.aws
  action:
    description: Has an action plugin, so that a part of it or all of it is done on the controller.
    support: full
    details:
      - All of it is, inside the Ansible worker, where the connection is C(local) with the controller's Python.
  async:
    description: Can be used with the keyword C(async).
    support: full
    details:
      - It runs as a process of its own then.
"""

    CONTROLLER = r"""
options: {}
attributes:
  action:
    description: Has an action plugin, so that a part of it or all of it is done on the controller.
    support: full
    details:
      - All of it is, whatever the connection.
  async:
    description: Can be used with the keyword C(async).
    support: none
  check_mode:
    description: Can run in check mode and return the predicted result without changing anything.
    support: full
  diff_mode:
    description: Returns what has changed, or would change in check mode, in diff mode.
    support: none
"""

    WRITES = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and return the predicted result without changing anything.
    support: full
  diff_mode:
    description: Returns what has changed, or would change in check mode, in diff mode.
    support: full
  idempotent:
    description: When run twice in a row outside check mode, the second run changes nothing and says so.
    support: full
"""

    DRILL = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and return the predicted result without changing anything.
    support: full
    details:
      - In check mode it does what only reads, and says what else it would do.
  diff_mode:
    description: Returns what has changed, or would change in check mode, in diff mode.
    support: none
    details:
      - What it changes it changes back.
  idempotent:
    description: When run twice in a row outside check mode, the second run changes nothing and says so.
    support: none
    details:
      - Each drill is a new one.
"""

    PLAN = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and return the predicted result without changing anything.
    support: full
    details:
      - This module reads only. In check mode it counts what is planned as changed, since nobody else shows it then.
  diff_mode:
    description: Returns what has changed, or would change in check mode, in diff mode.
    support: full
    details:
      - Outside check mode Ansible shows none, since the task changes nothing. It is in the value C(diff_lines) then.
  idempotent:
    description: When run twice in a row outside check mode, the second run changes nothing and says so.
    support: full
    details:
      - This module changes nothing.
"""

    INFO_MODULE = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and return the predicted result without changing anything.
    support: full
    details:
      - This module reads only, so it does the same in check mode.
  diff_mode:
    description: Returns what has changed, or would change in check mode, in diff mode.
    support: N/A
    details:
      - This module changes nothing.
  idempotent:
    description: When run twice in a row outside check mode, the second run changes nothing and says so.
    support: full
    details:
      - This module changes nothing.
"""
