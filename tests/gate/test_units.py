# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The unit tests pass on other versions of ansible-core too."""

from __future__ import annotations

import pytest

from tests.gate.checks import check
from tools.envs import ENVS


@pytest.mark.slow
@pytest.mark.parametrize("core", ["oldest", pytest.param("latest", marks=pytest.mark.thorough)])
def test_units(core: str) -> None:
    """All unit tests pass in the environment of the oldest versions, and of those that need a newer Python."""
    if not ENVS[core].stamp.is_file():
        pytest.skip("no newer Python on this machine")
    options = ("-q", "-p", "no:cacheprovider", "--durations=0", "--durations-min=5", "--color=no")
    check(core, "python", "-m", "pytest", *options, "tests/unit")
