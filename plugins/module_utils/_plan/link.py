# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judge the links of a site and decide what has to happen so that one leads where it should."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any

from .._model.change import UNKNOWN, Change
from .._model.errors import Failure
from .._model.instant import format_instant
from .._model.link import Cause, Link, LinkKind, LinkState, Replace
from .._model.names import next_link_name
from .._model.observed import Issuer, Observed, Verdict
from .._model.reasons import Reason
from .._model.token import RENEW_BEFORE, ClaimState
from .._pki.certificate import is_newer, is_signed_by, not_after
from .._v1.rules.distrust import distrust
from .._v1.rules.redemption import claim_cause, final_reason
from .claim import why_unusable

_NO_AUTHOR = (
    "it does not say which site it leads to, so that it can't be told whether it works: note the id of its issuing site in "
    "annotation skupper.io/generated-by, or remove it by its name if it is of no use"
)

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
    """Links to take away once the new credential is in hand."""


def judge(link: Link, issuer: Issuer | None, observed: Observed) -> Verdict:
    """Tell how a link is doing, from its Secret, the network status and what is known of the issuing site."""
    if link.kind is LinkKind.CLAIM:
        return _judge_claim(link, issuer, observed.now)
    return _judge_certificate(link, issuer, observed)


def _judge_claim(link: Link, issuer: Issuer | None, now: datetime) -> Verdict:
    cause, why = claim_cause(link), f"its claim was not redeemed: {link.status or 'given up'}"
    if final_reason(link) is not None:
        if cause is Cause.ISSUER_UNTRUSTED:
            why = f"its claim was not redeemed: {distrust(link.status or '').what} ({link.status})"
        if cause is Cause.CLAIM_UNKNOWN:
            cause, why = _record_says(link, issuer, now) or (cause, why)
        return Verdict(link, LinkState.CLAIM_FAILED, why, cause)
    if link.expires is not None and link.expires <= now:
        why = f"its claim expired at {format_instant(link.expires)} unredeemed"
        return Verdict(link, LinkState.CLAIM_FAILED, why, Cause.CLAIM_EXPIRED)
    cause, why = _record_says(link, issuer, now) or (cause, link.status or "its claim has not been redeemed yet")
    return Verdict(link, LinkState.CLAIM_WAITING, why, cause)


_FATES = {
    ClaimState.EXPIRED: Cause.CLAIM_EXPIRED,
    ClaimState.USED_UP: Cause.CLAIM_USED_UP,
    ClaimState.CORRUPT: Cause.CLAIM_CORRUPT,
}


def _record_says(link: Link, issuer: Issuer | None, now: datetime) -> tuple[Cause, str] | None:
    """What the issuing site itself holds against a claim; None if that is nothing, or was not asked."""
    if issuer is None or issuer.claims is None:
        return None
    name = claim_name(link)
    record = issuer.claims.get(name)
    if record is None:
        return Cause.CLAIM_REMOVED, f"the issuing site has no claim {name} (any more)"
    if record.state(now) in _FATES:
        return _FATES[record.state(now)], f"the issuing site says of claim {name}: {why_unusable(record, now)}"
    if link.given_up:
        return Cause.CLAIM_GIVEN_UP, f"claim {name} is usable, but was not when this link tried; it does not try again"
    return None


def claim_name(link: Link) -> str:
    """Name of the claim that a link was made with, as its issuing site reads it from the URL."""
    return link.url.partition("://")[2].partition("?")[0].partition("/")[2].replace("/", "")


def _judge_certificate(link: Link, issuer: Issuer | None, observed: Observed) -> Verdict:
    ends = not_after(link.certificate)
    if ends is not None and ends <= observed.now:
        why = f"its certificate ended at {format_instant(ends)}"
        return Verdict(link, LinkState.EXPIRED, why, Cause.CERTIFICATE_ENDED)
    connected = bool(observed.connections(link))
    if link.site_id is None:
        # What an issuing site says counts for links that are known to be to it.
        return _judge_connection(link, observed, connected)
    if issuer is not None and _knows_better(issuer, link, connected) and not is_signed_by(link.certificate, issuer.ca):
        why = "its certificate was not signed by the issuing site's present CA"
        return Verdict(link, LinkState.STALE, why, Cause.CA_CHANGED)
    moved = "" if issuer is None else _moved(link, issuer, observed)
    if moved:
        return Verdict(link, LinkState.STALE, moved, Cause.ENDPOINT_CHANGED)
    return _judge_connection(link, observed, connected)


def _judge_connection(link: Link, observed: Observed, connected: bool) -> Verdict:
    """A link whose credential is good as far as is known."""
    if link.kind is LinkKind.PARKED:
        return Verdict(link, LinkState.PARKED, "a change of its cost was not finished", Cause.CHANGE_UNFINISHED)
    if link.disabled:
        return Verdict(link, LinkState.DISABLED, f"a policy forbids links to {link.host}", Cause.POLICY_FORBIDS)
    if observed.router_runs is False:
        why = "no router of this site runs, whatever its network status still says"
        return Verdict(link, LinkState.CONNECTING, why, Cause.ROUTER_DOWN)
    if observed.connectors is not None and link.name not in observed.connectors:
        why = "the router has not been told of it yet: its configuration has no connector of that name"
        return Verdict(link, LinkState.CONNECTING, why, Cause.CONNECTOR_MISSING)
    if link.site_id is None:
        return Verdict(link, LinkState.UNKNOWN, _NO_AUTHOR, Cause.AUTHOR_UNKNOWN)
    if not connected:
        return Verdict(link, LinkState.CONNECTING, "no connection to the issuing site is open", Cause.NO_CONNECTION)
    if ends_soon(link, observed.now):
        return Verdict(link, LinkState.ENDING, _ending(link), Cause.CERTIFICATE_ENDS_SOON)
    return Verdict(link, LinkState.CONNECTED)


def ends_soon(link: Link, now: datetime) -> bool:
    """Whether it is time for a new certificate."""
    ends = not_after(link.certificate)
    return ends is not None and ends - now < RENEW_BEFORE


def _ending(link: Link) -> str:
    ends = not_after(link.certificate)
    return f"its certificate ends soon, at {'' if ends is None else format_instant(ends)}"


def _moved(link: Link, issuer: Issuer, observed: Observed) -> str:
    """That a link dials a host or port which its issuing site no longer has; "" if it does not, or nobody knows."""
    ours, theirs = _endpoint(link.endpoints, observed), _endpoint(issuer.endpoints or {}, observed)
    if not ours or not theirs or ours == theirs:
        return ""
    return f"it leads to {ours}, and the issuing site is now reached at {theirs}"


def _endpoint(endpoints: Mapping[str, str], observed: Observed) -> str:
    """The host and port that routers of a site's mode dial; "" if there are none."""
    role = "edge" if observed.edge else "inter-router"
    host = endpoints.get(f"{role}-host", "")
    return f"{host}:{endpoints.get(f'{role}-port', '')}" if host else ""


def is_orphan(link: Link, observed: Observed) -> bool | None:
    """Whether a link outlives its site, having no owner or none of this site; None if that can't be told."""
    if link.owner_uids is None or observed.restored or (link.owner_uids and observed.owners is None):
        return None
    return not set(link.owner_uids) & (observed.owners or frozenset())


def _knows_better(issuer: Issuer, link: Link, connected: bool) -> bool:
    """Whether the issuing site's CA, as it is known, may judge a link.

    The site itself always may. A token file may only judge a link that is down and older than the file: a token from
    before a revocation must not take away the link that was made after it.
    """
    if issuer.ca is None:
        return False
    return issuer.authority or (not connected and is_newer(issuer.ca, link.ca))


def leads_here(link: Link, issuer: Issuer, observed: Observed) -> bool:
    """Return whether a link that does not say where it leads is known to be one to an issuing site.

    Its CA has signed the link's certificate. Since sites may share a CA, the link also dials that site, or, if nobody
    has asked where it is reached, a connection to it is open.
    """
    if link.site_id is not None or link.kind is LinkKind.CLAIM or not is_signed_by(link.certificate, issuer.ca):
        return False
    ours, theirs = _endpoint(link.endpoints, observed), _endpoint(issuer.endpoints or {}, observed)
    return ours == theirs if theirs else bool(observed.network.outgoing_to(issuer.site_id))


def attributed(issuer: Issuer, observed: Observed) -> Observed:
    """Return what is known of the linking site, with the id of an issuing site in those links that lead there unsaid."""
    links = (
        replace(link, site_id=issuer.site_id) if leads_here(link, issuer, observed) else link for link in observed.links
    )
    return replace(observed, links=tuple(links))


def unattributed(issuer: Issuer, observed: Observed) -> tuple[Link, ...]:
    """Return the links that do not say where they lead, and may be the one to an issuing site that no other link leads to.

    None of them is if others have as many open connections that no link accounts for. One may be if a connection is open,
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
    """Whether the issuing site's CA is known and has not signed a link's certificate, or is not the one of its claim."""
    certificate = link.ca if link.kind is LinkKind.CLAIM else link.certificate
    known = not_after(certificate) is not None and _knows_better(issuer, link, connected=False)
    return known and not is_signed_by(certificate, issuer.ca)


def best_verdict(issuer: Issuer, observed: Observed) -> Verdict | None:
    """The healthiest link to the issuing site; None if there is none."""
    verdicts = _verdicts(issuer, observed)
    return min(verdicts, key=lambda verdict: _rank(verdict, issuer, observed.now), default=None)


def _rank(verdict: Verdict, issuer: Issuer, now: datetime) -> tuple[bool, bool, int, bool, str]:
    """What makes one link better than another to the same site; the network status can't tell which is connected."""
    link = verdict.link
    state = LinkState.CONNECTED if verdict.connected else verdict.state
    outdated = _knows_better(issuer, link, connected=False) and not is_signed_by(link.certificate, issuer.ca)
    return verdict.dead, _is_due(verdict, issuer, now), _BEST_FIRST.index(state), outdated, link.name


def _is_due(verdict: Verdict, issuer: Issuer, now: datetime) -> bool:
    """Whether a link that is not dead should get a new certificate; only its issuing site can give it one."""
    return issuer.authority and verdict.link.kind is not LinkKind.CLAIM and ends_soon(verdict.link, now)


def _verdicts(issuer: Issuer, observed: Observed) -> list[Verdict]:
    return [judge(link, issuer, observed) for link in observed.links if link.site_id == issuer.site_id]


def plan_link(wish: LinkWish, issuer: Issuer, observed: Observed) -> LinkPlan:
    """Compare a wish with the links that exist; raises Failure(link_stale)."""
    if wish.replace is Replace.DOWN:
        # What works is then kept as against a token in hand, whose word also is not its issuing site's.
        issuer = replace(issuer, authority=False)
    observed = attributed(issuer, observed)
    best = best_verdict(issuer, observed)
    if best is None:
        unknown = unattributed(issuer, observed)
        return _plan_waiting(unknown, issuer, observed) if unknown else _plan_new(wish, issuer, observed)
    if wish.replace is Replace.ALWAYS:
        return _plan_replacement(wish, issuer, best, "replacement was asked for", observed)
    if best.dead:
        if wish.replace is Replace.NEVER:
            raise _refuse_replacement(best)
        return _plan_replacement(wish, issuer, best, best.why, observed)
    if wish.replace is Replace.STALE and _is_due(best, issuer, observed.now):
        return _plan_replacement(wish, issuer, best, _ending(best.link), observed)
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


def _plan_waiting(unknown: tuple[Link, ...], issuer: Issuer, observed: Observed) -> LinkPlan:
    """Plan no second link as long as one of these may be the first; the only one is it if a connection is open."""
    link = unknown[0]
    view = wanted_view(link.name, issuer.site_id, link.cost)
    verdict = judge(link, None, observed)
    if len(unknown) == 1 and verdict.unknown and observed.network.outgoing_to(issuer.site_id):
        verdict = Verdict(replace(link, site_id=issuer.site_id), LinkState.CONNECTED)
    return LinkPlan(LinkStep.KEEP, link.name, Change(view, view), verdict)


def has_leftover(link: Link, issuer: Issuer) -> bool:
    """Whether the claim that a link was made with is spent and can be removed from the issuing site."""
    return link.claim is not None and link.kind is LinkKind.CERTIFICATE and issuer.reachable


def _plan_new(wish: LinkWish, issuer: Issuer, observed: Observed) -> LinkPlan:
    name = wish.name or next_link_name([link.name for link in observed.links])
    after = wanted_view(name, issuer.site_id, wish.cost)
    return LinkPlan(LinkStep.CREATE, name, Change({}, after, "there is no link to the issuing site"))


def _plan_replacement(wish: LinkWish, issuer: Issuer, best: Verdict, why: str, observed: Observed) -> LinkPlan:
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
        "connected": None if verdict.unknown else verdict.connected,
        "reason": verdict.why or None,
        "cause": None if verdict.cause is None else verdict.cause.value,
        "cost": link.cost,
        "url": link.url,
        "not_after": None if ends is None else format_instant(ends),
    }


def link_report(verdict: Verdict, observed: Observed) -> dict[str, Any]:
    """A link as readers show it."""
    link = verdict.link
    return {
        **link_view(verdict),
        "type": "claim" if link.kind is LinkKind.CLAIM else "certificate",
        "days_left": days_left(not_after(link.certificate), observed.now),
        "orphan": is_orphan(link, observed),
        "managed": link.owner is not None,
    }


def days_left(ends: datetime | None, now: datetime) -> int | None:
    """Whole days until something ends, negative once it has; in its last second it has, as for its state."""
    if ends is None:
        return None
    return (ends - now).days if ends > now else min((ends - now).days, -1)


def why_removable(verdict: Verdict, observed: Observed) -> str:
    """Why a link is of no use any more; "" if it may be."""
    if verdict.dead:
        return verdict.why
    # A tool keeps what it has made by other means than owner references.
    known = verdict.link.site_id is not None and not verdict.link.tool
    if known and is_orphan(verdict.link, observed) and not verdict.connected:
        return "no object of this site owns it, and it is not connected"
    return ""
