# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the playbooks beside it as users do, with the credentials given in one way each: ways.py SERVICES FOLDER

SERVICES is what the fake services say when they start. All runs are in check mode: what they send are reads. In FOLDER
is what they are given. A run that did not say what it was to say is printed, and the exit status is 1.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Dict, List, NamedTuple

HERE = Path(__file__).parent
# It went well, and nothing that failed was ignored.
WELL = {"failed=0 ": 1, "ignored=0 ": 1}
MISSING = '"msg": "{} is missing. Set it in the task, in module_defaults, or with the environment variable {}.'


class Way(NamedTuple):
    """A playbook, options for it, its environment, and text -> how often it is printed."""

    playbook: str
    options: List[str]
    environment: Dict[str, str]
    says: Dict[str, int]


def ways(given: Dict[str, Dict[str, str]]) -> Dict[str, Way]:
    qc, hth, qfield = given["qc"], given["hth"], given["qfield"]
    addresses = {
        "QUANTCONNECT_API_URL": qc["api_url"],
        "HTH_HOST": hth["api_url"],
        "QFIELDCLOUD_URL": qfield["api_url"],
    }
    keys = {"HTH_COMPANY_KEY": hth["company_key"], "HTH_API_KEY": hth["account_key"]}
    usual = {
        "QUANTCONNECT_USER_ID": qc["user_id"],
        "QUANTCONNECT_API_TOKEN": qc["api_token"],
        "QFIELDCLOUD_TOKEN": qfield["token"],
    }
    others = {
        "QC_USER_ID": qc["user_id"],
        "QC_API_TOKEN": qc["api_token"],
        "QFIELDCLOUD_USERNAME": "john_doe",
        "QFIELDCLOUD_PASSWORD": "example-password",
    }
    # Said by each of three modules, and by what each of two roles calls.
    missing = {
        MISSING.format("QuantConnect: user_id", "QUANTCONNECT_USER_ID or QC_USER_ID"): 5,
        MISSING.format("Helix TeamHub: api_url", "HTH_HOST"): 5,
        '"msg": "QFieldCloud: credentials are missing. Set either token (or the environment variable '
        "QFIELDCLOUD_TOKEN), or username and password (QFIELDCLOUD_USERNAME and QFIELDCLOUD_PASSWORD).": 5,
        # And by each role at its end.
        '"msg": "qc: QuantConnect: user_id is missing.': 1,
        '"msg": "The report is written, but incomplete.\\nqc: QuantConnect: user_id is missing.': 1,
    }
    environment = {**addresses, **keys, **usual}
    return {
        "action groups": Way("defaults.yml", ["-e@clear.yml"], {}, WELL),
        "vault": Way(
            "defaults.yml", ["-e@vault.yml", "-e@inline.yml"], {"ANSIBLE_VAULT_PASSWORD_FILE": "password"}, WELL
        ),
        "environment": Way("environment.yml", [], environment, WELL),
        "other variables": Way("environment.yml", ["--skip-tags=roles"], {**addresses, **keys, **others}, WELL),
        "short names": Way("short_names.yml", ["-e@clear.yml"], {}, WELL),
        "the group of all": Way("all.yml", [], environment, {'"msg": "deadline is 0, must be from': 9}),
        "none": Way("nothing.yml", [], {}, missing),
    }


def write_files(folder: Path, given: Dict[str, Dict[str, str]]) -> None:
    """The credentials as variables: in the clear, and in two vaults, one a whole file and one a single value."""
    (folder / "password").write_text("the-password-of-the-vault\n", encoding="utf-8")
    (folder / "clear.yml").write_text(json.dumps({"given": given}), encoding="utf-8")
    other = {**given, "hth": {**given["hth"], "account_key": "in-the-other-file"}}
    (folder / "vault.yml").write_text(json.dumps({"given": other}), encoding="utf-8")
    encrypt(folder, "encrypt", "vault.yml")
    inline = encrypt(folder, "encrypt_string", "--stdin-name=hth_account_key", stdin=given["hth"]["account_key"])
    (folder / "inline.yml").write_text(inline, encoding="utf-8")
    assert "!vault" in inline
    assert given["qc"]["api_token"] not in (folder / "vault.yml").read_text(encoding="utf-8")


def encrypt(folder: Path, *arguments: str, stdin: str = "") -> str:
    command = ["ansible-vault", *arguments, "--vault-password-file=password"]
    return subprocess.run(command, cwd=folder, input=stdin, stdout=subprocess.PIPE, text=True, check=True).stdout


def run(folder: Path, name: str, way: Way) -> str:
    """What is wrong with it, in text that begins with its name; empty if nothing is."""
    # Ansible's own settings are those of the test.
    ours = ("QUANTCONNECT_", "QC_", "HTH_", "QFIELDCLOUD_")
    bare = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    report = f"--extra-vars=project_access_report_folder={folder}"
    done = subprocess.run(
        ["ansible-playbook", "--check", report, *way.options, str(HERE / way.playbook)],
        cwd=folder,
        env={**bare, "ANSIBLE_NOCOLOR": "true", "ANSIBLE_PIPELINING": "true", **way.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    said = {text: done.stdout.count(text) for text in way.says}
    if (done.returncode, said) == (0, way.says):
        return ""
    return f"{name}: ended with {done.returncode}, said {said} instead of {way.says}:\n{done.stdout}{done.stderr}"


def main(services: str, target: str) -> int:
    folder = Path(target)
    lines = Path(services).read_text(encoding="utf-8").splitlines()
    told = {service["service"]: service for service in map(json.loads, lines)}
    given = {name: {"api_url": service["api_url"], **service["credentials"]} for name, service in told.items()}
    write_files(folder, given)
    all_ways = ways(given)
    with ThreadPoolExecutor(3) as pool:
        problems = [text for text in pool.map(lambda name: run(folder, name, all_ways[name]), all_ways) if text]
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
