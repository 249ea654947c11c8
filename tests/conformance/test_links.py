# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links: made from cert tokens, refused where one exists or none can be, given other costs, removed and made again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from testbed import Site
from tests import probes
from tests.conformance.other_tool import OtherTool
from tests.conformance.shared_sites import PATIENCE, LendSite, Settle
from tests.harness import Ansible, RequestLog, keep, tasks

pytestmark = pytest.mark.thorough("simulated")

Watch = Callable[[], RequestLog]


def test_cert_token(ansible: Ansible, hub: Site, lend_site: LendSite, other_tool: OtherTool, claim: str) -> None:
    """One cert token of another tool links three sites, as often as it is used."""
    path, sites = other_tool.cert(hub, claim), [lend_site() for number in range(3)]
    join = tasks.task("link", src=str(path), context="{{ context }}", namespace="{{ namespace }}")
    inventory = {site.name: tasks.where(site) for site in sites}
    first = ansible.play(join, inventory=inventory).succeeded()
    assert len(first.changed) == len(sites)
    assert all(result["link"]["connected"] for result in first.of("link"))
    token = probes.read_file(path)
    for site in sites:
        (kept,) = probes.links(site).values()
        assert (kept.type, kept.kind, kept.data) == ("kubernetes.io/tls", "connection-token", token.data)
        assert [each.peer for each in probes.connections(site)] == [hub.site_id]
    assert ansible.play(join, inventory=inventory).succeeded().changed == []
    for site in sites:
        hub.wait_linked(site, "incoming", PATIENCE)


def test_own_site(
    ansible: Ansible, hub: Site, other_tool: OtherTool, new_name: Callable[[], str], request_log: Watch
) -> None:
    """A site is not linked to itself, whatever its token looks like."""
    claim, cert = other_tool.claim(hub, new_name()), other_tool.cert(hub, new_name())
    watched = request_log()
    for task in (
        tasks.link(hub, src=str(claim)),
        tasks.link(hub, src=str(cert)),
        tasks.issued_link(hub, hub),
    ):
        result = ansible.run(task)
        assert result.reason == "token_own_site"
    assert watched.writes() == []


def test_second_link(
    ansible: Ansible, hub: Site, east: Site, other_tool: OtherTool, new_name: Callable[[], str], request_log: Watch
) -> None:
    """A site that another tool has linked is linked already, whatever the new link would be called."""
    other_tool.link(east, other_tool.claim(hub, new_name()), "by-hand")
    east.wait_linked(hub, timeout=PATIENCE)
    path, before = other_tool.claim(hub, new_name()), probes.links(east)
    watched = request_log()
    run = ansible.play(
        tasks.link(east, src=str(path), name="another", task_name="by file"),
        tasks.issued_link(east, hub, name="another", task_name="by issuer"),
    ).succeeded()
    assert run.changed == []
    assert [(r["link"]["name"], r["link"]["state"]) for r in run.results] == [("by-hand", "connected")] * 2
    assert watched.writes() == []
    assert probes.links(east) == before


def test_as_another_tool(
    ansible: Ansible, hub: Site, lend_site: LendSite, other_tool: OtherTool, new_name: Callable[[], str]
) -> None:
    """Redeemed link Secrets do not differ, but in what is their own, from those of another tool."""
    mine, theirs = lend_site(), lend_site()
    other_tool.link(theirs, other_tool.claim(hub, new_name()), "to-hub", cost=4)
    path = other_tool.claim(hub, new_name())
    ansible.play(tasks.link(mine, src=str(path), name="to-hub", cost=4)).succeeded()
    theirs.wait_linked(hub, timeout=PATIENCE)
    (ours,), (other,) = probes.links(mine).values(), probes.links(theirs).values()
    assert ours.name == other.name
    assert (ours.type, ours.labels, ours.fields) == (other.type, other.labels, other.fields)
    assert set(ours.annotations) - {"internal.skupper.io/status"} == set(other.annotations) - {
        "internal.skupper.io/status"
    }
    same = {key for key in ours.annotations if key.startswith(("inter-router-", "edge-"))} | {
        "skupper.io/cost",
        "skupper.io/generated-by",
        "skupper.io/site-version",
    }
    assert {key: ours.annotations[key] for key in same} == {key: other.annotations[key] for key in same}
    assert ours.own == {"owner": mine.site_id}
    assert set(ours.rest) - {"managedFields"} == set(other.rest) - {"managedFields"}
    assert [{**owner, "uid": ""} for owner in ours.owners] == [{**owner, "uid": ""} for owner in other.owners]
    assert set(ours.data) == set(other.data)
    assert ours.data["ca.crt"] == other.data["ca.crt"]
    connector, another = probes.connectors(mine)["to-hub"], probes.connectors(theirs)["to-hub"]
    assert connector == another
    assert connector["cost"] == 4


def test_cost(ansible: Ansible, hub: Site, east: Site) -> None:
    """A cost reaches the router, of a new link and of one that had another; its certificate stays the same."""
    made = ansible.run(tasks.issued_link(east, hub, cost=3))
    assert made["link"]["connected"], made.msg
    east.wait(lambda: probes.peers(east) == [hub.site_id], "the link to be listed", PATIENCE)
    assert probes.connectors(east)["link1"]["cost"] == 3
    (before,) = probes.links(east).values()

    dearer = tasks.issued_link(east, hub, cost=7)
    run = ansible.play(
        tasks.checked("foreseen", dearer), tasks.named("changed", dearer), tasks.named("again", dearer)
    ).succeeded()
    assert [result.task for result in run.changed] == ["foreseen", "changed"]
    assert run["changed"]["link"]["connected"]
    assert probes.connectors(east)["link1"]["cost"] == 7
    # The status learns of it after the link, and not at all if the router knew the other one a moment before.
    east.wait(
        lambda: [(each.peer, each.cost in (0, 7)) for each in probes.connections(east)] == [(hub.site_id, True)],
        "the cost",
    )
    (after,) = probes.links(east).values()
    assert (after.uid, after.data) == (before.uid, before.data)
    assert after.annotations["skupper.io/cost"] == "7"


@pytest.mark.exhaustive("real")
def test_made_again(ansible: Ansible, hub: Site, east: Site, settle: Settle) -> None:
    """A link is removed to its connector, and one of the same name takes its place."""
    make, remove = tasks.issued_link(east, hub, name="to-hub"), tasks.link(east, state="absent", name="to-hub")
    first = ansible.play(make, keep("link", "'made'")).succeeded()
    assert first["link"]["link"]["connected"]
    before = probes.links(east)["to-hub"]
    settle()
    gone = ansible.play(tasks.checked("foreseen", remove), tasks.named("gone", remove), tasks.named("again", remove))
    assert [result.task for result in gone.succeeded().changed] == ["foreseen", "gone"]
    assert probes.links(east) == {}
    assert probes.connectors(east) == {}

    second = ansible.run(make)
    assert second.changed
    assert second["link"]["connected"], second.msg
    after = probes.links(east)["to-hub"]
    assert after.uid != before.uid
    assert after.data["tls.crt"] != before.data["tls.crt"]
    assert set(probes.connectors(east)) == {"to-hub"}


@pytest.mark.exhaustive("real")
def test_two_links(ansible: Ansible, hub: Site, west: Site, east: Site, settle: Settle) -> None:
    """Links to two sites exist side by side, are identified by their issuing sites, and go one by one."""
    run = ansible.play(
        tasks.issued_link(east, hub, task_name="to hub"), tasks.issued_link(east, west, task_name="to west", cost=2)
    ).succeeded()
    assert [result["link"]["name"] for result in run.results] == ["link1", "link2"]
    assert {each.peer for each in probes.connections(east)} == {hub.site_id, west.site_id}
    assert [probes.connectors(east)[name]["cost"] for name in ("link1", "link2")] == [1, 2]
    listed = ansible.run(tasks.link_info(east))
    assert {link["site_id"]: link["state"] for link in listed["links"]} == {
        hub.site_id: "connected",
        west.site_id: "connected",
    }

    settle()
    assert ansible.run(tasks.link(east, state="absent", site_id=west.site_id)).changed
    assert set(probes.links(east)) == set(probes.connectors(east)) == {"link1"}
    east.wait(lambda: not east.linked(west), "the link to be gone from the network status", PATIENCE)
    assert [each.peer for each in probes.connections(east)] == [hub.site_id]
