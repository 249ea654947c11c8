# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A site decides about its own links and claims alone, whatever it or another one says of itself."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.link_info import LINK_INFO
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.revoke import REVOKE
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.site_info import SITE_INFO
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.token import TOKEN as ISSUING

from tests.unit.support import recorded
from tests.unit.support.apiserver import Answer, Received, refusal
from tests.unit.support.authorities import with_key
from tests.unit.support.engines import Runner
from tests.unit.support.sites import Controllers
from tests.unit.support.store import Object, Store

CLAIM = f"link1-{recorded.EAST}"


def issuer(link: Runner, **options: Any) -> dict[str, Any]:
    """The issuing site `west`, to be asked."""
    return {"issuer": {**link.connection("west"), **options}}


def issuing(link: Runner) -> Runner:
    """skupper_token on `west`, with passwords of its own."""
    return Runner(link.api, link.time, ISSUING, "west", choose=lambda characters: "b")


def marked(link: Runner, sites: Store, name: str, issued_for: Object | None, **options: Any) -> str:
    """Issue a claim, note whom and what it is for, and return its password."""
    issued = issuing(link)(name=name, **options)
    if issued_for is not None:
        made = sites.find("Secret", "west", name)
        assert made is not None
        made["metadata"]["annotations"]["sitemesh.skupper/for"] = json.dumps(issued_for)
    return str(issued["token"]["data"]["password"])


def record(sites: Store, name: str) -> Object | None:
    """A claim record of `west`, as it is now."""
    return copy.deepcopy(sites.find("Secret", "west", name))


def claims(sites: Store) -> set[str]:
    """Names of the claims on `west`."""
    kinds = {
        path: (body["metadata"].get("labels") or {}).get("skupper.io/type") for path, body in sites.objects.items()
    }
    return {path.rpartition("/")[2] for path, kind in kinds.items() if kind == "token-claim-record"}


def notes_of_link(sites: Store) -> dict[str, str]:
    """The annotations of the link of `east`, to be changed in place."""
    found = sites.find("Secret", "east", "link1")
    assert found is not None
    notes: dict[str, str] = found["metadata"]["annotations"]
    return notes


ELSEWHERE = {"namespace": "east", "cluster": None, "authorities": ["another CA"]}
# Whom and what claims of others were issued for.
OTHERS: list[Any] = [
    pytest.param(None, id="no link"),
    pytest.param({"site": recorded.SHORE, "link": "link1"}, id="another site"),
    pytest.param({"site": recorded.EAST, "link": "link2"}, id="another link"),
    pytest.param({"site": recorded.EAST}, id="any link"),
    pytest.param({"site": recorded.EAST, "link": "link1", "location": ELSEWHERE}, id="another place"),
]


@pytest.mark.parametrize("issued_for", OTHERS)
@pytest.mark.parametrize("options", [{}, {"state": "absent"}], ids=["present", "absent"])
def test_b1_note_names_the_claim_of_somebody_else(
    link: Runner, sites: Store, issued_for: Any, options: dict[str, Any]
) -> None:
    """What a linking site notes takes nobody's claim away; the note goes all the same."""
    marked(link, sites, "for-partner", issued_for)
    link(**issuer(link))
    notes_of_link(sites)["sitemesh.skupper/claim"] = "for-partner"
    before = record(sites, "for-partner")
    assert before is not None
    result = link(**options, **issuer(link))
    assert result["changed"], result
    assert record(sites, "for-partner") == before
    assert options or "sitemesh.skupper/claim" not in notes_of_link(sites)


def test_b1_note_names_who_the_site_is_not(link: Runner, sites: Store) -> None:
    """The mark on a link says whose it is; a claim is removed for who the site is by its own objects."""
    marked(link, sites, "for-partner", {"site": recorded.SHORE, "link": "link1"})
    link(**issuer(link))
    notes_of_link(sites).update({"sitemesh.skupper/claim": "for-partner", "sitemesh.skupper/owner": recorded.SHORE})
    status = sites.find("ConfigMap", "east", "skupper-network-status")
    assert status is not None
    status["data"]["NetworkStatus"] = status["data"]["NetworkStatus"].replace(recorded.EAST, recorded.SHORE)
    sites.controllers = lambda store: None
    assert link(**issuer(link))["changed"]
    assert record(sites, "for-partner")


def test_b1_claim_of_an_earlier_release(link: Runner, sites: Store) -> None:
    """It has no mark, so that nobody can tell whose it is; it expires by itself."""
    link(wait=False, **issuer(link))
    made = sites.find("Secret", "west", CLAIM)
    assert made is not None
    made["metadata"]["annotations"].pop("sitemesh.skupper/for", None)
    assert link(**issuer(link))["changed"]
    assert claims(sites) == {CLAIM}
    assert not link(**issuer(link))["changed"]


def test_b1_secret_that_is_no_claim(link: Runner, sites: Store) -> None:
    """It stays, and is no failure of the link that works."""
    link(**issuer(link))
    notes_of_link(sites)["sitemesh.skupper/claim"] = "skupper-site-ca"
    assert link(**issuer(link))["changed"]
    assert record(sites, "skupper-site-ca")


def sent(link: Runner, sites: Store) -> list[str]:
    """Passwords in the link of `east`, from now on."""
    found: list[str] = []
    follow = sites.controllers

    def look(store: Store) -> None:
        secret = store.find("Secret", "east", "link1")
        found.extend([secret["data"]["password"]] if secret and "password" in secret["data"] else [])
        follow(store)

    sites.controllers = look
    return found


@pytest.mark.parametrize("issued_for", OTHERS)
def test_b2_claim_of_somebody_else_has_the_name(link: Runner, sites: Store, issued_for: Any) -> None:
    """Its password is not handed out, its limits stay, and the link is made by a claim of another name."""
    password = marked(link, sites, CLAIM, issued_for, uses=5, expiry="1h")
    before, passwords = record(sites, CLAIM), sent(link, sites)
    assert before is not None
    assert link(**issuer(link))["link"]["connected"]
    assert passwords
    assert password not in passwords
    assert record(sites, CLAIM) == before
    assert claims(sites) == {CLAIM}


def test_b2_mark_of_another_site_of_the_namespace(link: Runner, sites: Store) -> None:
    """A record is this collection's only if the site that it names as its maker is this one."""
    marked(link, sites, CLAIM, {"site": recorded.EAST, "link": "link1"})
    found = sites.find("Secret", "west", CLAIM)
    assert found is not None
    found["metadata"]["annotations"]["sitemesh.skupper/owner"] = recorded.SHORE
    passwords = sent(link, sites)
    link(**issuer(link))
    assert found["data"]["password"] not in passwords
    assert claims(sites) == {CLAIM}


def test_b2_secret_that_is_no_claim_has_the_name(link: Runner, sites: Store) -> None:
    """It is no failure either."""
    sites.put("west", {"kind": "Secret", "metadata": {"name": CLAIM}})
    assert link(**issuer(link))["link"]["connected"]
    assert record(sites, CLAIM)
    assert claims(sites) == set()


def test_b2_interrupted_run_finds_its_claim_under_the_other_name(link: Runner, sites: Store) -> None:
    """The names follow each other, so that there is never more than one claim for a link."""
    issuing(link)(name=CLAIM)
    kept = sites.controllers
    sites.controllers = lambda store: None
    link(wait=False, **issuer(link))
    assert claims(sites) == {CLAIM, f"{CLAIM}-2"}
    del sites.objects[sites.path("Secret", "east", "link1")]
    sites.controllers = kept
    link(**issuer(link))
    assert claims(sites) == {CLAIM}


def test_b2_no_name_is_left(link: Runner, sites: Store) -> None:
    """Somebody fills them, which is told before anything is written on the linking site."""
    for name in (CLAIM, *(f"{CLAIM}-{number}" for number in range(2, 10))):
        sites.put("west", {"kind": "Secret", "metadata": {"name": name}})
    result = link(**issuer(link))
    assert result["reason"] == "name_taken"
    assert f"{CLAIM} to {CLAIM}-9" in result["msg"]
    assert sites.writes == []


@pytest.mark.parametrize("check", [True, False])
def test_b2_token_for_a_site(token: Runner, sites: Store, check: bool) -> None:
    """A token that is handed over by name goes by another one, too, and only that one is withdrawn."""
    name, issued_for = f"mesh-{recorded.EAST}", {"site_id": recorded.EAST}
    token(name=name, uses=5)
    before = record(sites, name)
    made = token(check=check, name=name, issued_for=issued_for, renew="unusable")
    assert (made["name"], made["changed"]) == (f"{name}-2", True)
    assert made["token"]["metadata"]["name"] == f"{name}-2"
    again = token(check=check, name=name, issued_for=issued_for, renew="unusable")
    assert (again["name"], again["changed"]) == (f"{name}-2", check)
    assert not token(name=name, issued_for=issued_for, state="absent")["changed"]
    assert token(name=made["name"], issued_for=issued_for, state="absent")["changed"] is not check
    assert (record(sites, name), claims(sites)) == (before, {name})


def test_b2_mark(token: Runner, sites: Store) -> None:
    """It says whom and what the claim is for."""
    location = {"namespace": "east", "cluster": "uid-1", "authorities": []}
    token(name="x", issued_for={"site_id": recorded.EAST, "link": "link1", "location": location})
    made = record(sites, "x")
    assert made is not None
    mark = json.loads(made["metadata"]["annotations"]["sitemesh.skupper/for"])
    assert mark == {"site": recorded.EAST, "link": "link1", "location": location}


ISSUER, EVICTED, PLACES = (f"sitemesh.skupper/{name}" for name in ("issuer", "evicted", "evicted-locations"))


def cluster(sites: Store, uid: str) -> None:
    """Give the cluster a UID."""
    sites.objects["/api/v1/namespaces/kube-system"] = {"kind": "Namespace", "metadata": {"uid": uid}}


def noted(sites: Store, **changes: Any) -> None:
    """Note another place of the issuing site on the link of `east`."""
    notes = notes_of_link(sites)
    notes[ISSUER] = json.dumps({**json.loads(notes[ISSUER]), **changes})


@pytest.fixture
def liar(link: Runner, sites: Store) -> dict[str, Any]:
    """A site in another namespace that tells the id of `west`, to be asked; its CA is another one."""
    for name in recorded.names("west"):
        if not name.endswith("-rotated"):
            sites.put("liar", recorded.document(name))
    sites.put("liar", with_key(recorded.document("west/skupper-site-ca-rotated")))
    return {"issuer": link.connection("liar")}


def test_b3_note(link: Runner, sites: Store) -> None:
    """A link that is made says where its issuing site is, for claims and certificates."""
    cluster(sites, "uid-1")
    link(**issuer(link))
    note = json.loads(notes_of_link(sites)[ISSUER])
    assert (note["namespace"], note["cluster"], len(note["authorities"])) == ("west", "uid-1", 1)
    link.api.requests.clear()
    assert not link(**issuer(link))["changed"]
    assert len(link.api.requests) == 3


def test_b3_note_of_a_token_in_hand(link: Runner, sites: Store) -> None:
    """Whoever hands it over may know where it comes from; nobody else does."""
    place = {"namespace": "west", "cluster": "uid-1", "authorities": ["a"]}
    link(token=recorded.document("tokens/cert"), issuer_location=place)
    assert json.loads(notes_of_link(sites)[ISSUER]) == place
    link(name="link1", state="absent")
    link(token=recorded.document("tokens/cert"))
    assert ISSUER not in notes_of_link(sites)


@pytest.mark.parametrize("replacement", ["stale", "down", "always"])
@pytest.mark.parametrize("up", [True, False])
def test_b3_liar_gets_no_link(
    link: Runner, sites: Store, controllers: Controllers, liar: dict[str, Any], replacement: str, up: bool
) -> None:
    """A site that tells the id of another one does not get the links of that one, whatever they are like."""
    link(**issuer(link))
    controllers.connects = up
    controllers(sites)
    before = copy.deepcopy(sites.find("Secret", "east", "link1"))
    sites.writes.clear()
    message = link.failing("site_id_claimed", replace=replacement, **liar)
    assert "namespace liar" in message
    assert "If the site has really moved, remove the link (name: link1 with state: absent)" in message
    assert (sites.find("Secret", "east", "link1"), sites.writes) == (before, [])


def test_b3_liar_takes_no_link_away(link: Runner, sites: Store, liar: dict[str, Any]) -> None:
    """Neither is the link removed as one to it, nor as one that it does not honour."""
    link(**issuer(link))
    sites.writes.clear()
    for options in ({}, {"stale": True}):
        assert "namespace liar" in link.failing("site_id_claimed", state="absent", **options, **liar)
    assert sites.writes == []
    assert link(state="absent", name="link1")["changed"]


def test_b3_liar_is_not_asked_about_links(link: Runner, link_info: Runner, sites: Store, liar: dict[str, Any]) -> None:
    """Its CA says nothing of a link that was made to another one."""
    link(**issuer(link))
    asked = [liar["issuer"], issuer(link)["issuer"]]
    assert link_info(issuers=asked[:1])["links"][0]["state"] == "connected"
    assert link_info(issuers=asked)["links"][0]["state"] == "connected"
    sites.put("west", with_key(recorded.document("west/skupper-site-ca-rotated")))
    assert link_info(issuers=asked)["links"][0]["state"] == "stale"
    assert link_info(issuers=[asked[1], asked[1]])["links"][0]["state"] == "stale"


@pytest.mark.parametrize(
    ("note", "uid", "refused"),
    [
        pytest.param({"cluster": "uid-1", "authorities": ["another CA"]}, "uid-1", False, id="a new CA"),
        pytest.param({"cluster": "uid-2", "authorities": ["another CA"]}, "uid-1", True, id="another cluster"),
        pytest.param({"cluster": "uid-2"}, "uid-1", True, id="another cluster behind the same proxy"),
        pytest.param({"cluster": None, "authorities": ["another CA"]}, "", True, id="another CA, and no more is known"),
        pytest.param({"cluster": "uid-1"}, "", False, id="the CA, and no more is known"),
    ],
)
def test_b3_the_cluster_is_asked_for(link: Runner, sites: Store, note: dict[str, Any], uid: str, refused: bool) -> None:
    """Before a link is refused for its CA, and before it is replaced by what has the same."""
    link(**issuer(link))
    noted(sites, **note)
    if uid:
        cluster(sites, uid)
    sites.put("west", with_key(recorded.document("west/skupper-site-ca-rotated")))
    result = link(check=True, **issuer(link))
    assert result.get("reason") == ("site_id_claimed" if refused else None), result
    assert not refused or ("has two CAs" in result["msg"]) is not bool(uid)
    assert refused or "current CA" in result["change_reason"]


def test_b3_link_without_a_note(link: Runner, sites: Store, liar: dict[str, Any]) -> None:
    """Who is asked as its issuing site is believed to be it, unless a link that works is to be kept."""
    link(**issuer(link))
    del notes_of_link(sites)[ISSUER]
    assert not link(check=True, replace="down", **liar)["changed"]
    assert link(check=True, **liar)["changed"]


@pytest.mark.parametrize("site_id", ["x", recorded.WEST.upper(), "../../x"])
@pytest.mark.parametrize("namespace", ["west", "east"])
def test_b3_id_that_no_api_server_gives(link: Runner, sites: Store, namespace: str, site_id: str) -> None:
    """Neither an issuing nor a linking site with such an id is linked."""
    ca = with_key(recorded.document("west/skupper-site-ca"))
    ca["metadata"]["ownerReferences"][0]["uid"] = site_id
    sites.put(namespace, ca)
    assert "no API server" in link.failing("site_id_invalid", **issuer(link))
    assert sites.writes == []


def keep(sites: Store, keeper: str, **notes: Any) -> None:
    """Have a site note something beside its CA; that of `east` gets one for it."""
    ca = sites.find("Secret", keeper, "skupper-site-ca") or sites.put(
        keeper, with_key(recorded.document("west/skupper-site-ca"))
    )
    ca["metadata"]["ownerReferences"][0]["uid"] = recorded.WEST if keeper == "west" else recorded.EAST
    ca["metadata"]["annotations"] = {key: json.dumps(value) for key, value in notes.items()}


@pytest.mark.parametrize(("keeper", "evicted"), [("west", "east"), ("east", "west")])
@pytest.mark.parametrize("authorities", [["another CA"], []])
def test_b4_site_that_was_made_anew(
    link: Runner, sites: Store, keeper: str, evicted: str, authorities: list[str]
) -> None:
    """It is known by its place, whatever its id and the CA of its API server; the UID is asked for before it is refused."""
    cluster(sites, "uid-1")
    place = {"namespace": evicted, "cluster": "uid-1", "authorities": authorities}
    keep(sites, keeper, **{EVICTED: ["00000000-0000-0000-0000-000000000000"], PLACES: [place]})
    assert "was evicted by" in link.failing("site_evicted", **issuer(link))
    assert sites.writes == []
    for other in ({**place, "cluster": "uid-2"}, {**place, "namespace": "elsewhere"}):
        keep(sites, keeper, **{PLACES: [other]})
        made = link(check=True, **issuer(link))
        assert (made["changed"], made.get("warnings")) == (True, None)


@pytest.mark.parametrize(("keeper", "evicted"), [("west", "east"), ("east", "west")])
def test_b4_cluster_that_may_not_be_read(link: Runner, sites: Store, keeper: str, evicted: str) -> None:
    """A CA that fits is enough to refuse; where not even that is known a warning says so."""
    sites.denied.add(("get", "/api/v1/namespaces/kube-system"))
    link(**issuer(link))
    known = json.loads(notes_of_link(sites)[ISSUER])["authorities"]
    link(name="link1", state="absent")
    keep(sites, keeper, **{PLACES: [{"namespace": evicted, "cluster": "uid-1", "authorities": known}]})
    assert link.failing("site_evicted", **issuer(link))
    for unknown in ([], ["the former CA of the API server"]):
        keep(sites, keeper, **{PLACES: [{"namespace": evicted, "cluster": "uid-1", "authorities": unknown}]})
        (warning,) = link(check=True, **issuer(link))["warnings"]
        assert warning.startswith("eviction_unreadable: ")


@pytest.mark.parametrize("check", [True, False])
def test_b4_claim_for_an_evicted_site(token: Runner, sites: Store, check: bool) -> None:
    """None is issued, by its id or by where it is, if that is known for sure."""
    place = {"namespace": "east", "cluster": "uid-1", "authorities": ["a"]}
    issued_for = {"site_id": recorded.EAST, "location": place}
    for notes in ({EVICTED: [recorded.EAST]}, {PLACES: [place]}):
        keep(sites, "west", **notes)
        result = token(check=check, name="x", issued_for=issued_for)
        assert (result["reason"], claims(sites)) == ("site_evicted", set())
    for other in ({**place, "cluster": None}, {**place, "cluster": "uid-2"}):
        keep(sites, "west", **{PLACES: [place]})
        assert token(check=True, name="x", issued_for={**issued_for, "location": other})["changed"]


def test_b4_token_of_an_evicted_place(link: Runner, sites: Store) -> None:
    """A token that is handed over is refused for the place that it comes from, as far as that is known."""
    place = {"namespace": "west", "cluster": "uid-1", "authorities": ["a"]}
    keep(sites, "east", **{PLACES: [place]})
    token = recorded.document("tokens/cert")
    assert link.failing("site_evicted", token=token, issuer_location=place)
    (warning,) = link(check=True, token=token)["warnings"]
    assert warning.startswith("eviction_unreadable: ")


def replaced_after_it_is_read(link: Runner, sites: Store, name: str) -> None:
    """Have someone else make a claim of that name anew, just after it was read."""
    path = sites.path("Secret", "west", name)

    def answer(received: Received) -> Answer:
        found = sites.answer(received)
        if (received.method, received.path) == ("GET", path) and found.status == 200 and path in sites.objects:
            fresh: Object = copy.deepcopy(sites.objects[path])
            fresh["metadata"]["uid"] = "uid-of-another-one"
            sites.objects[path] = fresh
        return found

    link.api.fallback = answer


def test_b5_claim_that_was_made_anew_stays(link: Runner, sites: Store) -> None:
    """What is removed is the record that was looked at, and not whatever has its name by then."""
    link(wait=False, **issuer(link))
    replaced_after_it_is_read(link, sites, CLAIM)
    link(**issuer(link))
    found = sites.find("Secret", "west", CLAIM)
    assert found is not None
    assert found["metadata"]["uid"] == "uid-of-another-one"


def test_b5_absence_is_not_taken_from_a_refusal(token: Runner, sites: Store) -> None:
    """A claim that is there, whoever made it, is not absent."""
    token(name="for-east")
    replaced_after_it_is_read(token, sites, "for-east")
    result = token(name="for-east", state="absent")
    assert (result.get("failed"), result.get("reason")) == (True, "conflict"), result
    assert "made again by someone else" in result["msg"]
    assert sites.find("Secret", "west", "for-east")


def test_list_of_an_edge_site(link: Runner, sites: Store) -> None:
    """It has no site CA to keep it with, and does not link to whom it has evicted either."""
    revoke, info = (Runner(link.api, link.time, task, "shore") for task in (REVOKE, SITE_INFO))
    place = {"namespace": "west", "cluster": "uid-1", "authorities": []}
    wish: dict[str, Any] = {"scope": "none", "evict": [recorded.WEST], "evict_locations": [place]}
    assert revoke(check=True, **wish)["changed"]
    assert sites.writes == []
    result = revoke(**wish)
    assert (result["changed"], result["revocation"]["evicted"]) == (True, [recorded.WEST])
    assert not revoke(**wish)["changed"]
    assert len(sites.writes) == 1
    site = info()["site"]
    assert (site["evicted"], site["evicted_locations"]) == (
        [recorded.WEST],
        [{**place, "evicted_ids": [recorded.WEST]}],
    )

    assert "was evicted by the site" in link.failing("site_evicted", namespace="shore", **issuer(link))
    assert revoke(scope="none", readmit=[recorded.WEST])["changed"]
    assert "failed" not in link(namespace="shore", wait=False, **issuer(link))


def test_list_of_an_edge_site_is_written_by_others_too(link: Runner, sites: Store) -> None:
    """What another writer stored meanwhile stays, and what may not be written is told as such."""
    revoke = Runner(link.api, link.time, REVOKE, "shore")
    meanwhile = [recorded.EAST]

    def answer(received: Received) -> Answer:
        if received.method == "PATCH" and meanwhile:
            kept = sites.find("Secret", "shore", "skupper-local-ca")
            assert kept is not None
            kept["metadata"]["annotations"] = {EVICTED: json.dumps([meanwhile.pop()])}
            return refusal(409, "the object has been modified", "Conflict")
        return sites.answer(received)

    link.api.fallback = answer
    assert revoke(scope="none", evict=[recorded.WEST])["revocation"]["evicted"] == [recorded.EAST, recorded.WEST]
    assert "edge site" in revoke.failing("site_cannot_accept", id="INC-1")


@pytest.mark.parametrize(
    ("differs", "goes"),
    [
        pytest.param({}, True, id="its place"),
        pytest.param({"namespace": "liar"}, False, id="another namespace"),
        pytest.param({"cluster": "uid-liar", "authorities": ["d9"]}, False, id="another cluster"),
        pytest.param({"cluster": "uid-liar"}, True, id="another UID, which it tells itself"),
        pytest.param({"authorities": ["d9"]}, True, id="another CA"),
        pytest.param({"authorities": []}, True, id="an unknown CA"),
    ],
)
def test_links_of_an_evicted_liar(link: Runner, sites: Store, differs: Object, goes: bool) -> None:
    """It tells the id of a site that `east` is linked to: only what is certainly another place's stays."""
    link(**issuer(link))
    noted = {"namespace": "west", "cluster": "uid-1", "authorities": ["d1"]}
    notes_of_link(sites)[ISSUER] = json.dumps(noted)
    place = {**noted, **differs}
    info = Runner(link.api, link.time, LINK_INFO, "east")
    wish: dict[str, Any] = {"site_id": recorded.WEST, "issuer_location": place}
    assert [each["name"] for each in info(**wish)["links"]] == (["link1"] if goes else [])
    for check_mode in (True, False):
        result = link(check=check_mode, state="absent", **wish)
        assert [each["name"] for each in result["removed"]] == (["link1"] if goes else [])
        told = " ".join(result.get("warnings") or ())
        assert ("and was made to the site in namespace west" in told) is not goes
    assert bool(sites.find("Secret", "east", "link1")) is not goes


@pytest.mark.parametrize("differs", [{}, {"cluster": "uid-2"}, {"authorities": ["d9"]}], ids=str)
def test_link_to_the_place_of_an_evicted_site(link: Runner, sites: Store, differs: Object) -> None:
    """It told another id when the link was made, which goes if it is certain that it leads there."""
    link(**issuer(link))
    noted = {"namespace": "west", "cluster": "uid-1", "authorities": ["d1"]}
    notes_of_link(sites)[ISSUER] = json.dumps(noted)
    place = {**noted, **differs}
    result = link(state="absent", site_id=recorded.SHORE, issuer_location=place)
    assert [each["name"] for each in result["removed"]] == ([] if differs else ["link1"])
    assert "warnings" not in result
