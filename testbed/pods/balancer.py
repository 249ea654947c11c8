# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""kube-proxy and load balancers of one cluster: relays, kept in line with what is known of its Services."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Iterator, Sequence

from ..kube import SERVICES, Api, Key, Object, persist
from .network import ClusterNetwork, Network
from .relay import Relay, Target
from .services import API_SERVER, Front, Services

_log = logging.getLogger(__name__)


class Balancer:
    """The relays of one cluster: in its own network, and for load balancers and node ports in all `networks`."""

    def __init__(
        self,
        api: Api,
        services: Services,
        network: ClusterNetwork,
        networks: Sequence[Network],
        api_server: Target,
    ) -> None:
        self._api = api
        self._services = services
        self._network = network
        self._networks = networks
        self._api_server = api_server
        self._relays: dict[tuple[Front, Network], Relay] = {}
        self._closed: dict[Relay, Front] = {}  # their connections live on
        self._changed = asyncio.Event()
        self._lock = asyncio.Lock()

    async def run(self, after: Callable[[], None]) -> None:
        """Keep relays and addresses current for ever; `after` is called whenever they are."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self._reconcile()
            after()

    def set_service(self, key: Key, service: Object | None) -> None:
        """Take note of a Service, or of its end."""
        self._services.set_service(key, service)
        self._changed.set()

    def set_pod(self, key: Key, old: Object | None, pod: Object | None) -> None:
        """Take note of a pod, or of its end, with which its connections end."""
        self._services.set_pod(key, pod)
        self._changed.set()
        if old and (pod is None or pod["metadata"]["uid"] != old["metadata"]["uid"]):
            gone = old["metadata"]["uid"]
            for _front, relay in self._all():
                relay.cut(lambda _client, uid: uid == gone)

    async def set_faults(self, namespace: str, faults: dict[str, str]) -> None:
        """Apply the faults of a namespace's site; they are in force on return."""
        self._services.set_faults(namespace, faults)
        await self._reconcile()
        self._changed.set()
        if self._services.is_paused(namespace):
            for front, relay in self._all():
                if front.service[0] == namespace:
                    relay.cut(lambda client, _uid: not self._services.is_at_home(client, namespace))

    def _all(self) -> Iterator[tuple[Front, Relay]]:
        yield from ((front, relay) for (front, _network), relay in self._relays.items())
        yield from ((front, relay) for relay, front in self._closed.items())

    async def _reconcile(self) -> None:
        async with self._lock:
            fronts = self._services.fronts()
            wanted = {(front, network) for front in fronts for network in self._networks_of(front)}
            self._close(set(self._relays) - wanted)
            for front, network in wanted - set(self._relays):
                await self._open(front, network)
        for key, entries in list(self._services.unwritten_statuses()):
            await self._write_status(key, entries)

    def _networks_of(self, front: Front) -> Sequence[Network]:
        return self._networks if front.public else (self._network,)

    def _close(self, unwanted: set[tuple[Front, Network]]) -> None:
        for front, network in unwanted:
            relay = self._relays.pop((front, network))
            relay.close()
            self._closed[relay] = front
        self._closed = {relay: front for relay, front in self._closed.items() if relay.busy}

    async def _open(self, front: Front, network: Network) -> None:
        def choose(client: str) -> Target | None:
            return self._choose(front, client)

        try:
            self._relays[front, network] = await Relay.start(network, front.address, front.port, choose)
        except OSError as error:
            _log.warning("cannot listen on %s:%d in %s: %s", front.address, front.port, network.name, error)

    def _choose(self, front: Front, client: str) -> Target | None:
        if front.service == API_SERVER:
            return self._api_server
        namespace = front.service[0]
        # Within its namespace a site that cannot be reached from elsewhere works as ever.
        if self._services.is_paused(namespace) and not self._services.is_at_home(client, namespace):
            return None
        backends = self._services.backends(front)
        if not backends:
            return None
        backend = random.choice(backends)
        return Target(self._network, backend.address, backend.port, backend.uid)

    async def _write_status(self, key: Key, entries: list[Object]) -> None:
        body = {"status": {"loadBalancer": {"ingress": entries or None}}}
        await persist(lambda: self._api.patch(SERVICES, key[0], key[1], body, "status"))
