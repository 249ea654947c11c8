# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scheduler and kubelet of one cluster: every pod is bound to one node and run here."""

from __future__ import annotations

import asyncio
import logging

from ..kube import NODES, PODS, Object, Tasks, persist
from ..sites import names
from . import volumes
from .containers import Container
from .pod import Node, Pod
from .status import HOST_ADDRESS

_GRACE = 30  # seconds, if a pod does not say
_log = logging.getLogger(__name__)


class Kubelet:
    """All pods of a cluster, on one node."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._tasks = Tasks()
        self._pods: dict[str, Pod] = {}
        self._ends: dict[str, asyncio.Event] = {}

    async def register(self, port: int) -> None:
        """Make the node known, with the port on which its kubelet takes requests of the API server."""
        body = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": names.NODE}}
        await self._node.api.ensure(NODES, None, body)
        addresses = [{"type": "InternalIP", "address": HOST_ADDRESS}, {"type": "Hostname", "address": names.NODE}]
        endpoints = {"kubeletEndpoint": {"Port": port}}
        ready = {"type": "Ready", "status": "True", "reason": "KubeletReady"}
        status = {"addresses": addresses, "daemonEndpoints": endpoints, "conditions": [ready]}
        await self._node.api.patch(NODES, None, names.NODE, {"status": status}, "status")

    def changed(self, old: Object | None, new: Object | None) -> None:
        """Take note of a pod that appears, is to be deleted, or is gone."""
        pod = new or old or {}
        uid = pod["metadata"]["uid"]
        if old and old["metadata"]["uid"] != uid:
            self._end(old["metadata"]["uid"])
        if new and uid not in self._ends:
            self._ends[uid] = asyncio.Event()
            self._tasks.start(self._live(new))
        if new is None or "deletionTimestamp" in pod["metadata"]:
            self._end(uid)

    def _end(self, uid: str) -> None:
        if uid in self._ends:
            self._ends[uid].set()

    def refresh(self, namespace: str) -> None:
        """Bring the volumes of a namespace's pods up to date."""
        for pod in self._pods.values():
            if pod.namespace == namespace and pod.containers:
                try:
                    pod.refresh()
                except volumes.NotThere as missing:
                    # A kubelet leaves a running pod what it had.
                    _log.info("volumes of pod %s/%s stay as they are: %s", namespace, pod.name, missing)

    def pod(self, namespace: str, name: str) -> Pod | None:
        """Find a pod that runs here."""
        found = (pod for pod in self._pods.values() if (pod.namespace, pod.name) == (namespace, name))
        return next(found, None)

    def container(self, namespace: str, pod: str, name: str) -> Container | None:
        """Find a container of a pod that runs here."""
        found = self.pod(namespace, pod)
        return next((container for container in found.containers if container.name == name), None) if found else None

    async def _live(self, wanted: Object) -> None:
        metadata = wanted["metadata"]
        pod = self._pods[metadata["uid"]] = Pod(self._node, wanted)
        end = self._ends[metadata["uid"]]
        await self._bind(wanted)
        start = asyncio.ensure_future(pod.start())
        await asyncio.wait([start, asyncio.ensure_future(end.wait())], return_when=asyncio.FIRST_COMPLETED)
        if not start.done():
            start.cancel()
        (failure,) = await asyncio.gather(start, return_exceptions=True)
        if isinstance(failure, Exception):
            _log.error("pod %s/%s does not start", pod.namespace, pod.name, exc_info=failure)
        await end.wait()
        await pod.stop(wanted["spec"].get("terminationGracePeriodSeconds", _GRACE))
        options = {"gracePeriodSeconds": 0, "preconditions": {"uid": pod.uid}}
        await persist(lambda: self._node.api.delete(PODS, pod.namespace, pod.name, options))
        del self._pods[pod.uid]

    async def _bind(self, pod: Object) -> None:
        if pod["spec"].get("nodeName"):
            return
        namespace, name = pod["metadata"]["namespace"], pod["metadata"]["name"]
        target = {"apiVersion": "v1", "kind": "Node", "name": names.NODE}
        body = {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": name}, "target": target}
        await persist(lambda: self._node.api.post(PODS, namespace, name, "binding", body))
