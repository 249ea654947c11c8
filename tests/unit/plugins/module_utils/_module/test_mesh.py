# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engines of skupper_mesh_info and skupper_mesh_plan, and the filter between them."""

from __future__ import annotations

import random
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.sitemesh.skupper.plugins.filter.link_plan import FilterModule
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.errors import Failure
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.mesh_plan import MESH_PLAN
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.runtime import process_runtime
from ansible_collections.sitemesh.skupper.plugins.module_utils._view.site_facts import facts_view

from tests.unit.support import recorded
from tests.unit.support.apiserver import Answer, Received, refusal
from tests.unit.support.engines import Runner
from tests.unit.support.meshes import private, public
from tests.unit.support.sites import Controllers
from tests.unit.support.store import Store

plan = FilterModule().filters()["link_plan"]


def test_public_site(mesh_info: Runner) -> None:
    """What others can link to is seen with its CA and its connections."""
    member = mesh_info()["member"]
    assert (member["site_id"], member["exposure"], member["mode"]) == (recorded.WEST, "public", "interior")
    assert member["ca"].startswith("-----BEGIN CERTIFICATE-----")
    assert member["connections"] == member["links"] == []
    assert member["wishes"]["exposure"] == "auto"
    assert (member["location"]["namespace"], member["location"]["cluster"]) == ("west", None)
    assert len(member["location"]["authorities"]) == 1


@pytest.mark.parametrize(("namespace", "exposure", "requests"), [("west", "public", 3), ("east", "private", 2)])
def test_requests(mesh_info: Runner, sites: Store, namespace: str, exposure: str, requests: int) -> None:
    """Where a site is costs none, unless the CA of its API server is not known."""
    sites.objects["/api/v1/namespaces/kube-system"] = {"kind": "Namespace", "metadata": {"uid": "uid-of-the-cluster"}}
    mesh_info(namespace=namespace, wishes={"exposure": exposure})
    assert len(mesh_info.api.requests) == requests
    mesh_info.api.requests.clear()
    member = mesh_info(namespace=namespace, wishes={"exposure": exposure}, validate_certs=False)["member"]
    assert member["location"] == {"namespace": namespace, "cluster": "uid-of-the-cluster", "authorities": []}
    assert len(mesh_info.api.requests) == requests + 1


def test_evicted_locations(mesh_info: Runner, sites: Store) -> None:
    """They are read beside the ids."""
    ca = sites.find("Secret", "west", "skupper-site-ca")
    assert ca is not None
    ca["metadata"]["annotations"] = {
        "sitemesh.skupper/evicted-locations": '[{"namespace": "east", "cluster": "uid-2"}, 7]'
    }
    for exposure in ("public", "auto"):
        member = mesh_info(wishes={"exposure": exposure})["member"]
        assert member["evicted_locations"] == [{"namespace": "east", "cluster": "uid-2", "authorities": []}]


def test_private_site(mesh_info: Runner) -> None:
    """Nobody links to it, so that its CA and connections are nobody's business."""
    member = mesh_info(namespace="east")["member"]
    assert (member["exposure"], member["exposure_reason"]) == ("private", "ingress is none")
    assert (member["ca"], member["connections"], member["links"]) == (None, None, [])
    assert member["closed"] is True
    assert mesh_info(namespace="east", wishes={"exposure": "private"})["member"]["closed"] is True
    assert mesh_info(wishes={"exposure": "private"})["member"]["closed"] is False, "its ingress is a load balancer"


@pytest.mark.parametrize("may", [True, False])
def test_private_site_that_was_just_linked(
    mesh_info: Runner, link: Runner, sites: Store, controllers: Controllers, may: bool
) -> None:
    """It tells of its link before others can, if the account may read that."""
    controllers.knows_peers = False
    assert link(token=recorded.document("tokens/cert"))["link"]["connected"]

    def answer(received: Received) -> Answer:
        return refusal(403) if received.path.endswith("/skupper-network-status") and not may else sites.answer(received)

    mesh_info.api.fallback = answer
    connections = mesh_info(namespace="east")["member"]["connections"]
    assert (connections and [each["site_id"] for each in connections]) == ([recorded.WEST] if may else None)


def test_list_of_a_private_site(mesh_info: Runner, sites: Store) -> None:
    """It is read where it is asked for, and where the site keeps it, which for an edge site is not the site CA."""
    for name, secret in (("east", "skupper-site-ca"), ("shore", "skupper-local-ca")):
        notes = {"sitemesh.skupper/evicted": '["id-west"]'}
        sites.put(name, {"kind": "Secret", "metadata": {"name": secret, "annotations": notes}})
        assert mesh_info(namespace=name)["member"]["evicted"] == []
        assert mesh_info(namespace=name, evicted=True)["member"]["evicted"] == ["id-west"]


def test_edge_site_called_public(mesh_info: Runner) -> None:
    """It accepts no links, whatever the inventory says."""
    member = mesh_info(namespace="shore", wishes={"exposure": "public"})["member"]
    assert (member["mode"], member["exposure"]) == ("edge", "private")


def test_private_site_that_accepts(mesh_info: Runner) -> None:
    """Links to it have to be judged, too."""
    member = mesh_info(wishes={"exposure": "private", "accepts_from": ["east"]})["member"]
    assert member["exposure"] == "private"
    assert member["ca"]
    assert member["connections"] == []


def test_failure_keeps_the_wishes(mesh_info: Runner) -> None:
    """So that the plan knows that a site which can't be read is public."""
    result = mesh_info(namespace="nowhere", wishes={"exposure": "public"})
    assert (result["failed"], result["reason"]) == (True, "no_site")
    assert result["member"]["wishes"]["exposure"] == "public"


def test_other_sites(mesh_info: Runner) -> None:
    """Several are looked at in one task, and one that can't be read spoils nothing."""
    sites = [{**mesh_info.connection(name), "name": name} for name in ("west", "east", "nowhere")]
    found = mesh_info(sites=sites)["members"]
    assert found["west"]["member"]["exposure"] == "public"
    assert found["east"]["member"]["links"] is None
    assert found["nowhere"]["reason"] == "no_site"
    assert "west" in mesh_info.failing("invalid_option", sites=[sites[0], sites[0]])


def looks(*members: Any, **wishes: dict[str, Any]) -> dict[str, Any]:
    """Results of looks, by the names of the members."""
    return {each.name: {"member": {**facts_view(each.facts), "wishes": wishes.get(each.name, {})}} for each in members}


def test_filter() -> None:
    """Groups stand for their hosts, and failed looks for sites that could not be read."""
    found = plan(
        {
            **looks(public("a"), private("p"), private("q"), p={"accepts_from": "dc"}),
            "lost": {"failed": True, "msg": "no.", "member": {"wishes": {"exposure": "public"}}},
        },
        groups={"dc": ["p", "q"]},
    )
    assert [(each["site"], each["issuer"]) for each in found["links"]] == [
        ("lost", "a"),
        ("p", "a"),
        ("p", "lost"),
        ("q", "a"),
        ("q", "lost"),
        ("q", "p"),
    ]
    assert found["pending"] == {"p": ["lost"], "q": ["lost"]}
    assert found["unread"] == {"lost": "no"}
    assert set(found["steps"]) == {"p", "q"}


def test_filter_for_every_single_host_of_thirty() -> None:
    """A run for one host is its part of the run for all, in every topology."""
    sites = [public(f"hub-{n}") for n in range(5)] + [private(f"shop-{n}") for n in range(25)]
    chance = random.Random(30)
    named = {
        each.name: {"links_to": [f"hub-{chance.randrange(int(each.name[4:]) if each.name[0] == 'h' else 5)}"]}
        for each in sites
        if each.name != "hub-0"
    }
    seen = looks(*sites, **named)
    for topology in ("full", "hubs", "explicit"):
        whole = plan(seen, topology)
        assert whole["refusals"] == []
        for each in sites:
            part = plan(seen, topology, only=[each.name])
            assert part["links"] == whole["links"]
            assert part["steps"] == ({each.name: whole["steps"][each.name]} if each.name in whole["steps"] else {})


@pytest.mark.parametrize(
    "options",
    [{"topology": "star"}, {"prune": "some"}, {"hubs_per_site": 0}, {"hubs_per_site": "many"}],
    ids=str,
)
def test_filter_refuses(options: dict[str, Any]) -> None:
    """What is no value of an option, in a sentence that names it."""
    with pytest.raises(AnsibleFilterError, match=next(iter(options))):
        plan(looks(public("a")), **options)
    with pytest.raises(AnsibleFilterError, match="dictionary"):
        plan([])


def test_plan_is_told() -> None:
    """With a diff for people, and the hosts that it is about."""
    outcome = MESH_PLAN.engine({"plan": plan(looks(public("a"), private("p")))}, process_runtime(True, "/"))
    assert outcome.change.changed
    assert outcome.values["hosts"] == ["p"]
    assert outcome.prepared.startswith("2 sites, 1 link planned: 1 to make\n+ p -> a: ")
    idle = MESH_PLAN.engine(
        {"plan": plan(looks(public("a"), private("p"), p={"state": "absent"}))}, process_runtime(True, "/")
    )
    assert not idle.change.changed


def test_link_that_is_waited_for() -> None:
    """Is told, and no change: nothing is written for it."""
    seen = looks(public("a"), private("p", links=["id-a"]))
    outcome = MESH_PLAN.engine({"plan": plan(seen)}, process_runtime(True, "/"))
    assert (outcome.change.changed, outcome.values["hosts"]) == (False, ["p"])
    assert "? p -> a" in outcome.prepared


def test_filter_takes_no_text_for_a_template() -> None:
    """Whatever a site is called."""
    text = plan(looks(public("a", incoming=["id-{{ 6 * 7 }}"])))["text"]
    assert "{{ 6 * 7 }}" in text
    assert Templar(DataLoader()).template(text) == text


def test_filter_of_a_part() -> None:
    """Removes no link to a site that may be of another part."""
    seen = looks(public("a", incoming=["id-p"]), private("p", links=["id-a", "id-x"]))
    assert [step["act"] for step in plan(seen, prune=True)["steps"]["p"]] == ["remove"]
    assert plan(seen, prune=True, complete=False)["steps"] == {}


def test_plan_is_refused() -> None:
    """With every reason at once; an evicted site is no reason for the others."""
    with pytest.raises(Failure) as caught:
        MESH_PLAN.engine({"plan": plan(looks(private("p"), private("q")))}, process_runtime(True, "/"))
    assert caught.value.reason.value == "plan_refused"
    assert [each["hosts"] for each in caught.value.details["refusals"]] == [["p"], ["q"]]
    evicted = plan(looks(public("a", evicted=("id-p",)), private("p"), private("q")))
    outcome = MESH_PLAN.engine({"plan": evicted}, process_runtime(True, "/"))
    assert outcome.values["hosts"] == ["p", "q"]
    with pytest.raises(Failure, match="link_plan"):
        MESH_PLAN.engine({"plan": {}}, process_runtime(True, "/"))
