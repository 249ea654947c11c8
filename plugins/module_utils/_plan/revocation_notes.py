# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide what is noted with a site CA of revocations and claims."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from .._model.authority import MOST_CLAIMS, AuthorityNotes, Record, RevocableSite
from .._model.instant import later
from .._model.revocation import AROUND, Progress, RevokeWish, Scope
from .._model.token import ClaimRecord
from .._pki.trust import keys_of
from .eviction_lists import notes_after
from .redemptions import (
    claims_of_latest,
    is_removal_unrecorded,
    noted_redemption,
    redemption_before,
    unrecorded_redemption,
)
from .revocable import trusted_keys


def notes_with(wish: RevokeWish, site: RevocableSite, progress: Progress, why: str) -> AuthorityNotes:
    """Return the notes as they go with the CA that is written or adopted now.

    The second CA of one revocation belongs to the first one's record, which then holds the keys of both.
    """
    notes, latest = notes_after(wish, site.authority), site.latest
    redeemed = redemption_before(wish, site, site.records, why, site.now) or noted_redemption(wish, site)
    keys = trusted_keys(site) if not wish.adopt else keys_of(site.server.ca) | site.authority.distrusted()
    if latest is not None and latest.again and why == latest.again:
        fresh = _second(wish, site, latest, keys, progress.redeemed or redeemed)
        others = tuple(each for each in notes.records if each.at != latest.at)
    else:
        again = progress.redeemed or (latest.again if latest else "") or redeemed
        fresh = Record(wish.names, _noted_time(site), tuple(sorted(keys)), again, "", _digests(site.records))
        others = tuple(_settled(each, set(wish.names)) for each in notes.records)
    return replace(notes, records=(*(each for each in others if each.names or each.at is not None), fresh))


def _second(wish: RevokeWish, site: RevocableSite, latest: Record, keys: frozenset[str], again: str) -> Record:
    """Return the record of a revocation whose CA is replaced once more."""
    # An adopted CA is replaced by its owner, who has yet to do so where it is the present one.
    done = "counts as a former one" if wish.adopt else "was replaced once more when the former routers were gone"
    return Record(
        latest.names,
        _noted_time(site),
        tuple(sorted(keys.union(latest.keys))),
        again,
        f"{latest.again}; the CA {done}",
        _digests(claims_of_latest(site, site.records), latest.claims),
        latest.begun,
    )


def _noted_time(site: RevocableSite) -> datetime:
    return later(site.now, AROUND)


def _settled(record: Record, names: set[str]) -> Record:
    """Return an earlier record, without what the next one counts for."""
    return replace(record, names=tuple(name for name in record.names if name not in names), again="")


def notes_of_claims(
    wish: RevokeWish, site: RevocableSite, notes: AuthorityNotes, claims: tuple[ClaimRecord, ...]
) -> AuthorityNotes:
    """Return notes that keep what the claims show, which are about to be deleted."""
    latest = site.latest
    if wish.scope is not Scope.ALL:
        return replace(notes, redeemed=site.now) if is_removal_unrecorded(site, claims) else notes
    if latest is None:
        return notes
    again = unrecorded_redemption(site, claims) or latest.again
    removed = _digests(claims_of_latest(site, claims), latest.claims)
    records = (replace(each, again=again, claims=removed) if each.at == latest.at else each for each in notes.records)
    return replace(notes, records=tuple(records))


def _digests(claims: tuple[ClaimRecord, ...], more: tuple[str, ...] = ()) -> tuple[str, ...]:
    return tuple(sorted({*(each.digest for each in claims), *more}))[:MOST_CLAIMS]
