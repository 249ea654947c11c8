# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The network in front of pods: addresses on the loopback, and listeners that hand connections to ready pods."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..kube import Tasks
from . import names

_log = logging.getLogger(__name__)


class AddressPool:
    """Addresses out of 127.BLOCK.0.0/16, each free on all ports of a site when it is handed out."""

    def __init__(self, block: int) -> None:
        # A simulator started again does not get in the way of addresses that its predecessor gave away.
        self._next = (127 << 24) | (block << 16) | (random.randrange(240) << 8) | 1

    def take(self) -> str:
        """Hand out the next address on which the ports of a site can be bound."""
        while True:
            address = socket.inet_ntoa(self._next.to_bytes(4, "big"))
            self._next += 1
            if all(_free(address, port) for port in names.PORTS.values()):
                return address


def _free(address: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
        return True


@dataclass(frozen=True)
class Entrance:
    """An address and port where connections arrive, and the port of the pod they are for."""

    address: str
    port: int
    target: int


Deliver = Callable[[int, socket.socket], bool]


class ServiceProxy:
    """Listeners in front of pods. A connection that no pod takes is closed; where nothing listens it is refused."""

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self._tasks = Tasks()
        self._open: dict[Entrance, tuple[socket.socket, asyncio.Task[None]]] = {}

    def set(self, entrances: Iterable[Entrance]) -> None:
        """Open and close listeners so that exactly these exist; one that cannot be bound is tried at the next call."""
        wanted = set(entrances)
        for entrance in set(self._open) - wanted:
            listener, task = self._open.pop(entrance)
            task.cancel()
            asyncio.get_running_loop().remove_reader(listener.fileno())
            listener.close()
        for entrance in wanted - set(self._open):
            try:
                self._listen(entrance)
            except OSError as error:
                _log.error("cannot listen on %s:%d: %s", entrance.address, entrance.port, error)

    def _listen(self, entrance: Entrance) -> None:
        listener = socket.socket()
        try:
            listener.setblocking(False)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((entrance.address, entrance.port))
            listener.listen(128)
        except OSError:
            listener.close()
            raise
        self._open[entrance] = listener, self._tasks.start(self._accept(listener, entrance.target))

    async def _accept(self, listener: socket.socket, target: int) -> None:
        loop = asyncio.get_running_loop()
        while True:
            with contextlib.suppress(ConnectionError):
                connection, _address = await loop.sock_accept(listener)
                if not self._deliver(target, connection):
                    connection.close()
