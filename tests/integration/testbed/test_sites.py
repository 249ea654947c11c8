# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulated sites keep to what Skupper 1.9.6 does: objects, claims, links that stand or fall by trust, status."""

from __future__ import annotations

import base64
import contextlib
import datetime
import http.client
import ipaddress
import json
import socket
import ssl
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from testbed import Site, Testbed

PACE = 0.05  # as the testbed is run
TYPE = "skupper.io/type"
STATUS = "internal.skupper.io/status"
LAST_FAILED = "internal.skupper.io/last-failed"
UNKNOWN_AUTHORITY = (
    "tls: failed to verify certificate: x509: certificate signed by unknown authority "
    '(possibly because of "crypto/rsa: verification error" while trying to verify candidate authority certificate '
    '"skupper-site-ca")'
)

REFUSED = "connect: connection refused"

Object = dict[str, Any]


@pytest.fixture(scope="module")
def sites(bed: Testbed) -> dict[str, Site]:
    """A public site, and private ones in the same cluster and in the other."""
    wanted: list[Object] = [
        {"name": "west"},
        {"name": "near", "ingress": "none"},
        {"name": "east", "cluster": 1, "ingress": "none"},
        {"name": "north", "cluster": 1, "ingress": "none"},
    ]
    return {site.name: site for site in bed.add_sites(*wanted)}


@pytest.fixture
def west(sites: dict[str, Site]) -> Site:
    """The public site."""
    return sites["west"]


@pytest.fixture
def east(sites: dict[str, Site]) -> Iterator[Site]:
    """A private site without links."""
    yield sites["east"]
    unlink_all(sites["east"])


@pytest.fixture
def north(sites: dict[str, Site]) -> Iterator[Site]:
    """Another private site without links."""
    yield sites["north"]
    unlink_all(sites["north"])


def unlink_all(site: Site) -> None:
    """Delete all link Secrets, and wait until no connector is left."""
    site.unlink_all()
    site.wait(lambda: not connectors(site), "no connectors")


def entities(site: Site, kind: str) -> dict[str, Object]:
    """Read the router configuration's entities of one type, by name."""
    internal = site.get("configmaps", "skupper-internal") or {}
    config = json.loads(internal["data"]["skrouterd.json"])
    return {entity.get("name", kind): entity for name, entity in config if name == kind}


def connectors(site: Site) -> dict[str, Object]:
    """Read the connectors that the router is to have."""
    return entities(site, "connector")


def notes(secret: Object | None) -> dict[str, str]:
    """Read the annotations of a Secret."""
    return (secret or {}).get("metadata", {}).get("annotations") or {}


def kind(secret: Object | None) -> str | None:
    """Read the type label of a Secret."""
    label: str | None = (secret or {}).get("metadata", {}).get("labels", {}).get(TYPE)
    return label


def wait_redeemed(site: Site, name: str = "link1") -> Object:
    """Wait until a claim has become a cert token."""
    site.wait(lambda: kind(site.get("secrets", name)) == "connection-token", "the claim to be redeemed")
    return site.get("secrets", name) or {}


def wait_status(site: Site, text: str, name: str = "link1") -> Object:
    """Wait until the status of a claim contains a text."""
    site.wait(lambda: text in notes(site.get("secrets", name)).get(STATUS, ""), f"status {text}")
    return site.get("secrets", name) or {}


def certificate(data: bytes) -> x509.Certificate:
    """Parse a PEM certificate."""
    return x509.load_pem_x509_certificate(data)


def names_in(data: bytes) -> tuple[list[str], list[str]]:
    """Read the DNS names and addresses of a certificate."""
    san = certificate(data).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return san.get_values_for_type(x509.DNSName), [str(a) for a in san.get_values_for_type(x509.IPAddress)]


def common_name(data: bytes) -> str:
    """Read the common name of a certificate."""
    return str(certificate(data).subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value)


# ---- objects


def test_secrets_of_a_site(west: Site) -> None:
    """Every Secret has its type and keys, and goes with the site."""
    keys = {
        "skupper-site-ca": {"tls.crt", "tls.key"},
        "skupper-local-ca": {"tls.crt", "tls.key"},
        "skupper-service-ca": {"tls.crt", "tls.key"},
        "skupper-site-server": {"tls.crt", "tls.key", "ca.crt"},
        "skupper-local-server": {"tls.crt", "tls.key", "ca.crt"},
        "skupper-local-client": {"tls.crt", "tls.key", "ca.crt", "connect.json"},
        "skupper-service-client": {"ca.crt"},
    }
    owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": "skupper-site", "uid": west.site_id}
    for name, wanted in keys.items():
        secret = west.get("secrets", name) or {}
        assert set(secret["data"]) == wanted
        assert secret["metadata"]["ownerReferences"] == [owner]
        assert secret["type"] == ("Opaque" if name == "skupper-service-client" else "kubernetes.io/tls")
        assert kind(secret) is None


def test_certificate_profile(west: Site) -> None:
    """Keys are PKCS#1, certificates last five years, and hosts are DNS names even if they are addresses."""
    data = west.data("skupper-site-server")
    assert data["tls.key"].startswith(b"-----BEGIN RSA PRIVATE KEY-----")
    authority, server = certificate(data["ca.crt"]), certificate(data["tls.crt"])
    server.verify_directly_issued_by(authority)
    assert data["ca.crt"] == west.data("skupper-site-ca")["tls.crt"]
    inside = ["skupper-router.west", "skupper-router.west.svc.cluster.local"]
    assert names_in(data["tls.crt"]) == ([*inside, west.host()], [west.host()])
    assert common_name(data["tls.crt"]) == west.host()
    for made in (authority, server):
        assert made.not_valid_after_utc - made.not_valid_before_utc == datetime.timedelta(days=1825)
        usage = made.extensions.get_extension_for_class(x509.KeyUsage)
        assert (usage.critical, usage.value.key_cert_sign, usage.value.crl_sign) == (True, made is authority, False)
        assert len(list(made.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)) == 2


def test_private_site_is_named_inside_its_cluster_only(sites: dict[str, Site]) -> None:
    """Without ingress the certificate holds the name of the Service."""
    dns, addresses = names_in(sites["near"].data("skupper-site-server")["tls.crt"])
    assert dns == ["skupper-router.near", "skupper-router.near.svc.cluster.local", "skupper-router.near"]
    assert addresses == []


def test_router_configuration(west: Site) -> None:
    """skupper-internal describes an interior router of this site."""
    router = entities(west, "router")["router"]
    assert (router["id"], router["mode"]) == ("west-${HOSTNAME}", "interior")
    assert json.loads(router["metadata"]) == {"id": west.site_id, "version": "1.9.6", "platform": "kubernetes"}
    ports = {name: entity["port"] for name, entity in entities(west, "listener").items()}
    assert ports == {"interior-listener": 55671, "edge-listener": 45671, "amqp": 5672, "amqps": 5671, "@9090": 9090}
    assert set(entities(west, "sslProfile")) == {"skupper-internal", "skupper-amqps", "skupper-service-client"}


def test_pods_come_from_deployments(west: Site) -> None:
    """Pods carry the labels by which Skupper finds them, and run."""
    pods = west.cluster.api.list("v1", "pods", west.namespace)
    components = {pod["metadata"]["labels"]["skupper.io/component"] for pod in pods}
    assert components == {"router", "service-controller"}
    assert all(pod["status"]["phase"] == "Running" for pod in pods)
    assert all(pod["metadata"]["ownerReferences"][0]["kind"] == "ReplicaSet" for pod in pods)


def test_edge_site_has_nothing_to_issue_with(bed: Testbed, west: Site) -> None:
    """An edge site has no site CA and no Service, and its link shows on its own side alone."""
    edge = bed.add_site("rim", 1, "none", edge=True)
    assert edge.get("secrets", "skupper-site-ca") is None
    assert edge.get("secrets", "skupper-site-server") is None
    assert edge.get("services", "skupper-router") is None
    assert set(entities(edge, "listener")) == {"amqp", "amqps", "@9090"}
    edge.link(west.token("for-rim"))
    edge.wait_linked(west)
    assert connectors(edge)["link1"]["role"] == "edge"
    assert connectors(edge)["link1"]["port"] == "45671"
    west.wait(lambda: edge.site_id in json.dumps(west.network_status()), "the edge site to be heard of")
    assert not west.linked(edge, "incoming")
    edge.delete()


def test_nodeport_site_takes_links(bed: Testbed, east: Site) -> None:
    """A nodeport site is reached at its ingress host and the ports of its Service."""
    site = bed.add_site("harbour", ingress="nodeport")
    east.link(site.token())
    east.wait_linked(site)
    ports = {port["name"]: port["nodePort"] for port in (site.get("services", "skupper-router") or {})["spec"]["ports"]}
    token = notes(east.get("secrets", "link1"))
    assert (token["inter-router-port"], token["edge-port"]) == (str(ports["inter-router"]), str(ports["edge"]))
    site.delete()


@pytest.mark.parametrize("ingress", ["route", "ingress", "nginx-ingress-v1", "contour-http-proxy"])
def test_ingress_by_name(bed: Testbed, east: Site, ingress: str) -> None:
    """Behind an ingress all ports are 443, and the host distinguishes them."""
    if ingress == "route":
        bed.install_routes()
    site = bed.add_site(f"by-{ingress}", ingress=ingress)
    dns, addresses = names_in(site.data("skupper-site-server")["tls.crt"])
    east.link(site.token())
    east.wait_linked(site)
    token = notes(east.get("secrets", "link1"))
    assert (token["inter-router-port"], token["edge-port"]) == ("443", "443")
    assert {token["inter-router-host"], token["edge-host"]} < set(dns)
    assert addresses == []
    site.delete()


def test_load_balancer_with_a_name(bed: Testbed, east: Site) -> None:
    """A load balancer may have a host name instead of an address."""
    site = bed.add_site("named", faults={"load_balancer": "hostname"})
    assert site.host().endswith(".lb.test")
    east.link(site.token())
    east.wait_linked(site)
    site.delete()


def test_deleting_the_site_takes_everything(bed: Testbed) -> None:
    """All objects are owned by skupper-site, so the garbage collector removes them."""
    site = bed.add_site("gone", 1, "none")
    site.token("left-over")
    site.delete()
    site.wait(lambda: _left(site) == [], "only what the namespace itself needs")


def _left(site: Site) -> list[str]:
    kinds = [("v1", kind) for kind in ("secrets", "configmaps", "services", "pods", "serviceaccounts")]
    kinds += [("apps/v1", "deployments"), ("apps/v1", "replicasets")]
    found = [item for group, kind in kinds for item in site.cluster.api.list(group, kind, site.namespace)]
    own = {"default", "kube-root-ca.crt"}
    return [item["metadata"]["name"] for item in found if item["metadata"]["name"] not in own]


# ---- the claim server


def redeem(token: Object, **changes: Any) -> tuple[int, str]:
    """Post a password to the claim server of a token as service-controller would, with changes to the request."""
    data = {key: base64.b64decode(value) for key, value in token["data"].items()}
    url = urlsplit(token["metadata"]["annotations"]["skupper.io/url"])
    context = ssl.create_default_context(cadata=data["ca.crt"].decode())
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    connection = http.client.HTTPSConnection(url.hostname or "", url.port, timeout=10, context=context)
    with contextlib.closing(connection):
        target = changes.get("path", url.path) + changes.get("query", "?site-version=1.9.6")
        body = changes.get("body", data["password"])
        connection.request(changes.get("method", "POST"), target, body, changes.get("headers", {}))
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


REFUSALS: dict[str, tuple[Object, Object, tuple[int, str]]] = {
    # what is changed in the request; in the record's annotations; the answer
    "method before all else": ({"method": "GET", "path": "/none", "query": ""}, {}, (405, "Only POST is supported\n")),
    "version before record": (
        {"path": "/none", "query": ""},
        {},
        (400, "minimum version required 0.8.0\n"),
    ),
    "old version": ({"query": "?site-version=0.7.3"}, {}, (400, "minimum version required 0.8.0\n")),
    "no record": ({"path": "/none"}, {}, (404, "No such claim\n")),
    "not a record": ({"path": "/skupper-site-ca"}, {}, (404, "No such claim\n")),
    "bad expiration before password": (
        {"body": b"wrong"},
        {"skupper.io/claim-expiration": "2099-01-01T00:00:00+0000"},
        (500, "Corrupted claim\n"),
    ),
    "expired before password": (
        {"body": b"wrong"},
        {"skupper.io/claim-expiration": "2020-01-01T00:00:00Z"},
        (404, "No such claim\n"),
    ),
    "wrong password before count": (
        {"body": b"wrong"},
        {"skupper.io/claims-remaining": "0"},
        (403, "Claim refused\n"),
    ),
    "bad remaining": ({}, {"skupper.io/claims-remaining": "one"}, (500, "Corrupted claim\n")),
    "bad made": ({}, {"skupper.io/claims-made": "1.0"}, (500, "Corrupted claim\n")),
    "used up": ({}, {"skupper.io/claims-remaining": "0"}, (404, "No such claim\n")),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refused_claims(west: Site, case: str, request: pytest.FixtureRequest) -> None:
    """The claim server refuses in Skupper's order and words, and counts nothing."""
    changes, annotations, answer = REFUSALS[case]
    token = west.token("refused")
    request.addfinalizer(lambda: west.cluster.api.delete("v1", "secrets", "west", "refused"))
    west.cluster.api.patch("v1", "secrets", "west", "refused", {"metadata": {"annotations": annotations}})
    before = west.get("secrets", "refused")
    assert redeem(token, **changes) == answer
    assert west.get("secrets", "refused") == before


@pytest.mark.parametrize("version", ["0.8.0", "2.1.0", "v1.9.6", "latest", "0.5.0-dev-1", "abcdef0"])
def test_accepted_versions(west: Site, version: str) -> None:
    """Newer sites, development versions and what is no version at all may redeem."""
    token = west.token(f"version-{version}", uses=0, minutes=0)
    assert redeem(token, query=f"?site-version={version}")[0] == 200


def test_redeemed_claim(west: Site) -> None:
    """The answer is a cert token for the site that asks, and the use is counted."""
    token = west.token("counted", uses=2)
    status, text = redeem(token, headers={"skupper-site-name": "some-site"})
    secret = yaml.safe_load(text)
    assert status == 200
    assert secret["metadata"]["name"] == "some-site"
    assert secret["metadata"]["labels"] == {TYPE: "connection-token"}
    assert secret["metadata"]["annotations"] == {
        "inter-router-host": west.host(),
        "inter-router-port": "55671",
        "edge-host": west.host(),
        "edge-port": "45671",
        "skupper.io/generated-by": west.site_id,
        "skupper.io/site-version": "1.9.6",
    }
    client = base64.b64decode(secret["data"]["tls.crt"])
    certificate(client).verify_directly_issued_by(certificate(west.data("skupper-site-ca")["tls.crt"]))
    assert (common_name(client), secret["type"]) == ("some-site", "kubernetes.io/tls")
    record = notes(west.get("secrets", "counted"))
    assert (record["skupper.io/claims-remaining"], record["skupper.io/claims-made"]) == ("1", "1")
    assert redeem(token)[0] == 200
    assert redeem(token) == (404, "No such claim\n")


def test_unlimited_and_negative_uses(west: Site) -> None:
    """Without the annotation uses are unlimited, and a negative number keeps falling."""
    token = west.token("negative", uses=0, minutes=0)
    assert redeem(token)[0] == 200
    annotations = {"skupper.io/claims-remaining": "-1"}
    west.cluster.api.patch("v1", "secrets", "west", "negative", {"metadata": {"annotations": annotations}})
    assert redeem(token)[0] == 200
    record = notes(west.get("secrets", "negative"))
    assert (record["skupper.io/claims-remaining"], record["skupper.io/claims-made"]) == ("-2", "2")


def test_name_without_header_and_slashes(west: Site) -> None:
    """Without a header the certificate is named for the claim, whose name is the path without slashes."""
    status, text = redeem(west.token("slashes"), path="//sla/shes/")
    assert (status, yaml.safe_load(text)["metadata"]["name"]) == (200, "slashes")


def test_claim_server_insists_on_tls_1_3(west: Site) -> None:
    """Older protocols are refused."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with (
        socket.create_connection((west.host(), 8081), 5) as plain,
        pytest.raises(ssl.SSLError, match=r"(?i)version|EOF"),
    ):
        context.wrap_socket(plain)


def test_unreadable_ca_takes_config_sync_down(bed: Testbed) -> None:
    """A CA key that is not PKCS#1 ends the claim server at the first redemption, which has been counted by then."""
    site = bed.add_site("pkcs8")
    token = site.token(uses=5)
    key = load_pem_private_key(site.data("skupper-site-ca")["tls.key"], None)
    other = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    body = {"data": {"tls.key": base64.b64encode(other).decode()}}
    site.cluster.api.patch("v1", "secrets", "pkcs8", "skupper-site-ca", body)
    with pytest.raises((ConnectionError, ssl.SSLError, http.client.HTTPException)):
        redeem(token)
    assert notes(site.get("secrets", "token"))["skupper.io/claims-made"] == "1"
    site.delete()


def test_spent_use_when_no_certificate_can_be_made(west: Site, request: pytest.FixtureRequest) -> None:
    """A failure after counting is reported as it is, and the use is gone."""
    token = west.token("no-address")
    request.addfinalizer(west.ready_load_balancer)
    mode = west.cluster.api.patch
    mode("v1", "configmaps", "west", "skupper-site", {"data": {"ingress": "gateway"}})
    request.addfinalizer(
        lambda: mode("v1", "configmaps", "west", "skupper-site", {"data": {"ingress": "loadbalancer"}})
    )
    assert redeem(token) == (500, "Could not determine ingress type\n")
    assert redeem(token) == (404, "No such claim\n")


def test_pending_load_balancer_gives_empty_hosts(west: Site, request: pytest.FixtureRequest) -> None:
    """The host of a load balancer without address is empty, and comes back."""
    token, host = west.token("pending"), west.host()
    west.pending_load_balancer()
    request.addfinalizer(west.ready_load_balancer)
    assert west.host() == ""
    west.ready_load_balancer()
    assert west.host() == host
    west.wait(lambda: _reachable(host, 8081), "the claim server to be back")
    assert redeem(token)[0] == 200


def _reachable(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), 1).close()
    except OSError:
        return False
    return True


# ---- redemption by a site


def test_redeemed_secret(west: Site, east: Site) -> None:
    """The answer is merged into the link Secret: the claim's own annotations stay, its data go."""
    token = west.token("merged")
    created = east.link(token, cost=3)
    secret = wait_redeemed(east)
    assert set(secret["data"]) == {"tls.crt", "tls.key", "ca.crt"}
    assert secret["type"] == "Opaque"
    assert secret["metadata"]["uid"] == created["metadata"]["uid"]
    assert secret["metadata"]["ownerReferences"] == created["metadata"]["ownerReferences"]
    annotations = notes(secret)
    assert annotations["skupper.io/cost"] == "3"
    assert annotations["skupper.io/url"] == f"https://{west.host()}:8081/merged"
    assert annotations["inter-router-host"] == west.host()
    assert common_name(east.data("link1")["tls.crt"]) == east.site_id
    assert STATUS not in annotations
    assert notes(west.get("secrets", "merged"))["skupper.io/claims-made"] == "1"


@pytest.mark.parametrize(
    ("name", "annotation", "value"),
    [
        ("used-up", "skupper.io/claims-remaining", "0"),
        ("expired", "skupper.io/claim-expiration", "2020-01-01T00:00:00Z"),
    ],
)
def test_unusable_claim_is_final_until_unmarked(west: Site, east: Site, name: str, annotation: str, value: str) -> None:
    """A 404 ends all tries, until the mark is removed."""
    token = west.token(name)
    west.cluster.api.patch("v1", "secrets", "west", name, {"metadata": {"annotations": {annotation: value}}})
    east.link(token)
    failed = wait_status(east, "No such claim")
    assert LAST_FAILED in notes(failed)
    good = {"skupper.io/claims-remaining": "1", "skupper.io/claim-expiration": "2099-01-01T00:00:00Z"}
    west.cluster.api.patch("v1", "secrets", "west", name, {"metadata": {"annotations": good}})
    time.sleep(0.5)
    assert east.get("secrets", "link1") == failed
    east.cluster.api.patch("v1", "secrets", "east", "link1", {"metadata": {"annotations": {LAST_FAILED: None}}})
    # What the failed try wrote stays, also after success.
    assert notes(wait_redeemed(east))[STATUS] == "No such claim"


def test_wrong_password_is_retried(west: Site, east: Site) -> None:
    """Everything but 404 is tried again for ever."""
    token = west.token("password")
    right = token["data"]["password"]
    east.link({**token, "data": {**token["data"], "password": base64.b64encode(b"wrong").decode()}})
    assert LAST_FAILED not in notes(wait_status(east, "Claim refused"))
    east.cluster.api.patch("v1", "secrets", "east", "link1", {"data": {"password": right}})
    wait_redeemed(east)


def test_malformed_claim_is_marked(west: Site, east: Site) -> None:
    """A claim without URL fails at once."""
    token = west.token("malformed")
    del token["metadata"]["annotations"]["skupper.io/url"]
    east.link(token)
    assert LAST_FAILED in notes(wait_status(east, "no url specified"))


def test_two_sites_share_a_claim(west: Site, east: Site, north: Site) -> None:
    """Two uses serve two sites at the same moment, and not a third."""
    token = west.token("shared", uses=2)
    east.link(token)
    north.link(token)
    wait_redeemed(east)
    wait_redeemed(north)
    record = notes(west.get("secrets", "shared"))
    assert (record["skupper.io/claims-remaining"], record["skupper.io/claims-made"]) == ("0", "2")
    east.wait_linked(west)
    north.wait_linked(west)
    west.wait_linked(east, "incoming")
    west.wait_linked(north, "incoming")


def test_unreachable_site_is_waited_for(west: Site, east: Site) -> None:
    """While the site does not listen the status says so; when the site is back the link comes about."""
    token = west.token("later")
    west.pause()
    east.link(token)
    failing = wait_status(east, "connection refused")
    host = f"{west.host()}:8081"
    assert notes(failing)[STATUS] == f'Post "https://{host}/later?site-version=1.9.6": dial tcp {host}: {REFUSED}'
    assert LAST_FAILED not in notes(failing)
    west.resume()
    wait_redeemed(east)
    east.wait_linked(west)


def test_pause_cuts_links_that_come_in(west: Site, east: Site) -> None:
    """A site that cannot be reached loses its incoming links, and gets them back by itself."""
    east.link(west.token("cut"))
    east.wait_linked(west)
    west.pause()
    east.wait(lambda: not east.linked(west), "the link to be down")
    west.resume()
    east.wait_linked(west)


def test_lost_answer_spends_the_claim(west: Site, east: Site) -> None:
    """An answer that never arrives has been counted: the next try finds no claim."""
    token = west.token("lost")
    west.fault(claims="lost")
    east.link(token)
    wait_status(east, "No such claim")
    west.fault(claims=None)
    assert LAST_FAILED in notes(east.get("secrets", "link1"))


def test_faults_of_the_claim_server(west: Site, east: Site) -> None:
    """An error is retried, and no answer is waited for."""
    token = west.token("faulty")
    west.fault(claims="503")
    east.link(token)
    wait_status(east, "Internal error")
    west.fault(claims="hang")
    time.sleep(0.5)
    assert kind(east.get("secrets", "link1")) == "token-claim"
    west.fault(claims=None)
    wait_redeemed(east)


def test_stopped_redeemer(west: Site, east: Site) -> None:
    """A claim that is not redeemed stays as it is."""
    east.fault(redeemer="stopped")
    created = east.link(west.token("unheard"))
    time.sleep(0.5)
    assert east.get("secrets", "link1") == created
    east.fault(redeemer=None)
    wait_redeemed(east)


def test_private_site_is_reached_from_its_own_cluster_only(sites: dict[str, Site], west: Site, east: Site) -> None:
    """The name of a Service means nothing in another cluster."""
    token = sites["near"].token("inside", uses=2)
    east.link(token)
    wait_status(east, "no such host")
    unlink_all(east)
    west.link(token, "to-near")
    west.wait_linked(sites["near"])
    unlink_all(west)


def test_own_token_is_left_alone(west: Site) -> None:
    """A cert token of the site itself, such as one made on request, gets no connector."""
    metadata = {"name": "asked", "namespace": "west", "labels": {TYPE: "connection-token-request"}}
    west.cluster.api.create({"apiVersion": "v1", "kind": "Secret", "metadata": metadata})
    secret = wait_redeemed(west, "asked")
    assert notes(secret)["skupper.io/generated-by"] == west.site_id
    time.sleep(5 * PACE)
    assert "asked" not in connectors(west)
    west.unlink("asked")


# ---- links


def test_connector(west: Site, east: Site) -> None:
    """A cert token becomes profile and connector, and deleting it takes both away."""
    east.link(west.token("connector"), "cable", cost=2)
    east.wait_linked(west)
    assert connectors(east)["cable"] == {
        "name": "cable",
        "role": "inter-router",
        "host": west.host(),
        "port": "55671",
        "cost": 2,
        "sslProfile": "cable-profile",
        "maxFrameSize": 16384,
        "maxSessionFrames": 640,
    }
    assert "cable-profile" in entities(east, "sslProfile")
    assert _own_links(east)[0]["linkCost"] == 2
    east.unlink("cable")
    east.wait(lambda: "cable" not in connectors(east), "the connector to be removed")
    east.wait(lambda: "cable-profile" not in entities(east, "sslProfile"), "the profile to be removed")
    east.wait(lambda: not east.linked(west), "the link to be down")


def _own_links(site: Site) -> list[Object]:
    mine = [s for s in site.network_status()["siteStatus"] if s["site"]["identity"] == site.site_id]
    return [link for router in mine[0]["routerStatus"] for link in router["links"] or []]


def test_cert_token_links_at_once(west: Site, east: Site) -> None:
    """A cert token needs no redemption, and the link knows its site by the annotation."""
    created = east.link(west.cert_token("handed-over"))
    east.wait_linked(west)
    after = east.get("secrets", "link1") or {}
    assert (after["data"], after["metadata"]["resourceVersion"]) == (
        created["data"],
        created["metadata"]["resourceVersion"],
    )


def test_relabelled_secret_loses_its_connector(west: Site, east: Site) -> None:
    """What is no connection-token any more is no link any more."""
    east.link(west.token("relabelled"))
    east.wait_linked(west)
    east.cluster.api.patch("v1", "secrets", "east", "link1", {"metadata": {"labels": {TYPE: "was-a-token"}}})
    east.wait(lambda: not connectors(east), "the connector to be removed")
    east.wait(lambda: not east.linked(west), "the link to be down")
    east.unlink()


def test_changed_cost_does_not_reach_the_router(west: Site, east: Site) -> None:
    """config-sync compares connectors by name; only delete and create brings a change to the router."""
    east.link(west.token("cheap", uses=2), cost=1)
    east.wait_linked(west)
    before = _own_links(east)
    east.cluster.api.patch("v1", "secrets", "east", "link1", {"metadata": {"annotations": {"skupper.io/cost": "7"}}})
    east.wait(lambda: connectors(east)["link1"].get("cost") == 7, "the cost in skupper-internal")
    time.sleep(20 * PACE)
    assert _own_links(east) == before
    again = east.get("secrets", "link1") or {}
    east.unlink()
    east.wait(lambda: not _own_links(east), "the link to be down")
    east.link({**again, "metadata": {key: again["metadata"][key] for key in ("labels", "annotations")}}, cost=7)
    east.wait(lambda: [link["linkCost"] for link in _own_links(east)] == [7], "the link with its new cost")
    assert _own_links(east)[0]["identity"] != before[0]["identity"]


def test_status_after_a_link_is_gone(west: Site, east: Site) -> None:
    """Link records go at once on both sides, the record of the other site only after a while."""
    east.link(west.token("short"))
    east.wait_linked(west)
    west.wait_linked(east, "incoming")
    east.unlink()
    east.wait(lambda: not east.linked(west), "the link to be down")
    assert west.site_id in _known(east)
    west.wait(lambda: not west.linked(east, "incoming"), "the incoming link to be down")
    east.wait(lambda: west.site_id not in _known(east), "the lingering record to go")


def _known(site: Site) -> set[str]:
    return {entry["site"]["identity"] for entry in site.network_status()["siteStatus"]}


def test_status_shape(west: Site) -> None:
    """The status is what Go writes: no blanks, null for empty lists, and the owner is the router."""
    status = west.get("configmaps", "skupper-network-status") or {}
    text = status["data"]["NetworkStatus"]
    assert text.startswith('{"addresses":null,"siteStatus":[{"site":{"recType":"SITE","identity":"')
    owner = (west.get("deployments", "skupper-router") or {})["metadata"]["uid"]
    assert [reference["uid"] for reference in status["metadata"]["ownerReferences"]] == [owner]


def test_sites_of_the_network_hear_of_each_other(west: Site, east: Site, north: Site) -> None:
    """Two sites linked to a third one appear in each other's status."""
    token = west.token("hub", uses=2)
    east.link(token)
    north.link(token)
    east.wait(lambda: north.site_id in _known(east), "the site beyond the hub")
    assert not east.linked(north)


# ---- restart and revocation


def _routers(site: Site) -> list[str]:
    pods = site.cluster.api.list("v1", "pods", site.namespace, label_selector="skupper.io/component=router")
    return [pod["metadata"]["name"] for pod in pods]


def test_restart(west: Site, east: Site) -> None:
    """A restarted router has a new name, and the link to it comes back with a new record."""
    east.link(west.token("restart"))
    east.wait_linked(west)
    (before,), (former,) = _own_links(east), _routers(west)
    west.restart_router()
    assert former not in _routers(west)
    east.wait(lambda: [former in link["name"] for link in _own_links(east)] == [False], "a link to the new router")
    west.wait_linked(east, "incoming")
    (after,) = _own_links(east)
    assert after["identity"] != before["identity"]


def _served(site: Site) -> bytes:
    return ssl.get_server_certificate((site.host(), 8081), timeout=5).encode()


def test_claim_server_keeps_its_certificate_until_restart(bed: Testbed) -> None:
    """A new server certificate is served by new pods only."""
    site = bed.add_site("renewed")
    old = site.data("skupper-site-server")["tls.crt"]
    site.cluster.api.patch("v1", "secrets", "renewed", "skupper-site-server", {"data": _only_address(site)})
    time.sleep(0.5)
    assert _served(site) == old
    site.restart_router()
    assert _served(site) == site.data("skupper-site-server")["tls.crt"]
    site.delete()


def test_revocation_cuts_by_trust(bed: Testbed, east: Site, north: Site) -> None:
    """With a new CA incoming links die, old tokens fail on TLS for ever, and new ones work."""
    site = bed.add_site("revoked")
    unredeemed = site.token("old")
    east.link(site.token("redeemed"))
    east.wait_linked(site)
    site.revoke_access()
    dns, _addresses = names_in(site.data("skupper-site-server")["tls.crt"])
    assert dns == ["skupper-router.revoked", site.host()]
    assert site.cluster.api.list("v1", "secrets", "revoked", label_selector=f"{TYPE}=token-claim-record") == []
    east.wait(lambda: not east.linked(site), "the link to be cut")
    north.link(unredeemed)
    failing = notes(wait_status(north, "x509"))
    assert failing[STATUS] == f'Post "https://{site.host()}:8081/old?site-version=1.9.6": {UNKNOWN_AUTHORITY}'
    assert LAST_FAILED not in failing
    time.sleep(20 * PACE)
    assert not east.linked(site)
    unlink_all(east)
    east.link(site.token("new"))
    east.wait_linked(site)
    site.delete()


def _only_address(site: Site) -> dict[str, str]:
    """Make a server certificate that holds the site's host as an IP address and not as a DNS name."""
    authority = site.data("skupper-site-ca")
    issuer = certificate(authority["tls.crt"])
    signer = load_pem_private_key(authority["tls.key"], None)
    assert isinstance(signer, rsa.RSAPrivateKey)
    key = rsa.generate_private_key(65537, 2048)
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "skupper-router")]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(issuer.not_valid_before_utc)
        .not_valid_after(issuer.not_valid_after_utc)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(site.host()))]), critical=False)
        .sign(signer, SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return {
        "tls.crt": base64.b64encode(made.public_bytes(Encoding.PEM)).decode(),
        "tls.key": base64.b64encode(pem).decode(),
    }


def test_link_needs_a_name_the_router_accepts(bed: Testbed, east: Site) -> None:
    """The router looks for its host among DNS names: with an IP address alone claims work, but links do not."""
    site = bed.add_site("misnamed")
    good = site.get("secrets", "skupper-site-server") or {}
    patch = site.cluster.api.patch
    patch("v1", "secrets", "misnamed", "skupper-site-server", {"data": _only_address(site)})
    site.restart_router()
    east.link(site.token())
    wait_redeemed(east)
    east.wait(lambda: connectors(east), "the connector")
    time.sleep(30 * PACE)
    assert not east.linked(site)
    patch("v1", "secrets", "misnamed", "skupper-site-server", {"data": good["data"]})
    site.restart_router()
    east.wait_linked(site)
    site.delete()


def test_api_server_and_simulator_come_back(bed: Testbed, west: Site, east: Site) -> None:
    """Links outlive the API server, sites go on where they were, and a new simulator takes them over."""
    token = west.token("through-it-all", uses=2)
    east.link(token)
    east.wait_linked(west)
    before = _own_links(east)
    east.cluster.restart()
    assert _own_links(east) == before
    east.unlink()
    east.wait(lambda: not east.linked(west), "the link to be down")
    bed.stop_simulator()
    east.link(token)
    bed.start_simulator()
    east.wait_linked(west)


def test_site_is_made_again_in_its_namespace(bed: Testbed) -> None:
    """After a deletion the same namespace takes a new site, with another id and CA."""
    first = bed.add_site("phoenix", 1)
    authority = first.data("skupper-site-ca")
    first.delete()
    second = bed.add_site("phoenix", 1)
    assert second.site_id != first.site_id
    assert second.data("skupper-site-ca") != authority
    second.delete()


def test_simulator_is_a_user_of_its_own(bed: Testbed, west: Site) -> None:
    """Requests of the sites can be distinguished from those of the code under test."""
    mark = west.cluster.audit.mark()
    west.token("audited")
    users = {request.user for request in west.cluster.audit.requests(since=mark) if request.writes}
    assert "simulator" not in users
    assert "simulator" in {request.user for request in west.cluster.audit.requests()}
    assert bed.simulator_pid
