#!/usr/bin/python
# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell who collaborates on Helix TeamHub projects."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: hth_project_collaborator_info
short_description: Tell who collaborates on Helix TeamHub projects
version_added: 1.0.0
author:
  - The rollcall.collaborators contributors (@rollcall)
description:
  - Reads the collaborators of one, some or all Helix TeamHub projects, or finds every project that one account is on.
    Changes nothing.
  - Each project is listed once, 100 collaborators for each request. All projects take one listing of projects more.
  - RV(projects) of the result is what the option C(projects) of
    M(rollcall.collaborators.hth_project_collaborators) takes. Given to it unchanged, it changes nothing. What this
    version does not know, such as a new kind of access, is told as the service shows it, and is refused there.
  - A project that cannot be read does not fail the task. It is told in RV(unreadable), with the reason, and in a
    warning. Refused credentials, a service that gives no usable answer, and values that cannot be right do.
extends_documentation_fragment:
  - rollcall.collaborators.attributes.reading
  - rollcall.collaborators.attributes.host
  - rollcall.collaborators.attributes.hth
  - rollcall.collaborators.connection
  - rollcall.collaborators.connection.hth
  - rollcall.collaborators.info
  - rollcall.collaborators.info.emails
options:
  projects:
    description:
      - The projects to read, each by its short name.
      - Every project that the account can see, when left out. An empty list reads none.
      - A project that is named more than once is told once, as it is named first.
    type: list
    elements: str
seealso:
  - module: rollcall.collaborators.hth_project_collaborator
  - module: rollcall.collaborators.hth_project_collaborators
  - ref: ansible_collections.rollcall.collaborators.docsite.guide_helix_teamhub
    description: Helix TeamHub step by step, with credentials, names and what to know.
"""

EXAMPLES = r"""
- name: Who is on the platform
  rollcall.collaborators.hth_project_collaborator_info:
    projects:
      - platform
  register: platform

- name: Every project that Norris is on
  rollcall.collaborators.hth_project_collaborator_info:
    collaborator: norris
  register: norris

- name: Say so
  ansible.builtin.debug:
    msg: "{{ norris.projects | map(attribute='project') | join(', ') }}"

- name: Take Norris off all of them
  rollcall.collaborators.hth_project_collaborators:
    projects: "{{ norris.projects | map('combine', {'collaborators': {'norris': 'absent'}}) | list }}"
"""

RETURN = r"""
projects:
  description:
    - The projects that could be read, in the order of O(projects), else sorted by name. With O(collaborator) only those
      that it is on.
  returned: success
  type: list
  elements: dict
  contains:
    project:
      description: The project, as it was asked for; else its short name.
      returned: success
      type: str
      sample: platform
    collaborators:
      description: Direct access of every collaborator, as it is written in tasks. With O(collaborator) of that one
        only.
      returned: success
      type: dict
      sample: {norris: developer, ext.jdoe: guest}
details:
  description:
    - What else the service tells of each project, by C(project) of RV(projects). Nothing of it is ever compared.
  returned: success
  type: dict
  contains:
    project_id:
      description: The id that the service knows the project by.
      returned: success
      type: str
      sample: "platform"
    owners:
      description: Always empty. Collaborators own no projects.
      returned: success
      type: list
      elements: str
      sample: []
    manageable:
      description: Always null. TeamHub does not tell whether the account that makes the calls can change the list.
      returned: success
      type: bool
      sample: null
    note:
      description: Always empty.
      returned: success
      type: str
      sample: ""
    name:
      description: Its display name.
      returned: where the service told it
      type: str
      sample: The platform
    emails:
      description: E-mail addresses of collaborators, where the service shows them.
      returned: with O(emails=true)
      type: dict
      sample: {norris: norris@example.org}
unreadable:
  description: The projects that could not be read.
  returned: success
  type: list
  elements: dict
  contains:
    project:
      description: The project, as it was asked for or is listed.
      returned: success
      type: str
      sample: secret
    error:
      description: Why, with the keys of RV(error).
      returned: success
      type: dict
summary:
  description: Number of projects, of collaborators on them, and of projects that could not be read.
  returned: success
  type: str
  sample: 2 projects, 9 collaborators, 0 unreadable
error:
  description: Why the task failed.
  returned: failure
  type: dict
  contains:
    kind:
      description:
        - The kind of failure. V(bad_input) is a value that cannot be right, or an O(collaborator) that only
          looks like a listed one.
        - V(authentication), V(forbidden), V(refused) and V(throttled) are the service's words, so is V(not_found).
        - With V(unreachable), V(unavailable), V(deadline), V(redirect) and V(bad_answer) there was no usable answer.
          With V(interrupted) a signal such as that of Ctrl-C stopped the run. V(ambiguous) is a name that several
          projects have.
      returned: failure
      type: str
      sample: authentication
    message:
      description: What was tried and what the service said.
      returned: failure
      type: str
      sample: "Helix TeamHub: the projects cannot be listed: invalid account key (HTTP 401)."
    hint:
      description: What to do next.
      returned: failure
      type: str
      sample: Run again later.
    http_status:
      description: Status of the answer, if there was one.
      returned: failure
      type: int
      sample: 401
    method:
      description: Method of the request.
      returned: failure
      type: str
      sample: GET
    url:
      description: Address of the request, without credentials.
      returned: failure
      type: str
      sample: https://helixteamhub.example.org/api/projects
    retryable:
      description: Whether running the same task again can help without changing anything.
      returned: failure
      type: bool
      sample: false
"""

from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.module_process import run_module
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.run_info import CollaboratorInfo
from ansible_collections.rollcall.collaborators.plugins.module_utils._services.helix_teamhub import HelixTeamHub


def main() -> None:
    run_module(CollaboratorInfo(HelixTeamHub))


if __name__ == "__main__":
    main()
