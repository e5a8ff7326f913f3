# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules of this collection support, in Ansible's attributes."""

from __future__ import annotations


class ModuleDocFragment:
    """Fragments: _attributes and _attributes.writes, .drill, .plan or .info_module, or only _attributes.controller."""

    DOCUMENTATION = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/aws_cis.monitoring.aws) in C(module_defaults) to set connection options for this module.
    support: full
    membership:
      - aws_cis.monitoring.aws
  action:
    description: Runs partly or completely on the controller, in an action plugin.
    support: full
    details:
      - The action runs completely inside the Ansible worker if the connection is C(local) with the controller's Python.
  async:
    description: Can be used with the keyword C(async).
    support: full
    details:
      - With C(async), the module runs in a separate process.
"""

    CONTROLLER = r"""
options: {}
attributes:
  action:
    description: Runs partly or completely on the controller, in an action plugin.
    support: full
    details:
      - The action runs completely on the controller, whatever the connection.
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
    description: When run twice in a row outside check mode, the second run reports no change.
    support: full
"""

    DRILL = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and return the predicted result without changing anything.
    support: full
    details:
      - In check mode, only the read-only steps are executed. The other steps are announced.
  diff_mode:
    description: Returns what has changed, or would change in check mode, in diff mode.
    support: none
    details:
      - All changes are reverted at the end.
  idempotent:
    description: When run twice in a row outside check mode, the second run reports no change.
    support: none
    details:
      - Each run is a new drill.
"""

    PLAN = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and return the predicted result without changing anything.
    support: full
    details:
      - This module is read-only. In check mode it reports the planned changes as changed, because the tasks that would
        write them are skipped.
  diff_mode:
    description: Returns what has changed, or would change in check mode, in diff mode.
    support: full
    details:
      - Outside check mode Ansible shows no diff, because the task changes nothing. The return value C(diff_lines) has
        the diff.
  idempotent:
    description: When run twice in a row outside check mode, the second run reports no change.
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
      - This module is read-only and does the same in check mode.
  diff_mode:
    description: Returns what has changed, or would change in check mode, in diff mode.
    support: N/A
    details:
      - This module changes nothing.
  idempotent:
    description: When run twice in a row outside check mode, the second run reports no change.
    support: full
    details:
      - This module changes nothing.
"""
