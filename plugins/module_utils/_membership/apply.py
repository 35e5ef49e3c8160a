# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From plans to what happened: exactly the steps of the plan, and the truth about each of them."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, field, replace
from typing import Callable, Dict, List, Optional, Sequence, Tuple

from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import (
    Conflict,
    Halt,
    Held,
    RollcallError,
    Unclear,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.model import (
    Access,
    Plan,
    Project,
    Step,
    after,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.prepare import in_parallel
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.progress import Progress, silent
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.service import Service, Shown


@dataclass
class Outcome:
    """What became of one plan. C(found) are steps that somebody else had carried out meanwhile.

    C(error) is the first failure, or the one that halted the run before this plan was through.
    """

    plan: Plan
    done: List[Step] = field(default_factory=list)
    found: List[Step] = field(default_factory=list)
    failed: List[Tuple[Step, RollcallError]] = field(default_factory=list)
    not_attempted: List[Step] = field(default_factory=list)
    error: Optional[RollcallError] = None

    @property
    def changed(self) -> bool:
        return bool(self.done)

    @property
    def after(self) -> Dict[str, Access]:
        return after(self.plan.before, self.done + self.found)


def foresee(plans: Sequence[Plan]) -> List[Outcome]:
    """What check mode reports: every step as if it had been carried out."""
    return [Outcome(plan, done=list(plan.steps)) for plan in plans]


def apply(
    service: Service,
    plans: Sequence[Plan],
    workers: int = 1,
    pause: Callable[[float], None] = time.sleep,
    progress: Progress = silent,
) -> List[Outcome]:
    """Carry the plans out, rank after rank; never raises for a failed step. One C(Halt) stops every project.

    What has to be one write after the other, because of the service, is a chain; chains run side by side.
    """
    outcomes = [Outcome(plan) for plan in plans]
    halts: List[Halt] = []
    total = sum(len(plan.steps) for plan in plans)
    made: List[Step] = []

    def told(_done: int) -> None:
        progress(len(made), total, "changes made")

    def run(chain: Tuple[Outcome, Sequence[Step]]) -> None:
        outcome, steps = chain
        for step in steps:
            if _attempt(service, outcome, step, halts, pause):
                made.append(step)

    for rank in (0, 1, 2):
        chains: List[Tuple[Outcome, Sequence[Step]]] = []
        for outcome in outcomes:
            steps = [step for step in outcome.plan.steps if step.rank == rank]
            if halts or (rank and outcome.failed):
                outcome.not_attempted.extend(steps)
            elif service.parallel_members:
                chains.extend((outcome, [step]) for step in steps)
            elif steps:
                chains.append((outcome, steps))
        in_parallel(run, chains, workers if service.parallel_writes else 1, told)
    return [_in_order(outcome, halts) for outcome in outcomes]


def _attempt(service: Service, outcome: Outcome, step: Step, halts: List[Halt], pause: Callable[[float], None]) -> bool:
    """Whether the step came about."""
    if halts:
        outcome.not_attempted.append(step)
        return False
    try:
        ours = _carry_out(service, outcome.plan.project, step, pause)
    except RollcallError as error:
        reason = error.cause if isinstance(error, Unclear) else error
        if isinstance(reason, Halt):
            halts.append(reason)
        elif error.kind == "refused":
            _explain(service, outcome.plan.project, step, error)
        if isinstance(error, Held):
            outcome.not_attempted.append(step)
        else:
            outcome.failed.append((step, error))
        return False
    (outcome.done if ours else outcome.found).append(step)
    return True


def _in_order(outcome: Outcome, halts: Sequence[Halt]) -> Outcome:
    """The outcome with its steps as they stand in the plan, whichever of them was through first."""
    place = {step.name: number for number, step in enumerate(outcome.plan.steps)}
    for steps in (outcome.done, outcome.found, outcome.not_attempted):
        steps.sort(key=lambda step: place[step.name])
    outcome.failed.sort(key=lambda failed: place[failed[0].name])
    if outcome.failed:
        outcome.error = outcome.failed[0][1]
    elif outcome.not_attempted:
        outcome.error = halts[0]
    return outcome


def _explain(service: Service, project: Project, step: Step, error: RollcallError) -> None:
    # The refusal is the news; that its cause could not be looked up is not.
    with contextlib.suppress(RollcallError):
        error.hint = service.explain(project, step) or error.hint


def _carry_out(service: Service, project: Project, step: Step, pause: Callable[[float], None]) -> bool:
    """Whether this run brought the step about (else somebody else did); raises if it did not come about.

    A write is repeated at most once, and only after a fresh listing has shown that it is still needed.
    """
    wanted, unclear = step.new, False
    may_be_respelled = step.old is None and service.folds_case is not False
    doubt: Optional[RollcallError] = None
    for last in (False, True):
        doubt = None
        try:
            if _send(service, project, step) == wanted:
                return True
        except Unclear as error:
            doubt, unclear = error, True
        except Conflict as error:
            doubt = error
        current = _look(service, project, step.name, may_be_respelled, wanted, doubt, pause)
        if current == wanted:
            return unclear or doubt is None
        still_needed = replace(step, old=current)
        if last or doubt is None or (isinstance(doubt, Conflict) and still_needed == step):
            break
        step = still_needed
    if isinstance(doubt, Unclear):
        raise _not_made(doubt.cause)
    if doubt is not None:
        raise doubt
    raise RollcallError(
        f"{service.title} answered as if it had been done, but its list does not show it.",
        kind="not_converged",
        hint="Look at the project in the service, then run again.",
        retryable=True,
    )


def _send(service: Service, project: Project, step: Step) -> Shown:
    if step.new is None:
        return service.remove(project, step.name)
    if step.old is None:
        return service.add(project, step.name, step.new)
    return service.update(project, step.name, step.new)


def _look(
    service: Service,
    project: Project,
    name: str,
    may_be_respelled: bool,
    wanted: Optional[Access],
    doubt: Optional[RollcallError],
    pause: Callable[[float], None],
) -> Optional[Access]:
    """The member's access in a fresh listing; read again, with growing pauses, as long as it is not the wanted one."""
    current: Optional[Access] = None
    for number in range(service.rereads):
        try:
            if number:
                pause(float(number))
            listing = service.list_members(project)
        except RollcallError as error:
            raise _lost(error, doubt) from error
        current = listing.access_of(name, may_be_respelled)
        if current == wanted:
            break
    return current


def _not_made(cause: RollcallError) -> RollcallError:
    """A write got no answer, twice, and a fresh listing does not show it."""
    facts = cause.as_dict()
    return RollcallError(f"{facts.pop('message')} The list of the project shows that it was not made.", **facts)


def _lost(error: RollcallError, doubt: Optional[RollcallError]) -> RollcallError:
    """Reading again failed as well: what is not known must not be reported as done or as not done."""
    if not isinstance(doubt, Conflict):
        said = doubt.cause.message if isinstance(doubt, Unclear) else "The answer to the write did not show its result."
        return Unclear(error, f"{said} Reading the project again failed too:")
    if error.kind != "not_found":
        return doubt
    facts = {**doubt.as_dict(), "kind": error.kind, "hint": error.hint}
    return RollcallError(f"{facts.pop('message')} {error.message}", **facts)
