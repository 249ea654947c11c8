# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What routers report to each other: which routers there are, their connections, and their records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Record = dict[str, Any]


@dataclass(frozen=True)
class Source:
    """One reporter of records, at one moment: a router, or a service-controller attached to a router.

    A later version (by start of the reporter, then by number) takes the place of an earlier one everywhere.
    """

    identity: str
    kind: str
    router: str
    version: tuple[int, int]
    neighbours: tuple[str, ...] = ()
    records: tuple[Record, ...] = field(default=(), hash=False)

    def to_wire(self) -> Record:
        """Make the JSON that travels between routers."""
        return {**self.__dict__, "version": list(self.version), "neighbours": list(self.neighbours)}

    @classmethod
    def from_wire(cls, data: Record) -> Source:
        """Read what another router sent."""
        major, minor = data["version"]
        rest = {key: data[key] for key in ("identity", "kind", "router")}
        return cls(**rest, version=(major, minor), neighbours=tuple(data["neighbours"]), records=tuple(data["records"]))


class Topology:
    """All sources one router has heard of, and which of them it can still reach."""

    def __init__(self, router: str) -> None:
        self.router = router
        self._sources: dict[str, Source] = {}

    def accept(self, source: Source) -> bool:
        """Keep a source if it is news."""
        known = self._sources.get(source.identity)
        if known and known.version >= source.version:
            return False
        self._sources[source.identity] = source
        return True

    def reachable(self) -> list[Source]:
        """List the sources on routers to which both ends of every hop agree there is a connection."""
        routers = self._connected(self.router)
        return [source for source in self._sources.values() if source.router in routers]

    def _connected(self, start: str) -> set[str]:
        claims = {s.router: set(s.neighbours) for s in self._sources.values() if s.kind == "ROUTER"}
        seen, frontier = {start}, [start]
        while frontier:
            here = frontier.pop()
            for peer in claims.get(here, set()):
                if peer not in seen and here in claims.get(peer, set()):
                    seen.add(peer)
                    frontier.append(peer)
        return seen
