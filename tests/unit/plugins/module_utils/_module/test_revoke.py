# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Revocations on a recorded site: what is written, what is reported, and what becomes of one that is interrupted."""

from __future__ import annotations

import base64
import copy
import functools
import itertools
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._pki import issue
from ansible_collections.sitemesh.skupper.plugins.module_utils._pki.certificate import fingerprint, is_signed_by
from ansible_collections.sitemesh.skupper.plugins.module_utils._pki.keypair import new_key
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from tests.unit.support import recorded
from tests.unit.support.apiserver import Answer, ApiServer, Received, refusal
from tests.unit.support.certificates import Pair, authority, authority_of, company
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
from tests.unit.support.store import Object, Store

CA, SERVER = "skupper-site-ca", "skupper-site-server"
# What the store's clock shows at first.
WEST_TIME = datetime(2026, 11, 24, 2, 45, tzinfo=timezone.utc)
EAST = {"site_id": recorded.EAST, "name": "east"}
SECRETS = "/api/v1/namespaces/west/secrets"
DEPLOYMENT = "/apis/apps/v1/namespaces/west/deployments/skupper-router"
DISABLING = [f"PATCH {SECRETS}/one", f"PATCH {SECRETS}/two"]
NEW_CA = f"PATCH {SECRETS}/{CA}"
DELETING = [f"DELETE {SECRETS}/one", f"DELETE {SECRETS}/two"]
REST = [f"PATCH {SECRETS}/{SERVER}", f"PATCH {DEPLOYMENT}"]
EVERY_WRITE = [*DISABLING, NEW_CA, *DELETING, *REST]
STEPS = [
    "disable_claims",
    "replace_ca",
    "delete_claims",
    "replace_server_certificate",
    "restart_router",
    "await_rollout",
]
LONG_AGO = "2026-11-24T02:41:20Z"
A, B, C = (f"{letter * 8}-0000-4000-8000-000000000000" for letter in "abc")


@pytest.fixture(scope="module")
def keys() -> Iterator[Any]:
    """More keys than the revocations of a test need, which must not get a former one: to make new ones takes long."""
    return itertools.cycle([new_key() for _number in range(24)])


@pytest.fixture(autouse=True)
def made_before(keys: Iterator[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the keys of certificates from those."""
    monkeypatch.setattr(issue, "new_key", lambda: next(keys))


@pytest.fixture
def west(sites: Store) -> Kubernetes:
    """The site, with two claims, one of them redeemed, and `east` linked to it."""
    made = add_router(sites)
    put_record(sites, "one", "2026-11-24T02:41:14Z")
    put_record(sites, "two", "2026-11-24T02:41:15Z", made=1, redeemed=LONG_AGO)
    return made


def steps(result: Result) -> list[str]:
    """What was done."""
    return [each["step"] for each in result["revocation"]["steps"]]


def is_whole(store: Store) -> bool:
    """Whether all that works was made for the current CA."""
    ca, server = pem(store, CA), pem(store, SERVER)
    pods = [each for path, each in store.objects.items() if path.startswith(PODS)]
    return (
        is_signed_by(server, ca)
        and pem(store, SERVER, "ca.crt") == ca
        and all(each["metadata"]["creationTimestamp"] > stored(store, SERVER) for each in pods)
    )


def stored(store: Store, secret: str) -> str:
    """When the data of a Secret were stored last."""
    found = store.find("Secret", "west", secret)
    assert found is not None
    entries = [each for each in found["metadata"]["managedFields"] if "f:tls.crt" in each["fieldsV1"]["f:data"]]
    return max(str(each["time"]) for each in entries)


def proof(result: Result) -> dict[str, bool]:
    """What was looked at to prove a revocation, and whether it is as it has to be."""
    return {each["check"]: each["holds"] for each in result["revocation"]["proof"]["checks"]}


def interrupted(api: ApiServer, store: Store, count: int) -> None:
    """Let so many writes through, and nothing after the last of them."""

    def answer(received: Received) -> Answer:
        return refusal(500, "gone") if len(store.writes) >= count else store.answer(received)

    api.fallback = answer


def test_whole(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """Everything, in its order: claims end before the CA, and are deleted after it."""
    old = fingerprint(pem(sites, CA))
    result = revoke(id="INC-1")
    assert result.get("msg") is None
    assert result["changed"]
    assert sites.writes == EVERY_WRITE
    assert is_whole(sites)
    assert records(sites) == []
    told = result["revocation"]
    assert set(proof(result)) == {"authority", "trust", "server_certificate", "routers", "claims", "redemptions"}
    assert told.pop("proof")["state"] == "proved"
    assert told == {
        "id": "INC-1",
        "ca_before": old,
        "ca_after": fingerprint(pem(sites, CA)),
        "cas_made": 1,
        "claims_removed": ["one", "two"],
        "claims_redeemed": [{"name": "two", "made": 1}],
        "cut_off": [EAST],
        "evicted": [],
        "steps": told["steps"],
    }
    assert steps(result) == STEPS
    assert told["steps"] == sorted(told["steps"], key=lambda each: each["at"])
    assert old not in (told["ca_after"], None)
    assert result["change_reason"] == "revocation INC-1 has not been done"


def test_check_mode_tells_the_same(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """Steps, claims and sites are those of the run, and nothing is written."""
    foreseen = revoke(check=True, id="INC-1")
    assert sites.writes == []
    done = revoke(id="INC-1")
    for each in ("id", "ca_before", "cas_made", "claims_removed", "claims_redeemed", "cut_off", "evicted"):
        assert foreseen["revocation"][each] == done["revocation"][each]
    assert steps(foreseen) == steps(done)
    assert foreseen["revocation"]["ca_after"] == "(known after apply)"
    assert foreseen["diff"]["before"] == done["diff"]["before"]
    assert {**foreseen["diff"]["after"], "ca": None} == {**done["diff"]["after"], "ca": None}


@pytest.mark.parametrize(
    ("options", "cas"),
    [
        pytest.param({}, 2, id="waited for"),
        pytest.param({"wait": False}, 1, id="not waited for"),
        pytest.param({"wait_until": "serving"}, 2, id="until it serves"),
        pytest.param({"scope": "claims", "id": None}, 0, id="claims"),
    ],
)
def test_check_mode_tells_of_a_redemption(
    revoke: Runner, sites: Store, west: Kubernetes, options: dict[str, Any], cas: int
) -> None:
    """A second CA that the claims show to be needed is foreseen, if the run gets that far."""
    put_record(sites, "two", LONG_AGO, made=1)
    foreseen = revoke(check=True, **{"id": "INC-1", **options})
    west.rolls = options.get("wait", True)
    done = revoke(**{"id": "INC-1", **options})
    assert foreseen["revocation"]["cas_made"] == done["revocation"]["cas_made"] == cas
    assert steps(foreseen) == steps(done)
    assert len(foreseen.get("warnings", [])) == len(done.get("warnings", []))


@pytest.mark.parametrize("count", range(9))
def test_check_mode_tells_what_a_redemption_has_left(
    api: ApiServer, revoke: Runner, sites: Store, west: Kubernetes, count: int
) -> None:
    """The same whenever the run before it died."""
    put_record(sites, "two", LONG_AGO, made=1)
    interrupted(api, sites, count)
    revoke(id="INC-1")
    api.fallback = sites.answer
    foreseen, done = revoke(check=True, id="INC-1"), revoke(id="INC-1")
    assert foreseen["revocation"]["cas_made"] == done["revocation"]["cas_made"]
    assert steps(foreseen) == steps(done)


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


@pytest.mark.parametrize("criterion", [{"id": "INC-1"}, {"issued_before": "2026-11-24T02:44:00Z"}], ids=str)
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


def test_unfinished_without_criterion(api: ApiServer, revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A6a: what another run left half done was another revocation; this one makes a CA of its own."""
    interrupted(api, sites, 5)
    assert revoke(id="INC-1").get("failed")
    api.fallback = sites.answer
    assert revoke()["revocation"]["cas_made"] == 1
    assert len(west.authorities) == 3
    assert is_whole(sites)


def half_done_by_another(sites: Store, west: Kubernetes) -> None:
    """A site CA that another tool replaced, without a server certificate or a restart."""
    put_ca(sites, young_ca())
    west(sites)
    del sites.writes[:]


@functools.cache
def young_ca(name: str = "") -> Pair:
    """A CA of today, the same at each call with the same name."""
    return authority(kind="rsa", starts=WEST_TIME)


def put_ca(store: Store, ca: Pair, *more: Pair, manager: str = "skupper", operation: str = "Update") -> None:
    """Store a CA with its key, and certificates of others beside it."""
    found = store.find("Secret", "west", CA)
    assert found is not None
    bundle = b"".join(each.pem for each in (ca, *more))
    found["data"] = {"tls.crt": encoded(bundle), "tls.key": encoded(pkcs1(ca))}
    found["metadata"]["resourceVersion"] += "1"
    store.manage(found, {"data": found["data"]}, manager, operation)


def encoded(data: bytes) -> str:
    """As Secrets hold it."""
    return base64.b64encode(data).decode("ascii")


def pkcs1(pair: Pair) -> bytes:
    """A key as Skupper writes it."""
    form = serialization.PrivateFormat.TraditionalOpenSSL
    return pair.key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def test_half_done_by_another_tool(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A6b: a run that only wants a young CA does not restart a router for what others are at."""
    half_done_by_another(sites, west)
    assert not revoke(max_age="90d")["changed"]
    assert sites.writes == []


def test_another_tool_renews_the_server_certificate(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A6b: nor for a server certificate that was stored anew since; an id is only proved with another restart."""
    revoke(id="INC-1")
    found = sites.find("Secret", "west", SERVER)
    assert found is not None
    sites.time += timedelta(days=1)
    sites.manage(found, {"data": found["data"]}, "someone")
    del sites.writes[:]
    assert not revoke(max_age="90d")["changed"]
    assert sites.writes == []
    assert revoke(id="INC-1")["changed"]
    assert sites.writes == REST[1:]
    assert is_whole(sites)


def test_another_tool_writes_after_a_run_that_died(
    api: ApiServer, revoke: Runner, sites: Store, west: Kubernetes
) -> None:
    """A router that was running before the revocation lets former credentials in: a nightly run restarts it."""
    interrupted(api, sites, len(EVERY_WRITE) - 1)
    assert revoke(max_age="1m").get("failed")
    api.fallback = sites.answer
    sites.time += timedelta(seconds=30)
    put_data(sites, SERVER, data_of(sites, SERVER))
    result = revoke(max_age="90d")
    assert steps(result) == ["restart_router", "await_rollout"]
    assert result["revocation"]["proof"]["state"] == "proved"
    assert is_whole(sites)
    assert not revoke(max_age="90d")["changed"]


def test_another_tool_at_work_and_a_readmission(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A6b: nor does a readmission have to prove what others are at."""
    revoke(evict=[A])
    sites.time += timedelta(days=1)
    put_data(sites, SERVER, data_of(sites, SERVER))
    result = revoke(max_age="90d", readmit=[A])
    assert (result["revocation"]["evicted"], result["revocation"]["proof"]["state"]) == ([], "not_proved")


@pytest.mark.parametrize("count", range(4))
def test_finished_for_an_id(api: ApiServer, revoke: Runner, sites: Store, west: Kubernetes, count: int) -> None:
    """Whoever names a revocation wants it proved: what another tool left half done is finished; killed or not."""
    revoke(id="INC-1")
    half_done_by_another(sites, west)
    interrupted(api, sites, count)
    revoke(id="INC-1")
    api.fallback = sites.answer
    result = revoke(id="INC-1")
    assert sites.writes == [NEW_CA, *REST]
    assert result["revocation"]["proof"]["state"] == "proved"
    assert is_whole(sites)
    assert not revoke(id="INC-1")["changed"]


def test_half_done_with_a_ca_that_cannot_sign(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A9: a CA that is there and can't sign is replaced."""
    revoke(id="INC-1")
    sites.put("west", recorded.document("west/skupper-site-ca-rotated"))["metadata"]["resourceVersion"] = "1100"
    found = sites.find("Secret", "west", CA)
    assert found is not None
    found["metadata"]["annotations"] = {**(found["metadata"].get("annotations") or {})}
    assert not revoke(id="INC-2").get("failed")
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
    """A claim that comes after the others were disabled, and is redeemed while the first CA is written."""

    def act(write: str) -> None:
        if write == DISABLING[1] and len(west.authorities) == 1:
            put_record(sites, "late")
        if write == NEW_CA and len(west.authorities) == 2 and sites.find("Secret", "west", "late"):
            put_record(sites, "late", made=1)

    return act


def test_claim_created_in_between(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A claim that is created after the others were disabled, and before the CA is written, goes as well."""

    def act(write: str) -> None:
        if write == DISABLING[1]:
            put_record(sites, "late")

    racing(sites, west, act)
    result = revoke(id="INC-1")
    assert records(sites) == []
    assert result["revocation"]["claims_removed"] == ["late", "one", "two"]
    assert result["revocation"]["cas_made"] == 1
    assert "warnings" not in result
    assert result["revocation"]["proof"]["redemptions"] == "none shortly before"


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
    assert "late was redeemed shortly before" in warning
    assert result["revocation"]["proof"]["redemptions"].startswith("late was redeemed shortly before")
    assert not revoke(id="INC-1")["changed"]


def test_claim_created_before_the_second_ca(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """It is made unusable before that is written, too."""
    redeemed = redeeming(sites, west)

    def act(write: str) -> None:
        redeemed(write)
        if write == REST[1] and len(west.authorities) == 2:
            put_record(sites, "new")

    racing(sites, west, act)
    assert revoke(id="INC-1")["revocation"]["cas_made"] == 2
    second = len(sites.writes) - sites.writes[::-1].index(NEW_CA) - 1
    assert sites.writes[second - 1] == f"PATCH {SECRETS}/new"
    assert records(sites) == []


@pytest.mark.parametrize(
    ("created", "ends"), [pytest.param("", True, id="issued since"), pytest.param(LONG_AGO, False, id="put back")]
)
def test_redeemed_at_every_restart(revoke: Runner, sites: Store, west: Kubernetes, created: str, ends: bool) -> None:
    """Claims that somebody issues meanwhile keep no revocation from ending; one from before does, and is named.

    The result tells what was done, so that wanted sites are linked again.
    """
    put_record(sites, "two", LONG_AGO, made=1)

    def act(write: str) -> None:
        if write == REST[1]:
            put_record(sites, f"busy-{west.restarts}", created, made=1)

    racing(sites, west, act)
    result = revoke(id="INC-1")
    if ends:
        assert result["revocation"]["proof"]["state"] == "proved"
        assert result["revocation"]["cas_made"] == 2
        assert not revoke(id="INC-1")["changed"]
    else:
        assert result["reason"] == "revocation_race"
        assert "replaced 4 times, and each time claims were redeemed meanwhile (busy-4 was redeemed" in result["msg"]
        assert (result["revocation"]["cas_made"], result["revocation"]["proof"]["state"]) == (4, "not_proved")


@pytest.mark.parametrize("hours", [0, 1])
@pytest.mark.parametrize("count", range(3, 13))
def test_killed_in_a_race(
    api: ApiServer, revoke: Runner, sites: Store, west: Kubernetes, count: int, hours: int
) -> None:
    """Whenever it dies, and is run again, the next run knows of the redemption, or there is nothing left to know."""
    racing(sites, west, redeeming(sites, west))
    interrupted(api, sites, count)
    assert revoke(id="INC-1").get("failed") or count == 12
    api.fallback = sites.answer
    sites.time += timedelta(hours=hours)
    assert not revoke(id="INC-1").get("failed")
    assert len(west.authorities) >= 3, "the CA that the claim was redeemed for is gone"
    assert is_whole(sites)
    assert records(sites) == []


@pytest.mark.parametrize(
    ("seconds", "cas"), [pytest.param(60, 2, id="under way"), pytest.param(3600, 1, id="long signed for")]
)
def test_redeemed_before(revoke: Runner, sites: Store, west: Kubernetes, seconds: int, cas: int) -> None:
    """A7: a redemption that was counted before may be signed for after the CA was written, by a router of before.

    The CA is replaced once more when those are gone; the record keeps what the deleted claim told until then.
    """
    when = sites.time - timedelta(seconds=seconds)
    put_record(sites, "two", LONG_AGO, made=1, redeemed=when.strftime("%Y-%m-%dT%H:%M:%SZ"))
    result = revoke(id="INC-1")
    assert result["revocation"]["cas_made"] == cas
    assert len(west.authorities) == 1 + cas
    assert result["revocation"]["proof"]["state"] == "proved"
    order = [each for each in steps(result) if each in ("replace_ca", "restart_router")]
    assert order == ["replace_ca", "restart_router"] * cas, "only when the routers of before are gone"
    assert not revoke(id="INC-1")["changed"]


@pytest.mark.parametrize("count", range(3, 11))
def test_killed_with_a_redemption_under_way(
    api: ApiServer, revoke: Runner, sites: Store, west: Kubernetes, count: int
) -> None:
    """A7: whenever it dies, the next run knows that the CA has to be replaced once more."""
    put_record(sites, "two", LONG_AGO, made=1)
    interrupted(api, sites, count)
    revoke(id="INC-1")
    api.fallback = sites.answer
    sites.time += timedelta(hours=1)
    assert revoke(id="INC-1")["revocation"]["proof"]["state"] == "proved"
    assert len(west.authorities) >= 3
    assert is_whole(sites)


def test_killed_with_a_claim_used_up(api: ApiServer, revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A7: no claim has to be made unusable, so that nothing but its own record tells of the redemption."""
    for name in ("one", "two"):
        del sites.objects[f"{SECRETS}/{name}"]
    put_record(sites, "late", made=1)["metadata"]["annotations"]["skupper.io/claims-remaining"] = "0"
    interrupted(api, sites, 1)
    assert revoke(id="INC-1").get("failed")
    assert sites.writes == [NEW_CA]
    api.fallback = sites.answer
    sites.time += timedelta(hours=1)
    assert revoke(id="INC-1")["revocation"]["proof"]["redemptions"].startswith("late was redeemed shortly before")
    assert len(west.authorities) == 3
    assert is_whole(sites)


def test_redeemed_at_the_last_moment(api: ApiServer, revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A claim is deleted only as it was when it was last looked at."""

    def late() -> None:
        put_record(sites, "late", "2026-11-24T02:45:00Z", made=1)["metadata"]["resourceVersion"] = "9999"

    def act(write: str) -> None:
        if write == DISABLING[1]:
            put_record(sites, "late")

    racing(sites, west, act)
    meanwhile(api, sites, "DELETE", "/late", late)
    result = revoke(id="INC-1")
    assert result["revocation"]["cas_made"] == 2
    assert records(sites) == []


@pytest.mark.parametrize("name", ["one", "another"])
def test_claim_is_put_back(revoke: Runner, sites: Store, west: Kubernetes, name: str) -> None:
    """A backup brings a claim back with another age and another version; its password is the one that was handed out."""
    saved = copy.deepcopy(sites.objects[f"{SECRETS}/one"])
    revoke(id="INC-1")
    sites.time += timedelta(hours=1)
    put_record(sites, "new")
    saved["metadata"].update(name=name, creationTimestamp=sites.now, uid="uid-new")
    sites.put("west", saved)
    result = revoke(id="INC-1")
    assert result["revocation"]["claims_removed"] == [name]
    assert result["revocation"]["proof"]["state"] == "proved"
    assert result["revocation"]["cas_made"] == 0
    assert records(sites) == ["new"]
    sites.put("west", saved)
    assert revoke(max_age="90d")["revocation"]["claims_removed"] == [name]
    assert west.restarts == 1


def test_claim_is_put_back_again_and_again(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A tool that makes it anew as soon as it is gone ends the run, which names the claim."""
    saved = copy.deepcopy(sites.objects[f"{SECRETS}/one"])

    def act(write: str) -> None:
        if f"{SECRETS}/one" not in sites.objects:
            made = {"creationTimestamp": sites.now, "uid": f"uid-{sites.now}"}
            sites.put("west", {**saved, "metadata": {**copy.deepcopy(saved["metadata"]), **made}})

    racing(sites, west, act)
    result = revoke(id="INC-1")
    assert result["reason"] == "conflict"
    assert "Step disable_claims (one) was done 8 times" in result["msg"]
    assert result["revocation"]["proof"]["state"] == "not_proved"
    assert [name for name, holds in proof(result).items() if not holds] == ["claims"]
    assert is_whole(sites), "no former router stays for it"


def test_claim_of_between_is_put_back(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A claim that was made while the CA was replaced is noted as well before it is removed."""
    late: list[dict[str, Any]] = []

    def act(write: str) -> None:
        if write == DISABLING[1]:
            late.append(put_record(sites, "late"))

    racing(sites, west, act)
    assert revoke(id="INC-1")["revocation"]["claims_removed"] == ["late", "one", "two"]
    late[0]["metadata"].update(creationTimestamp=sites.now, uid="uid-new")
    sites.put("west", late[0])
    assert revoke(id="INC-1")["revocation"]["claims_removed"] == ["late"]


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
    result = revoke(id="INC-1")
    assert (result["reason"], result["revocation"]["steps"]) == ("conflict", [])


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
    put_pod(sites, created="2026-11-24T02:45:00Z", ends=True)
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
    put_pod(sites, created="2026-11-24T02:45:00Z", ends=True)
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
    assert sites.writes == [*DISABLING, *DELETING]
    assert result["revocation"]["claims_redeemed"] == [{"name": "two", "made": 1}]
    assert "two (1)" in result["warnings"][0]
    assert not revoke(scope="claims")["changed"]
    assert len(west.authorities) == 1


@pytest.mark.parametrize(("minutes", "cas"), [pytest.param(1, 2, id="shortly"), pytest.param(5, 1, id="later")])
def test_all_after_claims_alone(revoke: Runner, sites: Store, west: Kubernetes, minutes: int, cas: int) -> None:
    """A redemption is known though its claim was removed before the revocation: the CA is replaced once more."""
    put_record(sites, "leaked", LONG_AGO, made=1)
    assert revoke(scope="claims")["revocation"]["claims_removed"] == ["leaked", "one", "two"]
    assert records(sites) == []
    sites.time += timedelta(minutes=minutes)
    result = revoke(id="INC-1")
    assert result["revocation"]["cas_made"] == cas
    assert result["revocation"]["proof"]["redemptions"].startswith("a claim that was removed") is (cas == 2)
    assert not revoke(id="INC-1")["changed"]


@pytest.mark.parametrize("options", [{"state": "absent"}, {"renew": "always"}], ids=str)
def test_all_after_a_token_was_withdrawn(
    revoke: Runner, token: Runner, sites: Store, west: Kubernetes, options: dict[str, Any]
) -> None:
    """The same after skupper_token."""
    put_record(sites, "leaked", LONG_AGO, made=1)
    assert token(name="leaked", **options)["changed"]
    assert revoke(id="INC-1")["revocation"]["cas_made"] == 2


def test_all_after_a_claim_of_long_ago_was_removed(
    revoke: Runner, token: Runner, sites: Store, west: Kubernetes
) -> None:
    """What was redeemed long ago is signed for, and nothing is noted."""
    del sites.writes[:]
    assert token(name="two", state="absent")["changed"]
    assert sites.writes == DELETING[1:]
    assert revoke(id="INC-1")["revocation"]["cas_made"] == 1


def test_evict_and_readmit(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """Noted with the CA, or by itself; the list is kept from one revocation to the next."""
    assert revoke(id="INC-1", evict=[A, B])["revocation"]["evicted"] == [A, B]
    assert sites.writes == EVERY_WRITE
    assert not revoke(id="INC-1", evict=[B])["changed"]
    assert revoke(id="INC-2")["revocation"]["evicted"] == [A, B]
    assert revoke(check=True, scope="none", readmit=[A])["changed"]
    result = revoke(scope="none", readmit=[A])
    assert result["revocation"]["evicted"] == [B]
    assert result["revocation"]["cut_off"] == []
    assert not revoke(scope="none", readmit=[A])["changed"]
    revoke(scope="none", readmit=[B])
    assert "sitemesh.skupper/evicted" not in notes(sites, "Secret", CA)


def test_eviction_is_a_reason_of_its_own(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A1: neither an age that the CA has not reached nor an id that was used before spares the new CA."""
    assert revoke(id="INC-1")["changed"]
    criteria: list[dict[str, Any]] = [
        {"id": "INC-1"},
        {"max_age": "90d"},
        {"issued_before": "2026-01-01T00:00:00Z"},
        {},
    ]
    for options in criteria:
        assert revoke(evict=[A], **options)["revocation"]["cas_made"] == 1, options
        assert not revoke(evict=[A], **options)["changed"], options
        revoke(scope="none", readmit=[A])
    assert len(west.authorities) == 6


def test_evict_again(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A5a: an eviction is one more after a readmission, whoever else was evicted or readmitted with it."""
    assert revoke(evict=[A, B])["revocation"]["cas_made"] == 1
    assert not revoke(evict=[B])["changed"]
    revoke(scope="none", readmit=[A, B])
    assert revoke(evict=[A, B])["revocation"]["cas_made"] == 1
    revoke(scope="none", readmit=[A])
    assert not revoke(evict=[B])["changed"]
    assert revoke(evict=[A, B])["revocation"]["cas_made"] == 1
    assert revoke(readmit=[A], id="INC-1")["revocation"]["evicted"] == [B]
    assert revoke(evict=[A])["revocation"]["cas_made"] == 1


def test_evicted_site_is_linked_once_more(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A token that was handed to it after its eviction is revoked by the next eviction, and what lingers is no link."""
    assert revoke(evict=[recorded.EAST])["revocation"]["cas_made"] == 1
    sites.time += timedelta(seconds=30)
    list_east(sites, WEST_TIME)
    assert not revoke(evict=[recorded.EAST])["changed"]
    sites.time += timedelta(hours=1)
    list_east(sites, sites.time - timedelta(minutes=10))
    result = revoke(evict=[recorded.EAST])
    assert result["change_reason"] == f"site east ({recorded.EAST}) is linked to this one again since its eviction"
    assert result["revocation"]["cas_made"] == 1
    assert result["revocation"]["cut_off"] == [EAST]
    assert not revoke(evict=[recorded.EAST])["changed"], "the status still lists it"
    told = result["revocation"]["proof"]
    assert sites.time - timedelta(minutes=1) < datetime.fromisoformat(told["revoked_at"].replace("Z", "+00:00"))


def list_east(store: Store, since: datetime) -> None:
    """Let the network status list `east` by a connection of some time, written now."""
    found = store.find("ConfigMap", "west", "skupper-network-status")
    assert found is not None
    status = json.loads(found["data"]["NetworkStatus"])
    for site in status["siteStatus"]:
        for link in site["routerStatus"][0]["links"]:
            link["startTime"] = int(since.timestamp() * 1_000_000)
    found["data"]["NetworkStatus"] = json.dumps(status)
    store.manage(found, {"data": found["data"]}, "config-sync")


def test_evicted_places(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """Where an evicted site was is noted beside its id, since it gets another id when it is made anew."""
    place = {"namespace": "east", "cluster": "uid", "authorities": ["d1"]}
    revoke(evict=[A], evict_locations=[place])
    noted = json.loads(notes(sites, "Secret", CA)["sitemesh.skupper/evicted-locations"])
    assert noted == [{**place, "evicted_ids": [A]}]
    assert not revoke(evict=[A], evict_locations=[place])["changed"]
    revoke(scope="none", readmit_locations=[{**place, "authorities": []}])
    assert "sitemesh.skupper/evicted-locations" not in notes(sites, "Secret", CA)
    assert "evict_locations" in revoke.failing("invalid_option", evict_locations=[{"cluster": "x"}])


def test_place_gets_another_id(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """Places that differ in nothing but the ids that they were noted with are not the same note."""
    place = {"namespace": "east", "cluster": "uid", "authorities": ["d1"]}
    revoke(evict=[A, B], evict_locations=[place])
    assert revoke(evict=[A], evict_locations=[place])["changed"]
    noted = json.loads(notes(sites, "Secret", CA)["sitemesh.skupper/evicted-locations"])
    assert noted == [{**place, "evicted_ids": [A]}]
    assert not revoke(evict=[A], evict_locations=[place])["changed"]


def test_readmission_by_places(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """Where places are given, no id lifts another one, and one with ids is that entry of the list."""
    east, south = ({"namespace": name, "cluster": None, "authorities": ["d1"]} for name in ("east", "south"))
    revoke(evict=[A], evict_locations=[east])
    revoke(scope="none", evict=[B], evict_locations=[{**east, "cluster": "uid"}, south])

    def left() -> list[Object]:
        return list(json.loads(notes(sites, "Secret", CA).get("sitemesh.skupper/evicted-locations", "[]")))

    every = left()
    assert revoke(scope="none", readmit=[A], readmit_locations=[])["revocation"]["evicted"] == [B]
    assert left() == every
    revoke(scope="none", readmit_locations=[{**east, "evicted_ids": [A]}])
    assert left() == every[1:]
    revoke(scope="none", readmit=[B])
    assert left() == []


@pytest.mark.parametrize(
    "options", [{"evict_locations": [{"namespace": "east", "cluster": "uid"}]}, {"readmit": [A]}], ids=str
)
def test_check_mode_tells_of_notes(revoke: Runner, sites: Store, west: Kubernetes, options: dict[str, Any]) -> None:
    """A change of nothing but notes is one, in check mode, too."""
    found = sites.find("Secret", "west", CA)
    assert found is not None
    noted = [{"names": [f"evict {A}"], "at": "2026-11-24T02:45:00Z", "keys": ["00"]}]
    found["metadata"]["annotations"] = {"sitemesh.skupper/revocations": json.dumps(noted)}
    foreseen = revoke(check=True, scope="none", **options)
    assert foreseen["changed"]
    assert foreseen["diff"] == revoke(scope="none", **options)["diff"]
    assert not revoke(scope="none", **options)["changed"]


def test_noted_by_an_earlier_version(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """It kept no keys, so that nothing can be proved: such an id does not count as done."""
    found = sites.find("Secret", "west", CA)
    assert found is not None
    found["metadata"]["annotations"] = {"sitemesh.skupper/revocations": json.dumps(["INC-1", f"evict {A}"])}
    result = revoke(id="INC-1")
    assert result["revocation"]["cas_made"] == 1
    assert "earlier version" in result["change_reason"]
    assert not revoke(id="INC-1")["changed"]
    assert revoke(evict=[A])["revocation"]["cas_made"] == 1


def owner_puts_back(sites: Store, west: Kubernetes, manager: str = "external-secrets") -> None:
    """The former CA comes back as soon as another one is written."""
    former = {name: dict(sites.find("Secret", "west", name)["data"]) for name in (CA,)}  # type: ignore[index]

    def act(write: str) -> None:
        if write == NEW_CA:
            found = sites.find("Secret", "west", CA)
            assert found is not None
            found["data"] = former[CA]
            found["metadata"]["resourceVersion"] += "1"
            sites.manage(found, {"data": former[CA]}, manager)

    racing(sites, west, act)


def test_put_back(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A4: a CA that comes back is no success, not in this run and not in the next one of the same id."""
    owner_puts_back(sites, west, "some-tool")
    for _time in range(2):
        result = revoke(id="INC-1")
        assert (result["failed"], result["reason"]) == (True, "ca_put_back")
        assert "some-tool" in result["msg"]
    assert "some-tool" in revoke.failing("ca_put_back", max_age="90d")
    assert "some-tool" in revoke.failing("ca_put_back", id="INC-2")


def test_put_back_later(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A4: an id counts as done only while the keys of before are not trusted, whoever brings them back."""
    former = {name: (sites.find("Secret", "west", name) or {})["data"] for name in (CA, SERVER)}
    assert revoke(id="INC-1")["changed"]
    found = sites.find("Secret", "west", CA)
    assert found is not None
    found["data"] = former[CA]
    sites.manage(found, {"data": former[CA]}, "some-tool")
    result = revoke(id="INC-1")
    assert (result["reason"], len(west.authorities)) == ("ca_put_back", 2)
    assert not revoke(id="INC-1", take_over=True).get("failed")
    assert is_whole(sites)


def test_put_back_while_it_is_watched(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A4: the last look comes a while after the CA was written, whether anything is left to wait for or not."""
    former = (sites.find("Secret", "west", CA) or {})["data"]
    sleep = revoke.time.sleep

    def slept(seconds: float) -> None:
        sleep(seconds)
        if seconds > 20:
            found = sites.find("Secret", "west", CA)
            assert found is not None
            found["data"] = former
            sites.manage(found, {"data": former}, "slow-tool")

    revoke.time.sleep = slept  # type: ignore[method-assign]
    assert "slow-tool" in revoke(id="INC-1", watch=60)["msg"]


def data_of(store: Store, secret: str) -> dict[str, str]:
    """What a Secret holds now."""
    return dict((store.find("Secret", "west", secret) or {})["data"])


def put_data(store: Store, secret: str, data: dict[str, str]) -> None:
    """Let another tool write a Secret."""
    found = store.find("Secret", "west", secret)
    assert found is not None
    found["data"] = dict(data)
    found["metadata"]["resourceVersion"] += "1"
    store.manage(found, {"data": data}, "some-tool")


@pytest.mark.parametrize("criterion", [{"id": "INC-1"}, {"max_age": "90d"}], ids=str)
def test_put_back_and_taken_over(revoke: Runner, sites: Store, west: Kubernetes, criterion: dict[str, Any]) -> None:
    """A4: a CA that was revoked is replaced, young or not, and whether or not the id is of the revocation that it was."""
    revoke(id="INC-1")
    former = data_of(sites, CA)
    revoke(id="INC-2")
    put_data(sites, CA, former)
    west(sites)
    assert "some-tool" in revoke.failing("ca_put_back", **criterion)
    result = revoke(take_over=True, **criterion)
    assert (result["change_reason"], result["revocation"]["cas_made"]) == ("a CA that was revoked was put back", 1)
    assert result["revocation"]["proof"]["state"] == "proved"
    assert is_whole(sites)


def test_put_back_while_it_is_finished(api: ApiServer, revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A4: nor does a run succeed that has made no CA itself."""
    former = data_of(sites, CA)
    interrupted(api, sites, 5)
    assert revoke(id="INC-1").get("failed")
    api.fallback = sites.answer
    racing(sites, west, lambda write: put_data(sites, CA, former) if write == REST[0] else None)
    assert revoke(id="INC-1")["reason"] == "ca_put_back"


def test_server_certificate_is_put_back(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A4: a tool that undoes what is written is given up, without a restart."""
    former = data_of(sites, SERVER)
    racing(sites, west, lambda write: put_data(sites, SERVER, former) if write == REST[0] else None)
    result = revoke(id="INC-1")
    assert result["reason"] == "revocation_not_proved"
    assert "replaced 6 times, and Secret skupper-site-server was written again by some-tool" in result["msg"]
    assert result["revocation"]["proof"]["state"] == "not_proved"
    assert west.restarts == 0


def test_server_certificate_that_is_never_taken(api: ApiServer, revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """What is told is what the API server says, and not that somebody had written something else."""

    def answer(received: Received) -> Answer:
        refused = received.method == "PATCH" and received.path.endswith(SERVER)
        return refusal(404, f'secrets "{SERVER}" not found') if refused else sites.answer(received)

    api.fallback = answer
    result = revoke(id="INC-1")
    assert result["reason"] == "conflict"
    assert f'secrets "{SERVER}" not found' in result["msg"]
    api.fallback = sites.answer
    assert revoke(id="INC-1")["revocation"]["proof"]["state"] == "proved"


LOST = [
    pytest.param(Answer(drops=True), True, id="reset after it was done"),
    pytest.param(Answer(drops=True), False, id="reset before"),
    pytest.param(refusal(500, "etcd leader changed"), True, id="500 after"),
    pytest.param(refusal(503, "shutting down"), False, id="503 before"),
    pytest.param(Answer(502, b"<html>bad gateway</html>"), True, id="gateway"),
    pytest.param(Answer(200, b"{}"), True, id="200 with nothing"),
    pytest.param(Answer(429, refusal(429).body, {"Retry-After": "3"}), False, id="429"),
]


@pytest.mark.parametrize(("answer", "done"), LOST)
def test_b3_a_revocation_whose_answers_are_lost(
    api: ApiServer, revoke: Runner, sites: Store, west: Kubernetes, answer: Answer, done: bool
) -> None:
    """Every first try of a write fails: what was done is seen, what was not is done, and one run is enough."""
    tried: set[tuple[str, str, bytes]] = set()

    def faulty(received: Received) -> Answer:
        write = (received.method, received.path, received.body)
        if received.method not in ("PATCH", "DELETE") or write in tried:
            return sites.answer(received)
        tried.add(write)
        if done:
            sites.answer(received)
        return answer

    api.fallback = faulty
    result = revoke(id="INC-1")
    assert result["revocation"]["proof"]["state"] == "proved", result
    assert is_whole(sites)
    assert result["revocation"]["cas_made"] == 1
    assert result["revocation"]["claims_removed"] == ["one", "two"]


@pytest.mark.parametrize("options", [{"scope": "none"}, {"id": "INC-1"}], ids=str)
def test_notes_that_are_not_stored(
    api: ApiServer, revoke: Runner, sites: Store, west: Kubernetes, options: dict[str, Any]
) -> None:
    """A4: an API server that answers, and stores nothing, is given up."""
    revoke(id="INC-1")
    api.fallback = lambda received: sites.unchanged(received) if received.method == "PATCH" else sites.answer(received)
    result = revoke(evict_locations=[{"namespace": "east", "cluster": "uid"}], **options)
    assert result["reason"] == "conflict"
    assert "record was done 8 times" in result["msg"]


def test_unreadable_ca(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A9: it is replaced, whatever was revoked before."""
    revoke(id="INC-1")
    put_data(sites, CA, {"tls.crt": encoded(b"x"), "tls.key": encoded(b"x")})
    result = revoke(id="INC-1")
    assert (result["change_reason"], result["revocation"]["cas_made"]) == ("the site CA can't be read", 1)
    assert is_whole(sites)


@pytest.mark.parametrize("spoilt", ["label", "time"])
def test_certificate_that_proves_nothing(revoke: Runner, sites: Store, west: Kubernetes, spoilt: str) -> None:
    """A server certificate is signed anew, and the router restarted once, where what was stored and when can't be read."""
    revoke(id="INC-1")
    found = sites.find("Secret", "west", SERVER)
    assert found is not None
    if spoilt == "label":
        found["data"]["ca.crt"] = encoded(pem(sites, SERVER, "ca.crt").replace(b" CERT", b" X509 CERT"))
    else:
        found["metadata"]["managedFields"] = []
    del sites.writes[:]
    assert revoke(id="INC-1")["revocation"]["proof"]["state"] == "proved"
    assert sites.writes == REST
    assert is_whole(sites)


@pytest.mark.parametrize("options", [{"id": "INC-1"}, {"evict": [A]}], ids=str)
def test_nothing_that_was_trusted_can_be_read(
    revoke: Runner, sites: Store, west: Kubernetes, options: dict[str, Any]
) -> None:
    """There is nothing to prove it by then; the next run of the same name makes another CA, and proves that."""
    garbage = encoded(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    for secret in (CA, SERVER):
        put_data(sites, secret, {**data_of(sites, secret), "tls.crt": garbage, "ca.crt": garbage})
    assert "no record of the keys" in revoke(**options)["msg"]
    result = revoke(**options)
    assert "which could not be read" in result["change_reason"]
    assert (result["revocation"]["cas_made"], result["revocation"]["proof"]["state"]) == (1, "proved")
    assert not revoke(**options)["changed"]


def test_unreadable_ca_is_not_adopted(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A former CA may be among what can't be read."""
    put_data(sites, CA, {"tls.crt": encoded(young_ca().pem.replace(b" CERT", b" TRUSTED CERT"))})
    assert "can't be read" in revoke.failing("ca_managed", id="INC-1", adopt=True)


@pytest.mark.parametrize("secret", [CA, SERVER, "skupper-router"])
def test_write_that_is_not_confirmed(
    api: ApiServer, revoke: Runner, sites: Store, west: Kubernetes, secret: str
) -> None:
    """A4: an answer that does not show what was stored is not believed; nothing was stored here."""
    api.fallback = lambda received: (
        sites.unchanged(received)
        if received.method == "PATCH" and received.path.endswith(secret)
        else sites.answer(received)
    )
    result = revoke(id="INC-1")
    assert result["reason"] in ("conflict", "revocation_not_proved", "revocation_timeout")
    assert f"PATCH {SECRETS}/{secret}" not in sites.writes


@pytest.mark.parametrize(
    ("manager", "operation", "owners"),
    [
        ("external-secrets", "Update", []),
        ("whatever", "Apply", []),
        ("kubectl-client-side-apply", "Update", []),
        (
            "site-controller",
            "Update",
            [{"apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret", "name": "x"}],
        ),
    ],
)
def test_owned(
    revoke: Runner, sites: Store, west: Kubernetes, manager: str, operation: str, owners: list[dict[str, str]]
) -> None:
    """A4: a CA whose data another tool manages is recognised before anything is written, and replaced on demand."""
    put_ca(sites, young_ca(), manager=manager, operation=operation)
    found = sites.find("Secret", "west", CA)
    assert found is not None
    found["metadata"]["ownerReferences"] += owners
    message = revoke.failing("ca_managed", id="INC-1")
    assert (owners[0]["kind"] if owners else manager) in message
    assert sites.writes == []
    assert not revoke(max_age="90d").get("failed"), "nothing is to be written"
    west(sites)
    result = revoke(id="INC-1", take_over=True)
    assert "taken over" in result["warnings"][0]
    assert result["revocation"]["proof"]["state"] == "proved"


def test_owned_until_it_was_taken_over(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """cert-manager is left with `ca.crt` of the CA's Secret, which nothing reads: it is no owner for ever."""
    found = sites.find("Secret", "west", CA)
    assert found is not None
    found["data"]["ca.crt"] = found["data"]["tls.crt"]
    sites.manage(found, {"data": found["data"]}, "cert-manager-certificates-issuing", "Apply")
    assert "cert-manager" in revoke.failing("ca_managed", id="INC-1")
    assert not revoke(id="INC-1", take_over=True).get("failed")
    assert revoke(id="INC-2")["revocation"]["proof"]["state"] == "proved"


def test_marks_of_a_site_are_no_owner(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """Skupper copies labels and annotations of a site to its Secrets, those of Argo CD and Helm among them."""
    found = sites.find("Secret", "west", CA)
    assert found is not None
    found["metadata"]["annotations"] = {"argocd.argoproj.io/tracking-id": "x", "meta.helm.sh/release-name": "x"}
    found["metadata"]["labels"] = {"app.kubernetes.io/managed-by": "Helm", "argocd.argoproj.io/instance": "x"}
    assert not revoke(id="INC-1").get("failed")
    assert is_whole(sites)


def test_adopted(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A CA that its owner has rotated is adopted: signed with, served, and proved; not one that is the former one."""
    put_ca(sites, young_ca("theirs"), manager="external-secrets")
    trusted(sites, young_ca("theirs"))
    assert "trusted before" in revoke.failing("ca_managed", id="INC-1", adopt=True)
    put_ca(sites, young_ca("rotated"), manager="external-secrets")
    west(sites)
    result = revoke(id="INC-1", adopt=True)
    assert not result.get("failed"), result
    assert sites.writes == EVERY_WRITE
    assert result["revocation"]["ca_before"] == fingerprint(young_ca("theirs").pem)
    assert result["revocation"]["ca_after"] == fingerprint(young_ca("rotated").pem)
    assert result["revocation"]["proof"]["state"] == "proved"
    assert is_whole(sites)
    assert not revoke(id="INC-1", adopt=True)["changed"]
    assert not revoke(id="INC-1")["changed"]


def test_adopted_without_knowing_the_former_ca(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A CA that nobody has rotated is not taken for a new one because what the router trusts can't be read."""
    revoke(id="INC-1")
    found = sites.find("Secret", "west", SERVER)
    assert found is not None
    found["data"]["ca.crt"] = encoded(b"x")
    del sites.writes[:]
    assert "what the router trusts can't be read" in revoke.failing("ca_managed", id="INC-2", adopt=True)
    assert sites.writes == []


@pytest.mark.parametrize("kind", ["rsa", "ec"])
@pytest.mark.parametrize("adopt", [True, False], ids=["adopted", "replaced"])
def test_b6_ca_that_skupper_cannot_sign_with(
    revoke: Runner, sites: Store, west: Kubernetes, kind: str, adopt: bool
) -> None:
    """A key that only this collection reads keeps no revocation from being done, by the owner's CA or by a new one."""
    trusted(sites, young_ca("theirs"))
    odd = authority(kind=kind, starts=WEST_TIME)
    put_ca(sites, odd, manager="external-secrets" if adopt else "skupper")
    found = sites.find("Secret", "west", CA)
    assert found is not None
    found["data"]["tls.key"] = encoded(odd.key_pem)
    west(sites)
    result = revoke(id="INC-1", adopt=True) if adopt else revoke(id="INC-1")
    assert result["revocation"]["proof"]["state"] == "proved"
    assert is_whole(sites)
    assert (pem(sites, CA) == odd.pem) is adopt
    assert adopt is any("can't sign for claims" in warning for warning in result.get("warnings", ()))
    assert (b"BEGIN RSA PRIVATE KEY" in pem(sites, CA, "tls.key")) is not adopt


def test_b6_ca_that_can_sign_nothing_is_not_adopted(revoke: Runner, sites: Store) -> None:
    """It is found out before claims are deleted, and not when the server certificate is to be signed."""
    put_record(sites, "two", LONG_AGO, made=1)
    trusted(sites, young_ca("theirs"))
    for pair in (authority(kind="ed25519", starts=WEST_TIME), young_ca("rotated")):
        put_ca(sites, young_ca("rotated"), manager="external-secrets")
        found = sites.find("Secret", "west", CA)
        assert found is not None
        found["data"] = {"tls.crt": encoded(pair.pem), "tls.key": encoded(authority(kind="ed25519").key_pem)}
        assert "can't be adopted" in revoke.failing("ca_unusable", id="INC-1", adopt=True)
    assert sites.writes == []


def test_adopted_with_a_redemption_under_way(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A7: only its owner can make another CA; the run fails until it has, and is proved then."""
    put_record(sites, "two", LONG_AGO, made=1)
    trusted(sites, young_ca("theirs"))
    put_ca(sites, young_ca("rotated"), manager="external-secrets")
    west(sites)
    result = revoke(id="INC-1", adopt=True)
    assert result["reason"] == "ca_managed"
    assert "once more where it is kept, since two was redeemed shortly before" in result["msg"]
    assert result["revocation"]["proof"]["state"] == "not_proved"
    assert "counts as a former one" in result["revocation"]["proof"]["redemptions"]
    assert revoke(id="INC-1", adopt=True)["reason"] == "ca_put_back"
    put_ca(sites, young_ca("rotated once more"), manager="external-secrets")
    west(sites)
    assert revoke(id="INC-1", adopt=True)["revocation"]["proof"]["state"] == "proved"
    assert is_whole(sites)


@pytest.mark.parametrize(
    ("minutes", "created"),
    [pytest.param(1, LONG_AGO, id="at once"), pytest.param(10, LONG_AGO, id="late"), pytest.param(10, "", id="issued")],
)
def test_adopted_after_its_first_redemption(
    revoke: Runner, sites: Store, west: Kubernetes, minutes: int, created: str
) -> None:
    """What was redeemed between the rotation and the adoption was signed by the new CA, however long ago that was."""
    sites.time += timedelta(minutes=1)
    put_ca(sites, young_ca("rotated"), manager="cert-manager-certificates-issuing")
    west(sites)
    sites.time += timedelta(minutes=1)
    put_record(sites, "leaked", created, made=1)
    sites.time += timedelta(minutes=minutes)
    result = revoke(id="INC-1", adopt=True)
    assert result["reason"] == "ca_managed"
    assert "since leaked was redeemed shortly before the CA was rotated, or later" in result["msg"]
    put_ca(sites, young_ca("rotated once more"), manager="cert-manager-certificates-issuing")
    west(sites)
    assert revoke(id="INC-1", adopt=True)["revocation"]["proof"]["state"] == "proved"


def test_check_mode_asks_for_another_rotation(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A run that would end by asking for it is foreseen, with what it does until then."""
    put_ca(sites, young_ca("rotated"), manager="external-secrets")
    west(sites)
    put_record(sites, "two", LONG_AGO, made=1)
    foreseen = revoke(check=True, id="INC-1", adopt=True)
    assert foreseen["reason"] == "ca_managed"
    assert "would have to be rotated once more" in foreseen["msg"]
    assert steps(foreseen)[:2] == ["disable_claims", "adopt_ca"]
    assert sites.writes == []


def test_adopted_at_an_unknown_time(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """Whatever was ever redeemed may have been signed for by a CA that was stored nobody knows when."""
    put_ca(sites, young_ca("rotated"))
    ca = sites.find("Secret", "west", CA)
    assert ca is not None
    ca["metadata"]["managedFields"] = []
    west(sites)
    assert "since two was redeemed" in revoke(id="INC-1", adopt=True)["msg"]


@pytest.mark.parametrize("count", range(4))
def test_killed_while_a_ca_is_adopted(
    api: ApiServer, revoke: Runner, sites: Store, west: Kubernetes, count: int
) -> None:
    """A redemption under the adopted CA is not forgotten, though no claim had to be made unusable for it."""
    for name in ("one", "two"):
        del sites.objects[f"{SECRETS}/{name}"]
    put_ca(sites, young_ca("rotated"), manager="external-secrets")
    west(sites)
    put_record(sites, "late", made=1)["metadata"]["annotations"]["skupper.io/claims-remaining"] = "0"
    sites.time += timedelta(minutes=10)
    interrupted(api, sites, count)
    revoke(id="INC-1", adopt=True)
    api.fallback = sites.answer
    assert "once more where it is kept, since late was redeemed" in revoke(id="INC-1", adopt=True)["msg"]


def trusted(store: Store, *authorities: Pair) -> None:
    """Let the router trust some CAs."""
    found = store.find("Secret", "west", SERVER)
    assert found is not None
    found["data"]["ca.crt"] = encoded(b"".join(each.pem for each in authorities))


@pytest.mark.parametrize("kept", ["bundle", "trust", "key"])
def test_former_key_beside_the_new_ca(revoke: Runner, sites: Store, west: Kubernetes, kept: str) -> None:
    """A8: a former CA in a bundle, in what the router trusts, or renewed with its key is not revoked."""
    former = young_ca("former")
    put_ca(sites, former)
    west(sites)
    assert revoke(id="INC-1")["changed"]
    present = x509.load_pem_x509_certificate(pem(sites, CA))
    ours = Pair(present, serialization.load_pem_private_key(pem(sites, CA, "tls.key"), None))  # type: ignore[arg-type]
    if kept == "bundle":
        put_ca(sites, ours, former)
    elif kept == "key":
        put_ca(sites, renewed(former))
    else:
        trusted(sites, ours, former)
        del sites.writes[:]
        assert revoke(id="INC-1")["changed"]
        assert sites.writes == REST
        assert is_whole(sites)
        return
    assert revoke(id="INC-1")["reason"] == "ca_put_back"


def test_former_ca_that_is_trusted_again_and_again(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A8: whoever adds the former CA to what the router trusts ends the run, which does not go on for ever."""
    former = x509.load_pem_x509_certificate(pem(sites, CA))
    old = Pair(former, young_ca("unused").key)

    def act(write: str) -> None:
        if write == REST[0]:
            found = sites.find("Secret", "west", SERVER)
            assert found is not None
            trusted(sites, old)
            found["metadata"]["resourceVersion"] += "1"
            sites.manage(found, {"data": {"ca.crt": ""}}, "some-tool")

    racing(sites, west, act)
    result = revoke(id="INC-1")
    assert result["reason"] == "revocation_not_proved"
    assert "some-tool" in result["msg"]


@pytest.mark.parametrize("place", ["bundle", "trust", "key"])
def test_as_old_as_the_oldest(revoke: Runner, sites: Store, west: Kubernetes, place: str) -> None:
    """A8: NEW+OLD in the CA's Secret, or OLD in what the router trusts, is not young, with another key or the same."""
    old = authority(kind="rsa", starts=WEST_TIME - timedelta(days=400))
    young = renewed(old) if place == "key" else young_ca("beside")
    put_ca(sites, young, *([old] if place == "bundle" else []))
    trusted(sites, young if place == "bundle" else old)
    west(sites)
    assert revoke(max_age="90d")["revocation"]["cas_made"] == 1
    assert is_whole(sites)


def renewed(ca: Pair) -> Pair:
    """A certificate of the same key, valid from now."""
    return Pair(authority_of(ca.key, WEST_TIME), ca.key)


def test_company(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A8b: the CA of a company's PKI, ten days old, is left alone with the server certificate that another one signed.

    It is never replaced unasked, however many claims were redeemed and whoever wrote the Secrets.
    """
    made = company(WEST_TIME - timedelta(days=10))
    put_ca(sites, made["A"], made["root"], manager="kubectl-patch")
    found = sites.find("Secret", "west", SERVER)
    assert found is not None
    chain = encoded(made["server"].pem + made["B"].pem)
    found["data"] = {"tls.crt": chain, "tls.key": encoded(pkcs1(made["server"])), "ca.crt": encoded(made["root"].pem)}
    sites.manage(found, {"data": found["data"]}, "kubectl-patch")
    put_record(sites, "late", made=1)
    west(sites)
    before = dict(found["data"])
    assert not revoke(max_age="90d")["changed"]
    assert "Corp Root" in revoke.failing("ca_managed", id="INC-1")
    assert "Corp Root" in revoke.failing("ca_managed", max_age="1d")
    assert sites.writes == []
    assert found["data"] == before


def test_company_root_cannot_be_replaced(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A8b: another issuing CA of the same root takes nothing back, and is refused before anything is written."""
    made = company(WEST_TIME - timedelta(days=10))
    put_ca(sites, made["A"], made["root"], manager="cert-manager-certificates-issuing", operation="Apply")
    trusted(sites, made["A"], made["root"])
    put_ca(sites, made["B"], made["root"], manager="cert-manager-certificates-issuing", operation="Apply")
    assert "trusted before" in revoke.failing("ca_managed", id="INC-1", adopt=True)
    assert sites.writes == []


def test_ended(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A9: a CA that has ended is not young enough."""
    assert not revoke(max_age="3650d")["changed"]
    sites.time += timedelta(days=1900)
    assert "ended at" in revoke(max_age="3650d")["change_reason"]


def test_clock_of_whoever_made_the_ca(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A9: a CA from a clock that is ahead is as old as its Secret."""
    put_ca(sites, authority(kind="rsa", starts=WEST_TIME + timedelta(days=300)))
    west(sites)
    sites.time += timedelta(days=100)
    assert revoke(max_age="90d")["revocation"]["cas_made"] == 1


def test_retired_router(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A router that was taken out of its Service keeps its connections, and belongs to no Deployment."""
    put_pod(sites, name="retired", component="router-retiring")
    result = revoke(id="INC-1", wait_timeout=20)
    assert result["reason"] == "revocation_timeout"
    assert "retired (it is retired)" in result["msg"]
    assert west.restarts == 1, "a restart would not end it"
    del sites.objects[f"{PODS}retired"]
    assert revoke(id="INC-1")["revocation"]["proof"]["state"] == "proved"


def test_pod_that_is_no_router(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A pod with the router's label that no rollout replaces costs one restart, whoever runs how often, and is named."""
    put_pod(sites, name="zz-debug")

    def kept(store: Store) -> None:
        stray = store.objects.pop(f"{PODS}zz-debug", None)
        west(store)
        if stray is not None:
            store.objects[f"{PODS}zz-debug"] = stray

    sites.controllers = kept
    criteria: list[dict[str, Any]] = [{"id": "INC-1"}, {"id": "INC-1"}, {"max_age": "90d"}]
    for criterion in criteria:
        result = revoke(wait_timeout=20, **criterion)
        assert result["reason"] == "revocation_timeout"
        assert "zz-debug (a restart did not end it) still runs" in result["msg"]
    assert west.restarts == 1
    del sites.objects[f"{PODS}zz-debug"]
    assert revoke(id="INC-1")["revocation"]["proof"]["state"] == "proved"


def test_not_waited_for(revoke: Runner, sites: Store, west: Kubernetes) -> None:
    """A run that does not wait says that the proof is still to come."""
    west.rolls = False
    assert revoke(id="INC-1", wait=False)["revocation"]["proof"]["state"] == "pending"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"scope": "claims", "id": "x"}, "scope: all"),
        ({"scope": "claims", "max_age": "1d"}, "scope: all"),
        ({"scope": "none", "evict": [A], "ca_validity": "1d"}, "scope: all"),
        ({"scope": "claims", "adopt": True}, "scope: all"),
        ({"adopt": True, "take_over": True}, "one of them"),
        ({"evict": ["east"]}, "UUID"),
        ({"max_age": "90d", "ca_validity": "90d"}, "before it is as old"),
        ({"watch": -1}, "watch"),
        ({"id": ""}, "printable"),
        ({"id": "a\nb"}, "printable"),
        ({"id": f"evict {A}"}, "name of an eviction"),
        ({"id": "x" * 201}, "200"),
        ({"max_age": "0"}, "max_age"),
        ({"issued_before": "yesterday"}, "RFC 3339"),
        ({"issued_before": "2026-11-24T02:46:00Z"}, "in the future"),
        ({"ca_validity": "1m"}, "ca_validity"),
        ({"ca_validity": "7301d"}, "ca_validity"),
        ({"evict": [A], "readmit": [A]}, "at once"),
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
    ("verb", "path"),
    [("delete", f"{SECRETS}/one"), *(("patch", each.split()[1]) for each in (DISABLING[0], NEW_CA, *REST))],
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
