# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo: a roster applied to the fake services with ordinary ansible-playbook, and a look at what was sent."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import ProxyHandler, Request, build_opener

from checkout import BUILD, ROOT, report

DEMO = ROOT / "demo"
ROSTER = "demo/group_vars/all.yml"
# What the demo leaves to look at, as seen from its folder.
LEFT = "../.build/demo"
# Option of the modules -> the environment variable that it is taken from.
VARIABLES = {
    "qc": {
        "api_url": "QUANTCONNECT_API_URL",
        "user_id": "QUANTCONNECT_USER_ID",
        "api_token": "QUANTCONNECT_API_TOKEN",
    },
    "hth": {"api_url": "HTH_HOST", "company_key": "HTH_COMPANY_KEY", "account_key": "HTH_API_KEY"},
    "qfield": {"api_url": "QFIELDCLOUD_URL", "token": "QFIELDCLOUD_TOKEN"},
}


class Step(NamedTuple):
    name: str
    title: str
    command: str
    may_write: bool = False
    may_change: bool = False


STEPS = (
    Step(
        "plan",
        "The plan: check mode reads, shows each change as a diff, and changes nothing.",
        f"ansible-playbook members.yml --check --diff -e project_members_plan_file={LEFT}/plan.json",
        may_change=True,
    ),
    Step(
        "run",
        "The run: exactly that plan, one request for each change.",
        "ansible-playbook members.yml",
        may_write=True,
        may_change=True,
    ),
    Step("again", "The same run again: nothing is left to do, changed=0.", "ansible-playbook members.yml"),
    Step(
        "report",
        "The access report: who is on what now, and where that differs from the roster.",
        f"ansible-playbook rollcall.collaborators.access_report -e project_access_report_folder={LEFT}",
    ),
)
LOOPBACK = build_opener(ProxyHandler({}))
COLOUR = sys.stdout.isatty()


def say(text: str) -> None:
    print(f"\n\033[1m{text}\033[0m" if COLOUR else f"\n{text}", flush=True)


@contextmanager
def fakes() -> Iterator[list[dict[str, Any]]]:
    """The three fake services on free ports: what each says of itself."""
    command = [sys.executable, str(ROOT / "tests/fake_services"), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield [json.loads(process.stdout.readline()) for _service in VARIABLES]
        finally:
            process.terminate()


def undisturbed() -> dict[str, str]:
    """The caller's environment without settings that would change what is done or shown."""
    foreign = re.compile(r"ANSIBLE_|QUANTCONNECT_|QC_|HTH_|QFIELDCLOUD_")
    return {name: value for name, value in os.environ.items() if not foreign.match(name)}


def environment(services: list[dict[str, Any]]) -> dict[str, str]:
    """For the playbooks of the demo: they find the collection, and the fakes with their credentials."""
    result = undisturbed()
    result["ANSIBLE_CONFIG"] = str(DEMO / "ansible.cfg")
    result["ANSIBLE_HOME"] = str(BUILD / "ansible-home")
    result["ANSIBLE_COLLECTIONS_PATH"] = str(BUILD / "collections")
    result["ANSIBLE_FORCE_COLOR"] = str(COLOUR)
    result["PATH"] = f"{Path(sys.executable).parent}:{result['PATH']}"
    result["NO_PROXY"] = result["no_proxy"] = "127.0.0.1"
    for service in services:
        told = {"api_url": service["api_url"], **service["credentials"]}
        result.update({variable: told[option] for option, variable in VARIABLES[service["service"]].items()})
    return result


def play(command: str, variables: dict[str, str]) -> str:
    """Run ansible-playbook in the folder of the demo, shown as it runs; what it printed."""
    print(f"$ {command}", flush=True)
    lines = []
    with subprocess.Popen(
        shlex.split(command), cwd=DEMO, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    if process.returncode:
        sys.exit(f"\nansible-playbook failed, see above. The roster is {ROSTER}.")
    return re.sub(r"\033\[[\d;]*m", "", "".join(lines))


def journal(services: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The requests that the services got since this was last asked."""
    requests = []
    for service in services:
        url = f"{service['control_url']}/journal"
        with LOOPBACK.open(url) as answer:
            requests += json.load(answer)["requests"]
        LOOPBACK.open(Request(url, method="DELETE")).close()
    return requests


def sent(services: list[dict[str, Any]]) -> tuple[int, int]:
    """Number of reads and of writes among them."""
    requests = journal(services)
    writes = sum(request["mutating"] for request in requests)
    return len(requests) - writes, writes


def main() -> None:
    """Walk through the steps; an error if one of them sent, or changed, what it promises not to."""
    notes = []
    (DEMO / LEFT).mkdir(parents=True, exist_ok=True)
    with fakes() as services:
        variables = environment(services)
        for number, step in enumerate(STEPS, 1):
            say(f"{number}. {step.title}")
            output = play(step.command, variables)
            reads, writes = sent(services)
            notes.append(f"{step.name}: {reads} reads, {writes} writes")
            print(f"What the services got: {reads} reads, {writes} writes.", flush=True)
            if writes and not step.may_write:
                sys.exit("FAILED: this step must not send a write.")
            if not step.may_change and "changed=0 " not in output:
                sys.exit("FAILED: this step must end with changed=0.")
    say(f"The roster is {ROSTER}, the playbook that applied it demo/members.yml.")
    print("To look at: the access report, .build/demo/access_report.html, and the plan, .build/demo/plan.json.")
    print("Change the roster and run `make demo` again: the services start from the same state each time.\n")
    report("demo", "; ".join(notes))


if __name__ == "__main__":
    main()
