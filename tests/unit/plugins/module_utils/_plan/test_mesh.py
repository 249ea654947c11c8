# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is to be done for a mesh, as a table of situations and as properties of any mesh."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.act import Act
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.link import Link, LinkKind, NetworkView, Peering
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.mesh import (
    Member,
    MeshPlan,
    Prune,
    Rules,
    Topology,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.site import Exposure
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.site_facts import SiteFacts
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.mesh import plan_mesh
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.topology import Reach, plan_links, reach
from ansible_collections.sitemesh.skupper.plugins.module_utils._view.mesh import plan_lines, plan_view, summary
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.support.certificates import NOW, leaf
from tests.unit.support.meshes import FORMER, carried_out, edge, ident, link, private, public, shown, unread

EXPLICIT = Rules(Topology.EXPLICIT)


def lines(members: list[Member], prune: Prune = Prune.NONE, **options: Any) -> list[str]:
    """A plan's lines without the reasons."""
    return [line.partition(": ")[0] for line in told(plan_mesh(members, Rules(), prune, **options))]


def told(plan: MeshPlan) -> list[str]:
    """A plan's lines, with ids as they are written here."""
    return [shown(line) for line in plan_lines(plan)]


def hub(*incoming: str, **changes: Any) -> Member:
    """A public site with connections from sites."""
    return public("hub", incoming=[f"id-{name}" for name in incoming], **changes)


def shop(*links: Any, **changes: Any) -> Member:
    """A private site with links."""
    return private("shop", links=links, **changes)


def own(**changes: Any) -> Any:
    """The shop's link to the hub."""
    return link("id-shop", "id-hub", "link1", **changes)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        pytest.param([hub(), shop()], ["+ shop -> hub"], id="missing"),
        pytest.param([hub("shop"), shop(own())], [], id="there and up"),
        pytest.param([hub(), shop(own())], ["? shop -> hub [link1]"], id="down"),
        pytest.param(
            [hub("shop"), shop(own(certificate=FORMER))], ["~ shop -> hub [link1]"], id="signed by a former CA"
        ),
        pytest.param([hub("shop"), shop(own(certificate=leaf("now", 10)))], ["~ shop -> hub [link1]"], id="ends soon"),
        pytest.param([hub("shop"), shop(own(), cost=5)], ["~ shop -> hub [link1]"], id="another cost"),
        pytest.param([hub(), shop(own(kind=LinkKind.PARKED))], ["~ shop -> hub [link1]"], id="a change half done"),
        pytest.param([hub("shop"), shop(own(claim="link1-x"))], ["~ shop -> hub [link1]"], id="a claim left over"),
        pytest.param(
            [hub(), shop(own(kind=LinkKind.CLAIM, certificate=None))], ["? shop -> hub [link1]"], id="not redeemed"
        ),
        pytest.param(
            [hub(), shop(own(kind=LinkKind.CLAIM, certificate=None, expires=NOW - timedelta(hours=1)))],
            ["~ shop -> hub [link1]"],
            id="not redeemed in time",
        ),
        pytest.param(
            [hub("stranger", "shop"), shop(own())], ["! hub <- stranger (id-stranger)"], id="a stranger comes in"
        ),
        pytest.param([hub("shop"), shop(own(), "id-old")], ["! shop -> id-old"], id="outside the plan"),
        pytest.param([hub("shop"), shop(own(), link("id-shop", "id-shop", "request"))], [], id="a request for a token"),
        pytest.param([hub("shop"), shop(own()), unread("x")], ["! x"], id="one could not be read"),
    ],
)
def test_steps(members: list[Member], expected: list[str]) -> None:
    """Only what is missing or stale is touched, and what nobody asked for is told of."""
    assert lines(members) == expected


@pytest.mark.parametrize(
    ("prune", "expected"),
    [
        pytest.param(Prune.NONE, ["! shop -> id-theirs", "! shop -> id-old"], id="left alone"),
        pytest.param(Prune.OWN, ["- shop -> id-old [to-id-old]", "! shop -> id-theirs"], id="own"),
        pytest.param(Prune.ALL, ["- shop -> id-old [to-id-old]", "- shop -> id-theirs [theirs]"], id="all"),
    ],
)
def test_prune(prune: Prune, expected: list[str]) -> None:
    """Links outside the plan go only if that is asked for."""
    members = [hub("shop"), shop(own(), "id-old", link("id-shop", "id-theirs", "theirs", owner=None))]
    assert sorted(lines(members, prune)) == sorted(expected)


def test_nothing_is_pruned_that_may_be_wanted() -> None:
    """A link to a site that nobody knows may lead to the one that could not be read."""
    assert lines([hub("shop"), shop(own(), "id-x"), unread("x")], Prune.ALL)[0] == "! shop -> id-x"


def test_nothing_is_pruned_of_a_part() -> None:
    """A link to a site that nobody knows may lead to one of another part of the inventory."""
    members = [hub("shop"), shop(own(), "id-x")]
    assert lines(members, Prune.ALL) == ["- shop -> id-x [to-id-x]"]
    assert lines(members, Prune.ALL, complete=False) == ["! shop -> id-x"]


def test_nothing_is_pruned_whose_ingress_waits_for_its_address() -> None:
    """A site that is private only until its load balancer is there keeps the links that others have to it."""
    member = private("later")
    assert member.facts is not None
    later = replace(member, facts=replace(member.facts, unsettled=True))
    linked = [hub("shop", "later"), shop(own(), "id-later"), later]
    assert "! shop -> later" in lines(linked, Prune.ALL)
    linked[2] = replace(later, exposure=Exposure.PRIVATE)
    assert "- shop -> later [to-id-later]" in lines(linked, Prune.ALL)
    linked[2] = replace(later, leaves=True)
    assert "- shop -> later [to-id-later]" in lines(linked, Prune.ALL)


def test_what_there_should_be_comes_before_pruning() -> None:
    """No site loses a link as long as the one that should be in its place can't be made."""
    moved = private("shop", links=["id-old"], links_to=("hub",))
    lost = replace(unread("hub"), exposure=Exposure.PUBLIC)
    plan = plan_mesh([public("old", incoming=["id-shop"], links_to=("hub",)), moved, lost], EXPLICIT, Prune.ALL)
    assert plan.steps == ()
    assert "stays as long as shop can't be linked to hub" in plan_lines(plan)[0]
    seen = plan_mesh([public("old", incoming=["id-shop"], links_to=("hub",)), moved, hub()], EXPLICIT, Prune.ALL)
    assert [(each.act, each.peer) for each in seen.steps if each.site == "shop"] == [
        (Act.ADD, "hub"),
        (Act.REMOVE, "old"),
    ]


def test_site_that_leaves_is_not_left_alone() -> None:
    """Its links go although others can't be read, unless a site would be left without any."""
    gone, lost = public("gone", leaves=True), replace(unread("lost"), exposure=Exposure.PUBLIC)
    linked = shop("id-gone", own())
    assert "- shop -> gone [to-id-gone]" in lines([hub("shop"), gone, linked, lost])
    assert lines([gone, shop("id-gone"), lost]) == ["! shop -> gone", "! shop -> lost", "! lost"]


def test_working_link_outlives_a_broken_one() -> None:
    """Of a pair that is linked both ways the one that works goes only once the other one does."""
    stale = public("b", links=[link("id-b", "id-a", certificate=FORMER)], incoming=["id-a"])
    other = public("a", links=["id-b"])
    assert lines([other, stale], Prune.OWN) == ["~ b -> a [to-id-a]", "! a -> b"]
    mended = public("b", links=["id-a"], incoming=["id-a"])
    assert lines([public("a", links=["id-b"], incoming=["id-b"]), mended], Prune.OWN) == ["- a -> b [to-id-b]"]


def test_link_to_an_evicted_site() -> None:
    """One that outlived the eviction is never taken for one that should be there, nor is it kept for want of others."""
    members = [hub(), shop("id-mall", own(), evicted=("id-mall",)), public("mall")]
    found = [line for line in told(plan_mesh(members, Rules())) if "shop -> mall" in line]
    assert found == ["! shop -> mall: to-id-mall: shop has evicted mall (made by this collection)"]
    assert "- shop -> mall [to-id-mall]" in lines(members, Prune.OWN)
    turned = [hub("mall", links=["id-mall"], evicted=("id-mall",)), public("mall", incoming=["id-hub"])]
    assert lines(turned) == ["! hub -> mall", "! mall -> hub"]


def test_names_of_strangers() -> None:
    """A site that calls itself so feigns no line of the plan."""
    feigned = Peering("c", "id-evil", "x\n+ hub -> evil\x1b[2J", outgoing=False)
    facts = SiteFacts("id-hub", exposure=Exposure.PUBLIC, network=NetworkView(frozenset({feigned}), known=True))
    (line,) = plan_lines(plan_mesh([Member("hub", facts)], Rules()))
    assert line.isprintable()


def test_site_that_leaves() -> None:
    """Its links go both ways, whoever made them, and without pruning."""
    theirs = link("id-gone", "id-hub", "theirs", owner=None)
    gone = public("gone", links=[theirs], leaves=True)
    members = [hub("shop", "gone"), gone, shop(own(), "id-gone")]
    assert lines(members) == ["- gone -> hub [theirs]", "- shop -> gone [to-id-gone]"]


def test_pair_linked_the_other_way_round() -> None:
    """One link between two public sites is enough, whichever of them has it."""
    first = public("a", links=["id-b"])
    assert lines([first, public("b", incoming=["id-a"])], Prune.ALL) == []
    dead = public("a", links=[link("id-a", "id-b", certificate=FORMER)])
    assert lines([dead, public("b")], Prune.OWN) == ["+ b -> a", "- a -> b [to-id-b]"]


def test_only_some() -> None:
    """The sites of a limit get their part of the plan; of the others nothing is told."""
    members = [hub("stranger"), shop(), private("stall")]
    assert lines(members, only=["stall"]) == ["+ stall -> hub"]
    assert lines([private("p"), private("q"), hub()], only=["hub"]) == []
    refused = plan_mesh([private("p"), private("q")], Rules(), only=["q"])
    assert [refusal.hosts for refusal in refused.refusals] == [("q",)]
    lost = replace(unread("lost"), exposure=Exposure.PUBLIC)
    part = plan_mesh([shop(), private("stall"), lost], Rules(), only=["stall"])
    assert plan_view(part)["pending"] == {"stall": ["lost"]}
    assert [line.partition(":")[0] for line in plan_lines(part)] == ["! stall -> lost", "! lost"]


def test_unread_site_that_may_be_private() -> None:
    """It fails by itself in a run that it is part of; elsewhere, or if it is known to accept links, others miss it."""
    members = [hub("shop"), shop(own()), unread("lost")]
    pending = {"shop": ["lost"]}
    assert plan_view(plan_mesh(members, Rules()))["pending"] == {}
    assert plan_view(plan_mesh(members, Rules(), only=["shop"]))["pending"] == {"shop": ["lost"]}
    assert (
        plan_view(plan_mesh([*members[:2], replace(members[2], exposure=Exposure.PUBLIC)], Rules()))["pending"]
        == pending
    )
    accepting = replace(members[2], accepts_from=frozenset({"shop"}))
    assert plan_view(plan_mesh([*members[:2], accepting], Rules()))["pending"] == pending


def test_evicted() -> None:
    """An evicted site is not linked, by name or by id it is taken back."""
    members = [hub(evicted=("id-shop",)), shop(), private("stall")]
    assert lines(members) == ["+ stall -> hub", "! shop -> hub"]
    for named in ("shop", ident("id-shop")):
        plan = plan_mesh(members, Rules(), readmit=[named])
        assert plan.readmitted == (ident("id-shop"),)
        assert len(plan.steps) == 2


def test_told() -> None:
    """The plan for people gives the reason with each line, and a summary."""
    members = [hub("shop"), shop(own(certificate=FORMER), "id-old"), private("stall")]
    plan = plan_mesh(members, Rules(), Prune.OWN)
    assert told(plan) == [
        "+ stall -> hub: hub is public (ingress loadbalancer at hub.example.com)",
        "~ shop -> hub [link1]: its certificate was not signed by the issuing site's current CA",
        "- shop -> id-old [to-id-old]: it leads to a site that the inventory does not know",
    ]
    assert summary(plan) == "3 sites, 2 links planned: 1 to make, 1 to mend, 1 to remove"
    assert summary(plan_mesh([hub("shop"), shop(own())], Rules())) == "2 sites, 1 link planned: nothing to do"
    assert plan_view(plan)["steps"]["shop"][0]["act"] == "relink"


KINDS = (public, private, edge)
TOPOLOGIES = st.sampled_from([Rules(), Rules(Topology.HUBS), Rules(Topology.HUBS, 1), Rules(Topology.HUBS, 3)])


@st.composite
def meshes(draw: st.DrawFn) -> list[Member]:
    """Sites of all kinds, at least one of which is public; some private ones accept links from others."""
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=12))
    sites = [public("s00"), *(kind(f"s{number:02}") for number, kind in enumerate(kinds, 1))]
    names = [site.name for site in sites]
    near = draw(st.lists(st.frozensets(st.sampled_from(names), max_size=3), min_size=len(sites), max_size=len(sites)))
    return [replace(site, accepts_from=some - {site.name}) for site, some in zip(sites, near)]


def connected(names: set[str], pairs: set[tuple[str, str]]) -> bool:
    """Whether every one of the names can be reached from any other over pairs."""
    seen, rest = set(), [min(names)]
    while rest:
        name = rest.pop()
        seen.add(name)
        rest += [b if a == name else a for a, b in pairs if name in (a, b) and not {a, b} <= seen]
    return seen == names


@given(meshes(), TOPOLOGIES)
@settings(deadline=None, max_examples=25)
def test_a_plan_carried_out_leaves_nothing_to_do(members: list[Member], rules: Rules) -> None:
    """And it refused nothing, since there is a public site."""
    plan = plan_mesh(members, rules)
    assert plan.refusals == ()
    after = carried_out(members, plan)
    assert plan_mesh(after, rules, Prune.ALL).steps == ()
    assert plan_mesh(after, rules).links == plan_mesh(after, rules, Prune.ALL).links


@given(meshes(), TOPOLOGIES, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=40)
def test_order_does_not_matter(members: list[Member], rules: Rules, chance: random.Random) -> None:
    """Neither for what there should be nor for what is to be done."""
    shuffled = list(members)
    chance.shuffle(shuffled)
    assert plan_mesh(shuffled, rules) == plan_mesh(members, rules)


@given(meshes(), TOPOLOGIES)
@settings(deadline=None, max_examples=50)
def test_every_site_reaches_every_other(members: list[Member], rules: Rules) -> None:
    """Over links in directions that work, no two of them between the same two sites."""
    links = plan_links(members, rules).links
    by_name = {member.name: member for member in members}
    assert all(reach(by_name[each.site], by_name[each.issuer]) is Reach.YES for each in links)
    pairs = {(each.site, each.issuer) for each in links}
    assert connected(set(by_name), pairs)
    assert len({frozenset(pair) for pair in pairs}) == len(links)


@given(meshes(), st.sampled_from(KINDS), st.integers(1, 3))
@settings(deadline=None, max_examples=50)
def test_a_new_site_moves_no_link(members: list[Member], kind: Any, count: int) -> None:
    """With hubs, all links of the sites that were there stay, and private ones get no others."""
    rules = Rules(Topology.HUBS, count)
    before = plan_mesh(members, rules)
    after = carried_out(members, before)
    grown = plan_mesh([*after, kind("s99")], rules)
    old = {(each.site, each.issuer) for each in before.links}
    new = {(each.site, each.issuer) for each in grown.links}
    assert old <= new
    public_sites = {member.name for member in members if member.judged is Exposure.PUBLIC}
    short = {member.name for member in members if sum(each.site == member.name for each in before.links) < count}
    assert {site for site, _issuer in new - old} <= {"s99"} | public_sites | short


@given(meshes(), st.integers(1, 3), st.data())
@settings(deadline=None, max_examples=50)
def test_a_lost_hub_moves_its_own_links_alone(members: list[Member], count: int, data: st.DataObject) -> None:
    """Sites that were not linked to it keep their links, and the others all but that one."""
    rules = Rules(Topology.HUBS, count)
    members = [*members, public("s98")]
    before = plan_mesh(members, rules)
    gone = data.draw(st.sampled_from([member.name for member in members if member.judged is Exposure.PUBLIC]))
    left = [member for member in carried_out(members, before) if member.name != gone]
    old = {(each.site, each.issuer) for each in before.links if gone not in (each.site, each.issuer)}
    new = {(each.site, each.issuer) for each in plan_mesh(left, rules).links}
    assert old <= new
    touched = {each.site for each in before.links if each.issuer == gone} | {
        each.issuer for each in before.links if each.site == gone
    }
    assert {site for site, _issuer in new - old} <= touched


@given(meshes(), TOPOLOGIES)
@settings(deadline=None, max_examples=40)
def test_every_limit_is_its_part_of_the_whole(members: list[Member], rules: Rules) -> None:
    """A run for one host does what the run for all would have done for it."""
    whole = plan_mesh(members, rules)
    parts = [plan_mesh(members, rules, only=[member.name]) for member in members]
    assert sorted(step for part in parts for step in map(repr, part.steps)) == sorted(map(repr, whole.steps))
    assert all(part.links == whole.links for part in parts)


def test_plan_of_many() -> None:
    """A thousand sites are planned in one go, each with its links."""
    members = [public(f"hub-{n}") for n in range(10)] + [private(f"shop-{n:04}") for n in range(990)]
    plan: MeshPlan = plan_mesh(members, Rules(Topology.HUBS))
    assert len(plan.links) == 45 + 2 * 990
    assert {step.act for step in plan.steps} == {Act.ADD}


def nameless(**changes: Any) -> Link:
    """The same as a chart writes it, which does not say where it leads."""
    made: Link = own(**changes)
    return replace(made, site_id=None, owner=None, issuer=None)


@pytest.mark.parametrize("prune", list(Prune))
@pytest.mark.parametrize(
    ("members", "expected"),
    [
        pytest.param([hub("shop"), shop(nameless())], [], id="signed and open"),
        pytest.param(
            [hub(), shop(nameless())], ["? shop -> hub [link1]", "! shop -> an unknown site"], id="signed, down"
        ),
        pytest.param(
            [hub("shop"), shop(nameless(certificate=b""))],
            ["! shop -> an unknown site"],
            id="open, the only one",
        ),
        pytest.param(
            [hub(), shop(nameless(certificate=FORMER))],
            ["+ shop -> hub", "! shop -> an unknown site"],
            id="another CA",
        ),
        pytest.param(
            [hub("shop"), public("port"), shop(nameless(certificate=b""))],
            ["+ port -> hub", "+ shop -> port", "! shop -> an unknown site"],
            id="open to one of two",
        ),
        pytest.param([hub("shop"), shop(own(), nameless())], [], id="beside one that says so"),
        pytest.param(
            [hub("port"), public("port", links=[nameless(certificate=b"")])],
            ["! port -> an unknown site"],
            id="the other way round",
        ),
    ],
)
def test_a1_links_without_author(members: list[Member], expected: list[str], prune: Prune) -> None:
    """They stay, count for the pair that they may link, and are told of; no site is called None."""
    found = lines(members, prune)
    assert (found, "None" in str(found)) == (expected, False)


def test_a1_site_that_leaves() -> None:
    """It is to have no links at all, so that it does not matter where they lead."""
    found = lines([hub("shop"), shop(nameless(certificate=b""), leaves=True), private("x", links=["id-hub"])])
    assert "- shop -> an unknown site [link1]" in found


def restored(member: Member, router: str) -> Member:
    """A member that was restored from a backup; the router has the id of before."""
    assert member.facts is not None
    return replace(member, facts=replace(member.facts, router_id=ident(router)))


@pytest.mark.parametrize("prune", list(Prune))
def test_a3_restored_sites(prune: Prune) -> None:
    """Nothing is linked anew with one, its links stay, and all others are linked."""
    former = link("id-shop", "id-former", "link1", issuer=None)
    members = [restored(hub("shop"), "id-former"), private("shop", links=[former]), public("port"), private("bar")]
    made = plan_mesh(members, Rules(), prune)
    found = [line.partition(": ")[0] for line in told(made)]
    assert found == ["+ bar -> port", "+ shop -> port", "! bar -> hub", "! port -> hub", "! shop -> hub"]
    (refusal,) = made.refusals
    assert (refusal.reason.value, refusal.hosts[0]) == ("site_restored", "hub")
    assert any("link1 is left as it is" in line for line in told(made))
