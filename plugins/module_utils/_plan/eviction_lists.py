# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide whom a site keeps away after evictions and readmissions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .._model.authority import AuthorityNotes
from .._model.location import Location
from .._model.revocation import EvictionLists, RevokeWish, eviction_name


def lists_of(notes: AuthorityNotes) -> EvictionLists:
    """Return the lists that are noted with a CA."""
    return EvictionLists(notes.evicted, notes.evicted_locations)


def notes_after(wish: RevokeWish, notes: AuthorityNotes) -> AuthorityNotes:
    """Return the notes with evictions and readmissions as they should be; those of an edge site hold nothing else.

    A readmission takes back the eviction's record, so that the next eviction of the same site is another revocation.
    """
    lost = set(map(eviction_name, wish.readmit))
    records = (replace(each, names=tuple(name for name in each.names if name not in lost)) for each in notes.records)
    kept = tuple(each for each in notes.evicted if each not in wish.readmit)
    return replace(
        notes,
        records=tuple(each for each in records if each.names or each.at is not None),
        evicted=tuple(dict.fromkeys((*kept, *wish.evict))),
        evicted_locations=_places_after(wish, notes),
    )


def differs(before: AuthorityNotes, after: AuthorityNotes) -> bool:
    """Return whether notes differ, be it by an id that is noted with a place."""
    return before != after or noted_places(before) != noted_places(after)


def noted_places(notes: AuthorityNotes) -> list[dict[str, Any]]:
    """Return the places of evicted sites with the ids that they had there, which are no part of what makes two of them one."""
    return [place.view() for place in notes.evicted_locations]


def _places_after(wish: RevokeWish, notes: AuthorityNotes) -> tuple[Location, ...]:
    """Return the places of evicted sites as they should be.

    A place is noted with the id that is evicted. Of several ids it is not known which one is in which place.
    """
    ids = wish.evict if len(wish.evict) == 1 else ()
    kept = (each for each in notes.evicted_locations if not _is_readmitted(each, wish))
    places: dict[Location, Location] = {}
    for each in (*kept, *(replace(place, evicted_ids=ids) for place in wish.evict_locations)):
        known = places.get(each, each)
        places[each] = replace(known, evicted_ids=tuple(sorted({*known.evicted_ids, *each.evicted_ids})))
    return tuple(places.values())


def _is_readmitted(place: Location, wish: RevokeWish) -> bool:
    """Return whether a place is readmitted. A location with ids stands for that entry of the list and no other one.

    An evicted site may have reported the id of another one. A caller that knows where the sites are gives the places as well.
    """
    if wish.readmit_locations is None:
        return not set(place.evicted_ids).isdisjoint(wish.readmit)
    given = wish.readmit_locations
    return any(place.view() == each.view() if each.evicted_ids else bool(place.matches(each)) for each in given)
