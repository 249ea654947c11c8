# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""States of links, with their causes, as the sites themselves bring them about."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest

from testbed import Policies, Site, Testbed
from testbed.site_handle import NotInTime
from tests import probes
from tests.conformance.shared_sites import PATIENCE, LendSite, Settle
from tests.harness import Ansible, tasks

# tests/integration/modules/test_states.py shows much of this on simulated sites.
pytestmark = pytest.mark.thorough("simulated")

STATUS = "internal.skupper.io/status"
DISABLED = "internal.skupper.io/disabled"
ALLOWED = {"namespaces": ["*"], "allowIncomingLinks": True, "allowedOutgoingLinksHostnames": ["*"]}
FAR = 1  # the cluster that has no public sites
SOON = 20.0  # seconds
NOTICE = 3.0  # seconds; cmd/service-controller/policy_controller.go looks every second

States = dict[str, tuple[str, "str | None"]]


def states(ansible: Ansible, site: Site, *issuers: Site) -> States:
    """State and cause of each link of a site, asking the issuing sites that are named."""
    read = ansible.run(tasks.link_info(site, issuers=[tasks.where(each) for each in issuers]))
    return {link["name"]: (link["state"], link["cause"]) for link in read["links"]}


def noted(site: Site) -> Callable[[], bool]:
    """Whether the site's controller has noted something about each of its claims."""
    return lambda: all(STATUS in kept.annotations for kept in probes.links(site).values())


def test_claims(ansible: Ansible, hub: Site, east: Site, new_name: Callable[[], str]) -> None:
    """The issuing site's records distinguish causes to which the claim server gives the same answer."""
    tokens = {kind: hub.token(new_name()) for kind in ("spent", "late", "gone", "wrong")}
    names = {kind: token["metadata"]["name"] for kind, token in tokens.items()}
    notes = {
        "spent": {"claims-remaining": "0", "claims-made": "1"},
        "late": {"claim-expiration": "2020-01-01T00:00:00Z"},
    }
    for kind, changed in notes.items():
        patch = {"metadata": {"annotations": {f"skupper.io/{key}": value for key, value in changed.items()}}}
        hub.cluster.api.patch("v1", "secrets", hub.namespace, names[kind], patch)
    hub.cluster.api.delete("v1", "secrets", hub.namespace, names["gone"])
    tokens["wrong"]["data"]["password"] = base64.b64encode(b"guessed").decode()
    for kind, token in tokens.items():
        east.link(token, name=kind)
    east.wait(noted(east), "an answer to every claim", PATIENCE)
    failed = "claim_failed"
    told = dict.fromkeys(("spent", "late", "gone"), (failed, "claim_unknown"))
    assert states(ansible, east) == {**told, "wrong": (failed, "claim_refused")}
    assert states(ansible, east, hub) == {
        "spent": (failed, "claim_used_up"),
        "late": (failed, "claim_expired"),
        "gone": (failed, "claim_removed"),
        "wrong": (failed, "claim_refused"),
    }
    removed = ansible.run(tasks.link(east, stale=True, state="absent"))
    assert {each["name"] for each in removed["removed"]} == set(tokens)
    assert probes.links(east) == {}


@pytest.mark.exhaustive("real")
def test_out_of_reach(ansible: Ansible, hub: Site, lend_site: LendSite, settle: Settle, claim: str) -> None:
    """A link that is down, and a claim whose issuing site does not answer; both come up when it does."""
    linked, waiting = lend_site(), lend_site()
    assert ansible.run(tasks.issued_link(linked, hub, name="to-hub"))["link"]["connected"]
    assert states(ansible, linked, hub) == {"to-hub": ("connected", None)}
    token = hub.token(claim)
    settle()
    hub.pause()
    try:
        waiting.link(token, name="to-hub")
        waiting.wait(noted(waiting), "a try to redeem the claim", PATIENCE)
        assert states(ansible, waiting, hub) == {"to-hub": ("claim_waiting", "issuer_unreachable")}
        linked.wait(lambda: not linked.linked(hub), "the link to be down", PATIENCE)
        assert states(ansible, linked, hub) == {"to-hub": ("connecting", "no_connection")}
    finally:
        hub.resume()
    for site in (linked, waiting):
        site.wait_linked(hub, timeout=PATIENCE)
        assert states(ansible, site, hub) == {"to-hub": ("connected", None)}


@pytest.mark.exhaustive("real")
def test_revoked(ansible: Ansible, west: Site, east: Site, settle: Settle) -> None:
    """A link whose issuing site has another CA is stale, which only that site shows."""
    assert ansible.run(tasks.issued_link(east, west, name="to-west"))["link"]["connected"]
    settle()
    west.revoke_access()
    east.wait(lambda: not east.linked(west), "the link to be down", PATIENCE)
    assert states(ansible, east) == {"to-west": ("connecting", "no_connection")}
    assert states(ansible, east, west) == {"to-west": ("stale", "ca_changed")}


def test_certificates(ansible: Ansible, hub: Site, lend_site: LendSite) -> None:
    """One that ends soon is let in, one that has ended is not; and a link without an owner is distinguished."""
    soon, late, ended = lend_site(), lend_site(), hub.cert_token(lifetime=timedelta(seconds=1))
    soon.link(hub.cert_token(lifetime=timedelta(days=5)), name="to-hub")
    soon.wait_linked(hub, timeout=PATIENCE)
    assert states(ansible, soon, hub) == {"to-hub": ("ending", "certificate_ends_soon")}
    # Playing this took longer than the other one lasts: a connection that is open outlives its certificate.
    late.link(ended, name="to-hub")
    late.wait(lambda: probes.connectors(late), "a connector", PATIENCE)
    assert states(ansible, late, hub) == {"to-hub": ("expired", "certificate_ended")}
    assert probes.connections(late) == []

    (kept,) = probes.links(soon).values()
    soon.cluster.api.patch("v1", "secrets", soon.namespace, kept.name, {"metadata": {"ownerReferences": None}})
    (link,) = ansible.run(tasks.link_info(soon))["links"]
    assert (link["state"], link["orphan"]) == ("ending", True)


def forbidden(site: Site) -> bool:
    """Whether the site's controller has disabled its only link."""
    (link,) = probes.links(site).values()
    return link.labels.get(DISABLED) == "true"


def listens(site: Site) -> bool:
    """Whether the site's router is to take links."""
    return probes.listeners(site) >= {"interior-listener", "edge-listener"}


def await_listening(sites: list[Site], remind: Callable[[], None]) -> None:
    """Wait until policies, or their end, have come to the controllers, and routers that they restarted are up."""
    time.sleep(NOTICE)
    for site in sites:
        try:
            site.wait(partial(listens, site), "links to be allowed", SOON)
        except NotInTime:
            # A controller that could not write what follows from a policy tries again when a policy changes.
            remind()
            site.wait(partial(listens, site), "links to be allowed", PATIENCE)
        site.wait_rollout()


@pytest.fixture
def policies(bed: Testbed) -> Iterator[Policies]:
    """Policies of the far cluster, which allow everything at first; its sites are as before when they are gone."""
    enforced = Policies(bed.clusters[FAR])
    there = [site for site in bed.sites.values() if site.cluster is bed.clusters[FAR]]
    sites = [site for site in there if site.get("configmaps", "skupper-internal")]
    try:
        enforced.enforce()
        enforced.replace(all=ALLOWED)
        await_listening(sites, enforced.touch)
        yield enforced
    finally:
        enforced.lift()
        await_listening(sites, remind=lambda: None)


@pytest.mark.only("real", "simulated controllers take no notice of policies")
def test_policy(ansible: Ansible, hub: Site, lend_site: LendSite, settle: Settle, policies: Policies) -> None:
    """A link that is forbidden from now on goes down, and is back when it is allowed again."""
    east = lend_site(FAR)
    assert ansible.run(tasks.issued_link(east, hub, name="to-hub"))["link"]["connected"]
    settle()
    policies.replace(all=ALLOWED | {"allowedOutgoingLinksHostnames": []})
    east.wait(lambda: forbidden(east), "the link to be forbidden", PATIENCE)
    assert states(ansible, east, hub) == {"to-hub": ("disabled", "policy_forbids")}
    east.wait(lambda: not probes.connectors(east), "the link to be cut", PATIENCE)
    policies.replace(all=ALLOWED | {"allowedOutgoingLinksHostnames": [hub.host()]})
    east.wait(lambda: probes.connectors(east) and not forbidden(east), "the link to be allowed", PATIENCE)
    east.wait_linked(hub, timeout=PATIENCE)
    assert states(ansible, east, hub) == {"to-hub": ("connected", None)}
    forbidden_meanwhile(ansible, hub, east, policies)


def forbidden_meanwhile(ansible: Ansible, hub: Site, east: Site, policies: Policies) -> None:
    """A task says so at once whose link is forbidden while it waits for it, although the one before it worked."""
    waiting = tasks.link(east, token=hub.lost_token(), replace="always", wait_timeout=int(PATIENCE))
    playing = ansible.start([{"hosts": "all", "gather_facts": False, "tasks": [waiting]}])
    lost = {"inter-router-port": "1"}.items()
    playing.until(
        lambda: any(lost <= each.annotations.items() for each in probes.links(east).values()), "the link to be made"
    )
    policies.replace(all=ALLOWED | {"allowedOutgoingLinksHostnames": []})
    assert playing.wait().results[-1].reason == "link_disabled"
