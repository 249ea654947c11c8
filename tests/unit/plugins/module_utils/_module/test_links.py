# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine of skupper_links: several links of one site in one task, or in two."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.links import LINKS

from tests.unit.support import recorded
from tests.unit.support.authorities import give_ca, signing_ca
from tests.unit.support.engines import Result, Runner
from tests.unit.support.sites import Controllers
from tests.unit.support.store import CREATED, Object, Store

CERT = recorded.document("tokens/cert")


@dataclass
class TwoPeers:
    """Skupper's controllers of `east`, whose router has a connection for each link that has a certificate."""

    one: Controllers
    acts: bool = True

    def __call__(self, store: Store) -> None:
        """Act on all that there is."""
        if not self.acts:
            return
        self.one(store)
        status = store.find("ConfigMap", "east", "skupper-network-status")
        assert status is not None
        document = json.loads(recorded.document("network/connected")["data"]["NetworkStatus"])
        edge = json.loads(recorded.document("network/edge-peer")["data"]["NetworkStatus"])
        known = {each["site"]["identity"]: each for each in (*edge["siteStatus"], *document["siteStatus"])}
        links = [self._connection(known, name, site_id) for name, site_id in connectors(store).items()]
        known[recorded.EAST]["routerStatus"][0]["links"] = links
        peers = (recorded.WEST, recorded.SHORE) if self.one.knows_peers else ()
        sites = [known[each] for each in (recorded.EAST, *peers)]
        status["data"]["NetworkStatus"] = json.dumps({**document, "siteStatus": sites})

    @staticmethod
    def _connection(known: dict[str, Any], name: str, site_id: str) -> dict[str, Any]:
        peer = known[site_id]["routerStatus"][0]["router"]["name"].removeprefix("0/")
        started = int(datetime.fromisoformat(CREATED.replace("Z", "+00:00")).timestamp()) * 10**6
        return {"identity": f"7kv67:{name}", "name": peer, "direction": "outgoing", "startTime": started}


def connectors(store: Store) -> dict[str, str]:
    """The sites that links with a certificate lead to, by the links' names."""
    found = {}
    for path, secret in store.objects.items():
        labels = secret["metadata"].get("labels") or {}
        if "/namespaces/east/secrets/" in path and labels.get("skupper.io/type") == "connection-token":
            found[path.rpartition("/")[2]] = secret["metadata"]["annotations"]["skupper.io/generated-by"]
    return found


@pytest.fixture
def peers(sites: Store, controllers: Controllers) -> TwoPeers:
    """What Skupper does in `east`."""
    made = TwoPeers(controllers)
    sites.controllers = made
    return made


@pytest.fixture
def links(link: Runner, peers: TwoPeers) -> Runner:
    """Run skupper_links on `east`."""
    return replace(link, task=LINKS)


def to_west(run: Runner, **more: Any) -> dict[str, Any]:
    """A link to `west`, which can be asked."""
    return {"peer": "west", "issuer": run.connection("west"), **more}


def to_shore(**more: Any) -> dict[str, Any]:
    """A link to another site, by a token of it."""
    token = json.loads(json.dumps(CERT))
    token["metadata"]["annotations"]["skupper.io/generated-by"] = recorded.SHORE
    return {"peer": "shore", "token": token, **more}


def test_two_links(links: Runner, sites: Store) -> None:
    """Both are made under names of their own; a second run changes nothing."""
    wanted = [to_west(links), to_shore(cost=7)]
    made = links(links=wanted)
    assert made["changed"] is True
    assert [(each["peer"], each["link"]["name"], each["link"]["cost"]) for each in made["links"]] == [
        ("west", "link1", 1),
        ("shore", "link2", 7),
    ]
    assert all(each["link"]["connected"] and each["connected_at"] and not each["begun"] for each in made["links"])
    assert set(made["diff"]["after"]) == {recorded.WEST, recorded.SHORE}
    again = links(links=wanted)
    assert (again["changed"], [each["changed"] for each in again["links"]]) == (False, [False, False])


def test_check_mode(links: Runner, sites: Store) -> None:
    """It says what a run would do, under the names that it would take."""
    before = list(sites.writes)
    predicted = links(check=True, links=[to_west(links), to_shore()])
    assert sites.writes == before
    assert [each["link"]["name"] for each in predicted["links"]] == ["link1", "link2"]
    assert predicted["diff"] == links(links=[to_west(links), to_shore()])["diff"]


def test_one_that_fails_keeps_no_other_one(links: Runner, sites: Store) -> None:
    """The task fails, and says what became of each."""
    nowhere = {"peer": "nowhere", "issuer": links.connection("nowhere")}
    made = links(links=[nowhere, to_west(links)])
    assert (made["failed"], made["reason"], made["changed"]) == (True, "no_site", True)
    failed, linked = made["links"]
    assert (failed["peer"], failed["failed"], failed["reason"], failed["changed"]) == (
        "nowhere",
        True,
        "no_site",
        False,
    )
    assert failed["msg"] in made["msg"]
    assert "namespace" in failed["msg"]
    assert linked["link"]["connected"] is True


def test_the_same_site_twice(links: Runner, sites: Store) -> None:
    """Skupper refuses a second link to a site; so does this, before it is made."""
    made = links(links=[to_west(links), to_west(links)])
    assert [each.get("reason") for each in made["links"]] == [None, "invalid_option"]
    assert recorded.WEST in made["links"][1]["msg"]


def test_two_tasks(links: Runner, sites: Store, peers: TwoPeers) -> None:
    """The first makes links and leaves them, the second waits for them and removes what is left of claims."""
    peers.acts = False
    wanted = [to_west(links), to_shore()]
    made = links(links=wanted, wait=False)
    assert [(each["link"]["connected"], each["begun"]["name"]) for each in made["links"]] == [
        (False, "link1"),
        (False, "link2"),
    ]
    assert "sitemesh.skupper/claim" in secret(sites, "link1")["metadata"]["annotations"]
    peers.acts = True
    peers(sites)
    done = links(links=later(wanted, made))
    assert [(each["changed"], each["link"]["connected"]) for each in done["links"]] == [(True, True), (True, True)]
    assert all(each["connected_at"] for each in done["links"])
    assert done["changed"] is False
    assert "sitemesh.skupper/claim" not in secret(sites, "link1")["metadata"]["annotations"]
    assert not [path for path in sites.objects if "/namespaces/west/secrets/link1-" in path]
    writes = list(sites.writes)
    assert [each["changed"] for each in links(links=later(wanted, done))["links"]] == [True, True]
    assert sites.writes == writes


def test_two_tasks_before_anybody_is_known(links: Runner, sites: Store, peers: TwoPeers) -> None:
    """Two links and two connections of which it is not known yet where they lead: both are connected."""
    peers.one.knows_peers = False
    wanted = [to_west(links), to_shore()]
    made = links(links=wanted, wait=False)
    done = links(links=later(wanted, made))
    assert [each["link"]["connected"] for each in done["links"]] == [True, True]


def later(wanted: list[dict[str, Any]], made: Result) -> list[dict[str, Any]]:
    """The links of a second task."""
    return [
        {"peer": each["peer"], **({"issuer": each["issuer"]} if "issuer" in each else {}), "earlier": found}
        for each, found in zip(wanted, made["links"])
    ]


def secret(store: Store, name: str) -> Object:
    """A link of `east`."""
    found = store.find("Secret", "east", name)
    assert found is not None
    return found


def test_claim_that_is_refused_later(links: Runner, sites: Store, peers: TwoPeers) -> None:
    """The second task takes away the link that the first one has made, as one task would."""
    peers.acts = False
    made = links(links=[to_west(links)], wait=False)
    peers.one.answer = "No such claim"
    peers.acts = True
    peers(sites)
    failed = links(links=later([to_west(links)], made))
    assert failed["links"][0]["reason"] == "claim_used_up"
    assert sites.find("Secret", "east", "link1") is None


def test_note_that_is_changed_in_between(links: Runner, sites: Store, peers: TwoPeers) -> None:
    """The second task removes the claim that the first one has issued, by its UID, whatever the link says it is called."""
    peers.acts = False
    made = links(links=[to_west(links)], wait=False)
    secret(sites, "link1")["metadata"]["annotations"]["sitemesh.skupper/claim"] = "skupper-local-ca"
    peers.acts = True
    peers(sites)
    (done,) = links(links=later([to_west(links)], made))["links"]
    assert done["link"]["connected"]
    assert sites.find("Secret", "west", "skupper-local-ca") is not None
    assert not [path for path in sites.objects if "/namespaces/west/secrets/link1-" in path]


def test_link_that_goes_in_between(links: Runner, sites: Store, peers: TwoPeers) -> None:
    """Somebody else removed it."""
    peers.acts = False
    made = links(links=[to_west(links)], wait=False)
    del sites.objects[sites.path("Secret", "east", "link1")]
    assert links(links=later([to_west(links)], made))["links"][0]["reason"] == "conflict"


def test_time_that_was_waited_for_others(links: Runner, sites: Store, peers: TwoPeers) -> None:
    """A link that is still down when the time for all is over was not waited for one second alone."""
    peers.acts = False
    made = links(links=[to_west(links)], wait=False)
    sites.time += timedelta(seconds=90)
    (failed,) = links(links=later([to_west(links)], made), wait_timeout=1)["links"]
    assert failed["reason"] == "link_timeout"
    assert "is not connected after 9" in failed["msg"]


def test_what_no_task_returned(links: Runner, sites: Store) -> None:
    """A second task refuses it."""
    assert links.failing("invalid_option", links=[{"earlier": {"begun": {"name": "link1"}}}])


def test_a_working_link_is_not_left_to_a_later_task(links: Runner, sites: Store, peers: TwoPeers) -> None:
    """Its successor is waited for at once, since it is put back if that fails."""
    links(links=[to_west(links)])
    before = secret(sites, "link1")["data"]
    peers.one.answer = "No such claim"
    failed = links(links=[to_west(links, replace="always")], wait=False)
    assert failed["links"][0]["reason"] == "claim_used_up"
    assert "was restored as it was" in failed["msg"]
    assert secret(sites, "link1")["data"] == before


def test_links_share_what_is_read_of_their_site(links: Runner, sites: Store) -> None:
    """Each object of the linking site is read once, however many links it gets."""
    links(links=[to_west(links), to_shore()], wait=False)
    read = [(each.path, each.query) for each in links.api.requests if each.method == "GET"]
    here = [str(each) for each in read if "/namespaces/east/" in each[0]]
    assert len(here) == len(set(here)) == 5


def test_name_that_is_taken(links: Runner, sites: Store) -> None:
    """By a Secret that is no link: nothing is left of the claim, and check mode says the same."""
    sites.put("east", {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "link1"}})
    for check in (True, False):
        (failed,) = links(check, links=[to_west(links)])["links"]
        assert failed["reason"] == "name_taken", failed
        assert "The name link1 is taken by another Secret in namespace east" in failed["msg"]
    assert not [path for path in sites.objects if "/namespaces/west/secrets/link1-" in path]


def auto(run: Runner) -> list[dict[str, Any]]:
    """A link to `west`, by whatever works best."""
    return [{"issuer": {**run.connection("west"), "type": "auto"}}]


def test_auto_signs(links: Runner, sites: Store) -> None:
    """Nothing is written to the issuing site whose CA may be read."""
    give_ca(sites, signing_ca())
    assert links(check=True, links=auto(links))["links"][0]["issued"] == "cert"
    (made,) = links(links=auto(links))["links"]
    assert (made["issued"], made["link"]["connected"]) == ("cert", True)
    assert not [write for write in sites.writes if "/namespaces/west/" in write]
    assert links(links=auto(links))["links"][0]["issued"] is None


def test_auto_issues_a_claim_where_the_key_may_not_be_read_again(links: Runner, sites: Store) -> None:
    """An account that may list Secrets and get none of them."""
    sites.denied.add(("get", sites.path("Secret", "west", "skupper-site-ca")))
    (made,) = links(links=auto(links))["links"]
    assert (made["issued"], made["link"]["connected"]) == ("claim", True)


def test_auto_says_why_neither_works(links: Runner, sites: Store) -> None:
    """A CA with which nobody can sign, be it for a claim."""
    authority = sites.find("Secret", "west", "skupper-site-ca")
    assert authority is not None
    authority["data"]["tls.key"] = "bm9uZQ=="
    assert "ca_unusable" in {each["reason"] for each in links(links=auto(links))["links"]}
    assert sites.writes == []
