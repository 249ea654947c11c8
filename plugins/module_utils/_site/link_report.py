# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the state of the links of a site. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from .._kube.api import NamespaceApi
from .._model.errors import Failure, if_allowed
from .._model.link import Incoming, Link, LinkKind, NetworkView
from .._model.location import Location
from .._model.observed import Issuer, LinksReport, Observed
from .._model.site import SiteIds
from .._pki.certificate import is_signed_by
from .._plan.link_verdict import judge, leads_here
from .._plan.site_identity import is_one_to, restored, seems_claimed
from .generations.readers import reader
from .locate import locate


def read_links(
    api: NamespaceApi,
    name: str | None,
    site_id: str | None,
    issuers: Iterable[NamespaceApi],
    location: Location | None = None,
) -> LinksReport:
    """Return the state of the links of a site: all, those of a name, or those to a site; raises Failure(no_site)."""
    config = reader(api).config()
    observed = reader(api).observed(config)
    known, troubles, observed = _ask(issuers, observed)
    if observed.restored:
        ids = SiteIds(config.site_id, reader(api).router_id())
        troubles.insert(0, restored(f"The site in {api.place}", ids).message)
    observed = _attributed(observed, known)
    outgoing = tuple(
        judge(link, _issuer_of(link, known), observed)
        for link in sorted(observed.links, key=lambda link: link.name)
        if (name is None or link.name == name) and (site_id is None or is_one_to(link, site_id, location))
    )
    return LinksReport(outgoing, () if name else _incoming(observed.network, site_id), observed, tuple(troubles))


def _attributed(observed: Observed, known: Sequence[Issuer]) -> Observed:
    """Return the links with the ids of their issuing sites, where they do not say them and one that was asked can be it."""

    def author(link: Link) -> Link:
        found = {each.site_id for each in known if leads_here(link, each, observed)}
        return replace(link, site_id=found.pop()) if len(found) == 1 else link

    return replace(observed, links=tuple(map(author, observed.links)))


def _issuer_of(link: Link, known: Sequence[Issuer]) -> Issuer | None:
    """Return the issuing site of a link. None if no site that was asked, or more than one, can be it."""
    found = [each for each in known if each.site_id == link.site_id and not seems_claimed([link], each)]
    first = found[0].location if found else None
    one = all(first is not None and first.matches(each.location) for each in found[1:])
    return found[0] if found and one else None


def _with_aliases(api: NamespaceApi, issuer: Issuer, observed: Observed) -> Observed:
    """Return the links with the ids of an issuing site taken for one, if a link is down and something open leads elsewhere.

    A site that was restored from a backup has two.
    """
    if not observed.unaccounted() or not any(_is_down(link, observed) for link in observed.links):
        return observed
    return replace(observed, network=observed.network.with_aliases((issuer.site_id, *reader(api).known_ids())))


def _ask(issuers: Iterable[NamespaceApi], observed: Observed) -> tuple[list[Issuer], list[str], Observed]:
    """Return what issuing sites say of themselves, troubles with asking them, and the links by that.

    An issuing site that does not answer makes no link worse.
    """
    known: list[Issuer] = []
    troubles = []
    for api in issuers:
        try:
            issuer = replace(reader(api).issuer(), location=locate(api))
            observed = _with_aliases(api, issuer, observed)
            known.append(_in_full(api, issuer, observed))
        except Failure as failure:
            troubles.append(f"An issuing site could not be asked. {failure.located(api.place).message}")
    return known, troubles, observed


def _in_full(api: NamespaceApi, issuer: Issuer, observed: Observed) -> Issuer:
    """Return an issuing site with what the links to it raise questions about: its claims, and where it can be reached."""
    mine = [link for link in observed.links if link.site_id == issuer.site_id]
    if any(link.kind is LinkKind.CLAIM for link in mine):
        issuer = replace(issuer, claims=if_allowed(lambda: reader(api).claims()))
    if any(_is_down(link, observed) for link in mine) or _may_be_nameless(issuer, observed):
        issuer = replace(issuer, endpoints=reader(api).endpoints())
    return issuer


def _may_be_nameless(issuer: Issuer, observed: Observed) -> bool:
    """Return whether a link that does not say where it leads is by its certificate one to an issuing site."""
    nameless = (link for link in observed.links if link.site_id is None and link.kind is not LinkKind.CLAIM)
    return any(is_signed_by(link.certificate, issuer.ca) for link in nameless)


def _is_down(link: Link, observed: Observed) -> bool:
    return link.kind is not LinkKind.CLAIM and not judge(link, None, observed).connected


def _incoming(network: NetworkView, site_id: str | None) -> tuple[Incoming, ...]:
    """Return the sites that are linked to this one, each once."""
    names = {p.site_id: p.site_name for p in network.peerings if not p.outgoing and site_id in (None, p.site_id)}
    return tuple(Incoming(peer, name) for peer, name in sorted(names.items(), key=lambda item: (item[1], item[0])))
