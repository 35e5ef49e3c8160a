# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter that gathers the rosters of many hosts."""

from __future__ import annotations

DOCUMENTATION = r"""
name: host_rosters
short_description: Gather the rosters of many inventory hosts
version_added: 1.0.0
author:
  - The rollcall.collaborators contributors (@rollcall)
description:
  - Reads the variables of the role P(rollcall.collaborators.project_members#role) on many hosts, as each of them sees
    them, for the filter P(rollcall.collaborators.member_lists#filter). The role uses it with
    C(project_members_gather).
  - A value of a group is looked at once, however many hosts it is for. Only values that hold templates are templated,
    for each host.
  - What O(own) says otherwise than the inventory does, such as a variable of the play, holds for all hosts.
  - All that is wrong is reported in one error.
positional: hosts, host, defaults
options:
  _input:
    description:
      - The variable C(hostvars).
    type: dict
    required: true
  hosts:
    description:
      - The hosts whose rosters are gathered, such as C(ansible_play_batch).
    type: list
    elements: str
    required: true
  host:
    description:
      - The host that works for all of them. It has to be the first of O(hosts), so that no two hosts do.
    type: str
    required: true
  defaults:
    description:
      - All variables of the role with their defaults.
    type: dict
    required: true
  own:
    description:
      - The variables of the role as that host sees them in its play.
    type: dict
    default: {}
  left_out:
    description:
      - Hosts that are not among O(hosts), although they are meant, such as those that failed before.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Apply the Helix TeamHub lists of all hosts of the play without the role
  rollcall.collaborators.hth_project_collaborators:
    projects: "{{ lists.projects }}"
    protect: "{{ lists.protect }}"
  run_once: true
  vars:
    rosters: "{{ hostvars | rollcall.collaborators.host_rosters(ansible_play_batch, inventory_hostname, defaults) }}"
    lists: "{{ rosters.hth | rollcall.collaborators.member_lists('hth', gathered=true) }}"
    defaults:
      project_members_people:
        jane: {hth: norris}
      project_members_teams: {}
      project_members_protect: []
      project_members_qc: []
      project_members_hth:
        - project: platform
          people: {jane: developer}
      project_members_qfield: []
"""

RETURN = r"""
_value:
  description: For each of V(qc), V(hth) and V(qfield), what the filter member_lists takes with C(gathered).
  type: dict
  contains:
    parts:
      description: One entry for all hosts with the same people, teams and protected persons.
      type: list
      elements: dict
      contains:
        people:
          description: Who is who.
          type: dict
        teams:
          description: Lists of persons.
          type: dict
        protect:
          description: Protected persons.
          type: list
          elements: str
        rosters:
          description: The roster of each host that has one.
          type: dict
    left_out:
      description: Those of O(left_out) that have a roster.
      type: list
      elements: str
"""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Callable, Dict, List, Sequence, Tuple

from ansible.errors import AnsibleFilterError

NOTHING: Mapping[str, Any] = MappingProxyType({})
SERVICES = ("qc", "hth", "qfield")
VARIABLE = {service: f"project_members_{service}" for service in SERVICES}
# What may differ between hosts, beside their rosters.
OF_HOSTS = {name: f"project_members_{name}" for name in ("people", "teams", "protect")}

View = Mapping[str, Any]
"""Variable of the role -> its value on one host."""


def host_rosters(
    hostvars: Any,
    hosts: Sequence[str],
    host: str,
    defaults: View,
    own: View = NOTHING,
    left_out: Iterable[str] = (),
) -> Dict[str, Dict[str, Any]]:
    """See DOCUMENTATION. Raises AnsibleFilterError with everything that is wrong, a line each."""
    if not hosts or host != hosts[0]:
        raise AnsibleFilterError(
            f"project_members_gather: {host} is not the first host of the play, which works for all; "
            "use the strategy linear, and the role without a condition that leaves that host out"
        )
    inventory = Inventory(hostvars, defaults)
    views = {name: inventory.view(name) for name in hosts}
    of_play = {variable: value for variable, value in own.items() if value != views[host][variable]}
    problems = [*_misplaced(of_play), *_differing(views, of_play)]
    if problems:
        raise AnsibleFilterError("\n".join(problems))
    parts: List[Dict[str, Any]] = []
    for name, view in views.items():
        common = {key: of_play.get(variable, view[variable]) for key, variable in OF_HOSTS.items()}
        part = next((part for part in parts if part["common"] == common), None)
        if part is None:
            part = {"common": common, **{service: {} for service in SERVICES}}
            parts.append(part)
        for service, variable in VARIABLE.items():
            if view[variable] != []:
                part[service][name] = view[variable]
    absent = {name: inventory.view(name) for name in left_out}
    return {
        service: {
            "parts": [{**part["common"], "rosters": part[service]} for part in parts],
            "left_out": [name for name, view in absent.items() if view[variable] != []],
        }
        for service, variable in VARIABLE.items()
    }


def _misplaced(of_play: View) -> Iterator[str]:
    for variable in VARIABLE.values():
        if variable in of_play:
            yield f"{variable}: is set in the play; with project_members_gather each host has its own in the inventory"


def _differing(views: Mapping[str, View], of_play: View) -> Iterator[str]:
    (first, expected), *others = views.items()
    for variable in expected:
        if variable in of_play or variable in VARIABLE.values() or variable in OF_HOSTS.values():
            continue
        for name, view in others:
            if view[variable] != expected[variable]:
                yield (
                    f"{variable}: is {expected[variable]} on {first} and {view[variable]} on {name}; "
                    "with project_members_gather it has to be the same on all hosts"
                )
                break


class Inventory:
    """The variables of the role on hosts, as the inventory and facts have them."""

    def __init__(self, hostvars: Any, defaults: View) -> None:
        self._hostvars = hostvars
        self._defaults = defaults
        # Identity of a value -> the value, to keep that identity taken, and its copy: hosts share those of a group.
        self._copies: Dict[int, Tuple[Any, Any]] = {}

    def view(self, host: str) -> View:
        raw = self._hostvars.raw_get(host)
        view = {}
        for variable, default in self._defaults.items():
            try:
                view[variable] = self._copy(raw.get(variable, default))
            except HasTemplate:
                view[variable] = self._hostvars[host][variable]
        return view

    def _copy(self, value: Any) -> Any:
        if id(value) not in self._copies:
            self._copies[id(value)] = (value, _copy(value))
        return self._copies[id(value)][1]


class HasTemplate(Exception):
    """There is something to template or to decrypt in the value."""


def _copy(value: Any) -> Any:
    """Without what ansible-core 2.19 and newer notes about each value: that slows down all further use.

    Raises HasTemplate.
    """
    if isinstance(value, str) and "{" not in value:
        return str(value)
    if isinstance(value, Mapping):
        return {_copy(key): _copy(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_copy(inner) for inner in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    raise HasTemplate


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        return {"host_rosters": host_rosters}
