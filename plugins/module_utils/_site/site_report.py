# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read what is reported of a site; nothing here writes."""

from __future__ import annotations

from .._kube.api import NamespaceApi
from .._model.errors import if_allowed
from .._model.link import LinkKind, links_to_others
from .._model.site import Mode, RouterConfig, Service, SiteCertificates, SiteConfig, SiteIds
from .._model.site_report import CertificateEnds, LinkCertificate, PresentSite, SiteInNetwork, SiteReport, SiteState
from .._pki.certificate import not_after
from .._plan.site_identity import restored
from .generations.readers import SiteReader, reader
from .locate import locate


def read_report(api: NamespaceApi) -> SiteReport:
    """Return who a site is, where it can be reached and how it is linked; raises Failure(no_site, site_not_ready)."""
    site = reader(api)
    config, router = site.config(), site.router()
    ids = SiteIds(config.site_id, router.site_id)
    count = site.counted(ids)
    authority = _authority(site, router.mode)
    kept = site.kept_list(router.mode) if router.mode is Mode.EDGE else authority
    outlook = site.outlook(config, router.mode, *Service)
    return SiteReport(
        state=SiteState(config, api.place.namespace, router.mode, router.version, count, outlook),
        router_site_id=router.site_id,
        enforces_policies=site.enforces_policies(),
        router=site.router_state(),
        evicted=kept.evicted if kept else (),
        evicted_locations=kept.evicted_locations if kept else (),
        location=locate(api, read=True),
        certificates=_certificates(api, router.mode, ids, authority),
        warnings=(restored(f"The site in {api.place}", ids).message,) if ids.restored else (),
    )


def _certificates(api: NamespaceApi, mode: Mode, ids: SiteIds, authority: SiteCertificates | None) -> CertificateEnds:
    """Return when a site's certificates end; an edge site has neither CA nor server certificate."""
    site = reader(api)
    found = links_to_others(if_allowed(site.links) or (), ids.all)
    server = None if mode is Mode.EDGE else site.server_certificate()
    links = tuple(
        LinkCertificate(link.name, link.site_id, not_after(link.certificate))
        for link in sorted(found, key=lambda link: link.name)
        if link.kind is not LinkKind.CLAIM
    )
    return CertificateEnds(not_after(authority.ca if authority else None), not_after(server), links, api.now())


def _authority(site: SiteReader, mode: Mode) -> SiteCertificates | None:
    """Return the site CA. None for an edge site, which has none, and for accounts that may not read it."""
    return None if mode is Mode.EDGE else if_allowed(site.authority)


def read_present_site(api: NamespaceApi) -> PresentSite:
    """Return what is known of a site that may not be up yet; raises Failure(no_site)."""
    site = reader(api)
    config, router = site.config(), site.existing_router()
    mode = config.mode if router is None else router.mode
    count = site.counted(SiteIds(config.site_id, router.site_id if router else ""))
    outlook = site.outlook(config, mode, *Service)
    state = SiteState(config, api.place.namespace, mode, None if router is None else router.version, count, outlook)
    authority = _authority(site, mode)
    return PresentSite(state, not_after(authority.ca if authority else None))


def read_in_network(api: NamespaceApi, config: SiteConfig) -> SiteInNetwork:
    """Return a site and its neighbours, with three requests for most; what the account may not read is None."""
    site = reader(api)
    router: RouterConfig | None = if_allowed(site.existing_router)
    mode = config.mode if router is None else router.mode
    neighbourhood = site.neighbourhood(SiteIds(config.site_id, router.site_id if router else ""))
    outlook = if_allowed(lambda: site.outlook(config, mode, *Service))
    version = (router.version or None) if router else None
    state = SiteState(config, api.place.namespace, mode, version, neighbourhood.count, outlook)
    return SiteInNetwork(state, neighbourhood)
