# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine of skupper_token: every step in check mode first, and what keeps a site from issuing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.token import ClaimToken, PlaceholderToken
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.objects.token import read_token

from tests.unit.support import recorded
from tests.unit.support.apiserver import Answer, ApiServer, Received
from tests.unit.support.authorities import give_ca, signing_ca
from tests.unit.support.engines import Result, Runner
from tests.unit.support.revocable import put_record, redeem
from tests.unit.support.store import Store

KNOWN = "(known after apply)"


def both(run: Runner, store: Store, changed: bool, **args: Any) -> Result:
    """Run in check mode, which must write nothing, then for real; both say the same about a change."""
    before = list(store.writes)
    predicted = run(check=True, **args)
    assert store.writes == before
    result = run(**args)
    assert (predicted.get("changed"), result.get("changed")) == (changed, changed), (predicted, result)
    assert (store.writes != before) is changed
    for side in ("before", "after"):
        told = predicted["diff"][side]
        assert set(told) == set(result["diff"][side])
        assert all(value in (KNOWN, result["diff"][side][key]) for key, value in told.items()), (predicted, result)
    return result


def test_matrix(token: Runner, sites: Store) -> None:
    """Create, again, modify, again, delete, again, each in check mode first."""
    made = both(token, sites, True, name="for-east")
    assert (made["usable"], made["uses_remaining"], made["uses_made"]) == (True, 1, 0)
    assert made["expires_at"] == "2026-11-24T03:00:00Z"
    assert made["change_reason"] == "there is no such claim"
    again = both(token, sites, False, name="for-east")
    assert again["token"] == made["token"]
    more = both(token, sites, True, name="for-east", uses=3, expiry="1h")
    assert (more["uses_remaining"], more["expires_at"]) == (3, "2026-11-24T03:45:00Z")
    assert more["token"]["data"] == made["token"]["data"]
    both(token, sites, False, name="for-east", uses=3, expiry="60m")
    gone = both(token, sites, True, name="for-east", state="absent")
    assert gone["usable"] is False
    both(token, sites, False, name="for-east", state="absent")


def test_token(token: Runner, sites: Store) -> None:
    """What is returned is what Skupper's command line would have printed."""
    made = token(name="claim-new")
    assert token.holds_secret
    read = read_token(made["token"])
    assert isinstance(read, ClaimToken)
    assert read.url == "https://203.0.113.7:8081/claim-new"
    assert read.password.value == b"a" * 24
    wanted = recorded.document("tokens/claim")
    assert made["token"]["data"]["ca.crt"] == wanted["data"]["ca.crt"]
    assert made["token"]["metadata"]["ownerReferences"] == wanted["metadata"]["ownerReferences"]
    assert set(made["token"]["metadata"]["annotations"]) == set(wanted["metadata"]["annotations"])


def test_check_mode_returns_a_placeholder(token: Runner) -> None:
    """Without any secret, but recognised by skupper_link."""
    found = token(check=True, name="for-east")
    assert read_token(found["token"]) == PlaceholderToken("for-east", recorded.WEST)
    assert not token.holds_secret


def test_claim_of_skupper_itself(token: Runner, sites: Store) -> None:
    """A claim that Skupper's command line made is rebuilt from its record, but for the quotes."""
    sites.put("west", recorded.document("records/claim"))
    found = token(name="claim")
    assert found["changed"] is False
    assert found["token"] == recorded.document("tokens/claim")


@pytest.mark.parametrize(
    ("record", "renew", "changed", "usable"),
    [
        ("claim", "never", False, True),
        ("claim", "unusable", False, True),
        ("claim", "always", True, True),
        ("claim-redeemed", "never", False, False),
        ("claim-redeemed", "unusable", True, True),
        ("claim-redeemed", "always", True, True),
    ],
)
def test_renewal(token: Runner, sites: Store, record: str, renew: str, changed: bool, usable: bool) -> None:
    """A renewed claim has another password, and the old token is worth nothing."""
    before = sites.put("west", recorded.document(f"records/{record}"))
    result = both(token, sites, changed, name="claim", renew=renew)
    assert result["usable"] is usable
    record_after = sites.find("Secret", "west", "claim")
    assert record_after is not None
    assert (record_after["data"] != before["data"]) is changed
    assert "YWJj" not in str(result["diff"])


def test_spent_token_says_so(token: Runner, sites: Store) -> None:
    """Whoever uses it is told before the site is asked."""
    sites.put("west", recorded.document("records/claim-redeemed"))
    read = read_token(token(name="claim")["token"])
    assert isinstance(read, ClaimToken)
    assert read.used_up


def test_corrupt_record_is_repaired(token: Runner, sites: Store) -> None:
    """What the claim server can't read is written anew."""
    record = recorded.document("records/claim")
    record["metadata"]["annotations"].update(
        {"skupper.io/claims-made": "x", "skupper.io/claim-expiration": "2026-11-24 02:56:14"}
    )
    sites.put("west", record)
    assert both(token, sites, True, name="claim")["usable"] is True
    both(token, sites, False, name="claim")


def test_dest(token: Runner, sites: Store, tmp_path: Path) -> None:
    """The token goes to the file and nowhere else; a file that others may read is closed again."""
    path = tmp_path / "token.yaml"
    args: dict[str, Any] = {"name": "for-east", "dest": str(path)}
    made = both(token, sites, True, **args)
    assert "token" not in made
    assert made["dest"] == str(path)
    assert not token.holds_secret
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(read_token(document), ClaimToken)
    assert document["data"]["password"] not in str(made)
    assert token(**args)["changed"] is False
    path.chmod(0o644)
    assert token(check=True, **args)["changed"] is True
    assert path.stat().st_mode & 0o077
    assert token(**args)["changed"] is True
    assert not path.stat().st_mode & 0o077
    path.unlink()
    assert token(**args)["diff"]["before"]["dest"] == {"path": str(path), "state": "absent"}
    assert token(**args)["changed"] is False


def test_dest_of_a_spent_claim(token: Runner, sites: Store, tmp_path: Path) -> None:
    """It is written, with a warning, once; a token does not change when it is used."""
    sites.put("west", recorded.document("records/claim"))
    path = tmp_path / "token.yaml"
    token(name="claim", dest=str(path))
    sites.put("west", recorded.document("records/claim-redeemed"))
    assert token(name="claim", dest=str(path))["changed"] is False
    path.unlink()
    assert "used up" in token(name="claim", dest=str(path))["warnings"][0]


def test_dest_absent(token: Runner, sites: Store, tmp_path: Path) -> None:
    """The file goes if it is the token, and stays if it is something else."""
    path = tmp_path / "token.yaml"
    token(name="for-east", dest=str(path))
    assert token(check=True, name="for-east", dest=str(path), state="absent")["changed"] is True
    assert path.exists()
    assert token(name="for-east", dest=str(path), state="absent")["changed"] is True
    assert not path.exists()
    assert token(name="for-east", dest=str(path), state="absent")["changed"] is False
    path.write_text("metadata: {name: other}\n", encoding="utf-8")
    assert token(name="for-east", dest=str(path), state="absent")["changed"] is False
    assert path.exists()


def test_dest_is_tried_first(token: Runner, sites: Store, tmp_path: Path) -> None:
    """No claim is made for a file that can't be written."""
    token.failing("dest_unwritable", name="for-east", dest=str(tmp_path / "none" / "token.yaml"))
    assert sites.writes == []


@pytest.mark.parametrize(
    "args",
    [
        {"name": "claim"},
        {"name": "claim", "renew": "always"},
        {"name": "claim", "state": "absent"},
        {"type": "cert"},
    ],
    ids=["claim", "renewal", "absence", "cert"],
)
@pytest.mark.parametrize("kind", ["FIFO", "symbolic link", "device"])
def test_d1_dest_is_no_file(token: Runner, sites: Store, tmp_path: Path, kind: str, args: dict[str, Any]) -> None:
    """Nothing is issued for it, and nothing withdrawn."""
    sites.put("west", recorded.document("records/claim"))
    path = tmp_path / "token.yaml"
    if kind == "FIFO":
        os.mkfifo(path)
    elif kind == "symbolic link":
        path.symlink_to(tmp_path / "victim")
    message = token.failing("dest_unwritable", dest="/dev/full" if kind == "device" else str(path), **args)
    assert f"it is a {kind}" in message
    assert sites.writes == []
    assert Path("/dev/full").is_char_device()


@pytest.mark.parametrize(
    ("kind", "form"), [("rsa", "PKCS8"), ("ec", "TraditionalOpenSSL"), ("ec", "PKCS8"), ("rsa", "")]
)
def test_b6_ca_that_skupper_cannot_sign_with(token: Runner, sites: Store, kind: str, form: str) -> None:
    """No claim is issued that would be spent for nothing, and none is handed out again; what is there can be withdrawn."""
    args: dict[str, Any] = {"name": "for-east"}
    token(**args)
    sites.writes.clear()
    give_ca(sites, signing_ca(kind, kind), form)
    for more in ({}, {"renew": "always"}, {"uses": 3}, {"name": "another"}):
        message = token.failing("ca_unusable", **{**args, **more})
        assert "namespace west" in message
    assert sites.writes == []
    assert token(**args, state="absent")["changed"] is True


def test_b6_spent_claim_of_such_a_ca(token: Runner, sites: Store) -> None:
    """Nothing is to be signed for it any more, so that a run that finds it stays as it was."""
    sites.put("west", recorded.document("records/claim-redeemed"))
    give_ca(sites, signing_ca("ec", "ec"), "PKCS8")
    assert (token(name="claim")["changed"], token(name="claim")["usable"]) == (False, False)
    token.failing("ca_unusable", name="claim", renew="unusable")


def without(name: str, key: str) -> Any:
    """Take an object of `west` away."""

    def change(store: Store) -> None:
        del store.objects[store.path(key, "west", name)]

    return change


def pending(store: Store) -> None:
    """The load balancer has no address yet."""
    service = store.find("Service", "west", "skupper-router")
    assert service is not None
    service["status"] = {}


def edge(store: Store) -> None:
    """An edge site in place of the interior one."""
    for name in ("skupper-site", "skupper-internal"):
        store.put("west", recorded.document(f"shore/{name}"))


def occupied(store: Store) -> None:
    """Another Secret of the name."""
    store.put("west", {"kind": "Secret", "metadata": {"name": "for-east", "labels": None}})


def denied(verb: str, kind: str, name: str = "") -> Any:
    """RBAC forbids something in `west`."""
    return lambda store: store.denied.add((verb, store.path(kind, "west", name)))


@pytest.mark.parametrize(
    ("change", "reason", "words"),
    [
        pytest.param(without("skupper-site", "ConfigMap"), "no_site", "namespace west", id="no site"),
        pytest.param(without("skupper-internal", "ConfigMap"), "site_not_ready", "skupper-internal", id="no router"),
        pytest.param(without("skupper-site-ca", "Secret"), "site_not_ready", "skupper-site-ca", id="no CA"),
        pytest.param(pending, "ingress_pending", "no host", id="load balancer pending"),
        pytest.param(edge, "site_cannot_accept", "edge site", id="edge"),
        pytest.param(occupied, "name_taken", "for-east", id="name taken"),
        pytest.param(denied("get", "ConfigMap", "skupper-site"), "forbidden", "get on configmaps", id="403 site"),
        pytest.param(denied("get", "Secret", "for-east"), "forbidden", "get on secrets", id="403 record"),
    ],
)
def test_refused(token: Runner, sites: Store, change: Any, reason: str, words: str) -> None:
    """The same sentence in check mode and without, and nothing written."""
    change(sites)
    assert words in token.failing(reason, name="for-east")
    assert sites.writes == []


def test_no_right_to_create(token: Runner, sites: Store) -> None:
    """Only the run can know."""
    denied("create", "Secret")(sites)
    result = token(name="for-east")
    assert (result["reason"], sites.writes) == ("forbidden", [])
    assert "create on secrets in namespace west" in result["msg"]


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        ({"name": "For_East"}, "invalid_name"),
        ({"name": "x", "expiry": "soon"}, "invalid_duration"),
        ({"name": "x", "expiry": "-15m"}, "invalid_duration"),
        ({"name": "x", "uses": -1}, "invalid_option"),
    ],
    ids=str,
)
def test_wrong_options(token: Runner, sites: Store, args: dict[str, Any], reason: str) -> None:
    """Refused before anything is asked of the site."""
    token.failing(reason, **args)
    assert token.api.requests == []


CA = "/api/v1/namespaces/west/secrets/skupper-site-ca"


def redeemed_claim(sites: Store) -> None:
    """A claim `for-east` that was redeemed just now, and can be once more."""
    redeem(sites, put_record(sites, "for-east"), 1)


def test_absent_after_a_redemption(token: Runner, sites: Store) -> None:
    """It is noted with the CA before the claim goes, since its record could not tell a revocation of it."""
    redeemed_claim(sites)
    assert token(name="for-east", state="absent")["changed"]
    assert sites.writes == [f"PATCH {CA}", "DELETE /api/v1/namespaces/west/secrets/for-east"]


def test_absent_and_redeemed_at_once(api: ApiServer, token: Runner, sites: Store) -> None:
    """A redemption between the look and the removal is seen."""
    put_record(sites, "for-east")

    def answer(received: Received) -> Answer:
        if received.method == "DELETE" and not sites.writes:
            found = put_record(sites, "for-east", made=1)
            found["metadata"]["resourceVersion"] = "9999"
        return sites.answer(received)

    api.fallback = answer
    assert token(name="for-east", state="absent")["changed"]
    assert sites.writes == [f"PATCH {CA}", "DELETE /api/v1/namespaces/west/secrets/for-east"]


def test_absent_after_a_redemption_without_a_right(token: Runner, sites: Store) -> None:
    """An account that may not write the note says so."""
    redeemed_claim(sites)
    sites.denied.add(("patch", CA))
    result = token(name="for-east", state="absent")
    assert result["changed"]
    assert "wait two minutes" in result["warnings"][0]


def test_absent_in_the_wrong_namespace(token: Runner, sites: Store) -> None:
    """A mistyped namespace does not pass for a claim that is gone."""
    token.failing("no_site", name="for-east", state="absent", namespace="wset")
