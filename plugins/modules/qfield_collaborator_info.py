#!/usr/bin/python
# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell who collaborates on QFieldCloud projects."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qfield_collaborator_info
short_description: Tell who collaborates on QFieldCloud projects
version_added: 1.0.0
author:
  - The rollcall.collaborators contributors (@rollcall)
description:
  - Reads the collaborators of one, some or all QFieldCloud projects, or finds every project that one account is on.
    Changes nothing.
  - Each project is listed once. Names are looked up once for each owner; all projects take one listing of projects
    instead, in which public projects of others are left out.
  - RV(projects) of the result is what the option C(projects) of
    M(rollcall.collaborators.qfield_collaborators) takes. Given to it unchanged, it changes nothing. What this
    version does not know, such as a new kind of access, is told as the service shows it, and is refused there.
  - A project that cannot be read does not fail the task. It is told in RV(unreadable), with the reason, and in a
    warning. Refused credentials, a service that gives no usable answer, and values that cannot be right do.
extends_documentation_fragment:
  - rollcall.collaborators.attributes.reading
  - rollcall.collaborators.attributes.host
  - rollcall.collaborators.attributes.qfield
  - rollcall.collaborators.connection
  - rollcall.collaborators.connection.qfield
  - rollcall.collaborators.info
options:
  projects:
    description:
      - The projects to read, each as V(owner/name) or by its uuid.
      - Every project that the account can see, when left out. An empty list reads none.
      - A project that is named more than once is told once, as it is named first.
    type: list
    elements: str
  inherited:
    description:
      - Whether access that does not come from an entry of its own is told, too, as far as the API shows it. It comes
        from the organization that owns the project, and from teams.
      - The newest servers can give all members of an organization a role on its projects, which nobody but each member
        can see. So each member is told with the role V(unknown), also where there is no such role.
      - Takes up to three requests more for each owner, and one listing of projects where one is given by its uuid.
    type: bool
    default: false
seealso:
  - module: rollcall.collaborators.qfield_collaborator
  - module: rollcall.collaborators.qfield_collaborators
  - ref: ansible_collections.rollcall.collaborators.docsite.guide_qfieldcloud
    description: QFieldCloud step by step, with credentials, names and what to know.
"""

EXAMPLES = r"""
- name: Who is on the trees, and who has access through the organization or a team
  rollcall.collaborators.qfield_collaborator_info:
    projects:
      - acme_org/trees
    inherited: true
  register: trees

- name: Every project that Rita is on
  rollcall.collaborators.qfield_collaborator_info:
    collaborator: rita_reporter
  register: rita

- name: Say so
  ansible.builtin.debug:
    msg: "{{ rita.projects | map(attribute='project') | join(', ') }}"

- name: Take her off all of them
  rollcall.collaborators.qfield_collaborators:
    projects: "{{ rita.projects | map('combine', {'collaborators': {'rita_reporter': 'absent'}}) | list }}"
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
      description: The project, as it was asked for; else C(owner/name), or its uuid where that cannot be written so.
      returned: success
      type: str
      sample: acme_org/trees
    collaborators:
      description: Direct access of every collaborator, as it is written in tasks. With O(collaborator) of that one
        only.
      returned: success
      type: dict
      sample: {jane_smith: editor, "@acme_org/field_team": reporter}
details:
  description:
    - What else the service tells of each project, by C(project) of RV(projects). Nothing of it is ever compared.
    - With O(collaborator), also the projects that it owns and, with O(inherited), those that it has other access to.
  returned: success
  type: dict
  contains:
    project_id:
      description: The id that the service knows the project by.
      returned: success
      type: str
      sample: "550e8400-e29b-41d4-a716-446655440002"
    owners:
      description: The person or organization that owns the project. Empty where it was given by its uuid, unless
        O(inherited=true).
      returned: success
      type: list
      elements: str
      sample: [acme_org]
    manageable:
      description: Always true. QFieldCloud shows the list to those only who can change it.
      returned: success
      type: bool
      sample: true
    note:
      description: Always empty.
      returned: success
      type: str
      sample: ""
    public:
      description: Whether everybody can see the project.
      returned: unless the project was given by its uuid and O(inherited=false)
      type: bool
      sample: false
    name:
      description: Its owner and name.
      returned: unless the project was given by its uuid and O(inherited=false)
      type: str
      sample: acme_org/trees
    inherited:
      description:
        - Account to its other ways to access, each with C(role) and C(through), which is a team,
          V(organization owner), V(organization admin) or V(organization member). Which of them counts is up to
          QFieldCloud.
        - A member has the role V(unknown). The organization may give its members one, or none, on all its projects.
      returned: with O(inherited=true)
      type: dict
      sample:
        jane_smith: [{role: unknown, through: organization member}]
        mia_member: [{role: reporter, through: "@acme_org/field_team"}, {role: unknown, through: organization member}]
    inherited_unknown:
      description: Organizations and teams of which it could not be read to whom they give access. C(owner) stands for
        an owner who is not known.
      returned: with O(inherited=true)
      type: list
      elements: str
      sample: []
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
      sample: sam_stranger/secret
    error:
      description: Why, with the keys of RV(error).
      returned: success
      type: dict
summary:
  description: Number of projects, of collaborators on them, and of projects that could not be read.
  returned: success
  type: str
  sample: 2 projects, 9 collaborators, 0 unreadable
organizations:
  description:
    - The organizations that own one of the projects, or whose teams are on one, each with C(owner), C(admins),
      C(members), C(teams) (the members of each, by its name such as V(@acme_org/field_team)) and C(error), which says
      why not all of it could be read and is empty otherwise.
  returned: with O(inherited=true)
  type: dict
  sample:
    acme_org:
      owner: john_doe
      admins: [olga_orgadmin]
      members: [mia_member, olga_orgadmin]
      teams: {"@acme_org/field_team": [mia_member]}
      error: ""
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
      sample: "QFieldCloud: the projects cannot be listed: Invalid token (HTTP 401 token_authentication_failed)."
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
      sample: https://app.qfield.cloud/api/v1/projects/
    retryable:
      description: Whether running the same task again can help without changing anything.
      returned: failure
      type: bool
      sample: false
"""

from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.module_process import run_module
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible.run_info import CollaboratorInfo
from ansible_collections.rollcall.collaborators.plugins.module_utils._services.qfieldcloud import QFieldCloud


def main() -> None:
    run_module(CollaboratorInfo(QFieldCloud))


if __name__ == "__main__":
    main()
