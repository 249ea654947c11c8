# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What works is never taken away for a guess: links of other tools, requests for tokens, restored sites, denials."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.filter.link_plan import FilterModule

from tests.unit.support import recorded
from tests.unit.support.apiserver import Answer, Received, refusal
from tests.unit.support.authorities import give_ca, signing_ca, with_key
from tests.unit.support.engines import Runner
from tests.unit.support.sites import Controllers
from tests.unit.support.store import Object, Store

TOKEN = recorded.document("tokens/claim")
CHART = "chart-link"
plan = FilterModule().filters()["link_plan"]


def issuer(run: Runner, **options: Any) -> dict[str, Any]:
    """The issuing site `west`, to be asked."""
    return {"issuer": {**run.connection("west"), **options}}


def add_chart_link(store: Store, readable: bool = True, name: str = CHART, **notes: str) -> Object:
    """A link of `east` as a chart writes it: nobody owns it, and it does not say who made it."""
    made = recorded.document("links/cert")
    made["metadata"]["name"] = name
    made["metadata"]["annotations"].pop("skupper.io/generated-by")
    made["metadata"]["annotations"].pop("skupper.io/cost", None)
    made["metadata"]["annotations"].update(notes)
    made["metadata"]["labels"]["app.kubernetes.io/managed-by"] = "Helm"
    made["metadata"].pop("ownerReferences", None)
    if not readable:
        made["data"] = dict.fromkeys(made["data"], "Li4u")
    put = store.put("east", made)
    store.controllers(store)
    show_in_west(store)
    return put


def show_in_west(store: Store) -> None:
    """Have the network status of `west` tell of the connection, if that of `east` does."""
    status = store.find("ConfigMap", "east", "skupper-network-status")
    assert status is not None
    told = json.loads(status["data"]["NetworkStatus"])
    routers = {each["site"]["name"]: each["routerStatus"][0] for each in told["siteStatus"]}
    for link in routers["east"].get("links") or ():
        east = routers["east"]["router"]["name"].partition("/")[2]
        routers["west"]["links"] = [{**link, "name": east, "direction": "incoming", "identity": "w:1"}]
    status = copy.deepcopy(status)
    status["data"]["NetworkStatus"] = json.dumps(told)
    store.put("west", status)


def links(store: Store, namespace: str = "east") -> set[str]:
    """Names of the link Secrets of a site."""
    kinds = {
        path: (body["metadata"].get("labels") or {}).get("skupper.io/type") for path, body in store.objects.items()
    }
    return {
        path.rpartition("/")[2]
        for path, kind in kinds.items()
        if f"/{namespace}/" in path and kind in ("token-claim", "connection-token", "sitemesh-parked-link")
    }


def mesh(mesh_info: Runner) -> dict[str, Any]:
    """The plan for `west` and `east`."""
    looks = {name: mesh_info(namespace=name) for name in ("west", "east")}
    assert not any(look.get("failed") for look in looks.values()), looks
    made: dict[str, Any] = plan(looks)
    return made


@pytest.mark.parametrize("readable", [True, False])
@pytest.mark.parametrize("check", [True, False])
def test_a1_link_without_author_is_not_stale(
    link: Runner, sites: Store, controllers: Controllers, readable: bool, check: bool
) -> None:
    """Nobody can tell that it is of no use, whether or not anything is open."""
    add_chart_link(sites, readable)
    for connects in (True, False):
        controllers.connects = connects
        controllers(sites)
        gone = link(check=check, state="absent", stale=True)
        assert (gone["changed"], gone["removed"]) == (False, [])
        gone = link(check=check, state="absent", stale=True, **issuer(link))
        assert (gone["changed"], gone["removed"]) == (False, [])
    assert links(sites) == {CHART}
    assert link(check=check, state="absent", name=CHART)["changed"]
    assert links(sites) == ({CHART} if check else set())


@pytest.mark.parametrize("readable", [True, False])
def test_a1_one_verdict(link: Runner, link_info: Runner, mesh_info: Runner, sites: Store, readable: bool) -> None:
    """Connected where its issuing site is known to have signed it, or unknown; never down, and never linked twice."""
    add_chart_link(sites, readable)
    (shown,) = link_info()["links"]
    assert (shown["state"], shown["connected"], shown["cause"]) == ("unknown", None, "author_unknown")
    (shown,) = link_info(issuers=[issuer(link_info)["issuer"]])["links"]
    assert (shown["state"], shown["connected"]) == (("connected", True) if readable else ("unknown", None))
    for given in (issuer(link), {"token": TOKEN}, issuer(link, type="cert")):
        for check in (True, False):
            kept = link(check=check, **given)
            assert (kept["changed"], kept["link"]["name"], kept["link"]["connected"]) == (False, CHART, True), kept
    assert links(sites) == {CHART}
    assert mesh(mesh_info)["steps"] == {}


@pytest.mark.parametrize("readable", [True, False])
def test_a1_link_that_is_down_and_has_no_author(
    link: Runner, mesh_info: Runner, sites: Store, controllers: Controllers, readable: bool
) -> None:
    """It may be the one to the issuing site: no second one is made, and what to do is said."""
    controllers.connects = False
    add_chart_link(sites, readable)
    assert not link(check=True, **issuer(link))["changed"]
    result = link(**issuer(link), wait_timeout=3)
    assert result["reason"] == "link_timeout"
    assert readable or "skupper.io/generated-by" in result["msg"]
    assert links(sites) == {CHART}
    text = mesh(mesh_info)["text"]
    assert "+" not in text
    assert f"? east -> west [{CHART}]" in text


def test_a1_no_site_is_none(mesh_info: Runner, controllers: Controllers, sites: Store) -> None:
    """A link that leads nobody knows where is told of as such."""
    add_chart_link(sites, readable=False)
    add_chart_link(sites, readable=False, name="another")
    text = mesh(mesh_info)["text"]
    assert "None" not in text
    assert f"{CHART}: it does not say which site it leads to" in text


def test_a1_link_that_another_ca_signed(link: Runner, sites: Store, controllers: Controllers) -> None:
    """What the issuing site's own CA has not signed, and is not connected, is no link to it: there is a first one."""
    sites.put("west", with_key(recorded.document("west/skupper-site-ca-rotated")))
    controllers.connects = False
    add_chart_link(sites)
    made = link(check=True, **issuer(link))
    assert (made["changed"], made["link"]["name"]) == (True, "link1")
    assert "taken by a link that does not say where it leads" in link.failing("name_taken", name=CHART, **issuer(link))


def request(store: Store, namespace: str = "west", site_id: str = recorded.WEST) -> Object:
    """A request for a token, filled in place by site-controller."""
    made = recorded.document("tokens/cert")
    made["metadata"]["name"] = "my-request"
    made["metadata"]["annotations"]["skupper.io/generated-by"] = site_id
    return copy.deepcopy(store.put(namespace, made))


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    "asked",
    [{"stale": True}, {"name": "my-request"}, {"site_id": recorded.WEST}, {"stale": True, "name": "my-request"}],
)
def test_a2_request_is_no_link(link: Runner, sites: Store, check: bool, asked: dict[str, Any]) -> None:
    """A request that was filled on the issuing site leads nowhere, and stays, whatever is asked for."""
    before = request(sites)
    gone = link(check=check, state="absent", **link.connection("west"), **asked)
    assert (gone["changed"], gone["removed"]) == (False, []), gone
    assert sites.find("Secret", "west", "my-request") == before


def test_a2_request_is_shown_nowhere(link_info: Runner, site_info: Runner, mesh_info: Runner, sites: Store) -> None:
    """Readers and plans leave it out."""
    request(sites)
    assert link_info(**link_info.connection("west"))["links"] == []
    assert site_info()["site"]["certificates"]["links"] == []
    assert mesh_info()["member"]["links"] == []


WORKS: dict[str, Any] = {"replace": "always"}
ADMISSION = refusal(
    403, 'admission webhook "labels.example.com" denied the request: cost-center is missing', "Forbidden"
)
QUOTA = refusal(403, 'secrets "link1" is forbidden: exceeded quota: few, requested: count/secrets=1', "Forbidden")
RIGHT = refusal(403, 'secrets is forbidden: User "jane" cannot create resource "secrets" in API group ""', "Forbidden")
NO_DRY_RUN = refusal(400, 'admission webhook "old.example.com" does not support dry run', "BadRequest")
BROKEN = refusal(500, 'Internal error occurred: failed calling webhook "some.example.com": connection refused')


KINDS = ("token-claim", "connection-token")


def denying(
    sites: Store, answer: Answer, dry: bool = True, times: int = 99, kinds: tuple[str, ...] = KINDS
) -> list[str]:
    """Have objects of `east` denied; returns what happens to these."""
    seen: list[str] = []

    def admission(received: Received, document: Object) -> Answer | None:
        is_dry = "dryRun" in received.query
        seen.append("dry" if is_dry else "real")
        kind = document["metadata"]["labels"]["skupper.io/type"]
        denied = "/east/" in received.path and (dry or not is_dry) and len(seen) <= times and kind in kinds
        return answer if denied else None

    sites.admission = admission
    return seen


def kept(sites: Store, name: str = "link1") -> Object:
    """A link of `east` as it is now."""
    found = sites.find("Secret", "east", name)
    assert found is not None, links(sites)
    return copy.deepcopy(found)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(ADMISSION, "admission_denied", id="admission"),
        pytest.param(QUOTA, "quota_exceeded", id="quota"),
        pytest.param(RIGHT, "forbidden", id="right"),
        pytest.param(BROKEN, "api_error", id="broken"),
    ],
)
@pytest.mark.parametrize("way", [{"type": "claim"}, {"type": "cert"}])
def test_a4_denied_before_anything_is_taken_away(
    link: Runner, sites: Store, answer: Answer, reason: str, way: dict[str, Any]
) -> None:
    """The link stays as it is, in check mode and without, and no claim is issued for nothing."""
    give_ca(sites, signing_ca())
    link(**issuer(link, **way))
    before = kept(sites)
    denying(sites, answer)
    sites.writes.clear()
    results = [link(check=check, **WORKS, **issuer(link, **way)) for check in (True, False)]
    assert [result["reason"] for result in results] == [reason, reason]
    said = str(results[0]["msg"])
    assert results[1]["msg"] == said
    assert ("grant verb" in said) is (reason == "forbidden")
    assert answer.body["message"] in said
    assert "Link link1 was left as it is" in said
    assert (kept(sites), sites.writes) == (before, [])


def test_a4_reader(link: Runner, sites: Store) -> None:
    """Check mode answers an account that may write nothing, too; without check mode it is told what to grant."""
    link(**issuer(link))
    path = sites.path("Secret", "east")
    sites.denied |= {("create", path), ("create", f"{path}/")}
    result = link(check=True, **WORKS, **issuer(link))
    assert result["changed"]
    assert "may not create Secrets" in result["warnings"][0]
    before = kept(sites)
    assert "grant verb create" in link(**WORKS, **issuer(link))["msg"]
    assert kept(sites) == before


def test_a4_denied_with_a_token_in_hand(link: Runner, sites: Store) -> None:
    """A spent claim would be of no use either; the token is not spent."""
    link(token=TOKEN)
    before = kept(sites)
    seen = denying(sites, ADMISSION)
    assert link(**WORKS, token=TOKEN)["failed"]
    assert (kept(sites), seen) == (before, ["dry"])


def test_a4_admitted(link: Runner, sites: Store) -> None:
    """That the name is taken says that all else was in order; what is asked about is what is then made."""
    link(**issuer(link))
    asked: list[Object] = []
    sites.admission = lambda _received, document: asked.append(document)
    assert link(**WORKS, **issuer(link))["changed"]
    dry, *_claim, real = (body["metadata"] for body in asked)
    assert (dry["name"], dry["ownerReferences"]) == (real["name"], real["ownerReferences"])
    assert dry["labels"] == {"skupper.io/type": "token-claim"}
    redeemed = {"inter-router-host", "inter-router-port", "edge-host", "edge-port", "sitemesh.skupper/claim"}
    assert set(dry["annotations"]) == set(real["annotations"]) - redeemed


@pytest.mark.parametrize("check", [True, False])
def test_a4_webhook_that_refuses_dry_runs(link: Runner, sites: Store, check: bool) -> None:
    """It is not known what it would say, which is a warning."""
    link(**issuer(link))
    denying(sites, NO_DRY_RUN, times=1)
    result = link(check=check, **WORKS, **issuer(link))
    assert result["changed"], result
    (warning,) = result["warnings"]
    assert warning.startswith("admission_unknown: ")
    assert "old.example.com" in warning


def test_a4_denied_after_all(link: Runner, sites: Store) -> None:
    """What was taken away comes back."""
    link(**issuer(link))
    before = kept(sites)
    denying(sites, ADMISSION, dry=False, kinds=("token-claim",))
    result = link(**WORKS, **issuer(link))
    assert result["failed"]
    assert "link1 was restored" in result["msg"]
    after = kept(sites)
    assert after["metadata"]["uid"] != before["metadata"]["uid"]
    assert (after["data"], after["metadata"]["annotations"]) == (before["data"], before["metadata"]["annotations"])
    assert not link(**issuer(link)).get("failed")


def test_a4_could_not_be_put_back(link: Runner, sites: Store) -> None:
    """The message says so."""
    link(**issuer(link))
    denying(sites, ADMISSION, dry=False)
    result = link(**WORKS, **issuer(link))
    assert "could not be restored" in result["msg"]
    sites.admission = lambda _received, _document: None
    assert link(**issuer(link))["link"]["connected"]


class Lost:
    """A connection that is reset, before or after the request was handled."""

    def __init__(self, sites: Store, method: str, times: int, handled: bool) -> None:
        self._sites, self._method, self._times, self._handled = sites, method, times, handled

    def __call__(self, received: Received) -> Answer:
        hit = received.method == self._method and "/east/secrets" in received.path and "dryRun" not in received.query
        if not hit or self._times <= 0:
            return self._sites.answer(received)
        self._times -= 1
        if self._handled:
            self._sites.answer(received)
        return Answer(503, {"kind": "Status", "message": "the connection was reset"})


@pytest.mark.parametrize("method", ["POST", "DELETE", "PATCH"])
@pytest.mark.parametrize("handled", [True, False])
@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("options", [WORKS, {"cost": 7}], ids=["relink", "cost"])
def test_a4_link_is_not_gone_after_a_reset(
    link: Runner, sites: Store, method: str, handled: bool, times: int, options: dict[str, Any]
) -> None:
    """Whatever becomes of the run, the site is left with a link that controllers see, and the next run completes."""
    link(**issuer(link))
    link.api.fallback = Lost(sites, method, times, handled)
    result = link(**options, **issuer(link))
    assert kept(sites)["metadata"]["labels"]["skupper.io/type"] in ("connection-token", "token-claim"), result
    link.api.fallback = sites.answer
    assert link(**issuer(link))["link"]["connected"]
    assert links(sites) == {"link1"}


@pytest.mark.parametrize("nth", [1, 2])
def test_a4_others_write_a_link_whose_cost_changes(link: Runner, sites: Store, nth: int) -> None:
    """Whoever wrote the Secret before one of the two changes, the link gets its cost and is not left parked."""
    link(**issuer(link))
    seen: list[str] = []

    def meddled(received: Received) -> Answer:
        if received.method == "PATCH" and "/east/secrets" in received.path:
            seen.append(received.path)
            if len(seen) == nth:
                annotations = {**kept(sites)["metadata"]["annotations"], "example.com/note": "mine"}
                sites.put("east", {**kept(sites), "metadata": {**kept(sites)["metadata"], "annotations": annotations}})
                sites.objects[received.path]["metadata"]["resourceVersion"] = "another"
        return sites.answer(received)

    link.api.fallback = meddled
    result = link(cost=7, **issuer(link))
    assert (result.get("changed"), result["link"]["cost"]) == (True, 7), result
    assert kept(sites)["metadata"]["labels"]["skupper.io/type"] == "connection-token"
    assert kept(sites)["metadata"]["annotations"]["example.com/note"] == "mine"


def test_a4_service_controller_that_does_not_run(link: Runner, sites: Store, controllers: Controllers) -> None:
    """The connector stays, and so does its link."""
    link(**issuer(link))
    before = kept(sites)["data"]
    sites.controllers = lambda _store: None
    result = link(**WORKS, **issuer(link), wait_timeout=3)
    assert result["reason"] == "link_removal_timeout"
    assert kept(sites)["data"] == before


@pytest.mark.parametrize("refusal_of_claims", ["Claim refused", "No such claim"])
def test_a4_successor_that_fails_for_good(
    link: Runner, sites: Store, controllers: Controllers, refusal_of_claims: str
) -> None:
    """A link that worked comes back when its successor can't be redeemed."""
    link(**issuer(link))
    before = kept(sites)["data"]
    controllers.answer = refusal_of_claims
    result = link(**WORKS, **issuer(link))
    assert result["failed"]
    assert kept(sites)["data"] == before


def managed(sites: Store, manager: str = "helm", operation: str = "Update") -> Object:
    """The link of `east` as another tool has written it last."""
    found = sites.find("Secret", "east", "link1")
    assert found is not None
    sites.manage(found, {"data": found["data"]}, manager, operation)
    found["metadata"]["labels"].update({"app.kubernetes.io/managed-by": "Helm", "cost-center": "42"})
    found["metadata"]["annotations"].update({"meta.helm.sh/release-name": "shop", "skupper.io/other": "ours"})
    found["metadata"]["ownerReferences"].append({"kind": "ExternalSecret", "name": "x", "uid": "e"})
    return found


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("options", [WORKS, {"cost": 7}, {"state": "absent"}], ids=["relink", "cost", "absent"])
@pytest.mark.parametrize(
    ("manager", "operation"),
    [("helm", "Update"), ("argocd-controller", "Apply"), ("kubectl-client-side-apply", "Update")],
)
def test_a5_other_tool_is_named(
    link: Runner, sites: Store, check: bool, options: dict[str, Any], manager: str, operation: str
) -> None:
    """It would put back what is changed here."""
    link(**issuer(link))
    managed(sites, manager, operation)["metadata"]["ownerReferences"].pop()
    result = link(check=check, **options, **issuer(link))
    assert result["changed"]
    (warning,) = result["warnings"]
    assert warning.startswith("link_managed: ")
    assert manager in warning


@pytest.mark.parametrize("check", [True, False])
def test_a1_link_of_a_tool_that_is_down(link: Runner, sites: Store, controllers: Controllers, check: bool) -> None:
    """That no object of the site owns it is as its tool wants it, and no reason to take it for a leftover."""
    link(**issuer(link))
    managed(sites)["metadata"]["ownerReferences"] = []
    controllers.connects = False
    controllers(sites)
    assert link(check=check, state="absent", stale=True)["removed"] == []


def test_a5_owner_is_named(link: Runner, sites: Store) -> None:
    """An owner reference to another object than the site's tells, too."""
    link(**issuer(link))
    managed(sites)
    (warning,) = link(check=True, **WORKS, **issuer(link))["warnings"]
    assert "ExternalSecret x" in warning


@pytest.mark.parametrize("options", [{}, WORKS])
def test_a5_nothing_to_warn_of(link: Runner, sites: Store, options: dict[str, Any]) -> None:
    """A link that Skupper or this collection wrote, or that is left alone."""
    link(**issuer(link))
    if not options:
        managed(sites)
    assert "warnings" not in link(**options, **issuer(link))


@pytest.mark.parametrize("way", [{"type": "claim"}, {"type": "cert"}])
def test_a5_what_is_not_ours_stays(link: Runner, sites: Store, way: dict[str, Any]) -> None:
    """Labels, annotations and owners of others are those of the successor; Skupper's own are not."""
    give_ca(sites, signing_ca())
    link(**issuer(link))
    managed(sites)
    uid = kept(sites)["metadata"]["uid"]
    result = link(**WORKS, **issuer(link, **way))
    assert result["changed"], result
    after = kept(sites)["metadata"]
    assert after["uid"] != uid
    assert after["labels"] == {
        "skupper.io/type": "connection-token",
        "app.kubernetes.io/managed-by": "Helm",
        "cost-center": "42",
    }
    assert after["annotations"]["meta.helm.sh/release-name"] == "shop"
    assert "skupper.io/other" not in after["annotations"]
    assert [owner["kind"] for owner in after["ownerReferences"]] == ["Deployment", "ExternalSecret"]


def test_a4_claim_whose_renewal_is_denied(token: Runner, sites: Store) -> None:
    """It stays as well: another site may be about to redeem it."""
    token(name="x")
    before = copy.deepcopy(sites.find("Secret", "west", "x"))
    sites.admission = lambda _received, _document: QUOTA
    result = token(name="x", renew="always")
    assert "Claim x was left as it is" in result["msg"]
    assert sites.find("Secret", "west", "x") == before


FORMER, SECOND = "11111111-2222-4333-8444-555555555555", "99999999-2222-4333-8444-555555555555"


def restore(sites: Store, name: str, references: str = "old", uid: str = SECOND) -> None:
    """Have a site's ConfigMap made anew, as a backup does; what else there is has the former id, or names no owner."""
    config = sites.find("ConfigMap", name, "skupper-site")
    assert config is not None
    former, config["metadata"]["uid"] = config["metadata"]["uid"], uid
    for path, body in sites.objects.items():
        owners = body["metadata"].get("ownerReferences") or []
        if f"/{name}/" in path and owners and owners[0].get("uid") == former and references != "old":
            body["metadata"]["ownerReferences"] = [{**owners[0], "uid": uid}] if references == "new" else []


REFERENCES = pytest.mark.parametrize("references", ["old", "new", "none"])


@REFERENCES
@pytest.mark.parametrize("check", [True, False])
def test_a3_restored_linking_site(
    link: Runner, link_info: Runner, mesh_info: Runner, sites: Store, references: str, check: bool
) -> None:
    """Its link works, for every module, and nothing takes it away; what is to be made new is refused, with what to do."""
    link(**issuer(link))
    show_in_west(sites)
    kept(sites)
    restore(sites, "east", references)
    found = sites.find("Secret", "east", "link1")
    assert found is not None
    found["metadata"]["ownerReferences"] = [] if references == "none" else [{"kind": "Deployment", "uid": "former"}]
    sites.writes.clear()
    result = link_info()
    (shown,) = result["links"]
    assert (shown["state"], shown["connected"], shown["orphan"]) == ("connected", True, None)
    assert "was restored from a backup" in result["warnings"][0]
    gone = link(check=check, state="absent", stale=True)
    assert (gone["changed"], gone["removed"]) == (False, [])
    again = link(check=check, **issuer(link))
    assert (again["changed"], again["link"]["connected"]) == (False, True), again
    assert mesh(mesh_info)["steps"] == {}
    assert link(check=check, **WORKS, **issuer(link))["reason"] == "site_restored"
    assert sites.writes == []


@pytest.mark.parametrize("check", [True, False])
def test_a3_restored_linking_site_that_is_down(
    link: Runner, sites: Store, controllers: Controllers, check: bool
) -> None:
    """That its link is owned by no object of the site is no reason to take it for a leftover."""
    link(**issuer(link))
    restore(sites, "east", "none")
    controllers.connects = False
    controllers(sites)
    for owners in ([], [{"kind": "Deployment", "uid": "former"}]):
        kept(sites)
        sites.objects[sites.path("Secret", "east", "link1")]["metadata"]["ownerReferences"] = owners
        assert link(check=check, state="absent", stale=True)["removed"] == []


@REFERENCES
@pytest.mark.parametrize("check", [True, False])
def test_a3_restored_issuing_site(
    link: Runner, link_info: Runner, mesh_info: Runner, token: Runner, sites: Store, references: str, check: bool
) -> None:
    """The link to it by its former id is kept; there is no second one, and no token for one."""
    link(**issuer(link))
    show_in_west(sites)
    restore(sites, "west", references)
    sites.writes.clear()
    assert link_info(issuers=[issuer(link)["issuer"]])["links"][0]["state"] == "connected"
    again = link(check=check, **issuer(link))
    assert (again["changed"], again["link"]["name"], again["link"]["connected"]) == (False, "link1", True), again
    planned = mesh(mesh_info)
    assert planned["steps"] == {}, planned["text"]
    assert link(check=check, **WORKS, **issuer(link))["reason"] == "site_restored"
    assert token(check=check, name="x")["reason"] == "site_restored"
    assert links(sites) == {"link1"}
    gone = link(check=check, state="absent", stale=True, **issuer(link))
    assert (gone["removed"], sites.writes) == ([], [])
    assert link(check=check, state="absent", **issuer(link))["removed"][0]["name"] == "link1"


@REFERENCES
def test_a3_said_to_be_a_restore(site_info: Runner, mesh_info: Runner, sites: Store, references: str) -> None:
    """With what to do, by every reader."""
    sites.put("west", recorded.document("network/connected"))
    restore(sites, "west", references)
    result = site_info()
    assert (result["site"]["site_id"], result["site"]["router_site_id"]) == (SECOND, recorded.WEST)
    (warning,) = result["warnings"]
    assert "was restored from a backup" in warning
    assert "state: absent" in warning
    (refusal,) = mesh(mesh_info)["refusals"]
    assert refusal["reason"] == "site_restored"
    assert refusal["hosts"] == ["west", "east"]
    assert "was restored from a backup" in refusal["message"]


@REFERENCES
def test_a3_first_link_of_a_restored_site(link: Runner, sites: Store, references: str) -> None:
    """Nothing is linked with it as long as it has two ids, from either end."""
    restore(sites, "east", references)
    message = link.failing("site_restored", **issuer(link))
    assert (SECOND in message, recorded.EAST in message, "namespace east" in message) == (True, True, True)
    restore(sites, "east", references, uid=recorded.EAST)
    restore(sites, "west", references)
    assert "namespace west" in link.failing("site_restored", **issuer(link))


def test_a3_token_of_a_restored_site(link: Runner, sites: Store) -> None:
    """A token in hand tells the new id, and its CA the link that is there."""
    given = recorded.document("tokens/cert")
    link(token=given)
    given["metadata"]["annotations"]["skupper.io/generated-by"] = SECOND
    message = link.failing("site_restored", token=given)
    assert "link1" in message


def test_a3_request_of_a_restored_site(link: Runner, sites: Store) -> None:
    """It has the former id, and is a request all the same."""
    request(sites)
    restore(sites, "west")
    for asked in ({"stale": True}, {"name": "my-request"}):
        assert link(state="absent", **link.connection("west"), **asked)["removed"] == []


@pytest.mark.parametrize("check", [True, False])
def test_a3_restored_issuing_site_that_is_known_by_its_new_id(
    link: Runner, link_info: Runner, sites: Store, check: bool
) -> None:
    """A link that says the one id is up if a connection to the other one is open."""
    link(**issuer(link))
    restore(sites, "west")
    status = sites.objects[sites.path("ConfigMap", "east", "skupper-network-status")]
    status["data"]["NetworkStatus"] = status["data"]["NetworkStatus"].replace(recorded.WEST, SECOND)
    sites.controllers = lambda _store: None
    (shown,) = link_info(issuers=[issuer(link_info)["issuer"]])["links"]
    assert (shown["state"], shown["site_id"]) == ("connected", recorded.WEST)
    kept_one = link(check=check, **issuer(link))
    assert (kept_one["changed"], kept_one["link"]["connected"]) == (False, True), kept_one
    assert link(check=check, state="absent", stale=True, **issuer(link))["removed"] == []
