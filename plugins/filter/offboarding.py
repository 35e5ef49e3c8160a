# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter that tells what to take from somebody who leaves, what came of it, and what is left to do by hand."""

from __future__ import annotations

DOCUMENTATION = r"""
name: offboarding
short_description: Tell what to take from somebody who leaves, and what is left to do by hand
version_added: 1.0.0
author:
  - The rollcall.collaborators contributors (@rollcall)
description:
  - Turns what the modules for information found of one person's accounts into what the plural modules take to remove
    them, and into a report. The playbook C(rollcall.collaborators.offboard) uses it.
  - It is used twice. Without O(removed) it tells what is going to be removed; with it, what became of that.
options:
  _input:
    description:
      - What the tasks with M(rollcall.collaborators.qc_collaborator_info),
        M(rollcall.collaborators.hth_project_collaborator_info) and M(rollcall.collaborators.qfield_collaborator_info)
        registered, by V(qc), V(hth) and V(qfield), each asked for its account of O(accounts). For QFieldCloud with
        C(inherited).
    type: dict
    required: true
  accounts:
    description:
      - The account on each service. A service that is not in it is not looked at.
    type: dict
    required: true
  removed:
    description:
      - What the tasks with the plural modules registered, by service, that were given RV(_value.remove).
    type: dict
  person:
    description:
      - What to call the person in the report, if it is not by the accounts.
    type: str
    default: ""
  check_mode:
    description:
      - Whether the tasks of O(removed) ran in check mode.
    type: bool
    default: false
seealso:
  - ref: ansible_collections.rollcall.collaborators.docsite.guide_playbooks.offboard
    description: The playbook that uses it.
"""

EXAMPLES = r"""
- name: Find every Helix TeamHub project that Norris is on
  rollcall.collaborators.hth_project_collaborator_info:
    collaborator: norris
  register: found

- name: Take Norris off them
  rollcall.collaborators.hth_project_collaborators:
    projects: "{{ ({'hth': found} | rollcall.collaborators.offboarding({'hth': 'norris'})).remove.hth }}"
  register: gone

- name: Say what became of it
  ansible.builtin.debug:
    msg: "{{ report.lines }}"
  vars:
    report: >-
      {{ {'hth': found} | rollcall.collaborators.offboarding({'hth': 'norris'}, removed={'hth': gone},
                                                             check_mode=ansible_check_mode) }}
"""

RETURN = r"""
_value:
  description: What to remove, and what is to be said.
  type: dict
  contains:
    person:
      description: O(person), else the accounts.
      type: str
      sample: jane
    accounts:
      description: The accounts that were looked for.
      type: dict
    check_mode:
      description: Whether nothing was really removed.
      type: bool
    remove:
      description: For each of V(qc), V(hth) and V(qfield), what the option C(projects) of the plural module takes.
      type: dict
    removed:
      description: From where the person was removed, or in check mode would be. Empty without O(removed).
      type: list
      elements: dict
      contains:
        service:
          description: The service.
          type: str
        project:
          description: The project.
          type: str
        access:
          description: The access that the person had, as it is written in tasks.
          type: raw
    failed:
      description: Removals that failed, with the keys of RV(_value.removed) and C(reason).
      type: list
      elements: dict
    leftovers:
      description: What is left to do by hand.
      type: list
      elements: dict
      contains:
        service:
          description: The service.
          type: str
        kind:
          description:
            - Why it is left. V(owner) is a project that the person owns. V(unmanageable) is one from which the service
              does not let the account that makes the calls remove anybody, V(caller) one from which that account would
              have to remove itself.
            - V(team) is a team that the person is in, V(organization) an organization that the person owns or is an
              admin of.
            - V(unreadable) is a project or an organization, V(not_asked) a whole service, of which nobody knows
              whether the person has access to it.
          type: str
        where:
          description: The project, team or organization. Empty for a whole service.
          type: str
        access:
          description: The access that is left on a project, as it is written in tasks. Else null.
          type: raw
        reason:
          description: Why it is left, and what helps.
          type: str
        error:
          description: The C(error) of the module for information, for V(unreadable) projects and V(not_asked). Else
            empty.
          type: dict
    notes:
      description: What else is good to know.
      type: list
      elements: str
    summary:
      description: All of it in one line.
      type: str
      sample: "jane: removed from 3 projects, 0 removals failed, 1 thing left to do by hand"
    lines:
      description: All of it as text. Without O(removed), only what is going to be removed.
      type: list
      elements: str
"""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

from ansible.errors import AnsibleFilterError
from ansible_collections.rollcall.collaborators.plugins.filter.member_lists import FOLDS_CASE
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.names import Names

TITLES = {"qc": "QuantConnect", "hth": "Helix TeamHub", "qfield": "QFieldCloud"}
NOTHING: Mapping[str, Any] = MappingProxyType({})

Entry = Dict[str, Any]
"""What was or was not done in one place; see RETURN."""


class Access(NamedTuple):
    """What an account has on a project: its name as it is listed there, its access, and doubts about a removal.

    C(certain) is whether the service says that the account which makes the calls may remove it.
    """

    name: str
    access: Any
    doubt: str
    certain: bool


def offboarding(
    asked: Mapping[str, Any],
    accounts: Mapping[str, str],
    removed: Optional[Mapping[str, Any]] = None,
    person: str = "",
    check_mode: bool = False,
) -> Dict[str, Any]:
    """See DOCUMENTATION. Raises AnsibleFilterError for what no module returned."""
    try:
        parts = [Part(service, accounts[service], asked[service]) for service in TITLES if service in accounts]
        for part in parts:
            part.find()
            if removed is not None:
                part.settle(removed.get(part.service) or NOTHING)
        name = person or " and ".join(dict.fromkeys(accounts.values()))
        result: Dict[str, Any] = {
            "person": name,
            "accounts": {part.service: part.account for part in parts},
            "check_mode": check_mode,
            "remove": {**{service: [] for service in TITLES}, **{part.service: part.remove() for part in parts}},
            "removed": [entry for part in parts for entry in part.removed],
            "failed": [entry for part in parts for entry in part.failed],
            "leftovers": [entry for part in parts for entry in part.leftovers],
            "notes": [note for part in parts for note in part.notes],
        }
        if person:
            result["notes"].append(
                f"If lists of the inventory still name {person}, applying them gives the access back."
            )
        result["summary"] = _summary(result)
        result["lines"] = list(_preview(parts) if removed is None else _report(result, parts))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise AnsibleFilterError(
            "offboarding takes what tasks with the modules for information and with the plural modules registered, by "
            f"{', '.join(TITLES)}; this is something else ({type(error).__name__}: {error})."
        ) from error
    return result


class Part:
    """The part of one service: what was found there, and what becomes of it."""

    def __init__(self, service: str, account: str, found: Mapping[str, Any]) -> None:
        self.service = service
        self.account = account
        self.found = found
        self.was_asked = "projects" in found
        self.held: Dict[str, Access] = {}
        self.removed: List[Entry] = []
        self.failed: List[Entry] = []
        self.leftovers: List[Entry] = []
        self.notes: List[str] = []

    def find(self) -> None:
        """Tell what can be removed from what is left."""
        if not self.was_asked:
            reason = self.found.get("msg", "no answer")
            reason = f"could not be asked, so nobody knows what {self.account} has there: {reason}"
            self._leave("not_asked", "", reason, error=self.found.get("error", NOTHING))
            return
        details = self.found["details"]
        for entry in self.found["projects"]:
            project = entry["project"]
            ((name, access),) = entry["collaborators"].items()
            self.held[project] = Access(name, access, details[project]["note"], details[project]["manageable"] is True)
        owners = {owner for detail in details.values() for owner in detail["owners"]}
        spellings = Names([*(held.name for held in self.held.values()), *owners], self.service in FOLDS_CASE)
        for project, detail in details.items():
            if set(spellings.same(self.account)).intersection(detail["owners"]):
                self._leave("owner", project, f"{self.account} is the owner; find another one, or delete the project")
        organizations = self.found.get("organizations", NOTHING)
        for name, organization in organizations.items():
            self._find_in_organization(name, organization)
        for team, gives in _teams(self.account, organizations, details).items():
            organization = team[1:].partition("/")[0]
            reason = (
                f"{self.account} is a member, which gives {', '.join(gives) or 'nothing on the projects seen here'}"
            )
            self._leave("team", f"team {team}", f"{reason}; the owner or an admin of {organization} can end that")
        for entry in self.found["unreadable"]:
            error = entry["error"]
            why = error["kind"].replace("_", " ")
            reason = (
                f"cannot be read ({why}), so nobody knows whether {self.account} is a collaborator. {error['hint']}"
            )
            self._leave("unreadable", entry["project"], reason.strip(), error=error)

    def _find_in_organization(self, name: str, organization: Mapping[str, Any]) -> None:
        where = f"organization {name}"
        if organization["error"]:
            reason = f"cannot be read whole, so nobody knows all that {self.account} has through it"
            self._leave("unreadable", where, f"{reason}: {organization['error']}")
        if self.account == organization["owner"]:
            reason = f"{self.account} is the owner and so on all its projects; find another one"
            self._leave("organization", where, reason)
        elif self.account in organization["admins"]:
            reason = f"{self.account} is an admin and so on all its projects; the owner can end that"
            self._leave("organization", where, reason)
        elif self.account in organization["members"]:
            self.notes.append(
                f"{TITLES[self.service]}: {self.account} stays a member of the organization {name}, which may give its "
                "members a role on all its projects. Nobody else can see that; its owner or an admin can end the "
                "membership."
            )

    def remove(self) -> List[Entry]:
        """What the plural module takes."""
        return [{"project": project, "collaborators": {held.name: "absent"}} for project, held in self.held.items()]

    def settle(self, call: Mapping[str, Any]) -> None:
        """Take over what the plural module returned for that."""
        outcomes = {entry["project"]: entry for entry in call.get("projects", ())}
        is_caller = not outcomes and call.get("error", NOTHING).get("kind") == "safety"
        for project, held in self.held.items():
            entry = {"service": self.service, "project": project, "access": held.access}
            if is_caller:
                reason = f"{held.name} is the account that makes the calls; run this with the credentials of another"
                self._leave("caller", project, reason, held.access)
                continue
            is_removed, reason = _outcome(outcomes.get(project), call)
            if _may_not(outcomes.get(project, NOTHING), held):
                self._leave("unmanageable", project, reason, held.access)
            elif is_removed:
                self.removed.append(entry)
            elif reason:
                self.failed.append({**entry, "reason": reason})
            else:
                self.notes.append(f"{TITLES[self.service]}, {project}: somebody else removed {held.name} meanwhile.")

    def _leave(
        self, kind: str, where: str, reason: str, access: Any = None, error: Mapping[str, Any] = NOTHING
    ) -> None:
        about = {"service": self.service, "kind": kind, "where": where, "access": access}
        self.leftovers.append({**about, "reason": reason, "error": dict(error)})

    def lines(self, check_mode: bool) -> Iterator[str]:
        """What became of the projects that can be changed."""
        for entry in self.removed:
            doubt = check_mode and self.held[entry["project"]].doubt
            verb = "would be removed from" if check_mode else "removed from"
            yield f"- {verb} {_place(entry)}{f', but that is not certain: {doubt}' if doubt else ''}"
        for reason, places in _grouped(self.failed):
            yield f"- NOT removed from {places}: {reason}"
        if not self.was_asked:
            yield "- not known, see below"
        elif not self.removed and not self.failed:
            yield "- nothing to remove, see below" if self.leftovers else "- on no project that these credentials show"


def _teams(account: str, organizations: Mapping[str, Any], details: Mapping[str, Any]) -> Dict[str, List[str]]:
    """The teams of the account, each with what it gives."""
    gives: Dict[str, List[str]] = {
        team: []
        for organization in organizations.values()
        for team, members in organization["teams"].items()
        if account in members
    }
    for project, detail in details.items():
        for way in detail.get("inherited", NOTHING).get(account, ()):
            if way["through"] in gives:
                gives[way["through"]].append(f"{way['role']} on {project}")
    return gives


def _outcome(entry: Optional[Mapping[str, Any]], call: Mapping[str, Any]) -> Tuple[bool, str]:
    """Whether the removal was made, and if not, why; no reason where there was nothing to remove any more."""
    if entry is None:
        return False, call.get("msg", "it was not attempted")
    if "outcome" not in entry:
        return bool(entry["plan"]["remove"]), ""
    failed = entry["outcome"]["failed"]
    if failed:
        return False, _said(failed[0]["error"])
    return bool(entry["outcome"]["done"]), f"it was not attempted: {_said(entry['error'])}"


def _may_not(entry: Mapping[str, Any], held: Access) -> bool:
    """Whether the service refused because of who asks, as far as its answer tells that."""
    kinds = [failed["error"]["kind"] for failed in entry.get("outcome", NOTHING).get("failed", ())]
    return kinds == ["forbidden"] or (kinds == ["refused"] and not held.certain)


def _said(error: Mapping[str, Any]) -> str:
    return f"{error['message']} {error['hint']}".strip()


def _summary(result: Mapping[str, Any]) -> str:
    verb = "would be removed" if result["check_mode"] else "removed"
    return (
        f"{result['person']}: {verb} from {_count(result['removed'], 'project')}, "
        f"{_count(result['failed'], 'removal')} failed, {_count(result['leftovers'], 'thing')} left to do by hand"
    )


def _preview(parts: Iterable[Part]) -> Iterator[str]:
    for part in parts:
        for project, held in part.held.items():
            yield f"{TITLES[part.service]}: {held.name} from {project} ({_shown(held.access)})"


def _report(result: Mapping[str, Any], parts: Iterable[Part]) -> Iterator[str]:
    by_service = {part.service: part for part in parts}
    for service, title in TITLES.items():
        if service in by_service:
            yield f"{title}, account {by_service[service].account}:"
            yield from by_service[service].lines(result["check_mode"])
        else:
            yield f"{title}: not asked, because no account is given."
    if result["leftovers"]:
        yield "LEFT TO DO BY HAND:"
        for part in parts:
            for reason, places in _grouped(part.leftovers):
                yield f"- {', '.join(filter(None, (TITLES[part.service], places)))}: {reason}"
    if result["notes"]:
        yield "Good to know:"
        yield from (f"- {note}" for note in result["notes"])
    yield f"{result['summary']}."


def _grouped(entries: Iterable[Entry]) -> Iterable[Tuple[str, str]]:
    """Each reason, without the service, with all the places that it holds for."""
    places: Dict[str, List[str]] = {}
    for entry in entries:
        reason = " ".join(entry["reason"].replace(f"{TITLES[entry['service']]}: ", "").split())
        places.setdefault(reason, []).append(_place(entry))
    return [(reason, ", ".join(names)) for reason, names in places.items()]


def _place(entry: Entry) -> str:
    place: str = entry["project"] if "project" in entry else entry["where"]
    return f"{place} ({_shown(entry['access'])})" if entry["access"] else place


def _count(entries: List[Entry], noun: str) -> str:
    return f"{len(entries)} {noun}{'' if len(entries) == 1 else 's'}"


def _shown(access: Any) -> str:
    """An access in words."""
    if isinstance(access, Mapping):
        return f"{access['permission']}{' with live control' if access['live_control'] else ''}"
    return str(access)


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        return {"offboarding": offboarding}
