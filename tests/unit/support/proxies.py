# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proxies on the way: HTTP ones that want a login, and SOCKS ones that look names up."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class ProxyServer:
    """A proxy while it runs; all connections end at one address, whatever name they were asked for."""

    port: int
    target: tuple[str, int]
    asked: list[bytes] = field(default_factory=list)
    """What each client said first."""


Greet = Callable[[ProxyServer, socket.socket], bool]


def http_greeting(proxy: ProxyServer, client: socket.socket) -> bool:
    """CONNECT, as HTTP has it; returns whether to go on."""
    said = b""
    while b"\r\n\r\n" not in said:
        said += client.recv(4096)
    proxy.asked.append(said)
    client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
    return True


def socks_greeting(proxy: ProxyServer, client: socket.socket) -> bool:
    """SOCKS5 (RFC 1928) without a login; returns whether to go on."""
    client.recv(client.recv(2)[1])
    client.sendall(b"\x05\x00")
    proxy.asked.append(client.recv(4096))
    client.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")
    return True


@contextmanager
def proxying(target: tuple[str, int], greet: Greet = http_greeting) -> Iterator[ProxyServer]:
    """Run a proxy on a free port."""
    server = socket.create_server(("127.0.0.1", 0))
    proxy = ProxyServer(server.getsockname()[1], target)
    thread = threading.Thread(target=_serve, args=(server, proxy, greet), daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
        server.close()


def _serve(server: socket.socket, proxy: ProxyServer, greet: Greet) -> None:
    while True:
        try:
            client, _address = server.accept()
        except OSError:
            return
        threading.Thread(target=_relay, args=(client, proxy, greet), daemon=True).start()


def _relay(client: socket.socket, proxy: ProxyServer, greet: Greet) -> None:
    with client:
        if not greet(proxy, client):
            return
        with socket.create_connection(proxy.target) as there:
            back = threading.Thread(target=_copy, args=(there, client), daemon=True)
            back.start()
            _copy(client, there)
            back.join()


def _copy(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return
