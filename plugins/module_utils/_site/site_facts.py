# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read what a mesh needs to know of a site, with as few requests as that takes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .._kube.api import NamespaceApi
from .._model.errors import if_allowed
from .._model.link import links_to_others
from .._model.site import WHY_EDGE_IS_PRIVATE, Exposure, Mode, Service, SiteCertificates, SiteConfig, SiteIds
from .._model.site_facts import SiteFacts
from .generations.readers import reader
from .locate import locate, locate_somehow

_GIVEN = "skupper_exposure says so"


@dataclass(frozen=True)
class WantedFacts:
    """What to find out about a site."""

    exposure: Exposure | None = None
    """The exposure that the inventory says. None asks the site."""
    accepts: bool = False
    """Whether sites may be linked to it although it is private."""
    links: bool = True
    """Whether its own links matter although no site can be linked to it."""
    cluster: bool = False
    """Whether to ask for the UID of its cluster although the CA of its API server is known."""
    evicted: bool = False
    """Whether to read its list of evicted sites although no site can be linked to it."""


def read_site_facts(api: NamespaceApi, wanted: WantedFacts) -> SiteFacts:
    """Return what a mesh needs to know of a site; raises Failure(no_site, site_not_ready).

    A private site takes two requests: the sites that it is linked to list its connections. For a minute and a half after it has
    made a link it takes a third one, since its own status has the link first. A public site takes three, and one or two more if
    it is not known to be public. Another one identifies the cluster of an API server that is verified with the CAs of the
    system, or not at all.
    """
    facts = _known_public(api) if wanted.exposure is Exposure.PUBLIC else None
    if facts is None:
        facts = _judged(api, reader(api).config(), wanted)
    accepts = facts.exposure is Exposure.PUBLIC or (wanted.accepts and facts.mode is Mode.INTERIOR)
    doubtful = False
    if accepts:
        facts, doubtful = _accepting(api, facts)
    elif not wanted.links:
        return _located(api, facts, wanted)
    elif wanted.evicted:
        facts = _with_list(facts, reader(api).kept_list(facts.mode))
    return _located(api, _with_links(api, facts, doubtful), wanted)


def _with_links(api: NamespaceApi, facts: SiteFacts, doubtful: bool) -> SiteFacts:
    """Return the facts with the site's own links and its connections, and with the id of its router if there is a doubt."""
    links, read_at = reader(api).links(), api.now()
    doubtful = doubtful or (bool(links) and all(link.owner != facts.site_id for link in links))
    ids = SiteIds(facts.site_id, reader(api).router_id() if doubtful else "")
    network = reader(api).connections(facts.network, links, read_at, *ids.all)
    router_id = ids.router if ids.restored else facts.router_id
    return replace(facts, router_id=router_id, links=links_to_others(links, ids.all), network=network)


def _with_list(facts: SiteFacts, kept: SiteCertificates | None) -> SiteFacts:
    if kept is None:
        return facts
    return replace(facts, evicted=kept.evicted, evicted_locations=kept.evicted_locations)


def _located(api: NamespaceApi, facts: SiteFacts, wanted: WantedFacts) -> SiteFacts:
    location = locate(api, read=True) if wanted.cluster else locate_somehow(api)
    return replace(facts, location=location, now=api.now())


def _known_public(api: NamespaceApi) -> SiteFacts | None:
    """Return a public site by its CA alone, which says whose it is.

    None if there is no CA, as on an edge site, or it does not say.
    """
    authority = if_allowed(reader(api).authority)
    if authority is None or authority.site_id is None:
        return None
    return SiteFacts(
        authority.site_id,
        exposure=Exposure.PUBLIC,
        exposure_reason=_GIVEN,
        ca=authority.ca,
        evicted=authority.evicted,
        evicted_locations=authority.evicted_locations,
    )


def _judged(api: NamespaceApi, config: SiteConfig, wanted: WantedFacts) -> SiteFacts:
    if config.mode is Mode.EDGE:
        return SiteFacts(config.site_id, Mode.EDGE, exposure_reason=WHY_EDGE_IS_PRIVATE)
    closed = config.ingress == "none"
    if wanted.exposure:
        return SiteFacts(config.site_id, config.mode, wanted.exposure, _GIVEN, closed=closed)
    seen = reader(api).outlook(config, config.mode, Service.CLAIMS)
    return SiteFacts(config.site_id, config.mode, seen.exposure, seen.why, unsettled=seen.unsettled, closed=closed)


def _accepting(api: NamespaceApi, facts: SiteFacts) -> tuple[SiteFacts, bool]:
    """Return the CA that links to a site are judged by, the connections that it lists, and whether its id is doubtful.

    It is if its CA is not known to be the site's, or its network status does not know it: it may have been restored from a
    backup, which is worth one more request.
    """
    doubtful = False
    if facts.ca is None:
        authority = if_allowed(reader(api).authority)
        if authority is not None:
            doubtful = authority.site_id != facts.site_id
            facts = _with_list(replace(facts, ca=authority.ca), authority)
    network, listed = reader(api).listed_network(facts.site_id)
    return replace(facts, network=network), doubtful or not listed
