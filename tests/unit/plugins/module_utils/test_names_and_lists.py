# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that are one account or only look like it, and lists that are not whole: from arguments to results."""

from __future__ import annotations

import copy

import pytest
from ansible_collections.rollcall.collaborators.plugins.module_utils._services import quantconnect
from ansible_collections.rollcall.collaborators.tests.unit.plugins.module_utils.sides import (
    HTH_WORLD,
    QC_WORLD,
    READ,
    WRITE,
)

ROW = {"liveControl": False, "permission": "read"}


def qc_people(sides, *names):
    """QuantConnect, where these are on Team/First."""
    world = copy.deepcopy(QC_WORLD)
    world["profiles"].update((name, {"uid": 9000000 + number}) for number, name in enumerate(names))
    world["projects"][0]["collaborators"] = dict.fromkeys(names, ROW)
    sides["qc"].service.seed(world)
    return sides["qc"]


def hth_people(sides, *names):
    """TeamHub, where these are on platform."""
    world = copy.deepcopy(HTH_WORLD)
    world["accounts"].update((name, HTH_WORLD["accounts"]["norris"]) for name in names)
    world["projects"]["platform"]["collaborators"] = dict.fromkeys(names, "guest")
    sides["hth"].service.seed(world)
    return sides["hth"]


# Names


LOOK_ALIKES = [
    ("qc", "Jos\u00e9", "Jose\u0301"),
    ("qc", "mia-ai", "mia\u2011ai"),
    ("qc", "mia-ai", "mia-ai\u200b"),
    ("hth", "norris", "Norris"),
    ("qfield", "rob_reader", "Rob_Reader"),
]


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize(("service", "listed", "written"), LOOK_ALIKES)
def test_who_only_looks_like_a_member_is_refused_and_the_member_is_named(sides, service, listed, written, state):
    side = (
        qc_people(sides, listed)
        if service == "qc"
        else hth_people(sides, listed)
        if service == "hth"
        else sides[service]
    )
    project = "Team/First" if service == "qc" else side.project
    access = {"qc": READ, "hth": "guest", "qfield": "reader"}[service] if state == "present" else "absent"
    results = [
        side.run({project: {written: access}}),
        side.run({project: {written: access}}, check_mode=True),
        side.run_one(written, access, project=project),
        side.run_info(collaborator=written),
        side.run_info(collaborator=written, projects=[project]),
    ]
    for result in results:
        assert (result["failed"], result["error"]["kind"]) == (True, "bad_input")
        assert f"looks like a listed name, {listed}" in result["msg"] and "write it exactly so" in result["msg"]
    assert side.mutating == []
    # Exactly so it is taken.
    assert side.run({project: {listed: "absent"}})["changed"]
    assert not side.run({project: {listed: "absent"}})["changed"]


@pytest.mark.parametrize("written", ["jos\u00e9", "rob\u2011reader", "rob_reader\u200b", "@acm\u00e9_org/office"])
def test_qfield_letters_that_no_username_has_are_refused_before_any_request(sides, written):
    qfield = sides["qfield"]
    for result in (
        qfield.run({qfield.project: {written: "reader"}}),
        qfield.run_one(written, "absent"),
        qfield.run_info(collaborator=written),
    ):
        assert result["error"]["kind"] == "bad_input" and "usernames have letters from A to Z" in result["msg"]
    assert qfield.service.journal == []


def test_qfield_members_of_teams_and_organizations_are_looked_at_too(sides):
    qfield = sides["qfield"]
    result = qfield.run_info(collaborator="Max_Member", inherited=True)
    assert result["error"]["kind"] == "bad_input" and "looks like a listed name, max_member;" in result["msg"]
    found = qfield.run_info(collaborator="max_member", inherited=True)
    assert not found["failed"] and "max_member" in found["organizations"]["acme_org"]["members"]


def test_hth_two_spellings_of_what_may_be_one_account_are_refused_in_one_list(sides):
    hth = hth_people(sides, "norris")
    result = hth.run({"platform": {"norris": "guest", "NORRIS": "master"}})
    assert "NORRIS and norris may be the same account; name it once" in result["msg"]
    assert hth.mutating == []
    both = hth_people(sides, "norris", "NORRIS").run({"platform": {"norris": "absent", "NORRIS": "master"}})
    assert (both["failed"], hth.members("platform")) == (False, {"NORRIS": "master"})


@pytest.mark.parametrize("kept", ["quant_kim", "Quant_Kim"])
def test_qc_of_two_accounts_that_differ_in_case_only_the_one_that_is_meant_is_taken(sides, kept):
    names = ["quant_kim", "Quant_Kim"]
    (leaver,) = [name for name in names if name != kept]
    qc = qc_people(sides, *names)
    changed = qc.run({"Team/First": {kept: WRITE}})
    assert (changed["failed"], changed["changed"]) == (False, True), changed["msg"]
    removed = qc.run_one(leaver, "absent", project="Team/First")
    assert (removed["failed"], removed["changed"], removed["after"]) == (False, True, {kept: WRITE}), removed["msg"]
    assert qc.members("Team/First") == {kept: WRITE}


def test_qc_an_account_of_digits_is_kept_changed_and_removed_but_not_added(sides):
    qc = qc_people(sides, "2000001", "2000002", "2000003")
    wanted = {"2000001": READ, "2000002": WRITE, "2000003": "absent"}
    assert qc.run({"Team/First": wanted}, exclusive=True)["summary"] == "+0 ~1 -1 =1"
    assert not qc.run({"Team/First": wanted}, exclusive=True)["changed"]
    assert qc.run_info(collaborator="2000001")["projects"] == [
        {"project": "Team/First", "collaborators": {"2000001": READ}}
    ]
    refused = qc.run_one("2000003", READ, project="Team/First")
    assert "a number is not accepted" in refused["msg"] and refused["error"]["kind"] == "bad_input"


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("access", [READ, "absent"])
@pytest.mark.parametrize("pasted", ["https://www.quantconnect.com/u/mia-ai", "quantconnect.com/u/mia-ai"])
def test_qc_a_pasted_address_is_refused_in_check_mode_already(sides, pasted, access, check_mode):
    qc = sides["qc"]
    result = qc.run_one(pasted, access, check_mode)
    assert result["error"]["kind"] == "bad_input" and "an address is not accepted" in result["msg"]
    assert qc.mutating == []


def test_qc_a_project_is_found_with_the_slash_that_the_service_shows(sides):
    world = copy.deepcopy(QC_WORLD)
    world["projects"][0]["name"] = "/Leading/Slash"
    sides["qc"].service.seed(world)
    for written in ("/Leading/Slash", "Leading/Slash"):
        result = sides["qc"].run({written: {"mia-ai": READ}})
        assert (result["failed"], result["projects"][0]["project_id"]) == (False, "23456789")


# Projects whose id a service folds


def test_hth_two_spellings_of_one_project_are_refused_before_the_first_write(sides):
    hth = sides["hth"]
    hth.switch(id_case="folded")
    before = hth.members("platform")
    for members in (before, {}):
        hth.service.state()["projects"]["platform"]["collaborators"] = dict(members)
        wanted = {"platform": {"ext.jdoe": "guest"}, "Platform": {"norris": "master"}}
        result = hth.run(wanted, exclusive=True)
        assert result["error"]["kind"] == "bad_input" and "are the same project" in result["msg"]
        assert (hth.mutating, hth.members("platform")) == ([], members)


def test_hth_the_id_of_a_project_is_the_one_that_the_service_shows(sides):
    hth = sides["hth"]
    hth.switch(id_case="folded")
    result = hth.run_one("norris", "master", project="PLATFORM")
    assert (result["changed"], result["project"], result["project_id"]) == (True, "PLATFORM", "platform")
    told = hth.run_info(projects=["Platform", "crowd", "platform"])
    assert [entry["project"] for entry in told["projects"]] == ["Platform", "crowd"]
    assert told["details"]["Platform"]["project_id"] == "platform"


def test_hth_two_projects_whose_ids_differ_in_case_only_are_two(sides):
    world = copy.deepcopy(HTH_WORLD)
    world["projects"]["Platform"] = {**world["projects"]["crowd"], "collaborators": {}}
    sides["hth"].service.seed(world)
    result = sides["hth"].run({"platform": {"norris": "absent"}, "Platform": {"norris": "guest"}})
    assert (result["failed"], [entry["project_id"] for entry in result["projects"]]) == (
        False,
        ["platform", "Platform"],
    )


# Lists in pages


def projects_of_qc(sides, number):
    world = copy.deepcopy(QC_WORLD)
    world["projects"] = [
        {"projectId": 100 + one, "name": f"P{one}", "owner": "sim_owner", "collaborators": {"mia-ai": ROW}}
        for one in range(number)
    ]
    sides["qc"].service.seed(world)
    return sides["qc"]


def test_qc_a_list_of_projects_in_an_order_of_its_own_each_time_is_not_taken_for_whole(sides):
    qc = projects_of_qc(sides, 250)
    assert len(qc.run_info()["projects"]) == 250
    qc.switch(page_order="shuffled")
    result = qc.run_info()
    assert (result["failed"], result["error"]["kind"], result["error"]["retryable"]) == (True, "bad_answer", True)
    assert "QuantConnect: the list of the projects contradicts itself: " in result["msg"]
    by_name = qc.run({f"P{number}": {"mia-ai": "absent"} for number in (1, 240)})
    assert by_name["error"]["kind"] == "bad_answer" and qc.mutating == []
    # Ids are read one by one where the list is of no use.
    by_id = qc.run({str(100 + number): {"mia-ai": "absent"} for number in (1, 240)})
    assert (by_id["failed"], by_id["summary"]) == (False, "+0 ~0 -2 =0")


def test_hth_a_list_of_members_in_an_order_of_its_own_each_time_is_not_taken_for_whole(sides):
    hth = hth_people(sides, *(f"person{number}" for number in range(9)))
    hth.switch(page_size=2, order="shuffled", total_count="absent")
    result = hth.run({"platform": {"person3": "absent"}})
    assert (result["error"]["kind"], hth.mutating) == ("bad_answer", [])
    assert "the list of the collaborators of project platform contradicts itself: " in result["msg"]
    told = hth.run_info(projects=["platform", "crowd"])
    assert told["failed"] or told["unreadable"]


@pytest.mark.parametrize(("service", "is_readable"), [("qc", True), ("hth", True), ("qfield", False)])
def test_where_entries_move_between_pages_a_result_is_complete_or_says_that_it_is_not(
    sides, service, is_readable, monkeypatch
):
    """Now and then one moves on QuantConnect and TeamHub, all of them for each page on QFieldCloud."""
    side = sides[service]
    if service == "qc":
        side = projects_of_qc(sides, 3)
        monkeypatch.setattr(quantconnect, "WINDOW", 2)
        side.switch(page_order="moving")
        names = ["P0", "P1", "P2"]
    elif service == "hth":
        side = hth_people(sides, "norris", "ext.jdoe", "jay+test.doe")
        side.switch(page_size=2, order="moving", total_count="absent")
        names = ["platform"]
    else:
        side.switch(list_cap=2, order="shuffled", total_count="absent")
        names = ["acme_org/trees"]
    outcomes = set()
    for _again in range(40):
        result = side.run_info(projects=names)
        told = {entry["project"]: entry["collaborators"] for entry in result.get("projects", ())}
        whole = {name: side.members(name) for name in names}
        if result["failed"]:
            assert result["error"]["kind"] == "bad_answer"
        else:
            assert told == {name: whole[name] for name in told}
            assert set(told) | {entry["project"] for entry in result["unreadable"]} == set(names)
        outcomes.add(result["failed"])
    assert (False in outcomes) == is_readable
