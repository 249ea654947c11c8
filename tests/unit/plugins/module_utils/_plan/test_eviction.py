# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who gets a new CA when a site is evicted, whatever the topology, and however little the site shows of itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.location import Location
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.mesh import Member
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.eviction import Links, plan_eviction
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._eviction import eviction_plan

from tests.unit.support.meshes import edge, private, public, unread


def uuid(name: str) -> str:
    """An id for a member of that name, the same at each call."""
    return f"{sum(name.encode()):08x}-0000-4000-8000-{name.encode().hex():0>12}"[:36]


def seen(member: Member, **changes: Any) -> Member:
    """A member with an id of its own, and what else was seen of it."""
    assert member.facts is not None
    return replace(member, facts=replace(member.facts, **{"site_id": uuid(member.name), **changes}))


HUB, OTHER = seen(public("hub")), seen(public("other"))
OUT, NEAR, SHORE = seen(private("out")), seen(private("near")), seen(edge("shore"))
STRANGER = uuid("strange")


def links(*incoming: str, out: tuple[str, ...] = ()) -> Links:
    """Links with the sites of these names."""
    return Links({uuid(name): name for name in incoming}, {uuid(name): name for name in out})


def test_every_site_that_could_have_issued() -> None:
    """A3: former hubs have no link that shows it; those that none can reach issued nothing."""
    plan = plan_eviction("out", [HUB, OTHER, OUT, NEAR, SHORE], {"hub": links("out", "near")})
    assert [name for name, _why in plan.rotate] == ["hub", "other"]
    assert dict(plan.spare) == {
        "near": "no site outside can reach it (ingress is none)",
        "shore": "it is an edge site, which issues no credentials",
    }
    assert plan.losses == {"hub": ("near",), "other": ()}
    assert (plan.party.host, plan.party.site_id, plan.unread, plan.refusal) == ("out", uuid("out"), (), None)


def test_id_of_a_member() -> None:
    """A2: an id is the member's whose it is, with links or without."""
    assert plan_eviction(uuid("out"), [HUB, OUT], {}) == plan_eviction("out", [HUB, OUT], {})
    plan = plan_eviction(STRANGER, [HUB, OUT], {})
    assert (plan.party.host, plan.party.site_id) == ("", STRANGER)
    assert [name for name, _why in plan.rotate] == ["hub"]


CLUSTER = Location("near", "uid-1", ("ca",))
CLAIMED = {"near": Links(claims=("handed-out",))}


@pytest.mark.parametrize(
    ("member", "found", "words"),
    [
        (replace(NEAR, accepts_from=frozenset({"x"})), {}, "skupper_accepts_from"),
        (NEAR, {"near": links("out")}, "the evicted site has a link to it"),
        (NEAR, {"out": links(out=("near",))}, "the evicted site has a link to it"),
        (seen(NEAR, location=CLUSTER), CLAIMED, "it has issued 1 claim, and the evicted site is in its cluster"),
        (seen(NEAR, location=replace(CLUSTER, cluster=None)), CLAIMED, "in its cluster"),
        (seen(NEAR, unsettled=True), {}, "it may be public"),
    ],
)
def test_private_sites_that_could_have_issued(member: Member, found: dict[str, Links], words: str) -> None:
    """A private site is left alone only if the evicted one could not reach it either."""
    out = seen(OUT, location=replace(CLUSTER, namespace="out"))
    plan = plan_eviction("out", [out, member], found)
    assert len(plan.rotate) == 1
    assert words in plan.rotate[0][1]


@pytest.mark.parametrize("location", [Location("near", "uid-2", ("ca",)), Location("near", None, ("another",))])
def test_elsewhere(location: Location | None) -> None:
    """Clusters with one CA are told apart by their UIDs."""
    out = seen(OUT, location=replace(CLUSTER, namespace="out"))
    assert plan_eviction("out", [out, seen(NEAR, location=location)], CLAIMED).rotate == ()
    plan = plan_eviction("out", [out, seen(NEAR, location=location)], {"near": Links(claims=(f"link1-{uuid('out')}",))})
    assert dict(plan.rotate) == {"near": "it has issued a claim for the evicted site"}
    plan = plan_eviction("out", [out, seen(NEAR, location=location)], {"near": Links({}, {}, ("x",), (uuid("out"),))})
    assert dict(plan.rotate) == {"near": "it has issued a claim for the evicted site"}


@pytest.mark.parametrize(
    ("party", "location"),
    [
        pytest.param("out", None, id="nobody knows where the other one is"),
        pytest.param("out", Location("near"), id="in an unknown cluster"),
        pytest.param(STRANGER, CLUSTER, id="nobody knows where the evicted one is"),
    ],
)
def test_unknown_place(party: str, location: Location | None) -> None:
    """What may be in one cluster could have been linked there."""
    out = seen(OUT, location=replace(CLUSTER, namespace="out"))
    plan = plan_eviction(party, [out, seen(NEAR, location=location)], CLAIMED)
    assert "the evicted site may be in its cluster" in dict(plan.rotate)["near"]


def test_claims_that_could_not_be_read() -> None:
    """They may be for the evicted site: that is not known, and is told."""
    plan = plan_eviction("out", [HUB, OUT, NEAR], {"near": Links(claims=None)})
    assert dict(plan.unread) == {"near": "the claims that it has issued could not be read"}
    looks = {"near": {"member": {"site_id": uuid("near"), "closed": True}}}
    assert list(eviction_plan(looks, STRANGER, {"near": {"links": []}})["unread"]) == ["near"]
    assert eviction_plan(looks, STRANGER, {"near": {"links": [], "claims": []}})["spare"] == ["near"]


def test_ingress_in_a_private_network() -> None:
    """Sites in the same network reach what counts as private for all others."""
    near = seen(NEAR, closed=False, exposure_reason="ingress loadbalancer at 10.1.2.3")
    plan = plan_eviction("out", [OUT, near], {})
    assert "its ingress is not none (ingress loadbalancer at 10.1.2.3)" in dict(plan.rotate)["near"]


def test_near_without_claims() -> None:
    """A private site in the same cluster that has issued no claim is left alone, and the fact is shown."""
    out = seen(OUT, location=replace(CLUSTER, namespace="out"))
    plan = plan_eviction("out", [out, seen(NEAR, location=CLUSTER)], {})
    assert plan.rotate == ()
    assert "it has issued no claim" in plan.spare[0][1]


def test_losses() -> None:
    """A router that restarts drops its own links, too."""
    found = {"hub": links(out=("other",)), "other": links("hub", "strange")}
    plan = plan_eviction("out", [HUB, OTHER, OUT], found)
    assert plan.losses == {"hub": ("other",), "other": ("hub", f"strange ({STRANGER})")}


def test_unread() -> None:
    """A site that could not be read may have issued credentials, and is named; not so the evicted one itself."""
    plan = plan_eviction(uuid("out"), [unread("hub"), OTHER, OUT], {})
    assert dict(plan.unread) == {"hub": "the API server timed out"}
    assert plan_eviction("out", [unread("hub"), OUT], {}).unread == (("hub", "the API server timed out"),)


def test_outsiders() -> None:
    """Sites of other inventories, and of other parts of this one, are named as not covered."""
    far = replace(unread("far"), stands_in=True)
    plan = plan_eviction("out", [HUB, OUT, far], {"hub": links("strange", "out"), "out": links(out=("strange",))})
    assert [(each.name, each.seen_by) for each in plan.outside] == [("far", "skupper_public_sites"), ("strange", "hub")]
    assert plan.losses["hub"] == (f"strange ({STRANGER})",)
    assert plan.unread == ()


@pytest.mark.parametrize("text", ["nobody", "hub-1", "EVICT", uuid("out").upper()])
def test_neither_member_nor_id(text: str) -> None:
    """What can't be an id is refused before anything is written; a member that could not be read has none."""
    for members in ([HUB, OUT], [HUB, unread(text)]):
        plan = plan_eviction(text, members, {})
        assert plan.refusal is not None
        assert plan.refusal[1].startswith(f"{text} is neither")
        assert plan.rotate == ()


@pytest.mark.parametrize("who", ["out", "hub", uuid("hub")])
def test_lying_about_the_id(who: str) -> None:
    """A5b: a host that says it is another one gets neither evicted; both are named."""
    plan = plan_eviction(who, [HUB, seen(OUT, site_id=uuid("hub")), OTHER], {})
    assert plan.refusal is not None
    assert plan.refusal[0].value == "plan_shared_id"
    assert all(name in plan.refusal[1] for name in ("hub", "out"))
    assert plan.rotate == ()


def test_as_people_read_it() -> None:
    """What is about to happen comes before it does, with the names of hosts, and without what moves a cursor."""
    looks: dict[str, Any] = {
        "hub": {"member": {"site_id": uuid("hub"), "exposure": "public", "exposure_reason": "ingress loadbalancer"}},
        "shop": {"member": {"site_id": uuid("shop"), "exposure_reason": "ingress is none"}},
        "till": {"member": {"site_id": uuid("till"), "exposure_reason": "ingress is none", "closed": True}},
        "lost": {"msg": "The API server did not answer."},
    }
    found = {
        "hub": {
            "incoming": [
                {"site_id": uuid("shop"), "name": "liar"},
                {"site_id": uuid("till"), "name": "liar"},
                {"site_id": STRANGER, "name": "mars\x1b[2K"},
            ]
        }
    }
    plan = eviction_plan(looks, "shop", found)
    assert plan["text"] == [
        (
            f"Evicting shop ({uuid('shop')}): 1 site to get a new CA, one after the other; 2 other sites to lose a link for "
            "about 11 seconds each time"
        ),
        f"hub: new CA, since it is public (ingress loadbalancer); cuts mars\ufffd[2K ({STRANGER}), till",
        "till: left alone, since no site outside can reach it (ingress is none), and it has issued no claim",
        "lost: not covered, since it could not be read (The API server did not answer)",
        f"mars\ufffd[2K ({STRANGER}), linked with hub: not covered, since it is not a host of this inventory",
    ]
    assert (plan["rotate"], plan["before"]) == (["hub"], [])
    looks["hub"]["member"]["evicted"] = [uuid("shop")]
    again = eviction_plan(looks, "shop", found)
    assert (again["rotate"], again["before"]) == (["hub"], ["hub"])
    assert "0 sites to get a new CA, one after the other; 0 other sites to lose a link" in again["text"][0]
    assert "but only if its earlier eviction is not proved any more; cuts" in again["text"][1]
    refused = eviction_plan(looks, "nobody", found)
    assert refused["refusal"]["reason"] == "invalid_option"
    assert refused["text"] == []
