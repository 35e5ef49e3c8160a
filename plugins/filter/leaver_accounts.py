# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter that tells which accounts somebody has who leaves."""

from __future__ import annotations

DOCUMENTATION = r"""
name: leaver_accounts
short_description: Tell which accounts a person has who leaves
version_added: 1.0.0
author:
  - The rollcall.collaborators contributors (@rollcall)
description:
  - Reads who is who of the role P(rollcall.collaborators.project_members#role), or accounts that are given directly, or
    both. The playbook C(rollcall.collaborators.offboard) uses it.
  - What is wrong is returned and not raised, so that a playbook can say it in a message of its own. Messages name the
    variables C(person), C(accounts) and C(project_members_people), whatever variables the filter was given.
positional: person, accounts
options:
  _input:
    description:
      - Who is who, one mapping from service to account name for each person. Only the entry of O(person) is looked at.
    type: dict
    required: true
  person:
    description:
      - Who leaves. Empty when only O(accounts) say it.
    type: str
    default: ""
  accounts:
    description:
      - Accounts by V(qc), V(hth) and V(qfield). On these services they are taken instead of those that O(person) has in
        the input; on the others those of the input stay.
    type: dict
    default: {}
seealso:
  - ref: ansible_collections.rollcall.collaborators.docsite.guide_playbooks.offboard
    description: The playbook that uses it.
"""

EXAMPLES = r"""
- name: Norris leaves the platform, whoever that is in person
  rollcall.collaborators.hth_project_collaborators:
    projects:
      - project: platform
        collaborators: "{{ {leaver.accounts.hth: 'absent'} }}"
  vars:
    people:
      jane: {qc: mia-ai, hth: norris, qfield: jane_smith}
    leaver: "{{ people | rollcall.collaborators.leaver_accounts('jane', {'qc': 'mia.other'}) }}"
    # leaver.accounts is {qc: mia.other, hth: norris, qfield: jane_smith}
"""

RETURN = r"""
_value:
  description: The accounts, or what is wrong.
  type: dict
  contains:
    accounts:
      description: The account of each service on which there is one, in the order V(qc), V(hth), V(qfield). Empty when
        there are problems.
      type: dict
    problems:
      description: All that is wrong, one text each. Empty when nothing is.
      type: list
      elements: str
"""

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, Callable, Dict, List

from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.names import appearance

SERVICES = ("qc", "hth", "qfield")
NOTHING: Mapping[str, Any] = MappingProxyType({})
KINDS = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list", dict: "a mapping"}
BY_ACCOUNTS = """-e '{"accounts": {"qc": "NAME"}}'"""
NOBODY = (
    "Nobody is named. Write -e person=NAME for a person of project_members_people, "
    f"or {BY_ACCOUNTS} with one account for each of {', '.join(SERVICES)}."
)


def leaver_accounts(people: Any, person: Any = "", accounts: Any = NOTHING) -> Dict[str, Any]:
    """See DOCUMENTATION. Takes anything, raises nothing."""
    problems: List[str] = []
    found: Dict[str, str] = {}
    if not person and not accounts:
        problems.append(NOBODY)
    if person:
        found.update(_of_person(person, people, problems))
    if accounts:
        found.update(_sound(accounts, "accounts", problems))
    in_order = {service: found[service] for service in SERVICES if service in found}
    return {"accounts": {} if problems else in_order, "problems": problems}


def _of_person(person: Any, people: Any, problems: List[str]) -> Dict[str, str]:
    """The accounts in the roster; adds to C(problems)."""
    fault = _name_fault(person)
    if fault:
        problems.append(f"person: {fault}")
    elif not people:
        problems.append(
            f"person: {person} cannot be looked up, because localhost has no project_members_people; "
            f"give the inventory that has it for all hosts with -i, or write {BY_ACCOUNTS}"
        )
    elif not isinstance(people, Mapping):
        problems.append(f"project_members_people: is {_kind(people)}, must be a mapping")
    elif person not in people:
        problems.append(f"person: {person} is not in project_members_people; {_near(person, people)}")
    elif people[person] == {}:
        problems.append(f"project_members_people.{person}: has no account")
    else:
        return _sound(people[person], f"project_members_people.{person}", problems)
    return {}


def _near(person: str, people: Mapping[Any, Any]) -> str:
    """Whom the user may have meant."""
    owners = [
        f"it is the {service} account of {name}"
        for name, accounts in people.items()
        if isinstance(accounts, Mapping)
        for service, account in accounts.items()
        if account == person
    ]
    names_by_look = {appearance(str(name)): str(name) for name in people}
    names = [names_by_look[near] for near in get_close_matches(appearance(person.strip()), names_by_look)]
    if owners:
        return ", and ".join(owners)
    return f"did you mean {' or '.join(names)}?" if names else "nobody there has a similar name"


def _sound(accounts: Any, place: str, problems: List[str]) -> Dict[str, str]:
    """The accounts in C(place); adds to C(problems) for those that no service can know."""
    if not isinstance(accounts, Mapping):
        problems.append(f'{place}: is {_kind(accounts)}, must be a mapping such as {{"qc": "NAME"}}')
        return {}
    faults = {service: _fault(service, account) for service, account in accounts.items()}
    problems.extend(f"{place}.{service}: {fault}" for service, fault in faults.items() if fault)
    return {str(service): str(account) for service, account in accounts.items()}


def _fault(service: Any, account: Any) -> str:
    """Why there can be no such account; empty when there can."""
    if service not in SERVICES:
        return f"is no service, write one of {', '.join(SERVICES)}"
    fault = _name_fault(account)
    if not fault and service == "qfield" and account.startswith("@"):
        return f"{account} is a team; write the account of a person"
    if not fault and "@" in account:
        return f"{account} is an e-mail address; write the name of the account"
    return fault


def _name_fault(name: Any) -> str:
    if name is None:
        return "is empty (null)"
    if not isinstance(name, str):
        return f"YAML reads {name} as {_kind(name)}; put quotes around the name"
    return "" if name and name == name.strip() else f"{name!r} is blank or has spaces around it"


def _kind(value: Any) -> str:
    """What YAML made of it, in a user's words."""
    return next((word for kind, word in KINDS.items() if isinstance(value, kind)), f"a {type(value).__name__}")


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        return {"leaver_accounts": leaver_accounts}
