# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the readers report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.support import recorded
from tests.unit.support.authorities import enforce, give_ca, signing_ca
from tests.unit.support.engines import Result, Runner
from tests.unit.support.peers import listening, secure
from tests.unit.support.store import Store


def test_public_site(site_info: Runner) -> None:
    """Everything about an interior site behind a load balancer."""
    site = site_info()["site"]
    certificates = site.pop("certificates")
    assert certificates["ca"]["not_after"].startswith("2031-11-23T")
    assert certificates["ca"]["days_left"] == 1824
    assert certificates["server"]["not_after"].startswith("2031-11-23T")
    assert certificates["links"] == []
    location = site.pop("location")
    assert (location["namespace"], location["cluster"], len(location["authorities"])) == ("west", None, 1)
    assert site == {
        "site_id": recorded.WEST,
        "router_site_id": recorded.WEST,
        "name": "west",
        "namespace": "west",
        "mode": "interior",
        "version": "1.9.6",
        "evicted": [],
        "evicted_locations": [],
        "linked_sites": None,
        "network_sites": None,
        "policy": False,
        "router": {"replicas": 1, "ready": 1},
        "ingress": "loadbalancer",
        "exposure": "public",
        "exposure_reason": "ingress loadbalancer at 203.0.113.7",
        "endpoints": {
            "inter-router": {"host": "203.0.113.7", "port": 55671},
            "edge": {"host": "203.0.113.7", "port": 45671},
            "claims": {"host": "203.0.113.7", "port": 8081},
        },
    }


def test_location(site_info: Runner, sites: Store) -> None:
    """The cluster is told by its UID as well, and so is where evicted sites were."""
    sites.objects["/api/v1/namespaces/kube-system"] = {"kind": "Namespace", "metadata": {"uid": "uid-of-the-cluster"}}
    ca = sites.find("Secret", "west", "skupper-site-ca")
    assert ca is not None
    ca["metadata"]["annotations"] = {
        "sitemesh.skupper/evicted-locations": '[{"namespace": "east", "cluster": "uid-2"}]'
    }
    site = site_info()["site"]
    assert site["location"]["cluster"] == "uid-of-the-cluster"
    assert site["evicted_locations"] == [{"namespace": "east", "cluster": "uid-2", "authorities": []}]


def test_edge_site(site_info: Runner) -> None:
    """It accepts no links and has no CA."""
    site = site_info(namespace="shore")["site"]
    assert (site["mode"], site["exposure"], site["endpoints"]) == ("edge", "private", {})
    nothing = {"not_after": None, "days_left": None}
    assert site["certificates"] == {"ca": nothing, "server": nothing, "links": []}


def test_pending_site(site_info: Runner, sites: Store) -> None:
    """That it can't be reached yet is no failure of the reader."""
    service = sites.find("Service", "west", "skupper-router")
    assert service is not None
    service["status"] = {}
    site = site_info()["site"]
    assert (site["exposure"], site["endpoints"]) == ("private", {})
    assert "no host" in site["exposure_reason"]


def test_endpoint_checks(site_info: Runner, sites: Store, tmp_path: Path) -> None:
    """Each endpoint is looked at by the rules of who connects there."""
    ca = signing_ca()
    give_ca(sites, ca, form="")
    with listening(secure(tmp_path, ca.issue("x", ("127.0.0.1",)))) as port:
        config = sites.find("ConfigMap", "west", "skupper-site")
        service = sites.find("Service", "west", "skupper-router")
        assert config is not None
        assert service is not None
        config["data"].update({"ingress": "nodeport", "ingress-host": "127.0.0.1"})
        for entry in service["spec"]["ports"]:
            entry["nodePort"] = port
        site = site_info(check_endpoints=True)["site"]
    checks = site["endpoint_checks"]
    assert set(checks) == set(site["endpoints"])
    assert checks["claims"] == {"reachable": True, "certificate_ok": True, "reason": None}
    for name in ("inter-router", "edge"):
        assert (checks[name]["reachable"], checks[name]["certificate_ok"]) == (True, False)


def test_endpoint_checks_without_endpoints(site_info: Runner) -> None:
    """There is nothing to look at."""
    assert site_info(namespace="shore", check_endpoints=True)["site"]["endpoint_checks"] == {}
    assert "endpoint_checks" not in site_info()["site"]


@pytest.mark.parametrize("seconds", [0, -1, 601])
def test_check_timeout(site_info: Runner, seconds: int) -> None:
    """There always is a limit."""
    assert "check_timeout" in site_info.failing("invalid_option", check_timeout=seconds)


@pytest.mark.parametrize(
    ("status", "namespace", "linked", "network"),
    [
        ("connected", "west", 1, 1),
        ("edge-peer", "west", 1, 1),
        ("alone", "east", 0, 0),
        ("auto-mesh", "east", 0, 1),
        ("dropped", "east", 0, 1),
        ("pending", "east", None, None),
    ],
)
def test_linked_sites(
    site_info: Runner, sites: Store, status: str, namespace: str, linked: int | None, network: int | None
) -> None:
    """Sites with an open connection, either way, and all of the network; unknown is not none."""
    sites.put(namespace, recorded.document(f"network/{status}"))
    site = site_info(namespace=namespace)["site"]
    assert (site["linked_sites"], site["network_sites"]) == (linked, network)


def test_link_certificates(site_info: Runner, sites: Store) -> None:
    """Those of the site's own links; a claim has none yet."""
    sites.put("east", recorded.document("links/redeemed"))
    sites.put("east", {**recorded.document("links/claim"), "metadata": {"name": "other"}})
    (link,) = site_info(namespace="east")["site"]["certificates"]["links"]
    assert (link["name"], link["site_id"], link["days_left"]) == ("link1", recorded.WEST, 1824)


def test_policy(site_info: Runner, sites: Store) -> None:
    """A cluster that knows SkupperClusterPolicy enforces it; that it knows kinds of Skupper v2 means nothing."""
    sites.groups.add("skupper.io/v2alpha1")
    assert site_info()["site"]["policy"] is False
    enforce(sites)
    assert site_info()["site"]["policy"] is True


def test_router_that_is_not_ready(site_info: Runner, sites: Store) -> None:
    """As the Deployment says; None if it may not be read."""
    deployment = sites.find("Deployment", "west", "skupper-router")
    assert deployment is not None
    deployment.update({"spec": {"replicas": 2}, "status": {}})
    assert site_info()["site"]["router"] == {"replicas": 2, "ready": 0}
    sites.denied.add(("get", sites.path("Deployment", "west", "skupper-router")))
    assert site_info()["site"]["router"] is None


def test_requests_for_a_site(site_info: Runner) -> None:
    """As many as the documentation says."""
    site_info()
    assert len(site_info.api.requests) == 10


def test_site_without_the_right_to_see_its_ca(site_info: Runner, sites: Store) -> None:
    """The rest is reported."""
    sites.denied.add(("list", sites.path("Secret", "west")))
    sites.denied.add(("get", sites.path("Secret", "west", "skupper-site-server")))
    site = site_info()["site"]
    nothing = {"not_after": None, "days_left": None}
    assert site["certificates"] == {"ca": nothing, "server": nothing, "links": []}
    assert site["exposure"] == "public"


def test_no_site(site_info: Runner) -> None:
    """A namespace without one."""
    site_info.failing("no_site", namespace="nowhere")


def linked(sites: Store) -> None:
    """Let `east` be linked to `west`."""
    sites.controllers = lambda store: None
    link = recorded.document("links/redeemed")
    link["metadata"]["ownerReferences"][0]["uid"] = "router-uid"
    sites.put("east", link)
    configuration = recorded.document("east/skupper-internal-linked")
    configuration["data"]["skrouterd.json"] = configuration["data"]["skrouterd.json"].replace('"to-west"', '"link1"')
    sites.put("east", {**configuration, "metadata": {**configuration["metadata"], "name": "skupper-internal"}})
    sites.put("east", recorded.document("network/connected"))


def test_links(link_info: Runner, sites: Store) -> None:
    """Outgoing links by their names, with their state."""
    linked(sites)
    other = recorded.document("links/used-up-404")
    other["metadata"]["name"] = "a-failed-one"
    sites.put("east", other)
    found = link_info()
    assert [(link["name"], link["state"]) for link in found["links"]] == [
        ("a-failed-one", "claim_failed"),
        ("link1", "connected"),
    ]
    assert found["incoming"] == []
    assert [link["name"] for link in link_info(name="link1")["links"]] == ["link1"]
    assert len(link_info(site_id=recorded.WEST)["links"]) == 2
    assert link_info(site_id="other")["links"] == []


def only(link_info: Runner, **args: Any) -> Result:
    """The only link of `east`."""
    (link,) = link_info(**args)["links"]
    return dict(link)


def test_link(link_info: Runner, sites: Store) -> None:
    """All of one link, in five requests."""
    linked(sites)
    link_info.api.requests.clear()
    link = only(link_info)
    assert len(link_info.api.requests) == 5
    assert link.pop("not_after").startswith("2031-11-23T")
    assert link == {
        "name": "link1",
        "site_id": recorded.WEST,
        "state": "connected",
        "connected": True,
        "reason": None,
        "cause": None,
        "cost": 1,
        "url": "amqps://203.0.113.7:55671",
        "type": "certificate",
        "days_left": 1824,
        "orphan": False,
        "managed": False,
    }


def test_status_that_nobody_writes_any_more(link_info: Runner, sites: Store) -> None:
    """What the network status still lists is no connection without a router, a connector, or after its link was made."""
    linked(sites)
    deployment = sites.find("Deployment", "east", "skupper-router")
    assert deployment is not None
    deployment["status"] = {}
    assert only(link_info)["cause"] == "router_down"
    deployment["status"] = {"readyReplicas": 1}
    sites.put("east", recorded.document("east/skupper-internal"))
    assert only(link_info)["cause"] == "connector_missing"
    linked(sites)
    secret = sites.find("Secret", "east", "link1")
    assert secret is not None
    secret["metadata"]["creationTimestamp"] = "2026-11-24T02:44:50Z"
    assert only(link_info)["cause"] == "no_connection"


def test_account_that_may_not_look_further(link_info: Runner, sites: Store) -> None:
    """The link is told by its Secret and the network status, and nobody knows whose it is."""
    linked(sites)
    sites.denied.add(("get", sites.path("Deployment", "east", "skupper-router")))
    sites.denied.add(("get", sites.path("ConfigMap", "east", "skupper-internal")))
    link = only(link_info)
    assert (link["state"], link["orphan"]) == ("connected", None)


def test_orphan(link_info: Runner, sites: Store) -> None:
    """A link that no object of the site owns works, but is shown as what it is."""
    linked(sites)
    secret = sites.find("Secret", "east", "link1")
    assert secret is not None
    for owners in ([], [{"kind": "Deployment", "name": "skupper-router", "uid": "gone"}]):
        secret["metadata"]["ownerReferences"] = owners
        link = only(link_info)
        assert (link["state"], link["orphan"]) == ("connected", True)


def issuers(link_info: Runner, *namespaces: str) -> dict[str, Any]:
    """Issuing sites to be asked."""
    return {"issuers": [link_info.connection(namespace) for namespace in namespaces]}


def test_asking_the_issuer_about_a_working_link(link_info: Runner, sites: Store) -> None:
    """One request, for its CA; a link of another one is stale, whatever is open."""
    linked(sites)
    link_info.api.requests.clear()
    assert only(link_info, **issuers(link_info, "west"))["state"] == "connected"
    assert len(link_info.api.requests) == 6
    sites.put("west", recorded.document("west/skupper-site-ca-rotated"))
    link = only(link_info, **issuers(link_info, "west"))
    assert (link["state"], link["cause"], link["connected"]) == ("stale", "ca_changed", False)


def test_asking_the_issuer_about_a_link_that_is_down(link_info: Runner, sites: Store) -> None:
    """Four requests: its CA, and what its endpoints come from."""
    linked(sites)
    sites.put("east", recorded.document("network/alone"))
    service = sites.find("Service", "west", "skupper-router")
    assert service is not None
    assert only(link_info, **issuers(link_info, "west"))["cause"] == "no_connection"
    service["status"] = {"loadBalancer": {"ingress": [{"ip": "203.0.113.99"}]}}
    link_info.api.requests.clear()
    link = only(link_info, **issuers(link_info, "west"))
    assert len(link_info.api.requests) == 8
    assert (link["state"], link["cause"]) == ("stale", "endpoint_changed")
    assert "203.0.113.99:55671" in link["reason"]
    service["status"] = {}
    assert only(link_info, **issuers(link_info, "west"))["cause"] == "no_connection"


@pytest.mark.parametrize(
    ("notes", "cause"),
    [
        pytest.param({"skupper.io/claims-remaining": "0"}, "claim_used_up", id="used up"),
        pytest.param({"skupper.io/claim-expiration": "2026-11-24T02:44:00Z"}, "claim_expired", id="expired"),
        pytest.param(None, "claim_removed", id="removed"),
    ],
)
def test_asking_the_issuer_about_a_claim(
    link_info: Runner, sites: Store, notes: dict[str, str] | None, cause: str
) -> None:
    """What its claim server answers alike is told apart, without a password leaving the API server."""
    sites.put("east", recorded.document("links/used-up-404"))
    record = recorded.document("records/claim")
    record["metadata"]["annotations"].update(notes or {})
    if notes is not None:
        sites.put("west", record)
    assert only(link_info)["cause"] == "claim_unknown"
    link = only(link_info, **issuers(link_info, "west"))
    assert (link["state"], link["cause"]) == ("claim_failed", cause)


def test_issuer_that_can_not_be_asked(link_info: Runner, sites: Store) -> None:
    """It is a warning, and no link is judged by it."""
    linked(sites)
    found = link_info(**issuers(link_info, "nowhere"))
    assert [link["state"] for link in found["links"]] == ["connected"]
    (warning,) = found["warnings"]
    assert "no Skupper site in namespace nowhere" in warning


def test_own_tokens_are_no_links(link_info: Runner, sites: Store) -> None:
    """A token that the site made for others and keeps."""
    kept = recorded.document("tokens/cert")
    kept["metadata"]["annotations"]["skupper.io/generated-by"] = recorded.EAST
    sites.put("east", kept)
    assert link_info()["links"] == []


@pytest.mark.parametrize(
    ("status", "peer", "name"), [("connected", recorded.EAST, "east"), ("edge-peer", recorded.SHORE, "shore")]
)
def test_incoming(link_info: Runner, sites: Store, status: str, peer: str, name: str) -> None:
    """By the site they come from, edge sites among them."""
    sites.put("west", recorded.document(f"network/{status}"))
    assert link_info(namespace="west")["incoming"] == [{"site_id": peer, "name": name}]
    assert link_info(namespace="west", site_id="other")["incoming"] == []
    assert link_info(namespace="west", name="link1")["incoming"] == []


def claim_records(sites: Store) -> None:
    """One claim of each state on `west`; the recorded ones end some minutes after the store's time."""
    changes = {
        "usable": {},
        "used-up": {"skupper.io/claims-remaining": "0", "skupper.io/claims-made": "1"},
        "expired": {"skupper.io/claim-expiration": "2026-11-24T02:44:59Z"},
        "corrupt": {"skupper.io/claims-remaining": "many"},
    }
    for name, notes in changes.items():
        record = recorded.document("records/claim")
        record["metadata"]["name"] = name
        record["metadata"]["annotations"].update(notes)
        sites.put("west", record)


def test_claims(token_info: Runner, sites: Store) -> None:
    """Each with its state and why, in one request, and without a trace of the password."""
    claim_records(sites)
    found = token_info()
    assert [(claim["name"], claim["state"]) for claim in found["claims"]] == [
        ("corrupt", "corrupt"),
        ("expired", "expired"),
        ("usable", "usable"),
        ("used-up", "used_up"),
    ]
    assert [claim["reason"] for claim in found["claims"]] == [
        "it is corrupt: its annotation skupper.io/claims-remaining is no integer",
        "it expired at 2026-11-24T02:44:59Z",
        None,
        "it is used up",
    ]
    assert found["claims"][2] == {
        "name": "usable",
        "type": "claim",
        "state": "usable",
        "usable": True,
        "reason": None,
        "created_at": "2026-11-24T02:41:14Z",
        "expires_at": "2026-11-24T02:56:14Z",
        "uses_remaining": 1,
        "uses_made": 0,
        "managed": False,
        "issued_for": None,
    }
    assert len(token_info.api.requests) == 1
    assert not token_info.holds_secret
    assert not any(word in str(found) for word in ("abcdefghijklm", "YWJj", "password"))


def test_passwords_stay_on_the_api_server(token_info: Runner, sites: Store) -> None:
    """Metadata alone is asked for; a server that sends everything is not listened to either."""
    claim_records(sites)
    token_info()
    (request,) = token_info.api.requests
    assert "as=PartialObjectMetadataList" in request.header("accept")[0]
    sites.put("west", {**recorded.document("records/claim"), "data": {"password": "%%%"}})
    assert token_info(name="claim")["claims"][0]["usable"]


def test_claims_that_are_chosen(token_info: Runner, sites: Store) -> None:
    """By name, by state, by both."""
    claim_records(sites)

    def names(**args: Any) -> list[str]:
        return [claim["name"] for claim in token_info(**args)["claims"]]

    assert names(name="expired") == ["expired"]
    assert names(name="none") == []
    assert names(state=["used_up", "corrupt"]) == ["corrupt", "used-up"]
    assert names(state=["usable"], name="expired") == []


def test_claims_of_the_collection(token: Runner, token_info: Runner) -> None:
    """They are marked, and those for a link tell whose."""
    token(name="ours")
    token(name="for-east", issued_for={"site_id": recorded.EAST})
    found = [(claim["name"], claim["managed"], claim["issued_for"]) for claim in token_info()["claims"]]
    assert found == [("for-east", True, recorded.EAST), ("ours", True, None)]


def test_no_claims(token_info: Runner) -> None:
    """A site without claims is told from no site."""
    assert token_info()["claims"] == []
    token_info.failing("no_site", namespace="nowhere")
