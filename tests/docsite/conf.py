# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Sphinx builds the documentation site: Ansible's theme, and links to Ansible's own documentation.

Sphinx would download lists of the pages that Ansible's documentation has. The addresses follow from the references, so
none is downloaded. A reference into this collection gets no address here: if it leads nowhere, that is a warning.
"""

import re

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

project = "aws_cis.monitoring"
author = project_copyright = "aws_cis.monitoring developers"
title = html_title = html_short_title = "aws_cis.monitoring"
extensions = ["sphinx_antsibull_ext"]
default_role = "any"
highlight_language = "YAML+Jinja"
pygments_style = "ansible"
html_theme = "sphinx_ansible_theme"
html_copy_source = False
html_show_sphinx = False
html_use_index = False
nitpicky = True

ANSIBLE = "https://docs.ansible.com/ansible/latest/"
SETTINGS = "reference_appendices/config.html"
PAGES = {
    "action_plugins": "plugins/action.html",
    "ansible_configuration_settings": SETTINGS,
    "common_return_values": "reference_appendices/common_return_values.html",
}
PLUGIN = re.compile(r"ansible_collections\.(?!aws_cis\.)(\w+)\.(\w+)\.(\w+)")


def setup(app: Sphinx) -> None:
    """Look up the references that lead out of this collection."""
    app.connect("missing-reference", _link_to_ansible)


def _link_to_ansible(
    _app: Sphinx, _env: BuildEnvironment, reference: pending_xref, content: nodes.TextElement
) -> nodes.reference | None:
    address = _address(reference["reftype"], reference["reftarget"])
    return nodes.reference("", "", content, internal=False, refuri=ANSIBLE + address) if address else None


def _address(kind: str, target: str) -> str | None:
    """Return the page of Ansible's documentation that a reference is about, if any."""
    if kind == "envvar" and target.startswith("ANSIBLE_"):
        return f"{SETTINGS}#envvar-{target}"
    if plugin := PLUGIN.match(target):
        return f"collections/{'/'.join(plugin.groups())}.html"
    return PAGES.get(target)
