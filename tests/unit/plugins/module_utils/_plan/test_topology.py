# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which links there should be, as a table of situations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.mesh import LinkSet, Member, Rules, Topology
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.site import Exposure
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.identity import Readmitted
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.topology import plan_links

from tests.unit.support.meshes import edge, ident, private, public, unread

HUBS, EXPLICIT = Rules(Topology.HUBS), Rules(Topology.EXPLICIT)
DC = frozenset({"p1", "p2"})


def arrows(plan: LinkSet) -> list[str]:
    """The links, as `site>issuer`."""
    return [f"{link.site}>{link.issuer}" for link in plan.links]


def reasons(plan: LinkSet) -> list[tuple[str, tuple[str, ...]]]:
    """The refusals without their sentences."""
    return [(refusal.reason.value, refusal.hosts) for refusal in plan.refusals]


def names(member: Member, *others: str) -> Member:
    """The member with links of its own choice."""
    return replace(member, links_to=others)


@pytest.mark.parametrize(
    ("members", "rules", "expected"),
    [
        pytest.param([public("a"), private("p")], Rules(), ["p>a"], id="private to public"),
        pytest.param([public("a"), public("b")], Rules(), ["b>a"], id="two public ones are linked once"),
        pytest.param(
            [public("a"), private("p"), private("q")], Rules(), ["p>a", "q>a"], id="private ones are not linked"
        ),
        pytest.param([public("a"), edge("e")], Rules(), ["e>a"], id="an edge site links"),
        pytest.param([public("z"), edge("a")], Rules(), ["a>z"], id="and accepts nothing, whatever the names"),
        pytest.param(
            [replace(private("g"), accepts_from=DC), private("p1"), private("p2")],
            Rules(),
            ["p1>g", "p2>g"],
            id="accepts_from",
        ),
        pytest.param(
            [replace(private("a"), accepts_from=frozenset({"z"})), public("z")],
            Rules(),
            ["a>z"],
            id="the public one issues",
        ),
        pytest.param(
            [public("a"), private("p", exposure=Exposure.PUBLIC)], Rules(), ["p>a"], id="what the inventory says counts"
        ),
        pytest.param(
            [public("b", exposure=Exposure.PRIVATE), public("c")], Rules(), ["b>c"], id="also if that is private"
        ),
        pytest.param(
            [public("a"), public("b"), replace(private("p"), leaves=True)], Rules(), ["b>a"], id="one that leaves"
        ),
        pytest.param(
            [public("a"), private("p"), unread("x")], Rules(), ["p>a", "p>x", "x>a"], id="one that may be public"
        ),
        pytest.param([public("a"), private("p")], HUBS, ["p>a"], id="fewer hubs than wanted"),
        pytest.param([names(private("p"), "a"), public("a")], EXPLICIT, ["p>a"], id="explicit"),
        pytest.param(
            [names(public("a"), "b"), public("b"), names(private("p"), "b")],
            EXPLICIT,
            ["a>b", "p>b"],
            id="explicit chain",
        ),
        pytest.param(
            [names(private("p1"), "g"), replace(private("g"), accepts_from=DC)], EXPLICIT, ["p1>g"], id="explicit, near"
        ),
        pytest.param(
            [names(private("p"), "a", "b"), public("a"), public("b", leaves=True)],
            EXPLICIT,
            ["p>a"],
            id="one of them leaves",
        ),
        pytest.param([public("a")], Rules(), [], id="the first site of a mesh"),
        pytest.param([], Rules(), [], id="nothing"),
    ],
)
def test_plan(members: list[Member], rules: Rules, expected: list[str]) -> None:
    """Links in the direction that works, and nothing to refuse."""
    plan = plan_links(members, rules)
    assert arrows(plan) == expected
    assert plan.refusals == ()
    assert all(link.why for link in plan.links)


@pytest.mark.parametrize(
    ("members", "rules", "expected"),
    [
        pytest.param(
            [private("p"), private("q")],
            Rules(),
            [("plan_island", ("p",)), ("plan_island", ("q",))],
            id="nothing public",
        ),
        pytest.param([private("p")], Rules(), [("plan_island", ("p",))], id="a slice without stand-ins"),
        pytest.param(
            [names(public("a"), "p"), private("p")],
            EXPLICIT,
            [("plan_island", ("a",)), ("plan_unreachable", ("a", "p")), ("plan_island", ("p",))],
            id="the wrong way",
        ),
        pytest.param(
            [names(public("a"), "e"), edge("e")],
            EXPLICIT,
            [("plan_island", ("a",)), ("site_cannot_accept", ("a", "e")), ("plan_island", ("e",))],
            id="to an edge site",
        ),
        pytest.param(
            [names(public("a"), "b"), names(public("b"), "a")],
            EXPLICIT,
            [("plan_duplicate_pair", ("a", "b"))],
            id="both ways",
        ),
        pytest.param(
            [names(public("a"), "c"), names(public("b"), "a")],
            EXPLICIT,
            [("plan_unknown_site", ("a",))],
            id="a stranger",
        ),
        pytest.param(
            [names(public("a"), "a", "b"), public("b")], EXPLICIT, [("plan_unknown_site", ("a",))], id="itself"
        ),
        pytest.param(
            [names(public("a"), "b"), public("b"), names(public("c"), "d"), public("d")],
            EXPLICIT,
            [("plan_divided", ("a", "b", "c", "d"))],
            id="two networks",
        ),
        pytest.param(
            [public("a"), private("p"), replace(private("q"), facts=private("p").facts)],
            Rules(),
            [("plan_same_site", ("p", "q"))],
            id="two hosts are one site",
        ),
        pytest.param(
            [public("a", evicted=("id-p",)), private("p"), private("q")],
            Rules(),
            [("site_evicted", ("p",))],
            id="evicted",
        ),
        pytest.param(
            [private("a", evicted=("id-p",)), private("p")],
            Rules(),
            [("site_evicted", ("p",))],
            id="all but one evicted",
        ),
        pytest.param(
            [names(private("p"), "e"), public("a"), public("e", evicted=("id-p",)), names(public("e2"), "a", "e")],
            EXPLICIT,
            [("site_evicted", ("p",))],
            id="linked to one alone that has evicted it",
        ),
        pytest.param(
            [public("a"), replace(public("old"), facts=public("a").facts, leaves=True), private("p")],
            Rules(),
            [("plan_same_site", ("a", "old"))],
            id="a host that leaves is the site of another one",
        ),
    ],
)
def test_refused(members: list[Member], rules: Rules, expected: list[tuple[str, tuple[str, ...]]]) -> None:
    """All that is wrong, at once, each in a sentence that names its sites."""
    plan = plan_links(members, rules)
    assert sorted(reasons(plan)) == sorted(expected)
    for refusal in plan.refusals:
        assert all(name in refusal.message for name in refusal.hosts[:3])
        assert refusal.message.endswith(".")


def test_readmitted() -> None:
    """An evicted site is linked again when it is taken back, and its link is refused, not forgotten, before."""
    members = [public("a", evicted=("id-p",)), private("p"), private("q")]
    assert [bool(link.refused) for link in plan_links(members, Rules()).links] == [True, False]
    back = Readmitted(frozenset({ident("id-p")}))
    assert [bool(link.refused) for link in plan_links(members, Rules(), back).links] == [False, False]


def test_unread_issuer() -> None:
    """A link to a site that could not be read is planned, and marked as one that nobody can tell of."""
    (sure, unsure) = plan_links(
        [public("a"), private("p"), replace(unread("x"), exposure=Exposure.PUBLIC)], Rules()
    ).links[:2]
    assert (sure.issuer, sure.unsure, unsure.issuer) == ("a", "", "x")
    assert "timed out" in unsure.unsure


def test_slices_are_one_network() -> None:
    """Stand-ins are linked with each other elsewhere."""
    ends: list[Any] = [replace(public("a"), stands_in=True), replace(public("b"), stands_in=True)]
    assert plan_links([*ends, names(private("p"), "a"), names(private("q"), "b")], EXPLICIT).refusals == ()


def test_unread_hub_is_not_replaced() -> None:
    """A site that was linked to two hubs, one of which can't be read, gets no third one."""
    hubs = [public(f"h{n}") for n in range(6)]
    site = private("p")
    first = plan_links([*hubs, site], HUBS)
    chosen = [link.issuer for link in first.links if link.site == "p"]
    linked = private("p", links=[f"id-{name}" for name in chosen])
    lost = [unread(hub.name) if hub.name == chosen[0] else hub for hub in hubs]
    again = plan_links([*lost, linked], HUBS)
    assert {link.issuer for link in again.links if link.site == "p"} == set(chosen)


def test_hub_that_evicted_a_site_is_replaced() -> None:
    """The site gets another one, rather than a link that nobody makes, or a refusal; the other sites keep it."""
    hubs = [public("a", evicted=("id-p0",)), public("b"), public("c")]
    plan = plan_links([*hubs, *(private(f"p{n}") for n in range(9))], Rules(Topology.HUBS, 2))
    chosen = {name: {link.issuer for link in plan.links if link.site == name} for name in ("p0", "p1", "p2", "p3")}
    assert chosen["p0"] == {"b", "c"}
    assert "a" in chosen["p1"] | chosen["p2"] | chosen["p3"]
    assert plan.refusals == ()


def test_new_site_is_linked_to_hubs_that_answer() -> None:
    """However many others could not be read, of which nobody knows whether they are public."""
    lost = [unread(f"x{n}") for n in range(50)]
    plan = plan_links([public("a"), public("b"), *lost, private("new")], HUBS)
    assert [link.issuer for link in plan.links if link.site == "new"] == ["a", "b"]


def test_edge_mode_wins() -> None:
    """An edge site that the inventory calls public still accepts nothing."""
    plan = plan_links([public("z"), replace(edge("a"), exposure=Exposure.PUBLIC)], HUBS)
    assert arrows(plan) == ["a>z"]
    assert edge("a").judged is Exposure.PRIVATE
