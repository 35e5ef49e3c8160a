# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options in: argument specifications from what a service declares, wishes and rules from parameters."""

from __future__ import annotations

import os
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Set, Type

from ansible.module_utils.basic import env_fallback
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import BadInput
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.model import (
    ABSENT,
    Field,
    Removals,
    Rules,
    Wish,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.service import Service
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.redact import SHORTEST

Spec = Dict[str, Dict[str, Any]]

CONCURRENCY = {"type": "int", "default": 8}
# The smallest values that make sense.
LEAST = {"timeout": 0.1, "deadline": 0.1, "retries": 0, "concurrency": 1, "requests_per_second": 0.01}
# Python's sockets take no more seconds than about this; it also keeps out what is no number.
MOST = 10**9
# Ansible's own word for a credential.
HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


def collaborator_spec(service: Type[Service]) -> Spec:
    """The options of a module for one collaborator on one project."""
    spec = _connection_spec(service)
    spec.update((field.name, _field_spec(field)) for field in service.scale.fields)
    spec.update(
        project={"type": "str", "required": True},
        collaborator={"type": "str", "required": True},
        state={"type": "str", "choices": ["present", ABSENT], "default": "present"},
        allow_self={"type": "bool", "default": False},
    )
    return spec


def collaborators_spec(service: Type[Service]) -> Spec:
    """The options of a module for the member lists of many projects."""
    spec = _connection_spec(service)
    spec.update(
        projects={
            "type": "list",
            "elements": "dict",
            "required": True,
            "options": {
                "project": {"type": "str", "required": True},
                "collaborators": {"type": "dict", "required": True},
                "exclusive": {"type": "bool", "default": False},
            },
        },
        max_removals={"type": "str", "default": str(Removals())},
        protect={"type": "list", "elements": "str", "default": []},
        allow_self={"type": "bool", "default": False},
        allow_empty={"type": "bool", "default": False},
        concurrency=CONCURRENCY,
        full_result={"type": "bool", "default": False},
    )
    return spec


def collaborator_info_spec(service: Type[Service]) -> Spec:
    """The options of a module that only reads."""
    spec = _connection_spec(service)
    spec.update(service.info_options)
    spec.update(
        projects={"type": "list", "elements": "str"},
        collaborator={"type": "str"},
        concurrency=CONCURRENCY,
    )
    return spec


def check_connection(service: Type[Service], params: Mapping[str, Any]) -> None:
    """Raises BadInput for a connection option that is missing or out of its range."""
    for name, option in service.options.items():
        if option.get("needed") and not params[name]:
            variables = " or ".join(option["env"])
            raise BadInput(
                f"{service.title}: {name} is missing.",
                hint=f"Set it in the task, in module_defaults, or with the environment variable {variables}.",
            )
    for name, least in LEAST.items():
        value = params.get(name)
        if value is not None and not least <= value <= MOST:
            raise BadInput(f"{name} is {value:g}, must be from {least} to {MOST}.")


def masked(spec: Spec, params: Mapping[str, Any], secrets: Iterable[str]) -> Set[str]:
    """Of the secrets those that Ansible is to mask in every text of the result.

    Not parts of ordinary words, and not what the task calls a project or an account too: it would blank out results.
    """
    named = set(_texts([value for name, value in params.items() if not spec[name].get("no_log")]))
    return {secret for secret in secrets if len(secret) >= SHORTEST and secret not in named}


def shown(spec: Spec, params: Mapping[str, Any]) -> Dict[str, Any]:
    """The options for a result: without credentials, whatever they are."""
    return {name: HIDDEN if value and spec[name].get("no_log") else value for name, value in params.items()}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, Mapping)):
        for part in [*value, *value.values()] if isinstance(value, Mapping) else value:
            yield from _texts(part)


def wish_of_one(service: Type[Service], params: Mapping[str, Any]) -> Wish:
    """What a task for one collaborator asks for; access options that are left out stay open."""
    access = None
    if params["state"] != ABSENT:
        names = [field.name for field in service.scale.fields]
        access = {name: params[name] for name in names if params[name] is not None}
    return Wish(params["project"].strip(), {params["collaborator"]: access})


def wishes_of_many(service: Type[Service], params: Mapping[str, Any]) -> List[Wish]:
    """What C(projects) asks for; raises one BadInput that names every entry that cannot be understood."""
    wishes: List[Wish] = []
    problems: List[str] = []
    for index, entry in enumerate(params["projects"]):
        where = f"projects[{index}]"
        collaborators = {}
        for name, written in entry["collaborators"].items():
            try:
                collaborators[name] = service.scale.parse(written)
            except ValueError as error:
                problems.append(f"{where} ({entry['project']}), collaborator {name}: {error}")
        wishes.append(Wish(entry["project"].strip(), collaborators, entry["exclusive"], where))
    if problems:
        raise BadInput("; ".join(problems) + ".")
    return wishes


def account_of(service: Service, params: Mapping[str, Any]) -> Optional[str]:
    """The account that a module which only reads looks for; raises BadInput for one that no account can have."""
    account: Optional[str] = params["collaborator"]
    problem = None if account is None else service.check_collaborator(account)
    if problem:
        raise BadInput(f"collaborator: {account!r} cannot be a collaborator: {problem}")
    return account


def rules_of(params: Mapping[str, Any]) -> Rules:
    """The safety rules; a task for one collaborator has only C(allow_self)."""
    for index, name in enumerate(params.get("protect", ())):
        if not name.strip():
            raise BadInput(
                f"protect[{index}] is blank and would protect nobody.", hint="Did a variable come out empty?"
            )
    return Rules(
        max_removals=Removals.parse(params.get("max_removals", str(Removals()))),
        protect=frozenset(params.get("protect", ())),
        allow_self=params["allow_self"],
        allow_empty=params.get("allow_empty", False),
    )


def _connection_spec(service: Type[Service]) -> Spec:
    spec: Spec = {
        "validate_certs": {"type": "bool", "default": True},
        "ca_path": {"type": "path"},
        "allow_http": {"type": "bool", "default": False},
        "retries": {"type": "int", "default": 4},
        "deadline": {"type": "float", "default": 1800},
        "requests_per_second": {"type": "float"},
    }
    for name, option in service.options.items():
        spec[name] = {"type": "str", **{key: value for key, value in option.items() if key not in ("env", "needed")}}
        if "env" in option:
            spec[name]["fallback"] = (_from_environment, list(option["env"]))
    return spec


def _from_environment(*names: str) -> Any:
    """The first that is not empty: AWX sets an empty variable for each field of a credential that is left empty."""
    return env_fallback(*(name for name in names if os.environ.get(name)))


def _field_spec(field: Field) -> Dict[str, Any]:
    return {"type": "bool"} if field.is_bool else {"type": "str", "choices": list(field.choices)}
