# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read a site; nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Callable, TypeVar

from .._kube.api import CONFIG_MAP, DEPLOYMENT, SECRET, NamespaceApi
from .._model.errors import Failure
from .._model.link import Link, NetworkView
from .._model.reasons import Reason
from .._model.site import Mode, OwnSite, RouterConfig, RouterState, Service, SiteCertificates, SiteConfig, SiteIds
from .._model.token import ClaimRecord
from .._plan.link import Issuer, Observed
from .._site.locate import locate, require_site_id
from .endpoints import resolve
from .objects import keys
from .objects.claim import read_record_metadata
from .objects.link import read_link
from .objects.network import lists_sites, read_network, routers_of
from .objects.site import read_certificate, read_router_config, read_router_state, read_site_ca, read_site_config
from .objects.token import endpoint_notes
from .rules.openings import attribute

T = TypeVar("T")


_NO_ENDPOINT = (Reason.INGRESS_PENDING, Reason.INGRESS_UNSUPPORTED, Reason.FORBIDDEN)


def site_config(api: NamespaceApi) -> SiteConfig:
    """The site's configuration; raises Failure(no_site)."""
    manifest = api.get(CONFIG_MAP, keys.SITE_CONFIG)
    if manifest is None:
        raise Failure(
            Reason.NO_SITE,
            f"There is no Skupper site in {api.place} (no ConfigMap {keys.SITE_CONFIG}): "
            "name the site's namespace, or make the site first.",
        )
    return read_site_config(manifest)


def router_config(api: NamespaceApi) -> RouterConfig:
    """The configuration of the site's router; raises Failure(site_not_ready)."""
    manifest = api.get(CONFIG_MAP, keys.ROUTER_CONFIG)
    if manifest is None:
        raise not_ready(api, "ConfigMap", keys.ROUTER_CONFIG)
    return read_router_config(manifest)


def site_ids(api: NamespaceApi) -> SiteIds:
    """The ids of a site as far as its objects are there; that of its router only if the account may read it."""
    config = api.get(CONFIG_MAP, keys.SITE_CONFIG)
    return SiteIds("" if config is None else read_site_config(config).site_id, router_id(api))


def known_ids(api: NamespaceApi) -> tuple[str, ...]:
    """The same as far as the account may read them, of a site that is only asked about."""
    return (if_allowed(lambda: site_ids(api)) or SiteIds("")).all


def router_id(api: NamespaceApi) -> str:
    """The id that a site's router has; "" if there is none, or the account may not read it."""
    manifest = if_allowed(lambda: api.get(CONFIG_MAP, keys.ROUTER_CONFIG))
    return "" if manifest is None else read_router_config(manifest).site_id


def not_ready(api: NamespaceApi, kind: str, name: str) -> Failure:
    """A site is there, but an object it must have is not, or not yet."""
    return Failure(
        Reason.SITE_NOT_READY,
        f"The Skupper site in {api.place} is not ready: its {kind} {name} is missing. Wait until the site is up.",
    )


def accepting_site(api: NamespaceApi) -> tuple[SiteConfig, RouterConfig]:
    """A site that other sites may link to; raises Failure(no_site, site_not_ready, site_cannot_accept)."""
    config = site_config(api)
    router = router_config(api)
    if router.mode is Mode.EDGE:
        raise Failure(
            Reason.SITE_CANNOT_ACCEPT,
            f"Site {config.name} in {api.place} is an edge site, which accepts no links: "
            "make the token on an interior site.",
        )
    return config, router


def secret(api: NamespaceApi, name: str) -> Mapping[str, Any] | None:
    """One Secret by its name; None if there is none.

    The list with a field selector asks for no more than reading the one Secret would, and an account that
    may list Secrets, as the search for links needs, can do it.
    """
    found = api.list(SECRET, fields=f"metadata.name={name}")
    return found[0] if found else None


def site_ca(api: NamespaceApi, name: str = keys.SITE_CA) -> SiteCertificates | None:
    """The site CA, or another CA of the site; None if there is none."""
    manifest = secret(api, name)
    return None if manifest is None else read_site_ca(manifest)


def issuer(api: NamespaceApi) -> Issuer:
    """Who an issuing site is and which CA it has, in one request where the site allows it.

    An account without the right to read the CA learns the id alone; links are then judged by their connection. Raises
    Failure(site_id_invalid, no_site, site_not_ready, site_cannot_accept).
    """
    try:
        certificates = site_ca(api)
    except Failure as failure:
        if failure.reason is not Reason.FORBIDDEN:
            raise
        site_id = require_site_id(site_config(api).site_id, api.place)
        return Issuer(site_id, reachable=True, location=locate(api))
    if certificates is None:
        accepting_site(api)
        raise not_ready(api, "Secret", keys.SITE_CA)
    return Issuer(
        require_site_id(certificates.site_id or site_config(api).site_id, api.place),
        certificates.ca,
        authority=True,
        reachable=True,
        evicted=certificates.evicted,
        evicted_locations=certificates.evicted_locations,
        location=locate(api),
    )


def own_site(api: NamespaceApi) -> OwnSite:
    """Who the linking site is and whom it has evicted, in one request where it has a CA of its own.

    An edge site has none, and takes two more; raises Failure(no_site, site_id_invalid).
    """
    kept = if_allowed(lambda: site_ca(api))
    site_id = kept.site_id if kept else None
    if site_id is None:
        config = site_config(api)
        site_id = config.site_id
        kept = kept_list(api, config.mode) if config.mode is Mode.EDGE else kept
    site_id = require_site_id(site_id, api.place)
    return OwnSite(site_id) if kept is None else OwnSite(site_id, kept.evicted, kept.evicted_locations)


def kept_list(api: NamespaceApi, mode: Mode) -> SiteCertificates | None:
    """The list of evicted sites that a site keeps with its CA, an edge site with that of its local connections.

    None if there is no such CA, or the account may not read it.
    """
    name = keys.LOCAL_CA if mode is Mode.EDGE else keys.SITE_CA
    return if_allowed(lambda: site_ca(api, name))


def endpoints(api: NamespaceApi) -> dict[str, str] | None:
    """Where other routers reach a site, as the annotations of a token; None while that is nowhere, or not ours to see."""
    try:
        found = resolve(api, site_config(api), Service.INTER_ROUTER, Service.EDGE)
    except Failure as failure:
        if failure.reason not in _NO_ENDPOINT:
            raise
        return None
    return endpoint_notes(found)


def claims(api: NamespaceApi) -> dict[str, ClaimRecord]:
    """Every claim record of a site by its name; the passwords do not leave the API server."""
    records = map(read_record_metadata, api.list_metadata(SECRET, labels=keys.RECORD_SELECTOR))
    return {record.name: record for record in records}


def if_allowed(read: Callable[[], T]) -> T | None:
    """What was read, or None where the account has no right to."""
    try:
        return read()
    except Failure as failure:
        if failure.reason is not Reason.FORBIDDEN:
            raise
        return None


def certificate(api: NamespaceApi, name: str) -> bytes | None:
    """The certificate of a TLS Secret, without its key; None if there is none, or the account may not read it."""
    manifest = if_allowed(lambda: api.get(SECRET, name))
    return None if manifest is None else read_certificate(manifest)


def router_state(api: NamespaceApi) -> RouterState | None:
    """How the pods of the site's router are doing; None if there is no Deployment, or the account may not read it."""
    manifest = if_allowed(lambda: api.get(DEPLOYMENT, keys.ROUTER))
    return None if manifest is None else read_router_state(manifest)


def observed(api: NamespaceApi, config: SiteConfig) -> Observed:
    """All there is to know of a site's links without asking anyone else: four requests."""
    found, read_at = links(api), api.now()
    state = router_state(api)
    internal = if_allowed(lambda: api.get(CONFIG_MAP, keys.ROUTER_CONFIG))
    router = None if internal is None else read_router_config(internal)
    ids = SiteIds(config.site_id, router.site_id if router else "")
    return Observed(
        links=without_requests(found, ids),
        network=attribute(network(api, *ids.all), found, read_at, router.connectors if router else ()),
        now=api.now(),
        edge=config.mode is Mode.EDGE,
        connectors=None if router is None else frozenset(router.connectors),
        router_runs=None if state is None else state.ready > 0,
        owners=None if state is None else frozenset({state.uid, config.site_id}),
        restored=ids.restored,
    )


def links(api: NamespaceApi) -> tuple[Link, ...]:
    """Every link of a site, redeemed or not; tokens that were made for requests, and lie there, are among them."""
    read = (read_link(manifest) for manifest in api.list(SECRET, labels=keys.LINK_SELECTOR))
    return tuple(link for link in read if link is not None)


def without_requests(links: Iterable[Link], ids: SiteIds) -> tuple[Link, ...]:
    """The links that lead to other sites.

    Of what looks like a link to the own site nobody wants to be linked with it: site-controller has filled a request for a
    token (connection-token-request), which stays where it was asked for.
    """
    return tuple(link for link in links if link.site_id is None or link.site_id not in ids.all)


def network(api: NamespaceApi, *site_ids: str) -> NetworkView:
    """The open connections of a site, by the first of its ids that the status has; empty while that is not there yet."""
    return network_of(api, api.get(CONFIG_MAP, keys.NETWORK_STATUS) or {}, *site_ids)


def network_of(api: NamespaceApi, status: Mapping[str, Any], *site_ids: str) -> NetworkView:
    """The same of a status that was read. If it has none of the ids, it may have the router's, as of a restored site."""
    known = next((view for view in (read_network(status, each) for each in site_ids) if view.known), None)
    if known is None and lists_sites(status):
        return read_network(status, router_id(api))
    return known or NetworkView()


def routers(api: NamespaceApi, site_id: str) -> frozenset[str]:
    """Names of a site's routers, as its network status has them; none while that is not there yet."""
    return routers_of(api.get(CONFIG_MAP, keys.NETWORK_STATUS) or {}, site_id)


def router_deployment(api: NamespaceApi) -> Mapping[str, Any]:
    """The Deployment that owns a site's links; raises Failure(site_not_ready)."""
    manifest = api.get(DEPLOYMENT, keys.ROUTER)
    if manifest is None:
        raise not_ready(api, "Deployment", keys.ROUTER)
    return manifest
