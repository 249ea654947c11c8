# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The limits of a claim, out of a module's options."""

from __future__ import annotations

from datetime import timedelta

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.token import ClaimLimits
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.options.limits import read_limits

from tests.unit.support.outcomes import failure_of


@pytest.mark.parametrize(
    ("expiry", "uses", "limits"),
    [
        ("15m0s", 1, ClaimLimits(timedelta(minutes=15), 1)),
        ("0", 1, ClaimLimits(None, 1)),
        ("0s", 0, ClaimLimits(None, None)),
        ("1s", 2**31, ClaimLimits(timedelta(seconds=1), 2**31)),
    ],
)
def test_limits(expiry: str, uses: int, limits: ClaimLimits) -> None:
    """Zero is without limit."""
    assert read_limits({"expiry": expiry, "uses": uses}) == limits


@pytest.mark.parametrize(
    ("expiry", "uses", "reason", "words"),
    [
        ("15", 1, Reason.INVALID_DURATION, "15m0s"),
        ("-15m", 1, Reason.INVALID_DURATION, "use 0"),
        ("10ms", 1, Reason.INVALID_DURATION, "less than a second"),
        ("15m", -1, Reason.INVALID_OPTION, "use 0"),
    ],
)
def test_refused(expiry: str, uses: int, reason: Reason, words: str) -> None:
    """What Skupper would take for "without limit" must be said plainly."""
    assert words in failure_of(lambda: read_limits({"expiry": expiry, "uses": uses}), reason).message
