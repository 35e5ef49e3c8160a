# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The job templates that the playbook awx_setup made, launched as AWX launches them, on the repository of the guide."""

from __future__ import annotations

import json
import shutil

import pytest

JOINER = ("Rollcall: onboard", {"person": "jane"})
CHANGE = "~ change norris: guest -> developer"
LEAVER = ("Rollcall: offboard", {"person": "otto", "offboard_allow_leftovers": "false"})


@pytest.fixture
def jobs(launcher, world):
    """Of each job it is seen that nothing which it left shows a secret."""
    launched = []

    def launch(*arguments, roster=launcher.project, **named):
        job = launcher._replace(project=roster).launch(*arguments, **named)
        launched.append(job)
        return job

    yield launch
    for job in launched:
        left = "".join(path.read_text(errors="replace") for path in job.folder.rglob("*") if path.is_file())
        assert "PLAY RECAP" in left
        assert [secret for secret in world.secrets() if secret in left] == []


@pytest.fixture
def for_jane(project, tmp_path):
    """The repository after a commit: Jane, who may look at the platform, is to develop it."""
    folder = shutil.copytree(project, tmp_path / "project")
    hosts = folder / "inventory/hosts.yml"
    hosts.write_text(
        hosts.read_text().replace("people: {johnny: developer}", "people: {johnny: developer, jane: developer}")
    )
    return folder


def test_onboard_as_a_check_and_for_real(jobs, world, for_jane):
    plan = jobs(*JOINER, roster=for_jane, job_type="check")

    assert plan.status == "successful", plan.output
    assert plan.artifacts["project_members_plan"]["totals"]["change"] == 1
    assert CHANGE in plan.output
    assert world.writes() == []

    done = jobs(*JOINER, roster=for_jane)

    assert done.status == "successful", done.output
    assert len(world.writes()) == 1
    assert "project_members_plan" not in done.artifacts


def test_offboard_as_a_check_and_for_real(jobs, world):
    plan = jobs(*LEAVER, job_type="check")

    assert plan.artifacts["offboard"]["check_mode"] is True
    assert world.writes() == []

    done = jobs(*LEAVER)

    assert done.status == "successful", done.output
    assert done.artifacts["offboard"]["removed"] == plan.artifacts["offboard"]["removed"]
    assert len(world.writes()) == len(done.artifacts["offboard"]["removed"]) > 0


def test_access_report_of_the_services_that_were_asked_for(jobs, world):
    done = jobs("Rollcall: access report", {"project_access_report_services": ["hth", "qfield"]})
    report = done.artifacts["project_access_report"]

    assert done.status == "successful", done.output
    assert report["missing"] == {}
    assert report["totals"]["projects"] > 0
    assert {path.name for path in (done.folder / "project").glob("access_report.*")} == {
        "access_report.csv",
        "access_report.html",
        "access_report.json",
        "access_report.yml",
    }
    data = json.loads((done.folder / "project/access_report.json").read_text())
    assert {entry["service"] for entry in data["projects"]} == {"hth", "qfield"}
    assert world.writes() == []


def test_no_drift_is_a_success_and_drift_a_failure_that_says_what(jobs, world, for_jane):
    same = jobs("Rollcall: drift check")

    assert same.status == "successful", same.output

    differs = jobs("Rollcall: drift check", roster=for_jane)

    assert differs.status == "failed"
    assert "The services differ from the roster." in differs.results[-1]["msg"]
    assert CHANGE in differs.results[-1]["msg"]
    assert differs.artifacts["project_members_plan"]["totals"]["change"] == 1
    assert world.writes() == []


def test_slices_share_the_hosts(jobs, world, launcher):
    count = launcher.awx.named("job_templates", "Rollcall: apply roster")["job_slice_count"]
    parts = [jobs("Rollcall: apply roster", job_type="check", part=(number, count)) for number in range(1, count + 1)]

    assert [part.status for part in parts] == ["successful"] * 2
    plans = [part.artifacts["project_members_plan"]["services"] for part in parts]
    asked = [{name: plan["counts"]["projects"] for name, plan in services.items()} for services in plans]
    assert asked == [{"qc": 1, "hth": 0, "qfield": 1}, {"qc": 0, "hth": 1, "qfield": 0}]
    assert world.writes() == []
