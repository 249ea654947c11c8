# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator of one cluster: its watches, and the controllers they feed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp

from ..kube import (
    CONFIG_MAPS,
    NAMESPACES,
    NODES,
    PODS,
    SECRETS,
    SERVICES,
    Api,
    ApiError,
    Informer,
    Key,
    Object,
    Resource,
    Tasks,
    labels_of,
)
from . import names
from .certs import KeyPool
from .hosts import told_address
from .ingress import load_balancer_host
from .kubelet import Kubelet
from .proxy import AddressPool
from .site import ClusterContext, Site
from .site_controller import SiteController

_LINK_TYPES = f"{names.TYPE} in ({names.TOKEN},{names.CLAIM},{names.TOKEN_REQUEST})"
_log = logging.getLogger(__name__)


class ClusterSimulator:
    """All sites of one cluster, driven by seven watches."""

    def __init__(self, kubeconfig: Path, keys: KeyPool, addresses: AddressPool, pace: float) -> None:
        self._api = Api(kubeconfig)
        self._context = ClusterContext(self._api, keys, addresses, pace, self._resolve)
        self._sites: dict[str, Site] = {}
        self._kubelet = Kubelet(self._api, self._site, pace)
        self._controller = SiteController(self._api, keys, pace)
        self._pace = pace
        self._tasks = Tasks()
        self._informers = [
            # In this order: a pod that runs already finds its site's objects when it is taken up again.
            self._watch(NAMESPACES, self._on_namespace),
            self._watch(SECRETS, self._on_server_secret, name=names.SITE_SERVER),
            self._watch(CONFIG_MAPS, self._on_site, name=names.SITE),
            self._watch(CONFIG_MAPS, self._on_internal, name=names.INTERNAL),
            self._watch(SERVICES, self._on_service, name=names.ROUTER),
            self._watch(SECRETS, self._on_link_secret, labels=_LINK_TYPES),
            self._watch(PODS, self._on_pod, labels=f"{names.PART_OF}=skupper"),
        ]

    def _watch(
        self,
        resource: Resource,
        on_change: Callable[[Key, Object | None, Object | None], None],
        *,
        labels: str | None = None,
        name: str | None = None,
    ) -> Informer:
        return Informer(self._api, resource, on_change, labels=labels, name=name)

    async def start(self) -> None:
        """Start the watches; ready when all have seen what is there."""
        node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": names.NODE}}
        await self._api.ensure(NODES, None, node)
        for informer in self._informers:
            self._tasks.start(informer.run())
            await informer.synced.wait()

    def _site(self, namespace: str) -> Site:
        if namespace not in self._sites:
            self._sites[namespace] = Site(self._context, namespace)
        return self._sites[namespace]

    def _resolve(self, namespace: str, host: str) -> str | None:
        """Resolve a host as pods of a namespace do: Services of this cluster, and nothing of another one."""
        if host == "localhost" or told_address(host):
            return told_address(host) or "127.0.0.1"
        service, _mark, rest = host.rstrip(".").partition(".")
        target = rest.removesuffix(".cluster.local").removesuffix(".svc") or namespace
        if service != names.ROUTER or "." in target or target not in self._sites:
            return None
        return self._sites[target].cluster_address

    def _on_namespace(self, key: Key, old: Object | None, new: Object | None) -> None:
        if any(note.startswith(names.FAULTS) for item in (old, new) for note in _notes(item)):
            self._retry(lambda: self._site(key[1]).set_faults(new))

    def _on_site(self, key: Key, old: Object | None, new: Object | None) -> None:
        self._site(key[0]).set_site(new)
        if self._site(key[0]).unwatched:
            return
        if new and (old is None or old["metadata"]["uid"] != new["metadata"]["uid"]):
            self._retry(lambda: self._controller.initialise(new))
        elif new and old and old["metadata"]["resourceVersion"] != new["metadata"]["resourceVersion"]:
            self._retry(lambda: self._controller.follow(new))

    def _on_internal(self, key: Key, old: Object | None, new: Object | None) -> None:
        self._site(key[0]).set_internal(new)

    def _on_server_secret(self, key: Key, old: Object | None, new: Object | None) -> None:
        self._site(key[0]).set_server_secret(new)

    def _on_service(self, key: Key, old: Object | None, new: Object | None) -> None:
        site = self._site(key[0])
        site.set_service(new)
        if new and not load_balancer_host(new):
            self._retry(lambda: self._balance(site))

    async def _balance(self, site: Site) -> None:
        await asyncio.sleep(1.0 * self._pace)
        await site.balance_load()

    def _on_link_secret(self, key: Key, old: Object | None, new: Object | None) -> None:
        self._site(key[0]).set_secret(key[1], old, new)
        if new and labels_of(new).get(names.TYPE) == names.TOKEN_REQUEST:
            self._retry(lambda: self._controller.answer_request(new))

    def _on_pod(self, key: Key, old: Object | None, new: Object | None) -> None:
        self._site(key[0]).set_pod(key[1], new)
        self._kubelet.changed(old, new)

    def _retry(self, call: Callable[[], Awaitable[None]]) -> None:
        self._tasks.start(_persist(call))


def _notes(item: Object | None) -> dict[str, str]:
    return ((item or {}).get("metadata") or {}).get("annotations") or {}


async def _persist(call: Callable[[], Awaitable[None]]) -> None:
    for delay in (0.2, 0.5, 1.0, 2.0, 5.0):
        try:
            return await call()
        except (ApiError, aiohttp.ClientError, OSError, asyncio.TimeoutError) as error:
            _log.info("trying again after: %r", error)
        await asyncio.sleep(delay)
    return None
