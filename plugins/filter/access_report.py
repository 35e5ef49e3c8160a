# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter that turns what the services say, and what the roster says, into the data of an access report."""

from __future__ import annotations

DOCUMENTATION = r"""
name: access_report
short_description: Compare who has access with the roster, and sort it for a report
version_added: 1.0.0
author:
  - The rollcall.collaborators contributors (@rollcall)
description:
  - Joins what the info modules of the services returned with the roster of the role
    P(rollcall.collaborators.project_members#role). The role P(rollcall.collaborators.project_access_report#role) uses
    it; its result is the file C(access_report.json).
  - Access that somebody has as the owner of a project, or inherits, is told apart from direct access, and is never
    compared with the roster.
  - Drift is what the role project_members would change, and members whom a list that is not exclusive does not name. An
    option that the roster leaves open, such as C(live_control), is no drift.
  - The result depends on nothing but what the filter is given, and is in a fixed order.
options:
  _input:
    description:
      - What the tasks with the info modules registered, by V(qc), V(hth) and V(qfield). A task that failed is a service
        that could not be read, one that was skipped is a service that was not asked.
    type: dict
    required: true
  people:
    description: Who is who, one mapping from service to account name for each person.
    type: dict
    default: {}
  lists:
    description:
      - What the filter P(rollcall.collaborators.member_lists#filter) returned for each service.
    type: dict
    default: {}
  made:
    description:
      - When and from what the report is made, such as C(date), C(inventory) and C(version). It is passed on.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Ask Helix TeamHub who is there
  rollcall.collaborators.hth_project_collaborator_info:
  register: teamhub

- name: Tell who of them is in no roster
  ansible.builtin.debug:
    msg: "{{ report.unknown | map(attribute='account') }}"
  vars:
    people:
      jane: {hth: norris}
    lists:
      hth: "{{ [] | rollcall.collaborators.member_lists('hth', people=people) }}"
    report: "{{ {'hth': teamhub} | rollcall.collaborators.access_report(people=people, lists=lists) }}"
"""

RETURN = r"""
_value:
  description: The data of the report.
  type: dict
  contains:
    format_version:
      description: Version of this shape, V(1). It rises when something is renamed, taken away or given a new meaning.
      type: int
    made:
      description: O(made).
      type: dict
    roster:
      description: Whether a roster was given. Without one nobody is unknown, and nothing is compared.
      type: bool
    services:
      description: What became of each service that was asked, by V(qc), V(hth) and V(qfield).
      type: dict
      contains:
        error:
          description: Why the service could not be read. Empty when it was.
          type: str
        error_kind:
          description: The C(error.kind) that the module returned.
          type: str
        projects:
          description: Number of projects that were read.
          type: int
        public:
          description: Number of those that everybody can read.
          type: int
        unreadable:
          description: Number of projects that could not be read.
          type: int
        accounts:
          description: Number of accounts with any access.
          type: int
        roster_projects:
          description: Number of projects in the roster.
          type: int
        compared:
          description: How many of them were compared.
          type: int
        counts:
          description:
            - How often each access occurs, by V(direct), V(owner) and V(inherited), then by access, such as
              V(write, live control).
          type: dict
    projects:
      description: The projects that were read.
      type: list
      elements: dict
      contains:
        service:
          description: V(qc), V(hth) or V(qfield).
          type: str
        project:
          description: The project as the modules take it.
          type: str
        project_id:
          description: Its id.
          type: str
        name:
          description: What people call it, where the service told.
          type: str
        organization:
          description: The organization that it belongs to, where the service told.
          type: str
        public:
          description: Whether everybody can read it, null where the service did not tell.
          type: bool
        manageable:
          description: Whether the account that asked manages it, null where the service did not tell.
          type: bool
        owners:
          description: Accounts, or organizations, that own it.
          type: list
          elements: str
        note:
          description: What is uncertain about it.
          type: str
        roster:
          description: V(exclusive) or V(open) for a project of the roster, else V(none).
          type: str
        access:
          description: Who has access. An account that has it in several ways has several entries.
          type: list
          elements: dict
          contains:
            account:
              description: The account's name on the service.
              type: str
            person:
              description: The person of the roster whose account it is, empty when it is nobody's.
              type: str
            known:
              description:
                - Whether the account is that of a person, or has access by its own name in a list of the roster. Null
                  without a roster.
              type: bool
            how:
              description: V(direct), V(owner) or V(inherited).
              type: str
            access:
              description: The role or permission, V(owner) for an owner.
              type: str
            live_control:
              description: Whether it includes live control. QuantConnect only, else null.
              type: bool
            through:
              description: What it is inherited through, such as V(@acme_org/field_team). Empty unless inherited.
              type: str
            elevated:
              description:
                - Whether it is an owner's, or C(write) or live control (QuantConnect), C(master) (TeamHub), C(manager)
                  or C(admin) (QFieldCloud).
              type: bool
    unreadable:
      description:
        - The projects that could not be read, with C(service), C(project), C(kind), C(message) and C(hint).
        - An organization or a team of QFieldCloud of which it could not be read to whom it gives access is among them,
          such as V(acme_org/*) or V(@acme_org/field_team), with the kind V(inherited). So is an organization with the
          members to whom it may give access that nobody else can see.
      type: list
      elements: dict
    people:
      description: The persons of the roster.
      type: list
      elements: dict
      contains:
        person:
          description: The name.
          type: str
        accounts:
          description: Account name by service.
          type: dict
        projects:
          description: Number of projects on which they have access of any kind.
          type: int
        elevated:
          description: Number of those on which it is elevated.
          type: int
    unknown:
      description:
        - Accounts that have access of any kind and are in no roster, those with elevated access first, with C(service),
          C(account), C(elevated) (whether any of it is) and C(projects), the projects as the modules take them.
      type: list
      elements: dict
    drift:
      description: Where direct access differs from the roster.
      type: list
      elements: dict
      contains:
        service:
          description: V(qc), V(hth) or V(qfield).
          type: str
        project:
          description: The project as the modules take it.
          type: str
        account:
          description: The account.
          type: str
        person:
          description: The person of the roster whose account it is, or empty.
          type: str
        difference:
          description:
            - V(missing) - has access by the roster, but not on the service.
            - V(different) - has other access than the roster says.
            - V(extra) - has access, but not by the roster.
          type: str
        reason:
          description:
            - Empty, or V(owner) - is named in the roster, but owns the project, which no list can change.
            - For V(extra) V(absent) (named so), V(exclusive) (not named in an exclusive list), V(protected) (the same,
              but a protected person) or V(open) (not named, and the list is not exclusive).
          type: str
        roster:
          description: The access by the roster, empty when there is none.
          type: str
        found:
          description: The access on the service, empty when there is none.
          type: str
    not_compared:
      description:
        - Projects of the roster that could not be compared, with C(service), C(project) as the roster has it, and
          C(reason), which is V(not found), V(unreadable), V(ambiguous), V(twice) or V(service).
      type: list
      elements: dict
    warnings:
      description: Names that the roster's lists left out, and accounts that are said to be those of several persons.
      type: list
      elements: str
    totals:
      description:
        - Numbers of C(projects), C(unreadable) projects, C(accounts), C(unknown) accounts, C(elevated) access,
          C(missing), C(different) and C(extra) members, and of projects C(not_compared).
      type: dict
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Callable, Dict, List, Optional

from ansible.errors import AnsibleFilterError
from ansible_collections.rollcall.collaborators.plugins.filter.member_lists import FOLDS_CASE
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.names import (
    Names,
    appearance,
    identity,
)

FORMAT_VERSION = 1
SERVICES = ("qc", "hth", "qfield")
# The field that a bare word such as `read` stands for.
FIRST_FIELD = {"qc": "permission", "hth": "role", "qfield": "role"}
ELEVATED = {"qc": ("write",), "hth": ("master",), "qfield": ("manager", "admin")}
LIVE_CONTROL = "live_control"
# The modules take a project by this too, beside its id and what they return for it.
FOUND_BY_NAME = ("qc",)
WAYS = ("direct", "owner", "inherited")
ABSENT = "absent"
# How the module tells of a member whose organization may have given its members a role: not access that anybody saw.
UNSEEN = {"role": "unknown", "through": "organization member"}
NOTHING: Mapping[str, Any] = MappingProxyType({})


def access_report(
    answers: Any, people: Mapping[str, Any] = NOTHING, lists: Mapping[str, Any] = NOTHING, made: Any = NOTHING
) -> Dict[str, Any]:
    """See DOCUMENTATION. Raises AnsibleFilterError for what no info module and no filter has returned."""
    try:
        return _report(_plain(answers), _plain(people), _plain(lists), _plain(made))
    except (AttributeError, KeyError, TypeError) as error:
        raise AnsibleFilterError(
            "access_report takes what the info modules returned, by qc, hth and qfield, people, and what member_lists "
            f"returned for each service; this is something else ({type(error).__name__}: {error})."
        ) from error


def _report(answers: Dict[str, Any], people: Dict[str, Any], lists: Dict[str, Any], made: Any) -> Dict[str, Any]:
    has_roster = bool(people) or any(roster["projects"] for roster in lists.values())
    parts = [
        ServicePart(service, answer, Roster(service, people, lists.get(service, NOTHING), has_roster))
        for service, answer in ((service, answers.get(service)) for service in SERVICES)
        if answer is not None and not answer.get("skipped")
    ]
    report: Dict[str, Any] = {
        "format_version": FORMAT_VERSION,
        "made": dict(made),
        "roster": has_roster,
        "services": {part.service: part.outcome() for part in parts},
        "projects": _joined(part.projects for part in parts),
        "unreadable": _joined(part.unreadable for part in parts),
        "people": list(_persons(people, parts)),
        "unknown": sorted(_joined(part.unknown() for part in parts), key=lambda row: not row["elevated"]),
        "drift": _joined(part.drift for part in parts),
        "not_compared": _joined(part.not_compared for part in parts),
        "warnings": _joined(part.roster.warnings for part in parts),
    }
    report["totals"] = _totals(report)
    return report


class Roster:
    """What the roster says of one service: whose account is whose, and who should be on what."""

    def __init__(self, service: str, people: Mapping[str, Any], lists: Mapping[str, Any], given: bool) -> None:
        self.folds_case = service in FOLDS_CASE
        self.given = given
        self.projects: List[Dict[str, Any]] = lists.get("projects", [])
        self.warnings: List[str] = list(lists.get("warnings", ()))
        self._protected = {appearance(account) for account in lists.get("protect", ())}
        self._persons: Dict[str, str] = {}
        for person, accounts in people.items():
            if service in accounts:
                account = accounts[service]
                first = self._persons.setdefault(self.identity(account), person)
                if first != person:
                    self.warnings.append(
                        f"project_members_people.{person}.{service}: {account} is the account of {first} too, "
                        f"and shown as that of {first}"
                    )
        self._named = {
            self.identity(account)
            for project in self.projects
            for account, access in project["collaborators"].items()
            if access != ABSENT
        }

    def identity(self, account: str) -> str:
        return identity(account, self.folds_case)

    def person(self, account: str) -> str:
        return self._persons.get(self.identity(account), "")

    def knows(self, account: str) -> Optional[bool]:
        identity = self.identity(account)
        return (identity in self._persons or identity in self._named) if self.given else None

    def protects(self, account: str) -> bool:
        return appearance(account) in self._protected


class ServicePart:
    """One service's part of the report."""

    def __init__(self, service: str, answer: Mapping[str, Any], roster: Roster) -> None:
        self.service = service
        self.roster = roster
        self.error = str(answer.get("msg", "")) or "It failed without a message." if answer.get("failed") else ""
        self.error_kind = answer.get("error", NOTHING).get("kind", "")
        details = answer.get("details", NOTHING)
        organizations = answer.get("organizations", NOTHING)
        self.projects = [
            self._project(project, details.get(project["project"], NOTHING), organizations)
            for project in sorted(() if self.error else answer["projects"], key=lambda project: str(project["project"]))
        ]
        self.unreadable = [self._unreadable(entry) for entry in answer.get("unreadable", ())]
        self.unreadable += list(self._unread_ways(organizations, details))
        self.drift: List[Dict[str, Any]] = []
        self.not_compared: List[Dict[str, str]] = []
        self._compare()

    def outcome(self) -> Dict[str, Any]:
        access = [entry for project in self.projects for entry in project["access"]]
        counts = {way: Counter(access_text(e) for e in access if e["how"] == way) for way in WAYS}
        return {
            "error": self.error,
            "error_kind": self.error_kind,
            "projects": len(self.projects),
            "public": sum(project["public"] is True for project in self.projects),
            "unreadable": len(self.unreadable),
            "accounts": len({entry["account"] for entry in access}),
            "roster_projects": len(self.roster.projects),
            "compared": len(self.roster.projects) - len(self.not_compared),
            "counts": {way: dict(sorted(count.items())) for way, count in counts.items()},
        }

    def unknown(self) -> List[Dict[str, Any]]:
        found: Dict[str, Dict[str, Any]] = {}
        for project in self.projects:
            for entry in project["access"]:
                if entry["known"] is not False:
                    continue
                start = {"service": self.service, "account": entry["account"], "elevated": False, "projects": []}
                row = found.setdefault(entry["account"], start)
                row["elevated"] |= entry["elevated"]
                if project["project"] not in row["projects"][-1:]:
                    row["projects"].append(project["project"])
        return [found[account] for account in sorted(found)]

    def _project(
        self, found: Mapping[str, Any], detail: Mapping[str, Any], organizations: Mapping[str, Any]
    ) -> Dict[str, Any]:
        owners = sorted(detail.get("owners", ()))
        access = [self._direct(account, value) for account, value in found["collaborators"].items()]
        # An organization has no access itself: its owner and admins inherit it, where the service told who they are.
        access += [self._entry(owner, "owner", "owner") for owner in owners if owner not in organizations]
        access += [
            self._entry(account, "inherited", way["role"], through=way["through"])
            for account, ways in detail.get("inherited", NOTHING).items()
            for way in ways
            if way != UNSEEN
        ]
        return {
            "service": self.service,
            "project": str(found["project"]),
            "project_id": str(detail.get("project_id", "")),
            "name": detail.get("name") or "",
            "organization": detail.get("organization") or "",
            "public": detail.get("public"),
            "manageable": detail.get("manageable"),
            "owners": owners,
            "note": detail.get("note") or "",
            "roster": "none",
            "access": sorted(access, key=lambda entry: (entry["account"], WAYS.index(entry["how"]), entry["through"])),
        }

    def _direct(self, account: str, access: Any) -> Dict[str, Any]:
        fields = self._fields(access)
        return self._entry(account, "direct", str(fields[FIRST_FIELD[self.service]]), fields.get(LIVE_CONTROL))

    def _entry(
        self, account: str, how: str, access: str, live_control: Optional[bool] = None, through: str = ""
    ) -> Dict[str, Any]:
        return {
            "account": account,
            "person": self.roster.person(account),
            "known": self.roster.knows(account),
            "how": how,
            "access": access,
            "live_control": live_control,
            "through": through,
            "elevated": how == "owner" or access in ELEVATED[self.service] or bool(live_control),
        }

    def _fields(self, access: Any) -> Mapping[str, Any]:
        return access if isinstance(access, Mapping) else {FIRST_FIELD[self.service]: access}

    def _unreadable(self, entry: Mapping[str, Any]) -> Dict[str, str]:
        error = entry["error"]
        told = {key: str(error.get(key) or "") for key in ("kind", "message", "hint")}
        return {"service": self.service, "project": str(entry["project"]), **told}

    def _unread_ways(
        self, organizations: Mapping[str, Any], details: Mapping[str, Mapping[str, Any]]
    ) -> Iterator[Dict[str, str]]:
        """Who inherits access through what could not be read is missing on all its projects."""
        errors = {f"{name}/*": found["error"] for name, found in organizations.items() if found.get("error")}
        for detail in details.values():
            for name in detail.get("inherited_unknown", ()):
                # A team, written @organization/team, is part of its organization.
                if f"{name.lstrip('@').split('/')[0]}/*" not in errors:
                    errors[name] = "It could not be read to whom this gives access."
            unseen = sorted(account for account, ways in detail.get("inherited", NOTHING).items() if UNSEEN in ways)
            if unseen:
                errors.setdefault(
                    f"{', '.join(detail['owners'])}/*",
                    "The organization may give its members a role on all its projects, which only they can see: "
                    f"{', '.join(unseen)}.",
                )
        for name in sorted(errors):
            yield {"service": self.service, "project": name, "kind": "inherited", "message": errors[name], "hint": ""}

    def _compare(self) -> None:
        """Drift of each project of the roster; it takes them as the plural module does, id first."""
        by_reference: Dict[str, List[Dict[str, Any]]] = {}
        for key in ("project_id", "project", *(["name"] if self.service in FOUND_BY_NAME else [])):
            fresh: Dict[str, List[Dict[str, Any]]] = {}
            for project in self.projects:
                fresh.setdefault(project[key], []).append(project)
                if key == "name" and project[key]:
                    # QuantConnect shows names with a slash in front, too.
                    fresh.setdefault(f"/{project[key]}", []).append(project)
            by_reference = {**fresh, **by_reference}
        unreadable = {entry["project"] for entry in self.unreadable}
        for wanted in self.roster.projects:
            hits = by_reference.get(wanted["project"], [])
            if len(hits) == 1 and hits[0]["roster"] == "none":
                hits[0]["roster"] = "exclusive" if wanted["exclusive"] else "open"
                self.drift += sorted(
                    self._differences(hits[0], wanted), key=lambda entry: (entry["account"], entry["difference"])
                )
                continue
            if self.error:
                reason = "service"
            elif wanted["project"] in unreadable:
                reason = "unreadable"
            else:
                reason = ("twice" if len(hits) == 1 else "ambiguous") if hits else "not found"
            self.not_compared.append({"service": self.service, "project": wanted["project"], "reason": reason})
        order = {project["project"]: place for place, project in enumerate(self.projects)}
        self.drift.sort(key=lambda entry: order[entry["project"]])

    def _differences(self, project: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[Dict[str, str]]:
        present = {entry["account"]: entry for entry in project["access"] if entry["how"] == "direct"}
        listed = Names([*present, *project["owners"]], self.roster.folds_case)
        named = set()
        for account, access in wanted["collaborators"].items():
            same = listed.same(account)
            # One of several spellings is refused by the module; here none of them is taken for it.
            name = same[0] if len(same) == 1 else account
            named.add(name)
            entry = present.get(name)
            if entry is None and name in project["owners"]:
                yield self._difference(project, account, "different", "owner", self._written(access), "owner")
            elif access == ABSENT:
                if entry:
                    yield self._difference(project, entry["account"], "extra", ABSENT, ABSENT, access_text(entry))
            elif entry is None:
                yield self._difference(project, account, "missing", "", self._written(access), "")
            elif self._differs(entry, access):
                yield self._difference(
                    project, entry["account"], "different", "", self._written(access), access_text(entry)
                )
        for name, entry in present.items():
            if name not in named:
                reason = "exclusive" if wanted["exclusive"] else "open"
                if wanted["exclusive"] and self.roster.protects(name):
                    reason = "protected"
                yield self._difference(project, name, "extra", reason, "", access_text(entry))

    def _difference(
        self, project: Mapping[str, Any], account: str, difference: str, reason: str, roster: str, found: str
    ) -> Dict[str, str]:
        return {
            "service": self.service,
            "project": project["project"],
            "account": account,
            "person": self.roster.person(account),
            "difference": difference,
            "reason": reason,
            "roster": roster,
            "found": found,
        }

    def _differs(self, entry: Mapping[str, Any], wanted: Any) -> bool:
        """Whether a field that the roster gives has another value on the service."""
        found = {FIRST_FIELD[self.service]: entry["access"], LIVE_CONTROL: entry["live_control"]}
        return any(_value(name, value) != found.get(name) for name, value in self._fields(wanted).items())

    def _written(self, access: Any) -> str:
        """The access of the roster, as access_text shows what was found."""
        fields = {name: _value(name, value) for name, value in self._fields(access).items()}
        words = [str(fields[FIRST_FIELD[self.service]])] if FIRST_FIELD[self.service] in fields else []
        if LIVE_CONTROL in fields:
            words.append("live control" if fields[LIVE_CONTROL] else "no live control")
        return ", ".join(words)


def access_text(entry: Mapping[str, Any]) -> str:
    """Access in words, such as C(write, live control)."""
    return f"{entry['access']}, live control" if entry["live_control"] else str(entry["access"])


def _value(name: str, value: Any) -> Any:
    """The modules take YAML's words for true and false as well."""
    return str(value).lower() in ("true", "yes", "on") if name == LIVE_CONTROL else value


def _persons(people: Mapping[str, Any], parts: List[ServicePart]) -> Iterator[Dict[str, Any]]:
    projects: Counter[str] = Counter()
    elevated: Counter[str] = Counter()
    for part in parts:
        for project in part.projects:
            projects.update({entry["person"] for entry in project["access"]})
            elevated.update({entry["person"] for entry in project["access"] if entry["elevated"]})
    for person in sorted(people):
        accounts = {service: people[person][service] for service in SERVICES if service in people[person]}
        yield {"person": person, "accounts": accounts, "projects": projects[person], "elevated": elevated[person]}


def _totals(report: Mapping[str, Any]) -> Dict[str, int]:
    drift = Counter(entry["difference"] for entry in report["drift"])
    return {
        "projects": len(report["projects"]),
        "unreadable": len(report["unreadable"]),
        "accounts": sum(outcome["accounts"] for outcome in report["services"].values()),
        "unknown": len(report["unknown"]),
        "elevated": sum(entry["elevated"] for project in report["projects"] for entry in project["access"]),
        "missing": drift["missing"],
        "different": drift["different"],
        "extra": drift["extra"],
        "not_compared": len(report["not_compared"]),
    }


def _joined(lists: Iterable[Iterable[Any]]) -> List[Any]:
    return [entry for part in lists for entry in part]


def _plain(value: Any) -> Any:
    """Without what ansible-core 2.19 and newer notes about each value: that slows down all further use."""
    if isinstance(value, Mapping):
        return {_plain(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return str(value) if isinstance(value, str) else value


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        return {"access_report": access_report}
