# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose name a certificate holds, to a router and to a redeemer of claims."""

from __future__ import annotations

import base64

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._pki.names import names_for_claims, names_for_router

from tests.unit.support import recorded
from tests.unit.support.certificates import known


def certificate(*hosts: str) -> bytes:
    """A certificate with such alternative names, and the common name `skupper-router`."""
    return known("now").issue("skupper-router", hosts).pem


@pytest.mark.parametrize(
    ("hosts", "host", "router", "claims"),
    [
        pytest.param(("west.example.org",), "west.example.org", True, True, id="name"),
        pytest.param(("west.example.org",), "WEST.example.org", True, True, id="case"),
        pytest.param(("west.example.org",), "east.example.org", False, False, id="another"),
        pytest.param(("*.example.org",), "west.example.org", True, True, id="wildcard"),
        pytest.param(("*.example.org",), "a.west.example.org", False, False, id="one label only"),
        pytest.param(("203.0.113.7",), "203.0.113.7", False, True, id="address, only as such"),
        pytest.param(("west.example.org",), "203.0.113.7", False, False, id="address, not there"),
        pytest.param(("west.example.org",), "skupper-router", True, False, id="common name"),
        pytest.param((), "skupper-router", True, False, id="no alternative names"),
    ],
)
def test_names(hosts: tuple[str, ...], host: str, router: bool, claims: bool) -> None:
    """A router never looks at addresses, Go never at the common name."""
    assert names_for_router(certificate(*hosts), host) is router
    assert names_for_claims(certificate(*hosts), host) is claims


def test_server_certificate_of_skupper() -> None:
    """Skupper puts an address in as a name, too, so that routers take it."""
    shown = base64.b64decode(recorded.document("west/skupper-site-server")["data"]["tls.crt"])
    for host in ("203.0.113.7", "skupper-router.west"):
        assert names_for_router(shown, host)
        assert names_for_claims(shown, host)


def test_nothing() -> None:
    """No certificate names nobody."""
    assert not names_for_router(b"", "a")
    assert not names_for_claims(b"", "a")
