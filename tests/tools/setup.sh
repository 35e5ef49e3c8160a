#!/usr/bin/env bash
# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# setup.sh REQUIREMENTS [PYTHON]: makes .venv, with the newest usable Python or with the one named, and puts into it
# what a file asks for.
set -eu
cd "$(dirname "$0")/../.."

# A name on PATH proves nothing: version managers put shims there for versions that are not active,
# and Debian ships python3 without ensurepip.
usable='import ensurepip, sys, venv; sys.version_info >= (3, 10) or sys.exit(1)'
version='import sys; print(sys.version)'

python=
for candidate in ${2:-python3.13 python3.12 python3.11 python3.10 python3}; do
    if "$candidate" -c "$usable" 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "No usable Python among: ${2:-python3.13 python3.12 python3.11 python3.10 python3}." >&2
    echo "Needed is 3.10 or newer with its venv module (Debian: apt install python3-venv)." >&2
    exit 1
fi

if [ "$(.venv/bin/python -c "$version" 2>/dev/null)" != "$("$python" -c "$version")" ]; then
    rm -rf .venv
    "$python" -m venv .venv
fi
echo "Installing what $1 asks for into .venv with $("$python" --version), which can take a minute or two"
.venv/bin/python -m pip install --quiet --disable-pip-version-check -r "$1"
