# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What readers report of a site and its links."""

from __future__ import annotations

from typing import Any

from .._kube.port import CONFIG_MAP, Port
from .._model.errors import Failure
from .._model.instant import format_instant
from .._model.link import NetworkView
from .._model.reasons import Reason
from .._model.site import Exposure, Mode, Service, SiteConfig, judge_exposure
from .._pki.certificate import not_after
from .._plan.link import Observed, judge, link_view
from .._wire import v1_keys as keys
from .._wire.v1_network import read_network
from . import gather
from .endpoints import resolve, site_ingress

_PENDING = (Reason.INGRESS_PENDING, Reason.INGRESS_UNSUPPORTED)


def site_info(port: Port) -> dict[str, Any]:
    """The site: who it is, where it can be reached and how it is linked; raises Failure(no_site, site_not_ready)."""
    config = gather.site_config(port)
    router = gather.router_config(port)
    network = gather.network(port, config.site_id)
    return {
        "site_id": config.site_id,
        "name": config.name,
        "namespace": port.place.namespace,
        "mode": router.mode.value,
        "version": router.version,
        "linked_sites": _linked_sites(network),
        "ca_not_after": _ca_end(port, router.mode),
        **_reach(port, config, router.mode),
    }


def _linked_sites(network: NetworkView) -> int | None:
    """Sites with an open connection to this one; None as long as the network status does not know the site."""
    return len({peering.site_id for peering in network.peerings}) if network.known else None


def _ca_end(port: Port, mode: Mode) -> str | None:
    """When the site CA ends; None for an edge site, which has none, and for accounts that may not read it."""
    if mode is Mode.EDGE:
        return None
    try:
        certificates = gather.site_ca(port)
    except Failure as failure:
        if failure.reason is not Reason.FORBIDDEN:
            raise
        return None
    ends = not_after(certificates.ca) if certificates else None
    return None if ends is None else format_instant(ends)


def _reach(port: Port, config: SiteConfig, mode: Mode) -> dict[str, Any]:
    ingress = site_ingress(port, config)
    if mode is Mode.EDGE:
        return _exposure(ingress, Exposure.PRIVATE, "it is an edge site, which accepts no links", {})
    try:
        found = resolve(port, config, *Service)
    except Failure as failure:
        if failure.reason not in _PENDING:
            raise
        return _exposure(ingress, Exposure.PRIVATE, failure.message, {})
    exposure, why = judge_exposure(ingress, found[Service.CLAIMS].host)
    endpoints = {service.value: {"host": end.host, "port": end.port} for service, end in found.items()}
    return _exposure(ingress, exposure, why, endpoints)


def _exposure(ingress: str, exposure: Exposure, why: str, endpoints: dict[str, Any]) -> dict[str, Any]:
    return {"ingress": ingress, "exposure": exposure.value, "exposure_reason": why, "endpoints": endpoints}


def links_info(port: Port, name: str | None, site_id: str | None) -> dict[str, list[dict[str, Any]]]:
    """The links of a site: outgoing ones with their state, incoming ones by the site they come from."""
    config = gather.site_config(port)
    network = read_network(port.get(CONFIG_MAP, keys.NETWORK_STATUS) or {}, config.site_id)
    observed = Observed(gather.links(port), network, port.now())
    outgoing = [
        link_view(judge(link, None, observed))
        for link in sorted(observed.links, key=lambda link: link.name)
        # What a site made for others and keeps itself is a request for a token, not a link of its own.
        if link.site_id != config.site_id
        and (name is None or link.name == name)
        and (site_id is None or link.site_id == site_id)
    ]
    return {"links": outgoing, "incoming": [] if name else _incoming(network, site_id)}


def _incoming(network: NetworkView, site_id: str | None) -> list[dict[str, Any]]:
    names = {p.site_id: p.site_name for p in network.peerings if not p.outgoing and site_id in (None, p.site_id)}
    return [
        {"site_id": peer, "name": name} for peer, name in sorted(names.items(), key=lambda item: (item[1], item[0]))
    ]
