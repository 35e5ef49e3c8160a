# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in for ansible-playbook: `processor_time.py FILE ARGUMENTS` plays with them, and says what computed how long.

Ansible and each of its workers append a line to FILE: {part: seconds of processor time}. A part does not count what
stands inside of it and is a part itself. Written for ansible-core 2.19 and newer.
"""

from __future__ import annotations

import functools
import json
import os
import sys
import time
from collections import defaultdict
from pathlib import Path
from threading import local
from typing import Any

FOUND: list[tuple[str, float]] = []
"""Part and seconds of each call; appended to by all threads."""
PER_THREAD = local()


def measure(owner: Any, name: str, part: str) -> None:
    """Count what the calls of a function take."""
    function = getattr(owner, name)

    @functools.wraps(function)
    def measured(*arguments: Any, **named: Any) -> Any:
        begun, outer = time.thread_time(), getattr(PER_THREAD, "inside", 0.0)
        PER_THREAD.inside = 0.0
        try:
            return function(*arguments, **named)
        finally:
            took = time.thread_time() - begun
            FOUND.append((part, took - PER_THREAD.inside))
            PER_THREAD.inside = outer + took

    setattr(owner, name, measured)


def tell(file: Path, rest: str) -> None:
    """Append what this process took; `rest` is the name of what is no part."""
    seconds: dict[str, float] = defaultdict(float)
    for part, took in FOUND:
        seconds[part] += took
    seconds[rest] = time.process_time() - sum(seconds.values())
    with file.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(seconds) + "\n")


def main(file: Path, arguments: list[str]) -> None:
    from ansible.cli.playbook import main as play
    from ansible.executor.process.worker import WorkerProcess
    from ansible.executor.task_queue_manager import FinalQueue, TaskQueueManager
    from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
    from ansible.playbook.task import Task
    from ansible.plugins.loader import PluginLoader
    from ansible.plugins.strategy import StrategyBase
    from ansible.vars.manager import VariableManager

    measure(VariableManager, "get_vars", "loading the variables")
    measure(PluginLoader, "_load_module_source", "loading plugins, ours with requests")
    measure(FinalQueue, "get", "sending options and result back")
    measure(FinalQueue, "send_task_result", "sending options and result back")
    measure(StrategyBase, "_process_pending_results", "taking the result, and its callback")
    measure(TaskQueueManager, "send_callback", "taking the result, and its callback")
    measure(Task, "_post_validate_args", "templating the options")
    measure(ArgumentSpecValidator, "validate", "checking the options")
    work, send = WorkerProcess._run, FinalQueue.send_task_result

    def work_measured(self: Any) -> Any:
        FOUND.clear()
        measure_ours()
        return work(self)

    def send_measured(self: Any, result: Any) -> None:
        send(self, result)
        tell(file, "the rest of the worker")

    WorkerProcess._run, FinalQueue.send_task_result = work_measured, send_measured
    sys.argv = ["ansible-playbook", *arguments]
    controller = os.getpid()
    try:
        play(sys.argv)
    finally:
        if os.getpid() == controller:
            tell(file, "the rest of Ansible, its start above all")


def measure_ours() -> None:
    """What is only there once the action has been loaded."""
    name = "ansible_collections.rollcall.collaborators.plugins.plugin_utils.in_process"
    if name not in sys.modules:
        return
    import requests
    from ansible_collections.rollcall.collaborators.plugins.module_utils._membership import prepare
    from ansible_collections.rollcall.collaborators.plugins.module_utils._transport.http import Http

    in_process = sys.modules[name]
    measure(in_process.InProcess, "_why_not_here", "where the task runs")
    measure(in_process, "_plain", "making the options plain")
    measure(in_process, "remove_values", "masking what is secret")
    measure(in_process.Job, "run", "options, plan, thread pool, result")
    measure(prepare, "_attempt", "reading the answers, pace; comparing")
    measure(Http, "_content", "requests")
    measure(requests.Session, "send", "requests")
    measure(requests.Session, "prepare_request", "requests")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
