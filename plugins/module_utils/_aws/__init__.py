# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection to AWS: boto3 clients with their credentials, certificates and retries, for each way to run a task.

Nothing here knows what is asked of AWS, nor why.
"""
