# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad connection options end in one clear error, before any request (all nine modules)."""

from __future__ import annotations

import json
import sys

import pytest
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.network import says, wire
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import SIDES
from ansible_collections.rollcall.collaborators.tests.unit.plugins.running import run

SECRET = "s3cret-of-somebody"
HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
VARIABLES = {
    "qc": {
        "api_url": ["QUANTCONNECT_API_URL"],
        "user_id": ["QUANTCONNECT_USER_ID", "QC_USER_ID"],
        "api_token": ["QUANTCONNECT_API_TOKEN", "QC_API_TOKEN"],
    },
    "hth": {"api_url": ["HTH_HOST"], "company_key": ["HTH_COMPANY_KEY"], "account_key": ["HTH_API_KEY"]},
    "qfield": {
        "api_url": ["QFIELDCLOUD_URL"],
        "token": ["QFIELDCLOUD_TOKEN"],
        "username": ["QFIELDCLOUD_USERNAME"],
        "password": ["QFIELDCLOUD_PASSWORD"],
    },
}
GOOD = {
    "qc": {"api_url": "https://service.example/api/v2", "user_id": "1234567", "api_token": SECRET},
    "hth": {"api_url": "https://service.example", "company_key": SECRET, "account_key": SECRET},
    "qfield": {"api_url": "https://service.example", "token": SECRET},
}
BAD_TOKEN = {"qc": "api_token", "hth": "account_key", "qfield": "token"}
# A project that needs no look-up, and the answer to its list.
PROJECTS = {"qc": "23456789", "hth": "platform", "qfield": "550e8400-e29b-41d4-a716-446655440002"}
EMPTY = {
    "qc": {"success": True, "collaborators": []},
    "hth": {"metadata": {"more_results": False}, "results": []},
    "qfield": [],
}

each_service = pytest.mark.parametrize("service", SIDES)
each_module = pytest.mark.parametrize("kind", ["one", "many", "info"])


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch):
    for options in VARIABLES.values():
        for names in options.values():
            for name in names:
                monkeypatch.delenv(name, raising=False)


def start(service, kind, options):
    """Run a module that takes somebody off a project, or reads it."""
    side, project = SIDES[service], PROJECTS[service]
    if kind == "info":
        return run(side.info, projects=[project], **options)
    if kind == "many":
        return run(side.many, projects=[{"project": project, "collaborators": {"norris": "absent"}}], **options)
    return run(side.one, project=project, collaborator="norris", state="absent", **options)


def refused(service, kind, options):
    """The message of a run that has to fail without a request; nothing of it may show the secret."""
    with wire():
        result = start(service, kind, options)
    assert (result["failed"], result.get("changed", False)) == (True, False)
    assert SECRET not in json.dumps(result)
    return result["msg"]


def refused_as_bad_input(service, kind, options):
    with wire():
        result = start(service, kind, options)
    assert result.get("error", {}).get("kind") == "bad_input", result["msg"]
    return refused(service, kind, options)


@each_service
@each_module
def test_good_options_send_their_one_request(service, kind):
    with wire(says(EMPTY[service])) as sent:
        result = start(service, kind, GOOD[service])
    assert (result["failed"], result["changed"], len(sent)) == (False, False, 1)
    assert SECRET not in json.dumps(result)


@each_service
@each_module
@pytest.mark.parametrize("secret", ["on", "nor", "norris", "present"])
def test_a_secret_that_is_a_name_or_no_secret_blanks_out_nothing(service, kind, secret):
    secrets = {name: secret for name, value in GOOD[service].items() if value == SECRET}
    with wire(says(EMPTY[service])):
        usual = start(service, kind, GOOD[service])
    with wire(says(EMPTY[service])):
        result = start(service, kind, {**GOOD[service], **secrets})
    assert result == usual
    assert dict.fromkeys(secrets, HIDDEN).items() <= result["invocation"]["module_args"].items()


@each_service
@each_module
def test_a_secret_that_the_project_is_called_blanks_out_nothing(service, kind):
    secrets = {name: PROJECTS[service] for name, value in GOOD[service].items() if value == SECRET}
    with wire(says(EMPTY[service])):
        result = start(service, kind, {**GOOD[service], **secrets})
    assert PROJECTS[service] in json.dumps({**result, "invocation": {}})
    assert HIDDEN not in json.dumps({**result, "invocation": {}})
    assert dict.fromkeys(secrets, HIDDEN).items() <= result["invocation"]["module_args"].items()


@each_service
@each_module
def test_all_of_them_may_come_from_the_environment(monkeypatch, service, kind):
    for position in (0, -1):
        for option, value in GOOD[service].items():
            for name in VARIABLES[service][option]:
                monkeypatch.delenv(name, raising=False)
            monkeypatch.setenv(VARIABLES[service][option][position], value)
        with wire(says(EMPTY[service])) as sent:
            assert not start(service, kind, {})["failed"]
        assert sent[0].url.startswith("https://service.example/")
        assert service == "qc" or SECRET in sent[0].headers["Authorization"]


@pytest.mark.parametrize(
    ("service", "option"),
    [("qc", "user_id"), ("qc", "api_token"), ("hth", "api_url"), ("hth", "company_key"), ("hth", "account_key")],
)
@pytest.mark.parametrize("blank", [None, ""])
@each_module
def test_a_missing_option_is_named_with_its_environment_variable(service, kind, option, blank):
    said = refused_as_bad_input(service, kind, {**GOOD[service], option: blank})
    assert [word for word in (option, *VARIABLES[service][option]) if word not in said] == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, ["QFIELDCLOUD_TOKEN", "QFIELDCLOUD_USERNAME", "QFIELDCLOUD_PASSWORD"]),
        ({"username": "john_doe"}, ["QFIELDCLOUD_PASSWORD"]),
        ({"password": SECRET}, ["QFIELDCLOUD_USERNAME"]),
        ({"token": "", "username": "", "password": ""}, ["QFIELDCLOUD_TOKEN"]),
        ({"token": SECRET, "password": SECRET}, ["both", "token", "password"]),
        ({"token": SECRET, "username": "john_doe", "password": SECRET}, ["both", "token", "password"]),
    ],
)
@each_module
def test_qfield_takes_a_token_or_a_password(kind, given, words):
    said = refused_as_bad_input("qfield", kind, {"api_url": "https://service.example", **given})
    assert [word for word in words if word not in said] == []


@each_module
def test_a_token_in_the_task_and_a_password_in_the_environment_are_both_given(monkeypatch, kind):
    monkeypatch.setenv("QFIELDCLOUD_USERNAME", "john_doe")
    monkeypatch.setenv("QFIELDCLOUD_PASSWORD", SECRET)
    assert "both" in refused_as_bad_input("qfield", kind, GOOD["qfield"])


@pytest.mark.parametrize(
    ("service", "option", "value"),
    [
        ("qc", "user_id", "sim_owner"),
        ("qc", "user_id", "sim_owner@example.org"),
        ("qc", "user_id", "12 34"),
        ("qc", "user_id", "12.5"),
        ("qc", "api_token", " "),
        ("qc", "api_token", f"{SECRET} {SECRET}"),
        *(
            ("hth", key, f"{SECRET}{sign}{SECRET}")
            for key in ("company_key", "account_key")
            for sign in ("'", '"', ",", " ", "\n")
        ),
        ("qfield", "token", f"{SECRET} {SECRET}"),
        ("qfield", "token", f"{SECRET}\n{SECRET}"),
        ("qfield", "token", f"Token {SECRET}"),
        ("qfield", "token", f"{SECRET}\u00e9"),
    ],
)
@each_module
def test_credentials_that_cannot_be_right(service, kind, option, value):
    assert option in refused_as_bad_input(service, kind, {**GOOD[service], option: value})


@pytest.mark.parametrize(
    "url",
    [
        "service.example",
        "ftp://service.example",
        "https://",
        "http://service.example",
        "https://service.example/?key=1",
        "https://service.example:port",
        "https://[::1",
        f"https://john_doe:{SECRET}@service.example/",
        f"john_doe:{SECRET}@service.example",
    ],
)
@each_service
@each_module
def test_an_address_that_cannot_be_right(service, kind, url):
    with wire():
        result = start(service, kind, {**GOOD[service], "api_url": url})
    assert (result["failed"], result["error"]["kind"]) == (True, "bad_input")
    assert "api_url" in result["msg"]
    assert SECRET not in result["msg"] + json.dumps(result["error"])


@pytest.mark.parametrize(
    ("option", "value"),
    [("retries", -1), ("timeout", 0), ("timeout", -1.5), ("deadline", 0), ("deadline", -1)],
)
@each_service
@each_module
def test_numbers_out_of_their_range(service, kind, option, value):
    assert option in refused_as_bad_input(service, kind, {**GOOD[service], option: value})


@pytest.mark.parametrize("value", [0, -8])
@pytest.mark.parametrize("kind", ["many", "info"])
@each_service
def test_no_worker_at_all(service, kind, value):
    assert "concurrency" in refused_as_bad_input(service, kind, {**GOOD[service], "concurrency": value})


@pytest.mark.parametrize(("option", "value"), [("retries", "some"), ("timeout", "soon"), ("validate_certs", "perhaps")])
@each_service
@each_module
def test_options_of_the_wrong_type(service, kind, option, value):
    assert option in refused(service, kind, {**GOOD[service], option: value})


@each_service
@each_module
def test_an_authority_file_that_does_not_exist(service, kind, tmp_path):
    assert "ca_path" in refused_as_bad_input(service, kind, {**GOOD[service], "ca_path": str(tmp_path / "missing.pem")})


@each_service
@each_module
def test_a_python_without_requests_says_so_and_where(monkeypatch, service, kind):
    monkeypatch.setitem(sys.modules, "requests", None)
    result = start(service, kind, GOOD[service])
    assert result["failed"]
    assert "requests" in result["msg"]
    assert sys.executable in result["msg"]
