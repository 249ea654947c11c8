# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An HTTPS POST as Go's net/http makes it: trust from one bundle only, and failures in Go's words."""

from __future__ import annotations

import _ssl
import asyncio
import datetime
import errno
import ipaddress
import re
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

from cryptography import x509

from .gotls import parse_roots, verify

_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})(?: .*)?")
_ERRNO = {
    errno.ECONNREFUSED: "connection refused",
    errno.ECONNRESET: "connection reset by peer",
    errno.ETIMEDOUT: "connection timed out",
    errno.EHOSTUNREACH: "no route to host",
    errno.ENETUNREACH: "network is unreachable",
    errno.EPIPE: "broken pipe",
}
# Alerts a peer may send, in OpenSSL's words and in Go's.
_ALERTS = {
    "PROTOCOL_VERSION": "protocol version not supported",
    "HANDSHAKE_FAILURE": "handshake failure",
    "CERTIFICATE_REQUIRED": "certificate required",
    "INTERNAL_ERROR": "internal error",
    "UNRECOGNIZED_NAME": "unrecognized name",
}

_EVER = 1e6  # seconds

Resolve = Callable[[str], "str | None"]


class PostFailed(Exception):
    """No answer came back; the message is the one of Go's error."""


class BadUrl(Exception):
    """Go cannot parse the URL; Skupper's controller crashes on that."""


@dataclass(frozen=True)
class Answer:
    """The status and the body of an HTTP answer."""

    status: int
    body: bytes


@dataclass(frozen=True)
class _Target:
    url: str
    parts: SplitResult
    host: str
    port: int


async def post(url: str, query: str, body: bytes, headers: dict[str, str], roots: bytes, resolve: Resolve) -> Answer:
    """Post a body without time limit; PostFailed with Go's text if there is no answer, BadUrl if Go would panic."""
    target = _target(url, query)
    try:
        return await _exchange(target, body, headers, roots, resolve)
    except _Failure as failure:
        text = str(failure)
    except EOFError:
        text = "EOF"
    except OSError as error:
        text = _system(error)
    raise PostFailed(f'Post "{target.url}": {text}')


class _Failure(Exception):
    """The part of Go's error that comes behind the colon."""


def _target(url: str, query: str) -> _Target:
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError as error:
        raise BadUrl(url) from error
    if not parts.scheme:
        raise BadUrl(url)
    parts = parts._replace(path=quote(parts.path, safe="/%:@!$&'()*+,;=~-._"), query=query)
    return _Target(parts.geturl(), parts, parts.hostname or "", port)


async def _exchange(target: _Target, body: bytes, headers: dict[str, str], roots: bytes, resolve: Resolve) -> Answer:
    if target.parts.scheme not in ("http", "https"):
        raise _Failure(f'unsupported protocol scheme "{target.parts.scheme}"')
    if not target.parts.netloc:
        raise _Failure("http: no Host in request URL")
    connection = await _dial(target, resolve)
    try:
        reader, writer = await _handshake(connection, target, roots)
    except BaseException:
        connection.close()
        raise
    try:
        writer.write(_request(target, headers, body))
        await writer.drain()
        return await _response(reader)
    except ssl.SSLError as error:
        raise _Failure(_tls_text(error)) from error
    finally:
        writer.close()


async def _dial(target: _Target, resolve: Resolve) -> socket.socket:
    address = _address(target.host, resolve)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    connection = socket.socket(family, socket.SOCK_STREAM)
    connection.setblocking(False)
    try:
        # An empty host is dialled as the own machine.
        await asyncio.get_running_loop().sock_connect(connection, (address or "127.0.0.1", target.port))
    except OSError as error:
        connection.close()
        raise _Failure(f"dial tcp {address}:{target.port}: connect: {_reason(error)}") from error
    return connection


def _address(host: str, resolve: Resolve) -> str:
    try:
        return str(ipaddress.ip_address(host)) if host else ""
    except ValueError:
        address = resolve(host)
    if address is None:
        raise _Failure(f"dial tcp: lookup {host} on 10.96.0.10:53: no such host")
    return address


async def _handshake(
    connection: socket.socket, target: _Target, roots: bytes
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if target.parts.scheme == "http":
        return await asyncio.open_connection(sock=connection)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # Trust is judged below by Go's rules, on the certificate for which the handshake has proven the key.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    peers = f"{_pair(connection.getsockname())}->{_pair(connection.getpeername())}"
    try:
        reader, writer = await asyncio.open_connection(
            sock=connection, ssl=context, server_hostname=target.host or "x", ssl_handshake_timeout=_EVER
        )
    except ssl.SSLError as error:
        raise _Failure(_tls_text(error)) from error
    except ConnectionResetError as error:
        # asyncio reports a peer that hangs up in mid-handshake as a reset without an error number.
        if error.errno is None:
            raise EOFError from error
        raise _Failure(f"read tcp {peers}: read: {_reason(error)}") from error
    problem = _distrust(writer, target.host, roots)
    if problem:
        writer.transport.abort()
        raise _Failure(problem)
    return reader, writer


def _distrust(writer: asyncio.StreamWriter, host: str, roots: bytes) -> str | None:
    leaf, *intermediates = map(x509.load_der_x509_certificate, _shown(writer.get_extra_info("ssl_object")))
    now = datetime.datetime.now(datetime.timezone.utc)
    return verify(leaf, parse_roots(roots), host, now, intermediates)


def _shown(connection: Any) -> list[bytes]:
    """Read the certificates that the server has shown, its own first."""
    if hasattr(connection, "get_unverified_chain"):
        return list(connection.get_unverified_chain())
    # Until Python 3.13 the method is there, but not offered.
    return [each.public_bytes(_ssl.ENCODING_DER) for each in connection._sslobj.get_unverified_chain()]


def _request(target: _Target, headers: dict[str, str], body: bytes) -> bytes:
    path = (target.parts.path or "/") + (f"?{target.parts.query}" if target.parts.query else "")
    fields = {
        "Host": target.parts.netloc,
        "User-Agent": "Go-http-client/1.1",
        "Content-Length": str(len(body)),
        **headers,
        # Go would take gzip, but the claim server never sends it.
        "Accept-Encoding": "gzip;q=0",
        "Connection": "close",
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


async def _response(reader: asyncio.StreamReader) -> Answer:
    first = await reader.readline()
    if not first:
        raise EOFError
    match = _STATUS.fullmatch(first.rstrip())
    if not match:
        shown = first.decode(errors="replace").rstrip()
        raise _Failure(f'net/http: HTTP/1.x transport connection broken: malformed HTTP response "{shown}"')
    fields = await _fields(reader)
    return Answer(int(match[1]), await _body(reader, fields))


async def _fields(reader: asyncio.StreamReader) -> dict[str, str]:
    fields: dict[str, str] = {}
    while line := (await reader.readline()).decode(errors="replace").strip():
        name, _mark, value = line.partition(":")
        fields[name.strip().lower()] = value.strip()
    return fields


async def _body(reader: asyncio.StreamReader, fields: dict[str, str]) -> bytes:
    if "chunked" in fields.get("transfer-encoding", ""):
        return await _chunks(reader)
    if "content-length" not in fields:
        return await reader.read()
    try:
        return await reader.readexactly(int(fields["content-length"]))
    except asyncio.IncompleteReadError as error:
        raise UnexpectedEnd from error


class UnexpectedEnd(Exception):
    """The body was cut short: Go's io.ReadAll says "unexpected EOF"."""

    def __str__(self) -> str:
        return "unexpected EOF"


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int((await reader.readline()).split(b";")[0] or b"0", 16):
        body += await reader.readexactly(size)
        await reader.readline()
    return body


def _pair(address: tuple[str, int]) -> str:
    return f"{address[0]}:{address[1]}"


def _system(error: OSError) -> str:
    return "EOF" if isinstance(error, ConnectionError) and error.errno is None else _reason(error)


def _reason(error: OSError) -> str:
    number = error.errno or 0
    return _ERRNO.get(number) or (error.strerror or str(error)).lower()


def _tls_text(error: ssl.SSLError) -> str:
    reason = error.reason or ""
    if reason in ("HTTP_REQUEST", "WRONG_VERSION_NUMBER"):
        return "http: server gave HTTP response to HTTPS client"
    for alert, words in _ALERTS.items():
        if reason.endswith(f"ALERT_{alert}"):
            return f"remote error: tls: {words}"
    if "EOF" in reason:
        return "EOF"
    return f"remote error: tls: {reason.lower().replace('_', ' ')}"
