# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a look at a site says of a revocation: each check by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.authority import (
    AuthorityNotes,
    Record,
    RevocableSite,
    Rollout,
    RouterPod,
    ServerCertificate,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.link import Incoming
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.secret import SecretBytes
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.token import ClaimRecord
from ansible_collections.sitemesh.skupper.plugins.module_utils._pki.trust import keys_of
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.proof import prove
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.rollout import former_pods
from ansible_collections.sitemesh.skupper.plugins.module_utils._view.revocation import proof_view

from tests.unit.support.certificates import NOW, authority, authority_of, known, leaf, signed_by

CA, FORMER = known("now").pem, known("before").pem
MADE, STORED = NOW - timedelta(hours=2), NOW - timedelta(hours=1)
SECOND = timedelta(seconds=1)
FIRST = Record(("A",), MADE, tuple(keys_of(FORMER)))
# The former CA by the labels that OpenSSL takes for certificates, too.
TRUSTED, X509 = (FORMER.replace(b" CERT", label + b" CERT") for label in (b" TRUSTED", b" X509"))
RENEWED = authority_of(known("before").key, NOW)
ROOT = authority("Corp Root")


def site(
    ca: bytes = CA,
    trust: bytes = CA,
    certificate: bytes = leaf("now"),
    stored: datetime | None = STORED,
    pods: tuple[RouterPod, ...] = (RouterPod("router", STORED + SECOND),),
    claims: tuple[ClaimRecord, ...] = (),
    records: tuple[Record, ...] = (FIRST,),
) -> RevocableSite:
    """A site on which every check holds, unless something else is said; nothing on it is marked."""
    return RevocableSite(
        AuthorityNotes(ca, None, records=records),
        ServerCertificate(certificate, trust, stored),
        Rollout(None, "0 of 1 routers are ready", pods),
        claims,
        (Incoming("id", "east"),),
        NOW,
    )


def claim(name: str, created: datetime) -> ClaimRecord:
    """A claim of that time."""
    return ClaimRecord(name, SecretBytes(b"x"), created, None, 0, 0)


def lacks(situation: RevocableSite, record: Record | None = FIRST) -> dict[str, str]:
    """The checks that do not hold, with what was seen."""
    return {check.name: check.fact for check in prove(situation, record).checks if not check.holds}


def pem(certificate: Any) -> bytes:
    """A parsed certificate as text."""
    return replace(known("now"), certificate=certificate).pem


def test_all_hold() -> None:
    """The notes on pods and rollout have no part in it, and the time of the look is told."""
    proof = prove(site(), FIRST)
    assert proof.holds
    assert (proof.lacks, proof.seen_until, proof.case) == ("", NOW, "")
    assert proof_view(proof)["checks"] == [
        {"check": "authority", "holds": True, "fact": "the site CA holds none of the 1 former key"},
        {"check": "trust", "holds": True, "fact": "what the router trusts holds none of the 1 former key"},
        {
            "check": "server_certificate",
            "holds": True,
            "fact": "the server certificate leads to the current site CA",
        },
        {
            "check": "routers",
            "holds": True,
            "fact": "no router runs since before the server certificate was stored (2026-11-24T11:00:00Z)",
        },
        {"check": "claims", "holds": True, "fact": "no former claim is left"},
        {"check": "redemptions", "holds": True, "fact": "no claim was redeemed shortly before"},
    ]


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(None, id="none"),
        pytest.param(Record(("A",)), id="of an earlier version"),
        pytest.param(Record(("A",), None, FIRST.keys), id="without a time"),
        pytest.param(Record(("A",), MADE), id="without keys"),
    ],
)
def test_unrecorded(record: Record | None) -> None:
    """Without the keys of before nothing can be proved, whatever else is as it should be."""
    earlier = replace(FIRST, names=("earlier",))
    notes = (earlier,) if record is None else (earlier, record)
    proof = prove(site(records=notes), record)
    assert not proof.holds
    assert [check.name for check in proof.checks] == ["record"]
    assert "no record of the keys" in proof.lacks
    assert proof.seen_until == NOW


@pytest.mark.parametrize(
    ("bundle", "words"),
    [
        pytest.param(CA, "", id="new"),
        pytest.param(CA + ROOT.pem, "", id="with another new one"),
        pytest.param(FORMER, "trusted before", id="put back"),
        pytest.param(CA + FORMER, "trusted before", id="put back beside it"),
        pytest.param(FORMER + CA, "trusted before", id="put back before it"),
        pytest.param(pem(RENEWED), "trusted before", id="renewed with the former key"),
        pytest.param(signed_by(known("before"), ROOT).pem, "trusted before", id="the former key, signed by another"),
        pytest.param(CA + TRUSTED, "can't be read", id="put back as OpenSSL alone can read it"),
        pytest.param(TRUSTED + CA, "can't be read", id="the same before it"),
        pytest.param(CA + X509, "can't be read", id="put back under the label of old"),
        pytest.param(X509 + CA, "can't be read", id="the same before it, too"),
        pytest.param(TRUSTED, "can't be read", id="nothing else"),
        pytest.param(CA + FORMER[:300], "can't be read", id="cut"),
        pytest.param(CA + known("now").key_pem, "can't be read", id="with a key"),
        pytest.param(b"", "can't be read", id="nothing"),
        pytest.param(b"x", "can't be read", id="garbage"),
    ],
)
@pytest.mark.parametrize(("name", "place"), [("authority", "ca"), ("trust", "trust")])
def test_keys(name: str, place: str, bundle: bytes, words: str) -> None:
    """No key of before, in the CA's Secret or in what the router trusts; what can't be read may be one."""
    found = lacks(site(ca=bundle) if place == "ca" else site(trust=bundle))
    assert bool(words) == (name in found)
    assert words in found.get(name, "")
    assert set(found) <= {name, "server_certificate"}


def test_keys_of_all_revocations_before() -> None:
    """A key that an earlier revocation took away is no better, while one that a later one took away was trusted then."""
    first, second = replace(FIRST, keys=("00",)), Record(("B",), NOW, FIRST.keys)
    both = site(ca=CA + FORMER, records=(first, second))
    assert lacks(both, first) == {}
    assert set(lacks(both, second)) == {"authority"}
    assert "none of the 2 former keys" in prove(site(records=(first, second)), second).checks[0].fact
    earlier = site(ca=CA + FORMER, records=(FIRST, replace(second, keys=("00",))))
    assert set(lacks(earlier, earlier.authority.records[1])) == {"authority"}


@pytest.mark.parametrize(
    ("certificate", "ca", "leads"),
    [
        pytest.param(leaf("now"), CA, True, id="signed by it"),
        pytest.param(leaf("before"), CA, False, id="signed by the former one"),
        pytest.param(leaf("now"), known("next").pem, False, id="the CA was replaced since"),
        pytest.param(leaf("now") + signed_by(known("now"), ROOT).pem, ROOT.pem, True, id="over another one"),
        pytest.param(leaf("now"), ROOT.pem, False, id="with the one in between missing"),
        pytest.param(b"", CA, False, id="none"),
        pytest.param(b"x", CA, False, id="garbage"),
    ],
)
def test_server(certificate: bytes, ca: bytes, leads: bool) -> None:
    """The certificate that the router shows leads to the current CA."""
    found = lacks(site(certificate=certificate, ca=ca, trust=ca))
    assert ("server_certificate" in found) is not leads
    assert set(found) <= {"server_certificate"}


@pytest.mark.parametrize(
    ("pod", "words"),
    [
        pytest.param(RouterPod("r", STORED + SECOND), "", id="younger"),
        pytest.param(RouterPod("r", STORED), "r runs since before", id="of the same second"),
        pytest.param(RouterPod("r", STORED - SECOND), "r runs since before", id="older"),
        pytest.param(RouterPod("r", MADE, "it is ending"), "r (it is ending) runs", id="ending"),
        pytest.param(RouterPod("r", MADE, "it is retired"), "r (it is retired) runs", id="retired"),
        pytest.param(RouterPod("r", STORED + SECOND, "it is retired"), "", id="retired, but younger"),
    ],
)
def test_routers(pod: RouterPod, words: str) -> None:
    """Each started after the last write of its certificates, whether it is on its way out or not."""
    found = lacks(site(pods=(RouterPod("router", STORED + SECOND), pod)))
    assert (words in found["routers"]) if words else not found
    assert "2026-11-24T11:00:00Z" in found.get("routers", "2026-11-24T11:00:00Z")


def test_several_routers() -> None:
    """All are named, in their order; without any there is none of before."""
    old = (RouterPod("b", MADE), RouterPod("a", STORED, "it is ending"))
    assert lacks(site(pods=old))["routers"].startswith("a (it is ending) and b runs")
    assert [pod.name for pod in former_pods(site(pods=old))] == ["b", "a"]
    assert lacks(site(pods=())) == {}


def test_unknown_time() -> None:
    """Without it any router may hold former certificates."""
    found = site(stored=None)
    assert lacks(found) == {"routers": "the API server does not say when the server certificate was stored"}
    assert former_pods(found) == list(found.rollout.pods)


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        pytest.param((claim("x", MADE + SECOND),), "", id="later"),
        pytest.param((claim("x", MADE),), "are left: x", id="of the same second"),
        pytest.param((claim("x", MADE - SECOND), claim("a", MADE)), "are left: a, x", id="several"),
        pytest.param((replace(claim("x", MADE), corrupt="it is"),), "are left: x", id="unusable"),
    ],
)
def test_claims(claims: tuple[ClaimRecord, ...], words: str) -> None:
    """None of before is left, not even one that can't be redeemed: it may tell of a redemption."""
    found = lacks(site(claims=claims))
    assert (words in found["claims"]) if words else not found


def test_claims_that_were_put_back() -> None:
    """A claim is known by its password, under another name, too; one of a later revocation is a new one for an earlier."""
    back, new = claim("x", MADE + SECOND), replace(claim("y", MADE + SECOND), password=SecretBytes(b"y"))
    first, second = replace(FIRST, claims=(back.digest,)), Record(("B",), NOW, ("00",), claims=(new.digest,))
    both = site(claims=(back, new, claim("a", MADE)), records=(first, second))
    assert lacks(both, first) == {"claims": "former claims are left: a, x (put back)"}
    assert set(lacks(both, second)) == {"claims"}
    assert lacks(site(claims=(new,), records=(first, second)), first) == {}
    assert "x" not in back.digest


def test_redemptions() -> None:
    """What has to be done once more is a lack; what was done about it is told."""
    pending = replace(FIRST, again="late was redeemed shortly before")
    assert lacks(site(records=(pending,)), pending) == {
        "redemptions": "late was redeemed shortly before, and the CA has not been replaced once more since"
    }
    settled = replace(FIRST, case="late was redeemed shortly before; the CA was replaced once more")
    proof = prove(site(records=(settled,)), settled)
    assert proof.holds
    assert (proof.case, proof.checks[-1].fact) == (settled.case, settled.case)


SPOILT: dict[str, Callable[[RevocableSite], RevocableSite]] = {
    "authority": lambda found: replace(found, authority=replace(found.authority, certificate=CA + FORMER)),
    "trust": lambda found: replace(found, server=replace(found.server, ca=FORMER)),
    "server_certificate": lambda found: replace(found, server=replace(found.server, certificate=leaf("next"))),
    "routers": lambda found: replace(found, rollout=replace(found.rollout, pods=(RouterPod("r", MADE),))),
    "claims": lambda found: replace(found, records=(claim("x", MADE),)),
}


@pytest.mark.parametrize("name", SPOILT)
def test_each_check_stands_alone(name: str) -> None:
    """One that does not hold spoils the proof, and no other check."""
    proof = prove(SPOILT[name](site()), FIRST)
    assert [check.name for check in proof.checks if not check.holds] == [name]
    assert not proof.holds
    assert proof.lacks == next(check.fact for check in proof.checks if check.name == name)


def test_several_lacks() -> None:
    """All are told, in their order."""
    spoilt = site()
    for spoil in SPOILT.values():
        spoilt = spoil(spoilt)
    proof = prove(spoilt, FIRST)
    assert proof.lacks.count("; ") == len(SPOILT) - 1
    assert proof.lacks.startswith("the site CA holds a key that was trusted before")
