# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The proxy that a request takes, and what becomes of one that can't be taken."""

from __future__ import annotations

import base64
import importlib.util
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.api import SECRET
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.client import Client, open_client
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.connect import connect
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.options import ConnectionOptions
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.proxy import bypasses, environment_proxy
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason

from tests.unit.support.apiserver import ApiServer
from tests.unit.support.clock import FakeTime
from tests.unit.support.outcomes import failure_of
from tests.unit.support.proxies import proxying, socks_greeting

START = datetime(2020, 1, 1, tzinfo=timezone.utc)
# Known to nobody but a proxy.
NAME = "kube.internal.example"


def document(api: ApiServer, cluster: Mapping[str, Any]) -> dict[str, Any]:
    """A kubeconfig with this cluster."""
    there = {
        "server": api.url,
        "certificate-authority-data": base64.b64encode(api.tls.ca.pem).decode(),
        "tls-server-name": "127.0.0.1",
        **cluster,
    }
    return {
        "current-context": "here",
        "contexts": [{"name": "here", "context": {"cluster": "c", "user": "u", "namespace": "hub"}}],
        "clusters": [{"name": "c", "cluster": there}],
        "users": [{"name": "u", "user": {"token": "t"}}],
    }


def opened(
    api: ApiServer, time: FakeTime, cluster: Mapping[str, Any], environ: Mapping[str, str] | None = None, **options: Any
) -> Client:
    """A client of a kubeconfig with this cluster."""
    given = ConnectionOptions(kubeconfig=document(api, cluster), **options)
    return open_client(given, environ or {}, time.clock(), START)


def proxy_of(api: ApiServer, cluster: Mapping[str, Any], environ: Mapping[str, str], **options: Any) -> str:
    """The proxy that its requests take; "" for none."""
    return connect(ConnectionOptions(kubeconfig=document(api, cluster), **options), environ).proxy


def address(api: ApiServer) -> tuple[str, int]:
    """Where a test's server listens."""
    parts = urlsplit(api.url)
    return str(parts.hostname), int(parts.port or 0)


def test_c5_a_proxy_with_a_login(api: ApiServer, time: FakeTime) -> None:
    """User name and password are read from the URL, and shown to the proxy alone."""
    api.will({})
    with proxying(address(api)) as proxy:
        url = f"http://svc:p%40ss@127.0.0.1:{proxy.port}"
        opened(api, time, {"server": f"https://{NAME}:6443", "proxy-url": url}).get(SECRET, "x")
    (asked,) = proxy.asked
    assert asked.startswith(f"CONNECT {NAME}:6443 ".encode())
    assert f"authorization: Basic {base64.b64encode(b'svc:p@ss').decode()}".lower() in asked.decode().lower()
    assert b"Bearer" not in asked
    assert api.requests[0].header("proxy-authorization") == []


def test_c7_the_server_name_of_a_kubeconfig(api: ApiServer, time: FakeTime) -> None:
    """It is the one that the certificate has to have; versions of the kubernetes package passed over it."""
    api.will({})
    host, port = address(api)
    with proxying((host, port)) as proxy:
        there = {"server": f"https://{NAME}:{port}", "proxy-url": f"http://127.0.0.1:{proxy.port}"}
        opened(api, time, there).get(SECRET, "x")
        wrong = opened(api, time, {**there, "tls-server-name": "other.example"})
        message = failure_of(lambda: wrong.get(SECRET, "x"), Reason.API_TLS_FAILED).message
        assert "other.example" in message
        none = opened(api, time, {**there, "tls-server-name": ""})
        assert NAME in failure_of(lambda: none.get(SECRET, "x"), Reason.API_TLS_FAILED).message


def test_c7_proxies_of_the_environment(api: ApiServer, time: FakeTime) -> None:
    """For every version of the kubernetes package; what NO_PROXY names is reached directly."""
    api.will({})
    with proxying(address(api)) as proxy:
        environ = {"HTTPS_PROXY": f"127.0.0.1:{proxy.port}"}
        there = {"server": f"https://{NAME}:6443"}
        opened(api, time, there, environ).get(SECRET, "x")
        assert len(proxy.asked) == 1
        assert proxy_of(api, there, {**environ, "NO_PROXY": ".internal.example"}) == ""
        named = {**there, "proxy-url": f"http://127.0.0.1:{proxy.port}"}
        assert proxy_of(api, named, {"NO_PROXY": "*"}) == named["proxy-url"]
        assert proxy_of(api, named, {}, no_proxy=NAME) == ""


@pytest.mark.parametrize(
    ("server", "no_proxy", "expected"),
    [
        ("https://kube.internal.example:6443", "kube.internal.example", True),
        ("https://kube.internal.example:6443", "internal.example", True),
        ("https://kube.internal.example:6443", ".internal.example", True),
        ("https://kube.internal.example:6443", "*.internal.example", True),
        ("https://kube.internal.example:6443", "KUBE.internal.EXAMPLE ", True),
        ("https://kube.internal.example:6443", "other, *", True),
        ("https://kube.internal.example:6443", "kube.internal.example:6443", True),
        ("https://kube.internal.example:6443", "kube.internal.example:443", False),
        ("https://kube.internal.example", "kube.internal.example:443", True),
        ("https://kube.internal.example", ".kube.internal.example", False),
        ("https://kube.internal.example", "nal.example", False),
        ("https://kube.internal.example", "", False),
        ("https://10.1.2.3:6443", "10.0.0.0/8", True),
        ("https://10.1.2.3:6443", "10.1.2.3", True),
        ("https://10.1.2.3:6443", "10.1.2.4,192.168.0.0/16", False),
        ("https://[2001:db8::1]:6443", "2001:db8::/32", True),
        ("https://[2001:db8::1]:6443", "[2001:db8::1]", True),
    ],
)
def test_c7_no_proxy(server: str, no_proxy: str, expected: bool) -> None:
    """As Go's programs read it."""
    assert bypasses(urlsplit(server), no_proxy) is expected
    found = environment_proxy(urlsplit(server), {"https_proxy": "http://p:1", "no_proxy": no_proxy})
    assert found == (None if expected else "http://p:1")


@pytest.mark.parametrize("server", ["https://localhost:6443", "https://127.0.0.2:6443", "https://[::1]:6443"])
def test_c7_this_machine_needs_no_proxy(server: str) -> None:
    """Of the environment; one that was named is taken."""
    assert environment_proxy(urlsplit(server), {"HTTPS_PROXY": "http://p:1"}) is None
    assert environment_proxy(urlsplit("http://far.example"), {"HTTPS_PROXY": "http://p:1"}) is None
    assert environment_proxy(urlsplit("https://far.example"), {"HTTPS_PROXY": "socks5h://p:1"}) == "socks5://p:1"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("127.0.0.1:18080", "127.0.0.1:18080 has no scheme"),
        ("user:secret-word@127.0.0.1:18080", "127.0.0.1:18080 has no scheme"),
        ("http://", "no URL with a host"),
        ("http://user:secret-word@host:port", "no URL with a host"),
        ("ftp://user:secret-word@proxy.example", "not one of http, https or socks5"),
        ("socks4://proxy.example", "not one of http, https or socks5"),
        ("http://a b", "no URL with a host"),
    ],
)
def test_c2_proxies_that_are_none(api: ApiServer, time: FakeTime, url: str, words: str) -> None:
    """The sentence names the proxy and what is missing, and no password."""
    by_file = failure_of(lambda: opened(api, time, {"proxy-url": url}), Reason.KUBECONFIG_INVALID).message
    by_option = failure_of(lambda: opened(api, time, {}, proxy=url), Reason.INVALID_OPTION).message
    for message in (by_file, by_option):
        assert words in message
        assert "secret-word" not in message


def test_c2_socks_without_its_package(api: ApiServer, time: FakeTime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The package and the proxy are named."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    url = "socks5://user:secret-word@proxy.example"
    message = failure_of(lambda: opened(api, time, {"proxy-url": url}), Reason.MISSING_LIBRARY).message
    assert "PySocks" in message
    assert "socks5://proxy.example:1080" in message
    assert "secret-word" not in message


def test_c2_socks(api: ApiServer, time: FakeTime) -> None:
    """The proxy looks the name up, as for kubectl."""
    pytest.importorskip("socks", reason="PySocks is not everywhere")
    api.will({}, {})
    with proxying(address(api), socks_greeting) as proxy:
        there = {"server": f"https://{NAME}:6443", "proxy-url": f"socks5://127.0.0.1:{proxy.port}"}
        opened(api, time, there).get(SECRET, "x")
        opened(api, time, {"server": f"https://{NAME}:6443"}, proxy=f"socks5h://127.0.0.1:{proxy.port}").get(
            SECRET, "x"
        )
    assert len(proxy.asked) == 2
    assert all(NAME.encode() in asked for asked in proxy.asked)


def test_c6_failures_name_the_proxy(api: ApiServer, time: FakeTime) -> None:
    """Without its password: the server may be all right."""
    client = opened(api, time, {"proxy-url": "http://user:secret-word@127.0.0.1:1"})
    message = failure_of(lambda: client.get(SECRET, "x"), Reason.API_UNREACHABLE).message
    assert f"{api.url} through the proxy http://127.0.0.1:1 is not reachable" in message
    assert "secret-word" not in message
