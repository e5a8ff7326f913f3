# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What documents and workflows name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from changelog import things
from environment import ROOT, SERIES
from run_checks import tagged

README = (ROOT / "README.md").read_text()
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("docs/**/*.rst"), *ROOT.glob("roles/*/*.md")]
LINK = re.compile(r"\]\(([^)#\s]+)")
IN_REPOSITORY = re.compile(r"https://github\.com/aws-cis/monitoring/(?:blob|raw|tree)/main/([^)\s#]+)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_links_lead_to_files(document: Path) -> None:
    text = document.read_text()
    relative = [document.parent / link for link in LINK.findall(text) if "://" not in link]
    absolute = [ROOT / path for path in IN_REPOSITORY.findall(text)]
    assert [str(path) for path in relative + absolute if not path.exists()] == []


def test_galaxy_shows_the_readme_without_its_neighbours() -> None:
    assert [link for link in LINK.findall(README) if "://" not in link] == []


def test_the_readme_names_all_that_users_call() -> None:
    named = set(re.findall(r"`(?:aws_cis\.monitoring\.)?(\w+)`", README))
    assert [str(thing) for thing, _added in things(ROOT) if thing.name not in named] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_what_documents_call_is_there(document: Path) -> None:
    called = set(re.findall(r"\baws_cis\.monitoring\.(\w+)\b(?!\.)", document.read_text()))
    present = {thing.name for thing, _added in things(ROOT)} | {"aws", "own"}  # the groups of modules
    present |= {rulebook.stem for rulebook in ROOT.glob("extensions/eda/rulebooks/*.yml")}
    assert document.name == "CHANGELOG.md" or called <= present


def test_every_slow_check_runs_weekly() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "slow.yml").read_text())
    assert workflow["jobs"]["slow"]["strategy"]["matrix"]["check"] == tagged("slow")


def test_the_readme_names_every_ansible_core_that_is_tested() -> None:
    [requirement] = re.findall(r"^- ansible-core .*$", README, re.MULTILINE)
    assert {f"core-{series}" for series in re.findall(r"\b2\.\d+", requirement)} == set(SERIES)


def test_the_examples_for_awx_pin_this_version() -> None:
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text())["version"]
    pinned = [
        {one["name"]: one["version"] for one in yaml.safe_load((ROOT / "docs" / path).read_text())["collections"]}
        for path in ("execution-environment/requirements.yml", "awx/project/collections/requirements.yml")
    ]
    assert [one["aws_cis.monitoring"] for one in pinned] == [version, version]
    assert pinned[1].keys() == {"aws_cis.monitoring", "amazon.aws", "community.aws"}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", one) for one in pinned[1].values())
    assert re.findall(r"image: \S+:(\S+)", (ROOT / "docs" / "awx" / "configure.yml").read_text()) == [version]
