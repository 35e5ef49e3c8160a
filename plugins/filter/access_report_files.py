# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter that writes the data of an access report as a page, as CSV and as JSON."""

from __future__ import annotations

DOCUMENTATION = r"""
name: access_report_files
short_description: Write the data of an access report as HTML, CSV and JSON
version_added: 1.0.0
author:
  - The rollcall.collaborators contributors (@rollcall)
description:
  - Turns what the filter P(rollcall.collaborators.access_report#filter) returned into the texts of the files that the
    role P(rollcall.collaborators.project_access_report#role) writes.
  - The page needs no other file and no network. Its security policy allows nothing but its own style and script, by
    their checksums. Whatever a service or the roster says is shown as text; control characters, and characters that
    change the direction of writing, are shown as their numbers.
  - A cell of the CSV that a spreadsheet would take for a formula has an apostrophe before it.
positional: templates
options:
  _input:
    description: The data of the report.
    type: dict
    required: true
  templates:
    description:
      - Folder with the Jinja2 template C(report.html.j2) and with C(report.css) and C(report.js), which are put into
        it. Those of the role are in its folder C(templates).
    type: path
    required: true
"""

EXAMPLES = r"""
- name: Ask Helix TeamHub who is there
  rollcall.collaborators.hth_project_collaborator_info:
  register: teamhub

- name: Show who has access, as CSV
  ansible.builtin.debug:
    msg: "{{ (report | rollcall.collaborators.access_report_files(folder)).csv }}"
  vars:
    report: "{{ {'hth': teamhub} | rollcall.collaborators.access_report }}"
    collections: "{{ lookup('ansible.builtin.config', 'COLLECTIONS_PATHS') | first }}/ansible_collections"
    folder: "{{ collections }}/rollcall/collaborators/roles/project_access_report/templates"
"""

RETURN = r"""
_value:
  description: The texts of the files, and what to tell of them at once.
  type: dict
  contains:
    html:
      description: The page.
      type: str
    csv:
      description:
        - One row for each way in which an account has access to a project, after a row with the names of the columns.
          UTF-8 and RFC 4180.
      type: str
    json:
      description: The data of the report.
      type: str
    roster:
      description: Whether the report knows a roster.
      type: bool
    totals:
      description: The numbers of the report.
      type: dict
    missing:
      description: Why a service could not be read, for each one that could not.
      type: dict
"""

import base64
import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Callable, Dict, List

from ansible.errors import AnsibleFilterError
from ansible_collections.rollcall.collaborators.plugins.filter.access_report import WAYS, access_text
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.names import looks_like
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError
from markupsafe import Markup

TITLES = {"qc": "QuantConnect", "hth": "Helix TeamHub", "qfield": "QFieldCloud"}
COLUMNS = (
    *("service", "project", "project_id", "project_name", "person", "account", "known"),
    *("how", "access", "live_control", "through", "elevated"),
)
# The page holds this many rows of each table for a browser that runs no script.
WITHOUT_SCRIPT = 50
# By these a spreadsheet knows a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
SURROGATE = re.compile("[\ud800-\udfff]")
# What a CSV file cannot hold: csv refuses NUL before Python 3.11.
NOT_IN_CSV = re.compile("[\0\ud800-\udfff]")
# Control characters, those without a width, and those that change the direction of writing.
INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
LEAST = ("read", "guest", "reader")
# From the least access to the most.
SCALE = (
    *("read", "read, live control", "write", "write, live control"),
    *("guest", "developer", "master"),
    *("reader", "reporter", "editor", "manager", "admin"),
)
# In the place of a person.
NAMED = "named by account"
UNKNOWN = "in no roster"
DIFFERENCES = ("missing", "different", "extra")
WHY = {
    ("missing", ""): "In the roster, but not on the service",
    ("different", ""): "The roster says otherwise",
    ("different", "owner"): "Owns the project, which no list can change",
    ("extra", "absent"): "The roster says absent",
    ("extra", "exclusive"): "Not named, and the list is exclusive",
    ("extra", "protected"): "Not named in an exclusive list, but a protected person",
    ("extra", "open"): "Not named; the list is not exclusive, so it stays",
}
NOT_COMPARED = {
    "not found": "No such project, or the account that asked does not see it",
    "unreadable": "The project could not be read",
    "ambiguous": "Several projects have this name; the roster needs the id",
    "twice": "The roster has this project twice, by name and by id; this entry was not compared",
    "service": "The service could not be read",
}
HEADINGS = {
    "service": "Service",
    "project": "Project",
    "person": "Person",
    "account": "Account",
    "access": "Access",
    "how": "How",
    "projects": "Projects",
    "difference": "Difference",
    "roster": "Roster says",
    "found": "Service says",
    "why": "Why",
    "hint": "What to do",
}
TABLES = {
    "elevated": ("service", "project", "person", "account", "access", "how"),
    "unknown": ("service", "account", "access", "how", "projects"),
    "drift": ("difference", "service", "project", "person", "account", "roster", "found", "why"),
    "not_compared": ("service", "project", "why"),
    "unreadable": ("service", "project", "why", "hint"),
}

Row = List[Any]
"""The cells of one row: texts, or lists of texts where there are several of a kind."""


def access_report_files(report: Any, templates: Any) -> Dict[str, Any]:
    """See DOCUMENTATION. Raises AnsibleFilterError for other data, and for templates that cannot be used."""
    try:
        return {
            "html": _html(_shown(report), Path(str(templates))),
            "csv": _csv(report),
            "json": json.dumps(report, indent=1) + "\n",
            "roster": report["roster"],
            "totals": report["totals"],
            "missing": {name: outcome["error"] for name, outcome in report["services"].items() if outcome["error"]},
        }
    except (AttributeError, KeyError, TypeError) as error:
        raise AnsibleFilterError(
            "access_report_files takes what access_report returned; "
            f"this is something else ({type(error).__name__}: {error})."
        ) from error
    except (OSError, TemplateError) as error:
        raise AnsibleFilterError(f"access_report_files: {templates}: {type(error).__name__}: {error}") from error


def _csv(report: Mapping[str, Any]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for project in report["projects"]:
        of_project = {**project, "project_name": project["name"]}
        for entry in project["access"]:
            row = {**of_project, **entry}
            writer.writerow([_cell(row[column]) for column in COLUMNS])
    return text.getvalue()


def _cell(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "", True: "yes", False: "no"}[value]
    text = NOT_IN_CSV.sub("\ufffd", str(value))
    return f"'{text}" if text.startswith(FORMULA) else text


def _html(report: Mapping[str, Any], templates: Path) -> str:
    """The page; C(report) holds nothing any more that must not be shown."""
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    style, script = ((templates / f"report.{kind}").read_text(encoding="utf-8") for kind in ("css", "js"))
    tables = {name: rows(report) for name, rows in ROWS.items()}
    return environment.get_template("report.html.j2").render(
        report=report,
        titles=TITLES,
        asked=[TITLES[service] for service in report["services"]],
        missing=[TITLES[service] for service, outcome in report["services"].items() if outcome["error"]],
        charts=_charts(report),
        tables=tables,
        table_columns=TABLES,
        headings=HEADINGS,
        tones=_tones(report),
        unknown=UNKNOWN,
        without_script=WITHOUT_SCRIPT,
        style=Markup(style),
        script=Markup(script),
        style_hash=_checksum(style),
        script_hash=_checksum(script),
        data=_embedded({**_matrix(report), "tables": tables, "columns": TABLES, "tones": _tones(report)}),
    )


def _checksum(text: str) -> str:
    """As a Content-Security-Policy has it."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _embedded(data: Any) -> Markup:
    """JSON that can stand in a script element: nothing in it can end that element or begin a comment."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=True)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _shown(value: Any) -> Any:
    """Where a character cannot be seen, its number, so that no name can pass for another."""
    if isinstance(value, Mapping):
        return {_shown(key): _shown(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_shown(inner) for inner in value]
    if not isinstance(value, str):
        return value
    return INVISIBLE.sub(lambda found: f"[U+{ord(found[0]):04X}]", SURROGATE.sub("\ufffd", value))


def _entries(report: Mapping[str, Any]) -> Iterator[Any]:
    for project in report["projects"]:
        for entry in project["access"]:
            yield project, entry


def _label(project: Mapping[str, Any]) -> str:
    """What people call a project, with what the modules call it where that is more than another spelling."""
    name, reference = project["name"], str(project["project"])
    return f"{name} ({reference})" if name and not looks_like(name, reference) else reference


def _person(entry: Mapping[str, Any]) -> str:
    return entry["person"] or {None: "", True: NAMED, False: UNKNOWN}[entry["known"]]


def _how(entry: Mapping[str, Any]) -> str:
    return f"inherited: {entry['through']}" if entry["how"] == "inherited" else entry["how"]


def _tones(report: Mapping[str, Any]) -> Dict[str, str]:
    """How strong each access is, by its text."""
    tones = {"owner": "owner"}
    for _project, entry in _entries(report):
        weak = "least" if entry["access"] in LEAST else "middle"
        tones.setdefault(access_text(entry), "elevated" if entry["elevated"] else weak)
    return tones


def _strength(access: str) -> int:
    return SCALE.index(access) if access in SCALE else len(SCALE)


def _charts(report: Mapping[str, Any]) -> List[Dict[str, Any]]:
    """For each service how often each access occurs, and as a share of the most frequent one in percent."""
    outcomes = report["services"].values()
    most = max((count for o in outcomes for way in WAYS for count in o["counts"][way].values()), default=1)
    tones = _tones(report)
    return [
        {
            "service": service,
            "outcome": outcome,
            "bars": [
                {"way": way, "access": access, "tone": tones[access], "count": count, "share": 100 * count / most}
                for way in WAYS
                for access, count in sorted(outcome["counts"][way].items(), key=lambda item: _strength(item[0]))
            ],
        }
        for service, outcome in report["services"].items()
    ]


def _elevated(report: Mapping[str, Any]) -> List[Row]:
    return [
        [TITLES[project["service"]], _label(project), _person(entry), entry["account"], access_text(entry), _how(entry)]
        for project, entry in _entries(report)
        if entry["elevated"]
    ]


def _unknown(report: Mapping[str, Any]) -> List[Row]:
    found: Dict[Any, List[Any]] = {}
    for project, entry in _entries(report):
        if entry["known"] is False:
            found.setdefault((project["service"], entry["account"]), []).append((project, entry))
    rows = []
    for unknown in report["unknown"]:
        entries = found[unknown["service"], unknown["account"]]
        several = [
            sorted({access_text(entry) for _project, entry in entries}, key=lambda access: (_strength(access), access)),
            sorted({_how(entry) for _project, entry in entries}),
            list(dict.fromkeys(_label(project) for project, _entry in entries)),
        ]
        rows.append([TITLES[unknown["service"]], unknown["account"], *several])
    return rows


def _drift(report: Mapping[str, Any]) -> List[Row]:
    labels = {(project["service"], project["project"]): _label(project) for project in report["projects"]}
    return [
        [
            entry["difference"],
            TITLES[entry["service"]],
            labels[entry["service"], entry["project"]],
            entry["person"],
            entry["account"],
            entry["roster"],
            entry["found"],
            WHY[entry["difference"], entry["reason"]],
        ]
        for entry in sorted(report["drift"], key=lambda e: (e["reason"] == "open", DIFFERENCES.index(e["difference"])))
    ]


def _not_compared(report: Mapping[str, Any]) -> List[Row]:
    return [
        [TITLES[entry["service"]], entry["project"], NOT_COMPARED[entry["reason"]]] for entry in report["not_compared"]
    ]


def _unreadable(report: Mapping[str, Any]) -> List[Row]:
    return [
        [TITLES[entry["service"]], entry["project"], entry["message"], entry["hint"]] for entry in report["unreadable"]
    ]


ROWS: Dict[str, Callable[[Mapping[str, Any]], List[Row]]] = {
    "elevated": _elevated,
    "unknown": _unknown,
    "drift": _drift,
    "not_compared": _not_compared,
    "unreadable": _unreadable,
}


def _matrix(report: Mapping[str, Any]) -> Dict[str, Any]:
    """People x projects, packed: C(access) has the numbers of project, person, text, way and origin of each entry."""
    people = {
        ("person", person["person"]): [
            person["person"],
            "person",
            [f"{TITLES[service]}: {account}" for service, account in person["accounts"].items()],
        ]
        for person in report["people"]
        if person["projects"]
    }
    others: Dict[Any, List[Any]] = {}
    for project, entry in _entries(report):
        if not entry["person"]:
            kind = {None: "account", True: "named", False: "unknown"}[entry["known"]]
            others[project["service"], entry["account"]] = [entry["account"], kind, [TITLES[project["service"]]]]
    kinds = ("account", "named", "unknown")
    people.update(sorted(others.items(), key=lambda item: (kinds.index(item[1][1]), item[1])))
    numbers = {key: number for number, key in enumerate(people)}
    texts: Dict[str, int] = {}
    origins: Dict[str, int] = {}
    access: List[int] = []
    for number, project in enumerate(report["projects"]):
        for entry in project["access"]:
            key = ("person", entry["person"]) if entry["person"] else (project["service"], entry["account"])
            text = texts.setdefault(access_text(entry), len(texts))
            origin = origins.setdefault(entry["through"], len(origins))
            access += [number, numbers[key], text, WAYS.index(entry["how"]), origin]
    return {
        "people": list(people.values()),
        "projects": [
            [TITLES[project["service"]], _label(project), project["public"] is True, project["roster"]]
            for project in report["projects"]
        ],
        "texts": list(texts),
        "ways": WAYS,
        "origins": list(origins),
        "named": NAMED,
        "unknown": UNKNOWN,
        "access": access,
    }


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        return {"access_report_files": access_report_files}
