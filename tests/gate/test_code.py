# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Style and types of all Python code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gate.checks import check
from tools.envs import COLLECTIONS, ROOT

pytestmark = pytest.mark.quick


def test_style() -> None:
    """Ruff finds nothing."""
    check("newest", "ruff", "check", "--quiet", "--output-format=concise", ".")


def test_format() -> None:
    """Ruff would format nothing differently."""
    check("newest", "ruff", "format", "--quiet", "--diff", ".")


@pytest.mark.parametrize("packages", [["ansible_collections.sitemesh.skupper.plugins"], ["testbed", "tests", "tools"]])
def test_types(packages: list[str]) -> None:
    """Mypy, strict, finds nothing."""
    path = f"{COLLECTIONS}:{ROOT}"
    cache = Path(".mypy_cache") / packages[0]
    chosen = [word for package in packages for word in ("--package", package)]
    check("newest", "mypy", "--no-error-summary", "--cache-dir", cache, *chosen, extra={"MYPYPATH": path})
