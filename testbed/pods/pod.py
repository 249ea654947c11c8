# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of one pod: volumes, network, containers, status, and the end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..kube import PODS, SERVICE_ACCOUNTS, Api, ApiError, Object, Tasks, persist
from . import volumes
from .children import Children
from .containers import Circumstances, Container, Specification, argv_of, environment_of, mounts_of
from .hosts import RESOLVER, HostsFiles
from .network import ClusterNetwork, PodNetwork
from .probes import attend
from .programs import image_of
from .status import status_of
from .times import stamp

if TYPE_CHECKING:
    from ..skupper import Programs

_LOOK_AGAIN = 0.2  # seconds until a volume is tried again whose source is missing
_WRITABLE = ("emptyDir",)
_TOKEN_LIFETIME = 3607  # seconds, as API servers ask for
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Node:
    """What all pods of a cluster share."""

    api: Api
    children: Children
    network: ClusterNetwork
    hosts: HostsFiles
    programs: Programs
    directory: Path  # in memory, for root file systems and volumes
    logs: Path
    service: tuple[str, int]  # address and port of the API server, as pods see it
    find: Callable[[str, str, str], Object | None]  # namespace, plural kind, name
    pace: float


class Pod:
    """A pod bound to this node, from its first volume to its last process."""

    def __init__(self, node: Node, pod: Object) -> None:
        self.object = pod
        self.containers: list[Container] = []
        self.uid: str = pod["metadata"]["uid"]
        self.namespace: str = pod["metadata"]["namespace"]
        self.name: str = pod["metadata"]["name"]
        self._node = node
        self._home = node.directory / self.uid
        self._hosts = self._home / "hosts"
        self._token = ""
        self._network: PodNetwork | None = None
        self._tasks = Tasks()
        self._dirty = asyncio.Event()
        self._begin = stamp()

    @property
    def address(self) -> str:
        """The address of the pod, "" before it has one."""
        return self._network.address if self._network else ""

    # Coming up.

    async def start(self) -> None:
        """Bring the pod up to where its containers run, once everything its volumes show exists."""
        await self._prepare_volumes()
        self._network = await self._node.network.attach()
        self._node.hosts.add(self._hosts, self.namespace, self.name, self.address)
        self._write_resolver()
        self._make_containers()
        # Before the first process: the router's start script reads the address out of the pod.
        self.object["status"] = {**(self.object.get("status") or {}), "podIP": self.address}
        await persist(self._report)
        for container in self.containers:
            self._tasks.start(container.run(self._circumstances(container)))
        self._tasks.start(self._keep_reporting())
        self._tasks.start(self._keep_token())

    async def _prepare_volumes(self) -> None:
        self._home.mkdir(parents=True, exist_ok=True)
        while True:
            try:
                self._token = self._token or await self._request_token()
                self.refresh()
                return
            except (volumes.NotThere, ApiError) as missing:
                _log.debug("pod %s/%s waits: %s", self.namespace, self.name, missing)
                await asyncio.sleep(_LOOK_AGAIN)

    def refresh(self) -> None:
        """Bring the volumes up to date with what they show; NotThere if a source is missing."""
        find = partial(self._node.find, self.namespace)
        for volume in self.object["spec"].get("volumes") or []:
            files = volumes.files_of(volume, find, self._token, self.object)
            volumes.write(self._volume(volume["name"]), files)

    def _volume(self, name: str) -> Path:
        return Path(self._home, "volumes", name)

    def _write_resolver(self) -> None:
        for name, text in RESOLVER.items():
            (self._home / name).write_text(text)

    def _make_containers(self) -> None:
        for spec in self.object["spec"]["containers"]:
            log = self._node.logs / f"{self.namespace}.{self.name}.{spec['name']}.log"
            home = self._home / "containers" / spec["name"]
            self.containers.append(Container(spec, self._node.children, home, log))

    def _circumstances(self, container: Container) -> Circumstances:
        assert self._network is not None
        return Circumstances(
            network=self._network.handle,
            pace=self._node.pace,
            specify=partial(self._specify, container.spec),
            attend=partial(attend, container, self._node.network, self.address, self._dirty.set, self._node.pace),
            changed=self._dirty.set,
        )

    def _specify(self, spec: Object, home: Path) -> Specification:
        image = image_of(spec["name"], self._node.programs)
        own = [(str(self._home / name), f"/etc/{name}", False) for name in ("hosts", *RESOLVER)]
        own += [(str(directory), str(directory), True) for directory in image.shown]
        known = self.object["spec"].get("volumes") or []
        directories = {volume["name"]: self._volume(volume["name"]) for volume in known}
        writable = {volume["name"] for volume in known if set(volume) & set(_WRITABLE)}
        return Specification(
            root=str(image.root),
            home=str(home),
            hostname=self.name,
            argv=argv_of(spec, image),
            directory=spec.get("workingDir") or image.directory,
            environment=environment_of(spec, self.object, image.environment, self._node.service),
            mounts=[*own, *mounts_of(spec, directories, writable)],
        )

    # Being up.

    async def _keep_reporting(self) -> None:
        while True:
            await self._dirty.wait()
            self._dirty.clear()
            await persist(self._report)

    async def _report(self) -> None:
        body = {"status": status_of(self.object, self._begin, self.address, self.containers)}
        self.object["status"] = body["status"]
        await self._node.api.patch(PODS, self.namespace, self.name, body, "status")

    async def _request_token(self) -> str:
        account = self.object["spec"].get("serviceAccountName", "default")
        reference = {"apiVersion": "v1", "kind": "Pod", "name": self.name, "uid": self.uid}
        spec = {"expirationSeconds": _TOKEN_LIFETIME, "boundObjectRef": reference}
        body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec}
        answer = await self._node.api.post(SERVICE_ACCOUNTS, self.namespace, account, "token", body)
        return str(answer["status"]["token"])

    async def _keep_token(self) -> None:
        while True:
            await asyncio.sleep(_TOKEN_LIFETIME * 0.8)
            await persist(self._renew_token)

    async def _renew_token(self) -> None:
        self._token = await self._request_token()
        with contextlib.suppress(volumes.NotThere):
            self.refresh()

    # Ending.

    async def stop(self, grace: float) -> None:
        """End all processes: SIGTERM, after `grace` seconds SIGKILL; then nothing of the pod is left here."""
        for container in self.containers:
            container.end()
        try:
            async with asyncio.timeout(grace):
                await self._ended()
        except asyncio.TimeoutError:
            for container in self.containers:
                container.end(signal.SIGKILL)
            await self._ended()
        await self._tasks.stop()
        self._node.hosts.remove(self._hosts)
        if self._network:
            self._node.network.detach(self._network)
        shutil.rmtree(self._home, ignore_errors=True)

    async def _ended(self) -> None:
        await asyncio.gather(*(container.ended.wait() for container in self.containers))
