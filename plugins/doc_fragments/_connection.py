# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notes on the connection to AWS, in addition to the fragments of amazon.aws."""

from __future__ import annotations


class ModuleDocFragment:
    """The fragment aws_cis.monitoring._connection."""

    DOCUMENTATION = r"""
options: {}
notes:
  - With C(connection=local) and the controller's Python, the module runs inside the Ansible worker, which avoids
    starting an interpreter for each task. Set the variable C(aws_cis_monitoring_in_worker) to V(false) to run it in a
    separate process. Arguments, results and errors are the same.
  - The connect timeout is 5 seconds and the read timeout is 20 seconds. Calls are attempted up to 6 times, with
    jittered backoff if AWS throttles them. O(aws_config) overrides this with C(connect_timeout), C(read_timeout) and
    C(retries). The environment variables E(AWS_MAX_ATTEMPTS) and E(AWS_RETRY_MODE) and the profile override the
    retries.
"""

    # For the modules that read a whole account.
    EXPECTED = r"""
options:
  account:
    description:
      - The number of the account that must be acted on. The module fails before any other call if the credentials are
        those of another account.
      - Leading zeros may be missing, since YAML drops them from a number without quotation marks.
    type: str
    version_added: 2.0.0
"""

    # For the modules that write.
    ACCOUNT = r"""
options:
  account:
    description:
      - The number of the account that must be acted on. The module fails before it writes anything if the credentials
        are those of another account.
    type: str
    version_added: 2.0.0
"""
