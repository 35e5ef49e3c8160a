# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Sphinx builds the documentation site. `make docs` starts it, after antsibull-docs has written the pages.

Of Ansible's own documentation, whose list of labels is on the web, ansible_labels.txt has what the pages refer to: the
site builds without a network, and a new label is an error until it is added there. With DOCS_ONLINE=1 the whole list is
fetched.
"""

from __future__ import annotations

import os
import zlib
from pathlib import Path

import yaml

HERE = Path(__file__).parent
ANSIBLE = "https://docs.ansible.com/projects/ansible/devel/"
HEADER_LINES = 4


def inventory() -> str:
    """The path of ansible_labels.txt in the form that Sphinx reads: everything after the header compressed."""
    lines = (HERE / "ansible_labels.txt").read_bytes().splitlines(keepends=True)
    target = HERE.parents[2] / ".build/docs/ansible_labels.inv"
    target.write_bytes(b"".join(lines[:HEADER_LINES]) + zlib.compress(b"".join(lines[HEADER_LINES:])))
    return str(target)


project = "rollcall.collaborators"
release = yaml.safe_load((HERE.parents[2] / "galaxy.yml").read_text(encoding="utf-8"))["version"]
project_copyright = "the rollcall.collaborators contributors"
html_title = "rollcall.collaborators"
html_short_title = "rollcall.collaborators"

extensions = ["sphinx.ext.intersphinx", "sphinx_antsibull_ext"]
intersphinx_mapping = {"ansible": (ANSIBLE, None if os.environ.get("DOCS_ONLINE") == "1" else inventory())}
nitpicky = True
default_role = "any"

html_theme = "sphinx_ansible_theme"
html_theme_options = {"show_extranav": False, "show_rtd_ethical_ads": False}
templates_path = ["."]
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_use_index = False
html_copy_source = False
pygments_style = "ansible"
highlight_language = "YAML+Jinja"
