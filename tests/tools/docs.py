# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the documentation site into .build/docs/html, where any warning is an error, and follows its own links."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from checkout import BUILD, ROOT, report

from demo import undisturbed

COLLECTION = "rollcall.collaborators"
CONFIGURATION = ROOT / "tests/tools/docsite"
DOCS = BUILD / "docs"
PAGES = DOCS / "rst"
SITE = DOCS / "html"


class Page(HTMLParser):
    """What a page refers to, and what in it can be referred to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.references: list[str] = []
        self.anchors = {""}
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("id", "name"):
                self.anchors.add(value or "")
            elif name in ("href", "src") and value:
                self.references.append(value)


def run(program: str, *arguments: str) -> None:
    """Run a program of .venv; an exit status other than 0 ends everything."""
    environment = undisturbed() | {
        "ANSIBLE_COLLECTIONS_PATH": str(BUILD / "collections"),
        "ANSIBLE_HOME": str(BUILD / "ansible-home"),
        "HOME": str(BUILD),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    command = [str(Path(sys.executable).with_name(program)), *arguments]
    if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
        sys.exit(f"{program} found something wrong, see above.")


def build() -> None:
    """Write a page for each module, filter, role and guide, then make the site of them."""
    shutil.rmtree(DOCS, ignore_errors=True)
    # antsibull-docs refuses a folder that others can write into.
    PAGES.mkdir(parents=True, mode=0o755)
    run(
        "antsibull-docs",
        f"--config-file={CONFIGURATION / 'antsibull-docs.cfg'}",
        "collection",
        "--use-current",
        "--squash-hierarchy",
        "--fail-on-error",
        f"--dest-dir={PAGES}",
        COLLECTION,
    )
    # It would say that there are none: it knows those of plugins that run on the control host, not those of modules.
    (PAGES / "environment_variables.rst").unlink()
    # antsibull-docs takes the pages only.
    shutil.copytree(ROOT / "docs/docsite/rst/images", PAGES / "docsite/images")
    run(
        "sphinx-build",
        "--builder=html",
        "--fail-on-warning",
        "--keep-going",
        "--quiet",
        f"--conf-dir={CONFIGURATION}",
        str(PAGES),
        str(SITE),
    )


def broken_links() -> tuple[int, int, list[str]]:
    """The number of pages, the number of links within the site, and those of them that lead nowhere."""
    pages = {path: Page(path) for path in sorted(SITE.rglob("*.html"))}
    links = 0
    broken = []
    for path, page in pages.items():
        for reference in page.references:
            parts = urlsplit(reference)
            if parts.scheme or parts.netloc:
                continue
            links += 1
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchors = pages[target].anchors if target in pages else {""}
            if not target.is_file() or unquote(parts.fragment) not in anchors:
                broken.append(f"{path.relative_to(SITE)}: {reference}")
    return len(pages), links, broken


def main() -> None:
    build()
    pages, links, broken = broken_links()
    if broken:
        sys.exit("Links within the site that lead nowhere:\n" + "\n".join(broken))
    report("docs", f"{pages} pages without a warning in .build/docs/html, {links} links within the site lead somewhere")


if __name__ == "__main__":
    main()
