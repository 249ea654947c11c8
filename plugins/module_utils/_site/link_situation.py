# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The linking site and the site that it is to be linked to, as one run found them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .._kube.api import NamespaceApi
from .._model.errors import Failure
from .._model.link import Link, NetworkView
from .._model.observed import Issuer, Observed
from .._model.openings import attribute
from .._model.reasons import Reason
from .._model.site import OwnSite, dials
from .._model.token import Purpose
from .._model.wait import Waiting
from .credentials import Source
from .generations.readers import reader
from .locate import locate
from .waiting import Before, Watch


@dataclass(frozen=True)
class LinkSituation:
    """The linking site and the site it is to be linked to, as one run found them."""

    api: NamespaceApi
    source: Source
    issuer: Issuer
    observed: Observed
    own_ids: tuple[str, ...]
    """As a link of this collection says, if there is one that works; two of a site that was restored from a backup."""
    waiting: Waiting
    own: OwnSite | None
    """The linking site by its own objects; None if these were not read."""
    aliases: tuple[str, ...] = ()
    """Ids that mean the issuing site, if it has more than one."""
    resumed: bool = False
    """Whether another run has begun the link, so that the issuing site was not asked in this one."""

    def lingering(self) -> frozenset[str]:
        """Return the connections to the issuing site that were open when both were read."""
        return self.observed.network.outgoing_to(self.issuer.site_id)

    def watch(self, before: Before | None = None) -> Watch:
        """Return what looks at the linking site until the link works. ``before`` is what was there before the write."""
        site_id = self.issuer.site_id
        return Watch(
            self.api,
            self.own_ids,
            site_id,
            self.waiting,
            self.aliases,
            before=before or Before(),
            authority=self.authority,
            routers=lambda: self.source.routers(site_id),
        )

    def authority(self) -> bytes | None:
        """Return the issuing site's CA certificates. They are read again only to say what is wrong with a link."""
        issuer = self.issuer
        if self.resumed and not issuer.authority:
            try:
                issuer = self.source.issuer()
            except Failure:
                return None
        return issuer.ca if issuer.authority else None

    def before(self, network: NetworkView | None = None, removed: Iterable[Link] = ()) -> Before:
        """Return the links and connections that there were before a write, without the links that it removed."""
        names = {link.name for link in self.observed.links} - {link.name for link in removed}
        return Before(frozenset(names), network or self.observed.network)


def survey(api: NamespaceApi, source: Source, waiting: Waiting) -> LinkSituation:
    """Read both sites. A link between them that is up has the own site's id, which then need not be read."""
    issuer = source.issuer()
    links, read_at = reader(api).links(), api.now()
    issuer = as_linked(issuer, links, source)
    mine = [link for link in links if link.site_id == issuer.site_id]
    # A link that does not say where it leads may be to this issuing site, too.
    candidates = mine or [link for link in links if link.site_id is None]
    own = next((link.owner for link in mine if link.owner), "")
    network = NetworkView()
    if candidates and own:
        network = attribute(reader(api).network_by(own), links, read_at)
    own_site: OwnSite | None = None
    own_ids: tuple[str, ...] = (own,)
    if not network.outgoing_to(issuer.site_id):
        own_site = reader(api).own()
        own_ids = (own_site.site_id,)
        if candidates:
            network = attribute(reader(api).network(*own_ids), links, read_at)
    refuse_itself(api, own_ids, issuer)
    observed = Observed(links, network, api.now())
    situation = LinkSituation(api, source, issuer, observed, own_ids, waiting, own_site)
    return with_aliases(situation) if mine and observed.unaccounted() and not situation.lingering() else situation


def with_aliases(situation: LinkSituation) -> LinkSituation:
    """Return the same with all ids of the issuing site, which has two if it was restored from a backup."""
    aliases = (situation.issuer.site_id, *situation.source.other_ids())
    observed = replace(situation.observed, network=situation.observed.network.with_aliases(aliases))
    return replace(situation, observed=observed, aliases=aliases)


def as_linked(issuer: Issuer, links: Iterable[Link], source: Source) -> Issuer:
    """Return the issuing site by the id that links have of it. One that was restored from a backup has another one as well."""
    known = {link.site_id for link in links if link.site_id is not None}
    if not known or issuer.site_id in known:
        return issuer
    return next((replace(issuer, site_id=other) for other in source.other_ids() if other in known), issuer)


def refuse_itself(api: NamespaceApi, own_ids: tuple[str, ...], issuer: Issuer) -> None:
    """Raise Failure(token_own_site) if the issuing site is the linking site itself."""
    if issuer.site_id in own_ids:
        raise Failure(
            Reason.TOKEN_OWN_SITE,
            f"The site in {api.place} cannot be linked to itself: use the token on another site.",
        )


def own_site(situation: LinkSituation) -> OwnSite:
    """Return the linking site as its own objects describe it. No write relies on a note alone."""
    return reader(situation.api).own() if situation.own is None else situation.own


def purpose_of(situation: LinkSituation, own: OwnSite, link_name: str) -> Purpose:
    """Return what a claim for a link is issued for: the site, the link, and where the site is."""
    return Purpose(own.site_id, link_name, locate(situation.api, read=True))


def with_endpoints(situation: LinkSituation) -> LinkSituation:
    """Return the same with the endpoints that the issuing site has now, if it can be asked."""
    endpoints = situation.source.endpoints()
    if endpoints is None:
        return situation
    endpoint = dials(reader(situation.api).config().mode)
    issuer, observed = replace(situation.issuer, endpoints=endpoints), replace(situation.observed, dials=endpoint)
    return replace(situation, issuer=issuer, observed=observed)
