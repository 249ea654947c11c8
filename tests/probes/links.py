# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read links from the router's configuration, and from the network status."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from testbed import Site

from .sites import config_json, router_config


@dataclass(frozen=True)
class Connection:
    """An open connection between routers, as skupper-network-status lists it."""

    peer: str
    """Id of the other site; "" if no site has that router."""
    cost: int
    """0 if the router has not said; it does not if it knew the peer, with this cost, a moment before."""
    direction: str
    since: float
    """When it was opened, in seconds since 1970."""


def connectors(site: Site) -> dict[str, dict[str, Any]]:
    """Read the connectors that the router is to have, by the names of their links."""
    return {entity["name"]: entity for entity in router_config(site.cluster, site.namespace, "connector")}


def listeners(site: Site) -> set[str]:
    """Read the names of the listeners that the router is to have."""
    return {entity["name"] for entity in router_config(site.cluster, site.namespace, "listener")}


@dataclass(frozen=True)
class Network:
    """What a site's network status says, as it was read at one time."""

    connections: tuple[Connection, ...]
    """Those of the site itself that are open, in both directions."""
    known: frozenset[str]
    """Ids of the sites whose routers the site has heard of."""

    @property
    def peers(self) -> frozenset[str]:
        """Ids of the sites at the other ends; "" is among them if the site does not know one."""
        return frozenset(each.peer for each in self.connections)


# Seconds, at most, that a network status takes to know whose router a connection leads to.
_INTRODUCTIONS = 30.0


def network(site: Site, patience: float = _INTRODUCTIONS) -> Network:
    """Read the network status of a site, once it knows where its connections lead, or else after `patience` seconds."""
    end = time.monotonic() + patience
    while "" in (found := _network(site)).peers and time.monotonic() < end:
        time.sleep(0.1)
    return found


def _network(site: Site) -> Network:
    status = config_json(site.cluster, site.namespace, "skupper-network-status", "NetworkStatus") or {}
    entries = status.get("siteStatus") or []
    routers = [(entry["site"]["identity"], router) for entry in entries for router in entry["routerStatus"] or []]
    homes = {router["router"]["name"].removeprefix("0/"): identity for identity, router in routers}
    return Network(
        connections=tuple(
            Connection(homes.get(link["name"], ""), link.get("linkCost", 0), link["direction"], link["startTime"] / 1e6)
            for identity, router in routers
            if identity == site.site_id
            for link in router["links"] or []
            # The record of a link that was just opened lacks its direction for a moment.
            if "direction" in link
        ),
        known=frozenset(homes.values()),
    )


def connections(site: Site, direction: str = "outgoing") -> list[Connection]:
    """Read the open connections of a site."""
    return [each for each in network(site).connections if each.direction == direction]


def peers(site: Site, direction: str = "outgoing") -> list[str]:
    """Read the ids of the sites that a site has open connections with, in order."""
    return sorted(each.peer for each in connections(site, direction))
