# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWX accepts, as its sources say it (awx/main/fields.py, constants.py, api/views, api/serializers).

Each function returns what AWX would refuse, a line each.
"""

from __future__ import annotations

import re
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jsonschema import Draft202012Validator

NAME = "^[a-zA-Z_]+[a-zA-Z0-9_]*$"
TEXT = {"type": "string"}
FLAG = {"type": "boolean"}
INPUTS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "required": {"type": "array", "items": TEXT},
        "fields": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "label"],
                "properties": {
                    "id": {"type": "string", "pattern": NAME},
                    "label": TEXT,
                    "help_text": TEXT,
                    "type": {"enum": ["string", "boolean"]},
                    "format": {"enum": ["ssh_private_key", "url"]},
                    "choices": {"type": "array", "minItems": 1, "items": TEXT, "uniqueItems": True},
                    "multiline": FLAG,
                    "secret": FLAG,
                    "ask_at_runtime": FLAG,
                    "default": {},
                },
            },
        },
    },
}
INJECTORS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "file": {
            "type": "object",
            "additionalProperties": False,
            "patternProperties": {r"^template(\.[a-zA-Z_]+[a-zA-Z0-9_]*)?$": TEXT},
        },
        "env": {
            "type": "object",
            "additionalProperties": False,
            "patternProperties": {NAME: {"type": "string", "pattern": "^[\x00-\x7f]*$"}},
        },
        "extra_vars": {"type": "object", "additionalProperties": False, "patternProperties": {NAME: TEXT}},
    },
}
FORBIDDEN_VARIABLES = frozenset(
    [
        *("VIRTUAL_ENV", "PATH", "PYTHONPATH", "SUPERVISOR_WEB_CONFIG_PATH", "AWX_HOST", "REST_API_URL"),
        *("JOB_ID", "INVENTORY_ID", "INVENTORY_SOURCE_ID", "INVENTORY_UPDATE_ID", "AD_HOC_COMMAND_ID", "MAX_EVENT_RES"),
        *("CALLBACK_QUEUE", "CALLBACK_CONNECTION", "CACHE", "JOB_CALLBACK_DEBUG", "INVENTORY_HOSTVARS"),
        *("PROJECT_REVISION", "REST_API_TOKEN"),
    ]
)
# Only for fields of type string.
OF_STRINGS = ("choices", "multiline", "format", "secret")
ANSWERS = {
    "text": str,
    "textarea": str,
    "password": str,
    "multiplechoice": str,
    "multiselect": str,
    "integer": int,
    "float": float,
}


def of_schema(value: Any, schema: dict[str, Any]) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(value)]


def of_credential_type(inputs: dict[str, Any], injectors: dict[str, Any]) -> list[str]:
    problems = of_schema(inputs, INPUTS) + of_schema(injectors, INJECTORS)
    return problems or of_fields(inputs) + of_templates(inputs, injectors)


def of_fields(inputs: dict[str, Any]) -> list[str]:
    fields = inputs.get("fields", [])
    names = [field["id"] for field in fields]
    problems = [f"{name}: is a reserved name" for name in names if name == "tower"]
    problems += [f"{name}: stands there twice" for name in sorted(set(names)) if names.count(name) > 1]
    problems += [f"required: {name} is no field" for name in inputs.get("required", []) if name not in names]
    for field in fields:
        kind = field.get("type", "string")
        problems += [
            f"{field['id']}: {key} is only for strings" for key in OF_STRINGS if key in field and kind != "string"
        ]
        if "default" in field and not isinstance(field["default"], {"string": str, "boolean": bool}[kind]):
            problems.append(f"{field['id']}: the default is no {kind}")
    return problems


def of_templates(inputs: dict[str, Any], injectors: dict[str, Any]) -> list[str]:
    """The templates may name the declared fields only, and do nothing that the sandbox forbids."""
    known = {field["id"]: "EXAMPLE" for field in inputs.get("fields", [])}
    sandbox = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    problems = []
    for variable in injectors.get("env", {}):
        if variable.startswith("ANSIBLE_") or variable in FORBIDDEN_VARIABLES:
            problems.append(f"{variable}: may not be set by a credential")
    for templates in injectors.values():
        for name, template in templates.items():
            try:
                sandbox.from_string(template).render(known)
            except TemplateError as error:
                problems.append(f"{name}: {error}")
    return problems


def of_survey(survey: dict[str, Any]) -> list[str]:
    problems = [
        f"{key}: is missing or of the wrong type"
        for key, kind in (("name", str), ("description", str), ("spec", list))
        if not isinstance(survey.get(key), kind)
    ]
    if problems:
        return problems
    if not survey["spec"]:
        return ["spec: has no question"]
    variables = [question.get("variable") for question in survey["spec"]]
    problems = [f"{name}: is asked for twice" for name in set(variables) if variables.count(name) > 1]
    for question in survey["spec"]:
        problems += [f"{question.get('variable')}: {problem}" for problem in of_question(question)]
    return problems


def of_question(question: dict[str, Any]) -> list[str]:
    wanted = {"type": str, "question_name": str, "variable": str, "required": bool}
    problems = [
        f"{key} is missing or of the wrong type"
        for key, kind in wanted.items()
        if not isinstance(question.get(key), kind)
    ]
    if problems:
        return problems
    if question["type"] not in ANSWERS:
        return [f"there is no type {question['type']}"]
    default = question.get("default", "")
    if default != "" and not isinstance(default, ANSWERS[question["type"]]):
        problems.append(f"the default is no {question['type']}")
    problems += [f"{key} is no whole number" for key in ("min", "max") if not isinstance(question.get(key, 0), int)]
    if question["type"] in ("multiplechoice", "multiselect"):
        choices, defaults = question.get("choices"), str(default).split("\n") if default else []
        choices = choices.splitlines() if isinstance(choices, str) else choices
        if not choices:
            return [*problems, "there are no choices"]
        problems += [f"the default {value} is no choice" for value in defaults if value not in choices]
        if question["type"] == "multiplechoice" and len(defaults) > 1:
            problems.append("more than one default")
    return problems


def of_rule(rule: str) -> list[str]:
    """Of the iCalendar rule of a schedule."""
    problems = []
    starts = re.findall(r"DTSTART(;[^:]+)?:\d{8}T\d{6}(Z?)", rule)
    if len(starts) != 1:
        problems.append("exactly one DTSTART is needed")
    elif not any(starts[0]):
        problems.append("DTSTART needs a time zone, or Z at its end")
    rules = re.findall(r"RRULE:(\S*)", rule)
    if not rules:
        problems.append("an RRULE is needed")
    for one in rules:
        parts = dict(part.partition("=")[::2] for part in one.split(";"))
        if parts.get("FREQ") not in ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY"):
            problems.append(f"FREQ may not be {parts.get('FREQ')}")
        if "INTERVAL" not in parts:
            problems.append("INTERVAL is needed")
        if "COUNT" in parts and "UNTIL" in parts:
            problems.append("COUNT and UNTIL together are not supported")
        if int(parts.get("COUNT", 0)) > 999:
            problems.append("COUNT may be 999 at most")
        if re.match(r"\d", parts.get("BYDAY", "")):
            problems.append("BYDAY with a number is not supported")
    problems += [f"{word} is not supported" for word in ("EXDATE", "RDATE") if word in rule]
    return problems
