# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the ids and the places of sites say of a site and of a link to it."""

from __future__ import annotations

from collections.abc import Iterable

from .._model.errors import Failure
from .._model.link import Link
from .._model.location import Location
from .._model.observed import Issuer
from .._model.reasons import Reason
from .._model.site import SiteIds


def restored(who: str, ids: SiteIds) -> Failure:
    """Return what to say of a site whose ConfigMap has another id than its router."""
    return Failure(
        Reason.SITE_RESTORED,
        f"{who} was restored from a backup, or its objects were copied: the site has the id {ids.config}, and its router is "
        f"known as {ids.router}. Its links go on working, but no new ones are made. Delete the site (skupper_site with state: "
        "absent) and what is left of it, create it again, and link it.",
    )


def is_one_to(link: Link, site_id: str, location: Location | None) -> bool:
    """Return whether a link is one to a site that reports an id, and that is seen in a place if that is known.

    The place that a link was made to counts for more than the id, where it is certain.
    """
    surely = location.matches_certainly(link.issuer) if location is not None else None
    return link.site_id == site_id if surely is None else surely


def seems_claimed(links: Iterable[Link], issuer: Issuer) -> bool:
    """Return whether a link to the id of an issuing site seems to have been made to one in another place."""
    return any(
        issuer.location is not None
        and link.issuer is not None
        and link.site_id == issuer.site_id
        and issuer.location.matches(link.issuer) is False
        for link in links
    )
