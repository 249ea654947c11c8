# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The objects that lead other sites to a site, as Skupper and the cluster write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.objects import ingress
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.support import recorded
from tests.unit.support.json_values import anything, damaged


@pytest.mark.parametrize(
    ("entries", "host"),
    [
        (None, ""),
        ([], ""),
        ([{}], ""),
        ([{"ip": "203.0.113.7"}], "203.0.113.7"),
        ([{"hostname": "lb.example.org"}], "lb.example.org"),
        ([{"ip": "203.0.113.7", "hostname": "lb.example.org"}], "203.0.113.7"),
        ([{}, {"hostname": "lb.example.org"}], "lb.example.org"),
        ([{"hostname": "lb.example.org"}, {"ip": "203.0.113.7"}], "lb.example.org"),
        ([{"ip": ""}, {"ip": "203.0.113.8"}], "203.0.113.8"),
    ],
)
def test_load_balancer_host(entries: Any, host: str) -> None:
    """The first entry that has either, its address preferred."""
    assert ingress.load_balancer_host({"status": {"loadBalancer": {"ingress": entries}}}) == host


def test_recorded_services() -> None:
    """Service skupper-router of a load balancer and of a node port."""
    assert ingress.load_balancer_host(recorded.document("west/skupper-router")) == "203.0.113.7"
    south = recorded.document("south/skupper-router")
    assert ingress.load_balancer_host(south) == ""
    ports = {name: port["nodePort"] for name, port in ingress.service_ports(south).items()}
    assert ports == {"inter-router": 30001, "edge": 30002, "claims": 30003}


def backend(number: int) -> dict[str, Any]:
    """A path of an Ingress of networking.k8s.io/v1."""
    return {"path": "/", "backend": {"service": {"name": "skupper-router", "port": {"number": number}}}}


RULES = [
    {"host": "inter-router.west.example.org", "http": {"paths": [backend(55671)]}},
    {"host": "edge.west.example.org", "http": {"paths": [{"backend": {"servicePort": 45671}}]}},
    {"host": "claims.west.example.org", "http": {"paths": [backend(8080), backend(8081)]}},
    {"http": {"paths": [backend(1)]}},
    {"host": "empty.example.org"},
]


@pytest.mark.parametrize(
    ("port", "host"),
    [
        (55671, "inter-router.west.example.org"),
        (45671, "edge.west.example.org"),
        (8081, "claims.west.example.org"),
        (1, ""),
        (443, ""),
    ],
)
def test_ingress_host(port: int, host: str) -> None:
    """The rule whose backend is the port, in the spelling of both API versions."""
    assert ingress.ingress_host({"spec": {"rules": RULES}}, port) == host


def test_route_host() -> None:
    """From the spec."""
    assert ingress.route_host({"spec": {"host": "claims-west.apps.example.org"}}) == "claims-west.apps.example.org"
    assert ingress.route_host({}) == ""


READERS: list[Callable[[Mapping[str, Any]], object]] = [
    ingress.load_balancer_host,
    ingress.service_ports,
    ingress.route_host,
    lambda document: ingress.ingress_host(document, 8081),
]


@given(
    st.one_of(
        st.dictionaries(st.text(), anything),
        damaged(recorded.document("west/skupper-router")),
        damaged({"spec": {"rules": RULES}}),
    )
)
def test_any_object(document: Any) -> None:
    """Objects of any shape are read without an error."""
    for read in READERS:
        read(document)
