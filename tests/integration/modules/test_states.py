# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every state that a link or a claim can be in, brought about and read back with its cause."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from testbed import Site
from tests import probes
from tests.harness import Ansible, SitePool, tasks

Link = dict[str, Any]
States = dict[str, tuple[str, str | None]]

STATUS = "internal.skupper.io/status"
FAILED = "internal.skupper.io/last-failed"


class Reader:
    """Reads the links of a site as a task would."""

    def __init__(self, ansible: Ansible, site: Site, *issuers: Site) -> None:
        self._ansible = ansible
        self._site = site
        self._issuers = {"issuers": [tasks.where(issuer) for issuer in issuers]} if issuers else {}

    def links(self) -> list[Link]:
        """All links; nothing is ever changed by reading."""
        result = self._ansible.run(tasks.link_info(self._site, **self._issuers))
        assert not result.changed
        assert not result.failed, result.msg
        found: list[Link] = result["links"]
        return found

    def states(self) -> States:
        """State and cause of each link."""
        found = self.links()
        for link in found:
            assert link["connected"] is (link["state"] in ("connected", "ending"))
            assert (link["reason"] is None) is (link["cause"] is None) is (link["state"] == "connected")
        return {link["name"]: (link["state"], link["cause"]) for link in found}

    def only(self) -> Link:
        """The only link."""
        (link,) = self.links()
        return link


def annotate(site: Site, secret: str, **notes: str | None) -> None:
    """Change annotations of a Secret."""
    changed = {f"skupper.io/{key.replace('_', '-')}": value for key, value in notes.items()}
    site.cluster.api.patch("v1", "secrets", site.namespace, secret, {"metadata": {"annotations": changed}})


def label(site: Site, secret: str, **labels: str | None) -> None:
    """Change labels of a Secret."""
    changed = {f"skupper.io/{key}": value for key, value in labels.items()}
    site.cluster.api.patch("v1", "secrets", site.namespace, secret, {"metadata": {"labels": changed}})


def noted(site: Site, *names: str) -> Callable[[], bool]:
    """Whether the site's controller has noted something about each of these links."""
    return lambda: all(STATUS in probes.links(site)[name].annotations for name in names)


def scale(site: Site, deployment: str, replicas: int) -> None:
    """Scale one of the site's Deployments, and wait until that is done."""
    body = {"spec": {"replicas": replicas}}
    site.cluster.api.patch("apps/v1", "deployments", site.namespace, deployment, body)

    def done() -> bool:
        status = (site.get("deployments", deployment) or {}).get("status", {})
        return bool(status.get("readyReplicas", 0) == replicas)

    site.wait(done, f"{replicas} pods of {deployment}")


def test_claims(ansible: Ansible, hub: Site, east: Site, site_pool: SitePool) -> None:
    """The states of claims; the issuing site's records distinguish causes to which the claim server gives the same answer."""
    tokens = {kind: hub.token(site_pool.name(kind)) for kind in ("spent", "late", "gone", "again", "bad", "wrong")}
    names = {kind: token["metadata"]["name"] for kind, token in tokens.items()}
    annotate(hub, names["spent"], claims_remaining="0", claims_made="1")
    annotate(hub, names["late"], claim_expiration="2020-01-01T00:00:00Z")
    annotate(hub, names["bad"], claims_remaining="many")
    for kind in ("gone", "again"):
        hub.cluster.api.delete("v1", "secrets", hub.namespace, names[kind])
    tokens["wrong"]["data"]["password"] = base64.b64encode(b"guessed").decode()
    tokens["empty"] = {**hub.token(site_pool.name("empty")), "data": {"ca.crt": tokens["wrong"]["data"]["ca.crt"]}}
    for kind, token in tokens.items():
        east.link(token, name=kind)
    east.wait(noted(east, *tokens), "an answer to every claim")
    hub.token(names["again"])

    known = {
        "bad": ("claim_waiting", "claim_corrupt"),
        "empty": ("claim_failed", "claim_rejected"),
        "wrong": ("claim_failed", "claim_refused"),
    }
    alike = dict.fromkeys(("spent", "late", "gone", "again"), ("claim_failed", "claim_unknown"))
    assert Reader(ansible, east).states() == {**known, **alike}
    asking = Reader(ansible, east, hub)
    assert asking.states() == {
        **known,
        "spent": ("claim_failed", "claim_used_up"),
        "late": ("claim_failed", "claim_expired"),
        "gone": ("claim_failed", "claim_removed"),
        "again": ("claim_failed", "claim_given_up"),
    }
    reasons = {link["name"]: link["reason"] for link in asking.links()}
    assert names["gone"] in reasons["gone"]
    assert "2020-01-01T00:00:00Z" in reasons["late"]
    assert not any("guessed" in reason for reason in reasons.values())

    claims = ansible.run(tasks.token_info(hub))["claims"]
    states = {claim["name"]: claim["state"] for claim in claims if claim["name"] in names.values()}
    assert states == {
        names["spent"]: "used_up",
        names["late"]: "expired",
        names["bad"]: "corrupt",
        names["again"]: "usable",
        names["wrong"]: "usable",
    }
    passwords = {kept.data["password"].decode() for kept in probes.records(hub).values()}
    assert not any(password in str(claims) for password in passwords)


@pytest.mark.thorough
def test_claims_that_may_still_be_redeemed(ansible: Ansible, west: Site, east: Site) -> None:
    """An issuing site that is not there, one that has trouble, and a claim that was not tried yet."""
    reader = Reader(ansible, east, west)
    east.fault(redeemer="stopped")
    east.link(west.token())
    assert reader.states() == {"link1": ("claim_waiting", "claim_not_tried")}
    west.pause()
    east.fault(redeemer=None)
    east.wait(noted(east, "link1"), "a note that the issuing site can't be reached")
    assert reader.states() == {"link1": ("claim_waiting", "issuer_unreachable")}
    west.fault(claims="503", paused=None)
    east.wait(lambda: "Internal error" in probes.links(east)["link1"].annotations[STATUS], "an internal error")
    assert reader.states() == {"link1": ("claim_waiting", "issuer_trouble")}
    west.fault(claims=None)
    east.wait_linked(west)
    assert reader.states() == {"link1": ("connected", None)}


def test_expired_unredeemed(ansible: Ansible, hub: Site, east: Site, site_pool: SitePool) -> None:
    """A claim whose time ran out before the linking site got to it."""
    east.fault(redeemer="stopped")
    east.link(hub.token(site_pool.name("claim"), minutes=-1))
    assert Reader(ansible, east).states() == {"link1": ("claim_failed", "claim_expired")}


def test_connections(ansible: Ansible, west: Site, east: Site) -> None:
    """Up, down, and up only in a network status that is not written any more."""
    reader = Reader(ansible, east, west)
    scale(east, "skupper-service-controller", 0)
    east.link(west.cert_token())
    assert reader.states() == {"link1": ("connecting", "connector_missing")}
    scale(east, "skupper-service-controller", 1)
    east.wait_linked(west)
    link = reader.only()
    assert (link["state"], link["orphan"], link["managed"], link["days_left"]) == ("connected", False, False, 1824)

    west.pause()
    east.wait(lambda: not east.linked(west), "the link to be down")
    assert reader.states() == {"link1": ("connecting", "no_connection")}
    west.resume()
    east.wait_linked(west)
    scale(east, "skupper-router", 0)
    assert east.linked(west)
    assert reader.states() == {"link1": ("connecting", "router_down")}
    assert ansible.run(tasks.site_info(east))["site"]["router"] == {"replicas": 0, "ready": 0}


def test_revoked(ansible: Ansible, west: Site, east: Site) -> None:
    """A link and a token from before the issuing site revoked access; only the site itself shows that the link is stale."""
    east.link(west.token())
    east.wait_linked(west)
    token = west.token("late")
    west.revoke_access()
    east.wait(lambda: not east.linked(west), "the link to be cut")
    east.link(token, name="late")
    east.wait(noted(east, "late"), "an answer to the claim")
    late = ("claim_failed", "issuer_untrusted")
    assert Reader(ansible, east).states() == {"late": late, "link1": ("connecting", "no_connection")}
    assert Reader(ansible, east, west).states() == {"late": late, "link1": ("stale", "ca_changed")}

    stale = tasks.link(east, state="absent", stale=True, issuer=tasks.where(west))
    gone = ansible.play(tasks.checked("foreseen", stale), tasks.named("done", stale), tasks.named("again", stale))
    assert [result.task for result in gone.succeeded().changed] == ["foreseen", "done"]
    assert [link["name"] for link in gone["done"]["removed"]] == ["late", "link1"]
    assert gone["foreseen"]["removed"] == gone["done"]["removed"]
    assert probes.links(east) == {}
    assert probes.connectors(east) == {}


def test_certificates(ansible: Ansible, west: Site, east: Site) -> None:
    """One that ends soon works; one that has ended does not, and is removed as stale."""
    reader = Reader(ansible, east)
    east.link(west.cert_token(lifetime=timedelta(days=5)))
    east.wait_linked(west)
    link = reader.only()
    assert (link["state"], link["cause"], link["days_left"]) == ("ending", "certificate_ends_soon", 4)
    east.unlink()
    east.link(west.cert_token(lifetime=timedelta(seconds=1)), name="short")
    east.wait(lambda: reader.only()["state"] == "expired", "the certificate to end")
    assert reader.only()["cause"] == "certificate_ended"
    assert reader.only()["days_left"] == -1
    gone = ansible.run(tasks.link(east, state="absent", stale=True))
    assert [each["name"] for each in gone["removed"]] == ["short"]
    assert "ended at" in gone["removed"][0]["reason"]


def test_marks(ansible: Ansible, west: Site, east: Site) -> None:
    """Links that a policy disabled, that a change left parked, and links without an owner."""
    reader = Reader(ansible, east, west)
    east.link(west.cert_token())
    east.wait_linked(west)
    label(east, "link1", type="sitemesh-parked-link")
    assert reader.states() == {"link1": ("parked", "change_unfinished")}
    label(east, "link1", type="connection-token")
    body = {"metadata": {"labels": {"internal.skupper.io/disabled": "true"}}}
    east.cluster.api.patch("v1", "secrets", east.namespace, "link1", body)
    link = reader.only()
    assert (link["state"], link["cause"]) == ("disabled", "policy_forbids")
    assert west.host() in link["reason"]

    east.cluster.api.patch(
        "v1",
        "secrets",
        east.namespace,
        "link1",
        {"metadata": {"labels": {"internal.skupper.io/disabled": None}, "ownerReferences": None}},
    )
    east.wait_linked(west)
    link = reader.only()
    assert (link["state"], link["orphan"]) == ("connected", True)
    assert not ansible.run(tasks.link(east, state="absent", stale=True)).changed
    west.pause()
    east.wait(lambda: not east.linked(west), "the link to be down")
    gone = ansible.run(tasks.link(east, state="absent", stale=True))
    assert "no object of this site owns it" in gone["removed"][0]["reason"]


def test_moved(ansible: Ansible, west: Site, east: Site) -> None:
    """An issuing site that has other endpoints now: the site shows it, and linking again corrects it."""
    token = west.cert_token()
    # Where the site was when it signed this, and nobody is any more.
    token["metadata"]["annotations"]["inter-router-port"] = "9"
    east.link(token)
    east.wait(lambda: probes.connectors(east), "a connector")
    assert Reader(ansible, east).states() == {"link1": ("connecting", "no_connection")}
    link = Reader(ansible, east, west).only()
    assert (link["state"], link["cause"]) == ("stale", "endpoint_changed")
    assert f"leads to {west.host()}:9" in link["reason"]
    assert west.endpoint("inter-router") in link["reason"]

    (before,) = probes.links(east).values()
    task = tasks.issued_link(east, west)
    run = ansible.play(tasks.checked("foreseen", task), tasks.named("done", task), tasks.named("again", task))
    assert [result.task for result in run.succeeded().changed] == ["foreseen", "done"]
    assert run["done"]["link"]["connected"]
    (after,) = probes.links(east).values()
    assert after.uid != before.uid
    assert probes.connectors(east)["link1"]["port"] == "55671"
    assert [each.peer for each in probes.connections(east)] == [west.site_id]


@pytest.mark.parametrize("edge", [False, pytest.param(True, marks=pytest.mark.thorough)], ids=["interior", "edge"])
def test_incoming(ansible: Ansible, west: Site, site_pool: SitePool, edge: bool) -> None:
    """The sites that are linked to one, edge sites among them, and how many they are."""
    site = site_pool.bed.add_site(site_pool.name("site"), 1, "none", edge=edge)
    site.link(west.token())
    site.wait_linked(west)
    west.wait(lambda: ansible.run(tasks.link_info(west))["incoming"], "an incoming link")
    found = ansible.run(tasks.link_info(west))
    assert found["incoming"] == [{"site_id": site.site_id, "name": site.name}]
    assert found["links"] == []
    there, here = (ansible.run(tasks.site_info(each))["site"] for each in (site, west))
    assert (here["linked_sites"], here["network_sites"], here["policy"]) == (1, 1, False)
    assert (there["linked_sites"], there["network_sites"]) == (1, 1)
    assert [link["site_id"] for link in there["certificates"]["links"]] == [west.site_id]
    assert here["certificates"]["server"]["days_left"] == 1824
    assert (there["certificates"]["server"]["days_left"] is None) is edge


def test_absent_by_issuer(ansible: Ansible, west: Site, east: Site) -> None:
    """The link to a site is removed together with the claim that was issued for it."""
    east.fault(redeemer="stopped")
    ansible.run(tasks.issued_link(east, west, wait=False))
    assert len(probes.records(west)) == 1
    gone = tasks.link(east, state="absent", issuer=tasks.where(west))
    run = ansible.play(tasks.checked("foreseen", gone), tasks.named("done", gone), tasks.named("again", gone))
    assert [result.task for result in run.succeeded().changed] == ["foreseen", "done"]
    assert probes.links(east) == {}
    assert probes.records(west) == {}
