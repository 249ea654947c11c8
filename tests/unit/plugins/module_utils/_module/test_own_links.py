# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A link takes up, changes and removes the claims that were issued for it, and no others."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.token import TOKEN as ISSUING

from tests.unit.support import recorded
from tests.unit.support.apiserver import Answer, Received
from tests.unit.support.engines import Runner
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
