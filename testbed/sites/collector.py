# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The flow collector of config-sync's leader, which writes skupper-network-status (pkg/flow/flow_mem_driver.go)."""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import dataclass, field

from .topology import Record, Source, Topology

# Seconds, as seen on real sites: sources of the own site are looked for, those of others come with their beacons.
_PRIMED = (0.5, 1.5)
_BEACON = (5.0, 8.0)
_BEACON_OUTGOING = (0.5, 2.0)
_LINGER = 60.0
_PURGE_EVERY = 5.0
_MERGE = 0.3
_MERGE_EACH = 0.01  # for each source: in a large network every site would write all the time
# Beyond so many sources the wait grows with the square: there are more sites, and each has more to write.
_MERGE_MANY = 100
_MERGE_LONGEST = 30.0

Children = dict[tuple[str, str], list[Record]]


@dataclass
class _Known:
    source: Source
    records: list[Record]
    lost_at: float | None = None
    ended: set[str] = field(default_factory=set)


class View:
    """What a collector believes, from the sources it has heard; a pure function of what it has heard, and of time."""

    def __init__(self, pace: float) -> None:
        self._pace = pace
        self._known: dict[str, _Known] = {}
        self._due: dict[str, float] = {}

    def update(self, topology: Topology, own: set[str], outgoing: bool, now: float) -> None:
        """Take in what the router can reach now; a new source counts when its beacon has been heard."""
        reachable = {source.identity: source for source in topology.reachable()}
        for identity, source in reachable.items():
            if identity in self._known:
                self._refresh(self._known[identity], source)
            elif now >= self._due.setdefault(identity, now + self._discovery(source, own, outgoing)):
                self._known[identity] = _Known(source, list(source.records))
        self._age(set(reachable), now)

    def _discovery(self, source: Source, own: set[str], outgoing: bool) -> float:
        spread = _PRIMED if source.identity in own else _BEACON_OUTGOING if outgoing else _BEACON
        return random.uniform(*spread) * self._pace

    def _refresh(self, known: _Known, source: Source) -> None:
        # Back in time: the records are those it had, without looking for a new beacon.
        known.lost_at = None
        if known.source.version == source.version:
            return
        present = {record["identity"] for record in source.records}
        gone = [record for record in known.records if record["recType"] == "LINK" and record["identity"] not in present]
        known.records = [record for record in source.records if record["identity"] not in known.ended]
        known.source = source
        for link in gone:
            self._end_other_side(source, link)

    def _end_other_side(self, source: Source, link: Record) -> None:
        # The end of a link at one router is taken for its end at the other, which may be out of reach by now.
        opposite = "incoming" if link["direction"] == "outgoing" else "outgoing"
        for known in self._known.values():
            if known.source.router != link["name"]:
                continue
            for record in known.records:
                if record.get("direction") == opposite and record.get("name") == source.router:
                    known.ended.add(record["identity"])
                    known.records.remove(record)
                    return

    def _age(self, reachable: set[str], now: float) -> None:
        for identity, known in list(self._known.items()):
            if identity in reachable:
                continue
            # Silence, not a farewell: a source counts as there until nothing was heard for a minute.
            known.lost_at = known.lost_at or now
            if now - known.lost_at > _LINGER * self._pace:
                del self._known[identity]
        for identity in [identity for identity in self._due if identity not in reachable | set(self._known)]:
            del self._due[identity]

    @property
    def known(self) -> int:
        """The number of sources heard."""
        return len(self._known)

    def next_event(self, now: float) -> float:
        """Say in how many seconds time alone may change the view; infinity if never."""
        waiting = [due - now for identity, due in self._due.items() if identity not in self._known]
        leaving = [known.lost_at + _LINGER * self._pace - now for known in self._known.values() if known.lost_at]
        purges = [left + _PURGE_EVERY * self._pace for left in leaving]
        return max(0.02, min([*waiting, *purges], default=float("inf")))

    def render(self) -> str:
        """Write NetworkStatus as Go would: empty lists are null, nothing is indented."""
        records = [record for known in self._known.values() for record in known.records]
        children: Children = {}
        for record in records:
            children.setdefault((record["recType"], record.get("parent", "")), []).append(record)
        # Routers of a site not heard of yet are left out: that is why a link can come before its peer's site.
        sites = [record for record in records if record["recType"] == "SITE"]
        rendered = [_site(site, children) for site in sorted(sites, key=lambda site: str(site["identity"]))]
        return json.dumps({"addresses": None, "siteStatus": rendered or None}, separators=(",", ":"))


def _site(site: Record, children: Children) -> Record:
    routers = children.get(("ROUTER", site["identity"]), [])
    return {"site": site, "routerStatus": [_router(router, children) for router in routers] or None}


def _router(router: Record, children: Children) -> Record:
    links = children.get(("LINK", router["identity"]))
    return {"router": router, "links": links, "listeners": None, "connectors": None}


def _merge(load: int) -> float:
    """How many seconds a site waits for more to write, of so many sources."""
    return min(_MERGE_LONGEST, _MERGE_EACH * load * max(1.0, load / _MERGE_MANY))


class Pulse:
    """Waits for a change or for a moment, whichever comes first, and lets changes that come together pass as one."""

    def __init__(self, pace: float) -> None:
        self._pace = pace
        self._changed = asyncio.Event()

    def ring(self) -> None:
        """Report that something changed."""
        self._changed.set()

    async def wait(self, seconds: float, load: int) -> None:
        """Wait at most this long; the more sources there are, the longer for what else may change."""
        limit = None if seconds == float("inf") else seconds
        try:
            async with asyncio.timeout(limit):
                await self._changed.wait()
            await asyncio.sleep(_MERGE * self._pace + _merge(load))
        except asyncio.TimeoutError:
            pass
        self._changed.clear()
