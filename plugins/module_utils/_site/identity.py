# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refuse links that would be made or replaced on the word of a site about who it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Callable

from .._kube.api import NamespaceApi
from .._model.errors import Failure, Warnings
from .._model.link import Link
from .._model.location import Location
from .._model.observed import Issuer
from .._model.reasons import Reason
from .._model.site import OwnSite, Place, SiteIds
from .._plan.site_identity import restored
from .locate import locate

Locate = Callable[[], "Location | None"]
"""Returns where an issuing site is, with the UID of its cluster. None if that is unknown."""


def refuse_restored(place: Place, ids: SiteIds) -> None:
    """Raise Failure(site_restored) if a site has two ids: what is made for one of them is not known by the other."""
    if ids.restored:
        raise restored(f"The site in {place}", ids)


def refuse_claimed_id(place: Place, links: Iterable[Link], issuer: Issuer, surely: Locate | None = None) -> None:
    """Raise Failure(site_id_claimed) if a link to the id of an issuing site was made to one in another place.

    ``surely`` makes certain of it by the UID of the cluster, also of what seems to be the same place.
    """
    for link in links:
        if issuer.location is None or link.issuer is None or link.site_id != issuer.site_id:
            continue
        location: Location | None = issuer.location
        if surely is not None and not issuer.location.is_match_certain(link.issuer):
            location = surely()
        if location is not None and location.matches(link.issuer) is False:
            raise Failure(
                Reason.SITE_ID_CLAIMED,
                f"The issuing site reports the id {issuer.site_id}, to which link {link.name} in {place} leads, but it is "
                f"{location}, and the link was made to the one in {link.issuer}: nothing was changed. One of them lies or is a "
                f"copy. If the site has really moved, remove the link (name: {link.name} with state: absent) and run this again."
                f"{location.advice_if_uncertain(link.issuer)}",
            )


def refuse_evicted(api: NamespaceApi, own: OwnSite, issuer: Issuer, surely: Locate) -> Warnings:
    """Raise Failure(site_evicted) if either of two sites has evicted the other, by its id or by where it was.

    An evicted site is linked again only after it was readmitted: not by the next run that finds its link missing, and not under a
    new id.
    """
    here = _is_listed(issuer.evicted_locations, lambda: locate(api), lambda: locate(api, read=True))
    if own.site_id in issuer.evicted or here:
        raise _evicted(f"The site in {api.place} was evicted by site {issuer.site_id}")
    there = _is_listed(own.evicted_locations, lambda: issuer.location, surely)
    if issuer.site_id in own.evicted or there:
        raise _evicted(f"Site {issuer.site_id} was evicted by the site in {api.place}")
    return () if None not in (here, there) else (_UNKNOWN,)


_UNKNOWN = (
    "eviction_unreadable: It is not known whether one of the sites is in a place that the other one has evicted: let this "
    "account get namespace kube-system of both clusters, or verify their API servers with CAs of their own."
)


def _evicted(which: str) -> Failure:
    return Failure(
        Reason.SITE_EVICTED,
        f"{which} and is not linked again: readmit it (skupper_readmit, or readmit of skupper_revoke), or leave it out.",
    )


def _is_same_place(place: Location, location: Location | None) -> bool | None:
    """Return whether both are one place. None if neither namespaces nor UIDs decide that, since a cluster may get another CA."""
    return place.matches(location) or (False if place.is_match_certain(location) else None)


def _is_listed(places: Iterable[Location], look: Locate, surely: Locate) -> bool | None:
    """Return whether a site is in one of some places. None if that is unknown. Ask for its cluster only where that matters."""
    places = tuple(places)
    location = look() if places else None
    if location is not None and not all(place.is_match_certain(location) for place in places):
        location = surely()
    found = {_is_same_place(place, location) for place in places}
    return True if True in found else None if None in found else False
