# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every kind of ingress, ready, pending and half configured: where tokens lead, or the exact reason why there is none.

The sites are no more than the objects that Skupper and a cluster of that kind would have made.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric import rsa

from testbed import Testbed
from testbed.clusters import Cluster
from testbed.kube import encoded
from testbed.sites.certs import new_authority
from tests.harness import NEWEST, Ansible, Run, SharedUser, Task, tasks

Object = dict[str, Any]
PORTS = {"inter-router": 55671, "edge": 45671, "claims": 8081}
ROUTES = {"inter-router": "skupper-inter-router", "edge": "skupper-edge", "claims": "claims"}
HOST = "apps.example.org"


@dataclass(frozen=True)
class Refusal:
    """The reason of a failure, and words that name what is missing."""

    words: str
    reason: str = "ingress_pending"


@dataclass(frozen=True)
class Row:
    """A site, and what comes of asking it for tokens: hosts and ports, or refusals."""

    name: str
    config: dict[str, str]
    objects: tuple[Object, ...]
    claim: str | Refusal
    """host:port of the claim server."""
    cert: tuple[str, str] | Refusal
    """host:port for interior and for edge sites."""
    status: Object = field(default_factory=dict)
    """Of the router's Service, as the cluster would write it."""


def kind(ingress: str, host: str = "") -> dict[str, str]:
    """Settings of ConfigMap skupper-site."""
    return {"ingress": ingress, **({"ingress-host": host} if host else {})}


def service(kind: str, *names: str) -> Object:
    """The router's Service with these ports, all if none is named."""
    listed = [{"name": n, "port": p, "targetPort": p} for n, p in PORTS.items() if n in (names or PORTS)]
    spec: Object = {"type": kind, "ports": listed, "selector": {"skupper.io/component": "router"}}
    if kind == "LoadBalancer":
        # The cluster must not take by chance a node port that another Service asks for.
        spec["allocateLoadBalancerNodePorts"] = False
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "skupper-router"}, "spec": spec}


def balanced(**entry: str) -> Object:
    """The status of a load balancer."""
    return {"loadBalancer": {"ingress": [entry]}}


def route(role: str, host: str | None = HOST, admitted: str = "") -> Object:
    """A Route, as Skupper makes it and OpenShift completes it."""
    spec = {"to": {"kind": "Service", "name": "skupper-router"}, **({"host": f"{role}-{host}"} if host else {})}
    said = [{"type": "Admitted", "status": admitted, "reason": "HostAlreadyClaimed"}]
    status = {"status": {"ingress": [{"conditions": said}]}} if admitted else {}
    meta = {"name": ROUTES[role]}
    return {"apiVersion": "route.openshift.io/v1", "kind": "Route", "metadata": meta, "spec": spec, **status}


def routes(*roles: str, **options: Any) -> tuple[Object, ...]:
    """Several of them."""
    return tuple(route(role, **options) for role in roles or PORTS)


def rules(hosts: dict[str, str | None]) -> Object:
    """The Ingress of Skupper with one rule for each role."""
    found = []
    for role, host in hosts.items():
        backend = {"service": {"name": "skupper-router", "port": {"number": PORTS[role]}}}
        paths = [{"path": "/", "pathType": "Prefix", "backend": backend}]
        found.append({"http": {"paths": paths}, **({"host": host} if host else {})})
    spec = {"rules": found}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "skupper"}, "spec": spec}


FULL: dict[str, str | None] = {role: f"{role}.x.{HOST}" for role in PORTS}


def lacks(what: str) -> Refusal:
    """Something is not there (yet)."""
    return Refusal(f"has no {what}")


def ingress_rows(name: str) -> list[Row]:
    """The rows of the two kinds that Kubernetes Ingresses are made for."""
    config = kind(name, HOST)
    literal: dict[str, str | None] = {role: role for role in PORTS}
    no_claims = {role: host for role, host in FULL.items() if role != "claims"}
    good = (f"inter-router.x.{HOST}:443", f"edge.x.{HOST}:443")
    incomplete = Refusal("no complete host for inter-router (it is inter-router)")
    claims_incomplete = Refusal("no complete host for claims (it is claims)")
    return [
        Row(f"{name} ready", config, (rules(FULL),), f"claims.x.{HOST}:443", good),
        Row(f"{name} pending", config, (), lacks("host for claims"), lacks("host for inter-router")),
        Row(f"{name} literal hosts", kind(name), (rules(literal),), claims_incomplete, incomplete),
        Row(f"{name} no rule for claims", config, (rules(no_claims),), lacks("host for claims"), good),
        Row(
            f"{name} rule without host",
            config,
            (rules({**FULL, "edge": None}),),
            f"claims.x.{HOST}:443",
            lacks("host for edge"),
        ),
    ]


LB = service("LoadBalancer")
ADDRESS = ("203.0.113.7:55671", "203.0.113.7:45671")
NO_HOST = (lacks("host for claims"), lacks("host for inter-router"))
NO_PORT = (lacks("port for claims"), lacks("port for inter-router"))
NODE = "node.example.org"
# A cluster hands out node ports itself; these are asked for by number so that they are known.
NODE_PORTS = {"inter-router": 31671, "edge": 31672, "claims": 31673}


def node_service(*names: str) -> Object:
    """A Service of type NodePort."""
    made = service("NodePort", *names)
    for entry in made["spec"]["ports"]:
        entry["nodePort"] = NODE_PORTS[entry["name"]] + len(names) * 10
    return made


OPENSHIFT = (f"inter-router-{HOST}:443", f"edge-{HOST}:443")
OPENSHIFT_CLAIMS = f"claims-{HOST}:443"
REFUSED_ROUTE = Refusal("Route claims was not admitted (HostAlreadyClaimed)")
REFUSED_ROUTER = Refusal("Route skupper-inter-router was not admitted (HostAlreadyClaimed)")
UNKNOWN = Refusal("Skupper can make no tokens for", "ingress_unsupported")

ROWS = [
    Row("loadbalancer ready", kind("loadbalancer"), (LB,), "203.0.113.7:8081", ADDRESS, balanced(ip="203.0.113.7")),
    Row(
        "loadbalancer ready by name",
        kind("loadbalancer"),
        (LB,),
        "lb.example.org:8081",
        ("lb.example.org:55671", "lb.example.org:45671"),
        balanced(hostname="lb.example.org"),
    ),
    Row(
        "loadbalancer address before name",
        kind("loadbalancer"),
        (LB,),
        "203.0.113.7:8081",
        ADDRESS,
        balanced(ip="203.0.113.7", hostname="lb.example.org"),
    ),
    Row("loadbalancer pending", kind("loadbalancer"), (LB,), *NO_HOST),
    Row("loadbalancer no service", kind("loadbalancer"), (), *NO_HOST),
    Row(
        "nodeport ready", kind("nodeport", NODE), (node_service(),), f"{NODE}:31673", (f"{NODE}:31671", f"{NODE}:31672")
    ),
    Row("nodeport pending", kind("nodeport", NODE), (service("ClusterIP"),), *NO_PORT),
    Row("nodeport no service", kind("nodeport", NODE), (), *NO_PORT),
    Row("nodeport without host", kind("nodeport"), (service("ClusterIP"),), *NO_HOST),
    Row(
        "nodeport without claims",
        kind("nodeport", NODE),
        (node_service("inter-router", "edge"),),
        lacks("port for claims"),
        (f"{NODE}:31691", f"{NODE}:31692"),
    ),
    Row("route ready", kind("route"), routes(), OPENSHIFT_CLAIMS, OPENSHIFT),
    Row("route ready and admitted", kind("route"), routes(admitted="True"), OPENSHIFT_CLAIMS, OPENSHIFT),
    Row("route is the default on openshift", {}, routes(), OPENSHIFT_CLAIMS, OPENSHIFT),
    Row("route pending", kind("route"), (), *NO_HOST),
    Row("route without hosts", kind("route"), routes(host=None), *NO_HOST),
    Row(
        "route without claims",
        kind("route"),
        routes("inter-router", "edge"),
        lacks("host for claims"),
        OPENSHIFT,
    ),
    Row("route not admitted", kind("route"), routes(admitted="False"), REFUSED_ROUTE, REFUSED_ROUTER),
    *ingress_rows("ingress"),
    *ingress_rows("nginx-ingress-v1"),
    Row(
        "contour ready",
        kind("contour-http-proxy", HOST),
        (),
        "skupper-claims.{}.apps.example.org:443",
        (
            "skupper-inter-router.{}.apps.example.org:443",
            "skupper-edge.{}.apps.example.org:443",
        ),
    ),
    Row("contour without host", kind("contour-http-proxy"), (), *NO_HOST),
    Row(
        "contour unfinished host",
        kind("contour-http-proxy", "apps."),
        (),
        Refusal("no complete host for claims"),
        Refusal("no complete host for inter-router"),
    ),
    Row("none", kind("none"), (), "skupper-router.{}:8081", ("skupper-router.{}:55671", "skupper-router.{}:45671")),
    Row(
        "cluster-local of old",
        {"cluster-local": "true"},
        (),
        "skupper-router.{}:8081",
        ("skupper-router.{}:55671", "skupper-router.{}:45671"),
    ),
    Row("external", kind("external"), (), UNKNOWN, UNKNOWN),
    Row("gateway", kind("gateway"), (), UNKNOWN, UNKNOWN),
]


def namespace_of(row: Row) -> str:
    """Where the site of a row is."""
    return row.name.replace(" ", "-")


@dataclass(frozen=True)
class Asked:
    """The run that asked every site for tokens, and where those that were handed out are."""

    run: Run
    folder: Path


@pytest.fixture(scope="module")
def apart() -> Iterator[Testbed]:
    """A cluster that serves Routes, where no controller acts on the objects of sites."""
    with Testbed.up(clusters=1) as bed:
        bed.stop_simulator()
        bed.install_routes()
        yield bed


@pytest.fixture(scope="module")
def asked(apart: Testbed, tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """All rows, one after the other."""
    authority = encoded(new_authority("skupper-site-ca", rsa.generate_private_key(65537, 2048)))
    for row in ROWS:
        put_site(apart.clusters[0], row, authority)
    folder = tmp_path_factory.mktemp("tokens")
    ansible = Ansible(NEWEST, tmp_path_factory.mktemp("runs"), SharedUser.make(apart, "asker").kubeconfig)
    play = [task for row in ROWS for task in (claim_task(row, folder), cert_task(row, folder), info_task(row))]
    return Asked(ansible.play(*play, ignore_errors=True), folder)


def put_site(cluster: Cluster, row: Row, authority: dict[str, str]) -> None:
    """Write the objects of a site, and what the cluster would have added."""
    namespace, api = namespace_of(row), cluster.api
    api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    router = [["router", {"id": "x", "mode": "interior", "metadata": json.dumps({"id": "x", "version": "1.9.6"})}]]
    written: list[Object] = [
        {"kind": "ConfigMap", "metadata": {"name": "skupper-site"}, "data": {"name": namespace, **row.config}},
        {"kind": "ConfigMap", "metadata": {"name": "skupper-internal"}, "data": {"skrouterd.json": json.dumps(router)}},
        {"kind": "Secret", "metadata": {"name": "skupper-site-ca"}, "type": "kubernetes.io/tls", "data": authority},
        *row.objects,
    ]
    for document in written:
        api.create({"apiVersion": "v1", **document}, namespace)
    if row.status:
        api.patch("v1", "services", namespace, "skupper-router", {"status": row.status}, subresource="status")


def where(row: Row) -> dict[str, str]:
    """The connection options that lead to the site of a row."""
    return {"context": "cluster-1", "namespace": namespace_of(row)}


def claim_task(row: Row, folder: Path, **options: Any) -> Task:
    """Ask for a claim token."""
    dest = str(folder / f"{namespace_of(row)}-claim.yaml")
    return tasks.task("token", task_name=f"claim {row.name}", name="t", dest=dest, **where(row), **options)


def cert_task(row: Row, folder: Path) -> Task:
    """Ask for a cert token."""
    dest = str(folder / f"{namespace_of(row)}-cert.yaml")
    return tasks.task("token", task_name=f"cert {row.name}", type="cert", name="t", dest=dest, **where(row))


def info_task(row: Row) -> Task:
    """Look at the site."""
    return tasks.task("site_info", task_name=f"info {row.name}", **where(row))


def notes(folder: Path, row: Row, what: str) -> dict[str, str]:
    """The annotations of a token that was handed out."""
    text = (folder / f"{namespace_of(row)}-{what}.yaml").read_text(encoding="utf-8")
    found: dict[str, str] = yaml.safe_load(text)["metadata"]["annotations"]
    return found


def check_refusal(asked: Asked, row: Row, what: str, refusal: Refusal) -> None:
    """One sentence that names the site and what it lacks, and no file."""
    result = asked.run[f"{what} {row.name}"]
    assert (result.failed, result.reason) == (True, refusal.reason), result
    assert refusal.words in result.msg
    assert f"namespace {namespace_of(row)} " in result.msg
    assert not (asked.folder / f"{namespace_of(row)}-{what}.yaml").exists()


@pytest.mark.parametrize("row", ROWS, ids=namespace_of)
def test_claim(asked: Asked, apart: Testbed, row: Row) -> None:
    """Where a claim is to be redeemed; a site that is refused has got no record."""
    record = apart.clusters[0].api.get("v1", "secrets", namespace_of(row), "t")
    if isinstance(row.claim, Refusal):
        check_refusal(asked, row, "claim", row.claim)
        assert record is None
    else:
        assert notes(asked.folder, row, "claim")["skupper.io/url"] == f"https://{row.claim.format(namespace_of(row))}/t"
        assert record is not None


@pytest.mark.parametrize("row", ROWS, ids=namespace_of)
def test_cert(asked: Asked, row: Row) -> None:
    """Where links are to lead; both kinds have to be there."""
    if isinstance(row.cert, Refusal):
        check_refusal(asked, row, "cert", row.cert)
        return
    found = notes(asked.folder, row, "cert")
    told = tuple(f"{found[f'{role}-host']}:{found[f'{role}-port']}" for role in ("inter-router", "edge"))
    assert told == tuple(each.format(namespace_of(row)) for each in row.cert)


@pytest.mark.parametrize("row", ROWS, ids=namespace_of)
def test_info(asked: Asked, row: Row) -> None:
    """Reading never fails; endpoints are reported if all of them are there."""
    result = asked.run[f"info {row.name}"]
    assert not result.failed, result.msg
    site = result["site"]
    if isinstance(row.claim, Refusal) or isinstance(row.cert, Refusal):
        assert (site["endpoints"], site["exposure"]) == ({}, "private")
    else:
        told = [f"{site['endpoints'][role]['host']}:{site['endpoints'][role]['port']}" for role in PORTS]
        assert told == [each.format(namespace_of(row)) for each in (*row.cert, row.claim)]


def test_waiting(apart: Testbed, tmp_path: Path) -> None:
    """A load balancer that gets its address while the task waits for it."""
    row = Row("late", kind("loadbalancer"), (LB,), "", ("", ""))
    cluster = apart.clusters[0]
    authority = encoded(new_authority("skupper-site-ca", rsa.generate_private_key(65537, 2048)))
    put_site(cluster, row, authority)
    user = SharedUser.make(apart, "waiter")
    mark = cluster.audit.mark()

    def asked_twice() -> bool:
        heard = cluster.audit.requests(since=mark, user=user.users[0].username)
        return sum(request.resource == "services" for request in heard) > 1

    task = claim_task(row, tmp_path, wait_for_ingress=True)
    ansible = Ansible(NEWEST, tmp_path / "runs", user.kubeconfig)
    playing = ansible.start([{"hosts": "all", "gather_facts": False, "tasks": [task]}])
    playing.until(asked_twice, "the Service is looked at again")
    status = {"status": balanced(ip="203.0.113.7")}
    cluster.api.patch("v1", "services", namespace_of(row), "skupper-router", status, subresource="status")
    playing.wait().succeeded()
    url = notes(tmp_path, row, "claim")["skupper.io/url"]
    assert url == "https://203.0.113.7:8081/t"
