# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook link_sites, as a user runs it on an inventory of sites."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import Any

import pytest

from testbed import Site
from tests import probes
from tests.harness import EVERY_CORE, Ansible, RequestLog, Run, SharedUser, SitePool, host, hosts

PLAYBOOK = "sitemesh.skupper.link_sites"
LINK, LOOK, PLAN = "Link the site", "Read the site", "Check the plan"
ISSUER = "skupper.io/generated-by"
NOTED, PLACES = "sitemesh.skupper/issuer", "sitemesh.skupper/evicted-locations"


def play(ansible: Ansible, sites: list[Site], *arguments: str, **variables: dict[str, Any]) -> Run:
    """Run the playbook; `variables` are further ones of a host, by the site's name with underscores."""
    inventory = hosts(sites, {site.name: variables.get(key(site), {}) for site in sites})
    return ansible.start(PLAYBOOK, ["-e", "skupper_hosts=all", *arguments], inventory=inventory).wait()


def key(site: Site) -> str:
    """A site's name as a keyword for `play`."""
    return site.name.replace("-", "_")


def told(run: Run) -> str:
    """Return the report at the end of a run."""
    return "\n".join(run.of("Report the outcome")[0]["msg"])


@pytest.mark.parametrize("core", EVERY_CORE, ids=str)
def test_every_pair_is_linked(ansible: Ansible, site_pool: SitePool, request_log: Callable[[], RequestLog]) -> None:
    """Check mode reports the plan, the run links in the directions that work, and the next one changes nothing."""
    first, second = sorted((site_pool.public(0), site_pool.public(1)), key=lambda site: site.name)
    private = [site_pool.private(0), site_pool.private(1)]
    sites = [*private, second, first]
    looking = request_log()
    predicted = play(ansible, sites, "--check", "--diff").succeeded()
    assert looking.writes() == []
    plan = predicted[PLAN].diff["prepared"]
    assert plan.startswith("4 sites, 5 links planned: 5 to make\n")
    assert f"\n+ {second.name} -> {first.name}: " in plan
    assert f"\n+ {private[0].name} -> {first.name}: {first.name} is public (ingress loadbalancer at " in plan
    assert f"+ {private[1].name} -> {second.name}: " in predicted.output

    made = play(ansible, sites, "--diff").succeeded()
    assert len(predicted.of(LINK)) == len(made.of(LINK)) == 3
    assert all(result.changed for result in (*predicted.of(LINK), *made.of(LINK)))
    assert all(probes.peers(site) == sorted((first.site_id, second.site_id)) for site in private)
    assert (probes.peers(second), probes.peers(first)) == ([first.site_id], [])
    assert all(probes.records(site) == {} for site in (first, second))
    assert f"{second.name}: linked to {first.name} by link1" in told(made)

    watched = request_log()
    again = play(ansible, sites).succeeded()
    assert again.changed == []
    assert watched.writes() == []
    # Two, and one more as long as their links are new, which is for a minute and a half.
    assert all(len(watched.requests(site)) in (2, 3) for site in private)
    assert all(len(watched.requests(site)) == 5 for site in (first, second))


def test_wait_that_does_not_come_about(ansible: Ansible, west: Site, east: Site) -> None:
    """A link that was made, and that no task has seen working, fails its host, whatever the task that was to wait has met."""
    known = {key(west): {"skupper_exposure": "public"}}
    run = play(ansible, [west, east], "-e", "mesh_patience=-1", **known)
    assert run.code != 0
    failed = run.of("Fail if a link is not as planned")
    assert [result.host for result in failed if result.failed] == [east.name]
    assert f"{east.name}: not linked to {west.name}: wait_timeout must not be negative" in told(run)
    assert play(ansible, [west, east], **known).succeeded().changed == []


def test_three_requests(ansible: Ansible, west: Site, east: Site, request_log: Callable[[], RequestLog]) -> None:
    """A site whose exposure the inventory knows is asked three things at most."""
    known = {key(west): {"skupper_exposure": "public"}}
    play(ansible, [west, east], **known).succeeded()
    watched = request_log()
    assert play(ansible, [west, east], **known).succeeded().changed == []
    # As long as the link is new, the site that has made it tells earlier than the other one whether it is connected.
    assert len(watched.requests(west)) == 3
    assert len(watched.requests(east)) in (2, 3)


def test_limits_and_slices(
    ansible: Ansible, site_pool: SitePool, west: Site, request_log: Callable[[], RequestLog]
) -> None:
    """A host alone is linked as it would be among all; in a slice of the inventory others stand in for the public ones."""
    chosen, other, third = site_pool.private(), site_pool.private(), site_pool.private()
    looking = request_log()
    play(ansible, [west, chosen, other], "--limit", chosen.name).succeeded()
    assert probes.peers(chosen) == [west.site_id]
    assert probes.peers(other) == []
    assert looking.writes(other) == []
    assert play(ansible, [west, chosen, other], "--limit", chosen.name).succeeded().changed == []

    refused = play(ansible, [other])
    assert refused[PLAN].reason == "plan_refused"
    assert "skupper_public_sites" in refused[PLAN].msg
    listed = play(ansible, [other], **{key(other): {"skupper_public_sites": [west.name]}})
    assert "skupper_public_sites must have a dictionary" in listed.failed[0].msg
    stand_in = {west.name: {"context": west.cluster.name, "namespace": west.namespace}}
    play(ansible, [other], **{key(other): {"skupper_public_sites": stand_in}}).succeeded()
    assert probes.peers(other) == [west.site_id]

    # Batches are slices, too: what a later one holds is looked at, and linked in its turn.
    play(ansible, [west, chosen, other, third], "-e", "skupper_serial=1").succeeded()
    assert probes.peers(third) == [west.site_id]


def test_hubs(ansible: Ansible, site_pool: SitePool, west: Site) -> None:
    """Every private site gets as many hubs as it should have, and another hub moves none of their links."""
    hubs = [west, site_pool.public(1)]
    private = [site_pool.private(), site_pool.private()]
    asked = ("-e", "skupper_topology=hubs", "-e", "skupper_hubs_per_site=1")
    play(ansible, [*hubs, *private], *asked).succeeded()
    before = [probes.peers(site) for site in private]
    assert all(len(found) == 1 for found in before)
    more = site_pool.public(0)
    play(ansible, [*hubs, more, *private], *asked).succeeded()
    assert [probes.peers(site) for site in private] == before


def test_explicit(ansible: Ansible, site_pool: SitePool, west: Site, east: Site) -> None:
    """Links of the user's choice; what can't work is refused at once."""
    near, wrong = site_pool.private(0), site_pool.private()
    asked = ("-e", "skupper_topology=explicit")
    refused = play(
        ansible,
        [west, east, near, wrong],
        *asked,
        **{key(west): {"skupper_links_to": [east.name]}, key(near): {"skupper_links_to": ["no-such-host"]}},
    )
    assert refused.code != 0
    assert refused[PLAN].reason == "plan_refused"
    found = {each["reason"] for each in refused[PLAN]["refusals"]}
    assert found == {"plan_unreachable", "plan_unknown_site", "plan_island"}
    assert probes.links(west) == probes.links(near) == {}

    plain = {key(east): {"skupper_links_to": [west.name], "skupper_link_cost": 7}}
    play(ansible, [west, east], *asked, **plain).succeeded()
    assert probes.peers(east) == [west.site_id]
    (link,) = probes.links(east).values()
    assert link.annotations["skupper.io/cost"] == "7"


def test_near(ansible: Ansible, site_pool: SitePool) -> None:
    """Two private sites of one cluster are linked if the inventory says that one can reach the other."""
    accepting, site = site_pool.private(0), site_pool.private(0)
    near = {key(accepting): {"skupper_accepts_from": [site.name]}}
    play(ansible, [accepting, site], **near).succeeded()
    assert (probes.peers(site), probes.peers(accepting)) == ([accepting.site_id], [])
    assert play(ansible, [accepting, site], **near).succeeded().changed == []


def test_prune_and_leave(ansible: Ansible, site_pool: SitePool, west: Site, east: Site) -> None:
    """Links outside the plan are reported, and removed when that is asked for; a site that leaves loses them both ways."""
    other, theirs = site_pool.public(1), site_pool.public(1)
    sites = [west, other, east]
    play(ansible, sites).succeeded()
    east.link(theirs.token("by-hand"), "by-hand")
    east.wait_linked(theirs)
    theirs_id, stranger = theirs.site_id, site_pool.private()
    stranger.link(west.token("for-a-stranger"))
    west.wait_linked(stranger, "incoming")
    told_of = play(ansible, [west, east]).succeeded()
    assert told_of.changed == []
    text = told_of[PLAN]["text"]
    assert f"! {east.name} -> {other.site_id}: " in text
    assert f"! {east.name} -> {theirs_id}: by-hand: " in text
    assert f"! {west.name} <- {stranger.name} ({stranger.site_id}): " in text

    foreseen = play(ansible, [west, east], "-e", "skupper_prune=true", "--check", "--diff").succeeded()
    assert f"- {east.name} -> {other.site_id} [" in foreseen[PLAN].diff["prepared"]
    play(ansible, [west, east], "-e", "skupper_prune=true").succeeded()
    assert sorted(probes.peers(east)) == sorted([west.site_id, theirs_id])
    play(ansible, [west, east], "-e", "skupper_prune=all").succeeded()
    assert probes.peers(east) == [west.site_id]

    play(ansible, sites).succeeded()
    gone = {key(other): {"skupper_state": "absent"}}
    play(ansible, sites, **gone).succeeded()
    assert probes.links(other) == {}
    assert probes.peers(east) == [west.site_id]
    assert play(ansible, sites, **gone).succeeded().changed == []


def test_only_what_is_stale(
    ansible: Ansible, site_pool: SitePool, west: Site, request_log: Callable[[], RequestLog]
) -> None:
    """After a revocation by another tool the links to that site are made anew, and no other one is touched."""
    other, private = site_pool.public(1), [site_pool.private(), site_pool.private()]
    sites = [west, other, *private]
    play(ansible, sites).succeeded()
    kept = [
        link for site in private for link in probes.links(site).values() if link.annotations[ISSUER] == other.site_id
    ]
    west.revoke_access()
    healed = play(ansible, sites, "--diff").succeeded()
    stale = [line for line in healed[PLAN].diff["prepared"].splitlines() if line.startswith("~")]
    assert len(stale) == len(healed.of(LINK))
    assert all("current CA" in line for line in stale)
    assert all(probes.peers(site) == sorted((west.site_id, other.site_id)) for site in private)
    after = [
        link for site in private for link in probes.links(site).values() if link.annotations[ISSUER] == other.site_id
    ]
    assert [link.uid for link in after] == [link.uid for link in kept]
    assert play(ansible, sites).succeeded().changed == []


def test_sites_that_fail(ansible: Ansible, west: Site, site_pool: SitePool, reader: SharedUser) -> None:
    """One unknown, one forbidden and one that never answers: the others are linked, and the next run makes up for it."""
    fine, unknown, denied, silent = (site_pool.private() for _each in range(4))
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        nowhere = {"host": f"https://127.0.0.1:{deaf.getsockname()[1]}", "api_key": "x", "validate_certs": False}
        changed: dict[str, dict[str, Any]] = {
            key(unknown): {"skupper_context": "no-such-context"},
            key(denied): {"skupper_connection": {"kubeconfig": str(reader.kubeconfig)}},
            key(silent): {"skupper_connection": nowhere, "skupper_exposure": "private"},
        }
        brief = '{"mesh_look_timeout": 1}'
        run = play(ansible, [west, fine, unknown, denied, silent], "-e", brief, **changed)
    assert run.code != 0
    assert probes.peers(fine) == [west.site_id]
    reasons = {result.host: result.reason for result in run.failed if result.task == LOOK}
    assert reasons == {unknown.name: "context_unknown", silent.name: "api_unreachable"}
    assert any("not linked to" in result.msg for result in run.failed if result.host == denied.name)
    for lost in (unknown, silent):
        assert f"{lost.name}: could not be read" in told(run)
    play(ansible, [west, fine, unknown, denied, silent]).succeeded()
    assert all(probes.peers(site) == [west.site_id] for site in (unknown, denied, silent))


def test_public_site_that_cannot_be_read(ansible: Ansible, west: Site, east: Site, site_pool: SitePool) -> None:
    """The other links are made, those fail that are known to lack one, and the next run makes up for it."""
    lost = site_pool.public(1)
    wrong: dict[str, Any] = {"skupper_context": "no-such-context"}
    run = play(ansible, [west, east, lost], **{key(lost): wrong})
    assert run.code != 0
    assert probes.peers(east) == [west.site_id]
    assert [result.host for result in run.failed] == [lost.name]
    assert f"{lost.name}: could not be read" in run.output
    known = play(ansible, [west, east, lost], **{key(lost): {**wrong, "skupper_exposure": "public"}})
    (failure,) = [result for result in known.failed if result.host == east.name]
    assert lost.name in failure.msg
    play(ansible, [west, east, lost]).succeeded()
    assert probes.peers(east) == sorted([west.site_id, lost.site_id])


def test_place_that_cannot_be_reached(ansible: Ansible, west: Site, site_pool: SitePool) -> None:
    """The sites that are reached from there count as unread, and stop no other site; with prune, too, links to them stay."""
    chosen, lost = site_pool.private(), site_pool.public(1)
    play(ansible, [lost, chosen]).succeeded()
    far = {key(lost): {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 9}}
    run = play(ansible, [west, chosen, lost], "--limit", chosen.name, "-e", "skupper_prune=all", **far)
    assert probes.peers(chosen) == sorted([west.site_id, lost.site_id])
    assert f"{lost.name}: could not be read" in told(run)
    assert [result.host for result in run.failed if result.task == "Fail if a link is not as planned"] == [chosen.name]


def test_exposure_that_the_inventory_knows(ansible: Ansible, west: Site, east: Site, site_pool: SitePool) -> None:
    """A site that is called private is linked to public ones, whatever its ingress."""
    called_private = site_pool.public(1)
    play(ansible, [west, east, called_private], **{key(called_private): {"skupper_exposure": "private"}}).succeeded()
    assert probes.peers(called_private) == [west.site_id]
    assert probes.peers(east) == [west.site_id]


def test_refused_at_once(ansible: Ansible, east: Site, site_pool: SitePool) -> None:
    """What can't be linked to anything, and two hosts that are one site, in a sentence each, before anything is written."""
    other = site_pool.private()
    run = play(ansible, [east, other, site_pool.private()], **{key(other): host(east)})
    assert run.code != 0
    found = [each["reason"] for each in run[PLAN]["refusals"]]
    assert sorted(set(found)) == ["plan_island", "plan_same_site"]
    assert all(each["message"] in run[PLAN].msg for each in run[PLAN]["refusals"])


def test_connection_options(ansible: Ansible, west: Site, east: Site) -> None:
    """skupper_connection takes any option of the modules and wins over the others, for the issuing site, too."""
    right = {"skupper_context": "wrong", "skupper_connection": {"context": west.cluster.name}}
    play(ansible, [west, east], **{key(west): right}).succeeded()
    assert probes.peers(east) == [west.site_id]


@pytest.mark.parametrize("kind", ["claim", "cert"])
def test_token_handed_over(ansible: Ansible, west: Site, east: Site, kind: str) -> None:
    """Where both ends are reached from different places, the token goes through the controller, and is not shown."""
    places = {key(west): {"skupper_place": "bastion-1"}, key(east): {"skupper_place": "bastion-2"}}
    wanted = ["-e", f"mesh_token_type={kind}"]
    if kind == "claim":
        foreseen = play(ansible, [west, east], *wanted, "--check", "--diff", "-vvv", **places).succeeded()
        assert foreseen["Link the site with the token, or change the existing link"].changed
        assert probes.links(east) == {}
    run = play(ansible, [west, east], *wanted, "-vvv", "--diff", **places).succeeded()
    assert probes.peers(east) == [west.site_id]
    assert probes.records(west) == {}
    assert f"{east.name}: linked to {west.name} by link1" in told(run)
    assert "-----BEGIN" not in str(run["Issue a token"].values)
    assert "password" not in str(run["Issue a token"].values)
    assert "PRIVATE KEY" not in run.output
    assert play(ansible, [west, east], *wanted, **places).succeeded().changed == []


def annotate(site: Site, secret: str, **notes: str | None) -> None:
    """Write annotations of a Secret of a site."""
    body = {"metadata": {"annotations": notes}}
    site.cluster.api.patch("v1", "secrets", site.namespace, secret, body)


def where(site: Site) -> dict[str, Any]:
    """Where a site is, by its cluster's UID alone."""
    namespace = site.cluster.api.get("v1", "namespaces", None, "kube-system")
    assert namespace is not None
    return {"namespace": site.namespace, "cluster": namespace["metadata"]["uid"], "authorities": []}


def test_b3_link_that_was_made_to_another_place(ansible: Ansible, site_pool: SitePool, west: Site, east: Site) -> None:
    """A site that only has the id is reported and gets no link; a cluster that only has another CA is known by its UID."""
    sites = [west, east, site_pool.private()]
    play(ansible, sites[:2]).succeeded()
    (made,) = probes.links(east).values()
    place = json.loads(made.own["issuer"])
    assert place == {**where(west), "authorities": place["authorities"]}
    annotate(east, "link1", **{NOTED: json.dumps({**place, "authorities": ["another CA"]})})
    assert play(ansible, sites[:2]).succeeded().changed == []

    west.revoke_access()
    # By the plan, and, where the CA fits, when the link is about to be made anew.
    for authorities, failing in ((["another CA"], {west.name, east.name}), (place["authorities"], {east.name})):
        elsewhere = {**place, "cluster": "another-cluster", "authorities": authorities}
        annotate(east, "link1", **{NOTED: json.dumps(elsewhere)})
        run = play(ansible, sites, "-e", "skupper_prune=all")
        assert {result.host for result in run.failed if result.task != LINK} == failing
        assert "site has really moved" in told(run)
        (kept,) = probes.links(east).values()
        assert kept.uid == made.uid
        assert probes.peers(sites[2]) == [west.site_id]


def test_b4_place_that_was_evicted(ansible: Ansible, west: Site, east: Site, site_pool: SitePool) -> None:
    """A site is not linked where another one was evicted, whatever its id; another cluster with the same CA is."""
    other = site_pool.public(1)
    play(ansible, [west, other, east]).succeeded()
    (link, *_others) = [each for each in probes.links(east).values() if each.annotations[ISSUER] == other.site_id]
    digests = json.loads(link.own["issuer"])["authorities"]
    for name in probes.links(east):
        east.unlink(name)
    elsewhere = {**where(east), "cluster": "another-cluster", "authorities": digests}
    annotate(west, "skupper-site-ca", **{PLACES: json.dumps([elsewhere])})
    play(ansible, [west, other, east]).succeeded()
    assert probes.peers(east) == sorted([west.site_id, other.site_id])

    for name in probes.links(east):
        east.unlink(name)
    annotate(west, "skupper-site-ca", **{PLACES: json.dumps([where(east)])})
    run = play(ansible, [west, other, east]).succeeded()
    assert f"! {east.name} -> {west.name}: not linked: {west.name} has evicted {east.name}" in run[PLAN]["text"]
    assert probes.peers(east) == [other.site_id]
    alone = play(ansible, [west, east])
    assert [result.host for result in alone.failed] == [east.name]


def test_b2_claim_of_somebody_else_where_tokens_are_handed_over(ansible: Ansible, west: Site, east: Site) -> None:
    """A claim of another owner under the planned name stays: it is neither handed over nor withdrawn."""
    places = {key(west): {"skupper_place": "bastion-1"}, key(east): {"skupper_place": "bastion-2"}}
    token = west.token(f"mesh-{east.site_id}")
    play(ansible, [west, east], **places).succeeded()
    assert probes.peers(east) == [west.site_id]
    assert set(probes.records(west)) == {f"mesh-{east.site_id}"}
    status, _body = probes.redeem(token)
    assert status == 200


def test_another_cost_where_tokens_are_handed_over(
    ansible: Ansible, west: Site, east: Site, request_log: Callable[[], RequestLog]
) -> None:
    """No token is issued for a link that works: its cost is changed on its own site."""
    places: dict[str, dict[str, Any]] = {
        key(west): {"skupper_place": "bastion-1"},
        key(east): {"skupper_place": "bastion-2"},
    }
    play(ansible, [west, east], **places).succeeded()
    (before,) = probes.links(east).values()
    watched = request_log()
    places[key(east)]["skupper_link_cost"] = 3
    run = play(ansible, [west, east], **places).succeeded()
    assert f"{east.name}: linked to {west.name} by link1" in told(run)
    assert watched.writes(west) == []
    (after,) = probes.links(east).values()
    assert (after.uid, after.data, after.annotations["skupper.io/cost"]) == (before.uid, before.data, "3")
    assert probes.peers(east) == [west.site_id]
    assert play(ansible, [west, east], **places).succeeded().changed == []
