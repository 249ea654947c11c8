# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a site is read, whatever its generation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from ..._kube.api import NamespaceApi
from ..._model.link import Link, Neighbourhood, NetworkView, SiteCount
from ..._model.new_link import Anchor
from ..._model.observed import Issuer, Observed
from ..._model.secret import SecretBytes
from ..._model.site import (
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
)
from ..._model.token import ClaimRecord
from ..._v1.reader import Reader


class SiteReader(Protocol):
    """A site, read through its API server. Nothing of it writes."""

    def config(self) -> SiteConfig:
        """Return the site's configuration; raises Failure(no_site)."""

    def router(self) -> RouterConfig:
        """Return the configuration of the site's router; raises Failure(site_not_ready)."""

    def ids(self) -> SiteIds:
        """Return the ids of a site as far as its objects exist; that of its router only if the account may read it."""

    def known_ids(self) -> tuple[str, ...]:
        """Return the ids of a site as far as the account may read them; none fails for a missing right."""

    def router_id(self) -> str:
        """Return the id that a site's router has; "" if there is none, or the account may not read it."""

    def accepting(self) -> tuple[SiteConfig, RouterConfig]:
        """Return a site that other sites may link to; raises Failure(no_site, site_not_ready, site_cannot_accept)."""

    def authority(self) -> SiteCertificates | None:
        """Return the site CA. None if there is none."""

    def issuer(self) -> Issuer:
        """Return who an issuing site is and which CA it has, in one request where the site allows it.

        An account without the right to read the CA learns the id alone; links are then judged by their connection. Raises
        Failure(site_id_invalid, no_site, site_not_ready, site_cannot_accept).
        """

    def own(self) -> OwnSite:
        """Return who the linking site is and which sites it has evicted, in one request where it has a CA of its own.

        An edge site has none, and takes two more; raises Failure(no_site, site_id_invalid).
        """

    def kept_list(self, mode: Mode) -> SiteCertificates | None:
        """Return the list of evicted sites that a site keeps with its CA, an edge site with that of its local connections.

        None if there is no such CA, or the account may not read it.
        """

    def endpoints(self) -> dict[Service, Endpoint] | None:
        """Return where routers of other sites reach it. None if there are no endpoints yet, or the account may not read them."""

    def claims(self) -> dict[str, ClaimRecord]:
        """Return every claim record of a site by its name; the passwords do not leave the API server."""

    def router_state(self) -> RouterState | None:
        """Return the state of the router's pods. None if there is no Deployment, or the account may not read it."""

    def observed(self, config: SiteConfig) -> Observed:
        """Return all that a site itself knows of its links; it takes four requests."""

    def links(self) -> tuple[Link, ...]:
        """Return every link of a site, redeemed or not; tokens that were made there for requests are among them."""

    def network(self, *site_ids: str) -> NetworkView:
        """Return the open connections of a site, by the first of its ids that the network status has; empty without a status."""

    def routers(self, site_id: str) -> frozenset[str]:
        """Return the names of a site's routers, as its network status has them; none without a status."""

    def existing(self) -> SiteConfig | None:
        """Return the site's configuration. None if there is no site."""

    def everywhere(self) -> dict[str, SiteConfig]:
        """Return the configuration of every site of the cluster by its namespace, in one request."""

    def existing_router(self) -> RouterConfig | None:
        """Return the configuration of the site's router. None if there is none yet."""

    def counted(self, ids: SiteIds) -> SiteCount | None:
        """Return how many other sites there are. None as long as Skupper itself would say that its status is pending."""

    def neighbourhood(self, ids: SiteIds) -> Neighbourhood:
        """Return which other sites there are, as far as the account may read that."""

    def outlook(self, config: SiteConfig, mode: Mode, *services: Service) -> Outlook:
        """Return whether sites of other clusters can be expected to reach the site, by where the services can be reached.

        Claims must be among the services. A site that can't be reached yet is private.
        """

    def enforces_policies(self) -> bool:
        """Return whether the cluster enforces policies."""

    def server_certificate(self) -> bytes | None:
        """Return the certificate that the site's router presents. None if there is none, or the account may not read it."""

    def listed_network(self, site_id: str) -> tuple[NetworkView, bool]:
        """Return the open connections of a site, and whether its network status has the site by this id.

        If the status has other sites alone, the connections are those of the id that the site's router has.
        """

    def connections(
        self, known: NetworkView | None, links: Sequence[Link], read_at: datetime, *ids: str
    ) -> NetworkView | None:
        """Return the open connections of a site, those of new links among them. None if no status lists them.

        Without the connections ``known`` they are read if a link is new: the network status of its own site has a link
        before that of the issuing site. ``links`` are all of the site, as they were at ``read_at``.
        """

    def anchor(self) -> Anchor:
        """Return the object that a site's links are deleted with; raises Failure(site_not_ready)."""

    def network_by(self, site_id: str) -> NetworkView:
        """Return the open connections that the site reports under exactly this id; empty if it has none."""

    def authority_with_key(self) -> tuple[SiteCertificates, SecretBytes]:
        """Return the site CA and its key; raises Failure(site_not_ready)."""

    def signing_pair(self) -> tuple[bytes, SecretBytes]:
        """Return the certificate and the key of the site CA as they are now; raises Failure(site_not_ready)."""


def reader(api: NamespaceApi) -> SiteReader:
    """Return the reader of the site in a namespace."""
    return Reader(api)
