# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs yamllint on the documentation of plugins: the YAML in DOCUMENTATION, EXAMPLES, RETURN, and in doc fragments.

Exit status 1 and a line for each problem, with its place in the Python file.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from checkout import ROOT
from yamllint import linter
from yamllint.config import YamlLintConfig

FOLDERS = ("doc_fragments", "filter", "modules")


def blocks(path: Path) -> Iterator[tuple[int, str]]:
    """The constants of several lines in a Python file: the number of the line before the YAML, and the YAML."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            (target,) = node.targets
            text = node.value.value
            if isinstance(target, ast.Name) and target.id.isupper() and isinstance(text, str) and text[:1] == "\n":
                yield node.value.lineno, text[1:]


def main() -> int:
    config = YamlLintConfig(file=str(ROOT / ".yamllint-docs"))
    number = 0
    found = []
    for folder in FOLDERS:
        for path in sorted((ROOT / "plugins" / folder).glob("*.py")):
            for before, text in blocks(path):
                number += 1
                for problem in linter.run(text, config):
                    place = f"{path.relative_to(ROOT)}:{before + problem.line}:{problem.column}"
                    found.append(f"{place}: {problem.message}")
    print(*found, f"yamllint: {number} blocks in Python files, {len(found)} problems", sep="\n")
    return 1 if found or not number else 0


if __name__ == "__main__":
    sys.exit(main())
