# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wrong values for every option of every module, generated from its argument specification.

What no option of a type takes stands in UNFIT, what only the meaning of an option makes wrong in MEANINGLESS, what
Ansible or a module turns into the value that is meant in CONVERTED. A type that is not in them is an error.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible import arguments
from ansible_collections.rollcall.collaborators.plugins.module_utils._services.helix_teamhub import HelixTeamHub
from ansible_collections.rollcall.collaborators.plugins.module_utils._services.qfieldcloud import QFieldCloud
from ansible_collections.rollcall.collaborators.plugins.module_utils._services.quantconnect import QuantConnect
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import SIDES

SERVICES = {"qc": QuantConnect, "hth": HelixTeamHub, "qfield": QFieldCloud}
# The project of a side, and another one, each also as somebody else would write it.
SPELLINGS = {
    "qc": {"23456790": ["Research/Momentum", "023456790", " 23456790 "], "23456789": []},
    "hth": {"platform": [" platform "], "crowd": []},
    "qfield": {"acme_org/trees": ["550E8400E29B41D4A716446655440002", " acme_org/trees "], "acme_org/bees": []},
}
SPECS = {
    "one": arguments.collaborator_spec,
    "many": arguments.collaborators_spec,
    "info": arguments.collaborator_info_spec,
}
LEFT_OUT = object()
# Part of every wrong credential: no message may show it.
SECRET = "s3cret-of-somebody"
HUGE = "9" * 5000
OTHER_SHAPES = {"list": ["somebody"], "mapping": {"first": "somebody"}}
SECRET_SHAPES = {"list": [SECRET], "mapping": {"first": SECRET}}

UNFIT = {
    "str": {"empty": "", "blank": " "},
    "path": {"blank": " ", "missing file": "/no/such/file", "list": ["/no/such/file"]},
    "bool": {"empty": "", "blank": " ", "word": "perhaps", "two": 2, **OTHER_SHAPES},
    "int": {"empty": "", "blank": " ", "word": "some", "half": 1.5, "negative": -1, **OTHER_SHAPES},
    "float": {
        "empty": "",
        "blank": " ",
        "word": "soon",
        "negative": -1.5,
        "no number": "nan",
        "endless": "inf",
        "too long": HUGE,
        **OTHER_SHAPES,
    },
    "list": {"mapping": {"first": 1}},
    "dict": {"empty": "", "blank": " ", "word": "somebody", "number": 5, "true": True, "list": ["somebody"]},
}
# Of lists. Ansible splits a text at its commas and makes a text of every element that is to be one.
UNFIT_ELEMENTS = {
    "str": {"empty": "", "empty item": [""], "blank item": ["somebody", " "], "nothing between commas": "one,,two"},
    "dict": {"empty": "", "word": "somebody", "word item": ["somebody"], "number item": [5], "list item": [[]]},
}
CONVERTED = {
    "str": lambda text: [f" {text} ", *([int(text)] if text.isdecimal() else [])],
    "path": lambda _path: [],
    "bool": lambda value: [1, "1", "yes", "On", "T"] if value else [0, "0", "no", "OFF", "n"],
    "int": lambda number: [str(number), f" {number} "],
    "float": lambda number: [str(number), f" {number} ", int(number)],
    "list": lambda items: [] if isinstance(items[0], dict) else [",".join(items)],
    "dict": lambda mapping: [json.dumps(mapping)],
}
TRIMMED = ("api_url", "user_id", "api_token", "company_key", "account_key", "token", "project", "max_removals")
PROTECTED = ["somebody", "other"]

# Signs that no key is sent with.
KEYS = {f"{sign!r} inside": f"{SECRET}{sign}{SECRET}" for sign in ("'", '"', ",", " ", "\n", "\xe9")}
MEANINGLESS = {
    "timeout": {"zero": 0},
    "deadline": {"zero": 0},
    "concurrency": {"zero": 0},
    "api_url": {
        "no scheme": "service.example",
        "no host": "https://",
        "other scheme": "ftp://service.example",
        "no port": "https://service.example:port",
        "half an address": "https://[::1",
        "query": "https://service.example/?key=1",
        "fragment": "https://service.example/#top",
        "user info": f"https://john_doe:{SECRET}@service.example",
        "not encrypted": "http://service.example",
        "two lines": "https://service.example\nHost: other.example",
        "number": 5,
        **OTHER_SHAPES,
    },
    "max_removals": {
        "negative": "-1",
        "word": "few",
        "half": 2.5,
        "more than all": "101%",
        "sign alone": "%",
        "two signs": "25%%",
        "superscript": "\xb2",
        "too long": HUGE,
        "true": True,
        **OTHER_SHAPES,
    },
    "user_id": {"name": "sim_owner", "space inside": "12 34", "half": 12.5, "token": SECRET, **OTHER_SHAPES},
    "api_token": {"space inside": f"{SECRET} {SECRET}", "control sign": "\x07", **SECRET_SHAPES},
    "company_key": {**KEYS, **SECRET_SHAPES},
    "account_key": {**KEYS, **SECRET_SHAPES},
    "token": {
        "space inside": f"Token {SECRET}",
        "two lines": f"{SECRET}\n{SECRET}",
        "not ASCII": f"{SECRET}\xe9",
        **SECRET_SHAPES,
    },
    "username": {"nobody": "no_body", **OTHER_SHAPES},
    "password": {"wrong": SECRET, **SECRET_SHAPES},
    "project": {"none such": "No/Such", "true": True, "half": 5.5, "too long": HUGE, **OTHER_SHAPES},
    "collaborators": {"absent": "absent"},
}
# Nobody's name, as the value of an option and as a key of a mapping.
NAMES = {"empty": "", "blank": " ", "spaces around": " somebody ", "e-mail": "somebody@example.org"}
NAMES_OF = {
    "qc": {**NAMES, "number": "12345"},
    "hth": {**NAMES, "slash": "a/b", "control sign": "a\x07b", "too long": "x" * 101},
    "qfield": {**NAMES, "slash": "a/b", "control sign": "a\x07b", "half a team": "@team", "no team": "@acme_org/"},
}
NO_REFERENCES = {
    "qc": {},
    "hth": {"slash": "a/b", "space inside": "a b", "control sign": "a\x07b", "too long": "x" * 101, **OTHER_SHAPES},
    "qfield": {"no slash": "trees", "half a uuid": "550e8400", "too long": HUGE, **OTHER_SHAPES},
}
# Only an answer of the service tells these from what is right: option -> labels, all of them where there are none.
ASKED = {
    "project": (),
    "api_token": ("control sign", *OTHER_SHAPES),
    "token": tuple(OTHER_SHAPES),
    "username": ("nobody", *OTHER_SHAPES),
    "password": ("blank", "wrong", *OTHER_SHAPES),
}
# On QuantConnect, where no alphabet of names is known, they are somebody if they are listed.
UNLISTED = ("spaces around", "e-mail", "number", *OTHER_SHAPES)


# Messages of Ansible that name no option.
NO_MAPPING = ("dictionary requested, could not parse JSON or key=value",)
ANSIBLE_SAYS = {("dict", label): NO_MAPPING for label in ("empty", "word", "word item")}


class Case(NamedTuple):
    """One wrong value: what it changes in arguments that are right, and what the message has to say.

    A path leads into the arguments: ("projects", 1, "exclusive"). With `asks` something may be sent, with `variable`
    the value comes from the environment.
    """

    side: str
    kind: str
    """Which of its modules: that for one collaborator, for many projects, or the one that only reads (info)."""
    option: str
    label: str
    changes: dict[tuple[Any, ...], Any]
    words: tuple[str, ...] = ()
    asks: bool = False
    variable: str = ""

    def __str__(self):
        return "-".join((self.side, self.kind, self.variable or self.option, self.label))


def spec_of(side, kind):
    return SPECS[kind](SERVICES[side])


def options(spec, path=()):
    """Every option: its path and what it is; of a list of mappings it is the second that goes wrong."""
    for name, option in spec.items():
        yield (*path, name), option
        yield from options(option.get("options", {}), (*path, name, 1))


def right(side, kind):
    """Arguments that add somebody to one project or to two, or read two; address and credentials come later."""
    world = SIDES[side]
    name, access = world.newcomer, world.wanted[world.newcomer]
    if kind == "info":
        return {"projects": list(SPELLINGS[side])}
    if kind == "many":
        return {"projects": [{"project": project, "collaborators": {name: access}} for project in SPELLINGS[side]]}
    fields = access if isinstance(access, dict) else {"role": access}
    return {"project": world.project, "collaborator": name, "state": "present", **fields}


def wrong_values(side, name, option):
    """Label -> value, of an option by itself."""
    values = {**UNFIT[option["type"]], **MEANINGLESS.get(name, {})}
    if option["type"] == "list":
        values.update(UNFIT_ELEMENTS[option["elements"]])
    if name == "collaborator":
        values.update(NAMES_OF[side], **OTHER_SHAPES)
    if "choices" in option:
        values.update({"no choice": "perhaps", "capitals": option["choices"][0].upper(), **OTHER_SHAPES})
    if is_needed(side, name, option):
        values["null"] = None
    elif option["type"] == "str" and "choices" not in option and name != "collaborator":
        # An optional text may come from a variable that is empty. Of that of nobody everybody would be looked for.
        del values["empty"]
    return values


def is_needed(side, name, option):
    """Whether null is no value of the option; Ansible puts no default in its place."""
    needed = SERVICES[side].options.get(name, {}).get("needed")
    return bool(needed or option.get("required") or option.get("choices") or option.get("default") is not None)


def wrong(side, kind):
    """All wrong values of a module."""
    spec = spec_of(side, kind)
    for path, option in options(spec):
        name, place = path[-1], path[:-1]
        for label, value in wrong_values(side, name, option).items():
            # Ansible itself converts what is no text, and names the list alone.
            exact = option["type"] == "str" and value is not None
            words = ANSIBLE_SAYS.get((option.get("elements"), label)) or (name, *places(place, exact))
            asks = name in ASKED and label in (ASKED[name] or MEANINGLESS[name])
            if side == "qc" and name == "collaborator" and label in UNLISTED:
                if kind == "info" and label == "number":
                    # Nobody is added: it is an account that is nowhere.
                    continue
                asks = True
            case = Case(side, kind, name, label, {path: value}, words, asks)
            yield case
            if isinstance(value, str):
                variables = option.get("fallback", (None, ()))[1]
                yield from (case._replace(variable=variable) for variable in variables)
        if option.get("required") or SERVICES[side].options.get(name, {}).get("needed"):
            yield Case(side, kind, name, "left out", {path: LEFT_OUT}, (name, *places(place, False)))
    for place in dict.fromkeys(path[:-1] for path, _option in options(spec)):
        changes, words = {(*place, "no_such_option"): 1}, ("no_such_option", *places(place, False))
        yield Case(side, kind, "unknown option", str(len(place)), changes, words)
    yield from wrong_members(side) if kind == "many" else ()
    yield from wrong_references(side) if kind == "info" else ()
    yield from wrong_combinations(side, kind)


def wrong_members(side):
    """What goes wrong inside of a mapping from collaborator to access."""
    place = ("projects", 1, "collaborators")
    for label, name in NAMES_OF[side].items():
        words = ("collaborator", *places(place[:2]), repr(name))
        asks = side == "qc" and label in UNLISTED
        yield Case(side, "many", "name", label, {(*place, name): SIDES[side].other_access}, words, asks)
    for label, access in wrong_access(side).items():
        words = ("collaborator", "somebody", *places(place[:2]))
        yield Case(side, "many", "access", label, {(*place, "somebody"): access}, words)


def wrong_references(side):
    """What can mean no project, in a list of projects. On QuantConnect anything can be a name."""
    for label, written in NO_REFERENCES[side].items():
        yield Case(side, "info", "projects", label, {("projects", 1): written}, ("projects[1]",), asks=True)


def wrong_access(side):
    """Label -> what is no access for anybody."""
    first, *_others = fields = SERVICES[side].scale.fields
    word = first.choices[0]
    values = {"empty": "", "blank": " ", "null": None, "true": True, "number": 5, "word": "perhaps"}
    values |= {"capitals": word.upper(), "list": [word], "unknown key": {"rights": word}, "number as key": {1: word}}
    for field in fields:
        kind = "bool" if field.is_bool else "str"
        unfit = {**UNFIT[kind], **OTHER_SHAPES, "null": None, "word": "perhaps", "absent": "absent"}
        values |= {f"{field.name} {label}": {field.name: value} for label, value in unfit.items()}
    return values


def wrong_combinations(side, kind):
    """Values that are right by themselves, but not together."""
    world = SIDES[side]
    (project, spellings), _other = SPELLINGS[side].items()
    if side == "qfield":
        login = {("username",): "john_doe", ("password",): SECRET}
        for label, changes in {
            "token and password": login,
            "token and password alone": {("password",): SECRET},
            "username alone": {("token",): LEFT_OUT, ("username",): "john_doe"},
            "password alone": {("token",): LEFT_OUT, ("password",): SECRET},
            "no credentials": {("token",): LEFT_OUT},
        }.items():
            yield Case(side, kind, "credentials", label, changes, ("token", "password"))
    if kind != "many":
        return
    second = ("projects", 1)
    for written in (project, *spellings):
        words = ("projects[0]", "projects[1]", "same project")
        yield Case(side, kind, "same project twice", written, {(*second, "project"): written}, words, asks=True)
    if SERVICES[side].folds_case:
        name = world.newcomer.upper()
        twice = {(*second, "collaborators", name): world.other_access}
        yield Case(side, kind, "same collaborator twice", name, twice, ("projects[1]", name, "same account"), asks=True)
    nobody = {(*second, "collaborators"): {}, (*second, "exclusive"): True}
    yield Case(side, kind, "exclusive", "with nobody to keep", nobody, ("exclusive", "projects[1]"), asks=True)


def places(place, exact=True):
    """How a message tells where: C(projects[1])."""
    return (f"{place[0]}[{place[1]}]" if exact else place[0],) if place else ()


def conversions(name, option, given):
    """What is taken for a value that is right: pairs of what is written and what it means.

    `given` is the value in the arguments, None for none.
    """
    meant = {"bool": [True, False], "list": [given or PROTECTED]}.get(option["type"], [given])
    if "choices" in option or meant == [None]:
        meant = []
    for value in meant:
        for written in CONVERTED[option["type"]](value):
            if name in TRIMMED or written != f" {value} ":
                yield written, value
    if not {"default", "required", "choices"}.intersection(option):
        yield None, LEFT_OUT
