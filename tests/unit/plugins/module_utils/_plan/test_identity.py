# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What members of a mesh say of themselves and of others, and what comes of it: nothing for links that are not theirs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.act import Act
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.authority import AuthorityNotes
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.link import Replace
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.location import Location
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.mesh import (
    Member,
    MeshPlan,
    Prune,
    Rules,
    Topology,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.revocation import RevokeWish
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.site import Exposure
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.eviction_lists import notes_after
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.mesh import plan_mesh
from ansible_collections.sitemesh.skupper.plugins.module_utils._view.mesh import plan_lines, plan_view

from tests.unit.support.certificates import known, leaf
from tests.unit.support.meshes import edge, ident, link, place, private, public, shown, unread

LIAR_CA = known("liar").pem
HUBS = Rules(Topology.HUBS, 1)


def seen(member: Member, **changes: Any) -> Member:
    """The member with something else seen of it."""
    assert member.facts is not None
    return replace(member, facts=replace(member.facts, **changes))


def liar(name: str = "liar", of: str = "hub", **changes: Any) -> Member:
    """A public site that tells the id of another one."""
    return seen(public(name, **changes), site_id=ident(f"id-{of}"), ca=LIAR_CA)


def lines(plan: MeshPlan) -> list[str]:
    """A plan's lines without the reasons, with ids as they are written here."""
    return [shown(line).partition(": ")[0] for line in plan_lines(plan)]


def text(plan: MeshPlan) -> str:
    """A plan for people."""
    return shown("\n".join(plan_lines(plan)))


def refusals(plan: MeshPlan) -> list[tuple[str, tuple[str, ...]]]:
    """The refusals without their sentences."""
    return [(refusal.reason.value, refusal.hosts) for refusal in plan.refusals]


# Ids


@pytest.mark.parametrize(
    "site_id", ["x", "../../secrets/x", "A04A91D1-0A3E-4E36-9A10-1C8BE6F1B2E5", ident("id-x") + "\n", "a" * 9999]
)
def test_b3_id_that_no_api_server_gives(site_id: str) -> None:
    """Its site is linked with nobody, its host and those that lack the link are told, and the others are linked."""
    odd = seen(public("odd"), site_id=site_id)
    plan = plan_mesh([public("hub"), odd, private("shop")], Rules())
    assert [step.peer for step in plan.steps] == ["hub"]
    ((reason, hosts),) = refusals(plan)
    assert (reason, set(hosts)) == ("site_id_invalid", {"odd", "hub", "shop"})
    assert all(line.isprintable() for line in plan_lines(plan))
    assert plan_mesh([public("hub"), odd, private("shop")], HUBS).refusals == refusals_of(plan, "odd", "hub")


def refusals_of(plan: MeshPlan, *hosts: str) -> tuple[Any, ...]:
    """The refusals of a plan as they are for fewer hosts."""
    return tuple(replace(refusal, hosts=hosts) for refusal in plan.refusals)


@pytest.mark.parametrize("only", [None, ["shop"], ["stall"], ["liar"]])
@pytest.mark.parametrize("prune", list(Prune))
def test_b3_two_sites_tell_one_id(only: list[str] | None, prune: Prune) -> None:
    """Whoever is at work, no link to either is made, replaced or removed, and both are named."""
    members = [
        public("hub", incoming=["id-shop"], links=["id-yard"]),
        liar(links=["id-yard", "id-foreign"]),
        public("yard", incoming=["id-hub"]),
        private("shop", links=["id-hub", link("id-shop", "id-yard", certificate=leaf("former"))]),
        private("stall"),
    ]
    plan = plan_mesh(members, Rules(), prune, only=only)
    told = {(step.site, step.act, step.peer) for step in plan.steps}
    expected = {("shop", Act.RELINK, "yard"), ("stall", Act.ADD, "yard")}
    assert told == {step for step in expected if only is None or step[0] in only}
    ((reason, hosts),) = refusals(plan)
    assert (reason, set(hosts)) == ("plan_shared_id", {"hub", "liar", "yard", "shop", "stall"})
    assert "hub and liar report the same id" in plan.refusals[0].message


def test_b3_liar_that_the_plan_has_no_link_to() -> None:
    """A link that can't be told from one to the liar is left alone, and the limit does not hide why."""
    members = [public("hub", incoming=["id-shop"]), seen(private("liar"), site_id=ident("id-hub"))]
    members += [private("shop", links=["id-hub"]), public("yard")]
    plan = plan_mesh(members, Rules(), Prune.ALL, only=["shop"])
    assert [(step.act, step.peer) for step in plan.steps] == [(Act.ADD, "yard")]
    assert "shop -> hub: to-id-hub is left as it is: hub and liar report the same id" in text(plan)


def test_b3_places_are_not_known() -> None:
    """Nobody can tell whether that is one site, which is no reason to stop the others."""
    one, other = (seen(public(name), site_id=ident("id-hub"), location=None) for name in ("hub", "copy"))
    plan = plan_mesh([one, other, public("yard"), private("shop")], Rules())
    assert {reason for reason, _hosts in refusals(plan)} == {"plan_shared_id"}
    assert [(step.site, step.peer) for step in plan.steps] == [("shop", "yard")]


def test_one_site_in_one_place() -> None:
    """That is a mistake of the inventory, as before."""
    again = seen(public("again"), site_id=ident("id-hub"), location=place("id-hub"))
    plan = plan_mesh([public("hub"), again, private("shop")], Rules())
    assert refusals(plan) == [("plan_same_site", ("again", "hub"))]


# Links that lead elsewhere


@pytest.mark.parametrize("only", [None, ["shop"]])
@pytest.mark.parametrize("prune", list(Prune))
def test_b3_liar_alone_is_seen(only: list[str] | None, prune: Prune) -> None:
    """The site whose id it tells is not of this slice; the link to that one stays, and the refusal says what to do."""
    members = [liar(incoming=["id-shop"]), private("shop", links=["id-hub"]), public("yard")]
    plan = plan_mesh(members, Rules(), prune, only=only, complete=False)
    assert [(step.act, step.peer) for step in plan.steps if step.site == "shop"] == [(Act.ADD, "yard")]
    (refusal,) = plan.refusals
    assert (refusal.reason.value, refusal.hosts) == ("site_id_claimed", ("liar", "shop"))
    assert (
        "If that site has really moved, remove each such link (for shop: skupper_link with name to-id-hub"
        in refusal.message
    )


def test_b3_link_elsewhere_that_the_plan_does_not_have() -> None:
    """It is not removed for a site that only tells its id, whatever that one's exposure or state."""
    gone = seen(public("liar", leaves=True), site_id=ident("id-hub"))
    members = [gone, private("shop", links=["id-hub"]), public("yard", incoming=["id-shop"])]
    plan = plan_mesh(members, Rules(), Prune.ALL)
    assert [step.act for step in plan.steps] == [Act.ADD]
    assert "liar reports the id that it leads to, but is in another place" in text(plan)


def test_link_elsewhere_of_a_site_that_leaves() -> None:
    """Its own links are its own matter."""
    members = [liar(), replace(private("shop", links=["id-hub"]), leaves=True), public("yard")]
    plan = plan_mesh(members, Rules())
    assert [(step.site, step.act) for step in plan.steps if step.site == "shop"] == [("shop", Act.REMOVE)]


@pytest.mark.parametrize(
    ("noted", "location", "taken"),
    [
        pytest.param(Location("hub", "uid-1"), Location("hub", "uid-2"), False, id="another cluster"),
        pytest.param(Location("hub", "uid-1", ("a",)), Location("hub", "uid-2", ("a",)), False, id="behind one proxy"),
        pytest.param(Location("hub", None, ("a",)), Location("hub", None, ("b",)), False, id="another CA"),
        pytest.param(Location("hub", "uid-1", ("a",)), Location("hub", "uid-1", ("b",)), True, id="a new CA"),
        pytest.param(Location("hub", "uid-1", ("a",)), Location("hub", None, ("a",)), True, id="the same CA"),
        pytest.param(Location("hub", "uid-1"), Location("hub"), True, id="nothing is known"),
    ],
)
def test_b3_what_counts_as_another_place(noted: Location, location: Location, taken: bool) -> None:
    """A stale link is made anew only by a site that may be the one that it was made to."""
    hub = seen(public("hub"), location=location)
    shop = private("shop", links=[link("id-shop", "id-hub", certificate=leaf("former"), issuer=noted)])
    plan = plan_mesh([hub, shop], Rules())
    assert [step.act for step in plan.steps] == ([Act.RELINK] if taken else [])
    assert bool(plan.refusals) is not taken


STALE: Any = {"certificate": leaf("former"), "issuer": None}


@pytest.mark.parametrize(
    ("others", "complete", "act", "replace"),
    [
        pytest.param([], True, Act.RELINK, Replace.STALE, id="all sites are seen"),
        pytest.param([], False, None, None, id="a slice"),
        pytest.param([unread("lost")], True, None, None, id="one could not be read"),
        pytest.param([replace(public("far"), stands_in=True)], True, None, None, id="with stand-ins"),
    ],
)
def test_b3_link_without_a_note(others: list[Member], complete: bool, act: Act | None, replace: Replace | None) -> None:
    """A link that works is taken over by an id alone only if no other site can have that id."""
    shop = private("shop", links=[link("id-shop", "id-hub", **STALE)])
    plan = plan_mesh([public("hub", incoming=["id-shop"]), shop, *others], Rules(), complete=complete)
    found = [(step.act, step.replace) for step in plan.steps if step.peer == "hub"]
    assert found == ([] if act is None else [(act, replace)])


def test_b3_link_without_a_note_that_is_down() -> None:
    """It is waited for, and its own site may replace it if it sees itself that it does not work."""
    shop = private("shop", links=[link("id-shop", "id-hub", **STALE)])
    plan = plan_mesh([liar(), shop], Rules(), complete=False)
    assert [(step.act, step.replace) for step in plan.steps] == [(Act.AWAIT, Replace.DOWN)]
    assert plan_view(plan)["steps"]["shop"][0]["replace"] == "down"


def test_b3_link_without_a_note_is_not_pruned() -> None:
    """As long as it may lead to a site that was not seen."""
    shop = private("shop", links=[link("id-shop", "id-hub", issuer=None), "id-yard"])
    members = [replace(liar(), exposure=Exposure.PRIVATE), shop, public("yard", incoming=["id-shop"])]
    assert "shop -> liar" not in str(
        [line for line in lines(plan_mesh(members, Rules(), Prune.ALL, complete=False)) if line[0] == "-"]
    )
    assert "- shop -> liar [to-id-hub]" in lines(plan_mesh(members, Rules(), Prune.ALL))


# Evictions


def test_b4_one_list_counts_for_its_own_site() -> None:
    """A site that lists all others loses its own links, and nobody else does."""
    everyone = ("id-hub", "id-yard", "id-shop", "id-stall")
    members = [
        public("hub", incoming=["id-shop"]),
        public("yard"),
        public("angry", evicted=everyone),
        private("shop", links=["id-hub", "id-angry"]),
        private("stall"),
    ]
    plan = plan_mesh(members, Rules(), Prune.OWN)
    assert plan.refusals == ()
    assert {(step.site, step.act, step.peer) for step in plan.steps} == {
        ("yard", Act.ADD, "hub"),
        ("shop", Act.ADD, "yard"),
        ("shop", Act.REMOVE, "angry"),
        ("stall", Act.ADD, "hub"),
        ("stall", Act.ADD, "yard"),
    }
    assert "! stall -> angry: not linked: angry has evicted stall" in text(plan)
    assert plan_mesh(members, Rules(Topology.HUBS, 2)).refusals == ()


@pytest.mark.parametrize("authorities", [("ca-liar",), ()])
def test_liar_that_tells_the_cluster_of_another(authorities: tuple[str, ...]) -> None:
    """Not even with its id does it make both one site, for which nothing at all would be written."""
    where = Location("skupper", "uid-hub", ("ca-hub",))
    hub = seen(public("hub"), location=where)
    members = [hub, seen(liar(), location=replace(where, authorities=authorities)), private("shop"), public("yard")]
    plan = plan_mesh(members, Rules())
    assert {refusal.reason.value for refusal in plan.refusals} == {"plan_shared_id"}
    assert [(step.site, step.peer) for step in plan.steps] == [("shop", "yard")]
    same = [hub, seen(liar(), location=where), private("shop"), public("yard")]
    assert "plan_same_site" in {refusal.reason.value for refusal in plan_mesh(same, Rules()).refusals}


def test_b4_evicted_by_everyone() -> None:
    """It has no link, and its host is told by whom; the others are told nothing."""
    members = [public(name, evicted=("id-shop",)) for name in ("hub", "yard")] + [private("shop"), private("stall")]
    for rules in (Rules(), HUBS):
        plan = plan_mesh(members, rules)
        assert refusals(plan) == [("site_evicted", ("shop",))]
        assert "shop was evicted by hub, yard and is not linked again" in plan.refusals[0].message
        assert {step.site for step in plan.steps} == {"yard", "stall"}


def test_b4_evicted_by_one() -> None:
    """It is linked to the others, by hubs to one that takes it."""
    members = [public("hub", evicted=("id-shop",)), public("yard"), private("shop")]
    for rules in (Rules(), HUBS):
        plan = plan_mesh(members, rules)
        assert plan.refusals == ()
        assert ("shop", "yard") in {(step.site, step.peer) for step in plan.steps}
        assert ("shop", "hub") not in {(step.site, step.peer) for step in plan.steps}


def test_b4_list_of_a_private_site() -> None:
    """What it has evicted it is not linked to."""
    plan = plan_mesh([public("hub"), public("yard"), private("shop", evicted=("id-hub",))], Rules())
    assert {(step.site, step.peer) for step in plan.steps} == {("yard", "hub"), ("shop", "yard")}


def test_evicted_hub_that_others_may_be_linked_to() -> None:
    """Sites that nobody links to have not been asked whom they have evicted: the hub is named, whatever they do."""
    shore = seen(edge("shore"), network=None)
    members = [public("hub", evicted=("id-yard",)), public("yard"), shore]
    for rules in (Rules(), Rules(Topology.HUBS, 2)):
        plan = plan_mesh(members, rules)
        assert refusals(plan) == [("site_evicted", ("yard",))]
        assert "yard was evicted by hub; shore may still be linked to it" in plan.refusals[0].message
    plan = plan_mesh([*members[:2], seen(shore, evicted=(ident("id-yard"),))], Rules())
    assert [(step.site, step.peer) for step in plan.steps] == [("shore", "hub")]


HERE = Location("shop", "uid-1", ("a",))


@pytest.mark.parametrize(
    ("location", "refused"),
    [
        pytest.param(HERE, True, id="the same place"),
        pytest.param(Location("shop", "uid-1", ("b",)), True, id="a new CA"),
        pytest.param(Location("shop", None, ("a",)), True, id="by its CA"),
        pytest.param(Location("shop", "uid-2", ("a",)), False, id="another cluster behind the same proxy"),
        pytest.param(Location("till", "uid-1", ("a",)), False, id="another namespace"),
        pytest.param(Location("shop"), False, id="nobody knows"),
    ],
)
@pytest.mark.parametrize("keeper", ["hub", "shop"])
def test_b4_site_that_was_made_anew(location: Location, refused: bool, keeper: str) -> None:
    """It has another id, and is in the place that was evicted; whichever end has the list."""
    hub, shop = public("hub"), private("shop")
    if keeper == "hub":
        hub, shop = seen(hub, evicted_locations=(HERE,)), seen(shop, location=location)
    else:
        hub, shop = seen(hub, location=location), seen(shop, evicted_locations=(HERE,))
    plan = plan_mesh([hub, shop, private("stall")], Rules())
    assert [step.site for step in plan.steps] == (["stall"] if refused else ["shop", "stall"])


OLD = ident("id-old")
NOTED = replace(HERE, evicted_ids=(OLD,))


def readmit(members: list[Member], *names: str) -> MeshPlan:
    """Plan a mesh in which some are taken back."""
    return plan_mesh(members, Rules(), readmit=names)


def lifted(plan: MeshPlan, *places: Location, keeper: str = "hub") -> list[Location]:
    """Return which places go from the list of a site, as the role writes it."""
    wish = RevokeWish(readmit=plan.readmitted, readmit_locations=dict(plan.readmitted_locations).get(keeper, ()))
    notes = AuthorityNotes(b"", None, evicted_locations=places)
    left = [each.view() for each in notes_after(wish, notes).evicted_locations]
    return [place for place in places if place.view() not in left]


def test_b4_readmitted_by_name() -> None:
    """The name takes back the id and the place; the keeper of the list is told where the site was seen."""
    where = Location("shop", None, ("a",))
    hub = seen(public("hub", evicted=("id-shop",)), evicted_locations=(HERE, Location("else", "uid-9")))
    shop = seen(private("shop"), location=where)
    plan = readmit([hub, shop, private("stall")], "shop")
    assert [step.site for step in plan.steps] == ["shop", "stall"]
    assert [step.readmits for step in plan.steps] == [True, False]
    assert plan.readmitted == (ident("id-shop"),)
    assert plan.readmitted_locations == (("hub", (where,)),)
    assert plan_view(plan)["readmitted_locations"] == {"hub": [where.view()]}
    assert lifted(plan, *hub.facts.evicted_locations) == [HERE] if hub.facts else False


@pytest.mark.parametrize(
    "members",
    [
        pytest.param([seen(private("shop"), site_id=OLD, location=HERE), unread("yard")], id="it is there"),
        pytest.param([private("shop")], id="nobody is there"),
    ],
)
def test_b4_readmitted_by_id(members: list[Member]) -> None:
    """The id takes back the place that was noted with it, as that entry of the list; the others stay."""
    alike = Location("shop", None, ("a",), evicted_ids=(ident("id-till"),))
    hub = seen(public("hub", evicted=("id-old",)), evicted_locations=(NOTED, alike))
    plan = readmit([hub, *members], OLD)
    assert dict(plan.readmitted_locations)["hub"] == (NOTED,)
    assert lifted(plan, NOTED, alike) == [NOTED]


@pytest.mark.parametrize(
    "shop",
    [
        pytest.param(seen(private("shop"), location=Location("shop", None, ("a",))), id="another id"),
        pytest.param(seen(private("shop"), location=Location("shop")), id="it may be there"),
        pytest.param(unread("shop"), id="nobody knows where it is"),
    ],
)
def test_b4_id_takes_back_no_place_of_another_site(shop: Member) -> None:
    """Whoever was evicted may have told the id of another site: its host has to be named."""
    hub = seen(public("hub", evicted=("id-old",)), evicted_locations=(NOTED,))
    plan = readmit([hub, shop], OLD)
    assert (plan.readmitted, plan.readmitted_locations) == ((OLD,), ())
    assert [step.site for step in plan.steps] == (["shop"] if shop.location == Location("shop") else [])


THIEF = Location("thief", "uid-t", ("ca-t",))


def with_thief(*places: Location, keeper: str = "mate", **told: Any) -> list[Member]:
    """A hub that has evicted a thief and a shop, another one with a list of its own, and both of those."""
    hub = seen(public("hub", evicted=("id-thief-of-then", "id-shop")), evicted_locations=(THIEF,))
    thief = seen(private("thief"), location=replace(THIEF, cluster=None), **told)
    return [hub, seen(public(keeper), evicted_locations=places), thief, private("shop")]


@pytest.mark.parametrize("keeper", ["mate", "amate"])
@pytest.mark.parametrize(
    "place",
    [
        pytest.param(replace(THIEF, evicted_ids=(ident("id-shop"),)), id="the place of the thief"),
        pytest.param(replace(THIEF, evicted_ids=("shop",)), id="with the name of a host"),
        pytest.param(replace(THIEF, cluster=None, evicted_ids=(ident("id-shop"),)), id="a vague one"),
        pytest.param(Location("shop", None, ("ca-of-shop", "ca-t")), id="that of the shop, with the CA of the thief"),
    ],
)
@pytest.mark.parametrize("named", ["shop", ident("id-shop")])
def test_list_of_a_bystander_takes_back_nobody(place: Location, keeper: str, named: str) -> None:
    """What one site has listed lifts nothing that another one has."""
    plan = readmit(with_thief(place, keeper=keeper), named)
    assert {(step.site, step.peer) for step in plan.steps if "hub" in (step.site, step.peer)} == {
        ("shop", "hub"),
        (keeper, "hub") if keeper == "mate" else ("hub", keeper),
    }
    assert lifted(plan, THIEF) == []


@pytest.mark.parametrize("told", ["shop", "id-shop", "id-partner"])
def test_thief_that_tells_what_is_readmitted(told: str) -> None:
    """A name names a host alone, and an id takes back no place that it was not noted with."""
    plan = readmit(with_thief(site_id=ident(told)), "shop", ident("id-partner"), ident(told))
    assert not {(step.site, step.peer) for step in plan.steps} & {("thief", "hub"), ("hub", "thief")}
    assert lifted(plan, THIEF) == []
    assert (ident("id-shop") in plan.readmitted) == (told != "id-shop")


def test_victim_of_a_lie_is_readmitted() -> None:
    """The thief told the id of a partner when it was evicted, and tells another one now: only the partner is back."""
    partner = ident("id-partner")
    place = replace(THIEF, evicted_ids=(partner,))
    hub = seen(public("hub", evicted=("id-partner",)), evicted_locations=(place,))
    thief = seen(private("thief"), location=replace(THIEF, cluster=None))
    plan = readmit([hub, thief], partner)
    assert plan.steps == ()
    assert lifted(plan, place) == []
    assert refusals(plan) == [("site_evicted", ("thief",))]


def test_every_site_has_ids_of_its_own_in_its_list() -> None:
    """Two sites have noted a place with other ids: the id takes it back where it was noted with it."""
    first = seen(public("a", evicted=("id-old",)), evicted_locations=(HERE,))
    second = seen(public("b", evicted=("id-old",)), evicted_locations=(NOTED,))
    plan = readmit([first, second, private("shop")], OLD)
    assert plan.readmitted_locations == (("b", (NOTED,)),)


@pytest.mark.parametrize(
    ("location", "doubtful"),
    [
        pytest.param(Location("shop", None, ("a",)), True, id="its CA fits"),
        pytest.param(Location("shop", None, ("b",)), True, id="its CA does not fit"),
        pytest.param(Location("shop", "uid-1"), False, id="its cluster is known"),
        pytest.param(Location("till", None, ("a",)), False, id="its namespace tells"),
    ],
)
def test_b4_doubtful(location: Location, doubtful: bool) -> None:
    """Where a CA alone would decide, the plan says so."""
    hub = seen(public("hub"), evicted_locations=(HERE,))
    plan = plan_mesh([hub, seen(private("shop"), location=location)], Rules())
    assert plan.doubtful == (("shop",) if doubtful else ())


def test_b3_doubtful() -> None:
    """So it does of links that seem to lead elsewhere, and of two that tell one id in namespaces of one name."""
    noted = replace(place("id-hub"), cluster="uid-1")
    shop = private("shop", links=[link("id-shop", "id-hub", issuer=noted)])
    hub = seen(public("hub"), location=replace(place("id-hub"), authorities=("a new CA",)))
    assert plan_mesh([hub, shop], Rules()).doubtful == ("hub",)
    assert plan_mesh([public("hub"), shop], Rules()).doubtful == ()
    twin = seen(public("twin"), site_id=ident("id-hub"), location=place("id-hub"))
    assert plan_mesh([public("hub"), twin], Rules()).doubtful == ("hub", "twin")
