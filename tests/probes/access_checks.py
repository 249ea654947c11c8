# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check at a site's endpoints whether a certificate or a claim gives access. TLS is not verified here."""

from __future__ import annotations

import http.client
import socket
import ssl
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .secrets import unwrap

# Opens a connection to a host and a port; real sites are reached from a network of their own.
Dial = Callable[[str, int], socket.socket]
_PATIENCE = 20.0  # seconds in which a router answers, or says that it does not take a certificate
# How AMQP begins with SASL, which a router answers in kind. What is simulated reads lines.
_AMQP = b"AMQP\x03\x01\x00\x00\n"
_VERSION = "1.9.6"


def _careless(data: Mapping[str, bytes] | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if data is not None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "pair.pem"
            path.touch(mode=0o600)
            path.write_bytes(data["tls.crt"] + data["tls.key"])
            context.load_cert_chain(path)
    return context


def dial(host: str, port: int) -> socket.socket:
    """Open a connection from this machine's own network."""
    return socket.create_connection((host, port), 5)


def lets_in(endpoint: str, data: Mapping[str, bytes], dial: Dial = dial) -> bool:
    """Whether a router accepts this certificate; OSError if the router is not there, or does not answer in time.

    With TLS 1.3 the client's handshake is over before the server looks at its certificate, so an answer is asked for.
    """
    host, _mark, port = endpoint.rpartition(":")
    with dial(host, int(port)) as plain:
        try:
            with _careless(data).wrap_socket(plain) as talk:
                talk.settimeout(_PATIENCE)
                talk.sendall(_AMQP)
                return bool(talk.recv(1))
        except (ssl.SSLError, ConnectionError):
            return False


def redeem(
    token: Mapping[str, Any], site_id: str = "a-stranger", dial: Dial = dial, patience: float = 10.0
) -> tuple[int, bytes]:
    """Redeem a claim token by hand and return the claim server's status and answer; OSError if there is none in time."""
    kept = unwrap(token)
    url = urlsplit(kept.annotations["skupper.io/url"])
    host, port = url.hostname or "", url.port or 443
    connection = http.client.HTTPConnection(host, port)
    try:
        connection.sock = _careless().wrap_socket(dial(host, port), server_hostname=host)
        connection.sock.settimeout(patience)
        headers = {"skupper-site-name": site_id}
        connection.request("POST", f"{url.path}?site-version={_VERSION}", kept.data["password"], headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
