# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated redeemer fails in the words of Go's net/http, as a Go program was seen to in the same situations."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from testbed.sites.goclient import Answer, PostFailed, post
from testbed.tlsfiles import context_with_keypair

NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
DAY = datetime.timedelta(days=1)
KEY = rsa.generate_private_key(65537, 2048)
OTHER_KEY = rsa.generate_private_key(65537, 2048)
UNKNOWN = "x509: certificate signed by unknown authority"
CANDIDATE = (
    ' (possibly because of "crypto/rsa: verification error" '
    'while trying to verify candidate authority certificate "skupper-site-ca")'
)
TRUST = "tls: failed to verify certificate: "

Serve = Callable[[socket.socket], object]


def make(name: str, issuer: str, key: rsa.RSAPrivateKey, *hosts: str, start: int = -1, end: int = 1) -> bytes:
    """Make a certificate for KEY, signed with `key`; times in days from now."""
    names: list[x509.GeneralName] = []
    for host in hosts:
        with contextlib.suppress(ValueError):
            names.append(x509.IPAddress(ipaddress.ip_address(host)))
            continue
        names.append(x509.DNSName(host))
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer)]))
        .public_key((key if name == issuer else KEY).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + start * DAY)
        .not_valid_after(NOW + end * DAY)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(key, SHA256()).public_bytes(Encoding.PEM)


ROOT = make("skupper-site-ca", "skupper-site-ca", KEY)
NEW_ROOT = make("skupper-site-ca", "skupper-site-ca", OTHER_KEY)
OTHER_ROOT = make("other-ca", "other-ca", OTHER_KEY)
PEM_KEY = KEY.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())


def leaf(*hosts: str, start: int = -1, end: int = 1) -> bytes:
    """Make a server certificate signed by ROOT."""
    return make("server", "skupper-site-ca", KEY, *hosts, start=start, end=end)


@contextlib.contextmanager
def server(serve: Serve) -> Iterator[int]:
    """Serve one connection with a function, in a thread; yields the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            connection, _peer = listener.accept()
            with connection, contextlib.suppress(OSError):
                serve(connection)

        thread = threading.Thread(target=run)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(10)


def tls(certificate: bytes, answer: bytes = b"") -> Serve:
    """Answer a request over TLS."""

    def serve(connection: socket.socket) -> None:
        context = context_with_keypair(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), certificate, PEM_KEY)
        with context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(4096)
            secure.sendall(answer)
            if answer:
                secure.unwrap()

    return serve


def ask(url: str, roots: bytes = ROOT) -> Answer:
    """Post to a URL as the redeemer does, where only localhost has an address."""
    known = {"localhost": "127.0.0.1"}.get
    return asyncio.run(post(url, "site-version=1.9.6", b"password", {}, roots, known))


def failure(url: str, roots: bytes = ROOT) -> str:
    """Post to a URL in vain and return what Go would say behind the URL."""
    with pytest.raises(PostFailed) as caught:
        ask(url, roots)
    start = f'Post "{url}?site-version=1.9.6": '
    assert str(caught.value).startswith(start)
    return str(caught.value).removeprefix(start)


def zulu(days: int) -> str:
    """Write a day from now as Go does."""
    return (NOW + days * DAY).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_answer() -> None:
    """Status and body come through."""
    response = b"HTTP/1.1 404 Not Found\r\nContent-Length: 14\r\n\r\nNo such claim\n"
    with server(tls(leaf("127.0.0.1"), response)) as port:
        assert ask(f"https://127.0.0.1:{port}/claim") == Answer(404, b"No such claim\n")


@pytest.mark.parametrize(
    ("roots", "text"),
    [
        (
            NEW_ROOT,
            UNKNOWN + CANDIDATE,
        ),
        (OTHER_ROOT, UNKNOWN),
        (b"", UNKNOWN),
    ],
    ids=["same name", "other name", "none"],
)
def test_untrusted(roots: bytes, text: str) -> None:
    """A CA of the same name is mentioned as a candidate, any other is not."""
    with server(tls(leaf("127.0.0.1"))) as port:
        assert failure(f"https://127.0.0.1:{port}/claim", roots) == TRUST + text


@pytest.mark.parametrize(
    ("host", "certificate", "text"),
    [
        ("127.0.0.1", leaf("10.0.0.9", "a.example"), "certificate is valid for 10.0.0.9, not 127.0.0.1"),
        (
            "127.0.0.1",
            leaf("a.example"),
            "cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs",
        ),
        (
            "localhost",
            leaf("a.example", "b.example"),
            "certificate is valid for a.example, b.example, not localhost",
        ),
        ("localhost", leaf(), "certificate is not valid for any names, but wanted to match localhost"),
    ],
    ids=["other address", "no address", "other names", "no names"],
)
def test_wrong_host(host: str, certificate: bytes, text: str) -> None:
    """Addresses and names are compared apart, and the common name does not count."""
    with server(tls(certificate)) as port:
        assert failure(f"https://{host}:{port}/claim") == f"{TRUST}x509: {text}"


@pytest.mark.parametrize(("start", "end", "word", "day"), [(-3, -1, "after", -1), (1, 2, "before", 1)])
def test_wrong_time(start: int, end: int, word: str, day: int) -> None:
    """Times are looked at before names and trust."""
    with server(tls(leaf("10.0.0.9", start=start, end=end))) as port:
        text = failure(f"https://127.0.0.1:{port}/claim", b"")
    assert text.startswith(f"{TRUST}x509: certificate has expired or is not yet valid: current time ")
    assert text.endswith(f" is {word} {zulu(day)}")


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://127.0.0.1:1/claim", "dial tcp 127.0.0.1:1: connect: connection refused"),
        ("https://:1/claim", "dial tcp :1: connect: connection refused"),
        ("https:///claim", "http: no Host in request URL"),
        ("htps://127.0.0.1:1/claim", 'unsupported protocol scheme "htps"'),
        (
            "https://skupper-router.west:8081/claim",
            "dial tcp: lookup skupper-router.west on 10.96.0.10:53: no such host",
        ),
    ],
)
def test_no_connection(url: str, text: str) -> None:
    """What keeps a connection from being made, starting with the empty host of a pending load balancer."""
    assert failure(url) == text


@pytest.mark.parametrize(
    ("serve", "text"),
    [
        (lambda connection: connection.recv(4096), "EOF"),
        (tls(leaf("127.0.0.1")), "EOF"),
        (
            lambda connection: connection.recv(4096) and connection.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n"),
            "http: server gave HTTP response to HTTPS client",
        ),
        (
            tls(leaf("127.0.0.1"), b"hello\r\n"),
            'net/http: HTTP/1.x transport connection broken: malformed HTTP response "hello"',
        ),
    ],
    ids=["closed in the handshake", "closed after the request", "plain HTTP", "no HTTP"],
)
def test_no_answer(serve: Serve, text: str) -> None:
    """What can go wrong with a connection that was made."""
    with server(serve) as port:
        assert failure(f"https://127.0.0.1:{port}/claim") == text
