# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Has Python keep the bytecode of this collection's packages, as it does for Ansible's own and for action plugins.

Ansible's loader of collections compiles each file in each run, a tenth of a second for an audit. So what is below
`plugins` is found by Python's own loader of files, with its cache (__pycache__, or where PYTHONPYCACHEPREFIX says) and
its rules: a file that changes is compiled anew, and a cache that can't be written is done without. What Python's loader
doesn't find there, Ansible's does. That holds while a plugin that loads much is imported: afterwards Python looks for
modules as it did before.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.abc import MetaPathFinder
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, ModuleSpec, SourceFileLoader
from types import ModuleType

PLUGINS = f"{__name__.partition('.plugin_utils.')[0]}."


class WithBytecode(MetaPathFinder):
    """Finds the modules of this collection's packages."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how to load a module, or None for what is not one of ours."""
        if not fullname.startswith(PLUGINS):
            return None
        for folder in path or ():
            found = _finder(folder).find_spec(fullname)
            if found and found.loader:  # a folder without __init__.py has none
                return found
        return None


@cache
def _finder(folder: str) -> FileFinder:
    return FileFinder(folder, (SourceFileLoader, SOURCE_SUFFIXES))


@contextmanager
def keeping_bytecode() -> Iterator[None]:
    """Keep the bytecode of what of our packages is imported in the block."""
    finder = WithBytecode()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
