# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The machine: a random world, in which tasks run in random weather while others change it too."""

from __future__ import annotations

import functools
from collections import Counter
from dataclasses import dataclass
from random import Random

import hypothesis
from ansible_collections.rollcall.collaborators.tests.reliability.worlds.draws import (
    BYSTANDER,
    draw_change,
    draw_look,
    draw_rows,
    draw_task,
    draw_weather,
    once_in,
)
from ansible_collections.rollcall.collaborators.tests.reliability.worlds.laws import (
    ANY_WEATHER,
    CLEAR_WEATHER,
    Look,
    Run,
    info_is_complete_or_says_that_it_is_not,
)
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test


@dataclass(frozen=True)
class Size:
    """How large worlds are, from and to; a world of the `whole` size has tasks for all of its projects."""

    projects: tuple
    people: tuple
    churn: int
    """One in so many members is wanted otherwise than at first."""
    whole: bool = False


SMALL = Size((1, 4), (1, 6), churn=2)
ANY = Size((1, 40), (1, 60), churn=3)
FULL = Size((40, 40), (60, 60), churn=15, whole=True)


class Worlds(RuleBasedStateMachine):
    """`seed` makes large worlds other ones; `tally` counts what happens."""

    def __init__(self, stage, size, seed, tally):
        super().__init__()
        self.stage = stage
        self.size = size
        self.seed = seed
        self.tally = tally
        self.drawn = 0

    @initialize(data=st.data())
    def a_world(self, data):
        random = self._random(data)
        projects, people = (_mostly_few(random, *limits) for limits in (self.size.projects, self.size.people))
        self.people = [f"person{number}" for number in range(people)]
        everybody = [*self.people, BYSTANDER]
        chosen = {name: random.choice(self.stage.side.fake.switches[name]) for name in self.stage.switches}
        has_pages = not self.size.whole and random.choice([False, True])
        self.stage.open(projects, everybody, chosen, has_pages)
        self.first_rows = draw_rows(random, self.stage, everybody)
        for project in self.stage.projects:
            for name, access in self.first_rows[project.key].items():
                self.stage.set(project, name, access)
        note(f"{self.stage.chosen} {self.stage.has_pages} {self.stage.state()}")
        self.tally["worlds"] += 1
        self.tally["worlds with pages"] += self.stage.has_pages
        self.tally["restless worlds"] += self.stage.is_restless

    @rule(data=st.data())
    def somebody_else_changes_something(self, data):
        random = self._random(data)
        for _number in range(random.randint(1, 3)):
            project, name, access = draw_change(random, self.stage, [*self.people, BYSTANDER])
            note(f"{project.key}: {name} gets {access}")
            self.stage.set(project, name, access)

    @rule(data=st.data())
    def a_task_in_clear_weather(self, data):
        self._converge(self._task(self._random(data)))

    @rule(data=st.data())
    def a_task_in_bad_weather_and_again_in_clear_weather(self, data):
        random = self._random(data)
        task = self._task(random)
        for _number in range(random.randint(1, 3)):
            weather = draw_weather(random, self.stage, task, self.stage.state())
            note(f"{weather}")
            self._run(task, once_in(random, 6), weather)
            self.stage.clear_up()
        self._converge(task)

    @rule(data=st.data())
    def somebody_looks(self, data):
        random = self._random(data)
        options = draw_look(random, self.stage, self.people)
        weather = draw_weather(random, self.stage, None, self.stage.state()) if once_in(random, 2) else []
        look = Look.of(self.stage, options, weather)
        note(f"looked with {options} in {weather}: {look.result.get('msg', look.result.get('summary'))}")
        info_is_complete_or_says_that_it_is_not(look)
        self.stage.clear_up()
        self.tally["looks"] += 1
        self.tally["looks in vain"] += look.result["failed"]

    def _random(self, data):
        """Hypothesis makes a failing world smaller where all choices are its own: too many for large worlds."""
        if self.size.people[1] < 10:
            return data.draw(st.randoms(use_true_random=False))
        self.drawn += 1
        return Random(f"{self.seed} {self.drawn} {data.draw(st.integers(0, 2**32))}")

    def _task(self, random):
        self.stage.give_back()
        task = draw_task(random, self.stage, self.people, self.first_rows, self.size)
        note(f"{task}")
        return task

    def _run(self, task, check_mode=False, weather=(), laws=()):
        run = Run.of(self.stage, task, check_mode, weather)
        note(f"{'checked' if check_mode else 'ran'}: {run.result.get('msg', run.result.get('summary'))}")
        for law in (*ANY_WEATHER, *laws):
            law(run)
        self.tally["runs"] += 1
        self.tally["writes"] += len(run.writes)
        self.tally["faults"] += sum(fault.met for fault in weather)
        return run

    def _converge(self, task):
        """Check mode foretells the run, which does all that was asked; the run after it has nothing left to do."""
        self.stage.give_back()
        if self.stage.is_restless:
            for check_mode in (True, False):
                run = self._run(task, check_mode)
                self.tally["restless runs"] += 1
                self.tally["restless runs in vain"] += run.result["failed"]
            return
        check = self._run(task, check_mode=True, laws=CLEAR_WEATHER)
        run = self._run(task, laws=CLEAR_WEATHER)
        assert run.result == check.result
        if run.projects and all(self.stage.manages(entry.project) for entry in task.entries):
            again = self._run(task, laws=CLEAR_WEATHER)
            assert not again.result["changed"] and not again.writes
        self.tally["tasks" if run.projects else "tasks refused"] += 1
        self.tally["tasks for all 40 projects"] += len(run.projects) == 40


def _mostly_few(random, least, most):
    return random.randint(least, random.randint(least, most))


def play(stage, size, examples, derandomize=False, seed=None):
    """Play worlds of that size, those of Hypothesis' `seed` or always the same ones; the tally of what happened."""
    tally = Counter()
    machine = hypothesis.seed(seed)(functools.partial(Worlds, stage, size, seed, tally))
    try:
        _play(machine, size, examples, derandomize)
    finally:
        stage.close()
    return tally


def _play(machine, size, examples, derandomize):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=5,
            derandomize=derandomize,
            database=None,
            deadline=None,
            report_multiple_bugs=False,
            # What has seeds of its own cannot be made smaller.
            phases=[Phase.generate, Phase.shrink] if size == SMALL else [Phase.generate],
            # Every step talks to a server many times.
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
