# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ConfigMap skupper-network-status, as config-sync writes it (pkg/flow/flow_mem_driver.go, pkg/network/types.go)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from .._model.link import NetworkView, Peering
from . import v1_keys as keys
from .manifest import mapping, sequence

# Router names carry the area number of the router network in front.
_AREA = "0/"


def read_network(manifest: Mapping[str, Any], site_id: str) -> NetworkView:
    """What the status tells of the site's own connections; empty while the status is missing or not yet written."""
    sites = _sites(manifest)
    own = next((site for site in sites if _record(site, "site").get("identity") == site_id), None)
    if own is None:
        return NetworkView()
    return NetworkView(frozenset(_peerings(own, sites)) | _edge_peerings(own, sites), known=True)


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
    """Routers by name; one whose name does not begin with its site's name is still being introduced."""
    found = {}
    for site in sites:
        record = _record(site, "site")
        for name in map(_router_name, _routers(site)):
            if name.startswith(str(record.get("name") or "")):
                found[name] = record
    return found


def _peerings(own: Mapping[str, Any], sites: list[Mapping[str, Any]]) -> Iterator[Peering]:
    owners = _site_of_router(sites)
    own_id = str(_record(own, "site").get("identity"))
    for router in _routers(own):
        for link in map(mapping, sequence(router.get("links"))):
            peer = owners.get(str(link.get("name")))
            # Links among a site's own routers hold a scaled router together; they are no links of the user's.
            if peer is not None and str(peer.get("identity")) != own_id and not link.get("endTime"):
                yield Peering(
                    identity=_identity(link),
                    site_id=str(peer.get("identity")),
                    site_name=str(peer.get("name") or ""),
                    outgoing=link.get("direction") == "outgoing",
                )


def _edge_peerings(own: Mapping[str, Any], sites: list[Mapping[str, Any]]) -> frozenset[Peering]:
    """Edge sites that link here; interior routers keep no record of them, so their own entries are read."""
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
    """What tells this connection from an earlier one to the same router."""
    return str(link.get("identity") or "{}@{}".format(link.get("name"), link.get("startTime")))
