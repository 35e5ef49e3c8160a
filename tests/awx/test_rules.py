# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWX refuses is refused by the fake one, too: else it would prove nothing that it takes what it is sent."""

from __future__ import annotations

import pytest
from rules import of_credential_type, of_rule, of_survey

FIELD = {"id": "token", "label": "Token", "type": "string", "secret": True}
QUESTION = {"question_name": "Person", "variable": "person", "type": "text", "required": True}


@pytest.mark.parametrize(
    ("field", "env", "problem"),
    [
        ({"format": "e-mail"}, {}, "is not one of"),
        ({"hidden": True}, {}, "Additional properties"),
        ({"id": "a-b"}, {}, "does not match"),
        ({"id": "tower"}, {}, "reserved"),
        ({"type": "boolean"}, {}, "only for strings"),
        ({"default": True}, {}, "the default is no string"),
        ({}, {"1TOKEN": "x"}, "does not match"),
        ({}, {"TOKEN": "ä"}, "does not match"),
        ({}, {"ANSIBLE_VAULT_IDENTITY": "{{ token }}"}, "may not be set"),
        ({}, {"PATH": "{{ token }}"}, "may not be set"),
        ({}, {"TOKEN": "{{ tokn }}"}, "undefined"),
        ({}, {"TOKEN": "{{ token "}, "unexpected"),
        ({}, {"TOKEN": "{{ token.__class__.__mro__ }}"}, "unsafe"),
    ],
)
def test_credential_types(field, env, problem):
    assert of_credential_type({"fields": [FIELD]}, {"env": {"TOKEN": "{{ token }}"}}) == []
    [found] = of_credential_type({"fields": [{**FIELD, **field}]}, {"env": env})
    assert problem in found


def test_required_fields_exist_and_ids_are_used_once():
    found = of_credential_type({"fields": [FIELD, FIELD], "required": ["name"]}, {})
    assert found == ["token: stands there twice", "required: name is no field"]


@pytest.mark.parametrize(
    ("question", "problem"),
    [
        ({"type": "list"}, "there is no type list"),
        ({"required": "yes"}, "required is missing or of the wrong type"),
        ({"max": "200"}, "max is no whole number"),
        ({"type": "integer", "default": "3"}, "the default is no integer"),
        ({"type": "multiselect"}, "there are no choices"),
        ({"type": "multiselect", "choices": ["a"], "default": "a\nb"}, "the default b is no choice"),
        ({"type": "multiplechoice", "choices": "a\nb", "default": "a\nb"}, "more than one default"),
    ],
)
def test_surveys(question, problem):
    assert of_survey({"name": "", "description": "", "spec": [QUESTION]}) == []
    assert of_survey({"name": "", "description": "", "spec": [{**QUESTION, **question}]}) == [f"person: {problem}"]


@pytest.mark.parametrize(
    ("survey", "problem"),
    [
        ({"name": "", "spec": [QUESTION]}, "description: is missing or of the wrong type"),
        ({"name": "", "description": "", "spec": []}, "spec: has no question"),
        ({"name": "", "description": "", "spec": [QUESTION, QUESTION]}, "person: is asked for twice"),
    ],
)
def test_whole_surveys(survey, problem):
    assert of_survey(survey) == [problem]


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ("RRULE:FREQ=DAILY;INTERVAL=1", "exactly one DTSTART is needed"),
        ("DTSTART:20300308T050000 RRULE:FREQ=DAILY;INTERVAL=1", "DTSTART needs a time zone, or Z at its end"),
        ("DTSTART:20300308T050000Z", "an RRULE is needed"),
        ("DTSTART:20300308T050000Z RRULE:FREQ=DAILY", "INTERVAL is needed"),
        ("DTSTART:20300308T050000Z RRULE:FREQ=SECONDLY;INTERVAL=5", "FREQ may not be SECONDLY"),
        ("DTSTART:20300308T050000Z RRULE:FREQ=DAILY;INTERVAL=1;COUNT=1000", "COUNT may be 999 at most"),
        ("DTSTART:20300308T050000Z RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=5MO", "BYDAY with a number is not supported"),
    ],
)
def test_schedules(rule, problem):
    assert of_rule("DTSTART;TZID=Europe/Berlin:20300308T050000 RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=MO") == []
    assert of_rule(rule) == [problem]
