# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What happens to sites and their links: out of reach, restarted, revoked, deleted and made again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import yaml

from testbed import Site
from tests import probes
from tests.conformance.other_tool import OtherTool
from tests.conformance.shared_sites import PATIENCE, LendSite, Settle, SharedSites
from tests.harness import Ansible, RequestLog, tasks

# tests/integration/modules/test_waiting.py and test_replacing.py show much of this on simulated sites.
pytestmark = pytest.mark.thorough("simulated")

Watch = Callable[[], RequestLog]

STATUS = "internal.skupper.io/status"


def note(site: Site) -> str:
    """What the site's controller noted about the claims of its links."""
    return "".join(kept.annotations.get(STATUS, "") for kept in probes.links(site).values())


@pytest.mark.exhaustive("real")
def test_issuing_site_out_of_reach(ansible: Ansible, hub: Site, east: Site) -> None:
    """A link to a site that can't be reached is reported as waiting, and comes up by itself once it can."""
    hub.pause()
    try:
        late = ansible.run(tasks.issued_link(east, hub, wait_timeout=5))
        assert late.reason == "link_timeout"
        assert late["link"]["state"] == "claim_waiting"
        (before,) = probes.links(east).values()
        playing = ansible.start([{"hosts": "all", "gather_facts": False, "tasks": [tasks.issued_link(east, hub)]}])
    finally:
        hub.resume()
    run = playing.wait().succeeded()
    assert run["link"]["link"]["connected"]
    (after,) = probes.links(east).values()
    assert after.uid == before.uid
    assert not ansible.run(tasks.issued_link(east, hub)).changed


def test_link_that_is_down(ansible: Ansible, hub: Site, east: Site, settle: Settle) -> None:
    """A link whose issuing site goes out of reach is down, not stale; it is waited for and not made again."""
    assert ansible.run(tasks.issued_link(east, hub))["link"]["connected"]
    (before,) = probes.links(east).values()
    settle()
    hub.pause()
    try:
        east.wait(lambda: not east.linked(hub), "the link to be down", PATIENCE)
        down = ansible.run(tasks.issued_link(east, hub, wait_timeout=2))
        assert (down.reason, down["link"]["state"], down.changed) == ("link_timeout", "connecting", False)
    finally:
        hub.resume()
    run = ansible.play(tasks.issued_link(east, hub)).succeeded()
    assert run.changed == []
    assert run["link"]["link"]["connected"]
    assert list(probes.links(east).values()) == [before]


@pytest.mark.exhaustive("real")
def test_private_site_restarted(ansible: Ansible, hub: Site, east: Site, settle: Settle, request_log: Watch) -> None:
    """After a restart of its router a site's link is as it was, and nothing is written for it."""
    assert ansible.run(tasks.issued_link(east, hub))["link"]["connected"]
    (before,) = probes.links(east).values()
    settle()
    east.restart_router()
    watched = request_log()
    run = ansible.play(tasks.issued_link(east, hub)).succeeded()
    assert run["link"]["link"]["connected"]
    assert run.changed == []
    assert watched.writes() == []
    assert list(probes.links(east).values()) == [before]
    east.wait_linked(hub, timeout=PATIENCE)


@pytest.mark.exhaustive("real")
@pytest.mark.parametrize("end", ["linking", "issuing"])
def test_router_pod_deleted(ansible: Ansible, hub: Site, east: Site, settle: Settle, end: str) -> None:
    """When the router pod of either end is deleted, the next one takes the link up."""
    assert ansible.run(tasks.issued_link(east, hub))["link"]["connected"]
    site = east if end == "linking" else hub
    settle()
    selector = "skupper.io/component=router"
    (pod,) = site.cluster.api.list("v1", "pods", site.namespace, label_selector=selector)
    site.cluster.api.delete("v1", "pods", site.namespace, pod["metadata"]["name"])
    site.wait_rollout()
    run = ansible.play(tasks.issued_link(east, hub)).succeeded()
    assert run.changed == []
    site.wait_ready()
    east.wait_linked(hub, timeout=PATIENCE)
    hub.wait_linked(east, "incoming", PATIENCE)
    (after,) = site.cluster.api.list("v1", "pods", site.namespace, label_selector=selector)
    assert after["metadata"]["uid"] != pod["metadata"]["uid"]


@pytest.mark.exhaustive("real")
def test_revoked(
    ansible: Ansible, west: Site, lend_site: LendSite, settle: Settle, other_tool: OtherTool, claim: str
) -> None:
    """After a revocation old links are stale and made anew under their names; old tokens are reported as unusable."""
    east, south = lend_site(), lend_site()
    made = ansible.run(tasks.issued_link(east, west, name="to-west"))
    assert made["link"]["connected"], made.msg
    before, old = probes.links(east)["to-west"], other_tool.claim(west, claim)
    settle()
    west.revoke_access()
    refused = ansible.run(tasks.link(south, src=str(old)))
    assert refused.reason == "issuer_untrusted"
    assert probes.links(south) == {}

    task = tasks.issued_link(east, west)
    run = ansible.play(tasks.checked("foreseen", task), tasks.named("made", task), tasks.named("again", task))
    assert [result.task for result in run.succeeded().changed] == ["foreseen", "made"]
    assert run["made"]["link"]["connected"]
    (after,) = probes.links(east).values()
    assert after.name == "to-west"
    assert after.data["ca.crt"] != before.data["ca.crt"]
    east.wait_linked(west, timeout=PATIENCE)
    west.wait_linked(east, "incoming", PATIENCE)


def test_site_made_again(
    ansible: Ansible, shared_sites: SharedSites, east: Site, other_tool: OtherTool, new_name: Callable[[], str]
) -> None:
    """A site that was deleted and made again is another site: the link to the old one is dead, a new one is made."""
    old = shared_sites.west
    path = other_tool.claim(old, new_name())
    assert ansible.run(tasks.link(east, src=str(path), name="to-old"))["link"]["connected"]
    old.delete()
    east.wait(lambda: not east.linked(old), "the link to be down", PATIENCE)
    new = shared_sites.remake_west()
    assert new.site_id != old.site_id

    task = tasks.issued_link(east, new, name="to-new")
    run = ansible.play(tasks.named("made", task), tasks.named("again", task)).succeeded()
    assert [result.task for result in run.changed] == ["made"]
    assert run["made"]["link"]["connected"]
    listed = ansible.run(tasks.link_info(east))
    assert {link["name"]: link["connected"] for link in listed["links"]} == {"to-old": False, "to-new": True}
    assert ansible.run(tasks.link(east, token=yaml.safe_load(path.read_text()), wait_timeout=1)).failed

    gone = ansible.run(tasks.link(east, state="absent", site_id=old.site_id))
    assert gone.changed
    assert set(probes.links(east)) == set(probes.connectors(east)) == {"to-new"}
    assert [each.peer for each in probes.connections(east)] == [new.site_id]
