# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of the Services of one cluster, their pods and faults, and what follows from it: no sockets here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..kube import Key, Object, labels_of
from ..sites.hosts import telling_name
from .addresses import AddressPool, node_address

API_SERVER = ("default", "kubernetes")  # the Service that leads to the API server instead of to pods


@dataclass(frozen=True)
class Front:
    """Where one port of a Service is reached: in its cluster, or (public) from all networks; `target` is its port."""

    service: Key
    address: str
    port: int
    target: str
    public: bool


@dataclass(frozen=True)
class Backend:
    """Where a pod serves."""

    uid: str
    address: str
    port: int


class Services:
    """The Services of the cluster of a name and number."""

    def __init__(self, cluster: str, number: int, addresses: AddressPool) -> None:
        self._cluster = cluster
        self._node = node_address(addresses.block, number)
        self._addresses = addresses
        self._services: dict[Key, Object] = {}
        self._pods: dict[Key, Object] = {}
        self._faults: dict[str, dict[str, str]] = {}

    # What is told.

    def set_service(self, key: Key, service: Object | None) -> None:
        """Take note of a Service, or of its end."""
        _put(self._services, key, service)

    def set_pod(self, key: Key, pod: Object | None) -> None:
        """Take note of a pod, or of its end."""
        _put(self._pods, key, pod)

    def set_faults(self, namespace: str, faults: dict[str, str]) -> None:
        """Take note of all faults of a namespace's site."""
        self._faults[namespace] = faults

    # What follows.

    def fronts(self) -> set[Front]:
        """List where all Services are reached at present."""
        return {front for key in self._services for front in self._fronts(key)}

    def _fronts(self, key: Key) -> Iterator[Front]:
        # Nowhere without a pod that serves, as kube-proxy has it: connections are refused then.
        if key != API_SERVER and not self._serving(key):
            return
        spec = self._services[key]["spec"]
        for port in spec.get("ports") or []:
            target = str(port.get("targetPort") or port["port"])
            for address in _cluster_addresses(spec):
                yield Front(key, address, port["port"], target, public=False)
            if self.is_paused(key[0]):
                continue
            if self.balancer_status(key):
                yield Front(key, self._addresses.address(self._cluster, key), port["port"], target, public=True)
            if port.get("nodePort"):
                yield Front(key, self._node, port["nodePort"], target, public=True)

    def backends(self, front: Front) -> list[Backend]:
        """List the pods that serve a front."""
        serving = self._serving(front.service) if front.service in self._services else []
        return [Backend(pod["metadata"]["uid"], pod["status"]["podIP"], _port(pod, front.target)) for pod in serving]

    def _serving(self, key: Key) -> list[Object]:
        spec = self._services[key]["spec"]
        selector = spec.get("selector") or {}
        own = (pod for (namespace, _name), pod in self._pods.items() if namespace == key[0])
        chosen = [pod for pod in own if selector and selector.items() <= labels_of(pod).items()]
        return [pod for pod in chosen if _serves(pod, bool(spec.get("publishNotReadyAddresses")))]

    def balancer_status(self, key: Key) -> list[Object]:
        """Return the entries that status.loadBalancer.ingress of a Service should have."""
        fault = self._faults.get(key[0], {}).get("load-balancer")
        if self._services[key]["spec"].get("type") != "LoadBalancer" or fault == "pending":
            return []
        address = self._addresses.address(self._cluster, key)
        return [{"hostname": telling_name(address)} if fault == "hostname" else {"ip": address}]

    def unwritten_statuses(self) -> Iterator[tuple[Key, list[Object]]]:
        """List the Services whose status does not say so yet, and what it should."""
        for key, service in self._services.items():
            known = (service.get("status") or {}).get("loadBalancer", {}).get("ingress") or []
            told = [{kind: entry[kind] for kind in ("ip", "hostname") if kind in entry} for entry in known]
            wanted = self.balancer_status(key)
            if told != wanted:
                yield key, wanted

    def is_paused(self, namespace: str) -> bool:
        """Whether the site of a namespace is to be unreachable."""
        return self._faults.get(namespace, {}).get("paused") == "true"

    def is_at_home(self, client: str, namespace: str) -> bool:
        """Whether an address is that of a pod of the namespace."""
        own = (pod for (home, _name), pod in self._pods.items() if home == namespace)
        return any((pod.get("status") or {}).get("podIP") == client for pod in own)

    def addresses(self) -> dict[Key, tuple[str, ...]]:
        """List the addresses behind the names of Services; headless ones have those of their pods."""
        found = {key: _cluster_addresses(service["spec"]) for key, service in self._services.items()}
        return {
            key: known or tuple(pod["status"]["podIP"] for pod in self._serving(key)) for key, known in found.items()
        }

    def public_names(self) -> dict[str, str]:
        """List the load balancers that have a name, with their addresses."""
        entries = ((key, entry) for key in self._services for entry in self.balancer_status(key))
        return {
            entry["hostname"]: self._addresses.address(self._cluster, key)
            for key, entry in entries
            if "hostname" in entry
        }


def _put(store: dict[Key, Object], key: Key, item: Object | None) -> None:
    if item is None:
        store.pop(key, None)
    else:
        store[key] = item


def _cluster_addresses(spec: Object) -> tuple[str, ...]:
    address = spec.get("clusterIP")
    return (address,) if address and address != "None" else ()


def _serves(pod: Object, unready: bool) -> bool:
    status = pod.get("status") or {}
    if not status.get("podIP") or "deletionTimestamp" in pod["metadata"]:
        return False
    states = {condition["type"]: condition["status"] for condition in status.get("conditions") or []}
    return unready or states.get("Ready") == "True"


def _port(pod: Object, target: str) -> int:
    if target.isdigit():
        return int(target)
    ports = (port for container in pod["spec"]["containers"] for port in container.get("ports") or [])
    return next((int(port["containerPort"]) for port in ports if port.get("name") == target), 0)
