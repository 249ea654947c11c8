# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks that no interface connects with the machine's own: a bridge per cluster, and a namespace per pod on it.

Addresses of Services and load balancers belong to no interface: the namespaces take them for local ones ("AnyIP"),
and relays listen there. Nothing is forwarded between clusters but by relays, so that their pods meet as pods of
clusters far apart do.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from .addresses import SERVICES
from .children import Children
from .syscalls import CLONE_NEWNET, setns, unshare

T = TypeVar("T")

_BACKLOG = 128


def new_namespace() -> int:
    """Make a network namespace that lives as long as the handle returned, or a process in it."""
    made: list[int] = []

    def make() -> None:
        unshare(CLONE_NEWNET)
        made.append(os.open(f"/proc/self/task/{threading.get_native_id()}/ns/net", os.O_RDONLY | os.O_CLOEXEC))

    thread = threading.Thread(target=make)
    thread.start()
    thread.join()
    return made[0]


class Network:
    """A network namespace that reaches what all clusters show to others, and a thread inside to make sockets.

    A socket stays in the namespace it was made in, whoever uses it.
    """

    def __init__(self, name: str, public: str, children: Children, log: Path) -> None:
        self.name = name
        self.handle = new_namespace()
        self._public = public
        self._children = children
        self._log = log
        self._thread = ThreadPoolExecutor(1, f"network-{name}", lambda: setns(self.handle, CLONE_NEWNET))

    async def start(self) -> None:
        """Set the addresses up."""
        await self._shell("ip link set lo up", f"ip route add local {self._public} dev lo")

    async def _shell(self, *commands: str, pod: int | None = None) -> None:
        """Run commands inside; file descriptor 4 is the namespace of a pod."""
        handles = [self.handle] if pod is None else [self.handle, pod]
        enter = ["nsenter", "--net=/proc/self/fd/3", "sh", "-ec"]
        await self._children.run([*enter, "\n".join(commands)], self._log, handles)

    async def listen(self, address: str, port: int) -> socket.socket:
        """Make a listening socket."""
        return await self._inside(lambda: _listening(address, port))

    async def connect(self, address: str, port: int) -> socket.socket:
        """Make a connection; OSError if it is refused."""
        return await connect(await self._inside(_stream), address, port)

    async def _inside(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


class HostNetwork:
    """The machine's own network, from which nothing but the API servers on its loopback is called."""

    async def connect(self, address: str, port: int) -> socket.socket:
        """Make a connection; OSError if it is refused."""
        return await connect(_stream(), address, port)


async def connect(stream: socket.socket, address: str, port: int) -> socket.socket:
    """Connect a socket, or close it."""
    try:
        await asyncio.get_running_loop().sock_connect(stream, (address, port))
    except BaseException:
        stream.close()
        raise
    return stream


def _stream() -> socket.socket:
    stream = socket.socket()
    stream.setblocking(False)
    return stream


def _listening(address: str, port: int) -> socket.socket:
    listener = _stream()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen(_BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener


class PodNetwork:
    """The namespace of one pod, its address, and its end of the bridge in the cluster's network."""

    def __init__(self, handle: int, address: str, link: str) -> None:
        self.handle = handle
        self.address = address
        self.link = link


class ClusterNetwork(Network):
    """The network of one cluster: a bridge with the pods, and the addresses of Services."""

    def __init__(self, name: str, pods: ipaddress.IPv4Network, public: str, children: Children, log: Path) -> None:
        super().__init__(name, public, children, log)
        self._pods = pods
        self._numbers: Iterator[int] = iter(range(2, pods.num_addresses - 1))
        self._gateway = str(pods[1])

    async def start(self) -> None:
        """Set the addresses and the bridge up."""
        await super().start()
        await self._shell(
            f"ip route add local {SERVICES} dev lo",
            # With an address of its own: one without takes that of a pod, and another when that pod goes or a new one
            # comes, and connections stand still until the other pods have asked for it anew, for most of a minute.
            "ip link add pods address 02:00:00:00:00:01 type bridge",
            f"ip address add {self._gateway}/{self._pods.prefixlen} dev pods",
            "ip link set pods up",
        )

    async def attach(self) -> PodNetwork:
        """Make the network of a pod, with an address that no pod has had before."""
        number = next(self._numbers)
        pod = PodNetwork(new_namespace(), str(self._pods[number]), f"pod{number}")
        try:
            await self._connect_pod(pod)
        except BaseException:
            self.detach(pod)
            raise
        return pod

    async def _connect_pod(self, pod: PodNetwork) -> None:
        await self._shell(
            f"ip link add {pod.link} type veth peer name eth0 netns /proc/self/fd/4",
            f"ip link set {pod.link} master pods up",
            "exec nsenter --net=/proc/self/fd/4 sh -ec '"
            f"ip link set lo up; ip address add {pod.address}/{self._pods.prefixlen} dev eth0; "
            f"ip link set eth0 up; ip route add default via {self._gateway}'",
            pod=pod.handle,
        )

    def detach(self, pod: PodNetwork) -> None:
        """Give the network of a pod up; the kernel removes it with the last process and connection in it."""
        os.close(pod.handle)
