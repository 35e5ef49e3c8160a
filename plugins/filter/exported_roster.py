# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter that writes a roster from what the info modules returned."""

from __future__ import annotations

DOCUMENTATION = r"""
name: exported_roster
short_description: Write a roster from what the info modules returned
version_added: 1.0.0
author:
  - The rollcall.collaborators contributors (@rollcall)
description:
  - Writes the variables of the role P(rollcall.collaborators.project_members#role) as the text of a YAML file. The
    playbook C(rollcall.collaborators.export_roster) uses it.
  - The lists are additive and hold direct access only. Applied to the services as they were read, they change nothing.
  - An account belongs to a person where O(people) says so, or where another service shows an account with an equal
    e-mail address, compared without regard to upper and lower case. Such a person gets the name of one of the accounts.
    An e-mail address that two accounts of one service share says nothing about either. All other accounts are written
    by their own names.
  - The order is by name, whatever the order of the input.
  - What a roster cannot hold is left out, and a comment says so, for example an account with an e-mail address for a
    name.
  - Names that look like templates are marked with C(!unsafe).
options:
  _input:
    description:
      - What each service's info module returned for all its projects, by V(qc), V(hth) and V(qfield). A service that
        is missing, or whose task was skipped, is not written.
    type: dict
    required: true
  people:
    description:
      - Who is who, one mapping from service to account name for each person. All of it is written, what equal e-mail
        addresses add included.
    type: dict
    default: {}
  emails:
    description:
      - Whether comments say the e-mail addresses that the services showed.
    type: bool
    default: false
  at:
    description:
      - When the services were read, for a comment.
    type: str
    default: ""
  previous:
    description:
      - An earlier text. It is returned as it is when nothing but O(at) would change.
    type: str
    default: ""
seealso:
  - ref: ansible_collections.rollcall.collaborators.docsite.guide_playbooks.export_roster
    description: The playbook that uses it.
"""

EXAMPLES = r"""
- name: Let somebody in without a roster
  rollcall.collaborators.hth_project_collaborator:
    project: platform
    collaborator: norris
    role: developer

- name: Ask Helix TeamHub who is on what
  rollcall.collaborators.hth_project_collaborator_info:
    emails: true
  register: teamhub

- name: Show it as a roster
  ansible.builtin.debug:
    msg: "{{ roster.text }}"
  vars:
    roster: "{{ {'hth': teamhub} | rollcall.collaborators.exported_roster(people={'jane': {'hth': 'norris'}}) }}"
    # The roster begins, after its comments, with:
    # project_members_people:
    #   jane: {hth: norris}
"""

RETURN = r"""
_value:
  description: The roster, and what to tell the user.
  type: dict
  contains:
    text:
      description: The YAML file.
      type: str
    recognised:
      description: One text for each person whom an equal e-mail address showed.
      type: list
      elements: str
    notes:
      description: One text for each project that could not be read, and for whatever else was left out or is in doubt.
      type: list
      elements: str
"""

import itertools
import re
import textwrap
from collections.abc import Container, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Callable, Dict, List, NamedTuple, Sequence, Tuple

from ansible.errors import AnsibleFilterError
from ansible_collections.rollcall.collaborators.plugins.filter.member_lists import FOLDS_CASE, member_lists
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.names import identity, looks_like

NOTHING: Mapping[str, Any] = MappingProxyType({})
SKIPPED: Mapping[str, Any] = MappingProxyType({"skipped": True})
TITLES = {"qc": "QuantConnect", "hth": "Helix TeamHub", "qfield": "QFieldCloud"}
ABOUT = (
    "Who is on what. The playbook rollcall.collaborators.export_roster writes this file as a whole.",
    "Nobody is removed by these lists. Where one is to be complete, add exclusive: true to its project.",
)
WIDTH = 110
WHEN = re.compile(r"^# Read on .*$", re.MULTILINE)
# What every reader of YAML takes for a text, inside of braces too.
PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./+-]*")
NO_TEXT = ("y", "n", "yes", "no", "on", "off", "true", "false", "null")
NUMBER = re.compile(r"[1-9][0-9]{0,17}")
TEMPLATE = re.compile(r"\{[{%#]")
# YAML wants the end of a key within 1024 signs of its beginning.
LONG = 1000

Account = Tuple[str, str]
"""Service and name, the name as the service compares it."""


class Project(NamedTuple):
    """One project as it is written. C(title) is what people call it, where that is something else."""

    project: str
    title: str
    members: Mapping[str, Any]


def exported_roster(
    results: Mapping[str, Any],
    people: Mapping[str, Mapping[str, str]] = NOTHING,
    emails: bool = False,
    at: str = "",
    previous: str = "",
) -> Dict[str, Any]:
    """See DOCUMENTATION. Raises AnsibleFilterError for people written wrongly, and for what no info module returned."""
    for service in TITLES:
        member_lists([], service, people=people)
    try:
        given = {service: results.get(service, SKIPPED) for service in TITLES}
        readings = [Reading(service, result) for service, result in given.items() if not result.get("skipped")]
        persons = People(people, readings)
        notes = [f"{TITLES[reading.service]}: {note}" for reading in readings for note in reading.notes]
        notes += persons.notes
        text = "".join(f"{line}\n" for line in _lines(readings, persons, notes, emails, at))
    except (AttributeError, LookupError, TypeError) as error:
        raise AnsibleFilterError(
            "exported_roster takes what tasks with the info modules registered, by qc, hth and qfield; "
            f"this is something else ({type(error).__name__}: {error})."
        ) from error
    is_news = WHEN.sub("", text, count=1) != WHEN.sub("", previous, count=1)
    return {"text": text if is_news else previous, "recognised": persons.recognised, "notes": notes}


class Reading:
    """What one service showed. C(notes) say what was not read, and what is not written."""

    def __init__(self, service: str, result: Mapping[str, Any]) -> None:
        if result.get("failed"):
            raise AnsibleFilterError(f"exported_roster: {TITLES[service]} could not be read: {result['msg']}")
        details = result["details"]
        self.service = service
        self.summary = str(result["summary"])
        self.emails: Dict[str, str] = {}
        self.notes: List[str] = []
        self.projects: List[Project] = []
        for project in sorted(details):
            self.emails.update(details[project].get("emails", NOTHING).items())
        for entry in sorted(result["unreadable"], key=_name):
            error = entry["error"]
            self.notes.append(f"{entry['project']} could not be read: {error['message']} {error['hint']}".strip())
        for entry in sorted(result["projects"], key=_name):
            project = entry["project"]
            if _is_blank(project):
                self.notes.append(f"project {project!r} is left out: its name is blank or has spaces around it")
            else:
                title = str(details.get(project, NOTHING).get("name") or project)
                members = self._members(project, entry["collaborators"])
                self.projects.append(Project(project, "" if looks_like(title, project) else title, members))

    @property
    def accounts(self) -> List[str]:
        """Everybody who is written, QFieldCloud's teams included."""
        return sorted({account for project in self.projects for account in project.members})

    def _members(self, project: str, collaborators: Mapping[str, Any]) -> Dict[str, Any]:
        """Those that member_lists takes."""
        members: Dict[str, Any] = {}
        spellings: Dict[Account, List[str]] = {}
        for name, access in sorted(collaborators.items()):
            spellings.setdefault(_identity(self.service, name), []).append(name)
            if _is_blank(name):
                self.notes.append(f"left out of {project}: the name {name!r} is blank or has spaces around it")
            elif "@" in (name[1:] if self.service == "qfield" else name):
                self.notes.append(f"left out of {project}: somebody's name is an e-mail address")
            else:
                members[name] = access
        for names in spellings.values():
            if len(names) > 1:
                self.notes.append(f"left out of {project}: {_all(names)} differ in case only")
                members = {name: access for name, access in members.items() if name not in names}
        return members


class People:
    """Who is who: what the mapping says, and what equal e-mail addresses add to it."""

    def __init__(self, mapping: Mapping[str, Mapping[str, str]], readings: Sequence[Reading]) -> None:
        self.accounts = {
            str(person): {str(service): str(account) for service, account in accounts.items()}
            for person, accounts in sorted(mapping.items())
        }
        self.recognised: List[str] = []
        self.notes: List[str] = []
        self._persons: Dict[Account, List[str]] = {}
        for person, accounts in self.accounts.items():
            for service, name in accounts.items():
                self._persons.setdefault(_identity(service, name), []).append(person)
        written = {_identity(reading.service, name): name for reading in readings for name in reading.accounts}
        for account, name in written.items():
            persons = self._persons.get(account, [])
            if len(persons) > 1:
                shown = _shown(account[0], name)
                self.notes.append(f"{shown} is written by its own name: it is that of {_all(persons)}")
        for group in _by_email(readings):
            self._recognise(group, written)

    def person(self, service: str, name: str) -> str:
        """Whose account it is; empty when it is nobody's, or of several persons."""
        persons = self._persons.get(_identity(service, name), [])
        return persons[0] if len(persons) == 1 else ""

    def _recognise(self, group: Mapping[str, Mapping[Account, str]], written: Container[Account]) -> None:
        """Take accounts of one e-mail address for one person's, where the mapping does not say otherwise."""
        accounts = [(service, name) for service, names in group.items() for name in names.values()]
        new = {
            service: name
            for service, names in group.items()
            for account, name in names.items()
            if account in written and account not in self._persons
        }
        persons = {self.person(service, name) for service, name in accounts} - {""}
        if new and len(accounts) > len(group):
            self.notes.append(f"{_all(_shown(*a) for a in accounts)} share an e-mail address, which tells nothing then")
        elif len(persons) == 1 and new:
            self._extend(persons.pop(), new)
        elif not persons and len(new) > 1:
            self._extend(self._free_name([*new.values()]), new)

    def _extend(self, person: str, new: Mapping[str, str]) -> None:
        accounts = self.accounts.setdefault(person, {})
        for service, name in new.items():
            if service in accounts:
                has = _shown(service, accounts[service])
                self.notes.append(f"{_shown(service, name)} has the e-mail address of {person}, who is {has}")
            else:
                self._persons[_identity(service, name)] = [person]
        added = {service: name for service, name in new.items() if service not in accounts}
        accounts.update(added)
        if added:
            shown = [_shown(service, accounts[service]) for service in TITLES if service in accounts]
            self.recognised.append(f"{person} is {_all(shown)}")

    def _free_name(self, names: Sequence[str]) -> str:
        numbered = (f"{names[0]}-{number}" for number in itertools.count(2))
        return next(name for name in itertools.chain(names, numbered) if name not in self.accounts)


def _by_email(readings: Iterable[Reading]) -> List[Mapping[str, Mapping[Account, str]]]:
    """Accounts with equal e-mail addresses, by service, for each address that more than one service shows."""
    groups: Dict[str, Dict[str, Dict[Account, str]]] = {}
    for reading in readings:
        for name, email in sorted(reading.emails.items()):
            if email.strip():
                group = groups.setdefault(identity(email.strip(), folds_case=True), {})
                group.setdefault(reading.service, {})[_identity(reading.service, name)] = str(name)
    return sorted((group for group in groups.values() if len(group) > 1), key=str)


def _lines(readings: Sequence[Reading], people: People, notes: Iterable[str], emails: bool, at: str) -> Iterator[str]:
    yield "---"
    for text in (*ABOUT, *([f"Read on {at}."] if at else [])):
        yield f"# {text}"
    yield "#"
    read = {reading.service: reading.summary for reading in readings}
    for service, title in TITLES.items():
        yield f"# {title}: {_one_line(read.get(service, 'not read'))}"
    yield from ("#", "# Not here, or in doubt:") if notes else ()
    for note in notes:
        yield from textwrap.wrap(
            _one_line(note), WIDTH, initial_indent="# - ", subsequent_indent="#   ", break_long_words=False
        )
    yield ""
    yield f"project_members_people:{'' if people.accounts else ' {}'}"
    for person, accounts in sorted(people.accounts.items()):
        yield from _pair("  ", person, {service: accounts[service] for service in TITLES if service in accounts})
    for reading in readings:
        yield ""
        for name in reading.accounts if emails else ():
            if name in reading.emails:
                yield f"# {_one_line(name)}: {_one_line(reading.emails[name])}"
        yield f"project_members_{reading.service}:{'' if reading.projects else ' []'}"
        for project in reading.projects:
            yield from _project_lines(reading.service, project, people)


def _project_lines(service: str, project: Project, people: People) -> Iterator[str]:
    is_id = service == "qc" and NUMBER.fullmatch(project.project)
    title = f"  # {_one_line(project.title)}" if project.title else ""
    yield f"  - project: {project.project if is_id else _scalar(project.project)}{title}"
    persons, others = {}, {}
    for account, access in project.members.items():
        person = people.person(service, account)
        if person:
            persons[person] = access
        else:
            others[account] = access
    for key, members in (("people", persons), ("collaborators", others)):
        if members:
            yield f"    {key}:"
            for name, access in sorted(members.items()):
                yield from _pair("      ", name, access)


def _pair(indent: str, key: str, value: Any) -> Iterator[str]:
    name = _scalar(key)
    if len(name) > LONG:
        yield f"{indent}? {name}"
        name = ""
    yield f"{indent}{name}: {_flow(value)}"


def _flow(value: Any) -> str:
    """An access, or the accounts of a person, as it is written on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(inner)}" for key, inner in value.items()) + "}"
    return str(value).lower() if isinstance(value, bool) else _scalar(value)


def _scalar(text: str) -> str:
    """A text that YAML reads as this text, and Ansible as no template."""
    if PLAIN.fullmatch(text) and text.lower() not in NO_TEXT:
        return str(text)
    quoted = '"' + _printable(text.replace("\\", "\\\\").replace('"', '\\"')) + '"'
    return f"!unsafe {quoted}" if TEMPLATE.search(text) else quoted


def _one_line(text: str) -> str:
    return _printable(" ".join(text.split()))


def _printable(text: str) -> str:
    """With all that a reader could not see written out, as YAML does it between double quotes."""
    return "".join(sign if sign.isprintable() else f"\\U{ord(sign):08x}" for sign in text)


def _identity(service: str, name: str) -> Account:
    return service, identity(str(name), service in FOLDS_CASE)


def _shown(service: str, name: str) -> str:
    return f"{name} ({service})"


def _all(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _is_blank(name: str) -> bool:
    return not name.strip() or name != name.strip()


def _name(entry: Mapping[str, Any]) -> str:
    return str(entry["project"])


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        return {"exported_roster": exported_roster}
