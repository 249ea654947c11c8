# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CONTRIBUTING.md and the help of make describe the same commands."""

from __future__ import annotations

import re

import pytest

from tools.envs import ROOT

pytestmark = pytest.mark.quick

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
# What `make` alone prints.
UNTOLD = {"help"}


def targets() -> dict[str, str]:
    """Every command that the help of make lists, with what it says of it."""
    return dict(re.findall(r"^([a-z]+):.*## (.*)$", MAKEFILE, flags=re.MULTILINE))


def test_every_command_is_described() -> None:
    """And no other one."""
    assert set(re.findall(r"(?:`|\$ |^)make ([a-z]+)", PAGE, flags=re.MULTILINE)) == targets().keys() - UNTOLD


def test_lanes_take_the_same_minutes() -> None:
    """Each lane has a number of minutes, in the help and on the page."""
    told = dict(re.findall(r"^\| `make ([a-z]+)` \| .* \| ([0-9]+) \|$", PAGE, flags=re.MULTILINE))
    helped = {
        name: minutes[1] for name, text in targets().items() if (minutes := re.search(r"about ([0-9]+) minutes", text))
    }
    assert len(told) == 3
    assert told == helped
