# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Match new connections with links, while the network status does not know yet to which sites the connections lead.

The status learns that after ten seconds and more, from a beacon of the other site. Until then it has nothing but the name
by which the other router calls itself, and anybody's router may call itself so. What a site knows for certain is how many
connections its own router has opened, since it opens one for each of its links, and verifies with the CA of that link who
answers: if all links are accounted for, those that have just been made are connected, whatever the others call themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from .link import Link, NetworkView, Opening, Peering
from .observed import LINGER, SKEW


def attribute(
    network: NetworkView, links: Iterable[Link], read_at: datetime, connectors: Iterable[str] = ()
) -> NetworkView:
    """Return a network status with the sites that links opened connections to, where only these links can have.

    ``links`` are all of the site, as they were at ``read_at``; ``connectors`` the names of those that its router is
    configured with, as far as they are known: one without a link may still have its connection.
    """
    dialing = [link for link in links if link.redemption.final is None]
    if set(connectors) - {link.name for link in dialing}:
        return network
    routers = {each.through for each in network.openings}
    pairs = [pair for router in routers for pair in _brought(network, router, dialing, read_at)]
    found = [(link, opening) for link, opening in pairs if link.site_id is not None]
    return replace(
        network,
        peerings=network.peerings.union(_peering(link, opening) for link, opening in found),
        openings=network.openings.difference(opening for _link, opening in found),
    )


def since(before: NetworkView, network: NetworkView, site_id: str) -> NetworkView:
    """Return a network status without the connections to a site that were there before a link to it was made.

    Of others that were there before, what was known of them then is still known.
    """
    known = {each.identity: each for each in before.peerings if each.outgoing}
    told = (known[each.identity] for each in network.openings if each.identity in known)
    return replace(
        network,
        peerings=frozenset(
            each for each in network.peerings.union(told) if each.site_id != site_id or each.identity not in known
        ),
        openings=frozenset(each for each in network.openings if each.identity not in known),
    )


def is_new(link: Link, now: datetime) -> bool:
    """Return whether a link is so new that the network status may not know yet where its connection leads."""
    return link.created is not None and now - link.created <= LINGER


def _brought(
    network: NetworkView, router: str, dialing: Iterable[Link], read_at: datetime
) -> Iterator[tuple[Link, Opening]]:
    """Return the links that a router must have opened its connections for, if it has one for each link.

    Where these are several, it does not matter which has which.
    """
    openings = sorted(
        (each for each in network.openings if each.through == router),
        key=lambda each: (str(each.started), each.identity),
    )
    named = [each for each in network.peerings if each.outgoing and each.through == router]
    waiting = sorted(_unaccounted(named, dialing), key=lambda link: (str(link.created), link.name))
    if len(openings) == len(waiting) and all(_fits(link, each, read_at) for link in waiting for each in openings):
        yield from zip(waiting, openings)


def _unaccounted(named: Iterable[Peering], dialing: Iterable[Link]) -> list[Link]:
    """Return the links left over when each link has taken one connection to its site, of those whose sites the status knows.

    The youngest links choose first, since the fewest connections are young enough for them.
    """
    free = list(named)
    unaccounted = []
    for link in sorted(dialing, key=lambda link: str(link.created), reverse=True):
        mine = next((each for each in free if each.site_id == link.site_id and not _is_older(each, link)), None)
        if mine is None:
            unaccounted.append(link)
        else:
            free.remove(mine)
    return unaccounted


def _is_older(peering: Peering, link: Link) -> bool:
    return link.created is not None and peering.started is not None and peering.started < link.created - SKEW


def _fits(link: Link, opening: Opening, read_at: datetime) -> bool:
    """Return whether a connection was opened after a link was made, soon, and before the links were read.

    Later than that there may have been another link, which was removed since.
    """
    if link.created is None or opening.started is None:
        return False
    return link.created - SKEW <= opening.started <= min(link.created + LINGER, read_at + SKEW)


def _peering(link: Link, opening: Opening) -> Peering:
    return Peering(opening.identity, link.site_id or "", "", True, opening.started, opening.through)
