# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From wishes to plans: resolve, read once, plan everything, check everything. Writes nothing."""

from __future__ import annotations

from typing import Callable, Dict, Iterable, List, Sequence, TypeVar, Union

from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import (
    BadInput,
    Halt,
    RollcallError,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.model import (
    Listing,
    Plan,
    Project,
    Rules,
    Wish,
    is_text,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.plan import Draft, judge, propose
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.progress import Progress, silent
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.service import Service

T = TypeVar("T")
R = TypeVar("R")
# Seconds after which the thread that waits for the others looks up.
WAKE = 1.0


def prepare(
    service: Service, wishes: Sequence[Wish], rules: Rules, workers: int = 1, progress: Progress = silent
) -> List[Plan]:
    """One plan for each wish, in the same order. Any failure fails the whole run: nothing was written yet."""
    raise_all([problem for wish in wishes for problem in _unfit_names(service, wish)])
    results = list_each(service, _find(service, wishes), workers, progress)
    listings = _sound([_placed(result, wish) for result, wish in zip(results, wishes)])
    drafts = [_attempt(_drafted, service, wish, listing) for wish, listing in zip(wishes, listings)]
    return _sound([_judged(service, draft, rules) for draft in drafts])


def list_each(
    service: Service, projects: Sequence[Project], workers: int, progress: Progress = silent
) -> List[Union[Listing, RollcallError]]:
    """The listing of each project, or why there is none."""

    def listing_of(project: Project) -> Union[Listing, RollcallError]:
        return _attempt(service.list_members, project)

    def told(done: int) -> None:
        progress(1 + done, len(projects), "projects read")

    # The first one alone: services lock accounts, and bad credentials would fail once for each worker.
    return [*map(listing_of, projects[:1]), *in_parallel(listing_of, projects[1:], workers, told)]


def _untold(_done: int) -> None:
    pass


def in_parallel(
    work: Callable[[T], R], items: Iterable[T], workers: int, told: Callable[[int], None] = _untold
) -> List[R]:
    """C(work) on each item, results in the order of the items; without threads where one worker is enough.

    After a Halt nothing new is begun. The calling thread tells how many are done, after each and while it waits.
    """
    items = list(items)
    results: List[R] = []
    if workers <= 1 or len(items) <= 1:
        for item in items:
            results.append(work(item))
            told(len(results))
        return results
    halts: List[Halt] = []

    def one(item: T) -> R:
        if halts:
            raise halts[0]
        try:
            return work(item)
        except Halt as halt:
            halts.append(halt)
            raise

    # Imported here, because a task for one project does without.
    from concurrent.futures import ThreadPoolExecutor, wait

    with ThreadPoolExecutor(min(workers, len(items))) as pool:
        futures = [pool.submit(one, item) for item in items]
        try:
            for future in futures:
                while not future.done():
                    wait([future], timeout=WAKE)
                    told(len(results))
                results.append(future.result())
                told(len(results))
        finally:
            for future in futures:
                future.cancel()
    return results


def _drafted(service: Service, wish: Wish, listing: Listing) -> Draft:
    draft = propose(wish, listing, service.scale, service.folds_case, service.check_unlisted)
    adds = [step.name for step in draft.named if step.kind == "add"]
    problem = service.check_adds(listing.project, adds) if adds else None
    raise_all([problem.at(wish.label)] if problem else [])
    return draft


def _judged(service: Service, draft: Union[Draft, RollcallError], rules: Rules) -> Union[Plan, RollcallError]:
    if isinstance(draft, RollcallError):
        return draft
    # Who the caller is cannot fail for one project only, and is not asked for again.
    caller = service.whoami(draft.listing) if draft.needs_caller(rules) else {}
    without_row = service.caller_without_row(draft.listing, draft.added) if draft.may_cost_caller(rules) else {}
    return _attempt(judge, draft, rules, service.scale, caller, without_row)


def _unfit_names(service: Service, wish: Wish) -> List[RollcallError]:
    if not wish.project:
        return [BadInput(f"{wish.where or 'project'}: the project is blank.", hint="Did a variable come out empty?")]
    for text in (wish.project, *wish.collaborators):
        if not is_text(text):
            return [BadInput(f"{wish.label}: {text!r} holds half a character, which cannot be sent.")]
    problems = [(name, service.check_collaborator(name)) for name in wish.collaborators]
    return [
        BadInput(f"{wish.label}: {name!r} cannot be a collaborator: {problem}") for name, problem in problems if problem
    ]


def _find(service: Service, wishes: Sequence[Wish]) -> List[Project]:
    """The project of each wish; a project that two wishes mean would get two plans that know nothing of each other."""
    found = service.find_projects(list(dict.fromkeys(wish.project for wish in wishes)))
    projects = _sound([_placed(found[wish.project], wish) for wish in wishes])
    first: Dict[str, Wish] = {}
    twice: List[RollcallError] = []
    for wish, project in zip(wishes, projects):
        other = first.setdefault(project.id, wish)
        if other is not wish:
            twice.append(
                BadInput(
                    f"{wish.label} and {other.label} are the same project.",
                    hint="Put all its collaborators into one entry.",
                )
            )
    raise_all(twice)
    return projects


def _placed(result: Union[R, RollcallError], wish: Wish) -> Union[R, RollcallError]:
    """The result; an error says where in the list of projects its reason stands."""
    return result.at(wish.where) if isinstance(result, RollcallError) and wish.where else result


def _attempt(work: Callable[..., R], *arguments: object) -> Union[R, RollcallError]:
    try:
        return work(*arguments)
    except Halt:
        raise
    except RollcallError as error:
        return error


def _sound(results: Sequence[Union[R, RollcallError]]) -> List[R]:
    """The results, if none of them is an error."""
    raise_all([result for result in results if isinstance(result, RollcallError)])
    return [result for result in results if not isinstance(result, RollcallError)]


def raise_all(errors: Sequence[RollcallError]) -> None:
    """One error that says all of them, so that a user mends everything in one go."""
    if not errors:
        return
    first = errors[0]
    if len(errors) == 1:
        raise first
    hints = {error.hint for error in errors}
    lines = "\n".join(f"- {error.message if len(hints) == 1 else error}" for error in errors)
    raise RollcallError(
        f"{len(errors)} problems, nothing was changed:\n{lines}",
        hint=hints.pop() if len(hints) == 1 else "",
        kind="safety" if any(error.kind == "safety" for error in errors) else first.kind,
        http_status=first.http_status,
        method=first.method,
        url=first.url,
        retryable=all(error.retryable for error in errors),
    )
