# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the three fake services on loopback until Ctrl-C or SIGTERM: `python tests/fake_services [options]`.

Prints one JSON line per service: service, api_url, control_url, and credentials (module option -> value).
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from .core import CONTROL, FakeService
from .helix_teamhub import HelixTeamHub
from .qfieldcloud import QFieldCloud
from .quantconnect import QuantConnect
from .server import running

DEMO = Path(__file__).parent / "worlds" / "demo"
SERVICES: tuple[type[FakeService], ...] = (QuantConnect, HelixTeamHub, QFieldCloud)


def main() -> None:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    options = parse_options()
    services = [service(read_world(options.world / f"{service.name}.json")) for service in SERVICES]
    with ExitStack() as stack:
        try:
            urls = stack.enter_context(running(*services, port=options.port))
        except OSError as error:
            raise SystemExit(f"cannot listen on port {options.port} and the next two: {error.strerror}") from error
        lines = "".join(json.dumps(describe(service, url)) + "\n" for service, url in zip(services, urls))
        print(lines, end="", flush=True)
        if options.port_file:
            write_whole(options.port_file, lines)
        stop.wait()


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="fake_services", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--port", type=int, default=0, help="P, P+1 and P+2 are used; 0 (default) takes free ports")
    parser.add_argument("--world", type=Path, default=DEMO, help="folder of the seeds")
    parser.add_argument("--port-file", type=Path, help="also write the lines here, once all listen")
    return parser.parse_args()


def read_world(path: Path) -> dict[str, Any]:
    world: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return world


def describe(service: FakeService, url: str) -> dict[str, object]:
    return {
        "service": service.name,
        "api_url": url + service.api_path,
        "control_url": url + CONTROL.rstrip("/"),
        "credentials": service.credentials(),
    }


def write_whole(path: Path, text: str) -> None:
    """Whoever waits for the file never sees half of it."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text)
    os.replace(partial, path)
