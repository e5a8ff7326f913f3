# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A release on GitHub has its section of the changelog, and no other one."""

from __future__ import annotations

import pytest
from release_notes import CHANGELOG, section

TWO = r"""# Release Notes

<a id="v2-0-0"></a>
## v2\.0\.0

<a id="bugfixes"></a>
### Bugfixes

* Something \\
  ## v is no heading here

<a id="v1-0-0"></a>
## v1\.0\.0

The first release\.
"""


def test_the_section_of_a_version() -> None:
    newest = section(TWO, "2.0.0")
    assert newest.startswith('<a id="bugfixes"></a>')
    assert newest.endswith("## v is no heading here")
    assert section(TWO, "1.0.0") == r"The first release\."


@pytest.mark.parametrize("version", ["1.0", "1.0.1", "12.0.0", "2-0-0"])
def test_a_version_without_a_section_ends_the_release(version: str) -> None:
    with pytest.raises(LookupError, match=f"no section of {version}"):
        section(TWO, version)


def test_the_changelog_is_written_as_expected() -> None:
    assert "The first release" in section(CHANGELOG.read_text(), "1.0.0")
