# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of an issuing site and of a linking site, and the state of a link between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from .link import Cause, Incoming, Link, LinkState, NetworkView
from .location import Location
from .site import Endpoint, Service
from .token import ClaimRecord

# For this long after a link was made, the network status may still list connections of a predecessor.
LINGER = timedelta(seconds=90)
# The clocks of an API server and of a router's node are this much apart at most, or connections count one run later.
SKEW = timedelta(seconds=2)
_DEAD = frozenset({LinkState.STALE, LinkState.EXPIRED, LinkState.CLAIM_FAILED})


@dataclass(frozen=True)
class Issuer:
    """What is known of the issuing site."""

    site_id: str
    ca: bytes | None = None
    """Its CA certificates. None if they could not be read."""
    authority: bool = False
    """True if the CA was read from the site itself. A token file may be older than the link that is compared with it."""
    reachable: bool = False
    """True if the issuing site's API server can be asked."""
    endpoints: Mapping[Service, Endpoint] | None = None
    """Where routers of either mode reach it now. None if that was not asked."""
    claims: Mapping[str, ClaimRecord] | None = None
    """Its claim records by name, without passwords. None if they were not asked for."""
    evicted: tuple[str, ...] = ()
    """Ids of sites that it has evicted."""
    evicted_locations: tuple[Location, ...] = ()
    """Where such sites were."""
    location: Location | None = None
    """Where it is. None if that is not known."""


@dataclass(frozen=True)
class Observed:
    """What is known of the linking site."""

    links: tuple[Link, ...]
    network: NetworkView
    now: datetime
    dials: Service = Service.INTER_ROUTER
    """Which endpoint its router connects to."""
    connectors: frozenset[str] | None = None
    """Names of the connectors that its router is configured with. None if that was not asked."""
    router_runs: bool | None = None
    """Whether any pod of its router is ready. None if that was not asked."""
    owners: frozenset[str] | None = None
    """UIDs of the objects that its links should go with. None if they were not asked for."""
    restored: bool = False
    """Whether the site was restored from a backup, so that its links name former owners."""

    def unaccounted(self) -> frozenset[str]:
        """Return the ids of sites that open connections lead to, but no link does by its own notes."""
        return self.network.outgoing_sites() - {link.site_id for link in self.links}

    def connections(self, link: Link) -> frozenset[str]:
        """Return the identities of the open connections that may belong to a link.

        The network status lists connections between sites, not links, and it is late: one that was open before the
        link was made belongs to its predecessor.
        """
        if link.site_id is None:
            return frozenset()
        if link.created is None or self.now - link.created > LINGER:
            return self.network.outgoing_to(link.site_id)
        return self.network.opened_since(link.site_id, link.created - SKEW)


@dataclass(frozen=True)
class Verdict:
    """The state of one link, and why."""

    link: Link
    state: LinkState
    why: str = ""
    cause: Cause | None = None

    @property
    def dead(self) -> bool:
        """Return whether it will not work again without a new credential."""
        return self.state in _DEAD

    @property
    def connected(self) -> bool:
        """Return whether it is known to work."""
        return self.state in (LinkState.CONNECTED, LinkState.ENDING)

    @property
    def unknown(self) -> bool:
        """Return whether it is not known if it works."""
        return self.state is LinkState.UNKNOWN


@dataclass(frozen=True)
class Foreseen:
    """A link that a run without check mode would make or change."""

    name: str
    site_id: str
    """Id of its issuing site."""
    cost: int


@dataclass(frozen=True)
class LinksReport:
    """The state of the links of a site."""

    links: tuple[Verdict, ...]
    """Those that lead to other sites, by their names."""
    incoming: tuple[Incoming, ...]
    """The sites that are linked to it, by their names."""
    observed: Observed
    troubles: tuple[str, ...] = ()
    """A sentence for each issuing site that could not be asked."""
