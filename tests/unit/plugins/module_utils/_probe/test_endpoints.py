# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is found where an issuing site should be."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.site import Endpoint, Service
from ansible_collections.sitemesh.skupper.plugins.module_utils._probe import endpoints
from ansible_collections.sitemesh.skupper.plugins.module_utils._probe.endpoints import Finding, Trust, look_at

from tests.unit.support.certificates import NOW, authority, known
from tests.unit.support.peers import Talk, listening, plain, secure

HOST = "127.0.0.1"
TRUST = Trust(known("now").pem, NOW)
# As Skupper's: the address is in the certificate as an address and as a name.
RIGHT = known("now").issue(HOST, (HOST,))
OLD = ssl.TLSVersion.TLSv1_2


@pytest.fixture
def servers() -> Iterator[ExitStack]:
    """Servers that end with the test."""
    with ExitStack() as stack:
        yield stack


FAKE = authority("Acme Co").issue("Kubernetes Ingress Controller Fake Certificate", ("ingress.local",))
ELSE = authority("Corp Root").issue("proxy", (HOST,))


def look(servers: ExitStack, talk: Talk | None, service: Service, trust: Trust = TRUST, timeout: float = 5) -> Finding:
    """Look at one server."""
    port = servers.enter_context(listening(talk))
    return look_at({service: Endpoint(HOST, port)}, trust, timeout)[service]


@pytest.mark.parametrize("service", Service)
def test_right(servers: ExitStack, tmp_path: Path, service: Service) -> None:
    """A router asks for a certificate that it does not get, which does not matter here."""
    talk = secure(tmp_path, RIGHT, asks=service is not Service.CLAIMS)
    assert look(servers, talk, service) == Finding(True, True)


@pytest.mark.parametrize(
    ("pair", "service", "words"),
    [
        pytest.param(known("now").issue("x", ("127.0.0.2",)), Service.CLAIMS, "does not name 127.0.0.1", id="claims"),
        pytest.param(known("now").issue(HOST), Service.CLAIMS, "does not name", id="claims, common name only"),
        pytest.param(known("now").issue("x", (HOST,)), Service.EDGE, "does not name", id="router, address only"),
        pytest.param(known("before").issue(HOST, (HOST,)), Service.CLAIMS, "current CA", id="another CA"),
        pytest.param(
            known("before").issue("x", (HOST,)), Service.CLAIMS, "serves the certificate of a former CA", id="former CA"
        ),
        pytest.param(
            known("now").issue("x", ("127.0.0.2",)), Service.CLAIMS, "before the site had this address", id="moved"
        ),
        pytest.param(FAKE, Service.CLAIMS, "for ingress.local (Kubernetes Ingress Controller Fake", id="ingress"),
        pytest.param(FAKE, Service.EDGE, "something else seems to answer there", id="ingress, by its name"),
        pytest.param(ELSE, Service.CLAIMS, "signed by Corp Root, and not by the site's current CA", id="another PKI"),
        pytest.param(ELSE, Service.CLAIMS, "something else seems to answer there", id="another PKI, by its name"),
        pytest.param(
            known("now").issue(HOST, (HOST,), ends=NOW - timedelta(days=1)), Service.EDGE, "ended at 2026", id="ended"
        ),
    ],
)
def test_certificate_does_not_fit(servers: ExitStack, tmp_path: Path, pair: Any, service: Service, words: str) -> None:
    """By the rules of who will connect there."""
    found = look(servers, secure(tmp_path, pair), service)
    assert (found.reachable, found.certificate_ok) == (True, False)
    assert words in str(found.reason)


def test_without_ca(servers: ExitStack, tmp_path: Path) -> None:
    """For accounts that may not read it."""
    found = look(servers, secure(tmp_path, RIGHT), Service.CLAIMS, Trust(None, NOW))
    assert (found.reachable, found.certificate_ok) == (True, None)
    assert "could not be read" in str(found.reason)


def test_old_tls(servers: ExitStack, tmp_path: Path) -> None:
    """Claims are redeemed with TLS 1.3 alone."""
    found = look(servers, secure(tmp_path, RIGHT, OLD, OLD), Service.CLAIMS)
    assert (found.reachable, found.certificate_ok) == (True, None)
    assert "not with the TLS" in str(found.reason)


def test_old_tls_of_a_router(servers: ExitStack, tmp_path: Path) -> None:
    """Routers take what came before."""
    assert look(servers, secure(tmp_path, RIGHT, OLD, OLD), Service.EDGE) == Finding(True, True)


def test_no_tls(servers: ExitStack) -> None:
    """Something else lives there."""
    found = look(servers, plain, Service.CLAIMS)
    assert (found.reachable, found.certificate_ok) == (True, None)


def test_silence(servers: ExitStack) -> None:
    """The limit is kept."""
    found = look(servers, None, Service.CLAIMS, timeout=0.2)
    assert (found.reachable, found.certificate_ok) == (False, None)
    assert "no answer" in str(found.reason)


@pytest.mark.parametrize(
    ("host", "words"), [(HOST, "refused"), ("nowhere.invalid", "no connection"), ("a" * 300, "no connection"), ("", "")]
)
def test_nothing_there(host: str, words: str) -> None:
    """Nobody listens, or there is no such name."""
    with listening(plain) as port:
        pass
    found = look_at({Service.CLAIMS: Endpoint(host, port)}, TRUST, 5)[Service.CLAIMS]
    assert (found.reachable, found.certificate_ok) == (False, None)
    assert words in str(found.reason)


def test_name_server_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking a name up has no limit of its own; it is not waited for."""
    forever = threading.Event()

    def hang(*_args: Any, **_options: Any) -> None:
        forever.wait(30)
        raise OSError

    monkeypatch.setattr(socket, "create_connection", hang)
    monkeypatch.setattr(endpoints, "_GRACE", 0.0)
    found = look_at({service: Endpoint("west.example.org", 443) for service in Service}, TRUST, 0.05)
    forever.set()
    assert {finding.reachable for finding in found.values()} == {False}
    assert "within 0.05 seconds" in str(found[Service.CLAIMS].reason)


def test_side_by_side(servers: ExitStack, tmp_path: Path) -> None:
    """One that is silent does not take the others' time."""
    silent = servers.enter_context(listening(None))
    good = servers.enter_context(listening(secure(tmp_path, RIGHT)))
    found = look_at({Service.CLAIMS: Endpoint(HOST, silent), Service.EDGE: Endpoint(HOST, good)}, TRUST, 0.5)
    assert (found[Service.CLAIMS].reachable, found[Service.EDGE]) == (False, Finding(True, True))
