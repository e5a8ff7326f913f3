# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a module, as its documentation and as its argument specification say them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

import yaml

COLLECTION = "aws_cis.monitoring"


def options_of(module: ModuleType) -> dict[str, Any]:
    """The options of a module's documentation, with what this collection's fragments say of them."""
    documentation = yaml.safe_load(module.DOCUMENTATION)
    options: dict[str, Any] = documentation["options"]
    for name in documentation.get("extends_documentation_fragment", ()):
        if name.startswith(f"{COLLECTION}."):
            file, _dot, variant = name.removeprefix(f"{COLLECTION}.").partition(".")
            fragments = import_module(f"ansible_collections.{COLLECTION}.plugins.doc_fragments.{file}")
            text = getattr(fragments.ModuleDocFragment, (variant or "documentation").upper())
            for option, said in yaml.safe_load(text)["options"].items():
                options[option] = {**said, **options.get(option, {})}
    return options


def documented(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options as an argument specification says them."""
    kept = ("type", "elements", "choices", "default", "required")
    return {
        name: {
            **{key: option[key] for key in kept if key in option},
            **({"options": documented(option["suboptions"])} if "suboptions" in option else {}),
        }
        for name, option in options.items()
    }


def specified(options: Mapping[str, Any]) -> dict[str, Any]:
    constraints = ("mutually_exclusive", "required_if", "no_log")
    return {
        name: {
            key: specified(value) if key == "options" else value
            for key, value in option.items()
            if key not in constraints
        }
        for name, option in options.items()
    }
