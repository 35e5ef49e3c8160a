# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One playbook, run in Ansible's own process and as modules: the same results to the last key, and the same output."""

from __future__ import annotations

import datetime
import json
import re

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.rollcall.collaborators.tests.in_process.playing import Unsafe, Vaulted, play, task
from ansible_collections.rollcall.collaborators.tests.reliability.playbook import credentials_for_all

VAULT_PASSWORD = "the-password-of-the-vault"
# Stands where a credential could: under a misspelt option, and as a credential that the service refuses.
SECRET = "s3cret-0f-somebody"
QC = {"project": "23456790", "collaborator": "mia-ai"}


def vaulted(text):
    secret = VaultSecret(VAULT_PASSWORD.encode())
    return Vaulted(VaultLib([("default", secret)]).encrypt(text, secret).decode())


VARIABLES = {
    "team": {"mia-ai": {"permission": "{{ permission }}", "live_control": True}, "johnny_walker": "absent"},
    "permission": vaulted("write"),
    "person": vaulted("norris"),
    "secret": SECRET,
    "unsafe": Unsafe("{{ not a template }}"),
    "nested": {"projects": [{"project": "platform", "collaborators": "{{ {person: 'master'} }}"}]},
}
TASKS = [
    task(
        "plan",
        "qc_collaborators",
        {"projects": [{"project": 23456790, "collaborators": "{{ team }}"}]},
        check_mode=True,
    ),
    task(
        "many",
        "qc_collaborators",
        {
            "projects": [{"project": 23456790, "collaborators": "{{ team }}", "exclusive": "yes"}],
            "max_removals": "100%",
            "validate_certs": False,
            "requests_per_second": "50",
            "full_result": True,
        },
        diff=True,
    ),
    task("one", "hth_project_collaborator", {"project": "platform", "collaborator": "{{ person }}", "role": "master"}),
    task(
        "numbers and dates",
        "qc_collaborators",
        {"projects": [{"project": datetime.date(2026, 1, 1), "collaborators": {5: "read"}}]},
    ),
    task(
        "access that is a date",
        "hth_project_collaborators",
        {"projects": [{"project": "platform", "collaborators": {"norris": datetime.date(2026, 1, 1)}}]},
    ),
    task("unsafe", "qc_collaborator", {**QC, "collaborator": "{{ unsafe }}", "permission": "write"}),
    task("templates in variables", "hth_project_collaborators", "{{ nested }}", check_mode=True),
    task("misspelt", "qc_collaborator", {**QC, "api_tokn": "{{ secret }}"}),
    task(
        "misspelt inside",
        "hth_project_collaborators",
        {"projects": [{"project": "platform", "collaborators": {}, "exclusiv": True}]},
    ),
    task("nothing", "hth_project_collaborators"),
    task(
        "wrong types",
        "hth_project_collaborators",
        {"projects": "platform", "retries": "often", "company_key": "{{ secret }}"},
    ),
    task("secret in a message", "qc_collaborator", {**QC, "permission": "{{ secret }}", "api_token": "{{ secret }}"}),
    task(
        "refused by the rules",
        "qc_collaborators",
        {"projects": [{"project": "23456790", "collaborators": {}, "exclusive": True}]},
    ),
    task(
        "refused by the service", "qfield_collaborator_info", {"projects": ["acme_org/trees"], "token": "{{ secret }}"}
    ),
    task(
        "failing at the service",
        "qfield_collaborator",
        {"project": "acme_org/trees", "collaborator": "jane_smith", "role": "editor"},
    ),
    task(
        "not readable",
        "hth_project_collaborator_info",
        {"projects": ["platform", "nope", 77], "collaborator": "norris", "validate_certs": "no"},
    ),
    task("path", "hth_project_collaborator_info", {"api_url": "https://127.0.0.1:1", "retries": 0, "ca_path": "~/x"}),
    task("out of range", "qfield_collaborator_info", {"projects": None, "concurrency": 0, "timeout": "1.5"}),
]
FAILING = {task["name"] for task in TASKS} - {"plan", "many", "one", "templates in variables", "not readable"}


@pytest.fixture(scope="module")
def runs(served, tmp_path_factory):
    """In Ansible's own process, and as modules: the run and its registered results."""
    folder = tmp_path_factory.mktemp("same")
    (folder / "password").write_text(VAULT_PASSWORD)
    registered = [{**one, "register": f"result_{number}"} for number, one in enumerate(TASKS)]
    results = ", ".join(f"result_{number}" for number in range(len(TASKS)))
    content = {"dest": "results.json", "content": "{{ [%s] | to_json }}" % results, "mode": "0600"}
    keep = {"name": "keep", "ansible.builtin.copy": content, "no_log": True}
    common = {
        "hosts": "localhost",
        "gather_facts": False,
        "vars": VARIABLES,
        "module_defaults": credentials_for_all(served),
    }
    plays = [{**common, "ignore_errors": True, "tasks": registered}, {**common, "tasks": [keep]}]
    runs = []
    for here in ("true", "false"):
        for side in served.values():
            side.reset()
        (folder / "results.json").unlink(missing_ok=True)
        served["qfield"].fault("add", fault="status", status=500, body={"detail": "broken"}, times=9)
        environment = {"ANSIBLE_VAULT_PASSWORD_FILE": "password", "HOME": str(folder)}
        extra = ("--extra-vars", f"rollcall_in_process={here}", "-v")
        ended = play(folder, plays, *extra, **environment)
        assert ended.code == 0, ended.stdout + ended.stderr
        names = [task["name"] for task in TASKS]
        runs.append((ended, dict(zip(names, json.loads((folder / "results.json").read_text())))))
    return runs


@pytest.mark.parametrize("name", [task["name"] for task in TASKS])
def test_both_hosts_give_the_same_result(runs, name):
    (_here, here), (_module, module) = runs
    assert here[name] == module[name]
    assert here[name]["failed"] == (name in FAILING), here[name]


def test_both_hosts_print_the_same(runs):
    (here, _results), (module, _same) = runs
    # Where something failed ansible-core names the host of the run, from 2.19 on.
    assert here.stdout.splitlines() == module.stdout.replace("Module failed: ", "Action failed: ").splitlines()
    assert warnings(here.stderr) == warnings(module.stderr.replace("Module failed: ", "Action failed: "))


def warnings(printed):
    """In the order of their texts, which are broken into lines."""
    return sorted(" ".join(text.split()) for text in re.split(r"^(?=\[)", printed, flags=re.MULTILINE))


def test_the_tasks_are_what_they_are_named(runs):
    results = runs[0][1]
    assert "api_tokn" in results["misspelt"]["msg"]
    assert results["many"]["warnings"]
    assert ("/x" in results["path"]["msg"], "~" in results["path"]["msg"]) == (True, False)
    assert results["one"]["after"]["norris"] == "master"
    assert "{{ not a template }}" in results["unsafe"]["msg"]
    assert results["refused by the rules"]["error"]["kind"] == "safety"
    assert results["failing at the service"]["error"]["http_status"] == 500


def test_no_result_shows_a_secret(runs):
    for ended, results in runs:
        for text in (ended.stdout, ended.stderr, json.dumps(results)):
            assert SECRET not in text
