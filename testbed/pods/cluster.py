# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything of one cluster: its watches, and the kubelet and the balancer they feed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..kube import (
    CONFIG_MAPS,
    NAMESPACES,
    PODS,
    SECRETS,
    SERVICES,
    Api,
    Informer,
    Key,
    Object,
    Resource,
    Tasks,
    notes_of,
    persist,
)
from ..sites import names
from .addresses import API_SERVER, AddressPool, pods_of, public
from .balancer import Balancer
from .children import Children
from .hosts import HostsFiles
from .kubelet import Kubelet
from .network import ClusterNetwork, HostNetwork, Network
from .pod import Node
from .relay import Target
from .services import Services

if TYPE_CHECKING:
    from ..skupper import Programs


@dataclass(frozen=True)
class Machine:
    """What all clusters share."""

    children: Children
    programs: Programs
    addresses: AddressPool
    memory: Path  # a directory in memory
    logs: Path
    pace: float


class PodCluster:
    """The node of one cluster."""

    def __init__(self, kubeconfig: Path, number: int, machine: Machine) -> None:
        self.directory = kubeconfig.parent.parent
        self.name = self.directory.name
        self._api = Api(kubeconfig, "pod-runner")
        self._machine = machine
        self._tasks = Tasks()
        shared = public(machine.addresses.block)
        log = machine.logs / f"{self.name}.network.log"
        self.network = ClusterNetwork(self.name, pods_of(number), shared, machine.children, log)
        self._hosts = HostsFiles()
        self._services = Services(self.name, number, machine.addresses)
        self.kubelet = Kubelet(self._node())
        self.balancer: Balancer | None = None
        self._secrets = self._watch(SECRETS, self._on_source)
        self._config_maps = self._watch(CONFIG_MAPS, self._on_source)

    def _node(self) -> Node:
        machine = self._machine
        for directory in (machine.memory / self.name, machine.logs / self.name):
            directory.mkdir(mode=0o700, exist_ok=True)
        return Node(
            api=self._api,
            children=machine.children,
            network=self.network,
            hosts=self._hosts,
            programs=machine.programs,
            directory=machine.memory / self.name,
            logs=machine.logs / self.name,
            service=API_SERVER,
            find=self._find,
            pace=machine.pace,
        )

    async def start(self, everywhere: Sequence[Network], names_changed: Callable[[], None], exec_port: int) -> None:
        """Begin to run pods; load balancers are reached from all the networks named, pods/exec served on a port."""
        server = urlsplit(self._api.server)
        api_server = Target(HostNetwork(), server.hostname or "", server.port or 443)
        self.balancer = Balancer(self._api, self._services, self.network, everywhere, api_server)
        await self.kubelet.register(exec_port)
        # In this order: a pod finds what its volumes show, and faults are known before anything is reached.
        for informer in (
            self._watch(NAMESPACES, self._on_namespace),
            self._secrets,
            self._config_maps,
            self._watch(SERVICES, lambda key, _old, new: self._balancer.set_service(key, new)),
            self._watch(PODS, self._on_pod),
        ):
            self._tasks.start(informer.run())
            await informer.synced.wait()
        self._tasks.start(self.balancer.run(names_changed))

    @property
    def _balancer(self) -> Balancer:
        assert self.balancer is not None
        return self.balancer

    @property
    def public_names(self) -> dict[str, str]:
        """The load balancers that have a name, with their addresses."""
        return self._services.public_names()

    def resolve(self, public_names: dict[str, str]) -> None:
        """Bring the pods' names up to date, with the load balancers of all clusters."""
        self._hosts.update(self._services.addresses(), public_names)

    def _watch(self, resource: Resource, on_change: Callable[[Key, Object | None, Object | None], None]) -> Informer:
        return Informer(self._api, resource, on_change)

    def _find(self, namespace: str, kind: str, name: str) -> Object | None:
        store = {"secrets": self._secrets, "configmaps": self._config_maps}[kind].store
        return store.get((namespace, name))

    def _on_source(self, key: Key, old: Object | None, new: Object | None) -> None:
        if old != new:
            self.kubelet.refresh(key[0])

    def _on_pod(self, key: Key, old: Object | None, new: Object | None) -> None:
        self.kubelet.changed(old, new)
        self._balancer.set_pod(key, old, new)

    def _on_namespace(self, key: Key, old: Object | None, new: Object | None) -> None:
        if any(note.startswith(names.FAULTS) for item in (old, new) for note in notes_of(item)):
            self._tasks.start(self._set_faults(key[1], new))

    async def _set_faults(self, namespace: str, body: Object | None) -> None:
        notes = notes_of(body)
        faults = {
            key.removeprefix(names.FAULTS): value
            for key, value in notes.items()
            if key.startswith(names.FAULTS) and key != names.OBSERVED
        }
        await self._balancer.set_faults(namespace, faults)
        observed = json.dumps(faults, sort_keys=True)
        if body and notes.get(names.OBSERVED) != observed:
            answer = {"metadata": {"annotations": {names.OBSERVED: observed}}}
            await persist(lambda: self._api.patch(NAMESPACES, None, namespace, answer))
