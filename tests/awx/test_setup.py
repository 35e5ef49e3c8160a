# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook awx_setup, with the modules of awx.awx, against a fake AWX: what it makes, and that it makes it once."""

from __future__ import annotations

import json
import os

import yaml
from controllers import IMAGE, OPTIONS, PROJECT_URL

from demo import VARIABLES

TEMPLATES = {
    "Rollcall: access report": "access_report.yml",
    "Rollcall: apply roster": "onboard.yml",
    "Rollcall: drift check": "drift.yml",
    "Rollcall: offboard": "offboard.yml",
    "Rollcall: onboard": "onboard.yml",
}
CREDENTIALS = ["Rollcall Helix TeamHub", "Rollcall QFieldCloud", "Rollcall QuantConnect"]


def test_without_the_collection_it_says_how_to_get_it(fresh):
    own = fresh.environment["ANSIBLE_COLLECTIONS_PATH"].split(os.pathsep)[0]

    done = fresh._replace(environment={**fresh.environment, "ANSIBLE_COLLECTIONS_PATH": own}).set_up(*OPTIONS)

    assert done.returncode == 2
    assert "ansible-galaxy collection install awx.awx" in done.stdout
    assert fresh.awx.journal == []


def test_what_is_wrong_with_the_options_is_told_at_once(fresh):
    done = fresh.set_up(
        "-e", "awx_setup_services=qc,ftp", "-e", "awx_setup_slices=0", "-e", "awx_setup_notifications=mail"
    )

    assert done.returncode == 2
    for told in (
        "awx_setup_project_url is missing",
        "awx_setup_services: ftp is no service, write some of qc,hth,qfield",
        "awx_setup_slices: is 0, must be a number of at least 1",
        "awx_setup_notifications: must be a list",
    ):
        assert told in done.stdout
    assert fresh.awx.journal == []


def test_check_mode_goes_as_far_as_it_can_and_writes_nothing(fresh):
    done = fresh.set_up(*OPTIONS, "--check")

    assert done.returncode == 0, done.stdout
    assert "Check mode ends here" in done.stdout
    assert "changed=4 " in done.stdout
    assert fresh.writes() == []


def test_a_second_run_changes_nothing(ready):
    controller, _output = ready

    done = controller.set_up(*OPTIONS)

    assert done.returncode == 0, done.stdout
    assert "changed=0 " in done.stdout
    assert controller.writes() == []


def test_credentials_have_the_values_of_the_environment_and_nothing_shows_them(ready, world):
    controller, output = ready
    told = {
        service["service"]: {
            key: value
            for key, value in {**service, **service["credentials"]}.items()
            if key in VARIABLES[service["service"]]
        }
        for service in world.services
    }
    inputs = [controller.awx.named("credentials", name)["inputs"] for name in CREDENTIALS]

    assert inputs == [told["hth"], told["qfield"], told["qc"]]
    assert [secret for secret in world.secrets() if secret in output] == []


def test_secret_fields_are_marked_and_their_names_are_those_of_the_modules(ready):
    awx = ready[0].awx
    secret = {
        kind["name"]: {field["id"] for field in kind["inputs"]["fields"] if field.get("secret")}
        for kind in awx.objects["credential_types"].values()
    }

    assert secret == {
        "QuantConnect": {"api_token"},
        "Helix TeamHub": {"company_key", "account_key"},
        "QFieldCloud": {"token", "password"},
    }


def test_types_of_the_guide_are_those_of_the_playbook(ready, guide):
    for kind in ready[0].awx.objects["credential_types"].values():
        name = kind["name"].lower().replace(" ", "_")
        assert yaml.safe_load(guide[f"types/{name}_inputs.yml"]) == kind["inputs"]
        assert yaml.safe_load(guide[f"types/{name}_injectors.yml"]) == kind["injectors"]


def test_project_and_inventory(ready):
    awx = ready[0].awx
    project, source = awx.named("projects", "Rollcall"), awx.named("inventory_sources", "Rollcall roster")

    assert (project["scm_type"], project["scm_url"], project["scm_update_on_launch"]) == ("git", PROJECT_URL, True)
    assert source["source_project"] == project["id"]
    assert source["inventory"] == awx.named("inventories", "Rollcall roster")["id"]
    assert (source["source_path"], source["update_on_launch"]) == ("inventory/hosts.yml", True)


def test_job_templates(ready):
    awx = ready[0].awx
    image = awx.named("execution_environments", "Rollcall")
    templates = {one["name"]: one for one in awx.objects["job_templates"].values()}

    assert image["image"] == IMAGE
    assert {name: one["playbook"] for name, one in templates.items()} == TEMPLATES
    for name, one in templates.items():
        assert one["project"] == awx.named("projects", "Rollcall")["id"]
        assert one["inventory"] == awx.named("inventories", "Rollcall roster")["id"]
        assert one["execution_environment"] == image["id"]
        assert awx.joined_names("job_templates", name, "credentials", "credentials") == CREDENTIALS
        assert one["survey_enabled"] == bool(awx.survey_of(name))
    assert {name for name, one in templates.items() if one["job_type"] == "check"} == {"Rollcall: drift check"}
    assert {name: one["job_slice_count"] for name, one in templates.items() if one["job_slice_count"] != 1} == {
        "Rollcall: apply roster": 2,
        "Rollcall: drift check": 2,
    }


def test_nobody_can_be_left_out_of_a_survey_about_a_person(ready):
    for template in ("Rollcall: onboard", "Rollcall: offboard"):
        [question] = [one for one in ready[0].awx.survey_of(template)["spec"] if one["variable"] == "person"]
        assert question["required"]
        assert question["min"] == 1


def test_the_check_runs_every_night_and_its_failure_is_told(ready):
    awx = ready[0].awx
    schedule = awx.named("schedules", "Rollcall: every night")
    told = ("job_templates", "Rollcall: drift check", "notification_templates_error", "notification_templates")

    assert schedule["unified_job_template"] == awx.named("job_templates", "Rollcall: drift check")["id"]
    assert "FREQ=DAILY" in schedule["rrule"]
    assert awx.joined_names(*told) == ["Mail to operations"]


def test_the_workflow_asks_between_plan_and_run(ready):
    awx = ready[0].awx
    apply_roster = awx.named("job_templates", "Rollcall: apply roster")["id"]
    nodes = {one["identifier"]: one for one in awx.objects["workflow_job_template_nodes"].values()}
    after = {
        name: awx.joined_names("workflow_job_template_nodes", name, "success_nodes", "workflow_job_template_nodes")
        for name in nodes
    }

    assert after == {"plan": ["approve"], "approve": ["apply"], "apply": []}
    assert (nodes["plan"]["unified_job_template"], nodes["plan"]["job_type"]) == (apply_roster, "check")
    assert (nodes["apply"]["unified_job_template"], nodes["apply"]["job_type"]) == (apply_roster, "run")
    assert nodes["approve"]["unified_job_template"] in awx.objects["workflow_approval_templates"]


def test_variables_of_templates_are_text_that_ansible_reads(ready):
    variables = {one["name"]: json.loads(one["extra_vars"]) for one in ready[0].awx.objects["job_templates"].values()}

    assert variables["Rollcall: access report"] == {"project_access_report_hosts": "{{ groups.all }}"}
    assert variables["Rollcall: drift check"]["drift_hosts"] == "all"
