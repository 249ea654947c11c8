# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links that are made with a certificate, signed without a claim; and the versions that fit each other."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.site import Endpoint, Service
from ansible_collections.sitemesh.skupper.plugins.module_utils._module import link as engine
from ansible_collections.sitemesh.skupper.plugins.module_utils._module import links as several
from cryptography import x509

from tests.unit.support import recorded
from tests.unit.support.authorities import give_ca, signing_ca
from tests.unit.support.engines import Runner
from tests.unit.support.sites import Controllers
from tests.unit.support.store import Object, Store

TOKEN = recorded.document("tokens/claim")
CERT = recorded.document("tokens/cert")


@pytest.fixture
def issuer(link: Runner, sites: Store) -> dict[str, Any]:
    """The issuing site, whose CA can sign."""
    give_ca(sites, signing_ca())
    return {"issuer": {**link.connection("west"), "type": "cert"}}


def test_link(link: Runner, sites: Store, controllers: Controllers, issuer: dict[str, Any]) -> None:
    """One task, nothing left on the issuing site, and the name that redemption would have given."""
    predicted = link(check=True, **issuer)
    assert (predicted["changed"], sites.writes) == (True, [])
    result = link(**issuer)
    assert (result["changed"], result["link"]["connected"]) == (True, True)
    assert predicted["diff"] == result["diff"]
    assert {write.rpartition("/")[0] for write in sites.writes} == {"POST /api/v1/namespaces/east"}
    made = sites.find("Secret", "east", "link1")
    assert made is not None
    assert (made["type"], made["metadata"]["labels"]) == ("kubernetes.io/tls", {"skupper.io/type": "connection-token"})
    notes = recorded.document("links/cert")["metadata"]["annotations"]
    assert made["metadata"]["annotations"] == {
        **notes,
        "skupper.io/cost": "1",
        "sitemesh.skupper/owner": recorded.EAST,
        "sitemesh.skupper/issuer": made["metadata"]["annotations"]["sitemesh.skupper/issuer"],
    }
    certificate = x509.load_pem_x509_certificate(base64.b64decode(made["data"]["tls.crt"]))
    assert certificate.subject.rfc4514_string() == f"CN={recorded.EAST}"
    assert "PRIVATE KEY" not in str([predicted, result])
    assert link(**issuer)["changed"] is False


def test_stale_link(link: Runner, sites: Store, controllers: Controllers, issuer: dict[str, Any]) -> None:
    """A new CA means a new certificate."""
    link(**issuer)
    give_ca(sites, signing_ca("next"))
    result = link(**issuer)
    assert (result["changed"], result["link"]["connected"]) == (True, True)
    assert "current CA" in result["change_reason"]
    assert link(**issuer)["changed"] is False


def test_unusable_ca(link: Runner, sites: Store, controllers: Controllers, issuer: dict[str, Any]) -> None:
    """The link that is there is not touched before the new certificate is in hand."""
    link(**issuer)
    give_ca(sites, signing_ca("next"), form="")
    sites.writes.clear()
    link.failing("ca_unusable", **issuer)
    assert sites.writes == []
    assert sites.find("Secret", "east", "link1") is not None


@pytest.mark.parametrize(("kind", "form"), [("rsa", "PKCS8"), ("ec", "TraditionalOpenSSL"), ("ec", "PKCS8")])
def test_b6_keys_that_skupper_does_not_read(
    link: Runner, sites: Store, controllers: Controllers, issuer: dict[str, Any], kind: str, form: str
) -> None:
    """No claim is issued, not even in check mode; a certificate is, and a link that works stays."""
    give_ca(sites, signing_ca(f"odd {kind}", kind), form)
    claim = {**issuer["issuer"], "type": "claim"}
    message = link.failing("ca_unusable", issuer=claim)
    assert "namespace west" in message
    assert sites.writes == []
    assert link(**issuer)["link"]["connected"] is True
    sites.writes.clear()
    again = link(issuer=claim)
    assert (again["changed"], again["link"]["connected"], sites.writes) == (False, True, [])


def test_b6_something_else_answers(
    link: Runner, sites: Store, controllers: Controllers, issuer: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A router says in its log alone why it does not connect, so that its endpoint is looked at; not for a token of others."""
    seen: list[str] = []

    def look(service: Service, endpoint: Endpoint, ca: bytes | None, now: datetime) -> str:
        assert ca
        seen.append(f"{service.value} {endpoint}")
        return "its certificate is for ingress.local"

    monkeypatch.setattr(engine, "what_is_wrong", look)
    link.probes = True
    controllers.connects = False
    result = link(**issuer, wait_timeout=5)
    assert (result["reason"], result["link"]["cause"]) == ("link_timeout", "no_connection")
    words = "what answers at 203.0.113.7:55671 would not be trusted: its certificate is for ingress.local. It stays"
    assert words in result["msg"]
    assert seen == ["inter-router 203.0.113.7:55671"]
    link(token=recorded.document("tokens/cert"), name="other", replace="always", wait_timeout=5)
    assert len(seen) == 1


def test_something_else_answers_a_second_task(
    link: Runner, controllers: Controllers, issuer: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that waits for a link of an earlier task asks the issuing site only now, to say what is wrong."""
    monkeypatch.setattr(several, "what_is_wrong", lambda *_asked: "its certificate is for ingress.local")
    links = replace(link, task=several.LINKS, probes=True)
    controllers.connects = False
    (made,) = links(links=[issuer], wait=False)["links"]
    (failed,) = links(links=[{**issuer, "earlier": made}], wait_timeout=5)["links"]
    assert failed["reason"] == "link_timeout"
    assert "would not be trusted: its certificate is for ingress.local" in failed["msg"]


@pytest.mark.parametrize("option", [{"uses": 1}, {"expiry": "5m"}])
def test_limits_of_claims(link: Runner, issuer: dict[str, Any], option: dict[str, Any]) -> None:
    """A certificate has none."""
    message = link.failing("invalid_option", issuer={**issuer["issuer"], **option})
    assert f"issuer.{next(iter(option))}" in message


def test_edge_issuer(link: Runner, sites: Store, issuer: dict[str, Any]) -> None:
    """It takes no links, by whatever credential."""
    link.failing("site_cannot_accept", issuer={**issuer["issuer"], "namespace": "shore"})
    assert sites.writes == []


@pytest.mark.parametrize("kind", ["claim", "cert"])
def test_waiting_for_the_ingress(
    link: Runner, sites: Store, controllers: Controllers, issuer: dict[str, Any], kind: str
) -> None:
    """Only where it is asked for, and not in check mode."""
    service = sites.find("Service", "west", "skupper-router")
    assert service is not None
    ready, service["status"] = service["status"], {}
    options = {**issuer["issuer"], "type": kind}
    link.failing("ingress_pending", issuer=options)
    assert link.time.sleeps == []

    def arrive(_seconds: float) -> None:
        service["status"] = ready

    patient = {**options, "wait_for_ingress": True}
    assert link(check=True, issuer=patient)["reason"] == "ingress_pending"
    assert link.time.sleeps == []
    link.time.then = arrive
    assert link(issuer=patient)["link"]["connected"] is True


def run_version(store: Store, namespace: str, version: str) -> None:
    """Let a site run another version."""
    config = store.find("ConfigMap", namespace, "skupper-internal")
    assert config is not None
    entities: list[Any] = json.loads(config["data"]["skrouterd.json"])
    for kind, body in entities:
        if kind == "router":
            body["metadata"] = json.dumps({**json.loads(body["metadata"]), "version": version})
    config["data"]["skrouterd.json"] = json.dumps(entities)


def of_version(token: Object, version: str) -> Object:
    """A token that says it comes from such a version."""
    notes = {**token["metadata"]["annotations"], "skupper.io/site-version": version}
    return {**token, "metadata": {**token["metadata"], "annotations": notes}}


@pytest.mark.parametrize("token", [TOKEN, CERT], ids=["claim", "cert"])
@pytest.mark.parametrize("version", ["0.7.3", "", "0.5.3-4-gabcdef"])
def test_old_issuing_site(link: Runner, sites: Store, token: Object, version: str) -> None:
    """Too old for the linking site."""
    message = link.failing("version_unsupported", token=of_version(token, version))
    assert version in message
    assert "0.8.0" in message
    assert sites.writes == []


@pytest.mark.parametrize("version", ["0.8.0", "2.1.0", "latest", "0.5.3-dev"])
def test_fitting_issuing_site(link: Runner, controllers: Controllers, version: str) -> None:
    """From 0.8 on, newer ones, and those that can't be told."""
    assert link(token=of_version(TOKEN, version))["link"]["connected"] is True


def test_old_issuer(link: Runner, sites: Store, issuer: dict[str, Any]) -> None:
    """The issuing site says its version itself; no claim is issued there for nothing."""
    run_version(sites, "west", "0.7.3")
    for kind in ("claim", "cert"):
        link.failing("version_unsupported", issuer={**issuer["issuer"], "type": kind})
    assert sites.writes == []


def test_linking_site_without_claims(link: Runner, sites: Store, controllers: Controllers) -> None:
    """One that is older than claims can use cert tokens."""
    run_version(sites, "east", "0.6.0")
    assert "cert token" in link.failing("version_unsupported", token=TOKEN)
    assert link(token=CERT)["link"]["connected"] is True


def without_edge(token: Object) -> Object:
    """A cert token that names no host for edge sites."""
    notes = {k: v for k, v in token["metadata"]["annotations"].items() if not k.startswith("edge-")}
    return {**token, "metadata": {**token["metadata"], "annotations": notes}}


def test_token_for_the_other_mode(link: Runner, sites: Store, controllers: Controllers) -> None:
    """An edge site connects to the edge host, an interior one does not miss it."""
    message = link.failing("token_malformed", token=without_edge(CERT), namespace="shore")
    assert "mode edge" in message
    assert link(token=without_edge(CERT))["link"]["connected"] is True
