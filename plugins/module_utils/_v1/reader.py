# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read a site; nothing here writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from .._kube.api import CONFIG_MAP, CONFIG_MAP_ANYWHERE, DEPLOYMENT, SECRET, NamespaceApi
from .._model.errors import Failure, if_allowed
from .._model.link import Link, Neighbourhood, NetworkView, SiteCount, links_to_others
from .._model.new_link import Anchor
from .._model.observed import Issuer, Observed
from .._model.openings import attribute, is_new
from .._model.reasons import Reason
from .._model.secret import SecretBytes
from .._model.site import (
    Endpoint,
    Mode,
    Outlook,
    OwnSite,
    RouterConfig,
    RouterState,
    Service,
    SiteCertificates,
    SiteConfig,
    SiteIds,
    dials,
    require_site_id,
)
from .._model.token import ClaimRecord
from .claim_reader import ClaimReader
from .connections import connections_in, open_connections, router_id
from .endpoints import outlook, resolve
from .enforcement import enforced
from .needed import (
    accepting_site,
    listed_secret,
    needed_secret,
    not_ready,
    router_config,
    router_deployment,
    site_config,
)
from .objects import keys
from .objects.link import read_link
from .objects.manifest import metadata, name_of
from .objects.network import count_sites, lists_sites, neighbours, read_network, routers_of
from .objects.site import (
    read_authority,
    read_certificate,
    read_router_config,
    read_router_state,
    read_site_ca,
    read_site_config,
)

_NO_ENDPOINT = (Reason.INGRESS_PENDING, Reason.INGRESS_UNSUPPORTED, Reason.FORBIDDEN)


class Reader:
    """A site of Skupper v1, read through its API server. Nothing here writes."""

    def __init__(self, api: NamespaceApi) -> None:
        self._api = api

    def config(self) -> SiteConfig:
        """Return the site's configuration; raises Failure(no_site)."""
        return site_config(self._api)

    def router(self) -> RouterConfig:
        """Return the configuration of the site's router; raises Failure(site_not_ready)."""
        return router_config(self._api)

    def ids(self) -> SiteIds:
        """Return the ids of a site as far as its objects exist; that of its router only if the account may read it."""
        config = self.existing()
        return SiteIds("" if config is None else config.site_id, self.router_id())

    def known_ids(self) -> tuple[str, ...]:
        """Return the ids of a site as far as the account may read them; none fails for a missing right."""
        return (if_allowed(self.ids) or SiteIds("")).all

    def router_id(self) -> str:
        """Return the id that a site's router has; "" if there is none, or the account may not read it."""
        return router_id(self._api)

    def accepting(self) -> tuple[SiteConfig, RouterConfig]:
        """Return a site that other sites may link to; raises Failure(no_site, site_not_ready, site_cannot_accept)."""
        return accepting_site(self._api)

    def authority(self, name: str = keys.SITE_CA) -> SiteCertificates | None:
        """Return the site CA, or another CA of the site. None if there is none."""
        manifest = listed_secret(self._api, name)
        return None if manifest is None else read_site_ca(manifest)

    def issuer(self) -> Issuer:
        """Return who an issuing site is and which CA it has, in one request where the site allows it.

        An account without the right to read the CA learns the id alone; links are then judged by their connection. Raises
        Failure(site_id_invalid, no_site, site_not_ready, site_cannot_accept).
        """
        try:
            certificates = self.authority()
        except Failure as failure:
            if failure.reason is not Reason.FORBIDDEN:
                raise
            site_id = require_site_id(self.config().site_id, self._api.place)
            return Issuer(site_id, reachable=True)
        if certificates is None:
            self.accepting()
            raise not_ready(self._api, "Secret", keys.SITE_CA)
        return Issuer(
            require_site_id(certificates.site_id or self.config().site_id, self._api.place),
            certificates.ca,
            authority=True,
            reachable=True,
            evicted=certificates.evicted,
            evicted_locations=certificates.evicted_locations,
        )

    def own(self) -> OwnSite:
        """Return who the linking site is and which sites it has evicted, in one request where it has a CA of its own.

        An edge site has none, and takes two more; raises Failure(no_site, site_id_invalid).
        """
        kept = if_allowed(self.authority)
        site_id = kept.site_id if kept else None
        if site_id is None:
            config = self.config()
            site_id = config.site_id
            kept = self.kept_list(config.mode) if config.mode is Mode.EDGE else kept
        site_id = require_site_id(site_id, self._api.place)
        return OwnSite(site_id) if kept is None else OwnSite(site_id, kept.evicted, kept.evicted_locations)

    def kept_list(self, mode: Mode) -> SiteCertificates | None:
        """Return the list of evicted sites that a site keeps with its CA, an edge site with that of its local connections.

        None if there is no such CA, or the account may not read it.
        """
        name = keys.LOCAL_CA if mode is Mode.EDGE else keys.SITE_CA
        return if_allowed(lambda: self.authority(name))

    def endpoints(self) -> dict[Service, Endpoint] | None:
        """Return where routers of other sites reach it. None if there are no endpoints yet, or the account may not read them."""
        try:
            return resolve(self._api, self.config(), Service.INTER_ROUTER, Service.EDGE)
        except Failure as failure:
            if failure.reason not in _NO_ENDPOINT:
                raise
            return None

    def claims(self) -> dict[str, ClaimRecord]:
        """Return every claim record of a site by its name; the passwords do not leave the API server."""
        return ClaimReader(self._api).claims()

    def certificate(self, name: str) -> bytes | None:
        """Return the certificate of a TLS Secret, without its key. None if there is none, or the account may not read it."""
        manifest = if_allowed(lambda: self._api.get(SECRET, name))
        return None if manifest is None else read_certificate(manifest)

    def router_state(self) -> RouterState | None:
        """Return the state of the router's pods. None if there is no Deployment, or the account may not read it."""
        manifest = if_allowed(lambda: self._api.get(DEPLOYMENT, keys.ROUTER))
        return None if manifest is None else read_router_state(manifest)

    def observed(self, config: SiteConfig) -> Observed:
        """Return all that a site itself knows of its links; it takes four requests."""
        found, read_at = self.links(), self._api.now()
        state = self.router_state()
        router = if_allowed(self.existing_router)
        ids = SiteIds(config.site_id, router.site_id if router else "")
        return Observed(
            links=links_to_others(found, ids.all),
            network=attribute(self.network(*ids.all), found, read_at, router.connectors if router else ()),
            now=self._api.now(),
            dials=dials(config.mode),
            connectors=None if router is None else frozenset(router.connectors),
            router_runs=None if state is None else state.ready > 0,
            owners=None if state is None else frozenset({state.uid, config.site_id}),
            restored=ids.restored,
        )

    def links(self) -> tuple[Link, ...]:
        """Return every link of a site, redeemed or not; tokens that were made there for requests are among them."""
        read = (read_link(manifest) for manifest in self._api.list(SECRET, labels=keys.LINK_SELECTOR))
        return tuple(link for link in read if link is not None)

    def network(self, *site_ids: str) -> NetworkView:
        """Return the open connections of a site, by the first of its ids that the status has. Empty while there is no status."""
        return open_connections(self._api, *site_ids)

    def network_by(self, site_id: str) -> NetworkView:
        """Return the open connections that the status has under exactly this id; empty if it has none."""
        return read_network(self._status(), site_id)

    def routers(self, site_id: str) -> frozenset[str]:
        """Return the names of a site's routers, as its network status has them; none without a status."""
        return routers_of(self._status(), site_id)

    def anchor(self) -> Anchor:
        """Return the object that a site's links are deleted with; raises Failure(site_not_ready)."""
        manifest = router_deployment(self._api)
        return Anchor(name_of(manifest), str(metadata(manifest).get("uid") or ""))

    def authority_with_key(self) -> tuple[SiteCertificates, SecretBytes]:
        """Return the site CA and its key; raises Failure(site_not_ready)."""
        manifest = listed_secret(self._api, keys.SITE_CA)
        if manifest is None:
            raise not_ready(self._api, "Secret", keys.SITE_CA)
        return read_site_ca(manifest), read_authority(manifest)[1]

    def signing_pair(self) -> tuple[bytes, SecretBytes]:
        """Return the certificate and the key of the site CA as they are now; raises Failure(site_not_ready)."""
        return read_authority(needed_secret(self._api, keys.SITE_CA))

    def existing(self) -> SiteConfig | None:
        """Return the site's configuration. None if there is no site."""
        manifest = self._api.get(CONFIG_MAP, keys.SITE_CONFIG)
        return None if manifest is None else read_site_config(manifest)

    def everywhere(self) -> dict[str, SiteConfig]:
        """Return the configuration of every site of the cluster by its namespace, in one request."""
        found = self._api.list(CONFIG_MAP_ANYWHERE, fields=f"metadata.name={keys.SITE_CONFIG}")
        named = {str(metadata(manifest).get("namespace") or ""): manifest for manifest in found}
        return {namespace: read_site_config(named[namespace]) for namespace in sorted(named)}

    def existing_router(self) -> RouterConfig | None:
        """Return the configuration of the site's router. None if there is none yet."""
        manifest = self._api.get(CONFIG_MAP, keys.ROUTER_CONFIG)
        return None if manifest is None else read_router_config(manifest)

    def counted(self, ids: SiteIds) -> SiteCount | None:
        """Return how many other sites there are. None as long as Skupper itself would say that its status is pending."""
        status = self._status()
        return count_sites(status, _listed(status, ids))

    def neighbourhood(self, ids: SiteIds) -> Neighbourhood:
        """Return which other sites there are, as far as the account may read that."""
        status = if_allowed(self._status) or {}
        own = _listed(status, ids)
        beside, network = neighbours(status, own)
        return Neighbourhood(beside, network, count_sites(status, own))

    def outlook(self, config: SiteConfig, mode: Mode, *services: Service) -> Outlook:
        """Return whether sites of other clusters can be expected to reach the site, by where the services can be reached.

        Claims must be among the services. A site that can't be reached yet is private.
        """
        return outlook(self._api, config, mode, *services)

    def enforces_policies(self) -> bool:
        """Return whether the cluster enforces policies."""
        return enforced(self._api)

    def server_certificate(self) -> bytes | None:
        """Return the certificate that the site's router presents. None if there is none, or the account may not read it."""
        return self.certificate(keys.SITE_SERVER)

    def listed_network(self, site_id: str) -> tuple[NetworkView, bool]:
        """Return the open connections of a site, and whether its network status has the site by this id.

        If the status has other sites alone, the connections are those of the id that the site's router has.
        """
        status = self._status()
        network = read_network(status, site_id)
        # The status of a large network takes long to read, and nearly always has the site.
        listed = network.known or not lists_sites(status)
        return (network, True) if listed else (connections_in(self._api, status, site_id), False)

    def connections(
        self, known: NetworkView | None, links: Sequence[Link], read_at: datetime, *ids: str
    ) -> NetworkView | None:
        """Return the open connections of a site, those of new links among them. None if no status lists them.

        Without the connections ``known`` they are read if a link is new: the network status of its own site has a link
        before that of the issuing site. ``links`` are all of the site, as they were at ``read_at``.
        """
        network = known
        if network is None and any(is_new(link, read_at) for link in links):
            network = if_allowed(lambda: self.network(*ids))
        return None if network is None else attribute(network, links, read_at)

    def _status(self) -> Mapping[str, Any]:
        return self._api.get(CONFIG_MAP, keys.NETWORK_STATUS) or {}


def _listed(status: Mapping[str, Any], ids: SiteIds) -> str:
    """Return the first of a site's ids that the network status has, or the first one."""
    return next((each for each in ids.all if read_network(status, each).known), ids.all[0] if ids.all else "")
