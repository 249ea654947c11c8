# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One namespace with a site in it: what the watches say about it, its pods, and the network in front of them."""

from __future__ import annotations

import asyncio
import json
import random
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

from ..kube import NAMESPACES, SERVICES, Api, Object, Tasks, labels_of, notes_of
from . import names
from .certs import KeyPool
from .goclient import Resolve
from .hosts import loopback_of, telling_name, wanted_port
from .ingress import SiteConfig, load_balancer_host
from .pods import ControllerPod, RouterPod
from .proxy import AddressPool, Entrance, ServiceProxy

_BY_NAME = 0  # in place of a port: the client's first bytes tell which one it wants


@dataclass(frozen=True)
class ClusterContext:
    """What all sites of a cluster are given: the way to the API server and into the network, never each other."""

    api: Api
    keys: KeyPool
    addresses: AddressPool
    pace: float
    resolve: Callable[[str, str], str | None]


class Site:
    """The programs of one namespace, and the latest state of the objects they watch."""

    def __init__(self, context: ClusterContext, namespace: str) -> None:
        self.api = context.api
        self.keys = context.keys
        self.pace = context.pace
        self.namespace = namespace
        self.config: SiteConfig | None = None
        self.internal: Object | None = None
        self.server_secret: Object | None = None
        self.service: Object | None = None
        self.routers: dict[str, RouterPod] = {}
        self.controllers: dict[str, ControllerPod] = {}
        self.resolve: Resolve = lambda host: context.resolve(namespace, host)
        self._addresses = context.addresses
        self._secrets: dict[str, Object] = {}
        self._pods: dict[str, Object] = {}
        self._faults: dict[str, str] = {}
        self._leader: str | None = None
        self._leader_lost = 0.0
        self._cluster_address = ""
        self._public_address = ""
        self._tasks = Tasks()
        self._proxy = ServiceProxy(self._deliver)

    # What the watches bring.

    def set_site(self, item: Object | None) -> None:
        """Take note of ConfigMap skupper-site."""
        self.config = SiteConfig.read(item) if item else None
        if item is None:
            # The lock of the leader goes with the site.
            self._leader = None
        self.refresh()

    def set_internal(self, item: Object | None) -> None:
        """Take note of ConfigMap skupper-internal."""
        self.internal = item
        for pod in self.routers.values():
            pod.internal_changed()

    def set_server_secret(self, item: Object | None) -> None:
        """Take note of Secret skupper-site-server."""
        self.server_secret = item
        for pod in self.routers.values():
            pod.server_secret_changed()

    def set_service(self, item: Object | None) -> None:
        """Take note of Service skupper-router."""
        self.service = item
        self.refresh()

    def set_pod(self, name: str, item: Object | None) -> None:
        """Take note of a pod, which may be ready for connections now, or no longer."""
        if item is None:
            self._pods.pop(name, None)
        else:
            self._pods[name] = item
        self.refresh()
        self._attach_controllers()

    def set_secret(self, name: str, old: Object | None, new: Object | None) -> None:
        """Take note of a Secret with a token's label."""
        if new is None:
            self._secrets.pop(name, None)
        else:
            self._secrets[name] = new
        for pod in self.controllers.values():
            pod.controller.changed(old, new)

    def link_secret(self, name: str) -> Object | None:
        """Look up a Secret with a token's label in the cache."""
        return self._secrets.get(name)

    def link_secrets(self) -> list[Object]:
        """List the Secrets with a token's label in the cache."""
        return list(self._secrets.values())

    # Pods.

    def volumes_ready(self, component: str) -> bool:
        """Whether what the pod mounts exists, without which the kubelet does not start it."""
        if component != "router":
            return True
        if self.internal is None or self.config is None:
            return False
        return self.config.edge or self.server_secret is not None

    def launch(self, pod: Object) -> None:
        """Start the program of a pod."""
        name = pod["metadata"]["name"]
        component = labels_of(pod).get(names.COMPONENT)
        if component == "router" and name not in self.routers:
            self.routers[name] = RouterPod(self, pod)
            self.routers[name].start()
        elif component == "service-controller" and name not in self.controllers:
            self.controllers[name] = ControllerPod(self, pod)
            self.controllers[name].start()

    async def end(self, name: str) -> None:
        """End the program of a pod; nothing to do if it does not run."""
        router = self.routers.pop(name, None)
        controller = self.controllers.pop(name, None)
        if name == self._leader:
            self._leader_lost = time.monotonic()
        self.refresh()
        for program in (router, controller):
            if program:
                await program.stop()
        self._attach_controllers()

    def _attach_controllers(self) -> None:
        for pod in self.controllers.values():
            asyncio.get_running_loop().call_later(1.0 * self.pace, pod.attach)

    def ready_routers(self) -> list[RouterPod]:
        """List the router pods that get connections: ready and not on their way out; oldest first."""
        return [self.routers[name] for name in self.routers if _serving(self._pods.get(name))]

    def other_routers(self, new: RouterPod) -> list[RouterPod]:
        """List the router pods to which a new one makes links: all that are not being deleted."""
        others = [pod for pod in self.routers.values() if pod is not new]
        return [
            pod for pod in others if "deletionTimestamp" not in (self._pods.get(pod.name) or {}).get("metadata", {})
        ]

    def source_identities(self) -> set[str]:
        """Name the sources of the own site, which a new collector looks for at once."""
        site = {self.config.uid} if self.config else set()
        return site | {f"{pod.name[-5:]}:0" for pod in self.routers.values()}

    async def lead(self, candidate: RouterPod) -> None:
        """Wait until a pod may write the network status: its predecessor's lease has to run out."""
        patience = candidate.lease()
        while self._leader is not None:
            gone = self._leader not in self.routers
            if gone and time.monotonic() - self._leader_lost >= patience:
                break
            await asyncio.sleep(max(0.5 * self.pace, 0.05))
        self._leader = candidate.name

    # Faults.

    @property
    def unwatched(self) -> bool:
        """Whether there is no site-controller for this namespace."""
        return "site-controller" in self._faults

    @property
    def paused(self) -> bool:
        """Whether the site is unreachable."""
        return self._faults.get("paused") == "true"

    @property
    def redeemer_stopped(self) -> bool:
        """Whether the service-controller leaves claims alone."""
        return self._faults.get("redeemer") == "stopped"

    def claims_fault(self) -> str:
        """Return the fault of the claim server: 503, hang, closed, lost, or none ("")."""
        return self._faults.get("claims", "")

    def signing_delay(self) -> float:
        """Say how many seconds the claim server lets pass between counting a redemption and signing for it."""
        return float(self._faults.get("slow-signing", "0"))

    async def set_faults(self, namespace: Object | None) -> None:
        """Apply the faults that are annotated on the namespace, and confirm them there."""
        notes = notes_of(namespace)
        faults = {
            key.removeprefix(names.FAULTS): value
            for key, value in notes.items()
            if key.startswith(names.FAULTS) and key != names.OBSERVED
        }
        self._faults = faults
        self.refresh()
        # Closed listeners keep new connections out; those there are have to be cut.
        if self.paused:
            for pod in self.routers.values():
                pod.router.drop_incoming()
        await self.balance_load()
        observed = json.dumps(faults, sort_keys=True)
        if namespace and (faults or names.OBSERVED in notes) and notes.get(names.OBSERVED) != observed:
            body = {"metadata": {"annotations": {names.OBSERVED: observed}}}
            await self.api.patch(NAMESPACES, None, self.namespace, body)

    # The network.

    async def balance_load(self) -> None:
        """Act as the load balancer's controller: give the Service an address, or take it back."""
        if not self.service or self.service["spec"].get("type") != "LoadBalancer":
            return
        host = load_balancer_host(self.service)
        wanted = self._faults.get("load-balancer", "ip")
        if bool(host) is not (wanted == "pending"):
            return
        self._public_address = self._public_address or self._addresses.take()
        named, plain = {"hostname": telling_name(self._public_address)}, {"ip": self._public_address}
        ingress = None if wanted == "pending" else [named if wanted == "hostname" else plain]
        body = {"status": {"loadBalancer": {"ingress": ingress}}}
        await self.api.patch(SERVICES, self.namespace, names.ROUTER, body, "status")

    @property
    def cluster_address(self) -> str | None:
        """The address behind skupper-router.NAMESPACE inside the cluster, None without the Service."""
        if self.service is None:
            return None
        self._cluster_address = self._cluster_address or self._addresses.take()
        return self._cluster_address

    def refresh(self) -> None:
        """Listen where the Service says, if there is a pod to connect to."""
        reachable = self.service is not None and not self.paused and self.ready_routers()
        self._proxy.set(self._entrances() if reachable else [])

    def _entrances(self) -> list[Entrance]:
        targets = dict(names.PORTS)
        if self.claims_fault() == "closed":
            del targets["claims"]
        inside = self.cluster_address or ""
        entrances = [Entrance(inside, port, port) for port in targets.values()]
        public = loopback_of(load_balancer_host(self.service))
        if public:
            entrances += [Entrance(public, port, port) for port in targets.values()]
        shared = loopback_of(self.config.ingress_host) if self.config else None
        return entrances + (self._shared_entrances(shared, targets) if shared else [])

    def _shared_entrances(self, host: str, targets: dict[str, int]) -> list[Entrance]:
        kind = self.config.ingress if self.config else ""
        if kind in ("route", "ingress", "nginx-ingress-v1", "contour-http-proxy"):
            return [Entrance(host, 443, _BY_NAME)]
        if kind != "nodeport" or not self.service:
            return []
        ports = {port.get("name"): port.get("nodePort") for port in self.service["spec"].get("ports") or []}
        return [Entrance(host, ports[name], target) for name, target in targets.items() if ports.get(name)]

    def _deliver(self, target: int, connection: socket.socket) -> bool:
        if target == _BY_NAME:
            self._tasks.start(self._deliver_by_name(connection))
            return True
        pods = self.ready_routers()
        return bool(pods) and random.choice(pods).take(target, connection)

    async def _deliver_by_name(self, connection: socket.socket) -> None:
        target = await wanted_port(connection)
        closed = target == names.CLAIMS_PORT and self.claims_fault() == "closed"
        if target is None or closed or not self._deliver(target, connection):
            connection.close()


def _serving(pod: Object | None) -> bool:
    # The Service selects by this label: a pod that is given another one keeps its connections and gets no new ones.
    if not pod or "deletionTimestamp" in pod["metadata"] or labels_of(pod).get(names.COMPONENT) != "router":
        return False
    conditions = (pod.get("status") or {}).get("conditions") or []
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)
