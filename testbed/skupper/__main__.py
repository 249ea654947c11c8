# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say where Skupper's programs are, or bring them: `python -m testbed.skupper [bring [--cli FILE]]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import images
from .lines import LINES
from .programs import VERSION, NoPrograms, find, obstacle


def main() -> None:
    """Parse the command line and run one command; ends with one sentence and code 1 if that fails."""
    parser = argparse.ArgumentParser(prog="python -m testbed.skupper", description=__doc__)
    bring = parser.add_subparsers(dest="command").add_parser("bring", help="bring the official images' files")
    bring.add_argument("--cli", type=Path, help="the release archive of the command line, or the program itself")
    options = parser.parse_args()
    try:
        if options.command == "bring":
            _bring(options.cli)
        else:
            _show()
    except (NoPrograms, OSError) as reason:
        sys.exit(f"testbed: skupper: {reason}")


def _bring(cli: Path | None) -> None:
    brought = images.bring(VERSION, cli)
    print(f"Skupper {VERSION} {'was brought to' if brought else 'is complete in'} {find().folder}")


def _show() -> None:
    reason = obstacle()
    if reason:
        sys.exit(f"testbed: skupper: {reason}")
    programs = find()
    for name in ("skupper", *LINES[programs.version].programs):
        print(f"{name:20}{programs.cli if name == 'skupper' else programs.file(name)}")


if __name__ == "__main__":
    main()
