# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Host names that hold their address, and the name that a TLS client asks for, by which an ingress controller decides."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket

from . import names

# A name as *.ip-127-83-0-1.lb.test stands for its address everywhere, so that no zone has to be shared.
_TELLING = re.compile(r"(?:^|\.)ip-(\d+)-(\d+)-(\d+)-(\d+)\.lb\.test$")
_ROLES = {"inter-router": "inter-router", "edge": "edge", "claims": "claims"}
_PREFIXES = {f"skupper-{role}": role for role in _ROLES} | _ROLES
_HELLO_TIMEOUT = 10.0


def telling_name(address: str) -> str:
    """Make a host name out of an IPv4 address."""
    return f"ip-{address.replace('.', '-')}.lb.test"


def told_address(host: str) -> str | None:
    """Read the address out of a telling name, None from any other."""
    match = _TELLING.search(host)
    return ".".join(match.groups()) if match else None


def loopback_of(host: str) -> str | None:
    """Find the loopback address a host stands for, None if it is elsewhere."""
    address = told_address(host) or host
    try:
        return address if ipaddress.ip_address(address).is_loopback else None
    except ValueError:
        return None


async def wanted_port(connection: socket.socket) -> int | None:
    """Read from a client's first bytes which port of the router it wants, and leave them unread."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(connection.fileno(), ready.set)
    try:
        async with asyncio.timeout(_HELLO_TIMEOUT):
            await ready.wait()
        host = server_name(connection.recv(4096, socket.MSG_PEEK))
    except (OSError, asyncio.TimeoutError):
        return None
    finally:
        loop.remove_reader(connection.fileno())
    # Routes are named ROUTE-NAMESPACE.SUFFIX, all other hosts have the role as their first label.
    first = (host or "").partition(".")[0]
    fitting = [role for prefix, role in _PREFIXES.items() if first == prefix or first.startswith(prefix + "-")]
    return names.PORTS[fitting[0]] if fitting else None


def server_name(hello: bytes) -> str | None:
    """Read the server name (RFC 6066) from a TLS ClientHello (RFC 8446, section 4.1.2), None if there is none."""
    try:
        # Behind record header, handshake header, version and random come three lists of varying length.
        position = 5 + 4 + 2 + 32
        position += 1 + hello[position]
        position += 2 + int.from_bytes(hello[position : position + 2], "big")
        position += 1 + hello[position]
        return _name_in(hello[position + 2 :])
    except IndexError:
        return None


def _name_in(extensions: bytes) -> str | None:
    while len(extensions) >= 4:
        kind, length = int.from_bytes(extensions[:2], "big"), int.from_bytes(extensions[2:4], "big")
        if kind == 0:
            # One list with one entry: length, type host_name, length, name.
            return extensions[9 : 4 + length].decode(errors="replace")
        extensions = extensions[4 + length :]
    return None
