# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From parameters to wishes and rules; bad input names its place, all of it at once."""

from __future__ import annotations

import math

import pytest
from ansible.module_utils.errors import AnsibleFallbackNotFound
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible import arguments
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import BadInput
from ansible_collections.rollcall.collaborators.plugins.module_utils._services.helix_teamhub import HelixTeamHub
from ansible_collections.rollcall.collaborators.plugins.module_utils._services.qfieldcloud import QFieldCloud
from ansible_collections.rollcall.collaborators.plugins.module_utils._services.quantconnect import QuantConnect
from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.settings import Settings

SERVICES = [QuantConnect, HelixTeamHub, QFieldCloud]
SECRETS = {"api_token", "company_key", "account_key", "token", "password"}


def entry(collaborators, project="23456789", exclusive=False):
    return {"project": project, "collaborators": collaborators, "exclusive": exclusive}


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.title)
@pytest.mark.parametrize(
    "make", [arguments.collaborator_spec, arguments.collaborators_spec, arguments.collaborator_info_spec]
)
def test_secrets_are_marked_and_credentials_have_environment_variables(service, make):
    spec = make(service)
    assert {name for name in spec if spec[name].get("no_log")} == SECRETS & set(spec)
    assert set(service.options) - {"timeout"} == {name for name in spec if "fallback" in spec[name]}


def test_an_empty_environment_variable_is_not_set(monkeypatch):
    spec = arguments.collaborator_spec(QuantConnect)
    take, names = spec["user_id"]["fallback"]
    monkeypatch.setenv("QUANTCONNECT_USER_ID", "")
    monkeypatch.setenv("QC_USER_ID", "1234567")
    assert take(*names) == "1234567"

    monkeypatch.setenv("QC_USER_ID", "")
    with pytest.raises(AnsibleFallbackNotFound):
        take(*names)


@pytest.mark.parametrize(
    ("service", "own"), [(QuantConnect, "emails"), (HelixTeamHub, "emails"), (QFieldCloud, "inherited")]
)
def test_a_module_that_only_reads_has_no_option_that_changes_anything(service, own):
    spec = arguments.collaborator_info_spec(service)
    connection = set(arguments.collaborator_spec(service)) & set(arguments.collaborators_spec(service)) - {"allow_self"}
    assert set(spec) - connection == {"projects", "collaborator", "concurrency", own}
    assert spec[own] == {"type": "bool", "default": False}


@pytest.mark.parametrize(
    ("name", "problem"),
    [("jane@example.org", "e-mail"), ("", "blank"), (" ", "blank"), (" jane", "blank"), ("@team", "organization/team")],
)
def test_an_account_that_nobody_can_have_is_not_looked_for(name, problem):
    service = QFieldCloud(Settings("https://service.example"), token="token")
    with pytest.raises(BadInput, match=rf"^collaborator: '{name}' cannot be a collaborator: .*{problem}"):
        arguments.account_of(service, {"collaborator": name})
    assert arguments.account_of(service, {"collaborator": "@acme_org/crew"}) == "@acme_org/crew"
    assert arguments.account_of(service, {"collaborator": None}) is None


def test_short_and_long_access():
    written = {"amy": "write", "bob": {"live_control": "yes"}, "eve": "absent", "kim": {}}
    (wish,) = arguments.wishes_of_many(QuantConnect, {"projects": [entry(written, exclusive=True)]})
    assert (wish.project, wish.exclusive, wish.where) == ("23456789", True, "projects[0]")
    assert wish.collaborators == {"amy": {"permission": "write"}, "bob": {"live_control": True}, "eve": None, "kim": {}}


@pytest.mark.parametrize(
    ("service", "written", "problem"),
    [
        (QFieldCloud, "king", "role is 'king', must be one of: reader, reporter, editor, manager, admin"),
        (QFieldCloud, "Reader", "role is 'Reader'"),
        (QFieldCloud, None, "None is no access, write one of reader, .*absent"),
        (HelixTeamHub, "admin", "role is 'admin', must be one of: guest, developer, master"),
        (HelixTeamHub, 3, "3 is no access"),
        (QuantConnect, {"live_control": 2}, "live_control is 2, must be one of: true or false"),
        (QuantConnect, {"permission": "execute"}, "permission is 'execute'"),
        (QuantConnect, {"write": True}, "unknown key write"),
        (QuantConnect, ["read"], "is no access"),
    ],
)
def test_access_that_makes_no_sense_names_its_place(service, written, problem):
    with pytest.raises(BadInput, match=rf"projects\[1\] \(p\), collaborator bob: .*{problem}"):
        arguments.wishes_of_many(service, {"projects": [entry({}), entry({"bob": written}, "p")]})


def test_all_problems_come_at_once():
    projects = [entry({"amy": "king"}), entry({"bob": "queen"})]
    with pytest.raises(BadInput, match=r"(?s)projects\[0\].*amy.*projects\[1\].*bob"):
        arguments.wishes_of_many(QFieldCloud, {"projects": projects})


def test_one_collaborator_leaves_open_what_is_not_given():
    params = {
        "project": " 23456789 ",
        "collaborator": "amy",
        "state": "present",
        "permission": None,
        "live_control": True,
    }
    wish = arguments.wish_of_one(QuantConnect, params)
    assert (wish.label, wish.collaborators) == ("23456789", {"amy": {"live_control": True}})
    assert arguments.wish_of_one(QuantConnect, {**params, "state": "absent"}).collaborators == {"amy": None}


@pytest.mark.parametrize("option", ["timeout", "deadline", "retries", "concurrency", "requests_per_second"])
@pytest.mark.parametrize("value", [-1, math.nan, math.inf, 1e300])
def test_numbers_out_of_range(option, value):
    params = {"timeout": 1.0, "deadline": 1.0, "retries": 0, "concurrency": 1, "requests_per_second": None}
    arguments.check_connection(QFieldCloud, params)
    with pytest.raises(BadInput, match=rf"{option} is {value:g}, must be from".replace("+", r"\+")):
        arguments.check_connection(QFieldCloud, {**params, option: value})


@pytest.mark.parametrize("blank", ["", " "])
def test_a_blank_name_protects_nobody_and_is_refused(blank):
    with pytest.raises(BadInput, match=r"protect\[1\] is blank"):
        arguments.rules_of({"protect": ["amy", blank], "allow_self": False})
