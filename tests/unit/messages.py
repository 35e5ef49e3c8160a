# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every message that the collection's own code can fail with, read out of its source.

What is put into a message only when it is made becomes "…". What is decided by the code, such as one of two sentences,
makes a message of each. A reason that comes from another function or, in YAML, from an expression is one of its own.
"""

from __future__ import annotations

import ast
import itertools
import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = ROOT / "plugins"
ERRORS = PLUGINS / "module_utils/_membership/errors.py"
# Whoever is called so is given what a user is told: the errors, by their classes, and what makes or collects them.
TELLING = {node.name for node in ast.parse(ERRORS.read_text()).body if isinstance(node, ast.ClassDef)}
TELLING |= {"AnsibleFilterError", "Contradiction", "OSError", "ValueError", "timeout", "foreign", "refused", "unclear"}
TELLING |= {"problems.append", "seen.append", "problems.extend", "_fits", "_refuse", "_rows", "_unknown", "_useless"}
TELLING |= {"_wrong_proxy"}
# Functions that give back, or yield, why something cannot be.
REASONS = {"_ca_problem", "check_collaborator", "check_unlisted", "_differing", "_fault", "_misplaced", "_name_fault"}
WORD = re.compile(r"[A-Za-z]{2,}")
EXPRESSION = re.compile(r"\{\{(.*?)\}\}|\{%.*?%\}", re.DOTALL)
QUOTED = re.compile(r"'([^']*)'")
UNDEFINED = re.compile(r"undef\(hint=(.*?)\) *\}\}", re.DOTALL)
# What stands between two texts that are put together.
BETWEEN = re.compile(r"'\s*~(?:[^'~]*~)?\s*'")
NAME = re.compile(r"\b__\w+")


class AnsibleYaml(yaml.SafeLoader):
    """What Ansible reads, as plain values."""


AnsibleYaml.add_constructor("!unsafe", yaml.SafeLoader.construct_yaml_str)


def messages():
    """All of them, as `normal` writes them."""
    found = [text for path in PLUGINS.rglob("*.py") for text in of_python(path.read_text(encoding="utf-8"))]
    for folder in ("roles", "playbooks"):
        paths = (ROOT / folder).rglob("*.yml")
        found += of_yaml([yaml.load(path.read_text(encoding="utf-8"), AnsibleYaml) for path in paths])
    return {normal(text) for text in found} - {""}


def normal(text):
    """Without what differs at both ends; empty where too little is left to look for."""
    text = re.sub(r"<[^<>]+>", "…", " ".join(text.split())).replace("…[…]", "…").strip(" …,;:.()")
    return text if sum(bool(WORD.search(word)) for word in text.split()) > 1 else ""


def of_python(source):
    tree = ast.parse(source)
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            known = {**_assigned(tree.body), **_assigned(ast.walk(function))}
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and _called(node) in TELLING:
                    told = node.args
                elif isinstance(node, (ast.Return, ast.Yield)) and node.value and function.name in REASONS:
                    told = [node.value]
                else:
                    continue
                yield from (text for argument in told for text in _forms(argument, known))


def _assigned(nodes):
    """Name -> the expressions that it may stand for."""
    found = {}
    for node in nodes:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                tuples = isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
                for name, value in zip(target.elts, node.value.elts) if tuples else [(target, node.value)]:
                    if isinstance(name, ast.Name):
                        found.setdefault(name.id, []).append(value)
    return found


def _called(call):
    if not isinstance(call.func, ast.Attribute):
        return getattr(call.func, "id", "")
    owner = call.func.value
    collects = call.func.attr in ("append", "extend")
    return f"{getattr(owner, 'attr', getattr(owner, 'id', ''))}.{call.func.attr}" if collects else call.func.attr


def _forms(node, known):
    """Every text that an expression can be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.Name) and node.id in known:
        others = {name: values for name, values in known.items() if name != node.id}
        return list(dict.fromkeys(form for value in known[node.id] for form in _forms(value, others)))
    if isinstance(node, ast.IfExp):
        return _forms(node.body, known) + _forms(node.orelse, known)
    if isinstance(node, ast.FormattedValue):
        return _forms(node.value, known)
    if isinstance(node, (ast.ListComp, ast.GeneratorExp)):
        return _forms(node.elt, known)
    parts = node.values if isinstance(node, ast.JoinedStr) else []
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = [node.left, node.right]
    return ["".join(form) for form in itertools.product(*(_forms(part, known) for part in parts))] if parts else ["…"]


def of_yaml(files):
    """What tasks with the module fail say, with the variables that they say it with, and what undef() does."""
    mappings = [mapping for content in files for mapping in _mappings(content)]
    variables = {name: text for mapping in mappings for name, text in mapping.items() if isinstance(text, str)}
    for mapping in mappings:
        for text in mapping.values():
            for hint in UNDEFINED.findall(text) if isinstance(text, str) else ():
                yield from _quoted(hint)
        if "ansible.builtin.fail" in mapping:
            yield from _of_template(mapping["ansible.builtin.fail"]["msg"], variables, set())


def _mappings(content):
    if isinstance(content, dict):
        yield content
    inner = content.values() if isinstance(content, dict) else content if isinstance(content, list) else ()
    for part in inner:
        yield from _mappings(part)


def _quoted(expression):
    return QUOTED.findall(BETWEEN.sub(lambda found: "…" * (found[0].count("~") - 1), expression))


def _of_template(text, variables, seen):
    yield from EXPRESSION.sub("…", text).splitlines()
    for expression in EXPRESSION.findall(text):
        yield from _quoted(expression)
        for name in set(NAME.findall(expression)) & variables.keys() - seen:
            yield from _of_template(variables[name], variables, seen | {name})
