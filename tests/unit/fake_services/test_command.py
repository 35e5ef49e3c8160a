# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python tests/fake_services` as a process: what it prints, where it listens, how it stops."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

FAKES = Path(__file__).resolve().parents[2] / "fake_services"


@contextmanager
def started(cwd, *options):
    """The process, once it has written its port file, and the lines of that file."""
    port_file = cwd / "ports.json"
    command = [sys.executable, str(FAKES), "--port-file", str(port_file), *options]
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            deadline = time.monotonic() + 20
            while not port_file.exists() and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.02)
            if not port_file.exists():
                process.kill()
                pytest.fail(process.stderr.read())
            yield process, port_file.read_text("utf-8")
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_prints_where_the_services_are_and_stops_cleanly(tmp_path, number):
    with started(tmp_path) as (process, lines):
        services = [json.loads(line) for line in lines.splitlines()]
        for service in services:
            assert requests.get(service["control_url"] + "/journal", timeout=5).json() == {"requests": []}
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (0, "")
    assert out == lines
    assert [(service["service"], service["api_url"].split("/", 3)[3]) for service in services] == [
        ("qc", "api/v2"),
        ("hth", "api"),
        ("qfield", "api/v1/"),
    ]
    assert [sorted(service["credentials"]) for service in services] == [
        ["api_token", "user_id"],
        ["account_key", "company_key"],
        ["password", "token", "username"],
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["ports.json"]


def test_stops_while_clients_are_connected_and_waiting(tmp_path):
    with started(tmp_path) as (process, lines), requests.Session() as session:
        control_url = json.loads(lines.splitlines()[1])["control_url"]
        session.get(control_url + "/switches", timeout=5)
        session.post(control_url + "/faults", json={"fault": "slow", "seconds": 60}, timeout=5)
        with pytest.raises(requests.ReadTimeout):
            requests.get(control_url.removesuffix("_fake") + "api/company", timeout=0.2)
        process.send_signal(signal.SIGTERM)
        _out, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (0, "")


def test_a_taken_port_is_an_error(tmp_path):
    with started(tmp_path) as (_process, lines):
        port = urlsplit(json.loads(lines.splitlines()[0])["api_url"]).port
        refused = refusal("--port", str(port))
    assert refused == f"cannot listen on port {port} and the next two: Address already in use\n"


def test_a_missing_world_is_an_error(tmp_path):
    assert str(tmp_path / "qc.json") in refusal("--world", str(tmp_path))


def refusal(*options):
    """What the process complains of, without having started."""
    command = [sys.executable, str(FAKES), *options]
    process = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert (process.returncode, process.stdout) == (1, "")
    return process.stderr
