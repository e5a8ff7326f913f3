# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the table of a role's variables into its README, from its argument specification."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from marks import between

ROOT = Path(__file__).resolve().parents[2]
BEGIN = "<!-- variables: generated from meta/argument_specs.yml by tests/tools/role_readme.py -->"
END = "<!-- end of variables -->"
# Ansible's markup, https://docs.ansible.com/ansible/latest/dev_guide/ansible_markup.html
MARKUP = (
    (re.compile(r"\bL\(([^,)]+), *([^)]+)\)"), r"[\1](\2)"),
    (re.compile(r"\bU\(([^)]+)\)"), r"<\1>"),
    (re.compile(r"\bB\(([^)]+)\)"), r"**\1**"),
    (re.compile(r"\bI\(([^)]+)\)"), r"*\1*"),
    (re.compile(r"\b(?:RV|[CEMOPV])\(([^)]+)\)"), r"`\1`"),
)


def pages() -> Iterator[tuple[Path, str]]:
    """Yield each role's README, with its text."""
    for specification in sorted(ROOT.glob("roles/*/meta/argument_specs.yml")):
        options = yaml.safe_load(specification.read_text())["argument_specs"]["main"]["options"]
        readme = specification.parents[1] / "README.md"
        yield readme, between(readme.read_text(), BEGIN, END, table(options))


def table(options: dict[str, Any]) -> str:
    """Return the table of variables, with the keys of a list's or a dict's entries below it."""
    return "\n".join(["| Variable | Type | Default | |", "|---|---|---|---|", *_rows(options)])


def _rows(options: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for name, option in options.items():
        kind = option["type"] + (f" of {option['elements']}" if "elements" in option else "")
        default = "required" if option.get("required") else _code(option["default"]) if "default" in option else ""
        yield f"| `{prefix}{name}` | {kind} | {default} | {_description(option)} |"
        yield from _rows(option.get("options", {}), f"{prefix}{name}{'[]' if kind.startswith('list') else ''}.")


def _description(option: dict[str, Any]) -> str:
    written = option["description"]
    sentences = [written] if isinstance(written, str) else list(written)
    if "choices" in option:
        sentences.append("One of " + ", ".join(_code(choice) for choice in option["choices"]) + ".")
    return "<br>".join(_markdown(sentence) for sentence in sentences).replace("|", r"\|")


def _markdown(sentence: str) -> str:
    for markup, replacement in MARKUP:
        sentence = markup.sub(replacement, sentence)
    return sentence


def _code(value: object) -> str:
    return f"`{value if isinstance(value, str) else json.dumps(value)}`"
