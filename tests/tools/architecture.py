# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw the layers in docs/architecture.md from the contracts that hold them, with what each package says of itself."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from marks import between

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "architecture.md"
PLUGINS = "ansible_collections.aws_cis.monitoring.plugins"
BEGIN = "<!-- layers: drawn from the contracts in pyproject.toml by tests/tools/architecture.py -->"
END = "<!-- end of layers -->"


def pages() -> Iterator[tuple[Path, str]]:
    """Yield the page, with its text."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    containers = {contract["containers"][0]: contract["layers"] for contract in contracts if "layers" in contract}
    pure = {module for contract in contracts for module in contract.get("source_modules", [])}
    layers = "\n".join([*drawing(containers), "", *table(containers, pure)])
    yield PAGE, between(PAGE.read_text(), BEGIN, END, layers)


def packages(layer: str) -> list[str]:
    """Return the packages of a layer, which a contract separates by bars or colons."""
    return re.findall(r"\w+", layer)


def drawing(containers: dict[str, list[str]]) -> Iterator[str]:
    """Yield the lines of a Mermaid flowchart: each layer of a package above what it may import."""
    yield "```mermaid"
    yield "flowchart TB"
    for container, layers in containers.items():
        yield from _box(container, layers) if container != PLUGINS else ()
    for layer in containers[PLUGINS]:
        for package in packages(layer):
            if f"{PLUGINS}.{package}" not in containers and package != "doc_fragments":
                yield f"  {package} --> plugin_utils"
    yield "  plugin_utils --> module_utils"
    yield "```"


def _box(container: str, layers: list[str]) -> Iterator[str]:
    name = container.rpartition(".")[2]
    yield f"  subgraph {name}"
    rows = [packages(layer) for layer in layers]
    for number, row in enumerate(rows):
        yield f'    subgraph {name}_{number}[" "]'
        yield "      direction LR"
        yield from (f"      {package}" for package in row)
        yield "    end"
    yield from (f"    {name}_{number} --> {name}_{number + 1}" for number in range(len(rows) - 1))
    yield "  end"


def table(containers: dict[str, list[str]], pure: set[str]) -> Iterator[str]:
    """Yield the lines of a table of the packages, from top to bottom."""
    yield "| Package | What lives there | Pure |"
    yield "|---|---|---|"
    for container, layers in containers.items():
        for package in (package for layer in layers for package in packages(layer)):
            module = f"{container}.{package}"
            if module not in containers and container != PLUGINS:
                folder = container.rpartition(".")[2]
                yield f"| `{folder}/{package}` | {subject(module)} | {'yes' if module in pure else ''} |"


def subject(module: str) -> str:
    """Return what a package or module says that it is about: the first sentence of its docstring, or the first two.

    A first sentence that is a question is followed by what answers it.
    """
    path = ROOT.joinpath(*module.removeprefix("ansible_collections.aws_cis.monitoring.").split("."))
    source = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    text = " ".join((ast.get_docstring(ast.parse(source.read_text())) or "").split("\n\n")[0].split())
    found: Any = re.match(r"(?:[^.?]+\? )?.+?\.(?= |$)", text)
    if not found:
        raise LookupError(f"{source} has no docstring that says in a sentence what lives there.")
    return str(found[0])
