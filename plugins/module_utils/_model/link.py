# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links, as the linking site keeps them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any

from .errors import Failure
from .location import Location
from .owner import Owner
from .reasons import Reason
from .site import Endpoint, Place, Service


class LinkKind(str, Enum):
    """What a link's Secret holds at the moment."""

    CLAIM = "claim"
    CERTIFICATE = "certificate"
    PARKED = "parked"
    """A certificate taken out of the controllers' sight while its connector is being replaced."""


class LinkState(str, Enum):
    """The state of a link, as users see it."""

    CONNECTED = "connected"
    ENDING = "ending"
    """Connected, by a certificate that will soon have ended."""
    CONNECTING = "connecting"
    CLAIM_WAITING = "claim_waiting"
    CLAIM_FAILED = "claim_failed"
    STALE = "stale"
    EXPIRED = "expired"
    DISABLED = "disabled"
    PARKED = "parked"
    UNKNOWN = "unknown"
    """Its Secret does not name the issuing site, and nothing else identifies it."""


class Cause(str, Enum):
    """What keeps a link from its best, as a word that a playbook may branch on."""

    # The connection
    NO_CONNECTION = "no_connection"
    CONNECTOR_MISSING = "connector_missing"
    ROUTER_DOWN = "router_down"
    ENDPOINT_CHANGED = "endpoint_changed"
    POLICY_FORBIDS = "policy_forbids"
    CHANGE_UNFINISHED = "change_unfinished"
    AUTHOR_UNKNOWN = "author_unknown"
    # The certificate
    CA_CHANGED = "ca_changed"
    CERTIFICATE_ENDED = "certificate_ended"
    CERTIFICATE_ENDS_SOON = "certificate_ends_soon"
    # The claim
    CLAIM_NOT_TRIED = "claim_not_tried"
    CLAIM_REFUSED = "claim_refused"
    CLAIM_REJECTED = "claim_rejected"
    CLAIM_EXPIRED = "claim_expired"
    CLAIM_USED_UP = "claim_used_up"
    CLAIM_REMOVED = "claim_removed"
    CLAIM_CORRUPT = "claim_corrupt"
    CLAIM_GIVEN_UP = "claim_given_up"
    CLAIM_UNKNOWN = "claim_unknown"
    """Used up, expired, removed or never there: its issuing site answers all of these alike."""
    ISSUER_UNREACHABLE = "issuer_unreachable"
    ISSUER_UNTRUSTED = "issuer_untrusted"
    ISSUER_TROUBLE = "issuer_trouble"


class Replace(str, Enum):
    """When an existing link is given a new credential."""

    STALE = "stale"
    DOWN = "down"
    """When it is stale and does not work, whatever the issuing site says about it."""
    NEVER = "never"
    ALWAYS = "always"


@dataclass(frozen=True)
class Distrust:
    """Why a certificate is not trusted."""

    what: str
    """What differs."""
    remedy: str
    authority_changed: bool = False
    """Whether the issuing site's CA may be another one than the token's. Another token mends nothing else."""


@dataclass(frozen=True)
class Redemption:
    """What a linking site has noted of redeeming a claim."""

    words: str = ""
    """Its own words for what went wrong; "" if it noted nothing."""
    cause: Cause = Cause.CLAIM_NOT_TRIED
    final: Reason | None = None
    """Why the claim will never be redeemed. None if it still may be, or has been."""
    given_up: bool = False
    """Whether the site has stopped trying."""
    distrust: Distrust | None = None
    """What it holds against the certificate that the issuing site shows. None if that is not the trouble."""


@dataclass(frozen=True)
class Link:
    """One link Secret of a linking site."""

    name: str
    kind: LinkKind
    site_id: str | None
    """Id of the issuing site. None if the Secret does not name it, as one written by a chart or a person may not."""
    cost: int
    host: str
    url: str
    redemption: Redemption = Redemption()
    """What the linking site has noted of redeeming the claim."""
    author_key: str = "its object"
    """Where it would say which site it leads to, for sentences."""
    claim_name: str = ""
    """Name of the claim that it was made with, as the issuing site knows it; "" if it says none."""
    disabled: bool = False
    """Whether policy forbids the destination host."""
    certificate: bytes | None = None
    ca: bytes | None = None
    expires: datetime | None = None
    """End of the claim while the kind is CLAIM."""
    endpoints: Mapping[Service, Endpoint] = field(default_factory=dict)
    """Where it leads, for routers of either mode; empty while the kind is CLAIM."""
    created: datetime | None = None
    owner_uids: tuple[str, ...] | None = None
    """UIDs of the objects with which the link is deleted. None if that is not known."""
    owner: str | None = None
    """Id of the linking site, if this collection made the link."""
    issuer: Location | None = None
    """Where its issuing site is; None unless this collection noted that."""
    claim: str | None = None
    """Name of the claim record on the issuing site that this link was made with and that is still to be removed."""
    manager: Owner | None = None
    """Another tool that manages it. None if none shows."""
    uid: str = ""
    resource_version: str = ""
    stored: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """The object as it was read, which may hold a key. Its store alone looks into it, to make it again as it was."""


@dataclass(frozen=True)
class Peering:
    """One open inter-router connection, as the network status lists it."""

    identity: str
    site_id: str
    site_name: str
    outgoing: bool
    started: datetime | None = field(default=None, compare=False)
    """When it was opened, by the clock of the router's node."""
    through: str = field(default="", compare=False)
    """Name of the site's own router that has it; "" where that does not matter."""


@dataclass(frozen=True)
class Opening:
    """A connection that a router of this site has opened to a router whose site is not known (yet)."""

    identity: str
    peer: str
    """Name of the router at the other end, by its own report."""
    through: str
    """Name of the own router."""
    started: datetime | None = field(default=None, compare=False)
    """When it was opened, by the clock of the own router's node."""


@dataclass(frozen=True)
class NetworkView:
    """The connections of a site, by its own network status."""

    peerings: frozenset[Peering] = frozenset()
    known: bool = False
    """False as long as the status has no entry of the own site."""
    written: datetime | None = None
    """When the status was stored. None if the API server does not say."""
    openings: frozenset[Opening] = frozenset()
    """Connections for which the status does not say (yet) which site they lead to."""

    def outgoing_to(self, site_id: str) -> frozenset[str]:
        """Return the identities of the open connections towards a site."""
        return frozenset(p.identity for p in self._towards(site_id))

    def outgoing_sites(self) -> frozenset[str]:
        """Return the ids of the sites that open connections lead to."""
        return frozenset(p.site_id for p in self.peerings if p.outgoing)

    def outgoing(self) -> frozenset[str]:
        """Return the identities of all open connections that the site's own routers have opened."""
        return frozenset(p.identity for p in self.peerings if p.outgoing) | {each.identity for each in self.openings}

    def without(self, identities: Collection[str]) -> NetworkView:
        """Return the same view without some connections."""
        return replace(
            self,
            peerings=frozenset(each for each in self.peerings if each.identity not in identities),
            openings=frozenset(each for each in self.openings if each.identity not in identities),
        )

    def opened_since(self, site_id: str, moment: datetime) -> frozenset[str]:
        """Return the open connections towards a site, without those that are known to be older than ``moment``."""
        return frozenset(p.identity for p in self._towards(site_id) if p.started is None or p.started >= moment)

    def with_aliases(self, site_ids: Iterable[str]) -> NetworkView:
        """Return the view with some ids taken for one: a connection to one of them leads to each of them."""
        ids = frozenset(site_ids)
        more = {replace(p, site_id=each) for p in self.peerings if p.outgoing and p.site_id in ids for each in ids}
        return replace(self, peerings=self.peerings | more)

    def _towards(self, site_id: str) -> list[Peering]:
        return [p for p in self.peerings if p.outgoing and p.site_id == site_id]


@dataclass(frozen=True)
class Incoming:
    """A site with an open connection to this one, which ends when its certificate is refused."""

    site_id: str
    name: str
    since: datetime | None = field(default=None, compare=False)
    """When the connection was opened, or earlier; None if nothing says so."""


@dataclass(frozen=True)
class SiteCount:
    """Other sites, as ``skupper status`` counts them."""

    direct: int
    """Sites with a link to or from this one."""
    total: int
    """All other sites of the network."""


def removed_meanwhile(place: Place, name: str) -> Failure:
    """Return what to say of a link that must exist and is gone, or is another one."""
    return Failure(
        Reason.CONFLICT, f"Link {name} in {place} was removed by someone else while this task waited for it."
    )


@dataclass(frozen=True)
class Neighbourhood:
    """The other sites of a site's network."""

    beside: frozenset[str] = frozenset()
    """Ids of those that it is connected with."""
    network: frozenset[str] = frozenset()
    """Ids of all sites of the network, its own among them."""
    count: SiteCount | None = None
    """None as long as Skupper itself would say that its status is pending."""


def links_to_others(links: Iterable[Link], own_ids: Collection[str]) -> tuple[Link, ...]:
    """Return the links that lead to other sites.

    What looks like a link to the own site is a request for a token that Skupper has filled. It stays where it was made.
    """
    return tuple(link for link in links if link.site_id is None or link.site_id not in own_ids)
