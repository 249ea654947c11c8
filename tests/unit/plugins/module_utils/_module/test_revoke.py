# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Revocations on a recorded site: what is written, what is reported, and what becomes of one that is interrupted."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._pki import issue
from ansible_collections.sitemesh.skupper.plugins.module_utils._pki.certificate import fingerprint, is_signed_by
from ansible_collections.sitemesh.skupper.plugins.module_utils._pki.keypair import new_key

from tests.unit.support import recorded
from tests.unit.support.apiserver import Answer, ApiServer, Received, refusal
from tests.unit.support.engines import Result, Runner
from tests.unit.support.revocable import (
    PODS,
    Kubernetes,
    add_router,
    certificate,
    notes,
    pem,
    put_pod,
    put_record,
    records,
)
from tests.unit.support.store import Store

CA, SERVER = "skupper-site-ca", "skupper-site-server"
EAST = {"site_id": recorded.EAST, "name": "east"}
SECRETS = "/api/v1/namespaces/west/secrets"
DEPLOYMENT = "/apis/apps/v1/namespaces/west/deployments/skupper-router"
EVERY_WRITE = [
    f"DELETE {SECRETS}/one",
    f"DELETE {SECRETS}/two",
    f"PATCH {SECRETS}/{CA}",
    f"PATCH {SECRETS}/{SERVER}",
    f"PATCH {DEPLOYMENT}",
]
STEPS = ["delete_claims", "replace_ca", "replace_server_certificate", "restart_router", "await_rollout"]


@pytest.fixture(scope="module")
def keys() -> Iterator[Any]:
    """More keys than two revocations need: to make new ones for each would be most of what these tests do."""
    return itertools.cycle([new_key() for _number in range(6)])


@pytest.fixture(autouse=True)
def made_before(keys: Iterator[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the keys of certificates from those."""
    monkeypatch.setattr(issue, "new_key", lambda: next(keys))


@pytest.fixture
def west(sites: Store) -> Kubernetes:
    """The site, with two claims, one of them redeemed, and `east` linked to it."""
    made = add_router(sites)
    put_record(sites, "one", "2026-11-24T02:41:14Z")
    put_record(sites, "two", "2026-11-24T02:44:14Z", made=1)
    return made


def steps(result: Result) -> list[str]:
    """What was done."""
    return [each["step"] for each in result["revocation"]["steps"]]


def is_whole(store: Store) -> bool:
    """Whether all that works was made for the present CA."""
    ca, server = pem(store, CA), pem(store, SERVER)
    mark = fingerprint(ca)
    pods = [each for path, each in store.objects.items() if path.startswith(PODS)]
    return (
        is_signed_by(server, ca)
        and pem(store, SERVER, "ca.crt") == ca
        and notes(store, "Deployment", "skupper-router")["sitemesh.skupper/ca"] == mark
        and [each["metadata"]["annotations"]["sitemesh.skupper/ca"] for each in pods] == [mark]
    )


def interrupted(api: ApiServer, store: Store, count: int) -> None:
    """Let so many writes through, and nothing after the last of them."""

    def answer(received: Received) -> Answer:
        return refusal(500, "gone") if len(store.writes) >= count else store.answer(received)

    api.fallback = answer


def test_whole(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """Everything, in its order, in five writes."""
    old = fingerprint(pem(sites, CA))
    result = revoke(id="INC-1")
    assert result.get("msg") is None
    assert result["changed"]
    assert sites.writes == EVERY_WRITE
    assert is_whole(sites)
    assert records(sites) == []
    told = result["revocation"]
    assert told == {
        "id": "INC-1",
        "ca_before": old,
        "ca_after": fingerprint(pem(sites, CA)),
        "cas_made": 1,
        "claims_removed": ["one", "two"],
        "cut_off": [EAST],
        "evicted": [],
        "steps": [
            {"step": step, "at": "2026-11-24T02:45:00Z", "seconds": each["seconds"]}
            for step, each in zip(STEPS, told["steps"])
        ],
    }
    assert old not in (told["ca_after"], None)
    assert result["change_reason"] == "revocation INC-1 has not been done"


def test_check_mode_tells_the_same(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """Steps, claims and sites are those of the run, and nothing is written."""
    foreseen = revoke(check=True, id="INC-1")
    assert sites.writes == []
    done = revoke(id="INC-1")
    for each in ("id", "ca_before", "cas_made", "claims_removed", "cut_off", "evicted"):
        assert foreseen["revocation"][each] == done["revocation"][each]
    assert steps(foreseen) == steps(done)
    assert foreseen["revocation"]["ca_after"] == "(known after apply)"
    assert foreseen["diff"]["before"] == done["diff"]["before"]
    assert {**foreseen["diff"]["after"], "ca": None} == {**done["diff"]["after"], "ca": None}


def test_same_id_again(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """Nothing is written, a claim that was made since stays, and an id that was used earlier counts as well."""
    revoke(id="INC-1")
    revoke(id="INC-2")
    put_record(sites, "new", "2026-11-24T02:50:00Z")
    del sites.writes[:]
    for name in ("INC-1", "INC-2"):
        result = revoke(id=name)
        assert not result["changed"]
        assert result["revocation"]["steps"] == []
        assert result["revocation"]["ca_before"] == result["revocation"]["ca_after"]
    assert sites.writes == []
    assert records(sites) == ["new"]
    assert len(west.authorities) == 3


def test_no_criterion(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """Every run makes a new CA then."""
    assert revoke()["changed"]
    assert revoke()["changed"]
    assert len(west.authorities) == 3
    assert is_whole(sites)


@pytest.mark.parametrize(
    ("options", "revokes"),
    [
        ({"max_age": "1m"}, True),
        ({"max_age": "90d"}, False),
        ({"max_age": "999999d"}, False),
        ({"issued_before": "2026-11-24T02:44:00Z"}, True),
        ({"issued_before": "2026-11-24T03:44:00+01:00"}, True),
        ({"issued_before": "2026-11-24T02:40:00Z"}, False),
    ],
)
def test_age(revoke: Runner, sites: Store, west: Kubernetes, options: dict[str, Any], revokes: bool) -> None:
    """The CA, which is of 02:41:10, is old enough or not; a new one never is."""
    assert revoke(check=True, **options)["changed"] is revokes
    assert revoke(**options)["changed"] is revokes
    assert not revoke(**options)["changed"]
    assert len(west.authorities) == 1 + revokes


def test_profile(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """Names and times are those that Skupper gives, and the names inside the cluster stay."""
    revoke()
    ca, server = certificate(sites, CA), certificate(sites, SERVER)
    assert ca.subject.rfc4514_string() == "CN=skupper-site-ca"
    assert server.subject.rfc4514_string() == "CN=skupper-router"
    assert (ca.not_valid_after_utc - ca.not_valid_before_utc).days == 1825
    assert (server.not_valid_after_utc - server.not_valid_before_utc).days == 1825
    names = server.extensions[-1].value
    assert [name.value for name in names][:2] == ["skupper-router.west", "skupper-router.west.svc.cluster.local"]
    assert "203.0.113.7" in [str(name.value) for name in names][2:3]
    for secret in (CA, SERVER):
        assert pem(sites, secret, "tls.key").startswith(b"-----BEGIN RSA PRIVATE KEY-----")


def test_ca_validity(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """The server certificate does not outlive the CA."""
    revoke(ca_validity="30d")
    assert (certificate(sites, CA).not_valid_after_utc - certificate(sites, CA).not_valid_before_utc).days == 30
    assert (certificate(sites, SERVER).not_valid_after_utc - certificate(sites, SERVER).not_valid_before_utc).days == 30


def test_no_key_is_shown(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """Neither a key nor a password is part of the result."""
    text = json.dumps(revoke())
    for secret in (pem(sites, CA, "tls.key"), pem(sites, SERVER, "tls.key")):
        assert secret.decode().splitlines()[1] not in text
    assert "PRIVATE" not in text
    assert not revoke.holds_secret


@pytest.mark.parametrize("criterion", [{"id": "INC-1"}, {"issued_before": "2026-11-24T02:44:00Z"}, {}], ids=str)
@pytest.mark.parametrize("count", range(len(EVERY_WRITE) + 1))
def test_killed_after_each_write(
    api: ApiServer, revoke: Runner, sites: Store, west: Kubernetes, count: int, criterion: dict[str, Any]
) -> None:
    """The next run finishes it with the writes that are left, and makes no second CA."""
    interrupted(api, sites, count)
    assert revoke(**criterion).get("failed")
    api.fallback = sites.answer
    begun = len(west.authorities) > 1
    foreseen = revoke(check=True, **criterion)
    done = revoke(**criterion)
    assert not done.get("failed"), done
    if count < len(EVERY_WRITE) or criterion:
        assert sites.writes == EVERY_WRITE
        assert len(west.authorities) == 2
    assert steps(foreseen) == steps(done)
    assert foreseen["changed"] == done["changed"]
    assert is_whole(sites)
    assert records(sites) == []
    if begun and count < len(EVERY_WRITE):
        assert done["revocation"]["ca_before"] == fingerprint(recorded_ca())


def recorded_ca() -> bytes:
    """The CA that was there first."""
    store = Store()
    store.put("west", recorded.document("west/skupper-site-ca"))
    return pem(store, CA)


@pytest.mark.parametrize("count", range(4))
def test_half_done_by_another_tool(api: ApiServer, revoke: Runner, sites: Store, west: Kubernetes, count: int) -> None:
    """A server certificate of another CA, whoever left it so, is replaced, and the router restarted; killed or not."""
    revoke()
    for kind, name in (("Secret", CA), ("Deployment", "skupper-router")):
        found = sites.find(kind, "west", name)
        assert found is not None
        (found["spec"]["template"] if kind == "Deployment" else found)["metadata"]["annotations"] = {}
    sites.put("west", recorded.document("west/skupper-site-server"))
    west(sites)
    del sites.writes[:]
    interrupted(api, sites, count)
    revoke(max_age="90d")
    api.fallback = sites.answer
    result = revoke(max_age="90d")
    assert sites.writes == EVERY_WRITE[2:]
    assert not result.get("failed")
    assert is_whole(sites)
    assert not revoke(max_age="90d")["changed"]


def test_half_done_with_a_ca_that_cannot_sign(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """Says what helps: a revocation of its own."""
    sites.put("west", recorded.document("west/skupper-site-ca-rotated"))["metadata"]["resourceVersion"] = "1100"
    result = revoke(max_age="90d")
    assert result["reason"] == "ca_unusable"
    assert "new CA" in result["msg"]
    assert not revoke(id="INC-1").get("failed")
    assert is_whole(sites)


def racing(store: Store, west: Kubernetes, act: Callable[[str], None]) -> None:
    """Do something after each write, before the run sees its answer."""

    def both(store: Store) -> None:
        west(store)
        act(store.writes[-1])

    store.controllers = both


def meanwhile(api: ApiServer, sites: Store, method: str, ending: str, act: Callable[[], None]) -> None:
    """Do something once, before a request to a path with this ending is answered."""
    done = [False]

    def answer(received: Received) -> Answer:
        if received.method == method and received.path.endswith(ending) and not done[0]:
            done[0] = True
            act()
        return sites.answer(received)

    api.fallback = answer


def another(api: ApiServer, sites: Store, revoke: Runner, ending: str, name: str) -> None:
    """Revoke once more, before a change at a path with this ending is answered."""

    def act() -> None:
        assert not revoke(id=name).get("failed")

    meanwhile(api, sites, "PATCH", ending, act)


def redeeming(sites: Store, west: Kubernetes) -> Callable[[str], None]:
    """A claim that comes after the others were deleted, and is redeemed while the first CA is written."""

    def act(write: str) -> None:
        if write == EVERY_WRITE[1]:
            put_record(sites, "late")
        if write == EVERY_WRITE[2] and len(west.authorities) == 2:
            put_record(sites, "late", made=1)

    return act


def test_claim_created_in_between(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A claim that is created after the others were deleted, and before the CA is written, goes as well."""

    def act(write: str) -> None:
        if write == EVERY_WRITE[1]:
            put_record(sites, "late")

    racing(sites, west, act)
    result = revoke(id="INC-1")
    assert records(sites) == []
    assert result["revocation"]["claims_removed"] == ["late", "one", "two"]
    assert result["revocation"]["cas_made"] == 1
    assert "warnings" not in result


def test_claim_redeemed_in_between(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """What was redeemed while the CA was written may be of the new CA, which is therefore replaced, too."""
    racing(sites, west, redeeming(sites, west))
    result = revoke(id="INC-1")
    assert records(sites) == []
    assert result["revocation"]["cas_made"] == 2
    assert len(west.authorities) == 3
    assert is_whole(sites)
    (warning,) = result["warnings"]
    assert "replaced 2 times" in warning
    assert not revoke(id="INC-1")["changed"]


@pytest.mark.parametrize("count", range(3, 9))
def test_killed_in_a_race(api: ApiServer, revoke: Runner, sites: Store, west: Kubernetes, count: int) -> None:
    """Whenever it dies, the next run knows of the redemption, or there is nothing left to know."""
    racing(sites, west, redeeming(sites, west))
    interrupted(api, sites, count)
    assert revoke(id="INC-1").get("failed") or count == 8
    api.fallback = sites.answer
    assert not revoke(id="INC-1").get("failed")
    assert len(west.authorities) >= 3, "the CA that the claim was redeemed for is gone"
    assert is_whole(sites)
    assert records(sites) == []


def test_redeemed_at_the_last_moment(api: ApiServer, revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A claim is deleted only as it was when it was last looked at."""

    def redeem() -> None:
        put_record(sites, "late", made=1)["metadata"]["resourceVersion"] = "9999"

    def act(write: str) -> None:
        if write == EVERY_WRITE[1]:
            put_record(sites, "late")

    racing(sites, west, act)
    meanwhile(api, sites, "DELETE", "/late", redeem)
    result = revoke(id="INC-1")
    assert result["revocation"]["cas_made"] == 2
    assert records(sites) == []


def test_another_revocation_at_once(api: ApiServer, revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """Who meets the other's CA goes on from there: one CA, one server certificate, and both ids are done."""
    another(api, sites, revoke, CA, "INC-2")
    result = revoke(id="INC-1")
    assert not result.get("failed"), result
    assert is_whole(sites)
    assert not revoke(id="INC-1")["changed"]
    assert not revoke(id="INC-2")["changed"]


@pytest.mark.parametrize("at", [SERVER, "skupper-router"])
def test_another_revocation_later(api: ApiServer, revoke: Runner, sites: Store, west: Kubernetes, at: str) -> None:
    """The same when the other one comes between this one's CA and the rest."""
    another(api, sites, revoke, at, "INC-2")
    result = revoke(id="INC-1")
    assert not result.get("failed"), result
    assert is_whole(sites)
    assert len(west.authorities) == 3


def test_same_id_at_once(api: ApiServer, revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """Two runs of one revocation make one CA."""
    another(api, sites, revoke, CA, "INC-1")
    assert not revoke(id="INC-1").get("failed")
    assert len(west.authorities) == 2
    assert is_whole(sites)


def test_conflicts_without_end(api: ApiServer, revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """Are given up."""
    api.fallback = lambda received: (
        refusal(409, "the object has been modified") if received.method == "PATCH" else sites.answer(received)
    )
    assert revoke(id="INC-1")["reason"] == "conflict"


def test_old_router_stays(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """The task does not end well before the old router is gone; the next run goes on waiting, and writes nothing."""
    west.rolls = False
    result = revoke(id="INC-1")
    assert result["reason"] == "revocation_timeout"
    assert "router-0" in result["msg"]
    assert result["revocation"]["claims_removed"] == ["one", "two"]
    del sites.writes[:]
    west.rolls = True
    west(sites)
    put_pod(sites, {})
    assert revoke(id="INC-1", wait_timeout=5)["reason"] == "revocation_timeout"
    del sites.objects[f"{PODS}router-0"]
    result = revoke(id="INC-1")
    assert not result["changed"]
    assert sites.writes == []


def test_annotations_that_site_controller_takes_off(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A router that was restarted since has the new certificates, though nothing on it says so."""
    revoke(id="INC-1")
    server, deployment = sites.find("Secret", "west", SERVER), sites.find("Deployment", "west", "skupper-router")
    assert server is not None
    assert deployment is not None
    stamp = {"manager": "x", "time": "2026-11-24T02:45:00Z", "fieldsV1": {"f:data": {"f:tls.crt": {}}}}
    server["metadata"]["managedFields"] = [stamp]
    deployment["spec"]["template"]["metadata"]["annotations"] = {}
    west(sites)
    (pod,) = (each for path, each in sites.objects.items() if path.startswith(PODS))
    del sites.writes[:]
    pod["metadata"]["creationTimestamp"] = "2026-11-24T02:45:01Z"
    assert not revoke(id="INC-1")["changed"]
    assert sites.writes == []
    pod["metadata"]["creationTimestamp"] = "2026-11-24T02:45:00Z"
    assert steps(revoke(id="INC-1")) == ["restart_router", "await_rollout"]


def test_until_the_new_router_serves(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """Not waited for is the end of the former one, which the next run sees to."""
    revoke(id="INC-1", wait_until="serving")
    put_pod(sites, {})
    result = revoke(id="INC-1", wait_until="serving")
    assert result["revocation"]["steps"] == []
    assert "router-0" in revoke(id="INC-1", wait_timeout=5)["msg"]


def test_without_waiting(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """Everything is written, and nothing waited for."""
    west.rolls = False
    result = revoke(id="INC-1", wait=False)
    assert result["changed"]
    assert steps(result) == STEPS[:-1]
    assert sites.writes == EVERY_WRITE


def test_claims_alone(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """The CA stays, and nobody is cut off."""
    foreseen = revoke(check=True, scope="claims")
    result = revoke(scope="claims")
    assert foreseen["revocation"]["claims_removed"] == result["revocation"]["claims_removed"] == ["one", "two"]
    assert result["revocation"]["cut_off"] == []
    assert sites.writes == EVERY_WRITE[:2]
    assert not revoke(scope="claims")["changed"]
    assert len(west.authorities) == 1


def test_evict_and_readmit(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """Noted with the CA, or by itself; the list is kept from one revocation to the next."""
    assert revoke(id="INC-1", evict=["a", "b"])["revocation"]["evicted"] == ["a", "b"]
    assert sites.writes == EVERY_WRITE
    assert not revoke(id="INC-1", evict=["b"])["changed"]
    assert revoke(id="INC-1", evict=["c"])["revocation"]["evicted"] == ["a", "b", "c"]
    assert revoke(id="INC-2")["revocation"]["evicted"] == ["a", "b", "c"]
    assert revoke(check=True, scope="none", readmit=["a"])["changed"]
    result = revoke(scope="none", readmit=["a", "c"])
    assert result["revocation"]["evicted"] == ["b"]
    assert result["revocation"]["cut_off"] == []
    assert not revoke(scope="none", readmit=["a"])["changed"]
    revoke(scope="none", readmit=["b"])
    assert "sitemesh.skupper/evicted" not in notes(sites, "Secret", CA)


def test_evict_again(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """An eviction without another criterion is a revocation of its own, and one more after a readmission."""
    assert revoke(evict=["a"])["revocation"]["id"] == "evict a"
    assert not revoke(evict=["a"])["changed"]
    assert revoke(scope="none", readmit=["a"])["changed"]
    assert len(west.authorities) == 2
    assert revoke(evict=["a"])["revocation"]["cas_made"] == 1
    assert revoke(readmit=["a"], id="INC-1")["revocation"]["evicted"] == []
    assert revoke(evict=["a"])["revocation"]["cas_made"] == 1
    revoke(scope="none", readmit=["a"])
    assert "sitemesh.skupper/evicted" not in notes(sites, "Secret", CA)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"scope": "claims", "id": "x"}, "scope: all"),
        ({"scope": "claims", "max_age": "1d"}, "scope: all"),
        ({"scope": "none", "evict": ["a"], "ca_validity": "1d"}, "scope: all"),
        ({"id": ""}, "printable"),
        ({"id": "a\nb"}, "printable"),
        ({"id": "x" * 201}, "200"),
        ({"max_age": "0"}, "max_age"),
        ({"issued_before": "yesterday"}, "RFC 3339"),
        ({"issued_before": "2026-11-24T02:46:00Z"}, "yet to come"),
        ({"ca_validity": "1m"}, "ca_validity"),
        ({"ca_validity": "7301d"}, "ca_validity"),
        ({"evict": ["a"], "readmit": ["a"]}, "at once"),
        ({"wait_timeout": -1}, "wait_timeout"),
    ],
)
def test_options_that_do_not_fit(
    revoke: Runner, sites: Store, west: Kubernetes, options: dict[str, Any], words: str
) -> None:
    """Are refused in a sentence, and nothing is written."""
    assert words in revoke.failing("invalid_option", **options)
    assert sites.writes == []


def test_edge_site(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """Has nothing to revoke, and is refused before a claim is deleted."""
    assert "edge site" in revoke.failing("site_cannot_accept", namespace="shore")


@pytest.mark.parametrize("name", [CA, SERVER])
def test_missing_secret(revoke: Runner, sites: Store, west: Kubernetes, name: str) -> None:
    """Is told before a claim is deleted."""
    del sites.objects[f"{SECRETS}/{name}"]
    assert name in revoke.failing("site_not_ready")
    assert sites.writes == []


def test_pending_ingress(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """The hosts are resolved before anything is written; a site that needs nothing is not asked for them."""
    revoke(id="INC-1")
    del sites.writes[:]
    service = sites.find("Service", "west", "skupper-router")
    assert service is not None
    service["status"] = {}
    assert "west" in revoke.failing("ingress_pending", id="INC-2")
    assert sites.writes == []
    assert not revoke(id="INC-1").get("failed")


@pytest.mark.parametrize(
    ("verb", "path"), [("delete", f"{SECRETS}/one"), *(("patch", each.split()[1]) for each in EVERY_WRITE[2:])]
)
def test_missing_right(revoke: Runner, sites: Store, west: Kubernetes, verb: str, path: str) -> None:
    """Is found before anything is written; check mode warns of it."""
    sites.denied.add((verb, path))
    foreseen = revoke(check=True)
    assert foreseen["changed"]
    assert f"grant verb {verb}" in foreseen["warnings"][0]
    result = revoke()
    assert result["reason"] == "forbidden"
    assert f"grant verb {verb}" in result["msg"]
    assert sites.writes == []
