# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ansible-test on a copy of the project: run_ansible_test.py sanity|units|integration [TARGET or OPTION ...]

ansible-test wants to live below ansible_collections/<namespace>/<name>/, writes into the tree that it tests and into
HOME, and passes over in silence what it cannot run. Here the tree and HOME are folders of .build, and what was passed
over is reported; an integration target that did not run is a failure.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from checkout import BUILD, REPORTS, copy_project, report
from interpreters import search_path

WARNING = "WARNING: "

# ansible-test makes its virtual environments without pip and would download get-pip.py from a host that is no package
# registry. Python brings a pip of its own. It has to be unpacked by another process: this one shows it to no import.
GET_PIP = """\
import subprocess
import sys

options = [word for word in sys.argv[1:] if word not in ("--no-setuptools", "--no-wheel")]
subprocess.run([sys.executable, "-m", "ensurepip"], check=True, stdout=subprocess.DEVNULL)
sys.exit(subprocess.run([sys.executable, "-m", "pip", "install", *options]).returncode)
"""


class AnsibleTest:
    """ansible-test as it is installed in the virtual environment whose folder of commands is given."""

    def __init__(self, commands: Path) -> None:
        self.commands = commands
        self.core, self.python, source = subprocess.run(
            [
                commands / "python",
                "-c",
                "import sys, ansible.release, ansible_test\n"
                "print(ansible.release.__version__, '%d.%d' % sys.version_info[:2], ansible_test.__file__, sep='\\n')",
            ],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout.splitlines()
        self.source = Path(source).with_name("_internal")
        self.work = BUILD / f"ansible-test/{self.core}-python{self.python}"
        self.home = self.work / "home"
        self.tree = self.work / "ansible_collections/rollcall/collaborators"
        self.junit = self.tree / "tests/output/junit"

    def prepare(self) -> None:
        """Make a new copy of the project, and put GET_PIP where ansible-test looks for a downloaded one.

        The virtual environments that ansible-test keeps in the copy are kept over it.
        """
        made, kept = self.tree / "tests/output/.tmp", self.work / "environments"
        if made.exists():
            shutil.rmtree(kept, ignore_errors=True)
            shutil.move(made, kept)
        copy_project(self.tree)
        if kept.exists():
            made.parent.mkdir(parents=True)
            shutil.move(kept, made)
        # Inside of a git repository ansible-test looks only at what git lists, and the outer one ignores .build.
        subprocess.run(["git", "init", "--quiet"], cwd=self.tree, check=True)
        cache = self.home / ".ansible/test/cache"
        cache.mkdir(parents=True, exist_ok=True)
        requirements = (self.source / "python_requirements.py").read_text(encoding="utf-8")
        for version in re.findall(r"\bpip='([\d.]+)'", requirements):
            (cache / f"get_pip_{version.replace('.', '_')}.py").write_text(GET_PIP, encoding="utf-8")

    def lines(self, *arguments: str) -> Iterator[str]:
        """What ansible-test prints in the copy, which is shown as it comes; at last its exit status."""
        path = search_path(self.commands, self.work / "interpreters")
        with subprocess.Popen(
            [str(self.commands / "ansible-test"), *arguments],
            cwd=self.tree,
            env=os.environ | {"HOME": str(self.home), "PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process:
            assert process.stdout
            for line in process.stdout:
                print(line, end="", flush=True)
                yield line.rstrip()
        yield f"ansible-test exited with {process.returncode}"

    def targets(self, *arguments: str) -> set[str]:
        """The integration targets that are named, or else all that are tests of their own and not parts of others."""
        folder = self.tree / "tests/integration/targets"
        named = {argument for argument in arguments if not argument.startswith("-")}
        return named or {path.name for path in folder.glob("*/") if not path.name.startswith(("setup_", "prepare_"))}

    def run(self, step: str, command: str, *arguments: str, modules_on: str = "") -> bool:
        """Run one command, sanity, units or integration, and report it as a step; whether all went well.

        With the version of a Python, modules run in processes of that one, also those of playbooks that a target runs.
        """
        python = f"--python={modules_on or self.python}"
        options = {
            "sanity": ["--junit"],
            "units": ["--venv", python],
            "integration": ["--venv", python, "--continue-on-error"],
        }[command]
        self.prepare()
        if modules_on and command == "integration":
            variables = self.tree / "tests/integration/integration_config.yml"
            variables.write_text("rollcall_in_process: false\n", encoding="utf-8")
        *lines, end = self.lines(command, *options, *arguments)

        notes = []
        failures = [end] if end != "ansible-test exited with 0" else []
        if command == "integration":
            ran = re.findall(r"^Running (\S+) integration test (?:role|script)$", "\n".join(lines), re.MULTILINE)
            notes.append(f"{len(ran)} targets ran: {' '.join(ran)}")
            if missing := self.targets(*arguments) - set(ran):
                failures.append(f"did not run: {' '.join(sorted(missing))}")
        else:
            ran = [path.name for path in self.junit.glob("*.xml")]
            REPORTS.mkdir(parents=True, exist_ok=True)
            for name in ran:
                shutil.copy2(self.junit / name, REPORTS / f"{step}-{name}")
        if not ran:
            failures.append("nothing ran")

        # Warnings come again at the end, and the locale is of no interest to these tests.
        warnings = [line.removeprefix(WARNING) for line in lines if line.startswith(WARNING)]
        notes += dict.fromkeys(line for line in warnings if not re.match("Using locale|Reviewing previous", line))
        report(step, *notes, *(f"FAILED: {failure}" for failure in failures))
        return not failures


def main(command: str, *arguments: str) -> int:
    """Run one command with the ansible-core of this Python's environment; the exit status."""
    step = "ansible-units" if command == "units" else command
    return 0 if AnsibleTest(Path(sys.executable).parent).run(step, command, *arguments) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
