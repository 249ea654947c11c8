# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sites that all scenarios on one kind of sites share."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from tests import probes
from tests.testbed import Site, Testbed
from tests.testbed.control import NotInTime

HUB = "hub"
WEST = "west"
PRIVATE = 4
# A real site's network status follows half a minute late.
PATIENCE = 120.0  # seconds
SOON = 30.0


class Cast:
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
    def private(self) -> Iterator[Site]:
        """Lend a private site without links; it takes its links down while others are in use."""
        site = self._idle.popleft()
        _await_unlinked(site)
        try:
            yield site
        finally:
            for name in probes.links(site):
                site.unlink(name)
            self._idle.append(site)


def _await_unlinked(site: Site) -> None:
    """Wait until a site says that it has no links.

    A real one may never say so: Skupper's collector waits for ever when it asks a site for its records that has just
    left the network (pkg/flow/collector.go, tickerFlush). Its router pod, restarted, has a new one.
    """
    gone = "the links of an earlier test to be gone"
    try:
        site.wait(lambda: _without_links(site), gone, SOON)
    except NotInTime:
        site.restart_router()
        site.wait(lambda: _without_links(site), gone, PATIENCE)


def _without_links(site: Site) -> bool:
    return not probes.links(site) and not probes.connectors(site) and not probes.connections(site)
