# Copyright: (c) 2026, the rollcall.collaborators contributors
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
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from checkout import BUILD, REPORTS, ROOT, project_files, report

WORK = BUILD / "ansible-test"
HOME = WORK / "home"
INTERPRETERS = WORK / "interpreters"
TREE = WORK / "ansible_collections/rollcall/collaborators"
TARGETS = TREE / "tests/integration/targets"
JUNIT = TREE / "tests/output/junit"
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
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


def copy_project() -> None:
    """Make TREE a copy of the project."""
    shutil.rmtree(TREE, ignore_errors=True)
    for name in project_files():
        target = TREE / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target, follow_symlinks=False)
    # Inside of a git repository ansible-test looks only at what git lists, and the outer one ignores .build.
    subprocess.run(["git", "init", "--quiet"], cwd=TREE, check=True)


def search_path() -> str:
    """PATH with every interpreter that starts, and without the folders of those that do not.

    One dead shim of a version manager makes ansible-test give up.
    """
    shutil.rmtree(INTERPRETERS, ignore_errors=True)
    INTERPRETERS.mkdir(parents=True)
    folders = [str(Path(sys.executable).parent), str(INTERPRETERS)]
    for folder in os.get_exec_path():
        names = [path for path in Path(folder).glob("python[23].*") if re.fullmatch(r"python[23]\.\d+", path.name)]
        found = {path.name: start(path) for path in names}
        for name, executable in found.items():
            link = INTERPRETERS / name
            if executable and not link.is_symlink():
                link.symlink_to(executable)
        if all(found.values()):
            folders.append(folder)
    return os.pathsep.join(folders)


def start(interpreter: Path) -> str:
    """The path of the real interpreter, or an empty string when it does not start."""
    command = [str(interpreter), "-c", "import sys; print(sys.executable)"]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()


def place_get_pip() -> None:
    """Put GET_PIP where ansible-test looks for a downloaded one, for each version of pip that it may want."""
    spec = find_spec("ansible_test")
    assert spec is not None
    assert spec.origin is not None
    source = Path(spec.origin).with_name("_internal") / "python_requirements.py"
    cache = HOME / ".ansible/test/cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in re.findall(r"\bpip='([\d.]+)'", source.read_text(encoding="utf-8")):
        (cache / f"get_pip_{version.replace('.', '_')}.py").write_text(GET_PIP, encoding="utf-8")


def run(*arguments: str) -> tuple[int, list[str]]:
    """Run ansible-test in TREE; its exit status and the lines that it printed, which are shown as they come."""
    environment = os.environ | {"HOME": str(HOME), "PATH": search_path()}
    lines = []
    with subprocess.Popen(
        [str(Path(sys.executable).with_name("ansible-test")), *arguments],
        cwd=TREE,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line.rstrip())
    return process.returncode, lines


def targets_asked_for(arguments: Sequence[str]) -> set[str]:
    """The named integration targets, or else all that are tests of their own and not parts of others."""
    named = {argument for argument in arguments if not argument.startswith("-")}
    return named or {path.name for path in TARGETS.glob("*/") if not path.name.startswith(("setup_", "prepare_"))}


def main(command: str, *arguments: str) -> int:
    """Run one command of ansible-test and report; the exit status."""
    step = "ansible-units" if command == "units" else command
    options = {
        "sanity": ["--junit"],
        "units": ["--venv", "--python", PYTHON],
        "integration": ["--venv", "--python", PYTHON, "--continue-on-error"],
    }[command]
    copy_project()
    place_get_pip()
    status, lines = run(command, *options, *arguments)

    notes = []
    failures = [f"ansible-test exited with {status}"] if status else []
    if command == "integration":
        ran = re.findall(r"^Running (\S+) integration test (?:role|script)$", "\n".join(lines), re.MULTILINE)
        notes.append(f"{len(ran)} targets ran: {' '.join(ran)}")
        if missing := targets_asked_for(arguments) - set(ran):
            failures.append(f"did not run: {' '.join(sorted(missing))}")
    else:
        ran = [path.name for path in JUNIT.glob("*.xml")]
        REPORTS.mkdir(parents=True, exist_ok=True)
        for name in ran:
            shutil.copy2(JUNIT / name, REPORTS / f"{step}-{name}")
    if not ran:
        failures.append("nothing ran")

    # Warnings come again at the end, and the locale is of no interest to these tests.
    warnings = [line.removeprefix(WARNING) for line in lines if line.startswith(WARNING)]
    notes += dict.fromkeys(line for line in warnings if not re.match("Using locale|Reviewing previous", line))
    report(step, *notes, *(f"FAILED: {failure}" for failure in failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
