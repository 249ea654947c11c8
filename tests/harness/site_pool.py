# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A pool of new sites for tests, made a little ahead of need."""

from __future__ import annotations

from collections import Counter, defaultdict, deque

from testbed import Site, Testbed


class SitePool:
    """Hands out new sites; namespaces have the names of their sites."""

    def __init__(self, bed: Testbed) -> None:
        self.bed = bed
        self._made: dict[tuple[int, str], deque[Site]] = defaultdict(deque)
        self._taken: Counter[tuple[int, str]] = Counter()
        self._count = 0

    def public(self, cluster: int = 0) -> Site:
        """Return a new site that others can reach."""
        return self.take(cluster, "loadbalancer")

    def private(self, cluster: int = 1) -> Site:
        """Return a new site that others can't reach."""
        return self.take(cluster, "none")

    def take(self, cluster: int, ingress: str) -> Site:
        """Return a new site that is ready."""
        shelf = self._made[cluster, ingress]
        self._taken[cluster, ingress] += 1
        # A kind that was asked for before will be again: the next one comes up while tests run.
        ahead = 1 if self._taken[cluster, ingress] > 1 else 0
        while len(shelf) <= ahead:
            shelf.append(self._start(cluster, ingress))
        site = shelf.popleft()
        site.wait_ready()
        return site

    def _start(self, cluster: int, ingress: str) -> Site:
        return self.bed.add_site(self.name("site"), cluster, ingress, wait=False)

    def name(self, prefix: str) -> str:
        """Return a unique name."""
        self._count += 1
        return f"{prefix}-{self._count}"
