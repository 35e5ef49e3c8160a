#!/usr/bin/python
# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manage one collaborator of a QuantConnect project."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qc_collaborator
short_description: Manage one collaborator of a QuantConnect project
version_added: 0.1.0
author:
  - The rollcall.collaborators contributors (@rollcall)
description:
  - Adds, changes or removes one collaborator of one QuantConnect project.
  - Sends one read of the project, and one request for a change that is needed. A project given by name is looked up
    in the list of all projects, which shows the collaborators too.
extends_documentation_fragment:
  - rollcall.collaborators.attributes
  - rollcall.collaborators.attributes.host
  - rollcall.collaborators.attributes.qc
  - rollcall.collaborators.connection
  - rollcall.collaborators.connection.qc
  - rollcall.collaborators.connection.qc_changes
  - rollcall.collaborators.safety
options:
  project:
    description:
      - Id of the project, or its exact name with folders such as V(Research/Momentum). A name that several visible
        projects have is an error.
    type: str
    required: true
  collaborator:
    description:
      - Public profile name of the person, as in C(quantconnect.com/u/NAME).
    type: str
    required: true
  permission:
    description:
      - Whether the collaborator may read or also change the project.
      - Left out, a present collaborator keeps it and a new one gets V(read).
    type: str
    choices: [read, write]
  live_control:
    description:
      - Whether the collaborator may deploy and stop live algorithms.
      - Left out, a present collaborator keeps it and a new one gets V(false).
    type: bool
  state:
    description:
      - Whether the collaborator is on the project. For V(absent) the access options do not matter.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: rollcall.collaborators.qc_collaborators
  - module: rollcall.collaborators.qc_collaborator_info
  - ref: ansible_collections.rollcall.collaborators.docsite.guide_quantconnect
    description: QuantConnect step by step, with credentials, names and what to know.
  - ref: ansible_collections.rollcall.collaborators.docsite.guide_safety
    description: What a run does, and what it never does.
"""

EXAMPLES = r"""
- name: Mia develops on the project and may start and stop its live algorithms
  rollcall.collaborators.qc_collaborator:
    user_id: "{{ quantconnect_user_id }}"
    api_token: "{{ quantconnect_api_token }}"
    project: 23456789
    collaborator: mia-ai
    permission: write
    live_control: true

- name: Johnny reads along, the credentials come from the environment
  rollcall.collaborators.qc_collaborator:
    project: Research/Momentum
    collaborator: johnny_walker
    permission: read

- name: Somebody has left
  rollcall.collaborators.qc_collaborator:
    project: 23456789
    collaborator: old_timer
    state: absent
"""

RETURN = r"""
project:
  description: The project, as it was written in the task.
  returned: success
  type: str
  sample: "23456789"
project_id:
  description: The id that the service knows the project by.
  returned: success
  type: str
  sample: "23456789"
before:
  description: Access of every collaborator before the run, without the owner, as C(collaborators) is written in
    tasks.
  returned: success
  type: dict
  sample: {johnny_walker: {permission: read, live_control: false}, quant_kim: {permission: read, live_control: false}}
after:
  description: The same after the run, or in check mode as it would be.
  returned: success
  type: dict
  sample:
    johnny_walker: {permission: write, live_control: false}
    mia-ai: {permission: write, live_control: true}
    quant_kim: {permission: read, live_control: false}
plan:
  description: What the run did, or in check mode would do.
  returned: success
  type: dict
  contains:
    add:
      description: Collaborators to add, with their access.
      returned: success
      type: dict
      sample: {mia-ai: {permission: write, live_control: true}}
    change:
      description: Collaborators whose access changes, with C(from) and C(to).
      returned: success
      type: dict
      sample:
        johnny_walker:
          from: {permission: read, live_control: false}
          to: {permission: write, live_control: false}
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
      sample: [quant_kim]
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
      sample: [{action: add, collaborator: mia-ai}]
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
      sample: "QuantConnect: project 99 cannot be read: no reason given."
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
      sample: https://www.quantconnect.com/api/v2/projects/collaboration/read
    retryable:
      description: Whether running the same task again can help without changing anything.
      returned: failure
      type: bool
      sample: false
"""

from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.module_process import run_module
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.run import OneCollaborator
from ansible_collections.rollcall.collaborators.plugins.module_utils._services.quantconnect import QuantConnect


def main() -> None:
    run_module(OneCollaborator(QuantConnect))


if __name__ == "__main__":
    main()
