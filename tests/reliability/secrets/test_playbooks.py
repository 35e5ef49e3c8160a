# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that real runs at -vvvv print and leave, searched for the credentials they used.

Some things of Ansible's own are not tried: it shows the lines of a play around a task that fails (so the credentials
are in variables here), the values of the keyword `environment` at -vvv, and ANSIBLE_KEEP_REMOTE_FILES keeps arguments.
"""

from __future__ import annotations

import json
import shutil
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.rollcall.collaborators.tests.fake_services.qfieldcloud_state import PASSWORD
from ansible_collections.rollcall.collaborators.tests.reliability.bad_input.wrong import SERVICES, right
from ansible_collections.rollcall.collaborators.tests.reliability.playbook import COLLECTIONS, ansible_playbook
from ansible_collections.rollcall.collaborators.tests.reliability.secrets.echo import PLACES, echoing
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import SIDES

VAULT_PASSWORD = "the-password-of-the-vault"
PATIENCE = 30  # seconds
WRONG = {
    "qc": {"user_id": "1234567", "api_token": "wr0ng-api-token"},
    "hth": {"company_key": "wr0ng-company-key", "account_key": "wr0ng-account-key"},
    "qfield": {"username": "no_body", "password": "wr0ng p4ss\"w'rd"},
}
MASKED = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
# What else a run leaves: a log, reports, cached facts, results of asynchronous tasks.
OUTPUTS = {
    "ANSIBLE_LOG_PATH": "ansible.log",
    "JUNIT_OUTPUT_DIR": "junit",
    "ANSIBLE_CACHE_PLUGIN_CONNECTION": "facts",
    "ANSIBLE_ASYNC_DIR": "async",
}
SETTINGS = {
    "ANSIBLE_CACHE_PLUGIN": "ansible.builtin.jsonfile",
    "ANSIBLE_CALLBACKS_ENABLED": "ansible.builtin.junit",
    "ANSIBLE_DISPLAY_TRACEBACK": "always",
    "ANSIBLE_INJECT_INVOCATION": "true",
}
# The first thing that every module does with an answer.
BUG = ("def _usable(self, answer: Answer) -> Answer:", "def _usable(self, answer: Answer) -> Answer:\n        1 // 0")


def modules(kinds=("one", "many", "info"), arguments=None, **keywords):
    """A task for each module of these kinds: for one collaborator, for many projects, or only for information."""
    return [
        {
            "name": f"{name} {kind}",
            f"rollcall.collaborators.{module_name(name, kind)}": {
                **right(name, kind),
                **(arguments or {}).get(name, {}),
            },
            "ignore_errors": True,
            **keywords,
        }
        for name in SIDES
        for kind in kinds
    ]


def module_name(name, kind):
    return getattr(SIDES[name], kind).__name__.rpartition(".")[2]


def role():
    lists = {f"project_members_{name}": right(name, "many")["projects"] for name in SIDES}
    include = {"name": "rollcall.collaborators.project_members"}
    return {"name": "Apply the lists", "ansible.builtin.include_role": include, "vars": lists}


def variables(options, prefix):
    """Variables for all options of all services, and the references to them."""
    names = {name: {option: f"{prefix}_{name}_{option}" for option in options[name]} for name in options}
    values = {names[name][option]: value for name in options for option, value in options[name].items()}
    return values, {name: {option: f"{{{{ {names[name][option]} }}}}" for option in names[name]} for name in names}


class Runs:
    """Each method makes a run, and gives the tasks, the defaults of the play, and what else ansible_playbook takes."""

    def __init__(self, folder, sides, echo_url):
        self.folder = folder
        given = {name: {**side.credentials(""), "api_url": side.url} for name, side in sides.items()}
        login = {"username": sides["qfield"].service.world.caller, "password": PASSWORD}
        self.environment_of_all = {
            SERVICES[name].options[option]["env"][-1]: value
            for name, options in given.items()
            for option, value in options.items()
        }
        self.values, self.given = variables(given, "given")
        wrong, self.wrong = variables(
            {name: {**WRONG[name], "api_url": side.url} for name, side in sides.items()}, "wrong"
        )
        other, self.login = variables({"qfield": {**login, "api_url": sides["qfield"].url}}, "login")
        self.hosts = {"localhost": {**self.values, **wrong, **other}}
        self.echo_url = {"api_url": echo_url}

    def options_of_tasks(self):
        return [*modules(arguments=self.given), *modules(["many"], self.wrong)], {}, {"hosts": self.hosts}

    def defaults_of_the_play(self):
        later = {"async": 60, "poll": 1}
        return [*modules(["many"], **later), role()], {**self.given, **self.login}, {"hosts": self.hosts}

    def environment(self):
        return modules(["many"]), {}, self.environment_of_all

    def vault(self):
        """The defaults of the play refer to variables in a file that is encrypted."""
        secret = VaultSecret(VAULT_PASSWORD.encode())
        encrypted = VaultLib([("default", secret)]).encrypt(json.dumps(self.values), secret)
        (self.folder / "vault/group_vars").mkdir(parents=True)
        (self.folder / "vault/group_vars/all.yml").write_bytes(encrypted)
        (self.folder / "vault/password").write_text(VAULT_PASSWORD)
        return [*modules(["one"]), role()], self.given, {"ANSIBLE_VAULT_PASSWORD_FILE": "password"}

    def echoes(self):
        """The server repeats what it was sent."""
        right, wrong = ({name: {**part[name], **self.echo_url} for name in SIDES} for part in (self.given, self.wrong))
        return [*modules(["many", "info"], right), *modules(["one"], wrong)], {}, {"hosts": self.hosts}

    def bug(self):
        """A module dies of a bug, and Ansible tells all that it does."""
        collections = self.folder / "bug/collections"
        copy, source = (place / "ansible_collections/rollcall/collaborators" for place in (collections, COLLECTIONS))
        for part in ("meta", "plugins"):
            shutil.copytree(source / part, copy / part)
        transport = copy / "plugins/module_utils/_transport/http.py"
        code = transport.read_text("utf-8")
        assert BUG[0] in code
        transport.write_text(code.replace(*BUG), "utf-8")
        debug = {"collections": collections, "ANSIBLE_DEBUG": "1"}
        return modules(["many"]), {}, {**self.environment_of_all, **debug}

    def run(self, name):
        """What the run of this name printed, and the folder of what it left."""
        tasks, defaults, others = getattr(self, name)()
        groups = {f"group/rollcall.collaborators.{service}": defaults.get(service, {}) for service in SIDES}
        groups["group/rollcall.collaborators.all"] = {"retries": 0}
        play = {"hosts": "all", "gather_facts": False, "module_defaults": groups, "tasks": tasks}
        left = self.folder / name / "left"
        outputs = {variable: str(left / place) for variable, place in OUTPUTS.items()}
        done = ansible_playbook(self.folder / name, [play], "-vvvv", **SETTINGS, **outputs, **others)
        # Ansible removes an asynchronous module some seconds after it has ended.
        end = time.monotonic() + PATIENCE
        while list((left / "remote").glob("*")) and time.monotonic() < end:
            time.sleep(0.1)
        return done.stdout, left


# Run -> how many tasks fail in it, and what has to be seen, or nothing was tried.
RUNS = {
    "options_of_tasks": (3, "does not accept the credentials"),
    "defaults_of_the_play": (0, "qfield: "),
    "environment": (0, MASKED),
    "vault": (0, MASKED),
    "echoes": (9, "********"),
    "bug": (3, "ZeroDivisionError"),
}


@pytest.fixture(scope="module")
def outputs(servers, tmp_path_factory, shown):
    """Run -> what it printed, and the folder of what it left."""
    for side in servers.values():
        side.reset()
    with echoing(*PLACES) as server, ThreadPoolExecutor(3) as pool:
        runs = Runs(tmp_path_factory.mktemp("secrets"), servers, server.url)
        return dict(zip(RUNS, pool.map(runs.run, RUNS)))


@pytest.mark.parametrize("name", RUNS)
def test_no_credential_is_printed_or_left(outputs, shown, searched, name):
    printed, left = outputs[name]
    failures, reason = RUNS[name]
    assert (printed.count("...ignoring"), reason in printed) == (failures, True), printed
    texts = [path.read_text("utf-8", "replace") for path in left.rglob("*") if path.is_file()]
    wrong = {option: value for options in WRONG.values() for option, value in options.items() if "wr0ng" in value}
    assert shown(printed, texts, vault=VAULT_PASSWORD, **wrong) == []
    searched.add(name)


def test_a_run_leaves_all_that_is_searched(outputs):
    _printed, left = outputs["defaults_of_the_play"]
    assert [place for place in OUTPUTS.values() if not (left / place).exists()] == []
