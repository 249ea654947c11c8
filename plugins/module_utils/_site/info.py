# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What readers report of a site and its links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from .._kube.api import CONFIG_MAP, NamespaceApi
from .._model.errors import Failure, if_allowed
from .._model.instant import format_instant
from .._model.link import Link, LinkKind, NetworkView, SiteCount
from .._model.location import Location
from .._model.observed import Issuer, Observed
from .._model.site import Mode, RouterConfig, Service, SiteCertificates, SiteConfig, SiteIds
from .._model.token import ClaimState
from .._pki.certificate import is_signed_by, not_after
from .._plan.identity import is_one_to, restored
from .._plan.link_verdict import is_orphan, judge, leads_here
from .._v1 import policies
from .._v1.endpoints import outlook
from .._v1.objects import keys
from .._v1.objects.network import count_sites, neighbours, read_network
from .._v1.objects.site import read_router_config
from .._v1.reader import without_requests
from .._view.link import days_left, link_report
from .._view.token import claim_report
from .generations.readers import reader
from .identity import seems_claimed
from .locate import locate

_UNSEEN: dict[str, Any] = {"ingress": None, "exposure": None, "exposure_reason": None, "endpoints": {}}


def site_info(api: NamespaceApi) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The site: who it is, where it can be reached and how it is linked, and a sentence about what is odd about it.

    Raises Failure(no_site, site_not_ready).
    """
    config = reader(api).config()
    router = reader(api).router()
    ids = SiteIds(config.site_id, router.site_id)
    count = _count(api, *ids.all)
    ca = _ca(api, router.mode)
    kept = reader(api).kept_list(router.mode) if router.mode is Mode.EDGE else ca
    found = {
        **_site_view(api, config, router, count),
        "network_sites": count.total if count else None,
        "policy": policies.enforced(api),
        "router": _router(api),
        "evicted": list(kept.evicted) if kept else [],
        "evicted_locations": [each.view() for each in kept.evicted_locations] if kept else [],
        "location": locate(api, read=True).view(),
        "router_site_id": router.site_id or None,
        "certificates": _certificates(api, router.mode, ids, ca),
    }
    return found, (restored(f"The site in {api.place}", ids).message,) if ids.restored else ()


def site_so_far(api: NamespaceApi) -> dict[str, Any]:
    """The most of it of a site that may not be up yet: its mode is the configured one then, and its version None."""
    config = reader(api).config()
    manifest = api.get(CONFIG_MAP, keys.ROUTER_CONFIG)
    up = manifest is not None
    router = read_router_config(manifest) if manifest is not None else RouterConfig(config.mode, "", (), ())
    view = _site_view(api, config, router, _count(api, *SiteIds(config.site_id, router.site_id).all))
    authority = _ca(api, router.mode)
    ca = _end(not_after(authority.ca if authority else None), api.now())
    return {**view, "version": view["version"] if up else None, "ca_not_after": ca["not_after"]}


def site_found(api: NamespaceApi, config: SiteConfig) -> dict[str, Any]:
    """What an inventory tells of a site: three requests for most, and None for what the account may not read."""
    internal = if_allowed(lambda: api.get(CONFIG_MAP, keys.ROUTER_CONFIG))
    router = None if internal is None else read_router_config(internal)
    mode = config.mode if router is None else router.mode
    status = if_allowed(lambda: api.get(CONFIG_MAP, keys.NETWORK_STATUS)) or {}
    own = _listed(status, *SiteIds(config.site_id, router.site_id if router else "").all)
    peers, network = neighbours(status, own)
    count = count_sites(status, own)
    return {
        "site_id": config.site_id,
        "name": config.name,
        "namespace": api.place.namespace,
        "mode": mode.value,
        "version": (router.version or None) if router else None,
        "linked_sites": count.direct if count else None,
        "linked_to": sorted(peers),
        "network_id": min(network),
        **(if_allowed(lambda: _reach(api, config, mode)) or _UNSEEN),
    }


def _count(api: NamespaceApi, *site_ids: str) -> SiteCount | None:
    """Other sites; None as long as Skupper itself would say that its status is pending."""
    status = api.get(CONFIG_MAP, keys.NETWORK_STATUS) or {}
    return count_sites(status, _listed(status, *site_ids))


def _listed(status: Mapping[str, Any], *site_ids: str) -> str:
    """The first of a site's ids that the status has, or the first one."""
    return next((each for each in site_ids if read_network(status, each).known), site_ids[0] if site_ids else "")


def _site_view(api: NamespaceApi, config: SiteConfig, router: RouterConfig, count: SiteCount | None) -> dict[str, Any]:
    return {
        "site_id": config.site_id,
        "name": config.name,
        "namespace": api.place.namespace,
        "mode": router.mode.value,
        "version": router.version,
        "linked_sites": count.direct if count else None,
        **_reach(api, config, router.mode),
    }


def _router(api: NamespaceApi) -> dict[str, int] | None:
    state = reader(api).router_state()
    return None if state is None else {"replicas": state.replicas, "ready": state.ready}


def _certificates(api: NamespaceApi, mode: Mode, ids: SiteIds, authority: SiteCertificates | None) -> dict[str, Any]:
    """When the site's certificates end; an edge site has neither CA nor server certificate."""
    found = without_requests(if_allowed(lambda: reader(api).links()) or (), ids)
    ca = authority.ca if authority else None
    server = None if mode is Mode.EDGE else reader(api).certificate(keys.SITE_SERVER)
    links = [
        {"name": link.name, "site_id": link.site_id, **_end(not_after(link.certificate), api.now())}
        for link in sorted(found, key=lambda link: link.name)
        if link.kind is not LinkKind.CLAIM
    ]
    return {"ca": _end(not_after(ca), api.now()), "server": _end(not_after(server), api.now()), "links": links}


def _ca(api: NamespaceApi, mode: Mode) -> SiteCertificates | None:
    """The site CA; None for an edge site, which has none, and for accounts that may not read it."""
    return None if mode is Mode.EDGE else if_allowed(lambda: reader(api).authority())


def _end(ends: datetime | None, now: datetime) -> dict[str, Any]:
    return {"not_after": None if ends is None else format_instant(ends), "days_left": days_left(ends, now)}


def _reach(api: NamespaceApi, config: SiteConfig, mode: Mode) -> dict[str, Any]:
    seen = outlook(api, config, mode, *Service)
    return {
        "ingress": seen.ingress,
        "exposure": seen.exposure.value,
        "exposure_reason": seen.why,
        "endpoints": {service.value: {"host": end.host, "port": end.port} for service, end in seen.endpoints.items()},
    }


def claims_info(api: NamespaceApi, name: str | None, states: Sequence[ClaimState]) -> list[dict[str, Any]]:
    """The claims of a site by name, all or those of a name and of certain states; one request if there are any.

    Raises Failure(no_site) instead of reporting none where there is no site.
    """
    records = reader(api).claims()
    if not records:
        reader(api).config()
    return [
        claim_report(records[found], api.now())
        for found in sorted(records)
        if name in (None, found) and (not states or records[found].state(api.now()) in states)
    ]


def links_info(
    api: NamespaceApi,
    name: str | None,
    site_id: str | None,
    issuers: Iterable[NamespaceApi],
    location: Location | None = None,
) -> tuple[dict[str, list[dict[str, Any]]], list[str]]:
    """The links of a site, outgoing and incoming, and a sentence for each issuing site that could not be asked."""
    config = reader(api).config()
    observed = reader(api).observed(config)
    known, troubles, observed = _ask(issuers, observed)
    if observed.restored:
        ids = SiteIds(config.site_id, reader(api).router_id())
        troubles.insert(0, restored(f"The site in {api.place}", ids).message)
    observed = _attributed(observed, known)
    outgoing = [
        link_report(judge(link, _issuer_of(link, known), observed), observed, is_orphan(link, observed))
        for link in sorted(observed.links, key=lambda link: link.name)
        if (name is None or link.name == name) and (site_id is None or is_one_to(link, site_id, location))
    ]
    return {"links": outgoing, "incoming": [] if name else _incoming(observed.network, site_id)}, troubles


def _attributed(observed: Observed, known: Sequence[Issuer]) -> Observed:
    """The links with the ids of their issuing sites, where they do not say them and one that was asked can be it."""

    def author(link: Link) -> Link:
        found = {each.site_id for each in known if leads_here(link, each, observed)}
        return replace(link, site_id=found.pop()) if len(found) == 1 else link

    return replace(observed, links=tuple(map(author, observed.links)))


def _issuer_of(link: Link, known: Sequence[Issuer]) -> Issuer | None:
    """The issuing site of a link; None if none that was asked, or more than one, can be it."""
    found = [each for each in known if each.site_id == link.site_id and not seems_claimed([link], each)]
    first = found[0].location if found else None
    one = all(first is not None and first.matches(each.location) for each in found[1:])
    return found[0] if found and one else None


def _with_aliases(api: NamespaceApi, issuer: Issuer, observed: Observed) -> Observed:
    """The links with the ids of an issuing site taken for one, if a link is down and something open leads elsewhere.

    A site that was restored from a backup has two.
    """
    if not observed.unaccounted() or not any(_is_down(link, observed) for link in observed.links):
        return observed
    return replace(observed, network=observed.network.with_aliases((issuer.site_id, *reader(api).known_ids())))


def _ask(issuers: Iterable[NamespaceApi], observed: Observed) -> tuple[list[Issuer], list[str], Observed]:
    """What issuing sites say of themselves, and what that makes of the links; one that does not answer makes none worse."""
    known: list[Issuer] = []
    troubles = []
    for api in issuers:
        try:
            issuer = replace(reader(api).issuer(), location=locate(api))
            observed = _with_aliases(api, issuer, observed)
            known.append(_in_full(api, issuer, observed))
        except Failure as failure:
            troubles.append(f"An issuing site could not be asked. {failure.located(api.place).message}")
    return known, troubles, observed


def _in_full(api: NamespaceApi, issuer: Issuer, observed: Observed) -> Issuer:
    """An issuing site with what the links to it raise questions about: its claims, and where it can be reached."""
    mine = [link for link in observed.links if link.site_id == issuer.site_id]
    if any(link.kind is LinkKind.CLAIM for link in mine):
        issuer = replace(issuer, claims=if_allowed(lambda: reader(api).claims()))
    if any(_is_down(link, observed) for link in mine) or _may_be_nameless(issuer, observed):
        issuer = replace(issuer, endpoints=reader(api).endpoints())
    return issuer


def _may_be_nameless(issuer: Issuer, observed: Observed) -> bool:
    """Whether a link that does not say where it leads is by its certificate one to an issuing site."""
    nameless = (link for link in observed.links if link.site_id is None and link.kind is not LinkKind.CLAIM)
    return any(is_signed_by(link.certificate, issuer.ca) for link in nameless)


def _is_down(link: Link, observed: Observed) -> bool:
    return link.kind is not LinkKind.CLAIM and not judge(link, None, observed).connected


def _incoming(network: NetworkView, site_id: str | None) -> list[dict[str, Any]]:
    names = {p.site_id: p.site_name for p in network.peerings if not p.outgoing and site_id in (None, p.site_id)}
    return [
        {"site_id": peer, "name": name} for peer, name in sorted(names.items(), key=lambda item: (item[1], item[0]))
    ]
