# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sites that all scenarios on one kind of sites share."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from testbed import Site, Testbed
from testbed.site_handle import NotInTime
from tests import probes

HUB = "hub"
WEST = "west"
PRIVATE = 4
# Seconds, at most: a beacon every ten, a heartbeat every two, and then what there is to tell.
INTRODUCTIONS = 15.0
Settle = Callable[[], None]
# A real site's network status follows half a minute late.
PATIENCE = 120.0  # seconds
SOON = 30.0


class LendSite(Protocol):
    """Lends private sites that have no links."""

    def __call__(self, cluster: int | None = None) -> Site:
        """Lend the next one, of a certain cluster if that matters."""


class SharedSites:
    """A hub that is never harmed, a public site that may be, and private ones that are lent without links."""

    def __init__(self, bed: Testbed) -> None:
        """Make all of them at once: a real site takes a quarter of a minute to come up."""
        self.bed = bed
        private = [{"name": f"private-{n}", "cluster": 1 - n % 2, "ingress": "none"} for n in range(PRIVATE)]
        bed.add_sites({"name": HUB}, {"name": WEST}, *private)
        self._idle = deque(bed.sites[str(each["name"])] for each in private)

    @property
    def hub(self) -> Site:
        """A public site that all tests leave as it was, but for claims."""
        return self.bed.sites[HUB]

    @property
    def west(self) -> Site:
        """A public site that may be revoked, or deleted and made again."""
        return self.bed.sites[WEST]

    def remake_west(self) -> Site:
        """Make the public site again in its namespace."""
        return self.bed.add_site(WEST)

    @contextmanager
    def private(self, cluster: int | None = None) -> Iterator[Site]:
        """Lend a private site without links; it takes its links down while others are in use."""
        site = self._next(cluster)
        self._idle.remove(site)
        gone = "the links of an earlier test to be gone"
        site.wait(lambda: _without_links(site), gone, PATIENCE)
        try:
            yield site
        finally:
            self.settle()
            site.unlink_all()
            self._idle.append(site)

    def _next(self, cluster: int | None) -> Site:
        wanted = self.bed.clusters if cluster is None else [self.bed.clusters[cluster]]
        return next(each for each in self._idle if each.cluster in wanted)

    def settle(self) -> None:
        """Wait until the sites that are linked now know each other."""
        settle([*self.bed.sites.values()], INTRODUCTIONS if self.bed.kind == "real" else 0)


def settle(sites: list[Site], introductions: float = INTRODUCTIONS) -> None:
    """Wait until the sites that are linked now know each other, which is due before a link of theirs is cut.

    A site that leaves between its first beacon and its first heartbeat stays on the list of those that Skupper's
    collector will ask for their records, with a sender that is stopped a minute later (pkg/flow/flow_mem_driver.go,
    purgeEventSource). Its next heartbeat, after it is linked again, has the collector hand that sender a request,
    and wait for ever (pkg/flow/collector.go, tickerFlush): the network status stands still. A new router pod has
    a new collector. Those that had met before are introduced again, unseen, so that time has to do.
    """

    def met() -> bool:
        seen = _seen(sites)
        opened = max((each.since for one in seen.values() for each in one.connections), default=0)
        return time.time() - opened > introductions and not _strangers(seen)

    try:
        sites[0].wait(met, "the linked sites to know each other", SOON)
    except NotInTime:
        strangers = _strangers(_seen(sites))
        for site in sites:
            if site.site_id in strangers:
                site.restart_router()


def _without_links(site: Site) -> bool:
    return not probes.links(site) and not probes.connectors(site) and not probes.connections(site)


def _seen(sites: list[Site]) -> dict[str, probes.Network]:
    return {site.site_id: probes.network(site, patience=0) for site in sites}


def _strangers(seen: dict[str, probes.Network]) -> set[str]:
    """Return the ids of sites that do not know a site that they are linked with, directly or by way of others."""
    return {site for site, one in seen.items() if not _reached(site, seen) <= one.known}


def _reached(start: str, seen: dict[str, probes.Network]) -> set[str]:
    found, new = set[str](), set(seen[start].peers)
    while new:
        found |= new
        new = {peer for each in new if each in seen for peer in seen[each].peers} - found
    return found
