# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Startup, readiness and liveness probes, as a kubelet runs them: HTTP and TCP from the node's network."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass

from ..kube import Object
from .containers import Container
from .relay import Connects

_FASTEST = 0.1  # seconds between two probes of a container that is expected to become ready
_FASTEST_LATER = 1.0  # seconds between two probes of one that is


@dataclass(frozen=True)
class Probe:
    """The timing of a probe in seconds, and where it asks; no path means that a connection will do."""

    port: int
    path: str | None
    initial_delay: float
    period: float
    timeout: float
    failures: int

    @classmethod
    def of(cls, spec: Object, container: Object) -> Probe | None:
        """Read a probe of a container, None if it is of another kind."""
        action = spec.get("httpGet") or spec.get("tcpSocket")
        if not action:
            return None
        named = {port.get("name"): port["containerPort"] for port in container.get("ports") or []}
        return cls(
            port=action["port"] if isinstance(action["port"], int) else named[action["port"]],
            path=action.get("path", "/") if "httpGet" in spec else None,
            initial_delay=spec.get("initialDelaySeconds", 0),
            period=spec.get("periodSeconds", 10),
            timeout=spec.get("timeoutSeconds", 1),
            failures=spec.get("failureThreshold", 3),
        )

    async def passes(self, network: Connects, address: str) -> bool:
        """Ask once."""
        try:
            async with asyncio.timeout(self.timeout):
                return await self._ask(network, address)
        except (OSError, asyncio.TimeoutError, ValueError, IndexError):
            return False

    async def _ask(self, network: Connects, address: str) -> bool:
        stream = await network.connect(address, self.port)
        reader, writer = await asyncio.open_connection(sock=stream)
        try:
            if self.path is None:
                return True
            request = f"GET {self.path} HTTP/1.1\r\nHost: {address}:{self.port}\r\nConnection: close\r\n\r\n"
            writer.write(request.encode())
            status = (await reader.readline()).split()[1]
            return 200 <= int(status) < 400
        finally:
            _leave(reader, writer)


_leaving: set[asyncio.Task[None]] = set()


def _leave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Let the other side close the connection first, without waiting for it.

    The router's web server closes a second after it has answered, and keeps a core busy until then if the client
    was faster (libwebsockets 4.1).
    """

    async def drain() -> None:
        with contextlib.suppress(OSError, asyncio.TimeoutError):
            async with asyncio.timeout(2.0):
                await reader.read()
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    task = asyncio.get_running_loop().create_task(drain())
    _leaving.add(task)
    task.add_done_callback(_leaving.discard)


async def attend(
    container: Container, network: Connects, address: str, changed: Callable[[], None], pace: float
) -> None:
    """Probe a container for as long as its program runs; `pace` is a factor on the time it takes to become ready."""
    startup, readiness, liveness = (_probe(container, kind) for kind in ("startup", "readiness", "liveness"))
    if startup and not await _starts(startup, network, address, pace):
        container.restart()
        return
    container.started = True
    changed()
    loops = [_keep_ready(container, readiness, network, address, changed, pace)]
    if liveness:
        loops.append(_keep_alive(container, liveness, network, address))
    await asyncio.gather(*loops)


def _probe(container: Container, kind: str) -> Probe | None:
    spec = container.spec.get(f"{kind}Probe")
    return Probe.of(spec, container.spec) if spec else None


async def _starts(probe: Probe, network: Connects, address: str, pace: float) -> bool:
    await asyncio.sleep(probe.initial_delay * pace)
    # As patient as asked for, however often it looks.
    deadline = time.monotonic() + probe.period * probe.failures
    while not await probe.passes(network, address):
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(max(probe.period * pace, _FASTEST))
    return True


async def _keep_ready(
    container: Container,
    probe: Probe | None,
    network: Connects,
    address: str,
    changed: Callable[[], None],
    pace: float,
) -> None:
    failures = 0
    await asyncio.sleep(probe.initial_delay * pace if probe else 0)
    while True:
        passed = probe is None or await probe.passes(network, address)
        failures = 0 if passed else failures + 1
        ready = passed or (container.ready and probe is not None and failures < probe.failures)
        if ready != container.ready:
            container.ready = ready
            changed()
        if probe is None:
            return
        await asyncio.sleep(max(probe.period * pace, _FASTEST_LATER if ready else _FASTEST))


async def _keep_alive(container: Container, probe: Probe, network: Connects, address: str) -> None:
    await asyncio.sleep(probe.initial_delay)
    failures = 0
    while failures < probe.failures:
        failures = 0 if await probe.passes(network, address) else failures + 1
        await asyncio.sleep(probe.period)
    container.restart()
