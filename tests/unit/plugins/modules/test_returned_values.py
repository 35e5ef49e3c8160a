# Copyright: (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every value that a module returns is documented, and every documented one is returned."""

from __future__ import annotations

from importlib import import_module

import pytest
import yaml
from ansible_collections.rollcall.collaborators.plugins.module_utils._ansible import result
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.apply import Outcome
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.errors import RollcallError
from ansible_collections.rollcall.collaborators.plugins.module_utils._membership.model import (
    Field,
    Plan,
    Project,
    Scale,
    Step,
)

MODULES = "ansible_collections.rollcall.collaborators.plugins.modules"
SINGULAR = ["qc_collaborator", "hth_project_collaborator", "qfield_collaborator"]
# These come with every Ansible module, or with its failure.
COMMON = {"changed", "diff", "msg"}

ROLES = Scale((Field("role", ("reader", "editor")),))
ADD = Step("amy", None, {"role": "editor"})
FAILED = [(ADD, RollcallError("no", kind="refused"))]
PLAN = Plan("p", Project("1", "p"), {}, (ADD,), {})
FAILURE = Outcome(PLAN, failed=FAILED, error=FAILED[0][1])


def documented(entries):
    """Dotted names of all values that RETURN tells of."""
    for name, entry in entries.items():
        yield name
        yield from (f"{name}.{inner}" for inner in documented(entry.get("contains", {})))


def returned(values, described):
    """Dotted names of all values in a result, as deep as they are described one by one."""
    for name, value in values.items():
        yield name
        inner = described.get(name, {}).get("contains")
        if inner:
            for item in value if isinstance(value, list) else [value]:
                yield from (f"{name}.{key}" for key in returned(item, inner))


@pytest.mark.parametrize("name", SINGULAR + [f"{name}s" for name in SINGULAR])
def test_returned_and_documented_values_are_the_same(name):
    described = yaml.safe_load(import_module(f"{MODULES}.{name}").RETURN)
    report = result.total_result if name.endswith("s") else result.single_result
    whole = {**report([FAILURE], ROLES), **result.failure([FAILURE])}

    assert set(returned(whole, described)) - COMMON == set(documented(described))
