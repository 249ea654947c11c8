# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Userspace forwarding of connections, as kube-proxy once did it: accept in one network, connect in another."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from .network import Network

_CHUNK = 65536
_log = logging.getLogger(__name__)


class Connects(Protocol):
    """A network out of which connections can be made."""

    async def connect(self, address: str, port: int) -> socket.socket:
        """Make a connection; OSError if it is refused."""


@dataclass(frozen=True)
class Target:
    """Where a connection goes; `pod` is the uid of the pod that has the address, "" for none."""

    network: Connects
    address: str
    port: int
    pod: str = ""


Choose = Callable[[str], "Target | None"]  # by the address of the client; None: refuse


class Relay:
    """One listening address and port, whose connections go where `choose` says."""

    def __init__(self, server: asyncio.Server, choose: Choose) -> None:
        self._server = server
        self._choose = choose
        self._open: dict[asyncio.Task[None], tuple[str, Target | None]] = {}

    @classmethod
    async def start(cls, network: Network, address: str, port: int, choose: Choose) -> Relay:
        """Listen in a network; OSError if the address is taken."""
        listener = await network.listen(address, port)

        async def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await relay.forward(reader, writer)

        relay = cls(await asyncio.start_server(accepted, sock=listener, limit=_CHUNK, start_serving=False), choose)
        await relay._server.start_serving()
        return relay

    @property
    def busy(self) -> bool:
        """Whether there are connections."""
        return bool(self._open)

    def close(self) -> None:
        """Listen no longer: new connections are refused; those that exist stay."""
        self._server.close()

    def cut(self, which: Callable[[str, str], bool]) -> None:
        """Reset the connections for whose client address and pod `which` holds."""
        for task, (client, target) in list(self._open.items()):
            if which(client, target.pod if target else ""):
                task.cancel()

    async def forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection to its end."""
        client = (writer.get_extra_info("peername") or [""])[0]
        target = self._choose(client) if client else None
        task = asyncio.current_task()
        if task is None or target is None:
            _reset(writer)
            return
        self._open[task] = client, target
        try:
            await _splice(reader, writer, target)
        except asyncio.CancelledError:
            pass
        except OSError as error:
            _log.debug("a connection from %s to %s:%d ends: %s", client, target.address, target.port, error)
        finally:
            self._open.pop(task, None)
            _reset(writer)


async def _splice(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: Target) -> None:
    stream = await target.network.connect(target.address, target.port)
    far_reader, far_writer = await asyncio.open_connection(sock=stream, limit=_CHUNK)
    ways = [asyncio.ensure_future(_copy(reader, far_writer)), asyncio.ensure_future(_copy(far_reader, writer))]
    try:
        await asyncio.gather(*ways)
        await asyncio.gather(_closed(writer), _closed(far_writer))
    finally:
        for way in ways:
            way.cancel()
        _reset(far_writer)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_CHUNK):
        writer.write(data)
        await writer.drain()
    writer.write_eof()


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Reset a connection as the kernel does if no program takes it; leave one alone that has ended properly."""
    if writer.is_closing():
        return
    stream = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
