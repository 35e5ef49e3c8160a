# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read from pages, and what a shell makes of it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pages
import pytest

MARKDOWN = """\
    # Title

    `folder/first.yml`:

    ```yaml
    a: $HOME
    ```

    <!-- Ends with 3. -->
    ```sh
    export SAID=once
    exit 3
    ```

    <!-- Not run here: it asks
         for too much. -->
    ```sh
    false
    ```

    ```text
    what is shown
    ```
    """
RST = """\
    Title
    =====

    .. code-block:: yaml
       :caption: folder/first.yml

       a: $HOME

    .. Ends with 3.

    .. code-block:: sh

       export SAID=once
       exit 3

    .. note::

       .. Not run here: it asks
          for too much.

       .. code-block:: sh

          false

    .. code-block:: text

       what is shown
    """

Page = Callable[[str, str], list[pages.Block]]


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    """Write a page, and read it as one of the checkout."""
    monkeypatch.setattr(pages, "ROOT", tmp_path)

    def read(name: str, text: str) -> list[pages.Block]:
        (tmp_path / name).write_text(dedent(text), encoding="utf-8")
        return pages.blocks(name)

    return read


def follow(blocks: list[pages.Block], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", pages.session(blocks)], cwd=folder, check=False, stdout=subprocess.PIPE, text=True, timeout=60
    )


@pytest.mark.parametrize(("name", "text"), [("page.md", MARKDOWN), ("page.rst", RST)])
def test_both_formats_have_the_same_blocks(page: Page, name: str, text: str) -> None:
    file, command, left_out = page(name, text)
    assert (file.file, file.text) == ("folder/first.yml", "a: $HOME\n")
    assert (command.status, command.text) == (3, "export SAID=once\nexit 3\n")
    assert left_out.not_run == "it asks for too much"
    assert pages.reasons([file, command, left_out]) == [f"{left_out.where}: not run: it asks for too much"]
    lines = dedent(text).splitlines()
    assert [lines[int(block.where.rpartition(":")[2]) - 1].lstrip("` .") for block in (file, command, left_out)] == (
        ["yaml", "sh", "sh"] if name.endswith("md") else ["code-block:: yaml", "code-block:: sh", "code-block:: sh"]
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "```yaml\na: 1\n```\n"),
        ("a.md", "```\nls\n```\n"),
        ("a.md", "Text\n\n    ls\n"),
        ("a.md", "- item\n\n  ```yaml\n  a: 1\n  ```\n"),
        ("a.md", "<!-- Not run here. -->\n```console\nls\n```\n"),
        ("a.md", "```text\n$ ls\n```\n"),
        ("a.md", "```text\nansible-playbook first.yml\n```\n"),
        ("a.rst", ".. code-block:: yaml\n\n   a: 1\n"),
        ("a.rst", "Text::\n\n   ls\n"),
        ("a.rst", "* item\n\n  .. code-block:: python\n\n     1\n"),
        ("a.rst", ".. note::\n\n   .. code-block:: yaml\n\n      a: 1\n"),
        ("a.rst", ">>> 1\n1\n"),
        ("a.rst", ".. tabs::\n\n   .. code-block:: yaml\n\n      a: 1\n"),
    ],
)
def test_a_block_that_belongs_to_nobody_is_an_error(page: Page, name: str, text: str) -> None:
    with pytest.raises(SystemExit, match="nobody runs|commands in it|does not know"):
        page(name, text)


def test_one_shell_follows_all(page: Page, tmp_path: Path) -> None:
    blocks = page(
        "a.md",
        "```sh\nmkdir new\ncd new\nexport HTH_API_KEY=secret\n```\n`in/here.txt`:\n\n```text\n$HTH_API_KEY\n```\n"
        "```sh\ncat in/here.txt; echo is ${#HTH_API_KEY} long\n```\n",
    )
    done = follow(blocks, tmp_path)
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        *("$ mkdir new", "$ cd new", "$ export HTH_API_KEY=...", "$ cat in/here.txt; echo is ${#HTH_API_KEY} long"),
        *("$HTH_API_KEY", "is 6 long"),
    ]


@pytest.mark.parametrize(
    ("expected", "command", "status"),
    [(0, "true", 0), (0, "false\ntrue", 1), (2, "exit 2", 0), (2, "true", 1), (2, "exit 3\nexit 2", 1)],
)
def test_a_page_ends_where_it_is_not_true(page: Page, tmp_path: Path, expected: int, command: str, status: int) -> None:
    comment = f"<!-- Ends with {expected}. -->\n" if expected else ""
    done = follow(page("a.md", f"{comment}```sh\n{command}\n```\n```sh\necho end\n```\n"), tmp_path)
    assert (done.returncode, "end\n" in done.stdout, "a.md:" in done.stdout) == (status, not status, bool(status))


def test_a_second_terminal_is_waited_for(page: Page, tmp_path: Path) -> None:
    second = "<!-- In a second terminal. -->\n```sh\nsleep 0.5; echo ready >there; cat there; sleep 1\n```\n"
    assert follow(page("a.md", f"{second}```sh\ncat there\n```\n"), tmp_path).stdout.endswith("$ cat there\nready\n")
