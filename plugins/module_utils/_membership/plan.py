# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The planner: pure functions from a wish, a listing and the rules to a plan. No requests, no clock, no chance.

Two stages, because asking a service who the caller is costs a request that only a run which takes access away needs:
P(propose) finds what differs, P(judge) applies the safety rules to it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Callable, Dict, FrozenSet, List, Mapping, Optional, Tuple

from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import BadInput
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.model import (
    Access,
    Listing,
    Plan,
    Rules,
    Scale,
    Step,
    Wish,
)
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.names import (
    Names,
    appearance,
    grouped,
    spelled_out,
)

Check = Callable[[str, bool], Optional[str]]

OWNER = "owner of the project"
CALLER = "the account that makes the calls"
MAYBE_CALLER = "may be the owner or the account that makes the calls: the service does not show whose row this is"
PROTECTED = "named in protect"


@dataclass(frozen=True)
class Draft:
    """What differs between wish and listing, before the safety rules.

    C(takes_away) speaks of the named steps; C(added) are those of them who get less than the most access.
    """

    wish: Wish
    listing: Listing
    named: Tuple[Step, ...]
    unnamed: FrozenSet[str]
    takes_away: bool
    added: FrozenSet[str]

    def needs_caller(self, rules: Rules) -> bool:
        """Whether who makes the calls matters: somebody may lose access whom the rules do not keep anyway.

        Where the caller may lose its own, that has to come last, unless there is nothing else to do.
        """
        protect = set(map(appearance, rules.protect))
        named = self.takes_away and not self._is_alone(rules)
        return named or any(appearance(name) not in protect for name in self.unnamed)

    def may_cost_caller(self, rules: Rules) -> bool:
        """Whether one of the new rows could be the caller's own, and less than what it has without one."""
        return bool(self.added) and not self._is_alone(rules)

    def _is_alone(self, rules: Rules) -> bool:
        # Not where a second look would come after it.
        return rules.allow_self and len(self.named) == 1 and not self.wish.exclusive


def propose(
    wish: Wish,
    listing: Listing,
    scale: Scale,
    folds_case: Optional[bool] = False,
    check_unlisted: Check = lambda name, is_added: None,
) -> Draft:
    """Match every wanted name with a row and find what differs; raises one BadInput with all that cannot be matched."""
    problems: List[str] = []
    rows = _match(wish, listing, folds_case, check_unlisted, problems)
    steps = []
    for written, name in rows.items():
        wanted, current = wish.collaborators[written], listing.members.get(name)
        new = None if wanted is None else scale.complete(wanted, current)
        if new != current:
            steps.append(Step(name, current, new))
    if problems:
        raise BadInput(_sentence(wish, problems))
    unnamed = frozenset(listing.members).difference(rows.values()) if wish.exclusive else frozenset()
    added = frozenset(step.name for step in steps if step.old is None and scale.lowers(scale.most, step.new or {}))
    return Draft(wish, listing, tuple(steps), unnamed, any(_takes_away(step, scale) for step in steps), added)


def judge(
    draft: Draft,
    rules: Rules,
    scale: Scale,
    caller: Mapping[str, bool],
    without_row: Mapping[str, Access] = MappingProxyType({}),
) -> Plan:
    """Apply the safety rules; raises one BadInput that names everything the run is refused for.

    C(caller) maps the rows that are (True) or may be (False) the calling account; C(without_row) maps the calling
    account, where it has no row, to what it has all the same, and what a row would count instead of.
    """
    wish, listing = draft.wish, draft.listing
    protect = set(map(appearance, rules.protect))
    caller = {**caller, **dict.fromkeys(without_row, True)}
    had = [replace(step, old=without_row.get(step.name, step.old)) for step in draft.named]
    losses = {step.name for step in had if _takes_away(step, scale)}
    problems: List[str] = []
    for step in draft.named:
        if step.name not in losses:
            continue
        verb = "removed" if step.new is None else "lowered" if step.old else "lowered by a row of its own"
        if caller.get(step.name) and not rules.allow_self:
            problems.append(f"{step.name} would be {verb}, but is {CALLER}; set allow_self: true if that is meant")
        if appearance(step.name) in protect:
            problems.append(f"{step.name} would be {verb}, but is {PROTECTED}; take it out of one of the two")

    protected: Dict[str, str] = {}
    if wish.exclusive:
        protected.update((name, OWNER) for name in listing.owners)
    removals = [step for step in draft.named if step.kind == "remove"]
    for name in sorted(draft.unnamed):
        if name in caller:
            protected[name] = CALLER if caller[name] else MAYBE_CALLER
        elif appearance(name) in protect:
            protected[name] = PROTECTED
        else:
            removals.append(Step(name, listing.members[name], None))
    if problems:
        raise BadInput(_sentence(wish, problems), kind="safety")
    _guard(wish, listing, rules, removals)

    steps = [step for step in draft.named if step.kind != "remove"] + removals
    steps = [replace(step, own=step.name in caller and step.name in losses) for step in steps]
    steps.sort(key=lambda step: (step.rank, step.kind, step.name))
    return Plan(wish.project, listing.project, dict(listing.members), tuple(steps), protected, wish.exclusive)


def _guard(wish: Wish, listing: Listing, rules: Rules, removals: List[Step]) -> None:
    """Laws 4 and 6: an exclusive run neither empties a project nor takes off more than max_removals."""
    if not wish.exclusive:
        return
    wants_nobody = not any(access is not None for access in wish.collaborators.values())
    if wants_nobody and not rules.allow_empty:
        raise BadInput(
            f"{wish.label}: exclusive with no collaborator to keep would remove everybody.",
            kind="safety",
            hint="Name who stays, or set allow_empty: true if that is meant.",
        )
    limit = rules.max_removals.limit(len(listing.members))
    if len(removals) > limit:
        names = ", ".join(sorted(step.name for step in removals))
        raise BadInput(
            f"{wish.label}: exclusive would remove {len(removals)} of {len(listing.members)} "
            f"collaborators, max_removals {rules.max_removals} allows {limit}: {names}.",
            kind="safety",
            hint="Nothing was changed anywhere. Check the list, then raise max_removals for this run if that is meant.",
        )


def _match(
    wish: Wish, listing: Listing, folds_case: Optional[bool], check_unlisted: Check, problems: List[str]
) -> Dict[str, str]:
    """Every written name with the name its row has, or would get.

    A name that only looks like a listed one is taken for mistyped: an offboarding that finds nothing to do because of
    a capital letter is worse than an error. Who has two accounts that look alike has to name both.
    """
    listed = Names([*listing.members, *listing.owners], folds_case)
    rows: Dict[str, str] = {}
    for written, access in wish.collaborators.items():
        same = listed.same(written)
        alike = [name for name in listed.alike(written) if name not in wish.collaborators]
        if len(same) > 1:
            problems.append(f"{written} could be any of {', '.join(same)}; write the exact name")
        elif same and same[0] not in listing.members:
            problems.append(f"{written} is the {OWNER}, which is no collaborator and is not managed here; leave it out")
        elif same:
            rows[written] = same[0]
        elif alike:
            listed_so = ", ".join(map(spelled_out, alike))
            problems.append(f"{spelled_out(written)} looks like a listed name, {listed_so}; write it exactly so")
        else:
            reason = check_unlisted(written, access is not None)
            if reason:
                problems.append(f"{written!r} cannot be a collaborator: {reason}")
            rows[written] = written
    for names in grouped(wish.collaborators, folds_case is not False):
        if len(names) > 1 and not all(name in listing.members for name in names):
            verb = "may be" if folds_case is None else "are"
            problems.append(f"{' and '.join(names)} {verb} the same account; name it once")
    return rows


def _takes_away(step: Step, scale: Scale) -> bool:
    return step.new is None or (step.old is not None and scale.lowers(step.old, step.new))


def _sentence(wish: Wish, problems: List[str]) -> str:
    return f"{wish.label}: " + "; ".join(problems) + "."
