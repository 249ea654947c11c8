# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read a site; nothing here writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._kube.port import CONFIG_MAP, DEPLOYMENT, SECRET, Port
from .._model.errors import Failure
from .._model.link import Link, NetworkView
from .._model.reasons import Reason
from .._model.site import Mode, RouterConfig, SiteCertificates, SiteConfig
from .._plan.link import Issuer
from .._wire import v1_keys as keys
from .._wire.v1_link import read_link
from .._wire.v1_network import read_network
from .._wire.v1_site import read_router_config, read_site_ca, read_site_config


def site_config(port: Port) -> SiteConfig:
    """The site's configuration; raises Failure(no_site)."""
    manifest = port.get(CONFIG_MAP, keys.SITE_CONFIG)
    if manifest is None:
        raise Failure(
            Reason.NO_SITE,
            f"There is no Skupper site in {port.place} (no ConfigMap {keys.SITE_CONFIG}): "
            "name the site's namespace, or make the site first.",
        )
    return read_site_config(manifest)


def router_config(port: Port) -> RouterConfig:
    """The configuration of the site's router; raises Failure(site_not_ready)."""
    manifest = port.get(CONFIG_MAP, keys.ROUTER_CONFIG)
    if manifest is None:
        raise not_ready(port, "ConfigMap", keys.ROUTER_CONFIG)
    return read_router_config(manifest)


def not_ready(port: Port, kind: str, name: str) -> Failure:
    """A site is there, but an object it must have is not, or not yet."""
    return Failure(
        Reason.SITE_NOT_READY,
        f"The Skupper site in {port.place} is not ready: its {kind} {name} is missing. Wait until the site is up.",
    )


def accepting_site(port: Port) -> tuple[SiteConfig, RouterConfig]:
    """A site that other sites may link to; raises Failure(no_site, site_not_ready, site_cannot_accept)."""
    config = site_config(port)
    router = router_config(port)
    if router.mode is Mode.EDGE:
        raise Failure(
            Reason.SITE_CANNOT_ACCEPT,
            f"Site {config.name} in {port.place} is an edge site, which accepts no links: "
            "make the token on an interior site.",
        )
    return config, router


def site_ca(port: Port) -> SiteCertificates | None:
    """The site CA; None if there is none.

    The list with a field selector asks for no more than reading the one Secret would, and an account that
    may list Secrets, as the search for links needs, can do it.
    """
    found = port.list(SECRET, fields=f"metadata.name={keys.SITE_CA}")
    return read_site_ca(found[0]) if found else None


def issuer(port: Port) -> Issuer:
    """Who an issuing site is and which CA it has, in one request where the site allows it.

    An account without the right to read the CA learns the id alone; links are then judged by their connection.
    """
    try:
        certificates = site_ca(port)
    except Failure as failure:
        if failure.reason is not Reason.FORBIDDEN:
            raise
        return Issuer(site_config(port).site_id, reachable=True)
    if certificates is None:
        accepting_site(port)
        raise not_ready(port, "Secret", keys.SITE_CA)
    site_id = certificates.site_id or site_config(port).site_id
    return Issuer(site_id, certificates.ca, authority=True, reachable=True)


def links(port: Port) -> tuple[Link, ...]:
    """Every link of a site, redeemed or not."""
    read = (read_link(manifest) for manifest in port.list(SECRET, labels=keys.LINK_SELECTOR))
    return tuple(link for link in read if link is not None)


def network(port: Port, site_id: str) -> NetworkView:
    """The open connections of a site; empty while its status is not there yet."""
    return read_network(port.get(CONFIG_MAP, keys.NETWORK_STATUS) or {}, site_id)


def router_deployment(port: Port) -> Mapping[str, Any]:
    """The Deployment that owns a site's links; raises Failure(site_not_ready)."""
    manifest = port.get(DEPLOYMENT, keys.ROUTER)
    if manifest is None:
        raise not_ready(port, "Deployment", keys.ROUTER)
    return manifest
