# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is noted with a CA of revocations and claims."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.authority import Record, RevocableSite, RouterPod
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.revocation import Progress, RevokeWish, Scope
from ansible_collections.sitemesh.skupper.plugins.module_utils._pki.trust import keys_of
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.eviction_lists import notes_after
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.revocation_notes import notes_of_claims, notes_with

from tests.unit.support.certificates import NOW, known
from tests.unit.support.revocations import (
    ADOPTED,
    ADOPTING,
    ANYWAY,
    CA,
    DAY,
    DONE,
    EVICTED,
    FORMER,
    HERE,
    LATE,
    ONLY_CLAIMS,
    PENDING,
    SECOND,
    UNTOUCHED,
    WRITTEN,
    A,
    B,
    claim,
    recorded,
    site,
)


def test_notes_with() -> None:
    """The names that are asked for, the keys that were trusted until now, and what has to be done once more."""
    wish = replace(B, evict=("e",), evict_locations=(HERE,))
    notes = notes_with(wish, site("before"), Progress(redeemed="x was redeemed shortly before"), "why")
    fresh = notes.records[-1]
    assert notes.records[:-1] == (DONE,)
    assert fresh == Record(
        ("B", "evict e"),
        NOW + timedelta(seconds=3),
        tuple(sorted(keys_of(CA, known("before").pem))),
        "x was redeemed shortly before",
    )
    assert (notes.evicted, notes.evicted_locations) == (("e",), (HERE,))
    assert notes.record("B") is notes.record("evict e") is fresh


def test_a_name_is_of_its_latest_revocation() -> None:
    """An earlier record loses it and keeps its keys; one of an earlier version has nothing else to keep."""
    records = (Record(("B",)), Record(("B", "C"), WRITTEN, ("00",)), Record(("D",)))
    notes = notes_with(B, recorded(*records), Progress(), "why")
    assert notes.records[:-1] == (Record(("C",), WRITTEN, ("00",)), Record(("D",)))
    assert "00" in notes.distrusted()
    assert notes_with(ANYWAY, recorded(*records), Progress(), "why").records[:-1] == records


def test_notes_of_a_second_ca() -> None:
    """It belongs to the revocation of the first one, which has the keys of both then, and says why."""
    made = recorded(Record(("0",), WRITTEN - DAY, ("00",)), PENDING)
    notes = notes_with(A, made, Progress(), PENDING.again)
    assert notes.records[0].names == ("0",)
    (second,) = notes.records[1:]
    assert second.names == ("A",)
    assert set(second.keys) == {*FORMER, *keys_of(CA)}
    assert second.case.startswith(PENDING.again)
    assert not second.again
    assert second.case.endswith("the CA was replaced once more when the former routers were gone")
    assert (second.at, second.begun) == (NOW + timedelta(seconds=3), PENDING.at)
    third = notes_with(A, recorded(replace(second, again=PENDING.again)), Progress(), PENDING.again).records[-1]
    assert third.begun == PENDING.at
    assert notes_with(B, made, Progress(redeemed="y was"), PENDING.again).records[-1].again == "y was"


def test_notes_of_an_adopted_ca_that_may_have_signed() -> None:
    """Nothing has been replaced when they are written: that is yet to be done by its owner."""
    (noted,) = notes_with(ADOPTED, recorded(PENDING), Progress(), PENDING.again).records
    assert noted.case == f"{PENDING.again}; the CA counts as a former one"
    assert set(noted.keys) == {*FORMER, *keys_of(CA)}


def test_what_is_pending_is_not_forgotten() -> None:
    """Another revocation in between takes it over."""
    notes = notes_with(B, recorded(PENDING), Progress(), "revocation B has not been done")
    assert [each.again for each in notes.records] == ["", PENDING.again]
    assert [each.names for each in notes.records] == [("A",), ("B",)]


def test_notes_of_an_adopted_ca() -> None:
    """Its own key is no former one, as long as the router has not been given it."""
    notes = notes_with(ADOPTED, ADOPTING, Progress(), "why")
    assert notes.records[-1].keys == FORMER
    assert notes_with(ADOPTED, recorded(replace(DONE, keys=("00",))), Progress(), "why").records[-1].keys == tuple(
        sorted({"00", *keys_of(CA)})
    )


def test_notes_of_claims() -> None:
    """They go to the latest revocation, once, and beside what else changes."""
    claims = (claim("late", made=1, redeemed=WRITTEN),)
    made = recorded(Record(("0",), WRITTEN - DAY, ("00",)), EVICTED, Record(("1",)), evicted=("e",))
    notes = notes_after(RevokeWish(Scope.NONE, readmit=("e",)), made.authority)
    found = notes_of_claims(A, made, notes, claims)
    assert found.records == (notes.records[0], PENDING, Record(("1",)))
    pending = recorded(PENDING)
    assert notes_of_claims(A, pending, pending.authority, claims) == pending.authority
    assert notes_of_claims(A, recorded(Record(("1",))), made.authority, claims) == made.authority
    assert notes_of_claims(A, made, notes, ()) == notes


def test_notes_of_claims_that_are_removed_alone() -> None:
    """They tell when a claim went that had been redeemed shortly before, and no revocation is to be made once more for it."""
    kept = site(claims=(LATE,))
    notes = notes_of_claims(ONLY_CLAIMS, kept, kept.authority, kept.records)
    assert notes == replace(kept.authority, redeemed=NOW)
    assert notes_of_claims(ONLY_CLAIMS, kept, kept.authority, (claim("x", made=1, redeemed=WRITTEN),)) == kept.authority


@pytest.mark.parametrize(
    ("wish", "situation", "told"),
    [
        pytest.param(B, UNTOUCHED, True, id="just now"),
        pytest.param(B, replace(UNTOUCHED, now=NOW + timedelta(minutes=3)), False, id="longer ago"),
        pytest.param(B, site(pods=(RouterPod("young", NOW),)), False, id="in a router that has gone"),
        pytest.param(ADOPTED, replace(ADOPTING, now=NOW + DAY), True, id="by the adopted CA"),
        pytest.param(ADOPTED, recorded(replace(DONE, at=NOW)), False, id="by one that was adopted before"),
    ],
)
def test_redemption_of_a_claim_that_was_removed(wish: RevokeWish, situation: RevocableSite, told: bool) -> None:
    """It is known by its note, for as long as the CA that is written or adopted now may sign for it."""
    kept = replace(situation, authority=replace(situation.authority, redeemed=NOW - SECOND))
    again = notes_with(wish, kept, Progress(), "why").records[-1].again
    assert again == ("a claim that was removed at 2026-11-24T11:59:59Z was redeemed shortly before" if told else "")
