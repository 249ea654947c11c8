# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a site is read, whatever its generation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from ..._kube.api import NamespaceApi
from ..._model.errors import Failure
from ..._model.link import Link, NetworkView
from ..._model.new_link import Anchor
from ..._model.observed import Issuer, Observed
from ..._model.secret import SecretBytes
from ..._model.site import (
    Endpoint,
    Mode,
    OwnSite,
    RouterConfig,
    RouterState,
    Service,
    SiteCertificates,
    SiteConfig,
    SiteIds,
)
from ..._model.token import ClaimRecord
from ..._model.wait import Wait
from ..._v1.reader import Reader


class SiteReader(Protocol):
    """A site, read through its API server. Nothing of it writes."""

    def config(self) -> SiteConfig:
        """The site's configuration; raises Failure(no_site)."""

    def router(self) -> RouterConfig:
        """The configuration of the site's router; raises Failure(site_not_ready)."""

    def ids(self) -> SiteIds:
        """The ids of a site as far as its objects are there; that of its router only if the account may read it."""

    def known_ids(self) -> tuple[str, ...]:
        """The same as far as the account may read them, of a site that is only asked about."""

    def router_id(self) -> str:
        """The id that a site's router has; "" if there is none, or the account may not read it."""

    def not_ready(self, kind: str, name: str) -> Failure:
        """A site is there, but an object it must have is not, or not yet."""

    def accepting(self) -> tuple[SiteConfig, RouterConfig]:
        """A site that other sites may link to; raises Failure(no_site, site_not_ready, site_cannot_accept)."""

    def secret(self, name: str) -> Mapping[str, Any] | None:
        """One Secret by its name; None if there is none.

        The list with a field selector asks for no more than reading the one Secret would, and an account that
        may list Secrets, as the search for links needs, can do it.
        """

    def authority(self, name: str = "") -> SiteCertificates | None:
        """The site CA, or another CA of the site; None if there is none."""

    def issuer(self) -> Issuer:
        """Who an issuing site is and which CA it has, in one request where the site allows it.

        An account without the right to read the CA learns the id alone; links are then judged by their connection. Raises
        Failure(site_id_invalid, no_site, site_not_ready, site_cannot_accept).
        """

    def own(self) -> OwnSite:
        """Who the linking site is and whom it has evicted, in one request where it has a CA of its own.

        An edge site has none, and takes two more; raises Failure(no_site, site_id_invalid).
        """

    def kept_list(self, mode: Mode) -> SiteCertificates | None:
        """The list of evicted sites that a site keeps with its CA, an edge site with that of its local connections.

        None if there is no such CA, or the account may not read it.
        """

    def endpoints(self) -> dict[Service, Endpoint] | None:
        """Return where routers of other sites reach it. None if there are no endpoints yet, or the account may not read them."""

    def claims(self) -> dict[str, ClaimRecord]:
        """Every claim record of a site by its name; the passwords do not leave the API server."""

    def certificate(self, name: str) -> bytes | None:
        """The certificate of a TLS Secret, without its key; None if there is none, or the account may not read it."""

    def router_state(self) -> RouterState | None:
        """How the pods of the site's router are doing; None if that may not be read."""

    def observed(self, config: SiteConfig) -> Observed:
        """All there is to know of a site's links without asking anyone else: four requests."""

    def links(self) -> tuple[Link, ...]:
        """Every link of a site, redeemed or not; tokens that were made for requests, and lie there, are among them."""

    def network(self, *site_ids: str) -> NetworkView:
        """The open connections of a site, by the first of its ids that the status has; empty while that is not there yet."""

    def network_of(self, status: Mapping[str, Any], *site_ids: str) -> NetworkView:
        """The same of a status that was read. If it has none of the ids, it may have the router's, as of a restored site."""

    def routers(self, site_id: str) -> frozenset[str]:
        """Names of a site's routers, as its network status has them; none while that is not there yet."""

    def deployment(self) -> Mapping[str, Any]:
        """The Deployment that owns a site's links; raises Failure(site_not_ready)."""

    def anchor(self) -> Anchor:
        """Return the object that a site's links are deleted with; raises Failure(site_not_ready)."""

    def network_by(self, site_id: str) -> NetworkView:
        """Return the open connections that the site reports under exactly this id; empty if it has none."""

    def without_requests(self, links: Iterable[Link], ids: SiteIds) -> tuple[Link, ...]:
        """Return the links that lead to other sites: what looks like one to the own site is a token that was asked for."""

    def signer(self) -> tuple[SiteCertificates, SecretBytes]:
        """Return the site CA and its key; raises Failure(site_not_ready)."""

    def authority_pair(self) -> tuple[bytes, SecretBytes]:
        """Return the certificate and the key of the site CA as they are now; raises Failure(site_not_ready)."""

    def await_endpoints(
        self, config: SiteConfig, patience: Wait | None, *services: Service
    ) -> Mapping[Service, Endpoint]:
        """Return where other sites reach these services. Wait for them as long as ``patience`` allows."""


def reader(api: NamespaceApi) -> SiteReader:
    """Return the reader of the site in a namespace."""
    return Reader(api)
