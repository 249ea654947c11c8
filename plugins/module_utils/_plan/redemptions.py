# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide which claims a revocation removes, and which of them a new CA may already have signed for."""

from __future__ import annotations

from datetime import datetime, timezone

from .._model.authority import MOST_CLAIMS, RevocableSite
from .._model.instant import format_instant, later
from .._model.revocation import OF_BEFORE, Progress, RevokeWish
from .._model.token import IN_FLIGHT, ClaimRecord
from .._model.words import counted
from .._pki.trust import oldest
from .proof import claims_of_before
from .revocable import is_ours

# So many claims are named in a sentence.
_NAMED = 5
_EVER = datetime.min.replace(tzinfo=timezone.utc)


def old_claims(wish: RevokeWish, site: RevocableSite, progress: Progress, unfinished: bool) -> tuple[ClaimRecord, ...]:
    """Return the claims that were issued before the CA that the run made, or that its revocations have."""
    asked = [site.authority.record(name) for name in wish.names] or [site.latest]
    known = [each for each in asked if each is not None]
    times = [progress.cut, *(each.at for each in known)]
    if unfinished and is_ours(site):
        times.append(site.authority.written)
    cut = max((each for each in times if each is not None), default=None)
    latest = max(known, key=site.authority.records.index, default=None)
    return claims_of_before(site.records, site.authority, latest, cut)


def claims_of_latest(site: RevocableSite, claims: tuple[ClaimRecord, ...]) -> tuple[ClaimRecord, ...]:
    """Return the claims that the latest revocation is about; those issued between its two CAs are gone with the first one.

    Claims that are issued later do not count. Otherwise new ones could keep the revocation from ever finishing.
    """
    latest = site.latest
    return claims_of_before(claims, site.authority, latest, latest.begun if latest else None)


def is_removal_unrecorded(site: RevocableSite, claims: tuple[ClaimRecord, ...]) -> bool:
    """Return whether the notes would not show that claims which are removed were redeemed shortly before."""
    noted, late = site.authority.redeemed, (each for each in claims if each.may_be_signed_for(site.now))
    return any(noted is None or noted < (each.redeemed or site.now - IN_FLIGHT) for each in late)


def why_unrecorded(site: RevocableSite, claims: tuple[ClaimRecord, ...]) -> str:
    """Return why claims can't be deleted before something is noted of them; "" if they can."""
    if unrecorded_redemption(site, claims):
        return "a claim was redeemed while the CA was replaced"
    latest, noted = site.latest, site.authority.removed()
    unknown = any(each.digest not in noted for each in claims_of_latest(site, claims))
    # Else one that is put back would be taken for a new one.
    return OF_BEFORE if unknown and latest is not None and len(latest.claims) < MOST_CLAIMS else ""


def unrecorded_redemption(site: RevocableSite, claims: tuple[ClaimRecord, ...]) -> str:
    """Return what the claims show that is not noted yet; "" for nothing.

    It is judged by the time of the CA, not by that of the look: a run may be continued days later. A CA that was adopted was
    there before its revocation.
    """
    latest = site.latest
    if latest is None or latest.at is None or latest.again:
        return ""
    since = min(latest.at, _there_since(site)) if is_ours(site) else latest.at
    return redemption_of(claims_of_latest(site, claims), since)


def redemption_before(
    wish: RevokeWish, site: RevocableSite, claims: tuple[ClaimRecord, ...], why: str, now: datetime
) -> str:
    """Return which claims were redeemed so late that the CA which is written or adopted now may sign for them."""
    if site.latest is not None and site.latest.again == why:
        claims = claims_of_latest(site, claims)
    if not wish.adopt:
        return redemption_of(claims, now)
    return redemption_of(claims, _there_since(site), "shortly before the CA was rotated, or later")


def noted_redemption(wish: RevokeWish, site: RevocableSite) -> str:
    """Return that the CA which is written or adopted now may sign for a claim that was removed before; "" if not.

    A claim server goes with its router, and what came before an adoption is the matter of that one.
    """
    noted, latest = site.authority.redeemed, site.latest
    if noted is None or later(noted, IN_FLIGHT) < (_there_since(site) if wish.adopt else site.now):
        return ""
    if wish.adopt:
        is_over = latest is not None and latest.at is not None and noted <= latest.at
    else:
        is_over = all(pod.created > noted for pod in site.rollout.pods)
    return "" if is_over else f"a claim that was removed at {format_instant(noted)} was redeemed shortly before"


def _there_since(site: RevocableSite) -> datetime:
    """Return since when the current CA may have signed: from when it was stored, or from when it was made if that is earlier.

    The object that holds it may have been written again since, and may not say when.
    """
    written, made = site.authority.written, oldest(site.authority.certificate)
    return _EVER if written is None else min(written, made or written)


def redemption_of(claims: tuple[ClaimRecord, ...], since: datetime, when: str = "shortly before") -> str:
    """Return which claims were redeemed so shortly before a CA was there that it may sign for them; "" if none was."""
    found = tuple(each for each in claims if each.may_be_signed_for(since))
    return f"{named_claims(found)} {'was' if len(found) == 1 else 'were'} redeemed {when}" if found else ""


def named_claims(claims: tuple[ClaimRecord, ...]) -> str:
    """Return the names of claims, as many as one can read."""
    names = sorted(each.name for each in claims)
    more = [counted(len(names) - _NAMED, "other claim")] if len(names) > _NAMED else []
    return " and ".join(names[:_NAMED] + more)
