# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A router of a site: connectors and listeners with mutual TLS, and what it learns over them of the network."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cryptography import x509

from ..kube import Tasks
from ..tlsfiles import context_with_keypair
from .goclient import Resolve
from .gotls import proton_accepts
from .topology import Record, Source, Topology

# skupper-router's delays before it tries a connector again, in seconds (src/server.c): after an open
# connection, and after any failure to get one.
_RETRY_AFTER_LOSS = 2.0
_RETRY_AFTER_FAILURE = 5.0
_HELLO_TIMEOUT = 10.0
_HELLO_DELAY = 0.8  # until neighbours have agreed on the link (inter-router HELLO every second)
_SWARM = 0.03
_LINE_LIMIT = 4 * 1024 * 1024

Files = Mapping[str, bytes]
# How AMQP begins with SASL, which a router answers in kind.
_AMQP = b"AMQP\x03\x01\x00\x00"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Identity:
    """The identity of a router."""

    name: str
    suffix: str
    site_id: str
    namespace: str
    hostname: str
    mode: str


@dataclass(frozen=True)
class Connector:
    """A connector of the running router: what it was created with, whatever skupper-internal says by now."""

    name: str
    role: str
    host: str
    port: int
    cost: int
    verify_host: bool = True


@dataclass(eq=False)
class Connection:
    """An open connection to another router."""

    peer: str
    role: str
    incoming: bool
    cost: int
    writer: asyncio.StreamWriter
    opened: int = field(default_factory=time.monotonic_ns)

    def send(self, line: bytes) -> None:
        """Queue one message."""
        if not self.writer.is_closing():
            self.writer.write(line)


class Router:
    """One router process."""

    def __init__(self, identity: Identity, resolve: Resolve, pace: float, changed: Callable[[], None]) -> None:
        self.identity = identity
        self.topology = Topology(identity.name)
        self._resolve = resolve
        self._pace = pace
        self._changed = changed
        # Makes everything this process reports newer than what its predecessor of the same name did.
        self._boot = time.time_ns() // 1000
        self._counter = 0
        self._version = 0
        self._connections: list[Connection] = []
        self._links: dict[str, Record] = {}
        self._connectors: dict[str, asyncio.Task[None]] = {}
        self._contexts: dict[tuple[str, str], ssl.SSLContext] = {}
        self._announcement: asyncio.TimerHandle | None = None
        self._tasks = Tasks()
        self._record = self._new_record("ROUTER", _router_fields(identity))
        self._announce()

    async def stop(self) -> None:
        """End the process: all connections close."""
        for connection in self._connections:
            connection.writer.transport.abort()
        await self._tasks.stop()

    @property
    def connector_names(self) -> set[str]:
        """The names of the live connectors, by which config-sync decides what to change."""
        return set(self._connectors)

    def add_connector(self, connector: Connector, files: Callable[[], Files]) -> None:
        """Start a connector, which reads its certificate files at every try."""
        self._connectors[connector.name] = self._tasks.start(self._connect_for_ever(connector, files))

    def remove_connector(self, name: str) -> None:
        """End a connector and its connection."""
        task = self._connectors.pop(name, None)
        if task:
            task.cancel()

    def drop_incoming(self) -> None:
        """Cut all connections that others opened."""
        for connection in self._connections:
            if connection.incoming:
                connection.writer.transport.abort()

    def publish(self, source: Source) -> None:
        """Pass on a source of the own site that is attached to this router."""
        if self.topology.accept(source):
            self._flood(source, None)
            self._changed()

    # Connections this router opens.

    async def _connect_for_ever(self, connector: Connector, files: Callable[[], Files]) -> None:
        while True:
            established = False
            try:
                established = await self._connect(connector, files())
            except (OSError, ValueError, KeyError, asyncio.TimeoutError, asyncio.IncompleteReadError) as error:
                _log.debug("%s: connector %s: %r", self.identity.name, connector.name, error)
            delay = _RETRY_AFTER_LOSS if established else _RETRY_AFTER_FAILURE
            await asyncio.sleep(max(delay * self._pace, 0.05))

    async def _connect(self, connector: Connector, files: Files) -> bool:
        """Connect once; True when it has been an open connection for a while, OSError if it never was."""
        reader, writer = await asyncio.open_connection(
            self._address(connector.host),
            connector.port,
            ssl=self._client_context(files),
            server_hostname=connector.host,
            limit=_LINE_LIMIT,
        )
        await self._call(connector, reader, writer)
        return True

    async def connect_through(self, connection: socket.socket, connector: Connector, files: Files) -> None:
        """Run a connector over a socket that is connected already, until it closes; OSError if it never opened."""
        reader, writer = await asyncio.open_connection(
            sock=connection, ssl=self._client_context(files), server_hostname="pod", limit=_LINE_LIMIT
        )
        await self._call(connector, reader, writer)

    async def _call(self, connector: Connector, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            _check_host(writer, connector)
            writer.write(json.dumps(self._hello(connector.role, connector.cost)).encode() + b"\n")
            # With TLS 1.3 a client certificate that is not trusted shows only now: no answer comes.
            hello = await _hello(reader)
            await self._serve(Connection(hello["router"], connector.role, False, connector.cost, writer), reader)
        finally:
            writer.transport.abort()

    def _address(self, host: str) -> str:
        if not host or host.replace(".", "").isdigit():
            return host
        address = self._resolve(host)
        if address is None:
            raise OSError(f"no address for {host}")
        return address

    def _client_context(self, files: Files) -> ssl.SSLContext:
        context = self._context(ssl.PROTOCOL_TLS_CLIENT, files)
        # The name is checked after the handshake, by proton's rule instead of OpenSSL's.
        context.check_hostname = False
        return context

    # Connections others open.

    def accept(self, connection: socket.socket, role: str, files: Files) -> None:
        """Serve an accepted socket with the certificate files as they are now; a peer without trust is dropped."""
        self._tasks.start(self._accept(connection, role, files))

    async def _accept(self, connection: socket.socket, role: str, files: Files) -> None:
        context = self._context(ssl.PROTOCOL_TLS_SERVER, files)
        context.verify_mode = ssl.CERT_REQUIRED
        reader = asyncio.StreamReader(limit=_LINE_LIMIT)
        protocol = asyncio.StreamReaderProtocol(reader)
        loop = asyncio.get_running_loop()
        try:
            transport, _protocol = await loop.connect_accepted_socket(lambda: protocol, connection, ssl=context)
        except OSError as error:
            _log.debug("%s: a peer was refused: %r", self.identity.name, error)
            return
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        with contextlib.suppress(OSError, ValueError, KeyError, asyncio.TimeoutError):
            await self._greet(reader, writer, role)
        writer.transport.abort()

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, role: str) -> None:
        line = await _first_line(reader)
        if line.startswith(_AMQP):
            # Someone who speaks what real routers speak gets their answer, and no more.
            writer.write(_AMQP)
            writer.close()
            async with asyncio.timeout(_HELLO_TIMEOUT):
                await writer.wait_closed()
            return
        hello: Record = json.loads(line)
        # An edge connector on the inter-router port, or the other way round, is a mistake; so is a link to itself.
        if hello["role"] != role or hello["router"] == self.identity.name:
            return
        writer.write(json.dumps(self._hello(role, hello["cost"])).encode() + b"\n")
        await self._serve(Connection(hello["router"], role, True, hello["cost"], writer), reader)

    def _context(self, protocol: int, files: Files) -> ssl.SSLContext:
        digest = hashlib.sha256(json.dumps({k: v.decode() for k, v in sorted(files.items())}).encode()).hexdigest()
        key = (str(protocol), digest)
        if key not in self._contexts:
            context = ssl.SSLContext(protocol)
            context.load_verify_locations(cadata=files["ca.crt"].decode())
            # A template token has no certificate of its own; the listener then has to do without.
            if "tls.crt" in files:
                context_with_keypair(context, files["tls.crt"], files["tls.key"])
            self._contexts[key] = context
        return self._contexts[key]

    # The life of a connection.

    def _hello(self, role: str, cost: int) -> Record:
        me = self.identity
        return {"router": me.name, "site": me.site_id, "mode": me.mode, "role": role, "cost": cost}

    async def _serve(self, connection: Connection, reader: asyncio.StreamReader) -> None:
        _keep_alive(connection.writer)
        # The connection is open, but no link counts before both sides have heard each other's HELLO.
        await asyncio.sleep(_HELLO_DELAY * self._pace)
        self._connections.append(connection)
        self._announce_soon()
        # Everything at once to a new neighbour; from then on only what changes.
        for source in self.topology.reachable():
            connection.send(_line(source))
        try:
            await self._receive(connection, reader)
        finally:
            self._connections.remove(connection)
            connection.writer.transport.abort()
            self._announce_soon()

    async def _receive(self, connection: Connection, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(OSError, ValueError):
            while line := await reader.readline():
                source = Source.from_wire(json.loads(line)["source"])
                # What others say of this router's own sources is old news by definition.
                if source.router != self.identity.name and self.topology.accept(source):
                    self._flood(source, connection)
                    self._changed()

    # What this router reports.

    def _new_record(self, kind: str, fields: Record) -> Record:
        identity = f"{self.identity.suffix}:{self._counter}"
        # The router itself is number 0 of its own records (skupper-router, src/vanflow.c).
        parent = self.identity.site_id if kind == "ROUTER" else f"{self.identity.suffix}:0"
        self._counter += 1
        times = {"startTime": time.time_ns() // 1000, "endTime": 0}
        base = {"recType": kind, "identity": identity, "parent": parent, **times}
        return {**base, "source": f"{self.identity.suffix}:0", **fields}

    def _announce_soon(self) -> None:
        # Connections come and go in swarms; each one told alone would go all the way through the network.
        if self._announcement is None:
            self._announcement = asyncio.get_running_loop().call_later(_SWARM, self._announce)

    def _announce(self) -> None:
        self._announcement = None
        self._renew_links()
        self._version += 1
        peers = tuple(sorted({connection.peer for connection in self._connections}))
        source = Source(
            f"{self.identity.suffix}:0",
            "ROUTER",
            self.identity.name,
            (self._boot, self._version),
            peers,
            (self._record, *self._links.values()),
        )
        self.topology.accept(source)
        self._flood(source, None)
        self._changed()

    def _renew_links(self) -> None:
        # One record for each peer, however many connections there are; interior routers keep none of edge peers.
        counted = [c for c in self._connections if c.role == "inter-router" or not c.incoming]
        wanted: dict[str, Connection] = {}
        for connection in counted:
            wanted.setdefault(connection.peer, connection)
        if self.identity.mode == "edge":
            # An edge router uses one uplink and holds the others in reserve.
            wanted = dict(list(wanted.items())[:1])
        for peer in [peer for peer in self._links if peer not in wanted]:
            del self._links[peer]
        for peer, connection in wanted.items():
            if peer not in self._links:
                self._links[peer] = self._new_record("LINK", _link_fields(connection, self.identity.mode))

    def _flood(self, source: Source, came_from: Connection | None) -> None:
        line = _line(source)
        for connection in self._connections:
            if connection is not came_from:
                connection.send(line)


async def _hello(reader: asyncio.StreamReader) -> Record:
    hello: Record = json.loads(await _first_line(reader))
    return hello


async def _first_line(reader: asyncio.StreamReader) -> bytes:
    # Not wait_for, which may take a cancellation for an answer that came at the same moment.
    async with asyncio.timeout(_HELLO_TIMEOUT):
        return await reader.readline()


def _line(source: Source) -> bytes:
    return json.dumps({"source": source.to_wire()}, separators=(",", ":")).encode() + b"\n"


def _router_fields(identity: Identity) -> Record:
    # Edge routers are not told their namespace and application, so their records lack both.
    inside = {"namespace": identity.namespace, "mode": identity.mode, "imageName": "skupper-router"}
    fields = inside if identity.mode == "interior" else {"mode": identity.mode}
    return {"name": f"0/{identity.name}", **fields, "hostname": identity.hostname, "buildVersion": "2.7.6"}


def _link_fields(connection: Connection, mode: str) -> Record:
    direction = "incoming" if connection.incoming else "outgoing"
    cost = {} if mode == "edge" else {"linkCost": connection.cost}
    return {"mode": mode, "name": connection.peer, **cost, "direction": direction}


def _check_host(writer: asyncio.StreamWriter, connector: Connector) -> None:
    der = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    if connector.verify_host and not proton_accepts(x509.load_der_x509_certificate(der), connector.host):
        raise OSError(f"the certificate is not for {connector.host}")


def _keep_alive(writer: asyncio.StreamWriter) -> None:
    connection = writer.get_extra_info("socket")
    if connection is not None and connection.family == socket.AF_INET:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
