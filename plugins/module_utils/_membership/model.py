# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The nouns: access, members, projects, wishes and plans. Plain data without behaviour towards the outside."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Dict, FrozenSet, List, Mapping, Optional, Sequence, Tuple, Union

from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import BadInput
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.names import Names

ABSENT = "absent"

# One member's access: every field of the service's scale with its value, such as {"role": "editor"}.
Access = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """One thing that can be granted. C(choices) run from the least access to the most; the first is the default."""

    name: str
    choices: Tuple[Any, ...]

    def parse(self, value: Any) -> Any:
        """The choice that C(value) means; raises ValueError with the allowed values."""
        if value in self.choices and isinstance(value, type(self.choices[0])):
            return value
        if self.is_bool and str(value).lower() in ("true", "yes", "on", "false", "no", "off"):
            return str(value).lower() in ("true", "yes", "on")
        allowed = "true or false" if self.is_bool else ", ".join(self.choices)
        raise ValueError(f"{self.name} is {value!r}, must be one of: {allowed}")

    @property
    def is_bool(self) -> bool:
        return isinstance(self.choices[0], bool)


@dataclass(frozen=True)
class Scale:
    """The access one service knows. The first field is the one that a bare word stands for."""

    fields: Tuple[Field, ...]

    def parse(self, written: Any) -> Optional[Dict[str, Any]]:
        """What a user wrote for one collaborator: None for C(absent), else the fields that were given.

        Takes a bare word (the value of the first field) or a mapping of fields; raises ValueError.
        """
        if written == ABSENT:
            return None
        if isinstance(written, str):
            return {self.fields[0].name: self.fields[0].parse(written)}
        if not isinstance(written, Mapping):
            raise ValueError(f"{written!r} is no access, write {self.usage}")
        by_name = {known.name: known for known in self.fields}
        unknown = sorted(str(name) for name in written if name not in by_name)
        if unknown:
            raise ValueError(f"unknown key {', '.join(unknown)}, write {self.usage}")
        return {name: by_name[name].parse(value) for name, value in written.items()}

    @property
    def usage(self) -> str:
        words = ", ".join(self.fields[0].choices)
        if len(self.fields) == 1:
            return f"one of {words} or {ABSENT}"
        keys = ", ".join(known.name for known in self.fields)
        return f"one of {words} or {ABSENT}, or a mapping with {keys}"

    @property
    def most(self) -> Dict[str, Any]:
        return {known.name: known.choices[-1] for known in self.fields}

    def show(self, access: Optional[Access]) -> Union[str, Dict[str, Any]]:
        """The access as users write it: a bare word where there is one field, else a mapping."""
        if access is None:
            return ABSENT
        if len(self.fields) == 1:
            return str(access[self.fields[0].name])
        return {known.name: access[known.name] for known in self.fields}

    def complete(self, wanted: Access, current: Optional[Access]) -> Dict[str, Any]:
        """Fields left open keep their present value; a new member takes the least access."""
        base = current or {known.name: known.choices[0] for known in self.fields}
        return {known.name: wanted.get(known.name, base[known.name]) for known in self.fields}

    def lowers(self, old: Access, new: Access) -> bool:
        """Whether any field goes down. A value the scale does not know may mean anything, and counts as that."""
        for known in self.fields:
            before, after = old[known.name], new[known.name]
            if before == after:
                continue
            if not {before, after}.issubset(known.choices) or known.choices.index(after) < known.choices.index(before):
                return True
        return False


@dataclass(frozen=True)
class Project:
    """C(id) is what requests carry, C(name) what people call it, C(owner) the account that cannot be a collaborator.

    C(about) are further facts for people to read, by name.
    """

    id: str
    name: str
    owner: Optional[str] = None
    about: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Listing:
    """Everybody with direct access to one project, without its owners, as the service spells them."""

    project: Project
    members: Mapping[str, Access]
    owners: FrozenSet[str] = frozenset()
    # Rows that are, or (False) may be, the account that makes the calls, where the list itself tells.
    caller: Mapping[str, bool] = field(default_factory=dict)
    # The rest is for people to read and never compared. Whether the calling account may change the list, None where the
    # service does not tell, and what is to say of it.
    manageable: Optional[bool] = field(default=None, compare=False)
    note: str = field(default="", compare=False)
    # By account, where they were asked for.
    emails: Mapping[str, str] = field(default_factory=dict, compare=False)
    # Account -> what else gives it access, each {"role", "through"}; None where that was not asked for.
    inherited: Optional[Mapping[str, Sequence[Mapping[str, str]]]] = field(default=None, compare=False)
    # Organizations and teams, or "owner", of which it could not be read to whom they give access.
    inherited_unknown: Sequence[str] = field(default=(), compare=False)

    def access_of(self, name: str, may_be_respelled: bool = False) -> Optional[Access]:
        """The access of a row; one that is new may have got the service's own spelling of the name."""
        if name in self.members or not may_be_respelled:
            return self.members.get(name)
        same = Names(self.members, folds_case=True).same(name)
        return self.members.get(same[0]) if same else None


def is_text(written: str) -> bool:
    """Whether it can be sent and shown: half of a surrogate pair, which JSON can hold, cannot."""
    try:
        written.encode()
    except UnicodeEncodeError:
        return False
    return True


@dataclass(frozen=True)
class Wish:
    """What a user asks for one project. C(where) is the place in a list of projects, such as C(projects[3])."""

    project: str
    collaborators: Mapping[str, Optional[Access]]
    exclusive: bool = False
    where: str = ""

    @property
    def label(self) -> str:
        """The project and its place, for messages."""
        return f"{self.project} ({self.where})" if self.where else self.project


@dataclass(frozen=True)
class Removals:
    """How many members an exclusive run may take off one project: a number, or a share of those present in percent."""

    number: int = 25
    percent: bool = True

    @classmethod
    def parse(cls, written: str) -> Removals:
        parts = re.fullmatch(r"([0-9]{1,9})\s*(%?)", str(written).strip())
        if not parts or (parts[2] and int(parts[1]) > 100):
            raise BadInput(
                f"max_removals is {written!r}.", hint="Write a whole number such as 3, or a share such as 25%."
            )
        return cls(int(parts[1]), bool(parts[2]))

    def limit(self, present: int) -> int:
        """A share above zero always allows two: a quarter of five people would forbid every change of staff."""
        if not self.percent:
            return self.number
        return max(2, present * self.number // 100) if self.number else 0

    def __str__(self) -> str:
        return f"{self.number}%" if self.percent else str(self.number)


@dataclass(frozen=True)
class Rules:
    """The safety rules of one run; the same for all its projects."""

    max_removals: Removals = Removals()
    protect: FrozenSet[str] = frozenset()
    allow_self: bool = False
    allow_empty: bool = False


@dataclass(frozen=True)
class Step:
    """One change of one member. C(old) is None for an add, C(new) is None for a removal.

    C(own) marks what the calling account loses itself: it may be able to do nothing more after it.
    """

    name: str
    old: Optional[Access]
    new: Optional[Access]
    own: bool = False

    @property
    def kind(self) -> str:
        if self.old is None:
            return "add"
        return "remove" if self.new is None else "change"

    @property
    def rank(self) -> int:
        """Steps of a lower rank come first: 0 what is given and changed, 1 removals, 2 the caller's own loss."""
        return 2 if self.own else int(self.new is None)


@dataclass(frozen=True)
class Plan:
    """Everything one run will do to one project: exactly its C(steps), in the order of their ranks."""

    reference: str
    project: Project
    before: Mapping[str, Access]
    steps: Tuple[Step, ...]
    protected: Mapping[str, str]
    exclusive: bool = False

    def of(self, kind: str) -> List[Step]:
        return [step for step in self.steps if step.kind == kind]

    @property
    def keep(self) -> List[str]:
        touched = {step.name for step in self.steps}
        return sorted(name for name in self.before if name not in touched and name not in self.protected)


def after(before: Mapping[str, Access], steps: List[Step]) -> Dict[str, Access]:
    """The members once C(steps) are carried out."""
    members = dict(before)
    for step in steps:
        if step.new is None:
            members.pop(step.name, None)
        else:
            members[step.name] = step.new
    return members
