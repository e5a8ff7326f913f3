# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How AWS is reached: the clients of a task, what they are made from, and the task itself, however it is run.

Nothing here knows what is asked of AWS, nor why.
"""
