# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look at a site as a member of a mesh, with as few requests as that takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from .._kube.api import CONFIG_MAP, NamespaceApi
from .._model.errors import if_allowed
from .._model.link import Link, NetworkView
from .._model.mesh import Sight
from .._model.openings import attribute, is_new
from .._model.site import WHY_EDGE_IS_PRIVATE, Exposure, Mode, Service, SiteCertificates, SiteConfig, SiteIds
from .._v1.endpoints import outlook
from .._v1.objects import keys
from .._v1.objects.network import lists_sites, read_network
from .._v1.reader import without_requests
from .generations.readers import reader
from .locate import locate, locate_somehow

_GIVEN = "skupper_exposure says so"


@dataclass(frozen=True)
class Interest:
    """What is wanted to know of a site."""

    exposure: Exposure | None = None
    """What is known of it already; None asks the site."""
    accepts: bool = False
    """Whether sites may be linked to it although it is private."""
    links: bool = True
    """Whether its own links matter although nobody can be linked to it."""
    cluster: bool = False
    """Whether the UID of its cluster is wanted though the CA of its API server is known."""
    evicted: bool = False
    """Whether its list of evicted sites is wanted although nobody can be linked to it."""


def look_at(api: NamespaceApi, interest: Interest) -> Sight:
    """See what a mesh needs to know of a site.

    A private site takes two requests: the sites that it is linked to tell of its connections. For a minute and a half after
    it has made a link it takes a third one, since its own status has the link first. A public site takes three, and one or two
    more if it is not known to be public. One more tells the cluster of an API server that is verified with the CAs of the
    system, or not at all. Raises Failure(no_site, site_not_ready).
    """
    sight = _known_public(api) if interest.exposure is Exposure.PUBLIC else None
    if sight is None:
        sight = _judged(api, reader(api).config(), interest)
    accepts = sight.exposure is Exposure.PUBLIC or (interest.accepts and sight.mode is Mode.INTERIOR)
    doubtful = False
    if accepts:
        sight, doubtful = _accepting(api, sight)
    elif not interest.links:
        return _seen(api, sight, interest)
    elif interest.evicted:
        sight = _with_list(sight, reader(api).kept_list(sight.mode))
    links, read_at = reader(api).links(), api.now()
    doubtful = doubtful or (bool(links) and all(link.owner != sight.site_id for link in links))
    ids = SiteIds(sight.site_id, reader(api).router_id() if doubtful else "")
    if ids.restored:
        sight = replace(sight, router_id=ids.router)
    network = _told(api, sight, links, read_at)
    return _seen(api, replace(sight, links=without_requests(links, ids), network=network), interest)


def _told(api: NamespaceApi, sight: Sight, links: Sequence[Link], read_at: datetime) -> NetworkView | None:
    """The connections in the site's own network status.

    A new link is in the status of its own site before it is in that of the issuing site. A site with new links is therefore
    asked even if it accepts no links.
    """
    network = sight.network
    if network is None and any(is_new(link, read_at) for link in links):
        ids = filter(None, (sight.site_id, sight.router_id))
        network = if_allowed(lambda: reader(api).network(*ids))
    return None if network is None else attribute(network, links, read_at)


def _with_list(sight: Sight, kept: SiteCertificates | None) -> Sight:
    if kept is None:
        return sight
    return replace(sight, evicted=kept.evicted, evicted_locations=kept.evicted_locations)


def _seen(api: NamespaceApi, sight: Sight, interest: Interest) -> Sight:
    location = locate(api, read=True) if interest.cluster else locate_somehow(api)
    return replace(sight, location=location, now=api.now())


def _known_public(api: NamespaceApi) -> Sight | None:
    """A public site by its CA alone, which says whose it is; None if it has none, as an edge site has, or does not say."""
    authority = if_allowed(lambda: reader(api).authority())
    if authority is None or authority.site_id is None:
        return None
    return Sight(
        authority.site_id,
        exposure=Exposure.PUBLIC,
        exposure_reason=_GIVEN,
        ca=authority.ca,
        evicted=authority.evicted,
        evicted_locations=authority.evicted_locations,
    )


def _judged(api: NamespaceApi, config: SiteConfig, interest: Interest) -> Sight:
    if config.mode is Mode.EDGE:
        return Sight(config.site_id, Mode.EDGE, exposure_reason=WHY_EDGE_IS_PRIVATE)
    closed = config.ingress == "none"
    if interest.exposure:
        return Sight(config.site_id, config.mode, interest.exposure, _GIVEN, closed=closed)
    seen = outlook(api, config, config.mode, Service.CLAIMS)
    return Sight(config.site_id, config.mode, seen.exposure, seen.why, unsettled=seen.unsettled, closed=closed)


def _accepting(api: NamespaceApi, sight: Sight) -> tuple[Sight, bool]:
    """With the CA that links to a site are judged by, the connections that it tells of, and whether its id is doubtful.

    It is if its CA is not known to be the site's, or its network status does not know it: it may have been restored from a
    backup, which is worth one more request.
    """
    doubtful = False
    if sight.ca is None:
        authority = if_allowed(lambda: reader(api).authority())
        if authority is not None:
            doubtful = authority.site_id != sight.site_id
            sight = _with_list(replace(sight, ca=authority.ca), authority)
    status = api.get(CONFIG_MAP, keys.NETWORK_STATUS) or {}
    network = read_network(status, sight.site_id)
    # The status of a large network takes long to read, and nearly always has the site.
    unlisted = not network.known and lists_sites(status)
    if unlisted:
        network = reader(api).network_of(status, sight.site_id)
    return replace(sight, network=network), doubtful or unlisted
