# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The unit tests pass on the oldest ansible-core too."""

from __future__ import annotations

import pytest

from tests.gate.checks import check


@pytest.mark.slow
def test_units() -> None:
    """All unit tests pass in the environment of the oldest versions."""
    options = ("-q", "-p", "no:cacheprovider", "--durations=0", "--durations-min=5", "--color=no")
    check("oldest", "python", "-m", "pytest", *options, "tests/unit")
