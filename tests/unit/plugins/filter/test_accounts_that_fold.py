# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a roster to the service: what the filter and the engine take for one account is the same."""

from __future__ import annotations

import copy

from ansible_collections.rollcall.collaborators.plugins.filter.member_lists import member_lists
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import QC_WORLD, serving_sides

ROW = {"liveControl": False, "permission": "read"}


def test_two_persons_whose_accounts_only_some_folding_takes_for_one_both_stay():
    accounts = ("stra\u00dfe", "strasse")
    world = copy.deepcopy(QC_WORLD)
    world["profiles"].update((name, {"uid": 9000000 + number}) for number, name in enumerate(accounts))
    world["projects"][0]["collaborators"] = dict.fromkeys(accounts, ROW)
    people = {"anna": {"qc": accounts[0]}, "bert": {"qc": accounts[1]}}
    roster = [{"project": "Team/First", "exclusive": True, "people": {"anna": "read", "bert": "read"}}]
    (entry,) = member_lists(roster, "qc", people)["projects"]
    with serving_sides() as sides:
        qc = sides["qc"]
        qc.service.seed(world)
        result = qc.run({entry["project"]: entry["collaborators"]}, exclusive=True)
        assert (result["failed"], result["summary"], qc.changes) == (False, "+0 ~0 -0 =2", [])
