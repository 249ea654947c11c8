# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ansible-core environments that tests run with."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
COLLECTIONS = ROOT / ".venv" / "collections"


@dataclass(frozen=True)
class Core:
    """One Python environment with an ansible-core."""

    name: str
    directory: Path

    def program(self, name: str) -> str:
        """Return the path of one of its programs."""
        return str(self.directory / name)

    @property
    def python(self) -> str:
        """Path of its Python."""
        return self.program("python")

    def __str__(self) -> str:
        return self.name


NEWEST = Core("newest", Path(sys.executable).parent)
OLDEST = Core("oldest", ROOT / ".venv" / "oldest" / "bin")
CORES = (NEWEST, OLDEST)
# The newest of all, on a Python that is newer than the one of these tests, where there is one.
LATEST = Core("latest", ROOT / ".venv" / "latest" / "bin")


def on_core(core: Core, what: str, *values: Any, marks: Sequence[pytest.MarkDecorator] = ()) -> Any:
    """Return a parameter set of a long test for one core; the tests of each core run on a worker of their own."""
    return pytest.param(core, *values, marks=[pytest.mark.xdist_group(f"{what} on the {core} core"), *marks])


# For tests that every core has to pass.
EVERY_CORE = (
    *CORES,
    pytest.param(
        LATEST,
        marks=[
            pytest.mark.thorough,
            pytest.mark.skipif(not Path(LATEST.python).exists(), reason="no newer Python on this machine"),
        ],
    ),
)
# For tests of what hardly differs between them.
NEWEST_AT_LEAST = (NEWEST, pytest.param(OLDEST, marks=pytest.mark.thorough))
