# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine of skupper_link: every step in check mode first, on a site whose controllers act at once or not at all."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.token import TOKEN as ISSUING

from tests.unit.support import recorded
from tests.unit.support.authorities import with_key
from tests.unit.support.engines import Result, Runner
from tests.unit.support.sites import Controllers
from tests.unit.support.store import Object, Store

TOKEN = recorded.document("tokens/claim")
CERT = recorded.document("tokens/cert")
KNOWN = "(known after apply)"


def both(run: Runner, store: Store, changed: bool, **args: Any) -> Result:
    """Run in check mode, which must write nothing, then for real; both say the same about a change."""
    before = list(store.writes)
    predicted = run(check=True, **args)
    assert store.writes == before
    result = run(**args)
    assert (predicted.get("changed"), result.get("changed")) == (changed, changed), (predicted, result)
    assert predicted["diff"] == result["diff"]
    return result


def secret(store: Store, name: str = "link1") -> Object:
    """A link of `east`."""
    found = store.find("Secret", "east", name)
    assert found is not None
    return found


@pytest.mark.parametrize("given", [{"token": TOKEN}, {"token": recorded.text("tokens/claim")}, {"token": CERT}])
def test_matrix(link: Runner, sites: Store, given: dict[str, Any]) -> None:
    """Create, again, modify, again, delete, again, each in check mode first."""
    made = both(link, sites, True, **given)["link"]
    assert (made["name"], made["state"], made["connected"], made["cost"]) == ("link1", "connected", True, 1)
    assert made["site_id"] == recorded.WEST
    assert made["url"] == "amqps://203.0.113.7:55671"
    both(link, sites, False, **given)
    both(link, sites, False, name="another-name", **given)
    certificate = secret(sites)["data"]
    assert both(link, sites, True, cost=5, **given)["link"]["cost"] == 5
    assert secret(sites)["data"] == certificate
    both(link, sites, False, cost=5, **given)
    both(link, sites, True, name="link1", state="absent")
    both(link, sites, False, name="link1", state="absent")


def test_another_cost_without_a_credential(link: Runner, sites: Store) -> None:
    """The id of the issuing site is enough for a link that exists, and keeps it; it makes none, and replaces none."""
    assert both_fail(link, site_id=recorded.WEST) == "credential_missing"
    link(token=TOKEN)
    certificate = secret(sites)["data"]
    both(link, sites, False, site_id=recorded.WEST)
    assert both(link, sites, True, site_id=recorded.WEST, cost=7)["link"]["cost"] == 7
    assert secret(sites)["data"] == certificate
    kept = list(sites.writes)
    assert both_fail(link, site_id=recorded.WEST, replace="always") == "credential_missing"
    assert sites.writes == kept


def both_fail(run: Runner, **args: Any) -> str:
    """Why it fails, which is the same in check mode."""
    (reason,) = {run(check=check, **args)["reason"] for check in (True, False)}
    return str(reason)


def test_objects(link: Runner, sites: Store) -> None:
    """What is written is what Skupper's command line writes."""
    link(token=CERT, name="to-west", cost=2)
    wanted = recorded.document("links/cert")
    made = secret(sites, "to-west")
    assert made["data"] == wanted["data"]
    assert made["type"] == wanted["type"]
    assert made["metadata"]["labels"] == wanted["metadata"]["labels"]
    ours = {"sitemesh.skupper/owner": recorded.EAST}
    assert made["metadata"]["annotations"] == {**wanted["metadata"]["annotations"], **ours}
    assert made["metadata"]["ownerReferences"][0]["uid"] == "router-uid"


def test_src(link: Runner, sites: Store) -> None:
    """A token file."""
    src = str(recorded.path("tokens/claim"))
    both(link, sites, True, src=src)
    both(link, sites, False, src=src)


def issuer(link: Runner, **options: Any) -> dict[str, Any]:
    """The issuing site, to be asked."""
    return {"issuer": {**link.connection("west"), **options}}


def claims(store: Store) -> list[str]:
    """Names of the claim records on `west`."""
    found = store.objects.items()
    kinds = {path: (body["metadata"].get("labels") or {}).get("skupper.io/type") for path, body in found}
    return [path.rpartition("/")[2] for path, kind in kinds.items() if kind == "token-claim-record"]


def test_issuer(link: Runner, sites: Store) -> None:
    """One task: a claim is issued, redeemed and removed; the second run asks for three things and writes none."""
    made = both(link, sites, True, **issuer(link))
    assert made["link"]["connected"] is True
    assert claims(sites) == []
    assert "sitemesh.skupper/claim" not in secret(sites)["metadata"]["annotations"]
    both(link, sites, False, **issuer(link))
    link.api.requests.clear()
    link(**issuer(link))
    assert len(link.api.requests) == 3


def test_issuer_after_an_interrupted_run(link: Runner, sites: Store) -> None:
    """The claim that was issued is taken up; the spent one that was left is removed."""
    made = Runner(link.api, link.time, ISSUING, "west", choose=lambda characters: "b")
    issued = made(name=f"link1-{recorded.EAST}", issued_for={"site_id": recorded.EAST, "link": "link1"})
    password = issued["token"]["data"]["password"]
    sites.writes.clear()
    sent = []
    watch = sites.controllers

    def seen(store: Store) -> None:
        found = store.find("Secret", "east", "link1")
        sent.append(found["data"].get("password") if found else None)
        watch(store)

    sites.controllers = seen
    link(**issuer(link))
    assert password in sent
    assert claims(sites) == []


def test_leftover_claim(link: Runner, sites: Store, controllers: Controllers) -> None:
    """A run that did not wait leaves its claim; the next one removes it, and says so."""
    link(wait=False, **issuer(link))
    assert claims(sites) == [f"link1-{recorded.EAST}"]
    cleaned = both(link, sites, True, **issuer(link))
    assert cleaned["change_reason"] == "its spent claim was not removed yet"
    assert claims(sites) == []
    both(link, sites, False, **issuer(link))


def test_issuer_whose_ca_changed(link: Runner, sites: Store) -> None:
    """The link is stale, although it is still up, and is made anew before its time."""
    link(**issuer(link))
    rotated = with_key(recorded.document("west/skupper-site-ca-rotated"))
    sites.put("west", rotated)
    changed = link(check=True, **issuer(link))
    assert changed["changed"] is True
    assert "current CA" in changed["change_reason"]
    assert link(check=True, replace="never", **issuer(link))["reason"] == "link_stale"


def test_issuer_without_the_right_to_see_its_ca(link: Runner, sites: Store) -> None:
    """The link is judged by its connection alone."""
    link(**issuer(link))
    sites.denied.add(("list", sites.path("Secret", "west")))
    both(link, sites, False, **issuer(link))


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("No such claim", "claim_used_up"),
        ("Claim refused", "claim_refused"),
        ("minimum version required 0.8.0", "claim_rejected"),
        ("x509: certificate signed by unknown authority", "issuer_untrusted"),
    ],
)
def test_final_failures(link: Runner, sites: Store, controllers: Controllers, answer: str, reason: str) -> None:
    """They end the wait at once, and the link that was made for it is removed."""
    controllers.answer = answer
    result = link(token=TOKEN)
    assert (result["failed"], result["reason"]) == (True, reason)
    assert result["link_removed"] is True
    assert result["link"]["state"] == "claim_failed"
    assert sites.find("Secret", "east", "link1") is None
    assert link.time.sleeps == []


POST = 'Post "https://203.0.113.7:8081/claim?site-version=1.9.6": tls: failed to verify certificate: x509: '
OTHER_KEY = (
    'certificate signed by unknown authority (possibly because of "crypto/rsa: verification error" while trying to verify '
    'candidate authority certificate "skupper-site-ca")'
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "certificate is valid for ingress.local, not 203.0.113.7",
            "for ingress.local, and the address is 203.0.113.7",
        ),
        (
            "cannot validate certificate for 203.0.113.7 because it doesn't contain any IP SANs",
            "the address is 203.0.113.7",
        ),
        ("certificate signed by unknown authority", "something else answers there"),
    ],
    ids=["another host", "no address", "another PKI"],
)
def test_b6_something_else_answers(link: Runner, sites: Store, controllers: Controllers, text: str, words: str) -> None:
    """It is said what differs, and no token is advised that would fail in the same way."""
    controllers.answer = POST + text
    result = link(token=TOKEN)
    assert (result["reason"], result["link"]["cause"]) == ("issuer_untrusted", "issuer_untrusted")
    assert words in result["msg"]
    assert "issue a new token" not in result["msg"]
    assert "not redeemed: its certificate" in result["link"]["reason"]


def test_b6_another_ca_than_the_tokens(link: Runner, sites: Store, controllers: Controllers) -> None:
    """A new token helps if the CA is another one; who was asked a moment ago has told the present one."""
    controllers.answer = POST + OTHER_KEY
    assert "issue a new token" in link(token=TOKEN)["msg"]
    message = link(**issuer(link))["msg"]
    assert "restart Deployment skupper-router there" in message
    assert "issue a new token" not in message


@pytest.mark.parametrize("answer", ["", "Internal error", "connection refused"])
def test_passing_trouble(link: Runner, sites: Store, controllers: Controllers, answer: str) -> None:
    """It is waited out to the limit; the link stays, and a later run goes on with it."""
    controllers.answer = answer
    result = link(token=TOKEN, wait_timeout=20)
    assert (result["reason"], result["link"]["state"]) == ("link_timeout", "claim_waiting")
    assert sum(link.time.sleeps) == pytest.approx(20)
    assert "stays" in result["msg"]
    controllers.answer = "redeems"
    controllers(sites)
    assert link(token=TOKEN)["changed"] is False


def test_no_connection(link: Runner, sites: Store, controllers: Controllers) -> None:
    """Redeemed, but no connection comes up."""
    controllers.connects = False
    result = link(token=TOKEN, wait_timeout=5)
    assert (result["reason"], result["link"]["state"]) == ("link_timeout", "connecting")


@pytest.mark.parametrize(("hour", "stands_still"), [(1, True), (23, False)])
def test_status_that_stands_still(link: Runner, sites: Store, hour: int, stands_still: bool) -> None:
    """A network status that nobody wrote while a connection was waited for may be why none is known."""
    link(token=TOKEN)
    sites.controllers = lambda store: None
    status = sites.find("ConfigMap", "east", "skupper-network-status")
    assert status is not None
    moment = f"2026-11-24T{hour:02}:00:00Z"
    status["metadata"]["managedFields"] = [{"time": moment, "fieldsV1": {"f:data": {"f:NetworkStatus": {}}}}]
    status["data"]["NetworkStatus"] = status["data"]["NetworkStatus"].replace('"outgoing"', '"incoming"')
    msg = link(token=TOKEN, wait_timeout=5)["msg"]
    assert (f"last written at {moment}" in msg) is stands_still
    assert ("restart Deployment skupper-router in namespace east" in msg) is stands_still


@pytest.mark.parametrize("given", [{"token": TOKEN}, {"token": CERT}])
def test_connected_before_the_status_knows_to_whom(
    link: Runner, sites: Store, controllers: Controllers, given: dict[str, Any]
) -> None:
    """The only link of a site must have brought the only connection; a second run says the same, and so it stays."""
    controllers.knows_peers = False
    made = both(link, sites, True, **given)["link"]
    assert (made["state"], made["connected"]) == ("connected", True)
    assert both(link, sites, False, **given)["link"] == made
    controllers.knows_peers = True
    controllers(sites)
    assert both(link, sites, False, **given)["link"] == made


@pytest.mark.parametrize("router", ["west-skupper-router-647ccdbf7f-bkg2f", "west-skupper-router-another"])
def test_connected_to_a_router_that_the_issuing_site_runs(
    link: Runner, sites: Store, controllers: Controllers, router: str
) -> None:
    """An issuing site that can be asked has to know the router that its name is given to."""
    controllers.knows_peers = False
    status = recorded.document("network/connected")
    status["data"]["NetworkStatus"] = status["data"]["NetworkStatus"].replace(
        '"name":"0/west-skupper-router-647ccdbf7f-bkg2f"', f'"name":"0/{router}"'
    )
    sites.put("west", status)
    found = link(wait_timeout=5, **issuer(link))
    assert (found.get("reason") is None) is router.endswith("bkg2f")


def link_to_shore(recording: str) -> Object:
    """A recorded link as one of another name to another site would be."""
    found = recorded.document(f"links/{recording}")
    found["metadata"]["name"] = "other"
    notes = found["metadata"]["annotations"]
    notes.update({key: "198.51.100.9" for key in notes if key.endswith("-host")})
    notes["skupper.io/generated-by"] = recorded.SHORE
    return found


def test_connection_that_another_link_may_have_brought(link: Runner, sites: Store, controllers: Controllers) -> None:
    """A site whose link was down may come up at that moment, and call its router as it likes."""
    sites.put("east", link_to_shore("cert"))
    controllers.answer = ""
    controllers.knows_peers = False
    failed = link(token=CERT, wait_timeout=5)
    assert failed["reason"] == "link_timeout"
    assert "A connection to west-skupper-router-647ccdbf7f-bkg2f is open" in failed["msg"]
    controllers.knows_peers = True
    controllers(sites)
    assert link(token=CERT)["link"]["connected"]


def test_claim_that_is_not_redeemed_has_brought_no_connection(
    link: Runner, sites: Store, controllers: Controllers
) -> None:
    """A link without a certificate has no connector, so that it keeps no other one waiting."""
    sites.put("east", link_to_shore("unreachable"))
    controllers.answer = ""
    controllers.knows_peers = False
    assert link(token=CERT, wait_timeout=5)["link"]["connected"]


def test_second_link(link: Runner, sites: Store, controllers: Controllers) -> None:
    """A site's other links with their connections keep nobody from telling at once that a new one has its own."""
    shore = link_to_shore("cert")
    shore["metadata"]["creationTimestamp"] = "2026-11-01T00:00:00Z"
    sites.put("east", shore)
    controllers.knows_peers = False

    def act(store: Store) -> None:
        """East has a connection to shore, of which all is known, and soon one more."""
        controllers(store)
        status = store.find("ConfigMap", "east", "skupper-network-status")
        assert status is not None
        document = json.loads(status["data"]["NetworkStatus"])
        known = json.loads(recorded.document("network/edge-peer")["data"]["NetworkStatus"])["siteStatus"]
        (other,) = (each for each in known if each["site"]["identity"] == recorded.SHORE)
        (own,) = document["siteStatus"]
        (router,) = own["routerStatus"]
        peer = other["routerStatus"][0]["router"]["name"].removeprefix("0/")
        old = {"identity": "7kv67:77", "name": peer, "direction": "outgoing", "startTime": 1795462206000000}
        made = "link1" in {path.rpartition("/")[2] for path in store.objects}
        router["links"] = [old, *((router["links"] or []) if made else [])]
        status["data"]["NetworkStatus"] = json.dumps({**document, "siteStatus": [own, other]})

    sites.controllers = act
    act(sites)
    assert both(link, sites, True, token=CERT)["link"]["connected"]
    assert both(link, sites, False, token=CERT)["link"]["connected"]


def test_connection_that_outlasts_its_link(link: Runner, sites: Store, controllers: Controllers) -> None:
    """A link that goes while another one is waited for leaves its connection behind for a moment."""
    sites.put("east", link_to_shore("cert"))
    controllers.knows_peers = False

    def act(store: Store) -> None:
        if "link1" in {path.rpartition("/")[2] for path in store.objects}:
            store.objects.pop("/api/v1/namespaces/east/secrets/other", None)
        controllers(store)

    sites.controllers = act
    assert link(token=CERT, wait_timeout=5)["reason"] == "link_timeout"


def test_lingering_connection(link: Runner, sites: Store, controllers: Controllers) -> None:
    """After a relink, an old entry of the network status does not count as the new connection."""
    link(token=TOKEN)
    sites.controllers = lambda store: None
    config = sites.find("ConfigMap", "east", "skupper-internal")
    assert config is not None
    config["data"]["skrouterd.json"] = "[]"
    result = link(token=CERT, replace="always", wait_timeout=30)
    assert result["reason"] == "link_timeout"


def test_connection_of_a_link_that_was_removed(link: Runner, sites: Store) -> None:
    """Nor does that of a link which somebody removed a moment before count as the new one's."""
    link(token=TOKEN)
    sites.controllers = lambda store: None
    config = sites.find("ConfigMap", "east", "skupper-internal")
    assert config is not None
    config["data"]["skrouterd.json"] = "[]"
    del sites.objects["/api/v1/namespaces/east/secrets/link1"]
    assert link(token=CERT, wait_timeout=30)["reason"] == "link_timeout"


def test_connector_that_stays(link: Runner, sites: Store) -> None:
    """A link is not made under the name of a connector that is still there."""
    link(token=TOKEN)
    sites.controllers = lambda store: None
    assert link(name="link1", state="absent", wait_timeout=5)["reason"] == "link_removal_timeout"
    assert link(token=CERT, wait_timeout=5)["reason"] == "link_removal_timeout"
    assert sites.find("Secret", "east", "link1") is None


def test_failed_claim_of_others(link: Runner, sites: Store, controllers: Controllers) -> None:
    """A claim that failed earlier blocks no new link."""
    sites.put("east", recorded.document("links/used-up-404"))
    result = link(token=CERT)
    assert (result["changed"], result["link"]["connected"]) == (True, True)


def test_absent_by_site(link: Runner, sites: Store) -> None:
    """All links to one site."""
    link(token=TOKEN)
    both(link, sites, True, site_id=recorded.WEST, state="absent")
    both(link, sites, False, site_id=recorded.WEST, state="absent")


def test_absent_by_issuer(link: Runner, sites: Store) -> None:
    """The issuing site says who it is; a claim that was issued for the link and not redeemed goes, too."""
    link(wait=False, **issuer(link))
    assert claims(sites) == [f"link1-{recorded.EAST}"]
    gone = both(link, sites, True, state="absent", **issuer(link))
    assert gone["removed"] == [{"name": "link1", "site_id": recorded.WEST, "reason": "it should be absent"}]
    assert claims(sites) == []
    both(link, sites, False, state="absent", **issuer(link))


def test_absent_if_stale(link: Runner, sites: Store, controllers: Controllers) -> None:
    """What will not work again goes, each link with its reason; what may still work stays."""
    controllers.answer = ""
    for name, document in (("failed", "used-up-404"), ("untrusted", "unknown-authority"), ("waiting", "unreachable")):
        made = recorded.document(f"links/{document}")
        made["metadata"]["name"] = name
        made["metadata"]["ownerReferences"][0]["uid"] = "router-uid"
        sites.put("east", made)
    gone = both(link, sites, True, state="absent", stale=True)
    assert [(each["name"], each["reason"].split(":")[0]) for each in gone["removed"]] == [
        ("failed", "its claim was not redeemed"),
        ("untrusted", "its claim was not redeemed"),
    ]
    assert gone["change_reason"] == "it will not work again"
    assert sites.find("Secret", "east", "waiting") is not None
    both(link, sites, False, state="absent", stale=True)


def test_absent_if_the_issuer_honours_it_no_longer(link: Runner, sites: Store) -> None:
    """Its CA tells; without the issuing site a link that may come back is left alone."""
    link(**issuer(link))
    sites.put("west", with_key(recorded.document("west/skupper-site-ca-rotated")))
    both(link, sites, False, state="absent", stale=True)
    both(link, sites, False, state="absent", stale=True, name="other", **issuer(link))
    gone = both(link, sites, True, state="absent", stale=True, **issuer(link))
    assert "current CA" in gone["removed"][0]["reason"]


@pytest.mark.parametrize("connected", [True, False])
def test_orphan(link: Runner, sites: Store, controllers: Controllers, connected: bool) -> None:
    """One that works is not cut; one that does not is of no use."""
    link(token=TOKEN)
    secret(sites)["metadata"]["ownerReferences"] = []
    controllers.connects = connected
    controllers(sites)
    both(link, sites, not connected, state="absent", stale=True)


def move(sites: Store, address: str = "203.0.113.99") -> None:
    """Give the issuing site another address."""
    service = sites.find("Service", "west", "skupper-router")
    assert service is not None
    service["status"] = {"loadBalancer": {"ingress": [{"ip": address}]}}


def test_issuer_that_moved(link: Runner, sites: Store, controllers: Controllers) -> None:
    """A link that is down and leads to where the issuing site no longer is gets a new credential."""
    link(**issuer(link))
    move(sites)
    both(link, sites, False, **issuer(link))
    uid = secret(sites)["metadata"]["uid"]
    controllers.connects = False
    controllers(sites)
    predicted = link(check=True, **issuer(link))
    assert predicted["changed"]
    assert "203.0.113.99:55671" in predicted["change_reason"]
    assert link(replace="never", **issuer(link))["reason"] == "link_stale"
    assert not link(check=True, token=TOKEN)["changed"]
    controllers.connects = True
    result = link(**issuer(link))
    assert result["changed"]
    assert secret(sites)["metadata"]["uid"] != uid


def test_issuer_that_moved_while_the_cost_changes(link: Runner, sites: Store) -> None:
    """A link that is taken down in any case comes back to where the issuing site is now."""
    link(**issuer(link))
    move(sites)
    uid = secret(sites)["metadata"]["uid"]
    result = both(link, sites, True, cost=5, **issuer(link))
    assert result["link"]["cost"] == 5
    assert secret(sites)["metadata"]["uid"] != uid


def test_issuer_without_an_endpoint(link: Runner, sites: Store, controllers: Controllers) -> None:
    """Nobody knows where it will be, so the link is waited for."""
    link(**issuer(link))
    move(sites, "")
    controllers.connects = False
    controllers(sites)
    assert link(wait_timeout=5, **issuer(link))["reason"] == "link_timeout"


def test_link_that_a_policy_forbids(link: Runner, sites: Store, controllers: Controllers) -> None:
    """The wait ends at once, and the link stays for the day it is allowed."""
    controllers.connects = False
    link(token=TOKEN, wait=False)
    secret(sites)["metadata"]["labels"]["internal.skupper.io/disabled"] = "true"
    result = link(token=TOKEN)
    assert (result["reason"], result["link"]["state"]) == ("link_disabled", "disabled")
    assert "203.0.113.7" in result["msg"]
    assert link.time.sleeps == []
    assert secret(sites)


def test_claim_that_expires_meanwhile(link: Runner, sites: Store, controllers: Controllers) -> None:
    """Nobody waits for what can't come any more."""
    controllers.answer = "connection refused"
    token = expiring(TOKEN, "2026-11-24T02:45:02Z")
    sites.dates = itertools.chain(
        ["Tue, 24 Nov 2026 02:45:00 GMT"] * 10, itertools.repeat("Tue, 24 Nov 2026 02:45:08 GMT")
    )
    result = link(token=token)
    assert (result["reason"], result["link"]["state"]) == ("claim_expired", "claim_failed")
    assert result["link_removed"]
    assert sites.find("Secret", "east", "link1") is None


def test_old_connection_of_a_link_just_made(link: Runner, sites: Store) -> None:
    """After a run that died between deleting and connecting, the next one is not fooled by what lingers."""
    link(token=TOKEN)
    sites.controllers = lambda store: None
    status = sites.find("ConfigMap", "east", "skupper-network-status")
    assert status is not None
    status["data"]["NetworkStatus"] = re.sub(
        r'"startTime":\d+', '"startTime":1795400000000000', status["data"]["NetworkStatus"]
    )
    result = link(token=TOKEN, wait_timeout=20)
    assert (result["reason"], result["link"]["state"]) == ("link_timeout", "connecting")


def spent(token: Object) -> Object:
    """A token that says of itself that it is used up."""
    notes = {**token["metadata"]["annotations"], "sitemesh.skupper/used-up": "true"}
    return {**token, "metadata": {**token["metadata"], "annotations": notes}}


def expiring(token: Object, moment: str) -> Object:
    """A token that expires at another time."""
    notes = {**token["metadata"]["annotations"], "skupper.io/claim-expiration": moment}
    return {**token, "metadata": {**token["metadata"], "annotations": notes}}


@pytest.mark.parametrize(
    ("args", "reason", "words"),
    [
        pytest.param({"token": {}}, "token_malformed", "no Skupper token", id="no token"),
        pytest.param({"token": "a: ["}, "token_malformed", "no valid YAML", id="broken token"),
        pytest.param({"src": "/none/token.yaml"}, "token_unreadable", "/none/token.yaml", id="no file"),
        pytest.param({"token": expiring(TOKEN, "2026-11-24T02:45:00Z")}, "claim_expired", "renew", id="expired"),
        pytest.param({"token": spent(TOKEN)}, "claim_used_up", "renew: unusable", id="used up"),
        pytest.param({"token": TOKEN, "cost": 0}, "invalid_option", "cost", id="cost"),
        pytest.param({"token": TOKEN, "cost": 2**31}, "invalid_option", "cost", id="high cost"),
        pytest.param({"token": TOKEN, "wait_timeout": -1}, "invalid_option", "wait_timeout", id="wait_timeout"),
        pytest.param({"token": TOKEN, "stale": True}, "invalid_option", "state: absent", id="stale, but present"),
        pytest.param({"stale": False, "state": "absent"}, "invalid_option", "stale: true", id="absent, but what"),
        pytest.param({"token": TOKEN, "name": "Link_1"}, "invalid_name", "Link_1", id="name"),
        pytest.param({"token": TOKEN, "name": "auto-mesh-1"}, "invalid_name", "auto-mesh", id="auto-mesh"),
        pytest.param({"token": TOKEN, "name": "skupper-local-ca"}, "name_taken", "skupper-local-ca", id="name taken"),
        pytest.param({"token": TOKEN, "namespace": "west"}, "token_own_site", "linked to itself", id="own site"),
        pytest.param({"token": TOKEN, "namespace": "none"}, "no_site", "namespace none", id="no site"),
        pytest.param({"name": "x", "state": "absent", "namespace": "none"}, "no_site", "none", id="absent, no site"),
    ],
)
def test_refused(link: Runner, sites: Store, args: dict[str, Any], reason: str, words: str) -> None:
    """The same sentence in check mode and without, and nothing written."""
    assert words in link.failing(reason, **args)
    assert sites.writes == []


def test_issuer_that_cannot_accept(link: Runner, sites: Store) -> None:
    """An edge site is told before anything is written."""
    given = {"issuer": link.connection("shore")}
    assert "edge site" in link.failing("site_cannot_accept", **given)
    assert sites.writes == []


def test_site_without_router(link: Runner, sites: Store) -> None:
    """No claim is issued for a site that could not use it."""
    del sites.objects[sites.path("Deployment", "east", "skupper-router")]
    assert "skupper-router" in link.failing("site_not_ready", **issuer(link))
    assert claims(sites) == []


def test_placeholder(link: Runner, sites: Store) -> None:
    """In check mode it stands for the token; without, it can't be used."""
    token = Runner(link.api, link.time, ISSUING, "west")
    placeholder = token(check=True, name="for-east")["token"]
    predicted = link(check=True, token=placeholder)
    assert (predicted["changed"], predicted["link"]["state"]) == (True, KNOWN)
    assert link(token=placeholder)["reason"] == "token_placeholder"
    assert sites.writes == []


def test_no_secret_in_results(link: Runner, sites: Store, controllers: Controllers) -> None:
    """Neither on success nor on failure."""
    results = [
        link(check=True, token=TOKEN),
        link(token=TOKEN),
        link(token=TOKEN, cost=2),
        link(name="link1", state="absent"),
    ]
    controllers.answer = "Claim refused"
    results.append(link(token=TOKEN))
    for shown in map(str, results):
        assert "YWJj" not in shown
        assert "abcdefghijklmnop" not in shown
        assert "PRIVATE KEY" not in shown
        assert "BEGIN CERTIFICATE" not in shown


@pytest.mark.parametrize(("keeper", "evicted"), [("west", recorded.EAST), ("east", recorded.WEST)])
def test_evicted(link: Runner, sites: Store, keeper: str, evicted: str) -> None:
    """Neither site links to one that it has evicted, nor lets it in; what is there is not taken away."""
    assert link(issuer=link.connection("west"))["changed"]
    ca = sites.find("Secret", keeper, "skupper-site-ca") or sites.put(
        keeper, with_key(recorded.document("west/skupper-site-ca"))
    )
    ca["metadata"]["ownerReferences"][0]["uid"] = recorded.WEST if keeper == "west" else recorded.EAST
    ca["metadata"]["annotations"] = {"sitemesh.skupper/evicted": f'["{evicted}"]'}
    assert not link(issuer=link.connection("west"))["changed"]
    link(name="link1", state="absent")
    del sites.writes[:]
    assert "readmit" in link.failing("site_evicted", issuer=link.connection("west"))
    assert sites.writes == []
    ca["metadata"]["annotations"] = {}
    assert link(issuer=link.connection("west"))["changed"]


def test_when_it_was_connected(link: Runner) -> None:
    """Is told of a link that was made, and of no other."""
    made, again = (link(token=CERT) for _each in range(2))
    assert made["connected_at"] == "2026-11-24T02:45:00Z"
    assert again["connected_at"] is None
