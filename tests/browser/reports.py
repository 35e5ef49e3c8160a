# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reports that are looked at: write(name, folder) leaves the three files of one."""

from __future__ import annotations

import json
import subprocess
from itertools import islice
from pathlib import Path
from typing import Any

from ansible_collections.rollcall.collaborators.plugins.filter.access_report import access_report
from ansible_collections.rollcall.collaborators.plugins.filter.access_report_files import access_report_files
from checkout import ROOT

from demo import DEMO as DEMO_FOLDER
from demo import environment, fakes

DATE = "2026-11-25 09:00 UTC"
# The demo's roster and services, by the playbook of the collection; the same with one service down; what no
# inventory has but somebody may write; and the largest that is promised.
DEMO, MISSING, HOSTILE, LARGE = "demo", "missing", "hostile", "large"
TEMPLATES = ROOT / "roles/project_access_report/templates"

EVIL = "<img src=x onerror=\"document.title='hacked'\"></script><!--'&amp;"
BACKWARDS = "invoice\u202efdp.exe"
HEBREW = "\u05d9\u05e2\u05dc"
FORMULA = '=HYPERLINK("http://127.0.0.1","x")'
LONG = "w" * 300

PROJECTS, MEMBERS, PEOPLE = 1000, 20, 500


def write(name: str, folder: Path) -> None:
    if name in (DEMO, MISSING):
        run_playbook(folder, down="HTH_HOST" if name == MISSING else "")
        return
    answers, people, lists = hostile() if name == HOSTILE else large()
    report = access_report(answers, people=people, lists=lists, made={"date": DATE, "inventory": ["hosts.yml"]})
    for kind, text in islice(access_report_files(report, TEMPLATES).items(), 3):
        (folder / f"access_report.{kind}").write_bytes(text.encode())


def run_playbook(folder: Path, down: str) -> None:
    """As a user would, from the folder of the demo."""
    command = ["ansible-playbook", "rollcall.collaborators.access_report"]
    given = {"project_access_report_folder": str(folder), "project_access_report_date": DATE}
    with fakes() as services:
        variables = environment(services) | ({down: "http://127.0.0.1:1"} if down else {})
        run = subprocess.run(
            [*command, f"-e{json.dumps(given)}"],
            cwd=DEMO_FOLDER,
            env=variables,
            check=False,
            capture_output=True,
            text=True,
        )
    assert run.returncode == (2 if down else 0), run.stdout + run.stderr


def answer(projects: dict[str, dict[str, Any]], **details: Any) -> dict[str, Any]:
    """What an info module returns."""
    return {
        "projects": [{"project": project, "collaborators": members} for project, members in projects.items()],
        "details": {project: {"project_id": "", "owners": [], **details} for project in projects},
        "unreadable": [],
    }


def hostile() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    names = [EVIL, BACKWARDS, HEBREW, FORMULA, LONG]
    answers = {
        "qfield": answer(
            {f"{name}/{name}": dict.fromkeys(names, "admin") for name in names},
            inherited={"mia_member": [{"role": "manager", "through": EVIL}]},
        ),
        "hth": {"failed": True, "msg": EVIL},
    }
    answers["qfield"]["unreadable"] = [{"project": EVIL, "error": {"kind": "refused", "message": EVIL, "hint": EVIL}}]
    people = {name: {"qfield": name} for name in names[:2]}
    projects = [{"project": f"{name}/{name}", "collaborators": {}, "exclusive": True} for name in names]
    return answers, people, {"qfield": {"projects": projects, "warnings": [EVIL]}}


def large() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """PROJECTS x MEMBERS, of PEOPLE of whom the roster knows all but 50 and gives each of the others reader."""
    roles = ("reader", "reporter", "editor", "manager", "admin")
    projects = {
        f"acme_org/survey_{number:04}": {
            f"user_{(number * 7 + member * 13) % PEOPLE:03}": roles[(number + member) % len(roles)]
            for member in range(MEMBERS)
        }
        for number in range(PROJECTS)
    }
    people = {f"person {number:03}": {"qfield": f"user_{number:03}"} for number in range(PEOPLE - 50)}
    known = {accounts["qfield"] for accounts in people.values()}
    lists = [
        {
            "project": project,
            "exclusive": True,
            "collaborators": {account: "reader" for account in members if account in known},
        }
        for project, members in projects.items()
    ]
    return {"qfield": answer(projects)}, people, {"qfield": {"projects": lists}}
