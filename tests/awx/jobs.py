# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the job templates of the fake AWX with ansible-runner, as AWX does.

A job is a folder with the project, the inventory as a script, the environment that the credentials inject, extra
variables and a command line. What AWX shows of a job is read from what ansible-runner leaves.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from fake_awx import FakeAwx
from jinja2.sandbox import ImmutableSandboxedEnvironment


class Job(NamedTuple):
    """What AWX knows of a job that has ended."""

    status: str
    output: str
    artifacts: dict[str, Any]
    results: list[dict[str, Any]]
    """What its tasks returned, as the web pages show it."""
    folder: Path


class Launcher(NamedTuple):
    """Launches jobs in folders of their own below `folder`."""

    awx: FakeAwx
    folder: Path
    project: Path
    environment: dict[str, str]
    """That of every job: where Ansible and the collections are."""

    def launch(
        self,
        template: str,
        answers: dict[str, Any] | None = None,
        job_type: str = "",
        limit: str = "",
        part: tuple[int, int] = (1, 1),
    ) -> Job:
        """Run a job and wait for it. `answers` are those to the survey, `part` is the slice and how many there are."""
        job = self.awx.named("job_templates", template)
        if job_type:
            assert job["ask_job_type_on_launch"]
        if limit:
            assert job["ask_limit_on_launch"]
        command = ["--diff"] * job["diff_mode"] + ["--check"] * ((job_type or job["job_type"]) == "check")
        folder = self.folder / f"job-{len(list(self.folder.iterdir())) + 1}"
        shutil.copytree(self.project, folder / "project")
        (folder / "inventory").mkdir()
        (folder / "env").mkdir()
        self.write_inventory(folder / "inventory/hosts", *part)
        (folder / "env/envvars").write_text(json.dumps({**self.environment, **self.injected(template)}))
        (folder / "env/extravars").write_text(self.extra_variables(template, answers or {}))
        (folder / "env/cmdline").write_text(" ".join(command + ["--limit", limit] * bool(limit)))
        (folder / "env/settings").write_text(json.dumps({"suppress_env_files": True, "pexpect_use_poll": True}))
        runner = [sys.executable, "-m", "ansible_runner", "run", str(folder), "--ident", "1", "--quiet"]
        subprocess.run([*runner, "--playbook", job["playbook"]], check=False, env=self.environment)
        # How the credentials came in, and what ansible-runner notes of it: AWX keeps neither.
        shutil.rmtree(folder / "env")
        (folder / "artifacts/1/command").unlink()
        return ended(folder)

    def injected(self, template: str) -> dict[str, str]:
        """The variables that the credentials of a template set. An empty field is not there for their templates."""
        sandbox = ImmutableSandboxedEnvironment()
        variables = {}
        for name in self.awx.joined_names("job_templates", template, "credentials", "credentials"):
            credential = self.awx.named("credentials", name)
            filled = {key: value for key, value in credential["inputs"].items() if value}
            kind = self.awx.objects["credential_types"][credential["credential_type"]]
            for variable, text in kind["injectors"]["env"].items():
                variables[variable] = sandbox.from_string(text).render(filled)
        return variables

    def extra_variables(self, template: str, answers: dict[str, Any]) -> str:
        """Those of the template, which may be expressions, and as plain values the answers and what AWX tells."""
        told: dict[str, Any] = {"awx_job_id": 1, "awx_job_template_name": template, "awx_job_launch_type": "manual"}
        for question in self.awx.survey_of(template).get("spec", []):
            answer = answers.get(question["variable"], question["default"])
            if question["type"] == "multiselect" and isinstance(answer, str):
                answer = answer.split("\n")
            assert answer or not question["required"], f"{question['variable']} is required"
            told[question["variable"]] = answer
        assert set(answers) <= set(told), "AWX ignores what no survey asks for"
        given = json.loads(self.awx.named("job_templates", template)["extra_vars"])
        lines = [f"{key}: {json.dumps(value)}" for key, value in given.items()]
        return "\n".join([*lines, *(f"{key}: {plain(value)}" for key, value in told.items())])

    def write_inventory(self, script: Path, number: int, count: int) -> None:
        """A script that prints what AWX has imported, or the share of it that a slice gets."""
        imported = self.project.with_suffix(".json")
        if not imported.exists():
            source = next(iter(self.awx.objects["inventory_sources"].values()))
            hosts = self.project / source["source_path"]
            command = ["ansible-inventory", "--inventory", str(hosts), "--list", "--export", "--output", str(imported)]
            subprocess.run(command, env=self.environment, check=True)
        inventory = json.loads(imported.read_text())
        share = sorted(inventory["_meta"]["hostvars"])[number - 1 :: count]
        for group in inventory.values():
            if "hosts" in group:
                group["hosts"] = [host for host in group["hosts"] if host in share]
        inventory["_meta"]["hostvars"] = {host: inventory["_meta"]["hostvars"][host] for host in share}
        script.write_text(f"#! /usr/bin/env python3\nprint({json.dumps(inventory)!r})\n")
        script.chmod(0o700)


def plain(value: Any) -> str:
    """YAML of a value in which Ansible looks for no expressions."""
    if isinstance(value, str):
        return f"!unsafe {json.dumps(value)}"
    return f"[{', '.join(map(plain, value))}]" if isinstance(value, list) else json.dumps(value)


def ended(folder: Path) -> Job:
    left = folder / "artifacts/1"
    events = [json.loads(path.read_text()) for path in (left / "job_events").glob("*-*.json")]
    data = [event.get("event_data", {}) for event in sorted(events, key=lambda event: event["counter"])]
    return Job(
        status=(left / "status").read_text(),
        output=(left / "stdout").read_text(),
        artifacts=next((one["artifact_data"] for one in data if "artifact_data" in one), {}),
        results=[one["res"] for one in data if "res" in one],
        folder=folder,
    )
