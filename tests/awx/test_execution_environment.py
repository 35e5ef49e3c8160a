# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The execution environment of the guide, and the repository that AWX is to run, as far as no container is needed."""

from __future__ import annotations

import re
import subprocess

import yaml

# What AWX offers as a playbook of a project: a file with such a line (awx/main/utils/ansible.py).
PLAYBOOK = re.compile(r"^\s*?-?\s*?(?:hosts|include|import_playbook):\s*?.*?$", re.MULTILINE)


def test_ansible_builder_makes_the_context_of_an_image_with_the_collection(project, playbook_environment):
    command = ["ansible-builder", "create", "--file", "execution-environment.yml", "--output-filename", "Containerfile"]
    subprocess.run(command, cwd=project, env=playbook_environment, check=True)

    wanted = yaml.safe_load((project / "context/_build/requirements.yml").read_text())
    steps = (project / "context/Containerfile").read_text()
    assert wanted == {"collections": [{"name": "rollcall.collaborators"}]}
    # The image is asked for what the collections in it need; that ours answers, tests/tools/check_tarball.py sees.
    assert "introspect" in steps


def test_awx_offers_each_file_that_a_job_template_names(ready, project):
    named = {one["playbook"] for one in ready[0].awx.objects["job_templates"].values()}

    assert {path.name for path in project.glob("*.yml") if PLAYBOOK.search(path.read_text())} == named
