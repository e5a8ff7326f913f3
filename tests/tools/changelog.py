# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell which plugins, roles and playbooks the changelog lacks, and which of those that it announced are gone unsaid.

antsibull-changelog announces a new plugin by itself when it cuts a release, if its version_added is the version
of that release. Roles and playbooks are announced by fragments.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from packaging.version import Version
from report import Report

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = {"modules": "module", "filter": "filter", "inventory": "inventory", "lookup": "lookup"}
"""The kinds of plugin that users call, by their folder."""
REMOVALS = ("removed_features", "breaking_changes")
"""The sections of a fragment in which it is said that something is gone."""


@dataclass(frozen=True, order=True)
class Thing:
    """What users call by its name."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def main() -> int:
    """Return 0 if the changelog and its fragments tell of all that is there."""
    releases = yaml.safe_load((ROOT / "changelogs" / "changelog.yaml").read_text())["releases"]
    fragments = [yaml.safe_load(file.read_text()) for file in sorted((ROOT / "changelogs" / "fragments").glob("*.yml"))]
    present = dict(things(ROOT))
    faults = unannounced(present, releases, fragments) + gone(present, releases, fragments)
    print(*faults, sep="\n")
    Report(f"{len(present)} plugins, roles and playbooks, {len(releases)} releases" if present else "").write()
    return 1 if faults else 0


def things(root: Path) -> Iterator[tuple[Thing, str | None]]:
    """Yield what users call by its name, plugins with their version_added."""
    for folder, kind in PLUGINS.items():
        for file in root.glob(f"plugins/{folder}/[!_]*.py"):
            added = re.search(r"^version_added: *[\"']?([\w.-]+)", file.read_text(), re.MULTILINE)
            yield Thing(kind, file.stem), added[1] if added else "0"
    for file in root.glob("roles/*/meta/main.yml"):
        yield Thing("role", file.parents[1].name), None
    for file in root.glob("playbooks/[!_]*.yml"):
        yield Thing("playbook", file.stem), None


def unannounced(present: dict[Thing, str | None], releases: dict[str, Any], fragments: list[Any]) -> list[str]:
    """Tell what no release has announced and the next one will not."""
    known = {thing for release in releases.values() for thing in of_release(release)}
    for fragment in fragments:
        for kind in ("role", "playbook"):
            known |= {Thing(kind, added["name"]) for added in fragment.get(f"add object.{kind}", [])}
    last = max(map(Version, releases), default=Version("0"))
    faults = []
    for thing, added in sorted(present.items()):
        if thing in known:
            continue
        if added is None:
            faults.append(f"The changelog lacks {thing}: add a fragment with 'add object.{thing.kind}'.")
        elif Version(added) <= last:
            faults.append(f"The changelog lacks {thing}: its version_added is {added}, make it the one after {last}.")
    return faults


def gone(present: dict[Thing, str | None], releases: dict[str, Any], fragments: list[Any]) -> list[str]:
    """Tell what a release has announced that is gone, without a word of it."""
    changes = [release.get("changes", {}) for release in releases.values()] + fragments
    said = " ".join(str(change.get(section, "")) for change in changes for section in REMOVALS)
    announced = {thing for release in releases.values() for thing in of_release(release)}
    return [
        f"{thing} is gone: say so in a fragment, under {' or '.join(REMOVALS)}."
        for thing in sorted(announced - present.keys())
        if not re.search(rf"\b{re.escape(thing.name)}\b", said)
    ]


def of_release(release: dict[str, Any]) -> Iterator[Thing]:
    """Yield what a release has announced as new."""
    for module in release.get("modules", []):
        yield Thing("module", module["name"])
    for kind, added in {**release.get("plugins", {}), **release.get("objects", {})}.items():
        for one in added:
            yield Thing(kind, one["name"])


if __name__ == "__main__":
    sys.exit(main())
