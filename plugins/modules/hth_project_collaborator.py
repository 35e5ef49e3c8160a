#!/usr/bin/python
# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manage one collaborator of a Helix TeamHub project."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: hth_project_collaborator
short_description: Manage one collaborator of a Helix TeamHub project
version_added: 0.1.0
author:
  - The rollcall.collaborators contributors (@rollcall)
description:
  - Adds, changes or removes one collaborator of one Helix TeamHub project.
  - Sends one listing of the project (one request for each 100 collaborators), and one request for a change that is
    needed.
extends_documentation_fragment:
  - rollcall.collaborators.attributes
  - rollcall.collaborators.attributes.host
  - rollcall.collaborators.attributes.hth
  - rollcall.collaborators.connection
  - rollcall.collaborators.connection.hth
  - rollcall.collaborators.connection.hth_changes
  - rollcall.collaborators.safety
options:
  project:
    description:
      - Short name (id) of the project, as in its address.
    type: str
    required: true
  collaborator:
    description:
      - Id of the collaborator account.
    type: str
    required: true
  role:
    description:
      - Role of the collaborator in the project.
      - Left out, a present collaborator keeps it and a new one gets V(guest).
    type: str
    choices: [guest, developer, master]
  state:
    description:
      - Whether the collaborator is on the project. For V(absent) the access options do not matter.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: rollcall.collaborators.hth_project_collaborators
  - module: rollcall.collaborators.hth_project_collaborator_info
  - ref: ansible_collections.rollcall.collaborators.docsite.guide_helix_teamhub
    description: Helix TeamHub step by step, with credentials, names and what to know.
  - ref: ansible_collections.rollcall.collaborators.docsite.guide_safety
    description: What a run does, and what it never does.
"""

EXAMPLES = r"""
- name: Norris develops on the platform
  rollcall.collaborators.hth_project_collaborator:
    api_url: "{{ teamhub_url }}"
    company_key: "{{ teamhub_company_key }}"
    account_key: "{{ teamhub_account_key }}"
    project: platform
    collaborator: norris
    role: developer

- name: Somebody has left, the credentials come from the environment
  rollcall.collaborators.hth_project_collaborator:
    project: platform
    collaborator: old.timer
    state: absent
"""

RETURN = r"""
project:
  description: The project, as it was written in the task.
  returned: success
  type: str
  sample: platform
project_id:
  description: The id that the service knows the project by.
  returned: success
  type: str
  sample: "platform"
before:
  description: Access of every collaborator before the run, without the owner, as C(collaborators) is written in
    tasks.
  returned: success
  type: dict
  sample: {build-partner: guest, ravi.k: guest}
after:
  description: The same after the run, or in check mode as it would be.
  returned: success
  type: dict
  sample: {build-partner: guest, norris: developer, ravi.k: developer}
plan:
  description: What the run did, or in check mode would do.
  returned: success
  type: dict
  contains:
    add:
      description: Collaborators to add, with their access.
      returned: success
      type: dict
      sample: {norris: developer}
    change:
      description: Collaborators whose access changes, with C(from) and C(to).
      returned: success
      type: dict
      sample: {ravi.k: {from: guest, to: developer}}
    remove:
      description: Collaborators to remove, with the access they had.
      returned: success
      type: dict
      sample: {}
    keep:
      description: Collaborators who stay as they are.
      returned: success
      type: list
      elements: str
      sample: [build-partner]
    protected:
      description: Collaborators whom an exclusive run did not touch, each with the reason.
      returned: success
      type: dict
      sample: {}
summary:
  description: Number of collaborators added, updated, removed and kept.
  returned: success
  type: str
  sample: +1 ~1 -0 =1
outcome:
  description: What became of each step of the plan, when one of them failed.
  returned: when a change failed
  type: dict
  contains:
    done:
      description: Steps that came about, each with C(action) and C(collaborator).
      returned: when a change failed
      type: list
      elements: dict
      sample: [{action: add, collaborator: norris}]
    failed:
      description: Steps that failed, each with C(action), C(collaborator) and C(error).
      returned: when a change failed
      type: list
      elements: dict
    not_attempted:
      description: Steps that were not tried, because an earlier one failed or the run was stopped.
      returned: when a change failed
      type: list
      elements: dict
      sample: [{action: remove, collaborator: old_timer}]
error:
  description: Why the task failed.
  returned: failure
  type: dict
  contains:
    kind:
      description:
        - The kind of failure. V(bad_input), V(ambiguous) and V(safety) refuse a run before its first change.
          V(not_found) is a project, or a member meanwhile, that the service does not show.
        - V(authentication), V(forbidden), V(refused) and V(throttled) are the service's words.
        - With V(unreachable), V(unavailable), V(deadline), V(redirect) and V(bad_answer) there was no usable answer.
          With V(interrupted) a signal such as that of Ctrl-C stopped the run between two requests.
        - V(unclear) means that nobody knows whether a change was made, or still will be, V(not_converged) that the
          service said yes and its list says no.
      returned: failure
      type: str
      sample: not_found
    message:
      description: What was tried and what the service said.
      returned: failure
      type: str
      sample: "Helix TeamHub: the collaborators of project plattform cannot be listed: Not found (HTTP 404)."
    hint:
      description: What to do next.
      returned: failure
      type: str
      sample: Run again later.
    http_status:
      description: Status of the answer, if there was one.
      returned: failure
      type: int
      sample: 403
    method:
      description: Method of the request.
      returned: failure
      type: str
      sample: GET
    url:
      description: Address of the request, without credentials.
      returned: failure
      type: str
      sample: https://helixteamhub.example.org/api/projects/plattform/project_collaborators
    retryable:
      description: Whether running the same task again can help without changing anything.
      returned: failure
      type: bool
      sample: false
"""

from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.module_process import run_module
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.run import OneCollaborator
from ansible_collections.rollcall.collaborators.plugins.module_utils._services.helix_teamhub import HelixTeamHub


def main() -> None:
    run_module(OneCollaborator(HelixTeamHub))


if __name__ == "__main__":
    main()
