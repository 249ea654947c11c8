# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide whether a site needs another CA, and whether its CA may be replaced or adopted."""

from __future__ import annotations

from datetime import datetime
from typing import Callable

from .._model.authority import Record, RevocableSite
from .._model.instant import format_instant
from .._model.owner import Owner
from .._model.revocation import ANY, Criterion, RevokePlan, RevokeStep, RevokeWish, eviction_name
from .._pki.certificate import not_after
from .._pki.trust import is_readable, keys_of, oldest
from .proof import prove
from .revocable import authority_owner, ca_fingerprint, put_back


def why_begin(wish: RevokeWish, site: RevocableSite) -> str:
    """Return why the site needs another CA; "" if it does not."""
    return next((why for check in _NEEDS if (why := check(wish, site))), "")


def _why_now(wish: RevokeWish, site: RevocableSite) -> str:
    # What another run left half done was another revocation, and what was issued since then is to die, too.
    return "revocation was asked for" if not wish.names and wish.criterion == ANY else ""


def _why_unnamed(wish: RevokeWish, site: RevocableSite) -> str:
    return next((why for name in wish.names if (why := _why_not_done(name, site))), "")


def _why_not_done(name: str, site: RevocableSite) -> str:
    record = site.authority.record(name)
    if record is None:
        return f"revocation {name} has not been done"
    if record.at is None:
        return f"revocation {name} was noted by an earlier version, without the keys that it can be proved by"
    if not record.keys:
        return f"revocation {name} was noted without the keys that it can be proved by, which could not be read"
    if keys_of(site.authority.certificate) & site.authority.distrusted(record):
        return f"the CA from before revocation {name} was put back"
    return _why_connected_again(name, record, site)


def _why_connected_again(name: str, record: Record, site: RevocableSite) -> str:
    """Return that an evicted site has got another credential since: nothing else lets it in while the proof holds."""
    back = [each for each in site.incoming if eviction_name(each.site_id) == name and _is_later(each.since, record.at)]
    if not back or not prove(site, record).holds:
        return ""
    return f"site {back[0].name} ({back[0].site_id}) is linked to this one again since its eviction"


def _is_later(moment: datetime | None, other: datetime | None) -> bool:
    return moment is not None and other is not None and moment > other


def _why_put_back(wish: RevokeWish, site: RevocableSite) -> str:
    return "a CA that was revoked was put back" if put_back(site) else ""


def _why_unreadable(wish: RevokeWish, site: RevocableSite) -> str:
    return "the site CA can't be read" if ca_fingerprint(site) is None else ""


def _why_over(wish: RevokeWish, site: RevocableSite) -> str:
    ends = not_after(site.authority.certificate)
    over = wish.by_age and ends is not None and ends <= site.now
    return f"the site CA ended at {format_instant(ends)}" if over and ends is not None else ""


def _why_old(wish: RevokeWish, site: RevocableSite) -> str:
    begins, limit = _begins(site), _limit(wish.criterion, site.now)
    if begins is None or limit is None or begins >= limit:
        return ""
    return f"the site CA is of {format_instant(begins)}, before {format_instant(limit)}"


# The first that answers is the reason.
_NEEDS: tuple[Callable[[RevokeWish, RevocableSite], str], ...] = (
    _why_now,
    _why_unnamed,
    _why_put_back,
    _why_unreadable,
    _why_over,
    _why_old,
)


def _begins(site: RevocableSite) -> datetime | None:
    """Return since when the oldest key has been trusted, by whichever clock says earlier.

    The clock of the program that made a CA may be wrong, and a CA may have been stored long after it was made. A former CA that
    the router still trusts counts, unless this collection has replaced it and has its server certificate yet to sign.
    """
    replaced = site.authority.distrusted()
    times = [oldest(site.authority.certificate, site.server.ca, besides=replaced), site.authority.written]
    return min((each for each in times if each is not None), default=None)


def _limit(criterion: Criterion, now: datetime) -> datetime | None:
    if criterion.issued_before is not None or criterion.max_age is None:
        return criterion.issued_before
    try:
        return now - criterion.max_age
    except OverflowError:
        return datetime.min.replace(tzinfo=now.tzinfo)


def overwritten(site: RevocableSite, plan: RevokePlan) -> list[tuple[str, Owner]]:
    """Return the objects of other tools that the plan overwrites, as messages name them, each with its owner."""
    objects = [
        (RevokeStep.REPLACE_CA, site.authority.kept_in, authority_owner(site)),
        (RevokeStep.SIGN, site.server.kept_in, site.server.owner),
    ]
    return [(name, owner) for step, name, owner in objects if owner is not None and plan.has(step)]


def why_refused(wish: RevokeWish, site: RevocableSite, plan: RevokePlan) -> tuple[str, Owner] | None:
    """Return which object of the plan's another tool manages, and which tool. None if that keeps nothing from being done."""
    return None if wish.take_over else next(iter(overwritten(site, plan)), None)


def why_not_adopted(site: RevocableSite) -> str:
    """Return why the current CA can't be the new one of a revocation; "" if it can."""
    if not is_readable(site.authority.certificate):
        return "it holds certificates that can't be read"
    if not is_readable(site.server.ca):
        return "what the router trusts can't be read, so that it is not known which keys were trusted before"
    former = site.authority.distrusted() | keys_of(site.server.ca)
    kept = keys_of(site.authority.certificate) & former
    return f"it holds a key that was trusted before ({min(kept)[:16]})" if kept else ""
