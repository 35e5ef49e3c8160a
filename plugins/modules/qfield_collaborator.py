#!/usr/bin/python
# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manage one collaborator of a QFieldCloud project."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qfield_collaborator
short_description: Manage one collaborator of a QFieldCloud project
version_added: 0.1.0
author:
  - The rollcall.collaborators contributors (@rollcall)
description:
  - Adds, changes or removes one person or team on one QFieldCloud project.
  - Sends one listing of the project, one look-up if the project is given as V(owner/name), and one request for a
    change that is needed. With a token it asks once whose that is, where that account could lose access.
  - Where somebody is to be added to a project of an organization, the members of that are read, too, and who is no
    member, or a team of another organization, is refused before anything is written.
extends_documentation_fragment:
  - rollcall.collaborators.attributes
  - rollcall.collaborators.attributes.host
  - rollcall.collaborators.attributes.qfield
  - rollcall.collaborators.connection
  - rollcall.collaborators.connection.qfield
  - rollcall.collaborators.connection.qfield_changes
  - rollcall.collaborators.safety
options:
  project:
    description:
      - The project as V(owner/name), or its uuid.
    type: str
    required: true
  collaborator:
    description:
      - Username of the person, or a team as V(@organization/team).
    type: str
    required: true
  role:
    description:
      - Role of the collaborator on the project.
      - V(reader) downloads, V(reporter) also sends field changes, V(editor) also changes files, V(manager) also
        manages
        collaborators and settings, V(admin) also deletes and transfers the project.
      - Left out, a present collaborator keeps it and a new one gets V(reader).
    type: str
    choices: [reader, reporter, editor, manager, admin]
  state:
    description:
      - Whether the collaborator is on the project. For V(absent) the access options do not matter.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: rollcall.collaborators.qfield_collaborators
  - module: rollcall.collaborators.qfield_collaborator_info
  - ref: ansible_collections.rollcall.collaborators.docsite.guide_qfieldcloud
    description: QFieldCloud step by step, with credentials, names and what to know.
  - ref: ansible_collections.rollcall.collaborators.docsite.guide_safety
    description: What a run does, and what it never does.
"""

EXAMPLES = r"""
- name: Jane edits the trees
  rollcall.collaborators.qfield_collaborator:
    token: "{{ qfieldcloud_token }}"
    project: acme_org/trees
    collaborator: jane_smith
    role: editor

- name: The field team reports, the credentials come from the environment
  rollcall.collaborators.qfield_collaborator:
    project: acme_org/trees
    collaborator: "@acme_org/field_team"
    role: reporter

- name: Somebody has left
  rollcall.collaborators.qfield_collaborator:
    project: 550e8400-e29b-41d4-a716-446655440002
    collaborator: old_timer
    state: absent
"""

RETURN = r"""
project:
  description: The project, as it was written in the task.
  returned: success
  type: str
  sample: acme_org/trees
project_id:
  description: The id that the service knows the project by.
  returned: success
  type: str
  sample: "550e8400-e29b-41d4-a716-446655440002"
before:
  description: Access of every collaborator before the run, without the owner, as C(collaborators) is written in
    tasks.
  returned: success
  type: dict
  sample: {rita_reporter: reporter, rob_reader: reader}
after:
  description: The same after the run, or in check mode as it would be.
  returned: success
  type: dict
  sample: {jane_smith: editor, rita_reporter: reporter, rob_reader: reporter}
plan:
  description: What the run did, or in check mode would do.
  returned: success
  type: dict
  contains:
    add:
      description: Collaborators to add, with their access.
      returned: success
      type: dict
      sample: {jane_smith: editor}
    change:
      description: Collaborators whose access changes, with C(from) and C(to).
      returned: success
      type: dict
      sample: {rob_reader: {from: reader, to: reporter}}
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
      sample: [rita_reporter]
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
      sample: [{action: add, collaborator: jane_smith}]
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
      sample: "QFieldCloud: project 'acme_org/Trees' does not exist or this account has no role on it."
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
      sample: https://app.qfield.cloud/api/v1/projects/
    retryable:
      description: Whether running the same task again can help without changing anything.
      returned: failure
      type: bool
      sample: false
"""

from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.module_process import run_module
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.run import OneCollaborator
from ansible_collections.rollcall.collaborators.plugins.module_utils._services.qfieldcloud import QFieldCloud


def main() -> None:
    run_module(OneCollaborator(QFieldCloud))


if __name__ == "__main__":
    main()
