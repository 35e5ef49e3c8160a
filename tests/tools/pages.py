# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The blocks of code of a page, reStructuredText or Markdown, and the shell session of somebody who follows it.

=====================  ==========================================================================================
a block                is
=====================  ==========================================================================================
with a caption         the file of that name; in Markdown the caption is a paragraph of its own above: `first.yml`:
of `sh`                commands, which are typed
of `text`              something to look at
=====================  ==========================================================================================

A comment directly above a block says what else is to be known of it: `Ends with 2.` (the exit status), `In a second
terminal.` (it runs until the end of the page), or `Not run here: REASON.`. Any other block is an error.
"""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterator
from itertools import takewhile
from typing import NamedTuple

from checkout import ROOT
from docutils import nodes
from docutils.core import publish_doctree
from docutils.parsers.rst import Directive, directives
from markdown_it import MarkdownIt

HTML_COMMENT = re.compile(r"<!--\s*(.*?)\s*-->", re.DOTALL)
MARKDOWN_CAPTION = re.compile(r"^`(\S+)`:$")
STATUS = re.compile(r"^Ends with (\d+)\.$")
SECOND_TERMINAL = "In a second terminal."
NOT_RUN = re.compile(r"^Not run here: (.+)\.$", re.DOTALL)
# What is typed is no text to look at.
COMMAND = re.compile(r"^(?:\$ |(?:ansible(?:-\w+)?|git|make|pip|python3?) )", re.MULTILINE)
# What is printed is kept, and searched for credentials.
CREDENTIAL = re.compile(r"\b((?:QUANTCONNECT|QC|HTH|QFIELDCLOUD)_\w+=)\S+")
# Of a second terminal: how long its reader waits until it says something.
PATIENCE = 600


class Block(NamedTuple):
    """A block of code: the file that it is or, without one, commands and what is to be known of them."""

    where: str
    text: str
    file: str
    status: int = 0
    in_second_terminal: bool = False
    not_run: str = ""


def blocks(page: str) -> list[Block]:
    """Those of a page of the checkout. Raises SystemExit for a block that belongs to nobody."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = _in_rst(page, text) if page.endswith(".rst") else _in_markdown(page, text)
    return [block for each in found if (block := _block(page, *each))]


def _block(page: str, line: int, language: str, text: str, file: str, comments: list[str]) -> Block | None:
    where = f"{page}:{line}"
    notes = " ".join(" ".join(comments).split())
    not_run, status = NOT_RUN.match(notes), STATUS.match(notes)
    known = Block(where, text, file, int(status[1]) if status else 0, notes == SECOND_TERMINAL)
    if not_run:
        return known._replace(not_run=not_run[1])
    if file or language == "sh":
        return known
    if language != "text":
        sys.exit(f"{where}: nobody runs this block of {language or 'no language'}. Give it a caption, or a reason.")
    if COMMAND.search(text):
        sys.exit(f"{where}: a block of text with commands in it. Make it one of sh, or give a reason.")
    return None


Found = Iterator[tuple[int, str, str, str, list[str]]]


class _CodeBlock(Directive):
    has_content = True
    optional_arguments = 1
    option_spec = dict.fromkeys(("caption", "emphasize-lines", "linenos", "name"), directives.unchanged)

    def run(self) -> list[nodes.Node]:
        attributes = {"language": "".join(self.arguments), "file": self.options.get("caption", "")}
        node = nodes.literal_block(text="\n".join(self.content), **attributes)
        node.line = self.lineno
        return [node]


def _in_rst(page: str, text: str) -> Found:
    directives.register_directive("code-block", _CodeBlock)
    tree = publish_doctree(text, source_path=page, settings_overrides={"report_level": 5, "halt_level": 5})
    for message in tree.findall(nodes.system_message):
        # Roles are Sphinx's, and hide no block.
        if "Unknown directive" in message.astext():
            sys.exit(f"{page}: tests/tools/pages.py does not know what is in this: {message.astext()}")
    for node in [*tree.findall(nodes.literal_block), *tree.findall(nodes.doctest_block)]:
        if not isinstance(node.parent, nodes.system_message):
            before = node.parent.children[: node.parent.index(node)]
            comments = list(takewhile(lambda each: isinstance(each, nodes.comment), reversed(before)))
            text = f"{node.astext()}\n"
            yield node.line or 0, node.get("language", ""), text, node.get("file", ""), [c.astext() for c in comments]


def _in_markdown(_page: str, text: str) -> Found:
    tokens = MarkdownIt().parse(text)
    for index, token in enumerate(tokens):
        if token.type in ("fence", "code_block"):
            above = tokens[:index]
            comments = HTML_COMMENT.findall(above.pop().content) if above and above[-1].type == "html_block" else []
            has_caption = above and above[-1].type == "paragraph_close"
            caption = MARKDOWN_CAPTION.match(above[-2].content) if has_caption else None
            file = caption[1] if caption else ""
            yield (token.map or [0])[0] + 1, token.info, token.content, file, comments


def session(followed: list[Block]) -> str:
    """A script for bash that does what a reader does, in one terminal, and stops at a block that ends otherwise."""
    lines = ["set -eu -o pipefail"]
    lines += ["""trap 'status=$?; [ $status = 0 ] || echo "$at: ended with $status, not as the page says"' EXIT"""]
    for block in followed:
        lines.append(f"at={shlex.quote(block.where)}")
        lines += _as_file(block) if block.file else _as_commands(block)
    return "\n".join(lines) + "\n"


def _as_file(block: Block) -> list[str]:
    name = shlex.quote(block.file)
    return [f'mkdir -p "$(dirname {name})"', f"cat >{name} <<'END OF THE FILE'\n{block.text}END OF THE FILE"]


def _as_commands(block: Block) -> list[str]:
    typed = CREDENTIAL.sub(r"\1...", block.text).splitlines()
    shown = [f"printf '%s\\n' {shlex.quote(f'$ {line}')}" for line in typed]
    if block.in_second_terminal:
        wait = f'for _ in $(seq {PATIENCE}); do [ -s "$said" ] && break; sleep 1; done'
        start = ['said="$(mktemp)"', f'{{\n{block.text}}} >"$said" 2>"$said.errors" &', wait]
        return [*shown, *start, '[ -s "$said" ] || { cat "$said.errors"; exit 1; }']
    if block.status:
        otherwise = f'{{ echo "$at: ended with $ended instead of {block.status}"; trap - EXIT; exit 1; }}'
        lines = [*shown, "set +e", "(", "set -e", block.text, ")", "ended=$?", "set -e"]
        return [*lines, f"[ $ended = {block.status} ] || {otherwise}"]
    return [*shown, block.text]


def reasons(all_blocks: list[Block]) -> list[str]:
    """Lines for the report: why blocks are not run, with where."""
    return [f"{block.where}: not run: {block.not_run}" for block in all_blocks if block.not_run]
