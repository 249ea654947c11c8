# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The faulty proxy does to requests what its faults say, and logs the results; tested without the collection."""

from __future__ import annotations

import base64
import json
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3

from testbed import faults
from testbed.clusters import Cluster, running
from testbed.faults import Act, ApiRequest, Fault, FaultyProxy, Logged, RequestPattern

pytestmark = pytest.mark.xdist_group("clusters")

ALL = [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]
MAPS = "/api/v1/namespaces/default/configmaps"
LIMIT = 1.5


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Run one cluster for all tests of this file."""
    with running("cluster-1") as (only,):
        yield only


@pytest.fixture(scope="module")
def proxy(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultyProxy]:
    """Run a proxy before it."""
    with FaultyProxy.open(cluster, tmp_path_factory.mktemp("proxy")) as opened:
        yield opened


Ask = Callable[..., Any]


@pytest.fixture
def ask(cluster: Cluster, proxy: FaultyProxy) -> Ask:
    """Ask the API server by way of the proxy, once, with a connection of its own."""
    user = cluster.user("asks", ALL, auth="token")
    server = proxy.kubeconfig(user)["clusters"][0]["cluster"]
    roots = ssl.create_default_context(cadata=proxy_ca(server))

    def asked(method: str = "GET", path: str = MAPS, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {user.token}", "Content-Type": "application/json"}
        with urllib3.PoolManager(ssl_context=roots, retries=False, timeout=LIMIT) as pool:
            data = None if body is None else json.dumps(body)
            return pool.request(method, server["server"] + path, headers=headers, body=data, redirect=False)

    return asked


def proxy_ca(server: dict[str, str]) -> str:
    """Decode the certificate of a kubeconfig."""
    return base64.b64decode(server["certificate-authority-data"]).decode()


def config_map(name: str) -> dict[str, Any]:
    """Describe a ConfigMap."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "default"}}


def logged(proxy: FaultyProxy, count: int) -> list[Logged]:
    """Return the whole log; what was answered is written down a moment later."""
    deadline = time.monotonic() + 10
    while len(proxy.log) < count and time.monotonic() < deadline:
        time.sleep(0.05)
    return proxy.disarm()


def test_without_faults(ask: Ask, proxy: FaultyProxy) -> None:
    """Requests arrive and are answered, and all are in the log."""
    proxy.arm()
    assert ask("POST", MAPS, config_map("plain")).status == 201
    assert json.loads(ask().data)["kind"] == "ConfigMapList"
    assert ask("GET", f"{MAPS}/plain").status == 200
    assert ask("DELETE", f"{MAPS}/plain").status == 200
    told = [(str(entry.asked), entry.code, entry.fault) for entry in logged(proxy, 4)]
    assert told == [
        ("create configmaps", 201, ""),
        ("list configmaps", 200, ""),
        ("get configmaps plain", 200, ""),
        ("delete configmaps plain", 200, ""),
    ]


@pytest.mark.parametrize(
    ("where", "met"),
    [
        (RequestPattern(), [1]),
        (RequestPattern(nth=3), [3]),
        (RequestPattern("list"), [1]),
        (RequestPattern("get", "configmaps", "kube-root-.*"), [2]),
        (RequestPattern("get", "configmaps", nth=2), [3]),
        (RequestPattern("get", "secrets"), []),
    ],
    ids=str,
)
def test_addresses(ask: Ask, proxy: FaultyProxy, where: RequestPattern, met: list[int]) -> None:
    """A fault meets the requests that it is for, once."""
    proxy.arm(Fault(faults.status(503), where))
    answers = [ask(), ask("GET", f"{MAPS}/kube-root-ca.crt"), ask("GET", f"{MAPS}/kube-root-ca.crt"), ask()]
    assert [number for number, answer in enumerate(answers, 1) if answer.status == 503] == met
    assert len([entry for entry in logged(proxy, 4) if entry.fault]) == len(met)


def test_lasting(ask: Ask, proxy: FaultyProxy) -> None:
    """A fault without a number of times is there until it is taken away."""
    proxy.arm(Fault(faults.status(500), times=None))
    assert [ask().status for _time in range(3)] == [500, 500, 500]
    proxy.disarm()
    assert ask().status == 200


def test_dry_runs() -> None:
    """A dry run writes nothing, and faults for writes pass over it."""
    asked = ApiRequest.read("POST", f"{MAPS}?dryRun=All&fieldManager=x")
    assert not asked.writes
    assert not RequestPattern("create", "configmaps").matches(asked)
    assert RequestPattern("create", "configmaps", dry_runs=True).matches(asked)
    assert ApiRequest.read("PATCH", "/apis/apps/v1/namespaces/n/deployments/d") == ApiRequest(
        "patch", "deployments", "n", "d", "/apis/apps/v1/namespaces/n/deployments/d"
    )
    assert ApiRequest.read("GET", "/api/v1/namespaces/kube-system").name == "kube-system"


@pytest.mark.parametrize(
    ("act", "handled"),
    [(faults.ResetBefore(), False), (faults.ResetAfter(), True), (faults.Truncated(), True)],
    ids=["before", "after", "truncated"],
)
def test_broken_connections(ask: Ask, proxy: FaultyProxy, cluster: Cluster, act: Act, handled: bool) -> None:
    """The client learns of no answer; whether the request was handled is as was asked for."""
    name = type(act).__name__.lower()
    proxy.arm(Fault(act, RequestPattern("create")))
    with pytest.raises(urllib3.exceptions.HTTPError):
        ask("POST", MAPS, config_map(name))
    (entry,) = logged(proxy, 1)
    assert entry.code == (201 if handled else None)
    assert (cluster.api.get("v1", "configmaps", "default", name) is not None) == handled


@pytest.mark.parametrize(
    "act", [faults.Hanging(), faults.HandshakeHanging(), faults.WrongCertificate()], ids=lambda act: type(act).__name__
)
def test_no_answer(ask: Ask, proxy: FaultyProxy, act: Act) -> None:
    """The client has to end it, and the next one is served."""
    proxy.arm(Fault(act))
    with pytest.raises((urllib3.exceptions.TimeoutError, urllib3.exceptions.SSLError)):
        ask()
    assert ask().status == 200
    assert next(entry for entry in logged(proxy, 2) if entry.fault).code is None


def test_answers(ask: Ask, proxy: FaultyProxy) -> None:
    """What the API server is said to have answered."""
    proxy.arm(
        Fault(faults.status(429, Retry_After="7"), RequestPattern(nth=1)),
        Fault(faults.HTML, RequestPattern(nth=1)),
        Fault(faults.EMPTY_OBJECT, RequestPattern(nth=1)),
        Fault(faults.Redirected("https://127.0.0.1:1/"), RequestPattern(nth=1)),
        Fault(faults.replaced(kind="Secret"), RequestPattern(nth=1)),
        Fault(faults.Endless(), RequestPattern(nth=1)),
        Fault(faults.Late(0.3), RequestPattern(nth=1)),
    )
    throttled, html, empty, redirect, other, endless = (ask() for _time in range(6))
    assert (throttled.status, throttled.headers["Retry-After"]) == (429, "7")
    assert (html.status, html.headers["Content-Type"]) == (200, "text/html")
    assert (empty.status, empty.data) == (200, b"{}")
    assert (redirect.status, redirect.headers["Location"]) == (302, "https://127.0.0.1:1/")
    assert json.loads(other.data)["kind"] == "Secret"
    assert json.loads(endless.data)["metadata"]["continue"] == "more"
    assert ask().status == 200
    assert [bool(entry.fault) for entry in logged(proxy, 7)] == [True] * 7


@pytest.mark.parametrize("act", [faults.Dripping(0.05), faults.Huge()], ids=["drip", "huge"])
def test_answers_without_end(ask: Ask, proxy: FaultyProxy, act: Act) -> None:
    """Each read of the client is short; the proxy ends with its client."""
    user = proxy.cluster.user("reads", ALL, auth="token")
    server = proxy.kubeconfig(user)["clusters"][0]["cluster"]
    proxy.arm(Fault(act))
    roots = ssl.create_default_context(cadata=proxy_ca(server))
    with urllib3.PoolManager(ssl_context=roots, retries=False, timeout=LIMIT) as pool:
        headers = {"Authorization": f"Bearer {user.token}"}
        answer = pool.request("GET", server["server"] + MAPS, headers=headers, preload_content=False)
        assert len(answer.read(20)) == 20
        answer.close()
    assert ask().status == 200
    assert len(logged(proxy, 2)) == 2


def test_killed(ask: Ask, proxy: FaultyProxy, cluster: Cluster, tmp_path: Path) -> None:
    """The API server goes with the request, and comes back by itself."""
    killed = faults.Killed(cluster, seconds=0.5)
    proxy.arm(Fault(killed))
    with pytest.raises(urllib3.exceptions.HTTPError):
        ask()
    killed.wait()
    assert ask().status == 200
