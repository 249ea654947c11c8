# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looking again and again: watches that work spare requests, and those that don't cost no time and mislead nobody."""

from __future__ import annotations

import json
import socket
import threading
import time as real
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.api import SECRET
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.client import Client, open_client
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.options import ConnectionOptions
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.retry import poll
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.wait import Clock

from tests.unit.support.peers import listening

START = datetime(2020, 1, 1, tzinfo=timezone.utc)
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
# Seconds; what is waited for here comes in hundredths of one.
LIMIT = 10.0


def link(version: int, name: str = "link1") -> dict[str, Any]:
    """A Secret in one of its versions."""
    metadata = {"name": name, "namespace": "east", "uid": "uid-1", "resourceVersion": str(version)}
    return {"kind": "Secret", "apiVersion": "v1", "metadata": metadata}


def event(sort: str, item: dict[str, Any]) -> bytes:
    """A line of a watch, as a chunk."""
    line = json.dumps({"type": sort, "object": item}).encode() + b"\n"
    return b"%x\r\n%s\r\n" % (len(line), line)


@dataclass
class Server:
    """An API server with one Secret, which is the version it was asked for; what it does with watches is given."""

    watch: Callable[[Server, socket.socket], None]
    version: int = 1
    reads: int = 0
    watches: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    """Set when a client has ended its watch."""

    def __call__(self, connection: socket.socket) -> None:
        """Answer one request after the other."""
        threading.Thread(target=self._serve, args=(connection.dup(),), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(None)
        with connection, suppress(OSError):
            while head := connection.recv(65536):
                if b"watch=true" in head:
                    self.watches += 1
                    self.watch(self, connection)
                    connection.recv(65536)
                    self.over.set()
                    return
                self.reads += 1
                body = json.dumps(link(self.version)).encode()
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))


def client(port: int) -> Client:
    """A client of such a server."""
    options = ConnectionOptions(host=f"http://127.0.0.1:{port}", api_key="k", namespace="east", request_timeout=5)
    return open_client(options, {}, Clock(real.monotonic, real.sleep), START)


@contextmanager
def served(server: Server) -> Iterator[Client]:
    """A client of a server that runs."""
    with listening(server) as port:
        yield client(port)


def until(found: Client, version: int, limit: float = LIMIT) -> float:
    """Wait until the Secret is in a version; returns the seconds that took."""
    begin = real.monotonic()
    with found.watcher(limit) as watcher:

        def look() -> bool | None:
            item = watcher.get(SECRET, "link1")
            return True if item is not None and item["metadata"]["resourceVersion"] == str(version) else None

        assert poll(look, limit, Clock(real.monotonic, real.sleep), watcher.rest)
    return real.monotonic() - begin


def changing(server: Server, connection: socket.socket) -> None:
    """Tell the Secret, and a second later a change of it."""
    connection.sendall(STREAM + event("ADDED", link(server.version)))
    real.sleep(1)
    server.version = 2
    connection.sendall(event("BOOKMARK", link(7)) + event("MODIFIED", link(2)))


def test_change_is_seen_at_once() -> None:
    """After two reads nothing is asked any more, and the change ends the wait."""
    server = Server(changing)
    with served(server) as found:
        until(found, 2)
        assert (server.reads, server.watches) == (2, 1)
        assert server.over.wait(LIMIT)


def silent(server: Server, connection: socket.socket) -> None:
    """Take the watch, and never say anything."""
    server.version = 2


def held_back(server: Server, connection: socket.socket) -> None:
    """Begin as a watch does; what changes then is kept back, as by a proxy that collects what it passes on."""
    connection.sendall(STREAM + event("ADDED", link(server.version)))
    server.version = 2


def denied(server: Server, connection: socket.socket) -> None:
    """Refuse it."""
    connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
    server.version = 2


def dropped(server: Server, connection: socket.socket) -> None:
    """Begin, and be cut off."""
    connection.sendall(STREAM + event("ADDED", link(server.version)))
    connection.shutdown(socket.SHUT_RDWR)
    server.version = 2


def expired(server: Server, connection: socket.socket) -> None:
    """Begin, and say that the watch can't go on."""
    gone = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "code": 410}
    connection.sendall(STREAM + event("ADDED", link(server.version)) + event("ERROR", gone))
    server.version = 2


def foreign(server: Server, connection: socket.socket) -> None:
    """Tell of another object."""
    connection.sendall(STREAM + event("ADDED", link(2, "another")))
    server.version = 2


def garbled(server: Server, connection: socket.socket) -> None:
    """Tell something that is no event."""
    connection.sendall(STREAM + b"6\r\n<html>\r\n1\r\n\n\r\n")
    server.version = 2


def listed(server: Server, connection: socket.socket) -> None:
    """Answer with a list, as a server would that does not know watches."""
    body = json.dumps({"kind": "SecretList", "apiVersion": "v1", "items": [link(2)]}).encode()
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
    server.version = 2


@pytest.mark.parametrize("watch", [silent, held_back, denied, dropped, expired, foreign, garbled, listed])
def test_watch_that_does_not_work(watch: Callable[[Server, socket.socket], None]) -> None:
    """The Secret is read as without a watch, and what was read is believed."""
    server = Server(watch)
    with served(server) as found:
        until(found, 2)
        assert server.watches == 1
        assert server.reads >= 3


def test_what_may_not_be_watched_is_not_tried_again() -> None:
    """One refusal is enough for all waits of a task."""
    server = Server(denied)
    with served(server) as found:
        until(found, 2)
        server.version = 1
        threading.Timer(1, lambda: setattr(server, "version", 3)).start()
        until(found, 3)
        assert server.watches == 1


def test_object_that_goes() -> None:
    """None, as when it is read."""

    def going(server: Server, connection: socket.socket) -> None:
        connection.sendall(STREAM + event("ADDED", link(1)) + event("DELETED", link(2)))

    server = Server(going)
    with served(server) as found, found.watcher(LIMIT) as watcher:
        for _again in range(200):
            if watcher.get(SECRET, "link1") is None:
                break
            watcher.rest(0.01, 0.05)
        assert watcher.get(SECRET, "link1") is None


def test_nothing_changes() -> None:
    """There is no reason to look before there is one."""
    server = Server(held_back)
    with served(server) as found, found.watcher(LIMIT) as watcher:
        for _again in range(3):
            watcher.get(SECRET, "link1")
        # What the watch began with is one.
        watcher.rest(0.01, LIMIT)
        begin = real.monotonic()
        watcher.rest(0.01, 0.3)
        assert real.monotonic() - begin >= 0.3
        assert server.reads == 2


def test_recent_enough() -> None:
    """What was read a moment ago is not read again if it may be so old."""
    server = Server(silent)
    with served(server) as found, found.watcher(LIMIT) as watcher:
        watcher.get(SECRET, "link1")
        server.version = 2
        for _again in range(3):
            old = watcher.get(SECRET, "link1", age=LIMIT)
            assert old is not None
            assert old["metadata"]["resourceVersion"] == "1"
        assert server.reads == 1
