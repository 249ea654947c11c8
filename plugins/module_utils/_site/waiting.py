# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait until a site has followed: a link connected, or a connector gone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Callable

from .._kube.api import NamespaceApi
from .._kube.retry import may_pass, poll
from .._model.errors import Failure
from .._model.instant import format_instant, later
from .._model.link import Cause, Distrust, Link, LinkKind, LinkState, NetworkView, removed_meanwhile
from .._model.observed import Observed, Verdict
from .._model.openings import attribute, since
from .._model.printable import printable
from .._model.reasons import Reason
from .._model.site import dials
from .._model.wait import Waiting
from .._pki.trust import keys_of
from .._plan.claim import claim_expired, claim_used_up
from .._plan.link_verdict import judge
from .generations.links import LinkLook, link_store
from .generations.readers import reader

# The network status may still list a connection that is gone, and be written half a minute late; what stays
# listed for longer than this belongs to another link to the same site.
LINGER_SECONDS = 45
# Seconds from one look to the next for what hardly ever keeps a link from connecting.
_SELDOM = 3.0
# How far the clocks of two clusters may be apart before a claim is given up too early.
_CLOCKS = timedelta(seconds=5)


@dataclass(frozen=True)
class Before:
    """What a linking site had before the link was written that is waited for."""

    links: frozenset[str] = frozenset()
    """Names of its links, but for those that were removed since."""
    network: NetworkView = field(default_factory=NetworkView)
    """Its connections that were open then, but for those that are the link's."""


@dataclass(frozen=True)
class Watch:
    """A linking site that is looked at until a link to one issuing site works."""

    api: NamespaceApi
    own_ids: tuple[str, ...]
    """Ids of the linking site; one that was restored from a backup has two."""
    site_id: str
    """Id of the issuing site."""
    waiting: Waiting
    aliases: tuple[str, ...] = ()
    """Ids that mean the issuing site, if it has more than one."""
    before: Before = Before()
    """What existed before anything was written."""
    authority: Callable[[], bytes | None] = lambda: None
    """Asks the issuing site for its CA certificates; None if it can't be asked."""
    routers: Callable[[], frozenset[str] | None] = lambda: None
    """Asks the issuing site for the names of its routers; None if it can't be asked."""

    def look(self, awaited: Awaited, looks: LinkLook, old: Collection[str]) -> Verdict | None:
        """Look whether the network status lists a connection to the issuing site that was not there before.

        One of which the status does not know yet where it leads counts, too, if this link must have brought it. Those that are
        ``old`` do not count.

        Raises Failure at once when the claim has failed for good, then without the link if this run made it, and when the
        link was removed or disabled.
        """
        if awaited.link.kind is LinkKind.CLAIM:
            awaited.link = self._redeemed_so_far(looks, awaited.link.name, awaited.made_here)
        if awaited.link.kind is LinkKind.CLAIM:
            return None
        awaited.seen = looks.network(*self.own_ids).with_aliases(self.aliases)
        if awaited.seen.outgoing_to(self.site_id) - frozenset(old):
            return Verdict(awaited.link, LinkState.CONNECTED)
        awaited.link = self._still_wanted(looks, awaited.link.name)
        fresh = since(self.before.network, awaited.seen, self.site_id)
        if fresh.openings and fresh != awaited.undecided and self._has_brought(awaited.link, fresh, looks):
            return Verdict(awaited.link, LinkState.CONNECTED)
        awaited.undecided = fresh
        return None

    def _has_brought(self, link: Link, network: NetworkView, looks: LinkLook) -> bool:
        """Return whether a connection to a router of the issuing site is open that no other link can have opened."""
        links = looks.links()
        if self.before.links - {each.name for each in links}:
            # The connection of a link that is gone may outlast it.
            return False
        # A claim that was not redeemed after the status was read had no connector when that was written.
        dialing = [each for each in links if each.kind is not LinkKind.CLAIM]
        found = attribute(network, dialing, self.api.now()).outgoing_to(link.site_id or "")
        peers = {each.peer for each in network.openings if found}
        return bool(peers) and self._knows_one(peers)

    def _knows_one(self, peers: Collection[str]) -> bool:
        """Return whether one of these routers is the issuing site's. True if that can't be asked at all."""
        try:
            known = self.routers()
        except Failure:
            return False
        return known is None or not known.isdisjoint(peers)

    def _redeemed_so_far(self, looks: LinkLook, name: str, made_here: bool) -> Link:
        link = looks.link(name)
        if link.kind is LinkKind.CLAIM and (link.redemption.final is not None or self._is_over(link)):
            if made_here:
                link_store(self.api).remove(link)
            raise self._claim_failed(link, made_here)
        return link

    def _is_over(self, link: Link) -> bool:
        """Return whether a claim expired while it was waited for. The issuing site's clock may be a little behind."""
        return link.expires is not None and later(link.expires, _CLOCKS) <= self.api.now()

    def _still_wanted(self, looks: LinkLook, name: str) -> Link:
        """Return the link as it is now; raises Failure if it was removed, or a policy forbids it."""
        link = looks.link(name, age=_SELDOM)
        if link.disabled:
            raise link_store(self.api).forbidden(self.unconnected(link))
        return link

    def _claim_failed(self, link: Link, removed: bool) -> Failure:
        """Return why a claim can't be redeemed any more."""
        reason = link.redemption.final or Reason.CLAIM_EXPIRED
        verdict = self.unconnected(link)
        details: dict[str, Any] = {"link": verdict, "link_removed": removed}
        if reason in (Reason.CLAIM_USED_UP, Reason.CLAIM_EXPIRED):
            known = self._forgotten(link)
            return Failure(known.reason, known.message, **details)
        if reason is Reason.ISSUER_UNTRUSTED:
            return self._distrusted(link, details)
        return Failure(
            reason,
            f"Link {link.name} in {self.api.place} could not be made: {link.url} does not accept the claim "
            f"({printable(link.redemption.words or None)}): {_ADVICE.get(reason, 'issue a new token')}.",
            **details,
        )

    def _distrusted(self, link: Link, details: Mapping[str, Any]) -> Failure:
        """Say what differs between the certificate that was shown and the token."""
        found = link.redemption.distrust or Distrust("its certificate can't be verified", "")
        remedy = found.remedy
        if found.authority_changed and keys_of(link.ca) & keys_of(self.authority()):
            remedy = _SERVES_A_FORMER_ONE.format(router=link_store(self.api).router)
        return Failure(
            Reason.ISSUER_UNTRUSTED,
            f"Link {link.name} in {self.api.place} could not be made: what answers at {link.url} is not trusted, since "
            f"{found.what}: {remedy}.",
            **details,
        )

    def _forgotten(self, link: Link) -> Failure:
        """Return that a claim is unknown to its server, which says so of expired, spent, removed and mistyped claims alike."""
        name = link.url.rsplit("/", 1)[-1]
        if link.expires is not None and link.expires <= self.api.now():
            return claim_expired(name, link.expires)
        return claim_used_up(name)

    def _outlook(self, status: NetworkView, began: datetime) -> str:
        """Return the outlook of a link, with advice for the cases in which the status may be behind.

        Skupper's collector can wait for ever, or miss what a site reports of itself (docs/conformance.md). A new router pod
        has a new collector.
        """
        remedy = f"restart {link_store(self.api).router} in {self.api.place}"
        if status.openings:
            routers = " and ".join(sorted(each.peer for each in status.openings))
            return (
                f"A connection to {routers} is open, of whose site the network status knows nothing: "
                f"if that does not change, {remedy}, then that of the issuing site."
            )
        if status.written is not None and status.written < began:
            return (
                f"{_PROMISE} The site's network status, which lists connections, was last written at "
                f"{format_instant(status.written)}: if the issuing site lists this one as linked, {remedy}, "
                "whose status stands still."
            )
        return _PROMISE

    def timed_out(self, awaited: Awaited, began: datetime) -> Failure:
        """Say that a link is not connected yet, and why as far as that is known."""
        link, outlook = awaited.link, self._outlook(awaited.seen, began)
        # Policies may have disabled it meanwhile, which explains the rest.
        verdict = self.unconnected(self._latest(link.name))
        return Failure(
            Reason.LINK_TIMEOUT,
            f"Link {link.name} in {self.api.place} is not connected after {self._waited(awaited)} seconds "
            f"(wait_timeout): {verdict.why}. {self._seen_from_here(verdict)}{outlook}",
            link=verdict,
        )

    def _latest(self, name: str) -> Link:
        """Return the link as it is now; raises Failure(conflict) if it was removed."""
        taken, link = link_store(self.api).holder(name)
        if not taken or link is None:
            raise removed_meanwhile(self.api.place, name)
        return link

    def _waited(self, awaited: Awaited) -> int:
        """Return for how many seconds a link was waited for, also while the run waited for other links."""
        made = awaited.link.created if awaited.made_here else None
        return max(self.waiting.timeout, 0 if made is None else int((self.api.now() - made).total_seconds()))

    def _seen_from_here(self, verdict: Verdict) -> str:
        """Return what answers where the router connects to. Why the router does not connect is in its log alone.

        Look only if the issuing site was asked: a token that was handed over may name any address.
        """
        link, look = verdict.link, self.waiting.look
        if look is None or verdict.cause is not Cause.NO_CONNECTION or self.authority() is None:
            return ""
        service = dials(reader(self.api).config().mode)
        endpoint = link.endpoints.get(service)
        if endpoint is None or not 0 < endpoint.port < 2**16:
            return ""
        wrong = look(service, endpoint, link.ca, self.api.now())
        return (
            f"Seen from where this task runs, what answers at {endpoint} would not be trusted: {wrong}. "
            if wrong
            else ""
        )

    def unconnected(self, link: Link) -> Verdict:
        """Return the state of a link as far as its own object shows it."""
        return judge(link, None, Observed((link,), NetworkView(), self.api.now()))


@dataclass
class Awaited:
    """A link that is waited for, and its outcome so far."""

    watch: Watch
    link: Link
    made_here: bool
    """Whether the same run has made it, and takes it away again if its claim can't be redeemed."""
    seen: NetworkView = field(default_factory=NetworkView)
    """What the network status said of its site at the latest look."""
    undecided: NetworkView = field(default_factory=NetworkView)
    """New connections that were looked at and may not be its own."""
    outcome: Verdict | Failure | None = None
    """None as long as it is waited for."""
    connected_at: datetime | None = None
    """When it was seen connected."""


def await_links(api: NamespaceApi, links: Sequence[Awaited], waiting: Waiting) -> None:
    """Wait until the outcome of each link of a site is known. All links share the time.

    A link that is not connected in the end stays, and may still come up: its outcome is Failure(link_timeout).
    """
    if not links:
        return
    began, trusted_from = api.now(), waiting.clock.monotonic() + LINGER_SECONDS

    def look() -> bool | None:
        trouble: Failure | None = None
        looks, lingers = watch.look(), waiting.clock.monotonic() < trusted_from
        for each in _pending(links):
            try:
                _look(each, looks, lingers)
            except Failure as failure:
                if may_pass(failure):
                    trouble = failure
                else:
                    each.outcome = failure
        if trouble is not None:
            raise trouble
        return None if _pending(links) else True

    with link_store(api).watch(waiting.timeout) as watch:
        try:
            poll(look, waiting.timeout, waiting.clock, watch.rest)
        except Failure as failure:
            for each in _pending(links):
                each.outcome = failure
    for each in _pending(links):
        each.outcome = _why_not(each, began)


def _pending(links: Iterable[Awaited]) -> list[Awaited]:
    return [each for each in links if each.outcome is None]


def _look(awaited: Awaited, looks: LinkLook, lingers: bool) -> None:
    watch = awaited.watch
    old = watch.before.network.outgoing() if lingers else frozenset()
    awaited.outcome = watch.look(awaited, looks, old)
    if awaited.outcome is not None:
        awaited.connected_at = watch.api.now()


def _why_not(awaited: Awaited, began: datetime) -> Failure:
    try:
        return awaited.watch.timed_out(awaited, began)
    except Failure as failure:
        return failure


_PROMISE = "It stays and connects when the issuing site can be reached."
_SERVES_A_FORMER_ONE = (
    "the token has the issuing site's current CA, so that its router still serves the certificate of a former one (restart "
    "{router} there), or another site answers there; another token would not help"
)
_ADVICE = {
    Reason.CLAIM_REFUSED: "its password is not the claim's; issue a new token",
}
