# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers that a linking site may meet where an issuing site should be."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.unit.support.certificates import Pair

Talk = Callable[[socket.socket], None]


def secure(
    folder: Path,
    pair: Pair,
    lowest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2,
    highest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
    asks: bool = False,
) -> Talk:
    """Shake hands with this certificate, and, if it ``asks``, want one of the client as a router does."""
    (folder / "server.crt").write_bytes(pair.pem)
    (folder / "server.key").write_bytes(pair.key_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.crt", folder / "server.key")
    context.minimum_version, context.maximum_version = lowest, highest
    if asks:
        context.verify_mode = ssl.CERT_REQUIRED

    def talk(connection: socket.socket) -> None:
        context.wrap_socket(connection, server_side=True).close()

    return talk


def plain(connection: socket.socket) -> None:
    """Speak something else."""
    connection.recv(1)
    connection.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")


@contextmanager
def listening(talk: Talk | None) -> Iterator[int]:
    """Run a server on 127.0.0.1 and yield its port; without ``talk`` it sends nothing."""
    stop = threading.Event()
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.02)

    def serve() -> None:
        kept = []
        while not stop.is_set():
            try:
                connection, _address = server.accept()
            except socket.timeout:
                continue
            connection.settimeout(5)
            if talk is None:
                kept.append(connection)
                continue
            try:
                with connection:
                    talk(connection)
            except OSError:
                continue
        for connection in kept:
            connection.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        stop.set()
        thread.join()
        server.close()
