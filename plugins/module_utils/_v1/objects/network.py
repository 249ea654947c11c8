# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ConfigMap skupper-network-status, as config-sync writes it (pkg/flow/flow_mem_driver.go, pkg/network/types.go)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from ..._model.components import components
from ..._model.instant import EPOCH
from ..._model.link import NetworkView, Opening, Peering, SiteCount
from . import keys
from .manifest import mapping, sequence
from .writes import written

# Router names carry the area number of the router network in front.
_AREA = "0/"


def read_network(manifest: Mapping[str, Any], site_id: str) -> NetworkView:
    """Return the site's own connections as the status lists them. Empty while the status is missing or not yet written."""
    sites = _sites(manifest)
    own = next((site for site in sites if _record(site, "site").get("identity") == site_id), None)
    if own is None:
        return NetworkView()
    owners = _site_of_router(sites)
    return NetworkView(
        peerings=frozenset(_peerings(own, owners)) | _edge_peerings(own, sites),
        known=True,
        written=written(manifest, keys.NETWORK_STATUS_KEY),
        openings=frozenset(_openings(own, owners)),
    )


def routers_of(manifest: Mapping[str, Any], site_id: str) -> frozenset[str]:
    """Return the names of the routers that the status has of a site."""
    own = [site for site in _sites(manifest) if _record(site, "site").get("identity") == site_id]
    return frozenset(_router_name(router) for site in own for router in _routers(site)) - {""}


def lists_sites(manifest: Mapping[str, Any]) -> bool:
    """Return whether the status lists any site."""
    return bool(_sites(manifest))


def neighbours(manifest: Mapping[str, Any], site_id: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the ids of the sites that a site is connected with, and of its whole network: the site alone if none is known.

    A site that lingers in the status without a connection belongs to no network any more.
    """
    sites = _sites(manifest)
    owners = _site_of_router(sites)
    ends = ((site, str(owners.get(link, {}).get("identity") or "")) for site, _router, link in _outgoing(sites))
    pairs = [(one, other) for one, other in ends if one and other and one != other]
    network = components((site_id,), pairs)
    beside = {end for pair in pairs if site_id in pair for end in pair} - {site_id}
    return frozenset(beside), frozenset(each for each, first in network.items() if first == network[site_id])


def count_sites(manifest: Mapping[str, Any], site_id: str) -> SiteCount | None:
    """Return the other sites as ``skupper status`` counts them. None where it says "Status pending".

    Source: pkg/network/network.go, GetPeerSites, which trusts outgoing links alone since edge peers leave no others.
    Unlike there all routers of a site are looked at, and links among them do not make a site its own peer.
    """
    sites = _sites(manifest)
    own = next((site for site in sites if _record(site, "site").get("identity") == site_id), None)
    routers = set() if own is None else _displayable(own)
    if not routers:
        return None
    owners = _site_of_router(sites)
    peers = {_peer(router, link, site, routers, owners) for site, router, link in _outgoing(sites)}
    return SiteCount(len(peers - {"", site_id}), len(sites) - 1)


def _displayable(site: Mapping[str, Any]) -> set[str]:
    """Return the names of the site's routers, without those of headless services."""
    name = str(_record(site, "site").get("name") or "")
    return {router for router in map(_router_name, _routers(site)) if router.startswith(name)}


def _outgoing(sites: list[Mapping[str, Any]]) -> Iterator[tuple[str, str, str]]:
    """Yield site id, router and peer router of each outgoing link of the network."""
    for site in sites:
        for router in _routers(site):
            for link in map(mapping, sequence(router.get("links"))):
                if _is_outgoing(link):
                    identity = str(_record(site, "site").get("identity") or "")
                    yield identity, _router_name(router), str(link.get("name") or "")


def _peer(router: str, link: str, site: str, own: set[str], owners: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the site at the other end of an outgoing link, if one end is one of the own routers; "" if not."""
    if router in own:
        return str(owners.get(link, {}).get("identity") or "")
    return site if link in own else ""


def _sites(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    text = mapping(manifest.get("data")).get(keys.NETWORK_STATUS_KEY)
    try:
        status = mapping(json.loads(str(text))) if text else {}
    except (ValueError, RecursionError):
        status = {}
    return [mapping(site) for site in sequence(status.get("siteStatus"))]


def _record(entry: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    return mapping(entry.get(kind))


def _routers(site: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from map(mapping, sequence(site.get("routerStatus")))


def _router_name(router: Mapping[str, Any]) -> str:
    name = str(_record(router, "router").get("name") or "")
    return name[len(_AREA) :] if name.startswith(_AREA) else name


def _site_of_router(sites: list[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return the sites of routers by name. A router whose name does not begin with its site's name is still being introduced."""
    found = {}
    for site in sites:
        record = _record(site, "site")
        for name in map(_router_name, _routers(site)):
            if name.startswith(str(record.get("name") or "")):
                found[name] = record
    return found


_DIRECTIONS = ("incoming", "outgoing")


def _peerings(own: Mapping[str, Any], owners: Mapping[str, Mapping[str, Any]]) -> Iterator[Peering]:
    own_id = str(_record(own, "site").get("identity"))
    for router in _routers(own):
        for link in map(mapping, sequence(router.get("links"))):
            peer = owners.get(str(link.get("name")))
            if link.get("direction") not in _DIRECTIONS:
                # The record of a link that was just opened lacks its direction for a moment.
                continue
            # Links among a site's own routers hold a scaled router together; they are no links of the user's.
            if peer is not None and str(peer.get("identity")) != own_id and not link.get("endTime"):
                yield Peering(
                    identity=_identity(link),
                    site_id=str(peer.get("identity")),
                    site_name=str(peer.get("name") or ""),
                    outgoing=link.get("direction") == "outgoing",
                    started=_started(link),
                    through=_router_name(router),
                )


def _openings(own: Mapping[str, Any], owners: Mapping[str, Mapping[str, Any]]) -> Iterator[Opening]:
    """Yield the outgoing connections to routers of which no site is known.

    For a moment after its start no site is known of a router of the own site, either. It is recognized by its name.
    """
    siblings = f"{_record(own, 'site').get('name')}-{keys.ROUTER}-"
    for router in _routers(own):
        for link in map(mapping, sequence(router.get("links"))):
            peer = str(link.get("name") or "")
            if _is_outgoing(link) and peer and peer not in owners and not peer.startswith(siblings):
                yield Opening(_identity(link), peer, _router_name(router), _started(link))


def _is_outgoing(link: Mapping[str, Any]) -> bool:
    return link.get("direction") == "outgoing" and not link.get("endTime")


def _edge_peerings(own: Mapping[str, Any], sites: list[Mapping[str, Any]]) -> frozenset[Peering]:
    """Return the edge sites that link here. Interior routers keep no record of them, so their own entries are read."""
    local = {_router_name(router) for router in _routers(own)}
    found: set[Peering] = set()
    for site in sites:
        record = _record(site, "site")
        for router in _routers(site):
            if _record(router, "router").get("mode") != "edge" or site is own:
                continue
            for link in map(mapping, sequence(router.get("links"))):
                if str(link.get("name")) in local and not link.get("endTime"):
                    identity = _identity(link)
                    found.add(Peering(identity, str(record.get("identity")), str(record.get("name") or ""), False))
    return frozenset(found)


def _identity(link: Mapping[str, Any]) -> str:
    """Return what distinguishes this connection from an earlier one to the same router."""
    return str(link.get("identity") or "{}@{}".format(link.get("name"), link.get("startTime")))


def _started(link: Mapping[str, Any]) -> datetime | None:
    """Return when a connection was opened. The status holds microseconds since 1970."""
    start = link.get("startTime")
    # From the year 2001 to 5138; whatever is outside of that is no time.
    if isinstance(start, bool) or not isinstance(start, int) or not 10**15 <= start < 10**17:
        return None
    return EPOCH + timedelta(microseconds=start)
