# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build what is missing and tell where it is: `python -m tests.testbed.skupper`."""

from __future__ import annotations

import sys
from dataclasses import asdict

from .programs import prepare
from .steps import BuildFailed


def main() -> None:
    """Print the path of each program and what each part took; ends with code 1 and one message if that fails."""
    try:
        programs, parts = prepare()
    except BuildFailed as failure:
        sys.exit(f"testbed: skupper: {failure}")
    for name, path in asdict(programs).items():
        print(f"{name:20}{path}")
    for name, took in parts.items():
        print(f"{name:20}{took}")


if __name__ == "__main__":
    main()
