# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide what has to happen so that a link leads where it should."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Callable, Optional

from .._model.change import UNKNOWN, Change
from .._model.errors import Failure
from .._model.link import Link, LinkKind, LinkState, Replace
from .._model.names import next_link_name
from .._model.observed import Issuer, Observed, Verdict
from .._model.reasons import Reason
from .._pki.certificate import is_signed_by, not_after
from .._view.link import credential_view, wanted_view
from .link_verdict import ends_soon, is_orphan, judge, knows_better, leads_here, why_ending

_BEST_FIRST = (
    LinkState.CONNECTED,
    LinkState.CONNECTING,
    LinkState.CLAIM_WAITING,
    LinkState.PARKED,
    LinkState.DISABLED,
    LinkState.UNKNOWN,
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
class LinkPlan:
    """What to do about a link."""

    step: LinkStep
    name: str
    change: Change
    current: Verdict | None = None
    remove: tuple[Link, ...] = ()
    """Links to remove once the new credential is in hand."""


@dataclass(frozen=True)
class _Case:
    """An existing link, and what is desired of it."""

    wish: LinkWish
    issuer: Issuer
    observed: Observed
    best: Verdict
    """The healthiest link to the issuing site."""


Objection = Callable[[_Case], Optional[LinkPlan]]


def plan_link(wish: LinkWish, issuer: Issuer, observed: Observed) -> LinkPlan:
    """Compare the desired link with the existing ones; raises Failure(link_stale).

    The first objection to the healthiest one decides.
    """
    if wish.replace is Replace.DOWN:
        # What works is then kept as against a token in hand, whose word also is not its issuing site's.
        issuer = replace(issuer, authority=False)
    observed = attributed(issuer, observed)
    best = best_verdict(issuer, observed)
    if best is None:
        unknown = unattributed(issuer, observed)
        return _plan_waiting(unknown, issuer, observed) if unknown else _plan_new(wish, issuer, observed)
    case = _Case(wish, issuer, observed, best)
    plans = (objection(case) for objection in OBJECTIONS)
    return next((plan for plan in plans if plan is not None), _plan_keeping(issuer, best))


def _replacement_asked_for(case: _Case) -> LinkPlan | None:
    return _plan_replacement(case, "replacement was asked for") if case.wish.replace is Replace.ALWAYS else None


def _dead(case: _Case) -> LinkPlan | None:
    if not case.best.dead:
        return None
    if case.wish.replace is Replace.NEVER:
        raise _refuse_replacement(case.best)
    return _plan_replacement(case, case.best.why)


def _due_for_renewal(case: _Case) -> LinkPlan | None:
    if case.wish.replace is not Replace.STALE or not _is_due(case.best, case.issuer, case.observed.now):
        return None
    return _plan_replacement(case, why_ending(case.best.link))


def _change_of_cost_unfinished(case: _Case) -> LinkPlan | None:
    return _plan_recost(case.wish, case.best) if case.best.state is LinkState.PARKED else None


def _cost_differs(case: _Case) -> LinkPlan | None:
    if case.best.link.cost == case.wish.cost:
        return None
    if case.best.link.kind is LinkKind.CERTIFICATE:
        return _plan_recost(case.wish, case.best)
    return _plan_replacement(case, "its cost differs and its claim is not redeemed yet")


OBJECTIONS: tuple[Objection, ...] = (
    _replacement_asked_for,
    _dead,
    _due_for_renewal,
    _change_of_cost_unfinished,
    _cost_differs,
)


def _plan_keeping(issuer: Issuer, best: Verdict) -> LinkPlan:
    link = best.link
    view = wanted_view(link.name, issuer.site_id, link.cost)
    if has_leftover(link, issuer):
        change = Change({**view, "spent_claim": link.claim}, view, "its spent claim was not removed yet")
        return LinkPlan(LinkStep.KEEP, link.name, change, best)
    return LinkPlan(LinkStep.KEEP, link.name, Change(view, view), best)


def _plan_waiting(unknown: tuple[Link, ...], issuer: Issuer, observed: Observed) -> LinkPlan:
    """Plan no second link as long as one of these may be the first; the only one is it if a connection is open."""
    link = unknown[0]
    view = wanted_view(link.name, issuer.site_id, link.cost)
    verdict = judge(link, None, observed)
    if len(unknown) == 1 and verdict.unknown and observed.network.outgoing_to(issuer.site_id):
        verdict = Verdict(replace(link, site_id=issuer.site_id), LinkState.CONNECTED)
    return LinkPlan(LinkStep.KEEP, link.name, Change(view, view), verdict)


def has_leftover(link: Link, issuer: Issuer) -> bool:
    """Return whether the claim that a link was made with is spent and can be removed from the issuing site."""
    return link.claim is not None and link.kind is LinkKind.CERTIFICATE and issuer.reachable


def _plan_new(wish: LinkWish, issuer: Issuer, observed: Observed) -> LinkPlan:
    name = wish.name or next_link_name([link.name for link in observed.links])
    after = wanted_view(name, issuer.site_id, wish.cost)
    return LinkPlan(LinkStep.CREATE, name, Change({}, after, "there is no link to the issuing site"))


def _plan_replacement(case: _Case, why: str) -> LinkPlan:
    wish, issuer, observed, best = case.wish, case.issuer, case.observed, case.best
    every = wish.replace is Replace.ALWAYS
    remove = tuple(
        v.link
        for v in _verdicts(issuer, observed)
        if every or v.dead or is_orphan(v.link, observed) or v.link is best.link
    )
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
    why = best.why if best.state is LinkState.PARKED else "its cost differs"
    return LinkPlan(LinkStep.RECOST, link.name, Change(before, after, why), best, (link,))


def _refuse_replacement(verdict: Verdict) -> Failure:
    return Failure(
        Reason.LINK_STALE,
        f"Link {verdict.link.name} does not work and will not by itself: {verdict.why}. "
        "Allow its replacement with replace: stale.",
    )


def plan_removal(links: tuple[Link, ...], why: str = "it should be absent") -> LinkPlan:
    """Plan that links are no longer there."""
    if not links:
        return LinkPlan(LinkStep.KEEP, "", Change())
    names = ", ".join(link.name for link in links)
    before = {link.name: wanted_view(link.name, link.site_id or "", link.cost) for link in links}
    return LinkPlan(LinkStep.DELETE, names, Change(before, {}, why), None, links)


def attributed(issuer: Issuer, observed: Observed) -> Observed:
    """Return what is known of the linking site, with the id of an issuing site in those links that lead there unsaid."""
    links = (
        replace(link, site_id=issuer.site_id) if leads_here(link, issuer, observed) else link for link in observed.links
    )
    return replace(observed, links=tuple(links))


def unattributed(issuer: Issuer, observed: Observed) -> tuple[Link, ...]:
    """Return the links that do not say where they lead, and may be the one to an issuing site that no other link leads to.

    No link is such a one if others have as many open connections that no link accounts for. One may be if a connection is open,
    or if it can't be ruled out that the issuing site's CA has signed it.
    """
    known = sorted(observed.links, key=lambda link: link.name)
    nameless = tuple(link for link in known if link.site_id is None and not judge(link, None, observed).dead)
    accounted = {issuer.site_id, *(link.site_id for link in observed.links)}
    if len(observed.network.outgoing_sites() - accounted) >= len(nameless):
        return ()
    if observed.network.outgoing_to(issuer.site_id):
        return nameless
    return tuple(link for link in nameless if not _is_of_another_ca(link, issuer))


def _is_of_another_ca(link: Link, issuer: Issuer) -> bool:
    """Return whether the issuing site's CA is known and has not signed a link's certificate, or is not the one of its claim."""
    certificate = link.ca if link.kind is LinkKind.CLAIM else link.certificate
    known = not_after(certificate) is not None and knows_better(issuer, link, connected=False)
    return known and not is_signed_by(certificate, issuer.ca)


def best_verdict(issuer: Issuer, observed: Observed) -> Verdict | None:
    """Return the healthiest link to the issuing site. None if there is none."""
    verdicts = _verdicts(issuer, observed)
    return min(verdicts, key=lambda verdict: _rank(verdict, issuer, observed.now), default=None)


def _rank(verdict: Verdict, issuer: Issuer, now: datetime) -> tuple[bool, bool, int, bool, str]:
    """Return what makes one link better than another to the same site. The network status does not show which is connected."""
    link = verdict.link
    state = LinkState.CONNECTED if verdict.connected else verdict.state
    outdated = knows_better(issuer, link, connected=False) and not is_signed_by(link.certificate, issuer.ca)
    return verdict.dead, _is_due(verdict, issuer, now), _BEST_FIRST.index(state), outdated, link.name


def _is_due(verdict: Verdict, issuer: Issuer, now: datetime) -> bool:
    """Return whether a link that is not dead should get a new certificate. Only its issuing site can sign one."""
    return issuer.authority and verdict.link.kind is not LinkKind.CLAIM and ends_soon(verdict.link, now)


def _verdicts(issuer: Issuer, observed: Observed) -> list[Verdict]:
    return [judge(link, issuer, observed) for link in observed.links if link.site_id == issuer.site_id]
