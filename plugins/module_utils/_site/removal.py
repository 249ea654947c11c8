# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Remove links on the linking site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from .._kube.api import NamespaceApi
from .._model.change import Change
from .._model.errors import Warnings
from .._model.link import Link, LinkKind, links_to_others
from .._model.location import Location
from .._model.observed import Issuer
from .._model.token import Purpose
from .._model.wait import Waiting
from .._plan.link import plan_removal
from .._plan.link_verdict import judge, why_removable
from .._plan.site_identity import is_one_to
from .credentials import Source
from .generations.links import link_store
from .generations.readers import reader
from .identity import refuse_claimed_id
from .link_preparation import managed
from .link_situation import as_linked
from .locate import locate


@dataclass(frozen=True)
class Removal:
    """Which links should be absent; what is None narrows nothing down."""

    name: str | None = None
    site_id: str | None = None
    """Id of the issuing site."""
    source: Source | None = None
    """The issuing site, to be asked who it is and whether it still honours a link."""
    stale: bool = False
    """Only links that will not work again."""
    location: Location | None = None
    """Where the site with the id is seen."""

    def names(self, link: Link, site_id: str | None) -> bool:
        """Return whether a link has the name, and leads to the issuing site, that are asked for."""
        if self.name not in (None, link.name):
            return False
        return site_id is None or is_one_to(link, site_id, self.location)


@dataclass(frozen=True)
class RemovalOutcome:
    """Links that were taken away, or would be, with the reason for each."""

    change: Change
    removed: tuple[tuple[Link, str], ...]
    """Each link with why it went."""
    warnings: Warnings = ()


def remove_links(api: NamespaceApi, removal: Removal, waiting: Waiting, check_mode: bool) -> RemovalOutcome:
    """Take away links by name, by issuing site, or those that are of no use any more."""
    issuer = removal.source.issuer() if removal.source else None
    issuer, chosen, warnings = _chosen(api, removal, issuer)
    if issuer is not None and removal.source is not None:
        refuse_claimed_id(api.place, [link for link, _why in chosen], issuer, removal.source.locate)
    plan = plan_removal(
        tuple(link for link, _why in chosen), "it will not work again" if removal.stale else "it should be absent"
    )
    if not check_mode:
        for link in plan.remove:
            link_store(api).remove(link)
        _withdraw(api, removal.source, plan.remove)
    if not check_mode and plan.remove and waiting.wait:
        link_store(api).await_gone([link.name for link in plan.remove], waiting)
    return RemovalOutcome(plan.change, tuple(chosen), (*warnings, *managed(api, plan.remove)))


_Chosen = tuple[Optional[Issuer], "list[tuple[Link, str]]", Warnings]


def _chosen(api: NamespaceApi, removal: Removal, issuer: Issuer | None) -> _Chosen:
    """Return the issuing site by the id that links have of it, the links to remove with their reasons, and warnings.

    Only for stale links more than the links is read.
    """
    observed = reader(api).observed(reader(api).config()) if removal.stale else None
    found = reader(api).links() if observed is None else observed.links
    if issuer is not None and removal.source is not None:
        issuer = as_linked(issuer, found, removal.source)
    site_id = issuer.site_id if issuer else removal.site_id
    named = [link for link in found if removal.names(link, site_id)]
    spared = tuple(
        _spared(api, removal, link)
        for link in found
        if removal.name is None and link.site_id is not None and link.site_id == site_id and link not in named
    )
    if observed is None and any(map(_may_be_request, named)):
        named = list(links_to_others(named, reader(api).ids().all))
    if not named and observed is None:
        # A mistyped namespace would otherwise pass for a link that is gone.
        reader(api).config()
    if observed is None:
        return issuer, [(link, _why_absent(link, site_id)) for link in named], spared
    judged = [(link, why_removable(judge(link, issuer, observed), observed)) for link in named]
    return issuer, [(link, why) for link, why in judged if why], spared


def _may_be_request(link: Link) -> bool:
    """Return whether a link may be a token that was made for a request on this site. To know that, the site has to be read."""
    return link.kind is LinkKind.CERTIFICATE and link.owner is None and link.site_id is not None


def _why_absent(link: Link, site_id: str | None) -> str:
    return "it should be absent" if site_id in (None, link.site_id) else "it was made to where that site is"


def _spared(api: NamespaceApi, removal: Removal, link: Link) -> str:
    return (
        f"Link {link.name} in {api.place} has the id {link.site_id}, and was made to the site in {link.issuer}, not to the one "
        f"in {removal.location}: it is left as it is."
    )


def _withdraw(api: NamespaceApi, source: Source | None, links: tuple[Link, ...]) -> None:
    """Remove the claims that were issued for links that are gone."""
    noted = [(link, link.claim) for link in links if link.claim is not None]
    if source is None or not noted:
        return
    own_site_id, location = reader(api).own().site_id, locate(api, read=True)
    for link, claim in noted:
        source.settle(claim, Purpose(own_site_id, link.name, location))
