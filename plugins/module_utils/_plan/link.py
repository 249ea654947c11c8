# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judge the links of a site and decide what has to happen so that one leads where it should."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from .._model.errors import Failure
from .._model.instant import format_instant
from .._model.link import Link, LinkKind, LinkState, NetworkView, Replace
from .._model.names import next_link_name
from .._model.reasons import Reason
from .._model.redemption import final_reason
from .._pki.certificate import is_newer, is_signed_by, not_after
from .changes import UNKNOWN, Change

# With this little time left, a link whose issuing site can be asked for a new certificate gets one.
RENEW_BEFORE = timedelta(days=30)

_DEAD = frozenset({LinkState.STALE, LinkState.EXPIRED, LinkState.CLAIM_FAILED})
_BEST_FIRST = (
    LinkState.CONNECTED,
    LinkState.CONNECTING,
    LinkState.CLAIM_WAITING,
    LinkState.PARKED,
    LinkState.DISABLED,
    LinkState.STALE,
    LinkState.EXPIRED,
    LinkState.CLAIM_FAILED,
)


class LinkStep(str, Enum):
    """The kind of write a link may need."""

    KEEP = "keep"
    CREATE = "create"
    RECOST = "recost"
    REPLACE = "replace"
    DELETE = "delete"


@dataclass(frozen=True)
class LinkWish:
    """A link as it should be."""

    name: str | None
    cost: int
    replace: Replace = Replace.STALE


@dataclass(frozen=True)
class Issuer:
    """What is known of the issuing site."""

    site_id: str
    ca: bytes | None = None
    """Its CA certificates; None if they could not be had."""
    authority: bool = False
    """True if the CA was read from the site itself; a token file may be older than the link it is held against."""
    reachable: bool = False
    """True if the issuing site's API server can be asked."""


@dataclass(frozen=True)
class Observed:
    """What is known of the linking site."""

    links: tuple[Link, ...]
    network: NetworkView
    now: datetime


@dataclass(frozen=True)
class Verdict:
    """How one link is doing, and why."""

    link: Link
    state: LinkState
    why: str = ""

    @property
    def dead(self) -> bool:
        """Whether it will not work again without a new credential."""
        return self.state in _DEAD


@dataclass(frozen=True)
class LinkPlan:
    """What to do about a link."""

    step: LinkStep
    name: str
    change: Change
    current: Verdict | None = None
    remove: tuple[Link, ...] = ()
    """Links to take away once the new credential is in hand."""


def judge(link: Link, issuer: Issuer | None, observed: Observed) -> Verdict:
    """Tell how a link is doing, from its Secret, the network status and what is known of the issuing site."""
    if link.kind is LinkKind.CLAIM:
        return _judge_claim(link, observed.now)
    return _judge_certificate(link, issuer, observed)


def _judge_claim(link: Link, now: datetime) -> Verdict:
    if final_reason(link) is not None:
        return Verdict(link, LinkState.CLAIM_FAILED, f"its claim was not redeemed: {link.status or 'given up'}")
    if link.expires is not None and link.expires <= now:
        return Verdict(link, LinkState.CLAIM_FAILED, f"its claim expired at {format_instant(link.expires)} unredeemed")
    return Verdict(link, LinkState.CLAIM_WAITING, link.status or "its claim has not been redeemed yet")


def _judge_certificate(link: Link, issuer: Issuer | None, observed: Observed) -> Verdict:
    connected = bool(link.site_id and observed.network.outgoing_to(link.site_id))
    ends = not_after(link.certificate)
    if ends is not None and ends <= observed.now:
        return Verdict(link, LinkState.EXPIRED, f"its certificate ended at {format_instant(ends)}")
    if issuer is not None and _knows_better(issuer, link, connected):
        if not is_signed_by(link.certificate, issuer.ca):
            return Verdict(link, LinkState.STALE, "its certificate was not signed by the issuing site's present CA")
        if issuer.authority and ends is not None and ends - observed.now < RENEW_BEFORE:
            return Verdict(link, LinkState.STALE, f"its certificate ends soon, at {format_instant(ends)}")
    if link.kind is LinkKind.PARKED:
        return Verdict(link, LinkState.PARKED, "a change of its cost was not finished")
    if link.disabled:
        return Verdict(link, LinkState.DISABLED, f"a policy forbids links to {link.host}")
    if connected:
        return Verdict(link, LinkState.CONNECTED)
    return Verdict(link, LinkState.CONNECTING, "no connection to the issuing site is open")


def _knows_better(issuer: Issuer, link: Link, connected: bool) -> bool:
    """Whether the issuing site's CA, as it is known, may judge a link.

    The site itself always may. A token file may only judge a link that is down and older than the file: a token from
    before a revocation must not take away the link that was made after it.
    """
    if issuer.ca is None:
        return False
    return issuer.authority or (not connected and is_newer(issuer.ca, link.ca))


def best_verdict(issuer: Issuer, observed: Observed) -> Verdict | None:
    """The healthiest link to the issuing site; None if there is none."""
    verdicts = _verdicts(issuer, observed)
    return min(verdicts, key=lambda v: (_BEST_FIRST.index(v.state), v.link.name), default=None)


def _verdicts(issuer: Issuer, observed: Observed) -> list[Verdict]:
    return [judge(link, issuer, observed) for link in observed.links if link.site_id == issuer.site_id]


def plan_link(wish: LinkWish, issuer: Issuer, observed: Observed) -> LinkPlan:
    """Compare a wish with the links that exist; raises Failure(link_stale)."""
    best = best_verdict(issuer, observed)
    if best is None:
        return _plan_new(wish, issuer, observed)
    if wish.replace is Replace.ALWAYS:
        return _plan_replacement(wish, issuer, best, "replacement was asked for", observed)
    if best.dead:
        if wish.replace is Replace.NEVER:
            raise _refuse_replacement(best)
        return _plan_replacement(wish, issuer, best, best.why, observed)
    if best.state is LinkState.PARKED or (best.link.cost != wish.cost and best.link.kind is LinkKind.CERTIFICATE):
        return _plan_recost(wish, best)
    if best.link.cost != wish.cost:
        return _plan_replacement(wish, issuer, best, "its cost differs and its claim is not redeemed yet", observed)
    return _plan_keeping(issuer, best)


def _plan_keeping(issuer: Issuer, best: Verdict) -> LinkPlan:
    link = best.link
    view = wanted_view(link.name, issuer.site_id, link.cost)
    if has_leftover(link, issuer):
        change = Change({**view, "spent_claim": link.claim}, view, "its spent claim was not removed yet")
        return LinkPlan(LinkStep.KEEP, link.name, change, best)
    return LinkPlan(LinkStep.KEEP, link.name, Change(view, view), best)


def has_leftover(link: Link, issuer: Issuer) -> bool:
    """Whether the claim that a link was made with is spent and can be removed from the issuing site."""
    return link.claim is not None and link.kind is LinkKind.CERTIFICATE and issuer.reachable


def _plan_new(wish: LinkWish, issuer: Issuer, observed: Observed) -> LinkPlan:
    name = wish.name or next_link_name([link.name for link in observed.links])
    after = wanted_view(name, issuer.site_id, wish.cost)
    return LinkPlan(LinkStep.CREATE, name, Change({}, after, "there is no link to the issuing site"))


def _plan_replacement(wish: LinkWish, issuer: Issuer, best: Verdict, why: str, observed: Observed) -> LinkPlan:
    every = wish.replace is Replace.ALWAYS
    remove = tuple(v.link for v in _verdicts(issuer, observed) if every or v.dead or v.link is best.link)
    before = {**wanted_view(best.link.name, issuer.site_id, best.link.cost), "credential": credential_view(best.link)}
    name = best.link.name
    after = {**wanted_view(name, issuer.site_id, wish.cost), "credential": UNKNOWN}
    return LinkPlan(LinkStep.REPLACE, name, Change(before, after, why), best, remove)


def _plan_recost(wish: LinkWish, best: Verdict) -> LinkPlan:
    link = best.link
    before = wanted_view(link.name, str(link.site_id), link.cost)
    after = wanted_view(link.name, str(link.site_id), wish.cost)
    if best.state is LinkState.PARKED:
        before = {**before, "parked": True}
    return LinkPlan(LinkStep.RECOST, link.name, Change(before, after, best.why or "its cost differs"), best, (link,))


def _refuse_replacement(verdict: Verdict) -> Failure:
    return Failure(
        Reason.LINK_STALE,
        f"Link {verdict.link.name} does not work and will not by itself: {verdict.why}. "
        "Allow its replacement with replace: stale.",
    )


def plan_removal(links: tuple[Link, ...]) -> LinkPlan:
    """Plan that links are no longer there."""
    if not links:
        return LinkPlan(LinkStep.KEEP, "", Change())
    names = ", ".join(link.name for link in links)
    before = {link.name: wanted_view(link.name, link.site_id or "", link.cost) for link in links}
    return LinkPlan(LinkStep.DELETE, names, Change(before, {}, "it should be absent"), None, links)


def wanted_view(name: str, site_id: str, cost: int) -> dict[str, Any]:
    """Those properties of a link that a user can ask for, as diffs show them."""
    return {"name": name, "site_id": site_id, "cost": cost}


def credential_view(link: Link) -> dict[str, Any]:
    """A link's credential without its secret."""
    if link.certificate is None:
        return {"type": "claim"}
    ends = not_after(link.certificate)
    return {"type": "certificate", "not_after": None if ends is None else format_instant(ends)}


def link_view(verdict: Verdict) -> dict[str, Any]:
    """A link as results show it."""
    link = verdict.link
    ends = not_after(link.certificate) if link.certificate else None
    return {
        "name": link.name,
        "site_id": link.site_id,
        "state": verdict.state.value,
        "connected": verdict.state is LinkState.CONNECTED,
        "reason": verdict.why or None,
        "cost": link.cost,
        "url": link.url,
        "not_after": None if ends is None else format_instant(ends),
    }
