# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure when objects show that a link is connected: python -m tests.benchmarks.link_visibility --links 20 (root only).

Links fresh real sites to a public one, one after the other, by a task, and follows all objects that show a link by
watches. Prints the seconds from the moment at which the linking router opened the connection, by its log, to the
moment at which each object showed it. It does not judge the figures.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from testbed import Site, Testbed
from testbed.clusters import Cluster
from testbed.kube import CONFIG_MAPS, SECRETS, Api, Resource
from tests.conformance import connection_logs
from tests.harness import NEWEST, Ansible, SharedUser, tasks

Object = dict[str, Any]
STATUS, INTERNAL = "skupper-network-status", "skupper-internal"
PATIENCE = 120.0


@dataclass(frozen=True)
class Sight:
    """One version of an object, and when a watch brought it, in seconds since 1970."""

    moment: float
    cluster: str
    item: Object

    def of(self, site: Site, name: str) -> bool:
        """Whether it is an object of a site."""
        where = (self.cluster, self.item["metadata"]["namespace"], self.item["metadata"]["name"])
        return where == (site.cluster.name, site.namespace, name)

    def data(self, key: str) -> Any:
        """Read a document of the object's data; None if it is not there."""
        return json.loads((self.item.get("data") or {}).get(key) or "null")


class Diary:
    """The versions of the objects that show links, in all namespaces of all clusters, as long as it is open."""

    def __init__(self, clusters: Sequence[Cluster]) -> None:
        self.sights: list[Sight] = []
        self._clusters = clusters
        self._loop = asyncio.new_event_loop()
        self._thread = ThreadPoolExecutor(1)

    def __enter__(self) -> Self:
        self._work = self._loop.create_task(self._follow_all())
        self._over = self._thread.submit(self._loop.run_until_complete, self._work)
        return self

    def __exit__(self, *_error: object) -> None:
        self._loop.call_soon_threadsafe(self._work.cancel)
        self._thread.shutdown()

    def first(self, since: float, wanted: Callable[[Sight], bool]) -> float | None:
        """Return when the first version came for which a condition holds; None if there is none."""
        if self._over.done():
            self._over.result()
        return next((each.moment for each in list(self.sights) if each.moment >= since and wanted(each)), None)

    async def _follow_all(self) -> None:
        queries: list[tuple[Resource, dict[str, str]]] = [
            (CONFIG_MAPS, {"fieldSelector": f"metadata.name={STATUS}"}),
            (CONFIG_MAPS, {"fieldSelector": f"metadata.name={INTERNAL}"}),
            (SECRETS, {"labelSelector": "skupper.io/type in (connection-token, token-claim)"}),
        ]
        await asyncio.gather(*(self._follow(cluster, *each) for cluster in self._clusters for each in queries))

    async def _follow(self, cluster: Cluster, resource: Resource, query: dict[str, str]) -> None:
        api = Api(cluster.kubeconfig)
        try:
            while True:
                async for event in api.watch(resource, query):
                    if event["type"] in ("ADDED", "MODIFIED"):
                        self.sights.append(Sight(time.time(), cluster.name, event["object"]))
        finally:
            await api.close()


def routers(status: Object | None, site: Site) -> list[Object]:
    """Return the routers of a site, as a network status lists them."""
    entries = (status or {}).get("siteStatus") or []
    return [
        each for entry in entries if entry["site"]["identity"] == site.site_id for each in entry["routerStatus"] or []
    ]


def tells(teller: Site, direction: str, peer: Site, named: bool) -> Callable[[Sight], bool]:
    """Return the condition that a site's network status lists a link, with (named) or without the site of its peer."""

    def wanted(sight: Sight) -> bool:
        status = sight.data("NetworkStatus") if sight.of(teller, STATUS) else None
        links = [link for each in routers(status, teller) for link in each["links"] or []]
        found = {link["name"] for link in links if link.get("direction") == direction}
        names = {each["router"]["name"].removeprefix("0/") for each in routers(status, peer)}
        known = found & names
        return bool(known) if named else any(name.startswith(f"{peer.name}-") for name in found)

    return wanted


def moments(bed: Testbed, diary: Diary, ansible: Ansible, hub: Site, site: Site) -> Iterator[tuple[str, float]]:
    """Link a site; yield what showed the link, and when, in seconds after its connection was opened."""
    began = time.time()
    said = ansible.run(tasks.issued_link(site, hub)).ended
    wanted: Mapping[str, Callable[[Sight], bool]] = {
        "link Secret: made": lambda sight: sight.of(site, "link1"),
        "link Secret: redeemed": lambda sight: (
            sight.of(site, "link1") and sight.item["metadata"]["labels"]["skupper.io/type"] == "connection-token"
        ),
        "skupper-internal: has the connector": lambda sight: (
            sight.of(site, INTERNAL)
            and any(kind == "connector" and e.get("name") == "link1" for kind, e in sight.data("skrouterd.json") or [])
        ),
        "own status: a link to the peer's router": tells(site, "outgoing", hub, named=False),
        "own status: whose site that router is": tells(site, "outgoing", hub, named=True),
        "peer's status: a link from this router": tells(hub, "incoming", site, named=False),
        "peer's status: whose site that router is": tells(hub, "incoming", site, named=True),
    }
    end = time.monotonic() + PATIENCE
    while any(diary.first(began, each) is None for each in wanted.values()) and time.monotonic() < end:
        time.sleep(0.2)
    opened = min(span.begin for span in connection_logs.links(bed, site) if span.begin > began)
    yield "skupper_link: begun, with Ansible's start", began - opened
    yield "skupper_link: connected", said - opened
    for title, each in wanted.items():
        moment = diary.first(began, each)
        yield title, float("inf") if moment is None else moment - opened


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.link_visibility", description=__doc__)
    parser.add_argument("--links", type=int, default=20, help="default 20")
    arguments = parser.parse_args()
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder, Testbed.up(2, kind="real") as bed, Diary(bed.clusters) as diary:
        ansible = Ansible(NEWEST, Path(folder), SharedUser.make(bed, "benchmark").kubeconfig)
        hub = bed.add_site("hub", 0)
        for number in range(arguments.links):
            site = bed.add_site(f"east{number}", 1, "none", settings=connection_logs.LOG_CONNECTIONS)
            for title, seconds in moments(bed, diary, ansible, hub, site):
                found.setdefault(title, []).append(seconds)
            site.delete()
    print(f"{f'{arguments.links} links, seconds from open':<45} {'least':>7} {'median':>7} {'most':>7}")
    for title, values in found.items():
        print(f"{title:<45} {min(values):>7.2f} {statistics.median(values):>7.2f} {max(values):>7.2f}")


if __name__ == "__main__":
    main()
