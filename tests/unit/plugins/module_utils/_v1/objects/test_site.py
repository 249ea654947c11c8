# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The site's own objects, as Skupper writes them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.site import Mode
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.objects import site as v1_site
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.support import recorded
from tests.unit.support.json_values import anything, damaged


@pytest.mark.parametrize(
    ("site", "site_id", "mode", "ingress", "host"),
    [
        ("west", recorded.WEST, Mode.INTERIOR, "loadbalancer", ""),
        ("east", recorded.EAST, Mode.INTERIOR, "none", ""),
        ("shore", recorded.SHORE, Mode.EDGE, "none", ""),
        ("south", None, Mode.INTERIOR, "nodeport", "node.example.org"),
    ],
)
def test_recorded_site(site: str, site_id: str | None, mode: Mode, ingress: str, host: str) -> None:
    """ConfigMap skupper-site."""
    found = v1_site.read_site_config(recorded.document(f"{site}/skupper-site"))
    assert (found.name, found.mode, found.ingress, found.ingress_host) == (site, mode, ingress, host)
    assert site_id in (None, found.site_id)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, {"mode": Mode.INTERIOR, "ingress": None, "name": "ns", "ingress_host": ""}),
        ({"name": "west"}, {"name": "west"}),
        ({"router-mode": "edge"}, {"mode": Mode.EDGE}),
        ({"router-mode": "interior", "edge": "true"}, {"mode": Mode.INTERIOR}),
        ({"edge": "true"}, {"mode": Mode.EDGE}),
        ({"edge": "T"}, {"mode": Mode.EDGE}),
        ({"edge": "false"}, {"mode": Mode.INTERIOR}),
        ({"edge": "maybe"}, {"mode": Mode.INTERIOR}),
        ({"cluster-local": "true"}, {"ingress": "none"}),
        ({"cluster-local": "false"}, {"ingress": None}),
        ({"cluster-local": "true", "ingress": "route"}, {"ingress": "route"}),
        ({"ingress-host": "a.example"}, {"ingress_host": "a.example"}),
        ({"ingress-host": "a.example", "router-ingress-host": "b.example"}, {"ingress_host": "b.example"}),
    ],
    ids=str,
)
def test_site_defaults(data: dict[str, str], expected: dict[str, Any]) -> None:
    """Missing settings and those of older versions."""
    found = v1_site.read_site_config({"metadata": {"namespace": "ns", "uid": "id"}, "data": data})
    assert {key: getattr(found, key) for key in expected} == expected
    assert found.site_id == "id"


@pytest.mark.parametrize(
    ("name", "mode", "connectors"),
    [
        ("west/skupper-internal", Mode.INTERIOR, ()),
        ("shore/skupper-internal", Mode.EDGE, ()),
        ("east/skupper-internal", Mode.INTERIOR, ()),
        ("east/skupper-internal-linked", Mode.INTERIOR, ("to-west",)),
    ],
)
def test_recorded_router(name: str, mode: Mode, connectors: tuple[str, ...]) -> None:
    """ConfigMap skupper-internal."""
    found = v1_site.read_router_config(recorded.document(name))
    assert (found.mode, found.version, found.connectors) == (mode, "1.9.6", connectors)
    assert [owner["name"] for owner in found.owner_references] == ["skupper-site"]


def router(*entities: Any) -> Any:
    """ConfigMap skupper-internal with these entities."""
    return {"data": {"skrouterd.json": json.dumps(list(entities))}}


@pytest.mark.parametrize(
    ("metadata", "version", "site_id"),
    [
        ('{"id":"x","version":"1.9.6"}', "1.9.6", "x"),
        ('{"id":"x"}', "", "x"),
        ('{"version":"1.9.6"}', "1.9.6", ""),
        ("8cf0b6de-6a5f-4ea5-bd24-7f3c3a2ff5a4", "", recorded.WEST),
        ("12", "", "12"),
        ('["1.9.6"]', "", '["1.9.6"]'),
        ("", "", ""),
        (None, "", ""),
    ],
)
def test_version(metadata: str | None, version: str, site_id: str) -> None:
    """Metadata that is no JSON object is the site id alone."""
    found = v1_site.read_router_config(router(["router", {"metadata": metadata}]))
    assert (found.version, found.site_id) == (version, site_id)


def test_order_of_entities_does_not_matter() -> None:
    """Skupper writes them in random order."""
    entities = json.loads(recorded.document("east/skupper-internal-linked")["data"]["skrouterd.json"])
    there, back = (v1_site.read_router_config(router(*some)) for some in (entities, entities[::-1]))
    assert there == back
    assert there.connectors == ("to-west",)


@pytest.mark.parametrize(
    "text",
    [None, "", "{", "{}", "null", "[1]", '[["router"]]', '[["router", 1]]', "[" * 100000],
    ids=lambda t: str(t)[:12],
)
def test_unreadable_router_config(text: str | None) -> None:
    """It is empty, not an error: an edge router and connectors would be named."""
    found = v1_site.read_router_config({"data": {"skrouterd.json": text}})
    assert (found.mode, found.version, found.connectors) == (Mode.INTERIOR, "", ())


def test_site_ca() -> None:
    """Certificate and owning site; the key is not looked at."""
    document = recorded.document("west/skupper-site-ca")
    document["data"]["tls.key"] = base64.b64encode(b"the key").decode()
    found = v1_site.read_site_ca(document)
    assert found.site_id == recorded.WEST
    assert found.ca.startswith(b"-----BEGIN CERTIFICATE-----")
    assert "the key" not in repr(found)


@pytest.mark.parametrize(
    "owners",
    [
        None,
        [],
        [{"kind": "ConfigMap", "name": "other", "uid": "x"}],
        [{"kind": "Deployment", "name": "skupper-site", "uid": "x"}],
        [{"kind": "ConfigMap", "name": "skupper-site"}],
    ],
    ids=str,
)
def test_site_ca_without_its_owner(owners: Any) -> None:
    """The id is then unknown, not that of something else."""
    assert v1_site.read_site_ca({"metadata": {"ownerReferences": owners}}).site_id is None


def test_site_ca_that_is_no_base64() -> None:
    """There is no CA in it."""
    assert v1_site.read_site_ca({"data": {"tls.crt": "%"}}).ca == b""


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
    assert v1_site.load_balancer_host({"status": {"loadBalancer": {"ingress": entries}}}) == host


def test_recorded_services() -> None:
    """Service skupper-router of a load balancer and of a node port."""
    assert v1_site.load_balancer_host(recorded.document("west/skupper-router")) == "203.0.113.7"
    south = recorded.document("south/skupper-router")
    assert v1_site.load_balancer_host(south) == ""
    ports = {name: port["nodePort"] for name, port in v1_site.service_ports(south).items()}
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
    assert v1_site.ingress_host({"spec": {"rules": RULES}}, port) == host


def test_route_host() -> None:
    """From the spec."""
    assert v1_site.route_host({"spec": {"host": "claims-west.apps.example.org"}}) == "claims-west.apps.example.org"
    assert v1_site.route_host({}) == ""


READERS: list[Callable[[Mapping[str, Any]], object]] = [
    v1_site.read_site_config,
    v1_site.read_router_config,
    v1_site.read_site_ca,
    v1_site.load_balancer_host,
    v1_site.service_ports,
    v1_site.route_host,
    lambda document: v1_site.ingress_host(document, 8081),
]
OBJECTS = [
    recorded.document(f"west/{name}")
    for name in ("skupper-site", "skupper-internal", "skupper-site-ca", "skupper-router")
]


@given(st.one_of(st.dictionaries(st.text(), anything), *map(damaged, OBJECTS), damaged({"spec": {"rules": RULES}})))
def test_any_object(document: Any) -> None:
    """Objects of any shape are read without an error."""
    for read in READERS:
        read(document)


@given(anything.map(json.dumps) | st.text())
def test_any_router_config(text: str) -> None:
    """So is router configuration of any shape."""
    v1_site.read_router_config({"data": {"skrouterd.json": text}})


def test_configuration_is_marked() -> None:
    """As made here, and the mark does not reach the pods."""
    made = v1_site.write_site_config("west", {"name": "hub"})
    assert made["metadata"]["name"] == "skupper-site"
    assert "labels" not in made["metadata"]
    assert made["data"] == {"name": "hub"}
    assert made["metadata"]["annotations"]["sitemesh.skupper/owner"] == "west"
    assert v1_site.pod_notes(made, "skupper-router") == {}
    assert not v1_site.made_by_cli(made)


@pytest.mark.parametrize("site", ["west", "east", "shore", "south"])
def test_sites_of_the_command_line(site: str) -> None:
    """They carry the label that keeps site-controller away."""
    assert v1_site.made_by_cli(recorded.document(f"{site}/skupper-site"))


def test_log_levels_come_with_an_annotation() -> None:
    """Without it, site-controller would take the restart of the router back."""
    manifest = {"metadata": {"resourceVersion": "7"}}
    assert v1_site.site_patch(manifest, {"router-logging": "info"}) == {
        "metadata": {"resourceVersion": "7", "annotations": {"sitemesh.skupper/router-logging": "info"}},
        "data": {"router-logging": "info"},
    }
    assert v1_site.site_patch(manifest, {"annotation-separator": ";"})["metadata"]["annotations"] == {}


@pytest.mark.parametrize(
    ("notes", "data", "router", "controller"),
    [
        ({}, {}, {}, {}),
        ({"a": "1"}, {}, {"a": "1"}, {"a": "1"}),
        ({"a": "1", "b": "2", "skupper.io/exclude-annotations": "a,c"}, {}, {"b": "2"}, {"b": "2"}),
        ({"skupper.io/exclude-labels": "a"}, {}, {}, {}),
        ({}, {"router-pod-annotations": "a=1,b=2=3"}, {"a": "1", "b": "2=3"}, {}),
        ({}, {"controller-pod-annotations": "a=1;b=2", "annotation-separator": ";"}, {}, {"a": "1", "b": "2"}),
        ({"a": "1"}, {"router-pod-annotations": "a=2"}, {"a": "2"}, {"a": "1"}),
    ],
    ids=str,
)
def test_annotations_of_pods(
    notes: dict[str, str], data: dict[str, str], router: dict[str, str], controller: dict[str, str]
) -> None:
    """As site-controller sets them."""
    manifest = {"metadata": {"annotations": notes}, "data": data}
    assert v1_site.pod_notes(manifest, "skupper-router") == router
    assert v1_site.pod_notes(manifest, "skupper-service-controller") == controller


@pytest.mark.parametrize("excluded", [None, "", "a,c", "a,sitemesh.skupper/asked-again"])
def test_a_reminder_reaches_no_pod(excluded: str | None) -> None:
    """It is a change of the ConfigMap, and none of what site-controller makes of it."""
    notes = {"a": "1", "b": "2", **({} if excluded is None else {"skupper.io/exclude-annotations": excluded})}
    manifest = {"metadata": {"resourceVersion": "7", "annotations": notes}}
    patch = v1_site.reminder(manifest, "2026-01-02T03:04:05Z")
    assert patch["metadata"].pop("resourceVersion") == "7"
    reminded = {"metadata": {"annotations": {**notes, **patch["metadata"]["annotations"]}}}
    assert list(patch) == ["metadata"]
    assert reminded["metadata"]["annotations"]["sitemesh.skupper/asked-again"] == "2026-01-02T03:04:05Z"
    assert v1_site.pod_notes(reminded, "skupper-router") == v1_site.pod_notes(manifest, "skupper-router")


@pytest.mark.parametrize(
    ("generation", "replicas", "status", "out"),
    [
        (1, None, {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "readyReplicas": 1}, True),
        (1, 2, {"observedGeneration": 1, "replicas": 2, "updatedReplicas": 2, "readyReplicas": 2}, True),
        (2, None, {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "readyReplicas": 1}, False),
        (1, None, {"observedGeneration": 1, "replicas": 2, "updatedReplicas": 1, "readyReplicas": 1}, False),
        (1, None, {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1}, False),
        (1, None, {"observedGeneration": 1, "replicas": 1, "readyReplicas": 1}, False),
        (1, 0, {"observedGeneration": 1}, False),
        (1, None, {}, False),
    ],
)
def test_rollout(generation: int, replicas: int | None, status: dict[str, int], out: bool) -> None:
    """Only the pods of the present template count, and none of an older one may be left."""
    spec = {} if replicas is None else {"replicas": replicas}
    assert v1_site.is_rolled_out({"metadata": {"generation": generation}, "spec": spec, "status": status}) is out


def test_recorded_log_levels() -> None:
    """Of the router, by module."""
    assert v1_site.read_log_levels(recorded.document("west/skupper-internal")) == {"ROUTER_CORE": "error+"}


@given(anything)
def test_unreadable_objects_are_no_obstacle(value: Any) -> None:
    """Whatever somebody wrote into them."""
    manifest = value if isinstance(value, dict) else {"metadata": value, "data": value, "spec": value, "status": value}
    v1_site.made_by_cli(manifest)
    v1_site.pod_notes(manifest, "skupper-router")
    v1_site.template_notes(manifest)
    v1_site.is_rolled_out(manifest)
    v1_site.read_log_levels(manifest)
    v1_site.owning_site(manifest)
