# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection builds on, and what to install where it is missing or too old.

Whatever else imports from amazon.aws takes it from here, so that a missing collection is a sentence, not a traceback.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

from ansible.module_utils.ansible_release import __version__ as core

try:
    from ansible_collections.amazon.aws.plugins.module_utils.botocore import get_aws_connection_info
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule, aws_argument_spec

    HAS_AMAZON_AWS = True
except ImportError:
    HAS_AMAZON_AWS = False
    AnsibleAWSModule = get_aws_connection_info = None

    def aws_argument_spec() -> dict[str, Any]:
        """Return no connection options, since they are not known."""
        return {}


CORE = "2.19.0"
LIBRARIES = {"boto3": "1.42.56", "botocore": "1.42.56"}

__all__ = ["HAS_AMAZON_AWS", "AnsibleAWSModule", "aws_argument_spec", "fault", "get_aws_connection_info"]


@cache
def fault() -> str:
    """Return what is missing or too old, and what to do, in one line; '' if nothing is."""
    return " ".join(_faults())


def _faults() -> Iterator[str]:
    if _numbers(core) < _numbers(CORE):
        yield f"aws_cis.monitoring requires ansible-core {CORE} or newer, and this is {core}. Update ansible-core."
    if not HAS_AMAZON_AWS:
        yield (
            "aws_cis.monitoring requires the collection amazon.aws, which is not installed. "
            "Run ansible-galaxy collection install amazon.aws community.aws."
        )
    install = " ".join(f"'{name}>={least}'" for name, least in LIBRARIES.items())
    for name, least in LIBRARIES.items():
        found = _version_of(name)
        if found is None or _numbers(found) < _numbers(least):
            what = "it is not installed" if found is None else f"this is {found}"
            yield (
                f"aws_cis.monitoring requires {name} {least} or newer, and {what} for the Python of this task. "
                f"Run pip install {install}."
            )
            return


def _version_of(library: str) -> str | None:
    try:
        return str(import_module(library).__version__)
    except ImportError:
        return None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])
