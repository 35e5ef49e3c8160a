# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter that turns a roster into the member lists that the plural modules take."""

from __future__ import annotations

DOCUMENTATION = r"""
name: member_lists
short_description: Turn the roster of one service into the member lists of its projects
version_added: 0.1.0
author:
  - The rollcall.collaborators contributors (@rollcall)
description:
  - Resolves persons and teams of persons to the accounts of one service. The role
    P(rollcall.collaborators.project_members#role) uses it.
  - An entry that names a person or an account wins over what a team gives. Two teams, or two direct entries, that give
    the same account different access are an error. On QuantConnect, accounts that differ in case only, from A to Z, are
    the same, and have to be written in one way; on the others every difference counts.
  - All that is wrong is reported in one error. Messages name the variables of the role, such as C(project_members_qc),
    whatever variables the filter was given.
  - Whether the service knows a role is left to the module.
positional: service
options:
  _input:
    description:
      - The projects of one service with their members.
    type: list
    elements: dict
    required: true
    suboptions:
      project:
        description: The project, as the plural module of the service takes it.
        type: str
        required: true
      people:
        description: Access of persons of O(people), each as the plural module takes it for a collaborator.
        type: dict
        default: {}
      teams:
        description: Access that every person of a team of O(teams) gets.
        type: dict
        default: {}
      collaborators:
        description: Access by the service's own account names.
        type: dict
        default: {}
      exclusive:
        description: Whether members who are not named are removed.
        type: bool
        default: false
  service:
    description: The service.
    type: str
    choices: [qc, hth, qfield]
    required: true
  people:
    description: Who is who, one mapping from service to account name for each person.
    type: dict
    default: {}
  teams:
    description: Lists of persons.
    type: dict
    default: {}
  protect:
    description: Persons whose accounts are returned as RV(_value.protect).
    type: list
    elements: str
    default: []
  unknown:
    description:
      - What to do about a person or team that does not exist, or a person without an account on the service.
      - V(error) fails. V(warn) leaves the name out and returns a warning.
      - On an exclusive project it is an error in any case, because leaving somebody out would remove them.
    type: str
    choices: [error, warn]
    default: error
  gathered:
    description:
      - Whether the input is what the filter P(rollcall.collaborators.host_rosters#filter) returned for the service.
        People, teams and protected persons are in it, and messages begin with the host.
    type: bool
    default: false
    version_added: 1.0.0
  person:
    description:
      - The person of O(people) whose access alone is wanted. Only the projects that give them access, or take it, are
        returned, each with their account as its only collaborator and not exclusive.
      - Whatever else is wrong with the roster is an error all the same. Empty for everybody.
    type: str
    default: ""
    version_added: 1.0.0
"""

EXAMPLES = r"""
- name: Apply a roster without the role
  rollcall.collaborators.qfield_collaborators:
    projects: "{{ lists.projects }}"
    protect: "{{ lists.protect }}"
  vars:
    people:
      jane: {qc: mia-ai, qfield: jane_smith}
      rita: {qfield: rita_reporter}
    teams:
      field_crew: [jane, rita]
    roster:
      - project: acme_org/trees
        teams: {field_crew: reporter}
        people: {jane: manager}
        collaborators: {"@acme_org/field_team": reader}
    lists: "{{ roster | rollcall.collaborators.member_lists('qfield', people=people, teams=teams, protect=['jane']) }}"
    # lists.projects is:
    # - project: acme_org/trees
    #   collaborators: {jane_smith: manager, "@acme_org/field_team": reader, rita_reporter: reporter}
    #   exclusive: false
"""

RETURN = r"""
_value:
  description: What the plural module of the service takes, and what to tell the user.
  type: dict
  contains:
    projects:
      description: One entry for each entry of the input, in the same order, for the option C(projects) of the module.
      type: list
      elements: dict
      contains:
        project:
          description: The project.
          type: str
        collaborators:
          description: Access by account name. Direct entries come first, then what teams add.
          type: dict
        exclusive:
          description: Whether members who are not named are removed.
          type: bool
    protect:
      description: Accounts of the persons in O(protect), for the option C(protect) of the module.
      type: list
      elements: str
    warnings:
      description: One text for each name that was left out.
      type: list
      elements: str
"""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

from ansible.errors import AnsibleFilterError
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.names import appearance, identity

# The field that a bare word such as `read` stands for.
FIRST_FIELD = {"qc": "permission", "hth": "role", "qfield": "role"}
FOLDS_CASE = ("qc",)
KEYS = ("project", "people", "teams", "collaborators", "exclusive")
NOTHING: Mapping[str, Any] = MappingProxyType({})
KINDS = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list", dict: "a mapping"}


class Entry(NamedTuple):
    """One project of the roster: where it stands, for messages, and whether it is exclusive."""

    place: str
    exclusive: bool


class Member(NamedTuple):
    """One account with its access, and where in its entry that is written."""

    account: str
    access: Any
    where: str


def member_lists(
    roster: Any,
    service: str,
    people: Any = NOTHING,
    teams: Any = NOTHING,
    protect: Any = (),
    unknown: str = "error",
    gathered: bool = False,
    person: Any = "",
) -> Dict[str, Any]:
    """See DOCUMENTATION. Raises AnsibleFilterError with everything that is wrong, a line each."""
    if service not in tuple(FIRST_FIELD):
        raise AnsibleFilterError(f"member_lists: {service!r} is no service, write one of {', '.join(FIRST_FIELD)}")
    if unknown not in ("error", "warn"):
        raise AnsibleFilterError(f"project_members_unknown: is {unknown!r}, write error or warn")
    reader = Reader(service, unknown == "warn")
    reader.limit_to(person)
    if gathered:
        for part in roster["parts"]:
            reader.read(**part)
        reader.leave_out(roster["left_out"])
    else:
        reader.read(people, teams, protect, {"": roster})
    reader.look_for_person()
    if len(reader.problems) > 1:
        lines = "".join(f"\n- {problem}" for problem in reader.problems)
        raise AnsibleFilterError(f"The roster has {len(reader.problems)} problems:{lines}")
    if reader.problems:
        raise AnsibleFilterError(reader.problems[0])
    return {"projects": reader.projects, "protect": list(reader.protect), "warnings": reader.warnings}


class Reader:
    """Reads one service's part of rosters; collects problems and warnings instead of stopping at the first."""

    def __init__(self, service: str, lenient: bool) -> None:
        self.service = service
        self.lenient = lenient
        self.problems: List[str] = []
        self.warnings: List[str] = []
        self.projects: List[Dict[str, Any]] = []
        self.protect: Dict[str, None] = {}
        # Where each project stands.
        self.places: Dict[str, str] = {}
        # None for a person or team whose own entry is wrong: that is reported once, not wherever the name stands.
        self.people: Dict[str, Optional[Mapping[str, str]]] = {}
        self.teams: Dict[str, Optional[Iterable[str]]] = {}
        # The person whose access alone is wanted; empty for everybody.
        self.person = ""
        # What to say of somebody who is similar -> that person's or account's name.
        self.known: Dict[str, str] = {}

    def limit_to(self, person: Any) -> None:
        if person != "" and self._is_name(person, "project_members_person"):
            self.person = person

    def read(self, people: Any, teams: Any, protect: Any, rosters: Mapping[str, Any]) -> None:
        """C(rosters) by host, with what is common to these hosts. The empty name is that of the one that asks."""
        origins = {host: f"{host}: " if host else "" for host in rosters}
        origin = next(iter(origins.values()), "")
        shapes = [
            self.is_mapping(people, f"{origin}project_members_people"),
            self.is_mapping(teams, f"{origin}project_members_teams"),
            self.is_list(protect, f"{origin}project_members_protect"),
            *[self.is_list(rosters[host], self._variable(origins[host])) for host in rosters],
        ]
        if all(shapes):
            self._read_people(people, origin)
            self._read_teams(teams, origin)
            for host, roster in rosters.items():
                self._read_roster(roster, self._variable(origins[host]))
            self._read_protect(protect, origin)

    def look_for_person(self) -> None:
        """A problem with those who have similar names, or accounts with such names, if nobody read is the person."""
        if not self.person or self.person in self.known:
            return
        names = list(dict.fromkeys(appearance(name) for name in self.known.values()))
        near = get_close_matches(appearance(self.person), names)
        similar = [label for label, name in self.known.items() if appearance(name) in near]
        hint = f"similar there: {', '.join(similar)}" if near else "and nobody there has a similar name"
        self.problems.append(
            f"project_members_person: {self.person} is not in project_members_people, "
            f"{hint if self.known else 'which is empty'}"
        )

    def leave_out(self, hosts: Iterable[str]) -> None:
        for host in hosts:
            self.warnings.append(f"{self._variable(host + ': ')}: left out, because the host failed before")

    def _variable(self, origin: str) -> str:
        return f"{origin}project_members_{self.service}"

    def _read_people(self, people: Mapping[Any, Any], origin: str) -> None:
        self.people = {}
        for name, accounts in people.items():
            place = f"{origin}project_members_people.{name}"
            sound = self._is_name(name, place) and self.is_mapping(accounts, place)
            if sound:
                strange = [f"{place}: {key} is no service" for key in accounts if key not in FIRST_FIELD]
                self.problems.extend(strange)
                if self.service in accounts:
                    sound = self._is_account(accounts[self.service], f"{place}.{self.service}")
                sound = sound and not strange
            self.people[name] = accounts if sound else None
            if self.person and isinstance(name, str):
                self.known[name] = name
                texts = {key: account for key, account in accounts.items() if isinstance(account, str)} if sound else {}
                self.known.update({f"{name} ({key}: {account})": account for key, account in texts.items()})

    def _read_teams(self, teams: Mapping[Any, Any], origin: str) -> None:
        self.teams = {}
        for name, persons in teams.items():
            place = f"{origin}project_members_teams.{name}"
            sound = self._is_name(name, place) and self.is_list(persons, place)
            if sound:
                sound = not [n for n, person in enumerate(persons) if not self._is_name(person, f"{place}[{n}]")]
            self.teams[name] = persons if sound else None

    def _read_protect(self, persons: Iterable[Any], origin: str) -> None:
        """The accounts of the persons; a person without one on this service needs no protection here."""
        for index, person in enumerate(persons):
            place = f"{origin}project_members_protect[{index}]"
            if self._is_name(person, place):
                if person not in self.people:
                    self.problems.append(f"{place}: {person} is not in project_members_people")
                known = self.people.get(person) or NOTHING
                if self.service in known:
                    self.protect[str(known[self.service])] = None

    def _read_roster(self, roster: Iterable[Any], variable: str) -> None:
        for index, written in enumerate(roster):
            place = f"{variable}[{index}]"
            if not self.is_mapping(written, place):
                continue
            project = self._project(written, place)
            first = self.places.setdefault(project, place) if project else place
            is_again = first != place
            place += f" ({project})" if project else ""
            if is_again:
                self.problems.append(f"{place}: stands in {first} too; write it once")
            for key in written:
                if key not in KEYS:
                    self.problems.append(f"{place}: unknown key {key}, write {', '.join(KEYS)}")
            exclusive = written.get("exclusive", False)
            if not isinstance(exclusive, bool):
                self.problems.append(f"{place}, exclusive: is {_kind(exclusive)}, must be true or false")
            collaborators = self._collaborators(written, Entry(place, bool(exclusive)))
            if self.person:
                collaborators, exclusive = self._of_person(collaborators), False
            if collaborators or not self.person:
                self.projects.append({"project": project, "collaborators": collaborators, "exclusive": exclusive})

    def _project(self, written: Mapping[Any, Any], place: str) -> str:
        """The project as text; empty when there is a problem with it."""
        project = written.get("project")
        if "project" not in written:
            self.problems.append(f"{place}: project is missing")
            return ""
        is_id = self.service == "qc" and isinstance(project, int) and not isinstance(project, bool)
        return str(project) if is_id or self._is_name(project, f"{place}, project") else ""

    def _collaborators(self, written: Mapping[Any, Any], entry: Entry) -> Dict[str, Any]:
        """Access by account: direct entries, then what teams give to those who have none."""
        direct: Dict[str, Member] = {}
        for person, access, where in self._section("people", written, entry):
            account = self._account(person, where, entry)
            if account:
                self._put(Member(account, access, where), direct, entry)
        for name, access, where in self._section("collaborators", written, entry):
            if self._is_account(name, f"{entry.place}, {where}"):
                self._put(Member(name, access, where), direct, entry)
        by_team: Dict[str, Member] = {}
        for team, access, where in self._section("teams", written, entry):
            for person in self._persons(team, where, entry):
                account = self._account(person, f"{where}, {person}", entry)
                if account:
                    member = Member(account, access, f"{where}, {person}")
                    first = direct.get(self._identity(account))
                    if first is None:
                        self._put(member, by_team, entry)
                    else:
                        self._compare_spelling(member, first, entry)
        return {str(member.account): _bare(member.access) for member in (*direct.values(), *by_team.values())}

    def _of_person(self, collaborators: Mapping[str, Any]) -> Dict[str, Any]:
        """What the entry says of the account of the person that the run is limited to."""
        account = (self.people.get(self.person) or NOTHING).get(self.service)
        if account is None:
            return {}
        own = self._identity(account)
        return {name: access for name, access in collaborators.items() if self._identity(name) == own}

    def _section(self, name: str, written: Mapping[Any, Any], entry: Entry) -> Iterator[Tuple[str, Any, str]]:
        """What stands below one key of an entry: name, access, and where."""
        section = written.get(name, NOTHING)
        if self.is_mapping(section, f"{entry.place}, {name}"):
            for key, access in section.items():
                where = f"{name}.{key}"
                place = f"{entry.place}, {where}"
                if self._is_name(key, place) and self._is_access(access, place):
                    yield key, access, where

    def _persons(self, team: str, where: str, entry: Entry) -> Iterable[str]:
        if team not in self.teams:
            self._unknown("is not in project_members_teams", where, entry)
        return self.teams.get(team) or ()

    def _account(self, person: str, where: str, entry: Entry) -> Optional[str]:
        if person not in self.people:
            self._unknown("is not in project_members_people", where, entry)
        accounts = self.people.get(person)
        if accounts is not None and self.service not in accounts:
            self._unknown(f"has no {self.service} account in project_members_people", where, entry)
        return (accounts or NOTHING).get(self.service)

    def _unknown(self, problem: str, where: str, entry: Entry) -> None:
        problem = f"{entry.place}, {where}: {problem}"
        if not self.lenient:
            self.problems.append(problem)
        elif entry.exclusive:
            self.problems.append(f"{problem}, and leaving out somebody on an exclusive project would remove them")
        else:
            self.warnings.append(f"{problem}; left out")

    def _put(self, member: Member, members: Dict[str, Member], entry: Entry) -> None:
        other = members.setdefault(self._identity(member.account), member)
        self._compare_spelling(member, other, entry)
        if self._plain(other.access) != self._plain(member.access):
            self.problems.append(
                f"{entry.place}, {member.where}: gives {member.account} {_shown(member.access)}, "
                f"but {other.where} gives {other.account} {_shown(other.access)}"
            )

    def _compare_spelling(self, member: Member, other: Member, entry: Entry) -> None:
        """Where two accounts have these names after all, leaving one of them out could remove it."""
        if other.account != member.account:
            self.problems.append(
                f"{entry.place}, {member.where}: {member.account} and {other.account} ({other.where}) are the same "
                "account; write it in one way"
            )

    def _identity(self, account: str) -> str:
        return identity(account, self.service in FOLDS_CASE)

    def _plain(self, access: Any) -> Any:
        """C({permission: read}) and C(read) are the same."""
        field = FIRST_FIELD[self.service]
        return access[field] if isinstance(access, Mapping) and list(access) == [field] else access

    def is_mapping(self, value: Any, place: str) -> bool:
        return self._fits(isinstance(value, Mapping), f"{place}: is {_kind(value)}, must be a mapping")

    def is_list(self, value: Any, place: str) -> bool:
        return self._fits(isinstance(value, (list, tuple)), f"{place}: is {_kind(value)}, must be a list")

    def _is_name(self, name: Any, place: str) -> bool:
        if not isinstance(name, str):
            return self._fits(False, f"{place}: YAML reads {name} as {_kind(name)}; put quotes around the name")
        return self._fits(name != "" and name == name.strip(), f"{place}: {name!r} is blank or has spaces around it")

    def _is_account(self, name: Any, place: str) -> bool:
        if not self._is_name(name, place):
            return False
        # A team of QFieldCloud is written @organization/team.
        is_email = "@" in (name[1:] if self.service == "qfield" else name)
        return self._fits(not is_email, f"{place}: {name} is an e-mail address; write the name of the account")

    def _is_access(self, access: Any, place: str) -> bool:
        fits = isinstance(access, Mapping) or (isinstance(access, str) and access.strip() != "")
        return self._fits(fits, f"{place}: {_shown(access)} is no access; write a word, a mapping, or absent")

    def _fits(self, fits: bool, problem: str) -> bool:
        if not fits:
            self.problems.append(problem)
        return fits


def _bare(access: Any) -> Any:
    """Without what ansible-core 2.19 and newer notes about each value: that slows down all further use."""
    if isinstance(access, Mapping):
        return {str(key): _bare(value) for key, value in access.items()}
    return str(access) if isinstance(access, str) else access


def _kind(value: Any) -> str:
    """What YAML made of it, in a user's words."""
    if value is None:
        return "empty (null)"
    return next((word for kind, word in KINDS.items() if isinstance(value, kind)), f"a {type(value).__name__}")


def _shown(access: Any) -> str:
    """An access as it is written in YAML."""
    if isinstance(access, Mapping):
        return "{" + ", ".join(f"{key}: {_shown(value)}" for key, value in access.items()) + "}"
    return "nothing (null)" if access is None else str(access)


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        return {"member_lists": member_lists}
