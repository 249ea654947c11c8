# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is left of a revocation, as a table of situations."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.location import Location
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.owner import Owner
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.revocation import (
    AuthorityNotes,
    Criterion,
    Incoming,
    Progress,
    Record,
    Rollout,
    RouterPod,
    Scope,
    ServerCertificate,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.secret import SecretBytes
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.token import ClaimRecord
from ansible_collections.sitemesh.skupper.plugins.module_utils._pki.certificate import fingerprint
from ansible_collections.sitemesh.skupper.plugins.module_utils._pki.trust import keys_of
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.revocable import RevocableSite
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.revoke import (
    RevokeStep,
    RevokeWish,
    cut_off,
    notes_after,
    notes_of_claims,
    notes_with,
    plan_revocation,
    redemption_before,
    redemption_of,
    revoke_change,
    why_not_adopted,
    why_refused,
)

from tests.unit.support.certificates import NOW, company, known, leaf

DISABLE, REPLACE, ADOPT, DELETE = (
    RevokeStep.DISABLE_CLAIMS,
    RevokeStep.REPLACE_CA,
    RevokeStep.ADOPT,
    RevokeStep.DELETE_CLAIMS,
)
MARK, RECORD, SIGN, RESTART, AWAIT = (
    RevokeStep.MARK,
    RevokeStep.RECORD,
    RevokeStep.SIGN,
    RevokeStep.RESTART,
    RevokeStep.AWAIT,
)
REST = [SIGN, RESTART, AWAIT]
ALL = [REPLACE, *REST]

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
# The CA "now" is of this time, and has signed the server certificate a day later.
WRITTEN = NOW - timedelta(days=1000)
SIGNED = WRITTEN + DAY
CA = known("now").pem
PRINT = fingerprint(CA)
FORMER = tuple(keys_of(known("before").pem))
# The revocation that made it.
DONE = Record(("A",), WRITTEN, FORMER)
# With the digest of every claim's password here.
KNOWING = replace(DONE, claims=("2d711642b726",))
PENDING = replace(KNOWING, again="late was redeemed shortly before")
EAST = Incoming("east-id", "east")
HERE = Location("east", "uid")
OWNER = Owner("external-secrets", "field manager external-secrets writes its data")


def claim(name: str, age: timedelta = timedelta(0), made: int = 0, **given: Any) -> ClaimRecord:
    """A claim of some age, counted from when the CA was written, that can be redeemed once more."""
    values = {"remaining": 1, "uid": name, "password": b"x", **given}
    values["password"] = SecretBytes(values["password"])
    return ClaimRecord(name, created=WRITTEN - age, expires=None, made=made, **values)


def pod(name: str = "router", age: timedelta = -SECOND, leaves: str = "") -> RouterPod:
    """A router of some age, counted from when its certificate was stored."""
    return RouterPod(name, SIGNED - age, leaves)


OLD = pod("old", DAY)


def site(
    signer: str = "now",
    *,
    ca: bytes = CA,
    mark: str | None = PRINT,
    trust: bytes | None = None,
    signed: datetime | None = SIGNED,
    writer: str = "sitemesh.skupper",
    server_owner: Owner | None = None,
    template: str | None = PRINT,
    pods: tuple[RouterPod, ...] = (pod(),),
    lack: str = "",
    restarted: datetime | None = None,
    claims: tuple[ClaimRecord, ...] = (),
    **notes: Any,
) -> RevocableSite:
    """A site that was revoked by this collection, unless something else is said."""
    kept = {"former": "former", "records": (DONE,), "writer": "sitemesh.skupper", "resource_version": "7", **notes}
    trusted = known(signer).pem if trust is None else trust
    return RevocableSite(
        authority=AuthorityNotes(ca, WRITTEN, authority=mark, **kept),
        server=ServerCertificate(leaf(signer), trusted, signed, writer, owner=server_owner),
        rollout=Rollout(template, lack, pods, restarted),
        records=claims,
        incoming=(EAST,),
        now=NOW,
    )


def recorded(*records: Record, **given: Any) -> RevocableSite:
    """A site with these revocations."""
    return site(records=records, **given)


UNTOUCHED = site(mark=None, template=None, pods=(OLD,), records=(), former=None, writer="site-controller")
# After the CA was written, and nothing else; by this collection, or by another tool since.
HALF: dict[str, Any] = {"signer": "before", "template": None, "pods": (OLD,), "signed": WRITTEN - DAY}
FOREIGN: dict[str, Any] = {"signer": "before", "mark": "another", "template": "another"}
ADOPTING = site("before", mark=None, template=None, pods=(OLD,), records=())

A, B = RevokeWish(criterion=Criterion(id="A")), RevokeWish(criterion=Criterion(id="B"))
ANYWAY = RevokeWish()
ANCIENT, YOUNG, AGED = (RevokeWish(criterion=Criterion(max_age=timedelta(days=days))) for days in (2001, 1001, 999))
ONLY_CLAIMS = RevokeWish(Scope.CLAIMS)
ADOPTED = replace(A, adopt=True)
EVICTING = RevokeWish(evict=("e",))
EVICTED = replace(DONE, names=("A", "evict e"))
BEGUN = Progress(begun=True, disabled=True, cut=WRITTEN)


LATE = claim("late", made=1, redeemed=NOW - SECOND)


@pytest.mark.parametrize(
    ("wish", "situation", "progress", "steps"),
    [
        # Whether another CA is needed.
        pytest.param(A, UNTOUCHED, Progress(), ALL, id="never revoked"),
        pytest.param(A, site(), Progress(), [], id="done"),
        pytest.param(A, site(claims=(claim("x", -DAY),)), Progress(), [], id="done, a claim since"),
        pytest.param(B, site(), Progress(), ALL, id="another id"),
        pytest.param(ANYWAY, site(), Progress(), ALL, id="done, but asked for again"),
        pytest.param(ANYWAY, UNTOUCHED, Progress(), ALL, id="asked for"),
        pytest.param(ANYWAY, site(), BEGUN, [], id="asked for and done"),
        pytest.param(YOUNG, UNTOUCHED, Progress(), [], id="young"),
        pytest.param(AGED, UNTOUCHED, Progress(), ALL, id="aged"),
        pytest.param(AGED, site(), BEGUN, [], id="aged, and found to be so before it was replaced"),
        pytest.param(A, site(), replace(BEGUN, unusable="it can't sign"), ALL, id="can't sign"),
        pytest.param(A, site(ca=b"x"), Progress(), ALL, id="can't be read, though done"),
        pytest.param(YOUNG, site(ca=b"x"), Progress(), ALL, id="can't be read, by age"),
        # What is noted, and whether it still holds.
        pytest.param(A, recorded(Record(("A",))), Progress(), ALL, id="noted by an earlier version, without keys"),
        pytest.param(
            A, recorded(Record(("A",)), DONE), Progress(), [], id="noted by an earlier version, and again since"
        ),
        pytest.param(
            B, recorded(Record(("B",), SIGNED, FORMER), DONE), Progress(), [], id="done, and another one since"
        ),
        pytest.param(A, recorded(replace(DONE, names=())), Progress(), ALL, id="done without a name"),
        pytest.param(A, recorded(replace(DONE, keys=())), Progress(), ALL, id="noted, when no key could be read"),
        pytest.param(
            B,
            recorded(DONE, replace(DONE, names=("B",), keys=())),
            Progress(),
            ALL,
            id="noted, when no key could be read, after another one",
        ),
        pytest.param(EVICTING, recorded(replace(EVICTED, keys=()), evicted=("e",)), Progress(), ALL, id="evicted so"),
        pytest.param(A, site("before", ca=known("before").pem), Progress(), ALL, id="put back"),
        pytest.param(A, site(ca=CA + known("before").pem), Progress(), ALL, id="put back beside the new one"),
        pytest.param(
            A,
            recorded(replace(DONE, keys=("00",)), Record(("B",), SIGNED, tuple(keys_of(CA)))),
            Progress(),
            ALL,
            id="put back, of a later revocation",
        ),
        pytest.param(YOUNG, recorded(replace(DONE, keys=tuple(keys_of(CA)))), Progress(), ALL, id="put back, by age"),
        # Evictions.
        pytest.param(
            RevokeWish(Scope.NONE, evict=("e",)), site(claims=(claim("x"),)), Progress(), [RECORD], id="evict"
        ),
        pytest.param(RevokeWish(Scope.NONE, evict=("e",)), site(evicted=("e",)), Progress(), [], id="evicted"),
        pytest.param(RevokeWish(Scope.NONE, readmit=("e",)), site(evicted=("e",)), Progress(), [RECORD], id="readmit"),
        pytest.param(
            RevokeWish(Scope.NONE, readmit=("e",)),
            recorded(EVICTED),
            Progress(),
            [RECORD],
            id="readmit, whose eviction is recorded alone",
        ),
        pytest.param(
            RevokeWish(Scope.NONE, evict_locations=(HERE,)), site(), Progress(), [RECORD], id="evict from where"
        ),
        pytest.param(replace(A, evict=("e",)), site(), Progress(), ALL, id="evict, revoked already"),
        pytest.param(replace(YOUNG, evict=("e",)), site(), Progress(), ALL, id="evict, young"),
        pytest.param(EVICTING, site(), Progress(), ALL, id="evict, with nothing else"),
        pytest.param(EVICTING, recorded(EVICTED, evicted=("e",)), Progress(), [], id="evict again"),
        pytest.param(EVICTING, recorded(EVICTED), Progress(), [RECORD], id="evict again, and the list was lost"),
        pytest.param(
            RevokeWish(evict=("e", "f")),
            recorded(EVICTED, evicted=("e",)),
            Progress(),
            ALL,
            id="evict another one, too",
        ),
        pytest.param(EVICTING, site(evicted=("e",)), Progress(), ALL, id="evict, noted without a revocation"),
        pytest.param(replace(B, evict=("e",)), site(), Progress(), ALL, id="evict and revoke"),
        pytest.param(replace(A, readmit=("e",)), site(evicted=("e",)), Progress(), [RECORD], id="readmit, and done"),
        # Claims.
        pytest.param(
            A,
            replace(UNTOUCHED, records=(claim("x"),)),
            Progress(),
            [DISABLE, REPLACE, DELETE, *REST],
            id="with claims",
        ),
        pytest.param(
            A,
            replace(UNTOUCHED, records=(claim("x", made=1, remaining=0),)),
            Progress(),
            [REPLACE, DELETE, *REST],
            id="with claims used up",
        ),
        pytest.param(
            A,
            replace(UNTOUCHED, records=(claim("x", remaining=None),)),
            Progress(),
            [DISABLE, REPLACE, DELETE, *REST],
            id="with claims without limit",
        ),
        pytest.param(
            A,
            replace(UNTOUCHED, records=(claim("x"),)),
            Progress(disabled=True),
            [REPLACE, DELETE, *REST],
            id="claims created meanwhile",
        ),
        pytest.param(
            A,
            site(**HALF, claims=(claim("x", DAY), claim("y", -DAY))),
            Progress(),
            [DISABLE, RECORD, DELETE, *REST],
            id="died before it had deleted claims",
        ),
        pytest.param(
            A,
            site(**HALF, claims=(claim("x", DAY, made=1),)),
            Progress(),
            [DISABLE, RECORD, DELETE, *REST],
            id="redeemed, and died",
        ),
        pytest.param(
            A, site(claims=(claim("x"),)), BEGUN, [DISABLE, RECORD, DELETE], id="created while the CA was written"
        ),
        pytest.param(
            A, site(claims=(claim("x", remaining=0),)), BEGUN, [RECORD, DELETE], id="the same, and made unusable since"
        ),
        pytest.param(
            A,
            recorded(KNOWING, claims=(claim("x"),)),
            BEGUN,
            [DISABLE, DELETE],
            id="the same, and known by its password",
        ),
        pytest.param(
            A,
            recorded(KNOWING, claims=(claim("y", -DAY), claim("x", -DAY, password=b"y"))),
            Progress(),
            [DISABLE, DELETE],
            id="put back",
        ),
        pytest.param(
            YOUNG,
            recorded(KNOWING, claims=(claim("y", -DAY),)),
            Progress(),
            [DISABLE, DELETE],
            id="put back, by age",
        ),
        pytest.param(
            A,
            recorded(DONE, replace(KNOWING, names=("B",)), claims=(claim("y", -DAY),)),
            Progress(),
            [],
            id="put back, of a later revocation",
        ),
        pytest.param(
            A,
            site(**HALF, records=(KNOWING,), claims=(claim("x", -DAY),)),
            replace(BEGUN, deletions=3),
            [SIGN, RESTART, DISABLE, DELETE, AWAIT],
            id="put back again and again",
        ),
        pytest.param(
            A,
            recorded(replace(KNOWING, claims=("00",) * 3000), claims=(claim("x"),)),
            BEGUN,
            [DISABLE, DELETE],
            id="created while the CA was written, and one too many to be noted",
        ),
        pytest.param(
            A,
            site(claims=(claim("x", made=1, remaining=0),)),
            BEGUN,
            [RECORD, DELETE],
            id="redeemed while the CA was written",
        ),
        pytest.param(
            A,
            recorded(PENDING, claims=(claim("x", made=1, remaining=0),)),
            BEGUN,
            [DELETE],
            id="redeemed while the CA was written, and recorded",
        ),
        pytest.param(
            A,
            site(claims=(claim("x", DAY, made=1, redeemed=WRITTEN - 5 * timedelta(minutes=1)),)),
            BEGUN,
            [DISABLE, RECORD, DELETE],
            id="redeemed long before the CA was written",
        ),
        pytest.param(ONLY_CLAIMS, site(), Progress(), [], id="no claims"),
        pytest.param(ONLY_CLAIMS, site(claims=(claim("x"),)), Progress(), [DISABLE, DELETE], id="claims alone"),
        pytest.param(ONLY_CLAIMS, site(claims=(claim("x", remaining=0),)), Progress(), [DELETE], id="unusable claims"),
        pytest.param(ONLY_CLAIMS, site(claims=(claim("x"),)), Progress(begun=True), [], id="claims, once"),
        pytest.param(
            ONLY_CLAIMS, site(claims=(LATE,)), Progress(), [DISABLE, RECORD, DELETE], id="claims, redeemed just now"
        ),
        pytest.param(
            ONLY_CLAIMS,
            site(claims=(replace(LATE, remaining=0),), redeemed=NOW - SECOND),
            Progress(),
            [DELETE],
            id="claims, redeemed just now, which is noted",
        ),
        pytest.param(
            ONLY_CLAIMS,
            site(claims=(replace(LATE, redeemed=None),), redeemed=NOW - DAY),
            Progress(),
            [DISABLE, RECORD, DELETE],
            id="claims, redeemed nobody knows when, as one that was removed long ago",
        ),
        pytest.param(ONLY_CLAIMS, site(**HALF), Progress(), [], id="claims of a site that is half done"),
        # Half done by this collection.
        pytest.param(A, site(**HALF), Progress(), REST, id="died after the CA"),
        pytest.param(ANYWAY, site(**HALF), Progress(), ALL, id="the same, no id"),
        pytest.param(YOUNG, site(**HALF), Progress(), REST, id="the same, by age"),
        pytest.param(B, site(**HALF), Progress(), ALL, id="the same, for another id"),
        pytest.param(
            A, site(template="former", pods=(OLD,)), Progress(), [RESTART, AWAIT], id="died after the certificate"
        ),
        pytest.param(
            A, site(template=None, pods=(OLD,)), Progress(), [RESTART, AWAIT], id="the same, for the first time"
        ),
        pytest.param(YOUNG, site(template=None, pods=(OLD,)), Progress(), [RESTART, AWAIT], id="the same, aged"),
        pytest.param(A, site(pods=(OLD,), lack="0 of 1"), Progress(), [AWAIT], id="died after the restart"),
        pytest.param(A, site(lack="1 of 2"), Progress(), [AWAIT], id="not all of them serve"),
        pytest.param(A, site(template="former", lack="1 of 2"), Progress(), [], id="a rollout for another reason"),
        # Routers.
        pytest.param(
            A, site(template=None, pods=(pod(age=timedelta(0)),)), Progress(), [RESTART, AWAIT], id="of that second"
        ),
        pytest.param(A, site(template=None), Progress(), [], id="unmarked, but younger"),
        pytest.param(A, site(template=None, pods=()), Progress(), [], id="no router at all"),
        pytest.param(A, site(pods=(pod(), pod("b"))), Progress(), [], id="a younger one of another's"),
        pytest.param(A, site(pods=(pod(), OLD)), Progress(), [RESTART, AWAIT], id="an old one stays"),
        pytest.param(
            A, site(pods=(pod(), replace(OLD, leaves="it is ending"))), Progress(), [AWAIT], id="an old one ends"
        ),
        pytest.param(
            A, site(pods=(pod(), replace(OLD, leaves="it is retired"))), Progress(), [AWAIT], id="an old one is retired"
        ),
        pytest.param(
            replace(A, until_gone=False),
            site(pods=(pod(), replace(OLD, leaves="it is ending"))),
            Progress(),
            [],
            id="an old one ends, and is not waited for",
        ),
        pytest.param(
            replace(A, until_gone=False),
            site(pods=(pod(), OLD)),
            Progress(),
            [RESTART, AWAIT],
            id="an old one stays, though",
        ),
        pytest.param(
            A, site(pods=(pod(), OLD), restarted=SIGNED + SECOND), Progress(), [AWAIT], id="one of no rollout"
        ),
        pytest.param(
            YOUNG, site(pods=(pod(), OLD), restarted=SIGNED + SECOND), Progress(), [AWAIT], id="the same, by age"
        ),
        pytest.param(
            A,
            site(pods=(pod(), OLD), restarted=SIGNED + SECOND, lack="1 of 2"),
            Progress(),
            [AWAIT],
            id="the same, while others are rolled out",
        ),
        pytest.param(
            A, site(pods=(OLD,), restarted=SIGNED), Progress(), [RESTART, AWAIT], id="restarted in that second"
        ),
        pytest.param(
            A,
            site(pods=(OLD,), restarted=NOW + SECOND),
            Progress(),
            [RESTART, AWAIT],
            id="restarted at a time that is yet to come",
        ),
        pytest.param(
            A,
            site(pods=(OLD,), restarted=SIGNED + SECOND, template="former"),
            Progress(),
            [RESTART, AWAIT],
            id="restarted for another CA",
        ),
        # What the router trusts.
        pytest.param(A, site(trust=CA + known("before").pem), Progress(), REST, id="it trusts a former CA"),
        pytest.param(YOUNG, site(trust=CA + known("before").pem), Progress(), REST, id="it trusts a former CA, by age"),
        pytest.param(A, site(trust=CA + known("next").pem), Progress(), [], id="it trusts another CA"),
        pytest.param(A, site(trust=b""), Progress(), REST, id="it trusts none"),
        pytest.param(
            A, site(trust=CA.replace(b" CERT", b" X509 CERT")), Progress(), REST, id="what it trusts can't be read"
        ),
        pytest.param(
            A,
            site(ca=CA + b"-----BEGIN X-----", trust=CA + b"-----BEGIN X-----"),
            Progress(),
            [],
            id="and would not be read afterwards",
        ),
        pytest.param(A, site(signed=None), Progress(), REST, id="it is not known since when"),
        # Other tools.
        pytest.param(A, site(mark="another", template="another"), Progress(), [], id="replaced by another tool"),
        pytest.param(A, site(**FOREIGN), Progress(), [MARK, *REST], id="half by another tool"),
        pytest.param(YOUNG, site(**FOREIGN), Progress(), [], id="the same, by age"),
        pytest.param(
            YOUNG,
            recorded(PENDING, mark="another"),
            Progress(),
            [],
            id="replaced by another tool, though one was redeemed",
        ),
        pytest.param(ANCIENT, site("before", mark=None, records=()), Progress(), [], id="the same, never revoked"),
        pytest.param(
            YOUNG, site("before", mark=None, records=()), Progress(), ALL, id="the same, with a CA that is too old"
        ),
        pytest.param(
            YOUNG,
            site("before", writer="someone"),
            Progress(),
            [],
            id="signed by another tool with a former CA, by age",
        ),
        pytest.param(
            YOUNG,
            site(pods=(pod(age=DAY - SECOND),), template=None, writer="someone"),
            Progress(),
            [],
            id="signed by another tool, by age",
        ),
        pytest.param(
            YOUNG,
            site(pods=(pod(age=DAY + SECOND),), template=None, writer="someone"),
            Progress(),
            [],
            id="signed by another tool, by age, with a router that was restarted at once",
        ),
        pytest.param(
            YOUNG,
            site(pods=(pod(age=2 * DAY),), template=None, writer="someone"),
            Progress(),
            [RESTART, AWAIT],
            id="signed by another tool, by age, with a router of before",
        ),
        pytest.param(
            YOUNG,
            site(pods=(pod("old", 2 * DAY, "it is retired"),), mark="another", writer="someone"),
            Progress(),
            [AWAIT],
            id="replaced by another tool, by age, with a retired router of before",
        ),
        pytest.param(
            A,
            site(pods=(OLD,), template=None, writer="someone"),
            Progress(),
            [RESTART, AWAIT],
            id="the same, for an id",
        ),
        pytest.param(
            YOUNG, replace(UNTOUCHED, rollout=Rollout(None, "0 of 1")), Progress(), [], id="a rollout of another's"
        ),
        pytest.param(
            YOUNG,
            replace(UNTOUCHED, records=(claim("x", DAY, made=1),)),
            Progress(),
            [],
            id="claims of a site that is young",
        ),
        # A second CA.
        pytest.param(A, recorded(PENDING), Progress(), ALL, id="again, when the former routers are gone"),
        pytest.param(ANYWAY, recorded(PENDING), BEGUN, ALL, id="again, in one run"),
        pytest.param(YOUNG, recorded(PENDING), Progress(), ALL, id="again, by age"),
        pytest.param(B, recorded(Record(("B",), WRITTEN, FORMER), PENDING), Progress(), ALL, id="again, of another id"),
        pytest.param(A, recorded(PENDING, lack="0 of 1"), Progress(), [AWAIT], id="again, but first the rollout"),
        pytest.param(
            replace(A, until_gone=False),
            recorded(PENDING, pods=(pod(), replace(OLD, leaves="it is ending"))),
            Progress(),
            [AWAIT],
            id="again, but first the former router",
        ),
        pytest.param(
            A,
            recorded(PENDING, claims=(claim("x", -DAY, password=b"new"),)),
            Progress(begun=True),
            [DISABLE, REPLACE, DELETE, *REST],
            id="again, with claims",
        ),
        pytest.param(A, recorded(PENDING, replace(DONE, names=())), Progress(), [], id="again, and replaced since"),
        # A CA of its owner's.
        pytest.param(ADOPTED, ADOPTING, Progress(), [ADOPT, *REST], id="adopt"),
        pytest.param(
            ADOPTED,
            replace(ADOPTING, records=(claim("x"),)),
            Progress(),
            [DISABLE, ADOPT, DELETE, *REST],
            id="adopt, with claims",
        ),
        pytest.param(ADOPTED, site(), Progress(), [], id="adopted"),
        pytest.param(ADOPTED, site(**HALF), Progress(), REST, id="adopted, and died"),
        pytest.param(ADOPTED, recorded(PENDING), Progress(), [ADOPT, *REST], id="adopt again"),
        pytest.param(replace(ANCIENT, adopt=True), ADOPTING, Progress(), [], id="adopt, young"),
    ],
)
def test_steps(wish: RevokeWish, situation: RevocableSite, progress: Progress, steps: list[RevokeStep]) -> None:
    """What is left, in its order, each step with a reason; the change says whether something is written."""
    plan = plan_revocation(wish, situation, progress)
    assert [planned.step for planned in plan.steps] == steps
    assert all(planned.why for planned in plan.steps)
    assert bool(plan.claims) == plan.has(DELETE)
    change = revoke_change(wish, situation, plan)
    assert change.changed == bool(set(steps) - {AWAIT})
    assert change.why == plan.why
    assert bool(cut_off(situation, plan)) == (RESTART in steps)


@pytest.mark.parametrize(
    ("wish", "situation", "words"),
    [
        (A, UNTOUCHED, "revocation A has not been done"),
        (EVICTING, UNTOUCHED, "revocation evict e has not been done"),
        (A, recorded(Record(("A",))), "earlier version"),
        (A, site(ca=known("before").pem), "the CA of before revocation A was put back"),
        (YOUNG, site(ca=known("before").pem), "a CA that was revoked was put back"),
        (ANYWAY, site(ca=known("before").pem), "revocation was asked for"),
        (YOUNG, site(ca=b"x"), "can't be read"),
        (AGED, UNTOUCHED, "the site CA is of 2024-02-28T12:00:00Z, before 2024-02-29T12:00:00Z"),
        (YOUNG, replace(UNTOUCHED, now=NOW + timedelta(days=3650)), "ended at 2036-11-21T12:00:00Z"),
        (A, recorded(PENDING), PENDING.again),
        (A, site(claims=(claim("x", DAY),)), "before the site CA was replaced"),
        (A, site(claims=(claim("x", DAY),), **HALF), "does not lead to the site CA"),
        (A, site(pods=(replace(OLD, leaves="it is retired"),)), "old (it is retired) still runs"),
        (A, site(lack="1 of 2"), "1 of 2"),
    ],
)
def test_reasons(wish: RevokeWish, situation: RevocableSite, words: str) -> None:
    """The reason that is shown is the one that matters most."""
    assert words in plan_revocation(wish, situation, Progress()).why


def test_old_claims() -> None:
    """Only what is older than the CA goes when a run is continued, and what the run itself cut when it made one."""
    claims = (claim("old", DAY), claim("same"), claim("new", -DAY))
    half, done = site(**HALF, claims=claims), site(claims=claims)
    assert [each.name for each in plan_revocation(A, half, Progress()).claims] == ["old", "same"]
    assert [each.name for each in plan_revocation(A, done, Progress()).claims] == ["old", "same"]
    cut = Progress(begun=True, cut=WRITTEN + DAY)
    assert [each.name for each in plan_revocation(ANYWAY, done, cut).claims] == ["old", "same", "new"]
    assert [each.name for each in plan_revocation(B, half, Progress()).claims] == ["old", "same", "new"]


def test_the_cut_is_that_of_what_was_asked_for() -> None:
    """A claim that was made between two revocations is left to the later one."""
    both = (DONE, Record(("B",), WRITTEN + 2 * DAY, FORMER))
    between = recorded(*both, claims=(claim("x", -DAY),))
    assert plan_revocation(A, between, Progress()).claims == ()
    assert [each.name for each in plan_revocation(B, between, Progress()).claims] == ["x"]
    assert [each.name for each in plan_revocation(YOUNG, between, Progress()).claims] == ["x"]


@pytest.mark.parametrize(
    ("site_id", "since", "given", "replaced"),
    [
        pytest.param("e", WRITTEN + SECOND, {}, True, id="since"),
        pytest.param("e", WRITTEN, {}, False, id="from before"),
        pytest.param("e", None, {}, False, id="nobody knows since when"),
        pytest.param("f", WRITTEN + SECOND, {}, False, id="another site"),
        pytest.param("e", WRITTEN + SECOND, {"pods": (OLD,)}, False, id="by a router of before"),
    ],
)
def test_evicted_site_that_is_listed(
    site_id: str, since: datetime | None, given: dict[str, Any], replaced: bool
) -> None:
    """An eviction is done again for a site that is linked since, if it is not a matter of what was left undone."""
    again = replace(recorded(EVICTED, evicted=("e",), **given), incoming=(Incoming(site_id, "shop", since),))
    plan = plan_revocation(EVICTING, again, Progress())
    assert plan.has(REPLACE) is replaced
    assert not replaced or plan.why == "site shop (e) is linked to this one again since its eviction"
    assert not plan_revocation(EVICTING, again, Progress(begun=True)).has(REPLACE)


@pytest.mark.parametrize("times", [timedelta(days=999999), datetime.min.replace(tzinfo=timezone.utc)], ids=str)
def test_age_beyond_all_time(times: Any) -> None:
    """An age that no CA can have is no error."""
    criterion = Criterion(max_age=times) if isinstance(times, timedelta) else Criterion(issued_before=times)
    assert not plan_revocation(RevokeWish(criterion=criterion), site(), Progress()).steps


@pytest.mark.parametrize(
    ("situation", "replaced"),
    [
        pytest.param(site(), True, id="the certificate"),
        pytest.param(site(ca=known("next").pem), True, id="its Secret"),
        pytest.param(site(ca=known("next").pem, trust=known("before").pem), True, id="what the router trusts"),
        pytest.param(
            site(ca=known("next").pem, trust=known("next").pem, records=(), mark=None),
            True,
            id="its Secret, by another tool",
        ),
    ],
)
def test_age(situation: RevocableSite, replaced: bool) -> None:
    """Whichever clock says earlier counts."""
    assert plan_revocation(AGED, situation, Progress()).has(REPLACE) is replaced


def test_age_of_what_is_being_replaced() -> None:
    """A former CA that the router trusts until the revocation is finished does not make for another one."""
    recently = replace(AuthorityNotes(known("next").pem, NOW), authority=fingerprint(known("next").pem))
    former = replace(DONE, at=NOW, keys=tuple(keys_of(CA)))
    half = replace(site(), authority=replace(recently, records=(former,)))
    assert [each.step for each in plan_revocation(AGED, half, Progress()).steps] == REST
    assert plan_revocation(AGED, replace(half, authority=recently), Progress()).has(REPLACE)


@pytest.mark.parametrize(
    ("wish", "situation", "secret"),
    [
        pytest.param(B, site(owner=OWNER), "skupper-site-ca", id="CA"),
        pytest.param(B, site(server_owner=OWNER), "skupper-site-server", id="server certificate"),
        pytest.param(B, site(owner=OWNER, server_owner=OWNER), "skupper-site-ca", id="both"),
        pytest.param(B, site(), None, id="none"),
        pytest.param(A, site(owner=OWNER, server_owner=OWNER), None, id="nothing to be written"),
        pytest.param(A, site(owner=OWNER, pods=(OLD,)), None, id="neither is written"),
        pytest.param(A, site(**HALF, owner=OWNER), None, id="CA, which is there"),
        pytest.param(
            A, site(**HALF, server_owner=OWNER), "skupper-site-server", id="server certificate alone is written"
        ),
        pytest.param(replace(B, take_over=True), site(owner=OWNER, server_owner=OWNER), None, id="taken over"),
        pytest.param(
            ADOPTED, replace(ADOPTING, authority=replace(ADOPTING.authority, owner=OWNER)), None, id="adopted"
        ),
        pytest.param(
            ADOPTED,
            replace(ADOPTING, server=replace(ADOPTING.server, owner=OWNER)),
            "skupper-site-server",
            id="adopted, with a server certificate of its own",
        ),
        pytest.param(ONLY_CLAIMS, site(owner=OWNER, claims=(claim("x"),)), None, id="claims"),
    ],
)
def test_why_refused(wish: RevokeWish, situation: RevocableSite, secret: str | None) -> None:
    """What another tool manages is refused if the plan writes it, and only then."""
    plan = plan_revocation(wish, situation, Progress())
    assert why_refused(wish, situation, plan) == (None if secret is None else (secret, OWNER))


def test_company_is_an_owner() -> None:
    """A CA that another one has signed belongs to a PKI; who signed itself to none, whatever lies beside it."""
    made = company(WRITTEN)
    theirs = site(ca=made["A"].pem + made["root"].pem)
    refused = why_refused(B, theirs, plan_revocation(B, theirs, Progress()))
    assert refused == ("skupper-site-ca", Owner("the PKI of CN=Corp Root", "CN=Corp Root has signed it"))
    assert replace(theirs, authority=replace(theirs.authority, owner=OWNER)).authority_owner == OWNER
    assert site(ca=CA + made["A"].pem).authority_owner is None


@pytest.mark.parametrize(
    ("situation", "words"),
    [
        pytest.param(ADOPTING, "", id="rotated"),
        pytest.param(UNTOUCHED, "trusted before", id="not rotated"),
        pytest.param(
            site("next", records=(replace(DONE, keys=tuple(keys_of(CA))),)), "trusted before", id="revoked earlier"
        ),
        pytest.param(
            site("before", ca=CA + known("before").pem, records=()), "trusted before", id="former CA beside it"
        ),
        pytest.param(site("before", ca=b"", records=()), "can't be read", id="none"),
        pytest.param(site("before", trust=b"", records=()), "the router trusts can't be read", id="former CA unknown"),
        pytest.param(
            site("before", ca=CA + known("before").pem.replace(b" CERT", b" TRUSTED CERT"), records=()),
            "can't be read",
            id="of a kind that OpenSSL alone can read",
        ),
    ],
)
def test_why_not_adopted(situation: RevocableSite, words: str) -> None:
    """A CA is a new one if none of its keys was trusted before."""
    assert (words in why_not_adopted(situation)) if words else not why_not_adopted(situation)


def test_notes_after() -> None:
    """Evicted sites once each, in their order; a readmission takes the eviction's name off its record, and keeps the keys."""
    earlier, other = Record(("evict e",)), Record(("evict f", "evict e"), WRITTEN, ("00",))
    before = recorded(earlier, EVICTED, other, evicted=("e", "f"), evicted_locations=(HERE, Location("north", "n")))
    after = notes_after(
        RevokeWish(evict=("g", "f"), readmit=("e",), evict_locations=(Location("south"),), readmit_locations=(HERE,)),
        before,
    )
    assert after.evicted == ("f", "g")
    assert after.evicted_locations == (Location("north", "n"), Location("south"))
    assert after.records == (DONE, replace(other, names=("evict f",)))
    assert after.distrusted() == before.authority.distrusted()
    assert notes_after(RevokeWish(), before) == before.authority
    assert notes_after(RevokeWish(readmit=("x",), readmit_locations=(Location("x", "x"),)), before) == before.authority


def test_a_place_is_noted_with_the_id_that_was_evicted() -> None:
    """Readmitting any id that the site had there lifts the place; several ids at once tell of no place which is whose."""
    first = notes_after(RevokeWish(evict=("e",), evict_locations=(HERE,)), site())
    assert [each.evicted_ids for each in first.evicted_locations] == [("e",)]
    anew = notes_after(RevokeWish(evict=("f",), evict_locations=(HERE,)), replace(site(), authority=first))
    assert [each.evicted_ids for each in anew.evicted_locations] == [("e", "f")]
    made = replace(site(), authority=anew)
    for given in ("e", "f"):
        assert notes_after(RevokeWish(readmit=(given,)), made).evicted_locations == ()
    assert notes_after(RevokeWish(readmit=("g",)), made).evicted_locations == (HERE,)

    both = notes_after(RevokeWish(evict=("e", "f"), evict_locations=(HERE,)), site())
    kept = notes_after(RevokeWish(readmit=("e",)), replace(site(), authority=both))
    assert kept.evicted_locations == (HERE,)


def test_a_place_is_noted_with_another_id() -> None:
    """That is a difference, though the place is the same."""
    before = site(evicted=("e", "f"), evicted_locations=(HERE,))
    wish = RevokeWish(Scope.NONE, evict=("e",), evict_locations=(HERE,))
    assert [each.step for each in plan_revocation(wish, before, Progress()).steps] == [RECORD]
    noted = replace(before, authority=notes_after(wish, before))
    assert [each.evicted_ids for each in noted.authority.evicted_locations] == [("e",)]
    assert not plan_revocation(wish, noted, Progress()).steps


def test_a_place_that_may_be_another_stays_evicted() -> None:
    """A location is taken back only where it is known to be the same."""
    before = site(evicted_locations=(HERE, Location("east"), Location("east", "other")))
    wish = RevokeWish(readmit_locations=(HERE,))
    assert notes_after(wish, before).evicted_locations == (Location("east"), Location("east", "other"))


def test_notes_with() -> None:
    """The names that are asked for, the keys that were trusted until now, and what has to be done once more."""
    wish = replace(B, evict=("e",), evict_locations=(HERE,))
    notes = notes_with(wish, site("before"), Progress(redeemed="x was redeemed shortly before"), "why")
    fresh = notes.records[-1]
    assert notes.records[:-1] == (DONE,)
    assert fresh == Record(
        ("B", "evict e"),
        NOW + timedelta(seconds=3),
        tuple(sorted(keys_of(CA, known("before").pem))),
        "x was redeemed shortly before",
    )
    assert (notes.evicted, notes.evicted_locations) == (("e",), (HERE,))
    assert notes.record("B") is notes.record("evict e") is fresh


def test_a_name_is_of_its_latest_revocation() -> None:
    """An earlier record loses it and keeps its keys; one of an earlier version has nothing else to keep."""
    records = (Record(("B",)), Record(("B", "C"), WRITTEN, ("00",)), Record(("D",)))
    notes = notes_with(B, recorded(*records), Progress(), "why")
    assert notes.records[:-1] == (Record(("C",), WRITTEN, ("00",)), Record(("D",)))
    assert "00" in notes.distrusted()
    assert notes_with(ANYWAY, recorded(*records), Progress(), "why").records[:-1] == records


def test_notes_of_a_second_ca() -> None:
    """It belongs to the revocation of the first one, which has the keys of both then, and says why."""
    made = recorded(Record(("0",), WRITTEN - DAY, ("00",)), PENDING)
    notes = notes_with(A, made, Progress(), PENDING.again)
    assert notes.records[0].names == ("0",)
    (second,) = notes.records[1:]
    assert second.names == ("A",)
    assert set(second.keys) == {*FORMER, *keys_of(CA)}
    assert second.case.startswith(PENDING.again)
    assert not second.again
    assert second.case.endswith("the CA was replaced once more when the routers of before were gone")
    assert (second.at, second.begun) == (NOW + timedelta(seconds=3), PENDING.at)
    third = notes_with(A, recorded(replace(second, again=PENDING.again)), Progress(), PENDING.again).records[-1]
    assert third.begun == PENDING.at
    assert notes_with(B, made, Progress(redeemed="y was"), PENDING.again).records[-1].again == "y was"


def test_notes_of_an_adopted_ca_that_may_have_signed() -> None:
    """Nothing has been replaced when they are written: that is yet to be done by its owner."""
    (noted,) = notes_with(ADOPTED, recorded(PENDING), Progress(), PENDING.again).records
    assert noted.case == f"{PENDING.again}; the CA counts as a former one"
    assert set(noted.keys) == {*FORMER, *keys_of(CA)}


def test_what_is_pending_is_not_forgotten() -> None:
    """Another revocation in between takes it over."""
    notes = notes_with(B, recorded(PENDING), Progress(), "revocation B has not been done")
    assert [each.again for each in notes.records] == ["", PENDING.again]
    assert [each.names for each in notes.records] == [("A",), ("B",)]


def test_notes_of_an_adopted_ca() -> None:
    """Its own key is no former one, as long as the router has not been given it."""
    notes = notes_with(ADOPTED, ADOPTING, Progress(), "why")
    assert notes.records[-1].keys == FORMER
    assert notes_with(ADOPTED, recorded(replace(DONE, keys=("00",))), Progress(), "why").records[-1].keys == tuple(
        sorted({"00", *keys_of(CA)})
    )


@pytest.mark.parametrize(
    ("minutes", "made", "told"),
    [
        (None, 1, True),
        (-10, 1, True),
        (0, 1, True),
        (2, 1, True),
        (2.1, 1, False),
        (None, 0, False),
        (0, 0, False),
    ],
)
def test_redemption_of(minutes: float | None, made: int, told: bool) -> None:
    """Two minutes before the CA or later, and whenever it is not known; not one that was not redeemed."""
    when = None if minutes is None else WRITTEN - timedelta(minutes=minutes)
    found = redemption_of((claim("x", made=made, redeemed=when),), WRITTEN)
    assert found == ("x was redeemed shortly before" if told else "")


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ("ba", "a and b were redeemed shortly before"),
        ("edcba", "a and b and c and d and e were redeemed shortly before"),
        ("fedcba", "a and b and c and d and e and 1 other claim were redeemed shortly before"),
        ("gfedcba", "a and b and c and d and e and 2 other claims were redeemed shortly before"),
    ],
)
def test_several_redemptions(names: str, words: str) -> None:
    """They are named in their order, as many as one can read."""
    assert redemption_of(tuple(claim(name, made=1) for name in names), WRITTEN) == words


def test_redemption_without_end() -> None:
    """The end of all time is no error."""
    last = datetime.max.replace(microsecond=0, tzinfo=timezone.utc)
    assert redemption_of((claim("x", made=1, redeemed=last),), last)


def test_claims_of_between_two_cas() -> None:
    """They are gone with the first one, and neither cost the second one its place nor are noted."""
    twice = recorded(replace(DONE, at=WRITTEN + DAY, first=WRITTEN))
    between = claim("x", -SECOND, made=1, redeemed=WRITTEN + DAY, remaining=0)
    before = replace(between, created=WRITTEN)
    steps = {each: plan_revocation(A, replace(twice, records=(each,)), BEGUN).steps for each in (between, before)}
    assert [[step.step for step in found] for found in steps.values()] == [[DELETE], [RECORD, DELETE]]
    pending = recorded(PENDING)
    assert redemption_before(A, pending, (between, before), PENDING.again, NOW) == ""
    late = [replace(each, redeemed=NOW) for each in (replace(between, password=SecretBytes(b"y")), before)]
    assert redemption_before(A, pending, tuple(late[:1]), PENDING.again, NOW) == ""
    assert redemption_before(A, pending, tuple(late), PENDING.again, NOW) == "x was redeemed shortly before"
    assert redemption_before(A, pending, tuple(late[:1]), "another reason", NOW) == "x was redeemed shortly before"


def test_notes_of_claims() -> None:
    """They go to the latest revocation, once, and beside what else changes."""
    claims = (claim("late", made=1, redeemed=WRITTEN),)
    made = recorded(Record(("0",), WRITTEN - DAY, ("00",)), EVICTED, Record(("1",)), evicted=("e",))
    notes = notes_after(RevokeWish(Scope.NONE, readmit=("e",)), made)
    found = notes_of_claims(A, made, notes, claims)
    assert found.records == (notes.records[0], PENDING, Record(("1",)))
    pending = recorded(PENDING)
    assert notes_of_claims(A, pending, pending.authority, claims) == pending.authority
    assert notes_of_claims(A, recorded(Record(("1",))), made.authority, claims) == made.authority
    assert notes_of_claims(A, made, notes, ()) == notes


def test_notes_of_claims_that_are_removed_alone() -> None:
    """They tell when a claim went that had been redeemed shortly before, and no revocation is to be made once more for it."""
    kept = site(claims=(LATE,))
    notes = notes_of_claims(ONLY_CLAIMS, kept, kept.authority, kept.records)
    assert notes == replace(kept.authority, redeemed=NOW)
    assert notes_of_claims(ONLY_CLAIMS, kept, kept.authority, (claim("x", made=1, redeemed=WRITTEN),)) == kept.authority


@pytest.mark.parametrize(
    ("wish", "situation", "told"),
    [
        pytest.param(B, UNTOUCHED, True, id="just now"),
        pytest.param(B, replace(UNTOUCHED, now=NOW + timedelta(minutes=3)), False, id="longer ago"),
        pytest.param(B, site(pods=(RouterPod("young", NOW),)), False, id="in a router that has gone"),
        pytest.param(ADOPTED, replace(ADOPTING, now=NOW + DAY), True, id="by the adopted CA"),
        pytest.param(ADOPTED, recorded(replace(DONE, at=NOW)), False, id="by one that was adopted before"),
    ],
)
def test_redemption_of_a_claim_that_was_removed(wish: RevokeWish, situation: RevocableSite, told: bool) -> None:
    """It is known by its note, for as long as the CA that is written or adopted now may sign for it."""
    kept = replace(situation, authority=replace(situation.authority, redeemed=NOW - SECOND))
    again = notes_with(wish, kept, Progress(), "why").records[-1].again
    assert again == ("a claim that was removed at 2026-11-24T11:59:59Z was redeemed shortly before" if told else "")


def test_revoke_change() -> None:
    """The CA is not known before it is made; claims, sites and lists are shown as they will be."""
    wish = replace(B, evict=("e",), evict_locations=(HERE,))
    situation = site(claims=(claim("x"), claim("y")))
    plan = plan_revocation(wish, situation, Progress())
    change = revoke_change(wish, situation, plan)
    assert change.before == {
        "ca": PRINT,
        "claims": ["x", "y"],
        "incoming": ["east"],
        "evicted": [],
        "evicted_locations": [],
        "unfinished": [],
    }
    assert change.after == {
        "ca": "(known after apply)",
        "claims": [],
        "incoming": [],
        "evicted": ["e"],
        "evicted_locations": ["namespace east of cluster uid"],
        "unfinished": [],
    }
    assert change.why == "revocation B has not been done"
    assert cut_off(situation, plan) == [{"site_id": "east-id", "name": "east"}]


@pytest.mark.parametrize(
    ("wish", "situation", "unfinished"),
    [
        (A, site(**HALF), ["replace_server_certificate", "restart_router"]),
        (A, replace(site(pods=(OLD,)), incoming=()), ["restart_router"]),
        (RevokeWish(Scope.NONE, readmit=("e",)), recorded(EVICTED), ["record"]),
        (RevokeWish(Scope.NONE, readmit=("e",)), recorded(EVICTED, evicted=("e",)), []),
        (ADOPTED, replace(ADOPTING, incoming=()), ["adopt_ca", "replace_server_certificate", "restart_router"]),
        (B, site(), []),
        (A, site(lack="1 of 2"), []),
    ],
)
def test_unfinished(wish: RevokeWish, situation: RevocableSite, unfinished: list[str]) -> None:
    """What is only finished, or noted, is a change as well; what is only waited for is none."""
    change = revoke_change(wish, situation, plan_revocation(wish, situation, Progress()))
    assert change.before["unfinished"] == unfinished
    assert change.after["unfinished"] == []
    assert change.after["ca"] in (PRINT, "(known after apply)")
