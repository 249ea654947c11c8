# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whom a site keeps away after evictions and readmissions."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.sitemesh.skupper.plugins.module_utils._model.authority import Record
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.location import Location
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.revocation import Progress, RevokeWish, Scope
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.eviction_lists import notes_after
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.revoke import plan_revocation

from tests.unit.support.revocations import DONE, EVICTED, HERE, RECORD, WRITTEN, recorded, site


def test_notes_after() -> None:
    """Evicted sites once each, in their order; a readmission takes the eviction's name off its record, and keeps the keys."""
    earlier, other = Record(("evict e",)), Record(("evict f", "evict e"), WRITTEN, ("00",))
    before = recorded(earlier, EVICTED, other, evicted=("e", "f"), evicted_locations=(HERE, Location("north", "n")))
    after = notes_after(
        RevokeWish(evict=("g", "f"), readmit=("e",), evict_locations=(Location("south"),), readmit_locations=(HERE,)),
        before.authority,
    )
    assert after.evicted == ("f", "g")
    assert after.evicted_locations == (Location("north", "n"), Location("south"))
    assert after.records == (DONE, replace(other, names=("evict f",)))
    assert after.distrusted() == before.authority.distrusted()
    assert notes_after(RevokeWish(), before.authority) == before.authority
    assert (
        notes_after(RevokeWish(readmit=("x",), readmit_locations=(Location("x", "x"),)), before.authority)
        == before.authority
    )


def test_a_place_is_noted_with_the_id_that_was_evicted() -> None:
    """Readmitting any id that the site had there lifts the place; several ids at once tell of no place which is whose."""
    first = notes_after(RevokeWish(evict=("e",), evict_locations=(HERE,)), site().authority)
    assert [each.evicted_ids for each in first.evicted_locations] == [("e",)]
    anew = notes_after(RevokeWish(evict=("f",), evict_locations=(HERE,)), first)
    assert [each.evicted_ids for each in anew.evicted_locations] == [("e", "f")]
    for given in ("e", "f"):
        assert notes_after(RevokeWish(readmit=(given,)), anew).evicted_locations == ()
    assert notes_after(RevokeWish(readmit=("g",)), anew).evicted_locations == (HERE,)

    both = notes_after(RevokeWish(evict=("e", "f"), evict_locations=(HERE,)), site().authority)
    kept = notes_after(RevokeWish(readmit=("e",)), both)
    assert kept.evicted_locations == (HERE,)


def test_a_place_is_noted_with_another_id() -> None:
    """That is a difference, though the place is the same."""
    before = site(evicted=("e", "f"), evicted_locations=(HERE,))
    wish = RevokeWish(Scope.NONE, evict=("e",), evict_locations=(HERE,))
    assert [each.step for each in plan_revocation(wish, before, Progress()).steps] == [RECORD]
    noted = replace(before, authority=notes_after(wish, before.authority))
    assert [each.evicted_ids for each in noted.authority.evicted_locations] == [("e",)]
    assert not plan_revocation(wish, noted, Progress()).steps


def test_a_place_that_may_be_another_stays_evicted() -> None:
    """A location is taken back only where it is known to be the same."""
    before = site(evicted_locations=(HERE, Location("east"), Location("east", "other")))
    wish = RevokeWish(readmit_locations=(HERE,))
    assert notes_after(wish, before.authority).evicted_locations == (Location("east"), Location("east", "other"))
