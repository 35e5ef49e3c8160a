# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of AWX's API that the modules of awx.awx use: objects that are listed, made, changed and joined.

Objects are kept as they were sent, with the id, links and defaults that AWX adds. What AWX would refuse of credential
types, surveys and schedules is refused here by rules.py. Secrets are stored and shown as $encrypted$.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ansible_collections.rollcall.collaborators.tests.fake_services.core import Call, FakeService, answer
from rules import of_credential_type, of_rule, of_survey
from starlette.responses import Response

TOKEN = "example-awx-token"
PREFIX = "/api/v2/"
HIDDEN = "$encrypted$"
# What can be in the place of a unified job template.
UNIFIED = ("job_templates", "projects", "inventory_sources", "workflow_job_templates")
KINDS = {
    "organizations": "organization",
    "credential_types": "credential_type",
    "credentials": "credential",
    "execution_environments": "execution_environment",
    "projects": "project",
    "project_updates": "project_update",
    "inventories": "inventory",
    "inventory_sources": "inventory_source",
    "job_templates": "job_template",
    "notification_templates": "notification_template",
    "schedules": "schedule",
    "workflow_job_templates": "workflow_job_template",
    "workflow_job_template_nodes": "workflow_job_template_node",
    "workflow_approval_templates": "workflow_approval_template",
}
# What the answer says where nothing was sent, or null.
DEFAULTS: dict[str, dict[str, Any]] = {
    "inventories": {"kind": ""},
    "job_templates": {"execution_environment": None},
    "workflow_job_template_nodes": {"unified_job_template": None},
}
# Endpoint -> what can be joined to its objects, by the name of the association.
ASSOCIATIONS = {
    "job_templates": ("credentials", "notification_templates_error"),
    "workflow_job_template_nodes": ("success_nodes", "failure_nodes", "always_nodes"),
}


class FakeAwx(FakeService):
    """AWX as it was on its first day: an organization, and what `world` adds, endpoint -> list of objects."""

    name = "awx"
    api_path = "/api/v2"
    switches = {}

    def load(self, world: dict[str, Any]) -> None:
        self.objects: dict[str, dict[int, dict[str, Any]]] = {endpoint: {} for endpoint in KINDS}
        # (endpoint, id, name of the association) -> ids
        self.joined: dict[tuple[str, int, str], list[int]] = {}
        self.surveys: dict[tuple[str, int], dict[str, Any]] = {}
        self.last_id = 0
        for endpoint, objects in {"organizations": [{"name": "Default"}], **world}.items():
            for values in objects:
                self.make(endpoint, values)

    def state(self) -> dict[str, Any]:
        return {endpoint: list(objects.values()) for endpoint, objects in self.objects.items()}

    def credentials(self) -> dict[str, str]:
        return {"token": TOKEN}

    def handle(self, call: Call) -> Response:
        if call.headers.get("authorization") != f"Bearer {TOKEN}":
            return answer({"detail": "Authentication credentials were not provided."}, 401)
        endpoint, *rest = call.path.removeprefix(PREFIX).strip("/").split("/")
        if not call.path.startswith(PREFIX) or endpoint not in (*KINDS, "unified_job_templates"):
            return answer({"detail": "The requested resource could not be found."}, 404)
        if not rest:
            return self.listed(self.found(endpoint, call.query)) if call.method == "GET" else self.sent(endpoint, call)
        number, *rest = rest
        if int(number) not in self.objects[endpoint]:
            return answer({"detail": "Not found."}, 404)
        if not rest:
            return (
                answer(self.shown(endpoint, int(number)))
                if call.method == "GET"
                else self.sent(endpoint, call, int(number))
            )
        return self.part(call, endpoint, int(number), rest[0])

    # What is asked

    def found(self, endpoint: str, query: dict[str, str]) -> Iterator[dict[str, Any]]:
        for one in UNIFIED if endpoint == "unified_job_templates" else (endpoint,):
            for number, values in self.objects[one].items():
                if all(str(values.get(key)) == value for key, value in query.items()):
                    yield self.shown(one, number)

    def shown(self, endpoint: str, number: int) -> dict[str, Any]:
        values = self.objects[endpoint][number]
        if endpoint != "credentials":
            return values
        secrets = {
            field["id"]
            for field in self.objects["credential_types"][values["credential_type"]]["inputs"]["fields"]
            if field.get("secret")
        }
        inputs = {key: HIDDEN if key in secrets else value for key, value in values["inputs"].items()}
        return {**values, "inputs": inputs}

    def listed(self, objects: Iterator[dict[str, Any]]) -> Response:
        results = list(objects)
        return answer({"count": len(results), "next": None, "previous": None, "results": results})

    # What is made and changed

    def sent(self, endpoint: str, call: Call, number: int = 0) -> Response:
        problems = self.problems(endpoint, {**self.objects[endpoint].get(number, {}), **call.body})
        if problems:
            return answer({"__all__": ["; ".join(problems)]}, 400)
        call.changed = True
        if number:
            self.change(endpoint, self.objects[endpoint][number], call.body)
            return answer(self.shown(endpoint, number))
        return answer(self.shown(endpoint, self.make(endpoint, call.body)), 201)

    def make(self, endpoint: str, values: dict[str, Any]) -> int:
        self.last_id += 1
        number, url = self.last_id, f"{PREFIX}{endpoint}/{self.last_id}/"
        made = {"id": number, "url": url, "type": KINDS[endpoint], "summary_fields": {}, "related": {}}
        if endpoint in ("job_templates", "workflow_job_templates"):
            made["related"]["survey_spec"] = f"{url}survey_spec/"
        if endpoint == "credentials":
            made["inputs"] = {}
        self.objects[endpoint][number] = made
        self.change(endpoint, made, values)
        if endpoint == "projects":
            update = self.make("project_updates", {"status": "successful", "scm_revision": "1" * 40})
            made["summary_fields"]["current_update"] = {"id": update}
            made["scm_revision"] = "1" * 40
        return number

    def change(self, endpoint: str, made: dict[str, Any], values: dict[str, Any]) -> None:
        stored = {**DEFAULTS.get(endpoint, {}), **made, **values}
        stored.update((key, value) for key, value in DEFAULTS.get(endpoint, {}).items() if stored[key] is None)
        if endpoint == "credential_types":
            for field in stored["inputs"]["fields"]:
                field.setdefault("type", "string")
        if endpoint == "credentials":
            before = made.get("inputs", {})
            stored["inputs"] = {
                key: before[key] if value == HIDDEN else value for key, value in stored["inputs"].items()
            }
        made.update(stored)

    def problems(self, endpoint: str, values: dict[str, Any]) -> list[str]:
        if endpoint == "credential_types":
            return of_credential_type(values["inputs"], values["injectors"])
        if endpoint == "schedules":
            return of_rule(values["rrule"])
        if endpoint == "credentials":
            fields = self.objects["credential_types"][values["credential_type"]]["inputs"]["fields"]
            return [
                f"{key} is no field" for key in values.get("inputs", {}) if key not in [one["id"] for one in fields]
            ]
        if endpoint == "workflow_job_template_nodes" and values.get("unified_job_template"):
            template = self.objects["job_templates"][values["unified_job_template"]]
            if "job_type" in values and not template.get("ask_job_type_on_launch"):
                return ["job_type: Field is not configured to prompt on launch."]
        return []

    # What belongs to an object

    def part(self, call: Call, endpoint: str, number: int, name: str) -> Response:
        if name == "survey_spec":
            return self.survey(call, endpoint, number)
        if name == "create_approval_template":
            node = self.objects[endpoint][number]
            made = self.make("workflow_approval_templates", call.body)
            node["unified_job_template"] = made
            node["related"]["unified_job_template"] = self.objects["workflow_approval_templates"][made]["url"]
            call.changed = True
            return answer(self.objects["workflow_approval_templates"][made], 201)
        if name not in ASSOCIATIONS.get(endpoint, ()):
            return answer({"detail": "The requested resource could not be found."}, 404)
        ids = self.joined.setdefault((endpoint, number, name), [])
        if call.method == "GET":
            other = "notification_templates" if name.startswith("notification_templates") else name
            other = "workflow_job_template_nodes" if name.endswith("_nodes") else other
            return self.listed(self.shown(other, one) for one in ids)
        call.changed = True
        if call.body.get("disassociate"):
            ids.remove(call.body["id"])
        else:
            ids.append(call.body["id"])
        return Response(status_code=204)

    def survey(self, call: Call, endpoint: str, number: int) -> Response:
        if call.method == "GET":
            return answer(self.surveys.get((endpoint, number), {}))
        if problems := of_survey(call.body):
            return answer({"error": "; ".join(problems)}, 400)
        call.changed = True
        self.surveys[endpoint, number] = call.body
        return answer({})

    # What a test asks

    def named(self, endpoint: str, name: str) -> dict[str, Any]:
        """The object of that name, or identifier, with its secrets."""
        return next(one for one in self.objects[endpoint].values() if name in (one.get("name"), one.get("identifier")))

    def names(self, endpoint: str) -> list[str]:
        return sorted(one.get("name") or one["identifier"] for one in self.objects[endpoint].values())

    def joined_names(self, endpoint: str, name: str, association: str, other: str) -> list[str]:
        ids = self.joined.get((endpoint, self.named(endpoint, name)["id"], association), [])
        return sorted(self.objects[other][one].get("name") or self.objects[other][one]["identifier"] for one in ids)

    def survey_of(self, template: str) -> dict[str, Any]:
        return self.surveys.get(("job_templates", self.named("job_templates", template)["id"]), {})
