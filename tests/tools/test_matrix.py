# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which versions run what."""

from __future__ import annotations

import matrix
import pytest
from matrix import IN_PROCESS, RUNS, TARGETS, Cell, runs

OLD, MIDDLE, NEW = Cell("2.16", "3.10"), Cell("2.18", "3.12"), Cell("2.21", "3.13")
PREFIXES = ("qc", "hth_project", "qfield")
KINDS = ["sanity", "units", "integration"]


def test_the_lowest_runs_modules_on_the_oldest_python_and_the_highest_in_ansibles_own_process() -> None:
    assert list(runs("lowest", [OLD, MIDDLE, NEW], "3.9")) == [
        (OLD, "sanity without pylint", ""),
        (OLD, "units of the controller", ""),
        (OLD, "units", "3.9"),
        (OLD, "integration of lists, roles and playbooks", "3.9"),
        (OLD, "integration of one list and the role", ""),
        (OLD, IN_PROCESS, ""),
    ]
    assert list(runs("highest", [OLD, MIDDLE, NEW], "3.9")) == [
        (NEW, "sanity", ""),
        (NEW, "units of the controller", ""),
        (NEW, "integration", ""),
        (NEW, IN_PROCESS, ""),
    ]


def test_a_machine_with_one_python_runs_everything_once() -> None:
    """The steps lowest and highest run at the same time, and would be in each other's way."""
    assert list(runs("lowest", [OLD], "")) == [(OLD, what, "") for what in [*KINDS, IN_PROCESS]]
    assert list(runs("highest", [OLD], "")) == []


def test_one_ansible_core_runs_on_all_its_pythons_and_modules_on_the_oldest() -> None:
    cells = [Cell("2.18", "3.11"), Cell("2.18", "3.12")]
    assert list(runs("2.18", cells, "3.9")) == [
        (cells[1], "sanity", ""),
        (cells[1], IN_PROCESS, ""),
        *((cell, what, "") for cell in cells for what in ("units", "integration")),
        (cells[0], "units", "3.9"),
        (cells[0], "integration", "3.9"),
    ]


def test_each_push_runs_a_list_of_each_service_on_the_lowest_core() -> None:
    targets = RUNS["integration of lists, roles and playbooks"][1:]
    left_out = {path.name for path in TARGETS.iterdir()} - {*targets, "setup_fakes"}
    assert left_out == {
        *(f"{service}_{kind}" for service in PREFIXES for kind in ("collaborator", "collaborator_info")),
        "qfield_older_servers",
    }
    assert {f"{service}_collaborators" for service in PREFIXES} < set(targets)
    assert set(RUNS["integration of one list and the role"][1:]) < set(targets)


@pytest.mark.parametrize("choice, step, status", [("2.20", "core-2.20", 0), ("highest", "highest", 1)])
def test_one_ansible_core_without_a_python_is_skipped_and_none_at_all_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, choice: str, step: str, status: int
) -> None:
    told: list[str] = []
    monkeypatch.setattr(matrix, "find", lambda _name: "")
    monkeypatch.setattr(matrix, "report", lambda *lines: told.extend(lines))

    assert matrix.main(choice) == status
    assert told[0] == step
    assert "ansible-core 2.20 on Python 3.12" in told[1]
    assert "this machine has none of these Pythons" in told[1]
