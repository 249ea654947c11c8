# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a mesh needs to know of a site."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .link import Incoming, Link, NetworkView
from .location import Location
from .site import Exposure, Mode


@dataclass(frozen=True)
class SiteFacts:
    """What was read of a site as a part of a mesh; an unread site has none."""

    site_id: str
    mode: Mode = Mode.INTERIOR
    exposure: Exposure = Exposure.PRIVATE
    exposure_reason: str = ""
    unsettled: bool = False
    """Whether it is private only because it is not known yet where it is reached."""
    closed: bool = False
    """Whether its ingress is none, so that no network but that of its cluster leads to it."""
    links: tuple[Link, ...] | None = None
    """Its own links, without keys; None if they were not asked for."""
    network: NetworkView | None = None
    """The connections of a site that others link to, or that has made a link just now; None if they were not asked for."""
    ca: bytes | None = None
    """CA certificates of a site that others link to."""
    evicted: tuple[str, ...] = ()
    """Ids of sites that it does not take any more."""
    evicted_locations: tuple[Location, ...] = ()
    """Where such sites were."""
    location: Location | None = None
    """Where it is; None if that is not known."""
    now: datetime | None = None
    """The time of its API server."""
    router_id: str = ""
    """The id that its router has, if that is another one: the site was restored from a backup."""

    @property
    def incoming(self) -> tuple[Incoming, ...]:
        """Return the sites that are linked to it, each once, by name."""
        peerings = () if self.network is None else self.network.peerings
        found = {p.site_id: p.site_name for p in peerings if not p.outgoing}
        return tuple(Incoming(site_id, name) for site_id, name in sorted(found.items(), key=lambda each: each[::-1]))
