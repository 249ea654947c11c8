# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which claims a revocation is about, and which a new CA may have signed for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.secret import SecretBytes
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.redemptions import redemption_before, redemption_of
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.revoke import plan_revocation

from tests.unit.support.certificates import NOW
from tests.unit.support.revocations import (
    BEGUN,
    DAY,
    DELETE,
    DONE,
    PENDING,
    RECORD,
    SECOND,
    WRITTEN,
    A,
    claim,
    recorded,
)


@pytest.mark.parametrize(
    ("minutes", "made", "told"),
    [
        (None, 1, True),
        (-10, 1, True),
        (0, 1, True),
        (2, 1, True),
        (2.1, 1, False),
        (None, 0, False),
        (0, 0, False),
    ],
)
def test_redemption_of(minutes: float | None, made: int, told: bool) -> None:
    """Two minutes before the CA or later, and whenever it is not known; not one that was not redeemed."""
    when = None if minutes is None else WRITTEN - timedelta(minutes=minutes)
    found = redemption_of((claim("x", made=made, redeemed=when),), WRITTEN)
    assert found == ("x was redeemed shortly before" if told else "")


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ("ba", "a and b were redeemed shortly before"),
        ("edcba", "a and b and c and d and e were redeemed shortly before"),
        ("fedcba", "a and b and c and d and e and 1 other claim were redeemed shortly before"),
        ("gfedcba", "a and b and c and d and e and 2 other claims were redeemed shortly before"),
    ],
)
def test_several_redemptions(names: str, words: str) -> None:
    """They are named in their order, as many as one can read."""
    assert redemption_of(tuple(claim(name, made=1) for name in names), WRITTEN) == words


def test_redemption_without_end() -> None:
    """The end of all time is no error."""
    last = datetime.max.replace(microsecond=0, tzinfo=timezone.utc)
    assert redemption_of((claim("x", made=1, redeemed=last),), last)


def test_claims_of_between_two_cas() -> None:
    """They are gone with the first one, and neither cost the second one its place nor are noted."""
    twice = recorded(replace(DONE, at=WRITTEN + DAY, first=WRITTEN))
    between = claim("x", -SECOND, made=1, redeemed=WRITTEN + DAY, remaining=0)
    before = replace(between, created=WRITTEN)
    steps = {each: plan_revocation(A, replace(twice, records=(each,)), BEGUN).steps for each in (between, before)}
    assert [[step.step for step in found] for found in steps.values()] == [[DELETE], [RECORD, DELETE]]
    pending = recorded(PENDING)
    assert redemption_before(A, pending, (between, before), PENDING.again, NOW) == ""
    late = [replace(each, redeemed=NOW) for each in (replace(between, password=SecretBytes(b"y")), before)]
    assert redemption_before(A, pending, tuple(late[:1]), PENDING.again, NOW) == ""
    assert redemption_before(A, pending, tuple(late), PENDING.again, NOW) == "x was redeemed shortly before"
    assert redemption_before(A, pending, tuple(late[:1]), "another reason", NOW) == "x was redeemed shortly before"
