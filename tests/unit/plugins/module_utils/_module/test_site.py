# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""skupper_site: made by site-controller, waited for, changed as far as Skupper follows, and removed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.support import recorded
from tests.unit.support.clock import FakeTime
from tests.unit.support.engines import Runner
from tests.unit.support.sites import SiteController
from tests.unit.support.store import Object, Store

UNKNOWN = "(known after apply)"
PASSWORD = "open-sesame"
CONFIG = "/api/v1/namespaces/fresh/configmaps"


def config(store: Store, namespace: str = "fresh") -> Object:
    """ConfigMap skupper-site, which must be there."""
    found = store.find("ConfigMap", namespace, "skupper-site")
    assert found is not None
    return found


def test_new_site(site: Runner, sites: Store) -> None:
    """One write; what it comes to is what the reader says of it."""
    predicted = site(check=True, ingress="loadbalancer")
    assert sites.writes == []
    assert (predicted["changed"], predicted["site"]["site_id"], predicted["site"]["mode"]) == (
        True,
        UNKNOWN,
        "interior",
    )
    made = site(ingress="loadbalancer")
    assert sites.writes == [f"POST {CONFIG}"]
    assert made["changed"]
    assert made["site"]["endpoints"]["claims"] == {"host": "203.0.113.7", "port": 8081}
    assert made["site"].keys() == predicted["site"].keys()
    assert made["diff"] == predicted["diff"]
    assert config(sites)["data"] == {"name": "fresh", "ingress": "loadbalancer"}
    again = site(ingress="loadbalancer")
    assert (again["changed"], again["site"]) == (False, made["site"])


def test_mark_and_no_label(site: Runner, sites: Store) -> None:
    """site-controller selects it, and its pods do not get the mark."""
    site()
    metadata = config(sites)["metadata"]
    assert "labels" not in metadata
    assert metadata["annotations"]["sitemesh.skupper/owner"] == "fresh"
    assert metadata["annotations"]["skupper.io/exclude-annotations"] == "sitemesh.skupper/owner"


@pytest.mark.parametrize("settings", [{"router-logging": "info"}, {"router-pod-annotations": "a=b"}])
def test_change(site: Runner, sites: Store, settings: dict[str, Any]) -> None:
    """What Skupper follows is patched under the resourceVersion."""
    site(ingress="loadbalancer")
    predicted = site(check=True, settings=settings)
    changed = site(settings=settings)
    assert predicted["changed"]
    assert changed["diff"] == predicted["diff"]
    assert sites.writes[1:] == [f"PATCH {CONFIG}/skupper-site"]
    assert site(settings=settings)["changed"] is False
    assert site()["changed"] is False


def test_change_that_is_not_followed(site: Runner, sites: Store) -> None:
    """Refused before anything is written."""
    site(ingress="loadbalancer")
    message = site.failing("site_immutable", ingress="none", settings={"routers": 3})
    assert "ingress (loadbalancer, not none)" in message
    assert "routers (1, not 3)" in message
    assert "namespace fresh" in message
    assert len(sites.writes) == 1


def test_site_of_the_command_line(site: Runner, sites: Store) -> None:
    """Looked at like any other, and not changed."""
    found = SiteController("west")
    name = config(sites, "west")
    for document in found._objects(name):
        sites.put("west", document)
    sites.controllers = lambda store: None
    read = site(namespace="west", ingress="loadbalancer", settings={"router-logging": ""})
    assert (read["changed"], read["site"]["site_id"]) == (False, recorded.WEST)
    message = site.failing("site_of_command_line", namespace="west", settings={"router-logging": "info"})
    assert "skupper command" in message
    assert sites.writes == []


def test_removal(site: Runner, sites: Store) -> None:
    """With all that belongs to it; the diff says what it was linked to."""
    site(ingress="loadbalancer")
    sites.put("fresh", recorded.document("links/redeemed"))
    sites.put("fresh", recorded.document("network/connected"))
    predicted = site(check=True, state="absent")
    removed = site(state="absent")
    assert removed["diff"] == predicted["diff"]
    assert removed["diff"]["before"]["links"] == [{"name": "link1", "site_id": recorded.WEST}]
    assert removed["diff"]["after"] == {}
    assert removed["site"]["state"] == "absent"
    assert sites.find("Deployment", "fresh", "skupper-router") is None
    assert site(state="absent")["changed"] is False
    assert [write.split()[0] for write in sites.writes] == ["POST", "DELETE"]


def test_removal_that_takes_too_long(site: Runner, sites: Store, site_controller: SiteController) -> None:
    """Fails with what is left, and so does the next run, until it is gone."""
    site(ingress="loadbalancer")
    site_controller.collects = False
    first = site(state="absent", wait_timeout=5)
    assert (first["failed"], first["reason"]) == (True, "site_removal_timeout")
    assert "Deployment skupper-router" in first["msg"]
    assert "garbage collector" in first["msg"]
    assert site(state="absent", wait_timeout=5)["reason"] == "site_removal_timeout"
    # A new site would be made of what is about to go.
    assert site(ingress="loadbalancer", wait_timeout=5)["reason"] == "site_removal_timeout"
    assert [write.split()[0] for write in sites.writes] == ["POST", "DELETE"]
    assert site(state="absent", wait=False)["changed"] is False


def test_no_site_controller(site: Runner, sites: Store, site_controller: SiteController, time: FakeTime) -> None:
    """Nothing is made of the ConfigMap; the next run waits again, and finds the site."""
    site_controller.makes = False
    started = time.now
    failed = site(ingress="loadbalancer", wait_timeout=20)
    assert (failed["failed"], failed["reason"]) == (True, "site_timeout")
    assert "no site-controller seems to act on namespace fresh" in failed["msg"]
    assert 19 < time.now - started < 22
    site_controller.makes = True
    site_controller(sites)
    assert site(ingress="loadbalancer")["changed"] is False


@pytest.mark.parametrize(
    ("missing", "word"),
    [
        ("skupper-service-controller", "Deployment skupper-service-controller is missing"),
        ("skupper-internal", "ConfigMap skupper-internal is missing"),
        ("skupper-site-ca", "Secret skupper-site-ca is missing"),
        ("skupper-site-server", "Secret skupper-site-server is missing"),
    ],
)
def test_site_that_stays_half_made(site: Runner, site_controller: SiteController, missing: str, word: str) -> None:
    """The failure names what is not there."""
    site_controller.withholds = (missing,)
    failed = site(ingress="loadbalancer", wait_timeout=5)
    assert (failed["failed"], failed["reason"]) == (True, "site_timeout")
    assert word in failed["msg"]
    assert "no site-controller" not in failed["msg"]


def test_router_that_is_not_ready(site: Runner, sites: Store) -> None:
    """All objects are there, but a pod is not ready."""
    site(ingress="loadbalancer")
    router = sites.find("Deployment", "fresh", "skupper-router")
    assert router is not None
    router["status"]["readyReplicas"] = 0
    failed = site(wait_timeout=3)
    assert (failed["reason"], "Deployment skupper-router is not ready" in failed["msg"]) == ("site_timeout", True)


def test_pending_load_balancer(site: Runner, site_controller: SiteController) -> None:
    """A reason of its own; without the server certificate the site will not come up by itself."""
    site_controller.balances = False
    failed = site(ingress="loadbalancer", wait_timeout=5)
    assert (failed["reason"], "no host" in failed["msg"]) == ("ingress_pending", True)
    assert "given up" not in failed["msg"]


def test_given_up_by_site_controller(site: Runner, site_controller: SiteController) -> None:
    """After two minutes without an address it makes no certificate, ever."""
    site_controller.balances = False
    site_controller.withholds = ("skupper-site-server", "skupper-service-controller")
    failed = site(ingress="loadbalancer", wait_timeout=5)
    assert (failed["reason"], "given up" in failed["msg"]) == ("ingress_pending", True)


def test_not_waiting(site: Runner, site_controller: SiteController) -> None:
    """The site is returned as far as it has come."""
    site_controller.makes = False
    made = site(ingress="loadbalancer", wait=False)["site"]
    assert (made["mode"], made["version"], made["endpoints"]) == ("interior", None, {})


def test_edge_site(site: Runner, site_controller: SiteController, sites: Store) -> None:
    """Needs neither certificates nor a way in."""
    site_controller.withholds = ("skupper-site-ca", "skupper-site-server")
    site_controller.balances = False
    assert site(mode="edge")["changed"]
    assert config(sites)["data"] == {"name": "fresh", "router-mode": "edge"}


@pytest.mark.parametrize(
    ("args", "reason", "word"),
    [
        ({"ingress": "nodeport"}, "invalid_option", "ingress_host"),
        ({"ingress": "contour-http-proxy"}, "invalid_option", "ingress_host"),
        ({"ingress": "route"}, "ingress_unsupported", "OpenShift"),
        ({"name": " "}, "invalid_option", "name is empty"),
        ({"ingress_host": ""}, "invalid_option", "ingress_host is empty"),
        ({"settings": {"edge": True}}, "invalid_option", "option mode"),
        ({"settings": {"colour": "red"}}, "invalid_option", "colour"),
        ({"settings": {"router-logging": "loud"}}, "invalid_option", "router-logging"),
        ({"wait_timeout": -1}, "invalid_option", "wait_timeout"),
    ],
    ids=str,
)
def test_refusals(site: Runner, sites: Store, args: dict[str, Any], reason: str, word: str) -> None:
    """Before anything is written."""
    assert word in site.failing(reason, **args)
    assert sites.writes == []


def test_route_on_openshift(site: Runner, sites: Store) -> None:
    """The API server says that it serves routes."""
    sites.groups.add("route.openshift.io/v1")
    assert site(check=True, ingress="route")["changed"]


def test_password(site: Runner, sites: Store) -> None:
    """Written, and never shown."""
    results = [site(check, settings={"console-password": PASSWORD}) for check in (True, False, False)]
    assert config(sites)["data"]["console-password"] == PASSWORD
    results += [site(check, state="absent") for check in (True, False)]
    assert PASSWORD not in str(results)
    assert results[0]["diff"]["after"]["console-password"] == "(hidden)"


@pytest.mark.parametrize("verb", ["create", "get"])
def test_without_rights(site: Runner, sites: Store, verb: str) -> None:
    """The sentence names the verb and the resource."""
    sites.denied.add((verb, CONFIG if verb == "create" else f"{CONFIG}/skupper-site"))
    failed = site(ingress="none")
    assert failed["reason"] == "forbidden"
    assert f"grant verb {verb} on configmaps in namespace fresh" in failed["msg"]


def test_service_accounts_need_not_be_readable(site: Runner, sites: Store) -> None:
    """They go at the same time as what the account can see."""
    site(ingress="loadbalancer")
    for plural in ("serviceaccounts", "roles", "rolebindings"):
        root = "/api/v1" if plural == "serviceaccounts" else "/apis/rbac.authorization.k8s.io/v1"
        for name in ("skupper-router", "skupper-service-controller"):
            sites.denied.add(("get", f"{root}/namespaces/fresh/{plural}/{name}"))
    assert site(state="absent")["changed"]
