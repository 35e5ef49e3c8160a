# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# /// script
# dependencies = ["nox>=2025.2.9", "antsibull-nox>=1.9", "ansible-core>=2.17"]
# ///
"""For those who work with nox and have containers; antsibull-nox.toml says which sessions there are.

`pipx run noxfile.py --list` lists them. All that CI asks for is in the Makefile, which needs neither.
"""

import sys

import nox

try:
    import antsibull_nox
except ImportError:
    sys.exit("antsibull-nox is not installed beside nox; `pipx run noxfile.py` brings both.")

antsibull_nox.load_antsibull_nox_toml()

if __name__ == "__main__":
    nox.main()
