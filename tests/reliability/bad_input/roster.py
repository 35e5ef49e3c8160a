# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A roster that is right, and all that goes wrong when any one place of it holds something else."""

from __future__ import annotations

import copy
import datetime
from typing import Any, NamedTuple

from ansible_collections.rollcall.collaborators.tests.reliability.bad_input.wrong import SERVICES, SPELLINGS
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import SIDES

# All that YAML can make of a few signs.
VALUES = {
    "null": None,
    "empty": "",
    "blank": " ",
    "word": "word",
    "number": 5,
    "half": 1.5,
    "true": True,
    "day": datetime.date(2026, 1, 1),
    "binary": b"word",
    "no items": [],
    "items": ["word"],
    "items of items": [["word"]],
    "no keys": {},
    "keys": {"word": "word"},
    "number as key": {5: "word"},
    "null as key": {None: None},
}
KEYS = {"number": 5, "true": True, "null": None, "day": datetime.date(2026, 1, 1), "empty": "", "blank": " "}
MAPPINGS = ("no keys", "keys", "number as key", "null as key")
# Place, without names and numbers -> what of VALUES is right there. Access is for the modules to judge.
RIGHT = {
    "people.NAME.SERVICE": ("word",),
    "teams.NAME": ("no items",),
    "SERVICE": ("no items",),
    "SERVICE.NUMBER.project": ("word",),
    "SERVICE.NUMBER.people": ("no keys",),
    "SERVICE.NUMBER.teams": ("no keys",),
    "SERVICE.NUMBER.collaborators": ("no keys", "keys"),
    "SERVICE.NUMBER.people.NAME": ("word", *MAPPINGS),
    "SERVICE.NUMBER.teams.NAME": ("word", *MAPPINGS),
    "SERVICE.NUMBER.collaborators.NAME": ("word", *MAPPINGS),
    "SERVICE.NUMBER.exclusive": ("true",),
    "protect": ("no items",),
}
NAMES = ("jane", "johnny", "crew")


class Mistake(NamedTuple):
    """One thing that is wrong: the variables of the role, and what the message has to say."""

    service: str
    place: str
    label: str
    variables: dict[str, Any]
    words: tuple[str, ...]
    is_right: bool = False

    def __str__(self):
        return f"{self.service}-{self.place}-{self.label}"


def right(service):
    """Variables of the role with something in every place."""
    world, access = SIDES[service], SERVICES[service].scale.fields[0].choices[0]
    project, other = SPELLINGS[service]
    return {
        "project_members_people": {"jane": {service: world.newcomer}, "johnny": {service: world.changing}},
        "project_members_teams": {"crew": ["johnny"]},
        f"project_members_{service}": [
            {"project": other, "people": {"jane": access}},
            {
                "project": project,
                "people": {"jane": access},
                "teams": {"crew": access},
                "collaborators": {world.leaver: access},
                "exclusive": False,
            },
        ],
        "project_members_protect": ["jane"],
    }


def mistakes(service):
    """Every place with everything of VALUES in it, and every mapping with every one of KEYS."""
    whole = right(service)
    for path in paths(whole):
        place, inside = generic(service, path), inner(whole, path)
        also_right = ("number",) if (service, path[-1]) == ("qc", "project") else ()
        for label, value in VALUES.items():
            is_right = label in (*RIGHT.get(place, ()), *also_right)
            yield Mistake(service, written(path), label, changed(service, path, value), words(path), is_right)
        for label, key in KEYS.items() if isinstance(inside, dict) else ():
            variables = changed(service, (*path, key), copy.deepcopy([*inside.values()][0]))
            yield Mistake(service, written(path), f"{label} among the keys", variables, words(path))


def paths(value, path=()):
    if path:
        yield path
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from paths(value[key], (*path, key))


def inner(value, path):
    for key in path:
        value = value[key]
    return value


def changed(service, path, value):
    variables = copy.deepcopy(right(service))
    inner(variables, path[:-1])[path[-1]] = value
    return variables


def written(path):
    """C(project_members_qc[1].people.jane)."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)[1:]


def words(path):
    """The variable is always told, with the index of the entry; of teams the one that is asked for."""
    variable, *inside = path
    if variable.endswith("_teams") and inside:
        return ("crew",)
    return (f"{variable}[{inside[0]}]" if inside and isinstance(inside[0], int) else variable,)


def generic(service, path):
    """The place as it stands in RIGHT."""
    names = {
        f"project_members_{service}": "SERVICE",
        service: "SERVICE",
        **dict.fromkeys(NAMES, "NAME"),
        0: "NUMBER",
        1: "NUMBER",
        SIDES[service].leaver: "NAME",
    }
    return ".".join(names.get(key, str(key)) for key in path).replace("project_members_", "")
