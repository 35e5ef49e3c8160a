# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From plans to what happened: exactly the steps of the plan, and the truth about each of them."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, field, replace
from typing import Callable, Collection, Dict, List, Mapping, Optional, Sequence, Tuple

from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import (
    Conflict,
    Halt,
    Held,
    RollcallError,
    Unclear,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.model import (
    Access,
    Listing,
    Plan,
    Project,
    Step,
    after,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.prepare import in_parallel
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.progress import Progress, silent
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.second_look import compare
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.service import Service, Shown

# How often, with growing pauses, a second look is taken until it shows the project as the run left it.
LOOKS = 3


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
    # Sent, but the answer was lost: not known yet.
    open: List[Tuple[Step, Unclear]] = field(default_factory=list)
    # What the second look found wrong, what it found besides, and who was there then, if not who had been left there.
    contradiction: Optional[RollcallError] = None
    warning: str = ""
    seen: Optional[Mapping[str, Access]] = None
    # Those of all outcomes of the run that came about.
    made: List[Step] = field(default_factory=list)

    def came_about(self, step: Step, ours: bool = True) -> None:
        (self.done if ours else self.found).append(step)
        self.made.append(step)

    @property
    def changed(self) -> bool:
        return bool(self.done)

    @property
    def after(self) -> Dict[str, Access]:
        through = self.done + self.found
        if self.seen is None:
            return after(self.plan.before, through)
        return after(self.seen, [step for step in through if step.own])


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
    made: List[Step] = []
    outcomes = [Outcome(plan, made=made) for plan in plans]
    halts: List[Halt] = []
    total = sum(len(plan.steps) for plan in plans)

    def told(_done: int) -> None:
        progress(len(made), total, "changes made")

    def run(chain: Tuple[Outcome, Sequence[Step]]) -> None:
        outcome, steps = chain
        for step in steps:
            _attempt(service, outcome, step, halts, pause)
            if not service.parallel_members:
                settle(outcome)

    def settle(outcome: Outcome) -> None:
        _settle(service, outcome, halts, pause)

    def look_again(outcome: Outcome) -> None:
        _look_again(service, outcome, halts, pause)

    for rank in (0, 1, 2):
        chains: List[Tuple[Outcome, Sequence[Step]]] = []
        for outcome in outcomes:
            steps = [step for step in outcome.plan.steps if step.rank == rank]
            if halts or (rank and (outcome.failed or outcome.contradiction)):
                outcome.not_attempted.extend(steps)
            elif service.parallel_members:
                chains.extend((outcome, [step]) for step in steps)
            elif steps:
                chains.append((outcome, steps))
        in_parallel(run, chains, workers if service.parallel_writes else 1, told)
        in_parallel(settle, [outcome for outcome in outcomes if outcome.open], workers, told)
        if rank == 1:
            # Before the caller's own loss, after which it may not see the list any more.
            in_parallel(look_again, [outcome for outcome in outcomes if _has_cleared(outcome)], workers)
    return [_in_order(outcome, halts) for outcome in outcomes]


def _attempt(service: Service, outcome: Outcome, step: Step, halts: List[Halt], pause: Callable[[float], None]) -> None:
    if halts:
        outcome.not_attempted.append(step)
        return
    try:
        _carry_out(service, outcome, step, pause)
    except RollcallError as error:
        _note_halt(error, halts)
        if error.kind == "refused":
            _explain(service, outcome.plan.project, step, error)
        if isinstance(error, Held):
            outcome.not_attempted.append(step)
        else:
            outcome.failed.append((step, error))


def _note_halt(error: RollcallError, halts: List[Halt]) -> None:
    reason = error.cause if isinstance(error, Unclear) else error
    if isinstance(reason, Halt):
        halts.append(reason)


def _in_order(outcome: Outcome, halts: Sequence[Halt]) -> Outcome:
    """The outcome with its steps as they stand in the plan, whichever of them was through first."""
    place = {step.name: number for number, step in enumerate(outcome.plan.steps)}
    for steps in (outcome.done, outcome.found, outcome.not_attempted):
        steps.sort(key=lambda step: place[step.name])
    outcome.failed.sort(key=lambda failed: place[failed[0].name])
    if outcome.failed:
        outcome.error = outcome.failed[0][1]
    elif outcome.contradiction:
        outcome.error = outcome.contradiction
    elif outcome.not_attempted:
        outcome.error = halts[0]
    return outcome


def _explain(service: Service, project: Project, step: Step, error: RollcallError) -> None:
    # The refusal is the news; that its cause could not be looked up is not.
    with contextlib.suppress(RollcallError):
        error.hint = service.explain(project, step) or error.hint


def _carry_out(service: Service, outcome: Outcome, planned: Step, pause: Callable[[float], None]) -> None:
    """Take the step, so that it is done, found or open; raises if it did not come about.

    A write is repeated at most once, and only when the service itself has said that it failed, and a fresh listing
    shows that it is still needed. One whose answer was lost may still be carried out: it is never repeated.
    """
    project, step, wanted = outcome.plan.project, planned, planned.new
    ours = False
    doubt: Optional[RollcallError] = None
    for last in (False, True):
        doubt = None
        try:
            if _send(service, project, step) == wanted:
                outcome.came_about(planned)
                return
        except Unclear as error:
            if not error.is_over:
                outcome.open.append((planned, error))
                return
            doubt, ours = error, True
        except Conflict as error:
            doubt = error
        current = _look(service, project, planned, doubt, pause)
        if current == wanted:
            outcome.came_about(planned, ours or doubt is None)
            return
        still_needed = replace(step, old=current)
        if last or doubt is None or (isinstance(doubt, Conflict) and still_needed == step):
            break
        step = still_needed
    if isinstance(doubt, Unclear):
        raise doubt.cause
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
    service: Service, project: Project, step: Step, doubt: Optional[RollcallError], pause: Callable[[float], None]
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
        current = _shown(service, listing, step)
        if current == step.new:
            break
    return current


def _shown(service: Service, listing: Listing, step: Step) -> Optional[Access]:
    """What a listing shows of the member; a new one may have got the service's own spelling."""
    return listing.access_of(step.name, may_be_respelled=step.old is None and service.folds_case is not False)


def _settle(service: Service, outcome: Outcome, halts: List[Halt], pause: Callable[[float], None]) -> None:
    """Read a project 1, 2, 4 ... seconds after its open writes, until the list shows them all or patience ends."""
    waited, moment = 0.0, 1.0
    blind: Optional[RollcallError] = None
    while outcome.open and waited < service.patience and not halts and (blind is None or blind.retryable):
        moment = min(moment, service.patience)
        try:
            pause(moment - waited)
            listing = service.list_members(outcome.plan.project)
        except RollcallError as error:
            blind = error
            _note_halt(error, halts)
        else:
            blind = None
            shown = [step for step, _doubt in outcome.open if _shown(service, listing, step) == step.new]
            for step in shown:
                outcome.came_about(step)
            outcome.open = [(step, doubt) for step, doubt in outcome.open if step not in shown]
        waited, moment = moment, 2 * moment
    for step, doubt in outcome.open:
        outcome.failed.append((step, _lost(blind, doubt) if blind else _not_shown(doubt, waited)))
    outcome.open = []


def _not_shown(doubt: Unclear, waited: float) -> Unclear:
    """The same with how long it was looked for."""
    if not waited:
        return doubt
    facts = doubt.cause.as_dict()
    said = f"{facts.pop('message')} The list of the project did not show it within {waited:g} s."
    return Unclear(RollcallError(said, **facts))


def _has_cleared(outcome: Outcome) -> bool:
    """Whether an exclusive list removed somebody: two of them at once could empty a project, each on its own sure."""
    return outcome.plan.exclusive and any(step.new is None for step in outcome.done)


def _look_again(service: Service, outcome: Outcome, halts: List[Halt], pause: Callable[[float], None]) -> None:
    """See whether a project is as the run left it. Of those whose step failed it is told already what is not known."""
    project = outcome.plan.project
    failed = {step.name for step, _error in outcome.failed}
    removed = [step.name for step in outcome.done + outcome.found if step.new is None]
    left = _others(Listing(project, outcome.after), failed)
    respelled = set(left.members).difference(outcome.plan.before) if service.folds_case is not False else set()
    for number in range(LOOKS):
        try:
            if halts:
                raise halts[0]
            pause(float(number))
            listing = service.list_members(project)
        except RollcallError as error:
            _note_halt(error, halts)
            facts = {**error.as_dict()}
            said = f"The list could not be read again after the removals: {facts.pop('message')}"
            outcome.contradiction = RollcallError(said, **facts)
            return
        worse, better = compare(left, _others(listing, failed), removed, service.scale, respelled)
        if not worse:
            break
    if worse:
        outcome.contradiction = RollcallError(
            f"The list is not as this run left it: {'; '.join(worse)}.",
            kind="not_converged",
            hint="Perhaps another run has another list for this project: settle which one holds, then run again.",
            retryable=True,
        )
    if better:
        outcome.warning = f"somebody else changed this list during the run; it also shows {', '.join(better)}."
    if worse or better:
        outcome.seen = listing.members


def _others(listing: Listing, names: Collection[str]) -> Listing:
    return replace(listing, members={name: row for name, row in listing.members.items() if name not in names})


def _lost(error: RollcallError, doubt: Optional[RollcallError]) -> RollcallError:
    """Reading again failed as well: what is not known must not be reported as done or as not done."""
    if not isinstance(doubt, Conflict):
        said = doubt.cause.message if isinstance(doubt, Unclear) else "The answer to the write did not show its result."
        return Unclear(error, f"{said} Reading the project again failed too:")
    if error.kind != "not_found":
        return doubt
    facts = {**doubt.as_dict(), "kind": error.kind, "hint": error.hint}
    return RollcallError(f"{facts.pop('message')} {error.message}", **facts)
