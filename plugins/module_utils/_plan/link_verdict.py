# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judge the state of a link.

A verdict is the first answer of a chain of checks. Each check looks at one thing that may be wrong, and returns None if that
is not so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Callable, Optional

from .._model.instant import format_instant
from .._model.link import Cause, Link, LinkKind, LinkState
from .._model.observed import Issuer, Observed, Verdict
from .._model.site import Endpoint, Service
from .._model.token import RENEW_BEFORE, ClaimState
from .._pki.certificate import is_newer, is_signed_by, not_after

Check = Callable[[Link, Optional[Issuer], Observed], Optional[Verdict]]

_FATES = {
    ClaimState.EXPIRED: Cause.CLAIM_EXPIRED,
    ClaimState.USED_UP: Cause.CLAIM_USED_UP,
    ClaimState.CORRUPT: Cause.CLAIM_CORRUPT,
}


def judge(link: Link, issuer: Issuer | None, observed: Observed) -> Verdict:
    """Return the state of a link, from its own object, its site's connections and what is known of the issuing site."""
    chain = CLAIM_CHECKS if link.kind is LinkKind.CLAIM else CERTIFICATE_CHECKS
    verdicts = (check(link, issuer, observed) for check in chain)
    return next((found for found in verdicts if found is not None), Verdict(link, LinkState.CONNECTED))


def _never_redeemed(link: Link, issuer: Issuer | None, observed: Observed) -> Verdict | None:
    noted = link.redemption
    if noted.final is None:
        return None
    cause, why = noted.cause, f"its claim was not redeemed: {noted.words or 'given up'}"
    if cause is Cause.ISSUER_UNTRUSTED and noted.distrust is not None:
        why = f"its claim was not redeemed: {noted.distrust.what} ({noted.words})"
    if cause is Cause.CLAIM_UNKNOWN:
        cause, why = _record_says(link, issuer, observed.now) or (cause, why)
    return Verdict(link, LinkState.CLAIM_FAILED, why, cause)


def _expired_unredeemed(link: Link, _issuer: Issuer | None, observed: Observed) -> Verdict | None:
    if link.expires is None or link.expires > observed.now:
        return None
    why = f"its claim expired at {format_instant(link.expires)} unredeemed"
    return Verdict(link, LinkState.CLAIM_FAILED, why, Cause.CLAIM_EXPIRED)


def _not_redeemed_yet(link: Link, issuer: Issuer | None, observed: Observed) -> Verdict:
    noted = (link.redemption.cause, link.redemption.words or "its claim has not been redeemed yet")
    cause, why = _record_says(link, issuer, observed.now) or noted
    return Verdict(link, LinkState.CLAIM_WAITING, why, cause)


def _record_says(link: Link, issuer: Issuer | None, now: datetime) -> tuple[Cause, str] | None:
    """Return what the issuing site itself holds against a claim. None if that is nothing, or was not asked."""
    if issuer is None or issuer.claims is None:
        return None
    record = issuer.claims.get(link.claim_name)
    if record is None:
        return Cause.CLAIM_REMOVED, f"the issuing site has no claim {link.claim_name} (any more)"
    if record.state(now) in _FATES:
        why = f"the issuing site says of claim {link.claim_name}: {record.why_unusable(now)}"
        return _FATES[record.state(now)], why
    if link.redemption.given_up:
        why = f"claim {link.claim_name} is usable, but was not when this link tried; it does not try again"
        return Cause.CLAIM_GIVEN_UP, why
    return None


def _certificate_ended(link: Link, _issuer: Issuer | None, observed: Observed) -> Verdict | None:
    ends = not_after(link.certificate)
    if ends is None or ends > observed.now:
        return None
    why = f"its certificate ended at {format_instant(ends)}"
    return Verdict(link, LinkState.EXPIRED, why, Cause.CERTIFICATE_ENDED)


def _signed_by_another_ca(link: Link, issuer: Issuer | None, observed: Observed) -> Verdict | None:
    if issuer is None or link.site_id is None or not knows_better(issuer, link, bool(observed.connections(link))):
        return None
    if is_signed_by(link.certificate, issuer.ca):
        return None
    why = "its certificate was not signed by the issuing site's current CA"
    return Verdict(link, LinkState.STALE, why, Cause.CA_CHANGED)


def _issuer_moved(link: Link, issuer: Issuer | None, observed: Observed) -> Verdict | None:
    if issuer is None or link.site_id is None:
        return None
    ours, theirs = _endpoint(link.endpoints, observed), _endpoint(issuer.endpoints or {}, observed)
    if ours is None or theirs is None or ours == theirs:
        return None
    why = f"it leads to {ours}, and the issuing site is now reached at {theirs}"
    return Verdict(link, LinkState.STALE, why, Cause.ENDPOINT_CHANGED)


def _endpoint(endpoints: Mapping[Service, Endpoint], observed: Observed) -> Endpoint | None:
    """Return the endpoint that the linking site's router connects to. None if there is none."""
    return endpoints.get(observed.dials)


def _change_unfinished(link: Link, _issuer: Issuer | None, _observed: Observed) -> Verdict | None:
    if link.kind is not LinkKind.PARKED:
        return None
    return Verdict(link, LinkState.PARKED, "a change of its cost was not finished", Cause.CHANGE_UNFINISHED)


def _policy_forbids(link: Link, _issuer: Issuer | None, _observed: Observed) -> Verdict | None:
    if not link.disabled:
        return None
    return Verdict(link, LinkState.DISABLED, f"a policy forbids links to {link.host}", Cause.POLICY_FORBIDS)


def _router_down(link: Link, _issuer: Issuer | None, observed: Observed) -> Verdict | None:
    if observed.router_runs is not False:
        return None
    why = "no router of this site runs, whatever its network status still says"
    return Verdict(link, LinkState.CONNECTING, why, Cause.ROUTER_DOWN)


def _connector_missing(link: Link, _issuer: Issuer | None, observed: Observed) -> Verdict | None:
    if observed.connectors is None or link.name in observed.connectors:
        return None
    why = "the router does not know it yet: its configuration has no connector of that name"
    return Verdict(link, LinkState.CONNECTING, why, Cause.CONNECTOR_MISSING)


def _author_unknown(link: Link, _issuer: Issuer | None, _observed: Observed) -> Verdict | None:
    if link.site_id is not None:
        return None
    why = (
        "it does not say which site it leads to, so that it is not known whether it works: note the id of its issuing site in "
        f"{link.author_key}, or remove it by its name if it is of no use"
    )
    return Verdict(link, LinkState.UNKNOWN, why, Cause.AUTHOR_UNKNOWN)


def _not_connected(link: Link, _issuer: Issuer | None, observed: Observed) -> Verdict | None:
    if observed.connections(link):
        return None
    return Verdict(link, LinkState.CONNECTING, "no connection to the issuing site is open", Cause.NO_CONNECTION)


def _certificate_ends_soon(link: Link, _issuer: Issuer | None, observed: Observed) -> Verdict | None:
    if not ends_soon(link, observed.now):
        return None
    return Verdict(link, LinkState.ENDING, why_ending(link), Cause.CERTIFICATE_ENDS_SOON)


CLAIM_CHECKS: tuple[Check, ...] = (_never_redeemed, _expired_unredeemed, _not_redeemed_yet)
CERTIFICATE_CHECKS: tuple[Check, ...] = (
    _certificate_ended,
    # What an issuing site says counts for links that are known to lead there.
    _signed_by_another_ca,
    _issuer_moved,
    # The credential is good as far as is known; what remains is the connection.
    _change_unfinished,
    _policy_forbids,
    _router_down,
    _connector_missing,
    _author_unknown,
    _not_connected,
    _certificate_ends_soon,
)


def ends_soon(link: Link, now: datetime) -> bool:
    """Return whether it is time for a new certificate."""
    ends = not_after(link.certificate)
    return ends is not None and ends - now < RENEW_BEFORE


def why_ending(link: Link) -> str:
    """Return when a certificate that ends soon will have ended, as a reason."""
    ends = not_after(link.certificate)
    return f"its certificate ends soon, at {'' if ends is None else format_instant(ends)}"


def knows_better(issuer: Issuer, link: Link, connected: bool) -> bool:
    """Return whether the issuing site's CA, as it is known, may judge a link.

    The site itself always may. A token file may only judge a link that is down and older than the file: a token from
    before a revocation must not remove the link that was made after it.
    """
    if issuer.ca is None:
        return False
    return issuer.authority or (not connected and is_newer(issuer.ca, link.ca))


def is_orphan(link: Link, observed: Observed) -> bool | None:
    """Return whether a link outlives its site: no object of this site owns it. None if that can't be known."""
    if link.owner_uids is None or observed.restored or (link.owner_uids and observed.owners is None):
        return None
    return not set(link.owner_uids) & (observed.owners or frozenset())


def leads_here(link: Link, issuer: Issuer, observed: Observed) -> bool:
    """Return whether a link that does not say where it leads is known to be one to an issuing site.

    Its CA has signed the link's certificate. Since sites may share a CA, the link also dials that site. Where the site's
    endpoints are not known, a connection to it is open.
    """
    if link.site_id is not None or link.kind is LinkKind.CLAIM or not is_signed_by(link.certificate, issuer.ca):
        return False
    theirs = _endpoint(issuer.endpoints or {}, observed)
    if theirs is None:
        return bool(observed.network.outgoing_to(issuer.site_id))
    return _endpoint(link.endpoints, observed) == theirs


def why_removable(verdict: Verdict, observed: Observed) -> str:
    """Return why a link is of no use any more; "" if it may be of use."""
    if verdict.dead:
        return verdict.why
    # A tool keeps what it has made by other means than owner references.
    known = verdict.link.site_id is not None and verdict.link.manager is None
    if known and is_orphan(verdict.link, observed) and not verdict.connected:
        return "no object of this site owns it, and it is not connected"
    return ""
