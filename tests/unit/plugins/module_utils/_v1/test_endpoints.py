# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a site can be reached, by its kind of ingress."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.client import Client, open_client
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.options import ConnectionOptions
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.site import Mode, Service, SiteConfig
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.wait import Wait
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.endpoints import (
    await_endpoints,
    resolve,
    site_ingress,
)

from tests.unit.support import recorded
from tests.unit.support.apiserver import ApiServer
from tests.unit.support.clock import FakeTime
from tests.unit.support.outcomes import failure_of
from tests.unit.support.store import Object, Store

WEST = recorded.document("west/skupper-router")
SOUTH = recorded.document("south/skupper-router")
PENDING: Object = {**WEST, "status": {"loadBalancer": {}}}


def balanced(**entry: str) -> Object:
    """The router's Service with such an entry of its load balancer."""
    return {**WEST, "status": {"loadBalancer": {"ingress": [entry]}}}


def route(name: str, host: str | None) -> Object:
    """A Route."""
    return {"kind": "Route", "metadata": {"name": name}, "spec": {"host": host, "to": {"name": "skupper-router"}}}


ROUTES = [route(n, f"{n}-west.apps.example.org") for n in ("skupper-inter-router", "skupper-edge", "claims")]


def ingress(*hosts: str) -> Object:
    """The Ingress of Skupper, with the hosts of inter-router, edge and claims."""
    rules = [
        {"host": host, "http": {"paths": [{"backend": {"service": {"port": {"number": port}}}}]}}
        for host, port in zip(hosts, (55671, 45671, 8081))
    ]
    return {"kind": "Ingress", "metadata": {"name": "skupper"}, "spec": {"rules": rules}}


INGRESS = ingress("inter-router.west.example.org", "edge.west.example.org", "claims.west.example.org")


@pytest.fixture
def port(api: ApiServer, time: FakeTime, store: Store) -> Client:
    """A client of the namespace west."""
    options = ConnectionOptions(host=api.url, api_key="k", ca_cert=str(api.tls.ca_file), namespace="west")
    return open_client(options, {}, time.clock(), datetime(2020, 1, 1, tzinfo=timezone.utc))


def site(ingress: str | None, host: str = "") -> SiteConfig:
    """A site with such an ingress."""
    return SiteConfig("id", "west", Mode.INTERIOR, ingress, host)


@pytest.mark.parametrize(
    ("config", "objects", "expected"),
    [
        pytest.param(
            site("loadbalancer"),
            [WEST],
            ["203.0.113.7:55671", "203.0.113.7:45671", "203.0.113.7:8081"],
            id="loadbalancer",
        ),
        pytest.param(
            site("loadbalancer"),
            [balanced(hostname="lb")],
            ["lb:55671", "lb:45671", "lb:8081"],
            id="loadbalancer by name",
        ),
        pytest.param(
            site("loadbalancer"),
            [balanced(ip="2001:db8::7")],
            ["[2001:db8::7]:55671", "[2001:db8::7]:45671", "[2001:db8::7]:8081"],
            id="loadbalancer with IPv6",
        ),
        pytest.param(
            site("nodeport", "node.example.org"),
            [SOUTH],
            ["node.example.org:30001", "node.example.org:30002", "node.example.org:30003"],
            id="nodeport",
        ),
        pytest.param(
            site("route"),
            ROUTES,
            [
                "skupper-inter-router-west.apps.example.org:443",
                "skupper-edge-west.apps.example.org:443",
                "claims-west.apps.example.org:443",
            ],
            id="route",
        ),
        *[
            pytest.param(
                site(kind),
                [INGRESS],
                ["inter-router.west.example.org:443", "edge.west.example.org:443", "claims.west.example.org:443"],
                id=kind,
            )
            for kind in ("ingress", "nginx-ingress-v1")
        ],
        pytest.param(
            site("contour-http-proxy", "example.org"),
            [],
            [
                "skupper-inter-router.west.example.org:443",
                "skupper-edge.west.example.org:443",
                "skupper-claims.west.example.org:443",
            ],
            id="contour-http-proxy",
        ),
        pytest.param(
            site("none"),
            [],
            ["skupper-router.west:55671", "skupper-router.west:45671", "skupper-router.west:8081"],
            id="none",
        ),
    ],
)
def test_endpoints(port: Client, store: Store, config: SiteConfig, objects: list[Object], expected: list[str]) -> None:
    """As Skupper's own resolvers find them."""
    for document in objects:
        store.put("west", document)
    assert [str(end) for end in resolve(port, config, *Service).values()] == expected


@pytest.mark.parametrize(
    ("config", "objects", "lacks"),
    [
        pytest.param(site("loadbalancer"), [PENDING], "no host for inter-router", id="load balancer pending"),
        pytest.param(site("loadbalancer"), [], "no host for inter-router", id="no Service"),
        pytest.param(site("nodeport"), [SOUTH], "no host for inter-router", id="node port without host"),
        pytest.param(site("nodeport", "node.example.org"), [WEST], "no port for inter-router", id="node port not set"),
        pytest.param(site("nodeport", "node.example.org"), [], "no port for inter-router", id="node port, no Service"),
        pytest.param(site("route"), ROUTES[:2], "no host for claims", id="a Route is missing"),
        pytest.param(
            site("route"), [route("skupper-inter-router", None)], "no host for inter-router", id="no host yet"
        ),
        pytest.param(site("ingress"), [], "no host for inter-router", id="no Ingress"),
        pytest.param(
            site("ingress"), [ingress("inter-router", "edge", "claims")], "host for inter-router", id="literal hosts"
        ),
        pytest.param(site("contour-http-proxy"), [], "no host for inter-router", id="contour without host"),
    ],
)
def test_not_ready(port: Client, store: Store, config: SiteConfig, objects: list[Object], lacks: str) -> None:
    """Where Skupper would hand out a token that leads nowhere, the task says what is missing."""
    for document in objects:
        store.put("west", document)
    message = failure_of(lambda: resolve(port, config, *Service), Reason.INGRESS_PENDING).message
    assert "Site west in namespace west" in message
    assert lacks in message


def admitted(name: str, *answers: str) -> Object:
    """A Route that this many routers have spoken of."""
    entries = [
        {"conditions": [{"type": "Admitted", "status": answer, "reason": "HostAlreadyClaimed"}]} for answer in answers
    ]
    return {**route(name, f"{name}-west.apps.example.org"), "status": {"ingress": entries}}


@pytest.mark.parametrize(
    ("answers", "refused"),
    [
        ((), False),
        (("True",), False),
        (("Unknown",), False),
        (("True", "False"), False),
        (("False",), True),
        (("False", "False"), True),
    ],
)
def test_route_not_admitted(port: Client, store: Store, answers: tuple[str, ...], refused: bool) -> None:
    """A host in the spec is only a wish: a Route that no router serves leads nowhere."""
    store.put("west", admitted("claims", *answers))
    if refused:
        failure = failure_of(lambda: resolve(port, site("route"), Service.CLAIMS), Reason.INGRESS_PENDING)
        assert "Route claims was not admitted (HostAlreadyClaimed)" in failure.message
    else:
        assert resolve(port, site("route"), Service.CLAIMS)[Service.CLAIMS].port == 443


def test_waiting(port: Client, store: Store, time: FakeTime) -> None:
    """An ingress that is not ready is looked at again until it is."""
    store.put("west", PENDING)

    def arrive(_seconds: float) -> None:
        if len(time.sleeps) == 3:
            store.put("west", balanced(ip="203.0.113.7"))

    time.then = arrive
    found = await_endpoints(port, site("loadbalancer"), Wait(60, time.clock()), Service.CLAIMS)
    assert str(found[Service.CLAIMS]) == "203.0.113.7:8081"
    assert len(time.sleeps) == 3


def test_waiting_in_vain(port: Client, store: Store, time: FakeTime) -> None:
    """The limit is kept, and the sentence says what was lacking to the end."""
    store.put("west", PENDING)
    patience = Wait(60, time.clock())
    failure = failure_of(
        lambda: await_endpoints(port, site("loadbalancer"), patience, Service.CLAIMS), Reason.INGRESS_PENDING
    )
    assert sum(time.sleeps) == pytest.approx(60)
    assert "no host for claims" in failure.message
    assert "60 seconds" in failure.message


def test_not_worth_waiting(port: Client, time: FakeTime) -> None:
    """A kind of ingress that Skupper does not know will not become one."""
    patience = Wait(60, time.clock())
    failure_of(lambda: await_endpoints(port, site("external"), patience, Service.CLAIMS), Reason.INGRESS_UNSUPPORTED)
    assert time.sleeps == []


@pytest.mark.parametrize("kind", ["external", "gateway", "LoadBalancer"])
def test_unknown_ingress(port: Client, kind: str) -> None:
    """Kinds that Skupper 1.x can make no tokens for."""
    assert kind in failure_of(lambda: resolve(port, site(kind), Service.CLAIMS), Reason.INGRESS_UNSUPPORTED).message


@pytest.mark.parametrize(("groups", "kind"), [(set(), "loadbalancer"), ({"route.openshift.io/v1"}, "route")])
def test_default(port: Client, store: Store, groups: Any, kind: str) -> None:
    """Depends on the cluster, if nothing is said."""
    store.groups = groups
    assert site_ingress(port, site(None)) == kind
    assert site_ingress(port, site("none")) == "none"
