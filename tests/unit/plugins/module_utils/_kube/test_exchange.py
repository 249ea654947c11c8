# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers that send for ever, or far too much: a request ends when its time or its bytes are used up."""

from __future__ import annotations

import itertools
import json
import socket
import time as real
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime, timezone
from typing import Any

import pytest
import urllib3
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube import exchange
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.api import SECRET
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.client import Client, open_client
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.exchange import HttpRequest, ask
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.options import ConnectionOptions
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.errors import Failure
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.wait import Clock

from tests.unit.support.apiserver import Answer, ApiServer, Received
from tests.unit.support.clock import FakeTime
from tests.unit.support.outcomes import failure_of
from tests.unit.support.peers import listening

START = datetime(2020, 1, 1, tzinfo=timezone.utc)
METADATA = {"name": "link1", "namespace": "east", "uid": "uid-1", "resourceVersion": "7"}
LINK = {"kind": "Secret", "apiVersion": "v1", "metadata": METADATA}
GOOD = json.dumps(LINK).encode()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
# More than a request may take here, and an end of it for a client that would wait for it.
_DRIPS = 400
_BETWEEN = 0.01


def client(host: str, clock: Clock, seconds: int = 1, **options: Any) -> Client:
    """A client whose requests may take a second."""
    known: dict[str, Any] = {"host": host, "api_key": "k", "namespace": "east", "request_timeout": seconds, **options}
    return open_client(ConnectionOptions(**known), {}, clock, START)


def passing() -> Clock:
    """The clock of the machine."""
    return Clock(real.monotonic, real.sleep)


def drip(connection: socket.socket, parts: Iterable[bytes]) -> None:
    """Send one part after the other until the client is gone."""
    try:
        for part in parts:
            connection.sendall(part)
            real.sleep(_BETWEEN)
        connection.close()
    except OSError:
        return


def after_request(parts: Callable[[], Iterable[bytes]]) -> Callable[[socket.socket], None]:
    """What a server does that has read the request."""

    def talk(connection: socket.socket) -> None:
        connection.settimeout(None)
        connection.recv(65536)
        drip(connection, parts())

    return talk


def slow_body() -> Iterator[bytes]:
    """A byte at a time; it would be a good answer in the end."""
    body = GOOD + b" " * _DRIPS
    yield HEAD % len(body)
    yield from (body[place : place + 1] for place in range(len(body)))


def slow_chunks() -> Iterator[bytes]:
    """The same, in chunks."""
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    yield b"%x\r\n%s\r\n" % (len(GOOD), GOOD)
    yield from itertools.repeat(b"1\r\n \r\n", _DRIPS)
    yield b"0\r\n\r\n"


def slow_headers() -> Iterator[bytes]:
    """A header that does not end for long."""
    yield b"HTTP/1.1 200 OK\r\nX: "
    yield from itertools.repeat(b"x", _DRIPS)
    yield b"\r\nContent-Length: %d\r\n\r\n%s" % (len(GOOD), GOOD)


def many_interim_answers() -> Iterator[bytes]:
    """To be continued."""
    yield from itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n", _DRIPS)
    yield HEAD % len(GOOD) + GOOD


@pytest.mark.parametrize("parts", [slow_body, slow_chunks, slow_headers, many_interim_answers])
def test_b1_a_drip(parts: Callable[[], Iterable[bytes]]) -> None:
    """However often something comes, the request ends with its time."""
    with listening(after_request(parts)) as port:
        open_api = client(f"http://127.0.0.1:{port}", passing())
        message = failure_of(lambda: open_api.get(SECRET, "link1"), Reason.API_UNREACHABLE).message
    assert "within 1 seconds (request_timeout)" in message


def tls_that_never_ends(connection: socket.socket) -> None:
    """A record of a handshake that is announced, and comes byte by byte."""
    drip(connection, [b"\x16\x03\x03\x3f\xff\x02\x00\x3f\xf0", *[b"\x00"] * _DRIPS])


@pytest.mark.parametrize("talk", [tls_that_never_ends, None], ids=["drips", "is silent"])
def test_b1_a_handshake_that_never_ends(api: ApiServer, talk: Callable[[socket.socket], None] | None) -> None:
    """Counts as the rest of the request does."""
    with listening(talk) as port:
        open_api = client(f"https://127.0.0.1:{port}", passing(), ca_cert=str(api.tls.ca_file))
        message = failure_of(lambda: open_api.get(SECRET, "link1"), Reason.API_UNREACHABLE).message
    assert "1 seconds" in message


def test_b1_a_proxy_that_drips(api: ApiServer) -> None:
    """A tunnel that is never opened is part of the request."""

    def parts() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nX: "
        yield from itertools.repeat(b"x", _DRIPS)

    with listening(after_request(parts)) as port:
        proxy = f"http://127.0.0.1:{port}"
        open_api = client("https://127.0.0.1:1", passing(), ca_cert=str(api.tls.ca_file), proxy=proxy)
        message = failure_of(lambda: open_api.get(SECRET, "link1"), Reason.API_UNREACHABLE).message
    assert "within 1 seconds (request_timeout)" in message


def test_b1_a_name_server_that_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking up a name can't be given a limit, so that it is not waited for."""

    def slowly(*_args: object, **_options: object) -> list[Any]:
        real.sleep(_DRIPS * _BETWEEN)
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", slowly)
    open_api = client("http://api.example", passing())
    message = failure_of(lambda: open_api.get(SECRET, "link1"), Reason.API_UNREACHABLE).message
    assert "within 1 seconds (request_timeout)" in message


@pytest.mark.parametrize("status", [200, 403, 500])
def test_b1_an_answer_without_end(api: ApiServer, time: FakeTime, status: int) -> None:
    """More than an API server has to say is not read, whatever it is."""
    api.will(*[Answer(status, GOOD + b" " * 2**25)] * 3)
    open_api = client(api.url, time.clock(), 30, ca_cert=str(api.tls.ca_file))
    message = failure_of(lambda: open_api.get(SECRET, "link1"), Reason.API_ERROR).message
    assert f"answered {status} with an answer of more than" in message


def page(number: int, items: int = 1, token: str | None = None) -> Answer:
    """A page of a list that goes on."""
    metadata = {**METADATA, "name": f"link{number}"}
    following = {"continue": f"page{number}" if token is None else token}
    return Answer(
        body={
            "kind": "SecretList",
            "apiVersion": "v1",
            "metadata": following,
            "items": [{"metadata": metadata}] * items,
        }
    )


@pytest.mark.parametrize(
    ("answer", "pages"),
    [
        pytest.param(lambda number: page(number, 0), 600, id="empty pages"),
        pytest.param(lambda number: page(number, 5000), 25, id="full pages"),
        pytest.param(lambda number: page(number, 1, "again"), 3, id="the same page"),
    ],
)
def test_b1_a_list_without_end(api: ApiServer, time: FakeTime, answer: Callable[[int], Answer], pages: int) -> None:
    """Pages, objects and bytes of a list have a limit."""

    def endless(_received: Received) -> Answer:
        if len(api.requests) > pages:
            return page(0, 1, "")
        return answer(len(api.requests))

    api.fallback = endless
    open_api = client(api.url, time.clock(), 30, ca_cert=str(api.tls.ca_file))
    failure = failure_of(lambda: open_api.list(SECRET), Reason.API_ERROR)
    assert "list" in failure.message


def test_b1_a_list_that_takes_too_long(api: ApiServer, time: FakeTime) -> None:
    """All pages together have the time of one request."""

    def slow(_received: Received) -> Answer:
        time.now += 7
        return page(len(api.requests)) if len(api.requests) < 9 else page(0, 1, "")

    api.fallback = slow
    open_api = client(api.url, time.clock(), 30, ca_cert=str(api.tls.ca_file))
    message = failure_of(lambda: open_api.list(SECRET), Reason.API_UNREACHABLE).message
    assert "within 30 seconds (request_timeout)" in message


def test_b1_a_client_that_was_left_in_the_lurch_goes_on(api: ApiServer) -> None:
    """The next request opens another connection."""
    api.will(Answer(hangs=True), LINK)
    open_api = client(api.url, passing(), 3, ca_cert=str(api.tls.ca_file))
    failure_of(lambda: open_api.get(SECRET, "link1"), Reason.API_UNREACHABLE)
    assert open_api.get(SECRET, "link1") == LINK


@pytest.mark.parametrize(
    ("seconds", "words"), [(1, "within 1 seconds (request_timeout)"), (2, "no connection within 1 ")]
)
def test_b1_a_connection_that_nobody_takes(monkeypatch: pytest.MonkeyPatch, seconds: int, words: str) -> None:
    """Ends with the time of the request, or with that of a connection if this is shorter, and is tried once."""
    monkeypatch.setattr(exchange, "CONNECT_SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, ExitStack() as callers:
        address = full.getsockname()
        for _caller in range(3):
            caller = callers.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(address)
        open_api = client(f"http://127.0.0.1:{address[1]}", passing(), seconds)
        message = failure_of(lambda: open_api.get(SECRET, "link1"), Reason.API_UNREACHABLE).message
    assert words in message


def test_failures_are_failures() -> None:
    """What is raised in another thread arrives here."""
    open_api = client("http://127.0.0.1:1", FakeTime().clock())
    with pytest.raises(Failure):
        open_api.get(SECRET, "link1")


def test_defects_are_no_outages() -> None:
    """An exception that no server can cause is raised as it is."""

    class Broken:
        def request_encode_url(self, *_args: object, **_options: object) -> None:
            raise TypeError("a defect")

    request = HttpRequest("GET", "http://127.0.0.1:1", {}, None, 1, verify=True)
    with pytest.raises(TypeError, match="a defect"):
        ask(Broken(), request, 5)


def test_two_requests_that_nothing_verifies_at_once() -> None:
    """The one that ends first takes the other's silence away as little as it leaves its own behind."""
    before = list(warnings.filters)
    one, other = exchange._without_warnings(verify=False), exchange._without_warnings(verify=False)
    one.__enter__()
    other.__enter__()
    one.__exit__(None, None, None)
    assert warnings.filters[0][:3] == ("ignore", None, urllib3.exceptions.InsecureRequestWarning)
    other.__exit__(None, None, None)
    assert list(warnings.filters) == before
