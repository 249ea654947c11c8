# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read a site; nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._kube.api import CONFIG_MAP, DEPLOYMENT, SECRET, NamespaceApi
from .._model.errors import Failure, if_allowed
from .._model.link import Link, NetworkView
from .._model.new_link import Anchor
from .._model.observed import Issuer, Observed
from .._model.openings import attribute
from .._model.reasons import Reason
from .._model.secret import SecretBytes
from .._model.site import (
    Endpoint,
    Mode,
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
from .._model.wait import Wait
from .connections import connections_in, open_connections, router_id
from .endpoints import await_endpoints, resolve
from .needed import accepting_site, listed_secret, not_ready, router_config, router_deployment, site_config
from .objects import keys
from .objects.claim import read_record_metadata
from .objects.link import read_link
from .objects.manifest import metadata, name_of
from .objects.network import read_network, routers_of
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
        """The site's configuration; raises Failure(no_site)."""
        return site_config(self._api)

    def router(self) -> RouterConfig:
        """The configuration of the site's router; raises Failure(site_not_ready)."""
        return router_config(self._api)

    def ids(self) -> SiteIds:
        """The ids of a site as far as its objects are there; that of its router only if the account may read it."""
        config = self._api.get(CONFIG_MAP, keys.SITE_CONFIG)
        return SiteIds("" if config is None else read_site_config(config).site_id, self.router_id())

    def known_ids(self) -> tuple[str, ...]:
        """The same as far as the account may read them, of a site that is only asked about."""
        return (if_allowed(self.ids) or SiteIds("")).all

    def router_id(self) -> str:
        """The id that a site's router has; "" if there is none, or the account may not read it."""
        return router_id(self._api)

    def not_ready(self, kind: str, name: str) -> Failure:
        """A site is there, but an object it must have is not, or not yet."""
        return not_ready(self._api, kind, name)

    def accepting(self) -> tuple[SiteConfig, RouterConfig]:
        """A site that other sites may link to; raises Failure(no_site, site_not_ready, site_cannot_accept)."""
        return accepting_site(self._api)

    def secret(self, name: str) -> Mapping[str, Any] | None:
        """One Secret by its name; None if there is none.

        The list with a field selector asks for no more than reading the one Secret would, and an account that
        may list Secrets, as the search for links needs, can do it.
        """
        return listed_secret(self._api, name)

    def authority(self, name: str = keys.SITE_CA) -> SiteCertificates | None:
        """The site CA, or another CA of the site; None if there is none."""
        manifest = self.secret(name)
        return None if manifest is None else read_site_ca(manifest)

    def issuer(self) -> Issuer:
        """Who an issuing site is and which CA it has, in one request where the site allows it.

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
            raise self.not_ready("Secret", keys.SITE_CA)
        return Issuer(
            require_site_id(certificates.site_id or self.config().site_id, self._api.place),
            certificates.ca,
            authority=True,
            reachable=True,
            evicted=certificates.evicted,
            evicted_locations=certificates.evicted_locations,
        )

    def own(self) -> OwnSite:
        """Who the linking site is and whom it has evicted, in one request where it has a CA of its own.

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
        """The list of evicted sites that a site keeps with its CA, an edge site with that of its local connections.

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
        """Every claim record of a site by its name; the passwords do not leave the API server."""
        records = map(read_record_metadata, self._api.list_metadata(SECRET, labels=keys.RECORD_SELECTOR))
        return {record.name: record for record in records}

    def certificate(self, name: str) -> bytes | None:
        """The certificate of a TLS Secret, without its key; None if there is none, or the account may not read it."""
        manifest = if_allowed(lambda: self._api.get(SECRET, name))
        return None if manifest is None else read_certificate(manifest)

    def router_state(self) -> RouterState | None:
        """How the pods of the site's router are doing; None if there is no Deployment, or the account may not read it."""
        manifest = if_allowed(lambda: self._api.get(DEPLOYMENT, keys.ROUTER))
        return None if manifest is None else read_router_state(manifest)

    def observed(self, config: SiteConfig) -> Observed:
        """All there is to know of a site's links without asking anyone else: four requests."""
        found, read_at = self.links(), self._api.now()
        state = self.router_state()
        internal = if_allowed(lambda: self._api.get(CONFIG_MAP, keys.ROUTER_CONFIG))
        router = None if internal is None else read_router_config(internal)
        ids = SiteIds(config.site_id, router.site_id if router else "")
        return Observed(
            links=without_requests(found, ids),
            network=attribute(self.network(*ids.all), found, read_at, router.connectors if router else ()),
            now=self._api.now(),
            dials=dials(config.mode),
            connectors=None if router is None else frozenset(router.connectors),
            router_runs=None if state is None else state.ready > 0,
            owners=None if state is None else frozenset({state.uid, config.site_id}),
            restored=ids.restored,
        )

    def links(self) -> tuple[Link, ...]:
        """Every link of a site, redeemed or not; tokens that were made for requests, and lie there, are among them."""
        read = (read_link(manifest) for manifest in self._api.list(SECRET, labels=keys.LINK_SELECTOR))
        return tuple(link for link in read if link is not None)

    def network(self, *site_ids: str) -> NetworkView:
        """The open connections of a site, by the first of its ids that the status has; empty while that is not there yet."""
        return open_connections(self._api, *site_ids)

    def network_of(self, status: Mapping[str, Any], *site_ids: str) -> NetworkView:
        """The same of a status that was read. If it has none of the ids, it may have the router's, as of a restored site."""
        return connections_in(self._api, status, *site_ids)

    def network_by(self, site_id: str) -> NetworkView:
        """Return the open connections that the status has under exactly this id; empty if it has none."""
        return read_network(self._api.get(CONFIG_MAP, keys.NETWORK_STATUS) or {}, site_id)

    def routers(self, site_id: str) -> frozenset[str]:
        """Names of a site's routers, as its network status has them; none while that is not there yet."""
        return routers_of(self._api.get(CONFIG_MAP, keys.NETWORK_STATUS) or {}, site_id)

    def anchor(self) -> Anchor:
        """Return the object that a site's links are deleted with; raises Failure(site_not_ready)."""
        manifest = router_deployment(self._api)
        return Anchor(name_of(manifest), str(metadata(manifest).get("uid") or ""))

    def deployment(self) -> Mapping[str, Any]:
        """The Deployment that owns a site's links; raises Failure(site_not_ready)."""
        return router_deployment(self._api)

    def signer(self) -> tuple[SiteCertificates, SecretBytes]:
        """Return the site CA and its key; raises Failure(site_not_ready)."""
        manifest = self.secret(keys.SITE_CA)
        if manifest is None:
            raise self.not_ready("Secret", keys.SITE_CA)
        return read_site_ca(manifest), read_authority(manifest)[1]

    def authority_pair(self) -> tuple[bytes, SecretBytes]:
        """Return the certificate and the key of the site CA as they are now; raises Failure(site_not_ready)."""
        manifest = self._api.get(SECRET, keys.SITE_CA)
        if manifest is None:
            raise self.not_ready("Secret", keys.SITE_CA)
        return read_authority(manifest)

    def await_endpoints(
        self, config: SiteConfig, patience: Wait | None, *services: Service
    ) -> Mapping[Service, Endpoint]:
        """Return where other sites reach these services. Wait for them as long as ``patience`` allows."""
        return await_endpoints(self._api, config, patience, *services)

    def without_requests(self, links: Iterable[Link], ids: SiteIds) -> tuple[Link, ...]:
        """Return the links that lead to other sites; see without_requests()."""
        return without_requests(links, ids)


def without_requests(links: Iterable[Link], ids: SiteIds) -> tuple[Link, ...]:
    """The links that lead to other sites.

    Of what looks like a link to the own site nobody wants to be linked with it: site-controller has filled a request for a
    token (connection-token-request), which stays where it was asked for.
    """
    return tuple(link for link in links if link.site_id is None or link.site_id not in ids.all)
