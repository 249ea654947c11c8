# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links: as the router's configuration has them, and as its network status says they are."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.testbed import Site


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


def _json(site: Site, config_map: str, key: str) -> Any:
    found = site.cluster.api.get("v1", "configmaps", site.namespace, config_map) or {}
    return json.loads((found.get("data") or {}).get(key) or "null")


def connectors(site: Site) -> dict[str, dict[str, Any]]:
    """Read the connectors that the router is to have, by the names of their links."""
    entities = _json(site, "skupper-internal", "skrouterd.json") or []
    return {entity["name"]: entity for kind, entity in entities if kind == "connector"}


def peers(site: Site) -> set[str]:
    """Read the ids of the sites that a site has open connections with; "" is among them if it can't tell one's."""
    return {each.peer for each in open_now(site)}


def open_now(site: Site) -> list[Connection]:
    """Read the open connections of a site in both directions."""
    return [*connections(site), *connections(site, "incoming")]


def known(site: Site) -> set[str]:
    """Read the ids of the sites whose routers a site has heard of."""
    return {entry["site"]["identity"] for entry in _network(site) if entry["routerStatus"]}


def _network(site: Site) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (_json(site, "skupper-network-status", "NetworkStatus") or {}).get("siteStatus") or []
    return found


def connections(site: Site, direction: str = "outgoing") -> list[Connection]:
    """Read the open connections of a site."""
    routers = [
        (entry["site"]["identity"], router) for entry in _network(site) for router in entry["routerStatus"] or []
    ]
    homes = {router["router"]["name"].removeprefix("0/"): identity for identity, router in routers}
    return [
        Connection(homes.get(link["name"], ""), link.get("linkCost", 0), link["direction"], link["startTime"] / 1e6)
        for identity, router in routers
        if identity == site.site_id
        for link in router["links"] or []
        if link["direction"] == direction
    ]
