# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is left of a revocation, as a table of situations."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.revocation import (
    AuthorityNotes,
    Criterion,
    Incoming,
    Progress,
    Rollout,
    RouterPod,
    Scope,
    ServerCertificate,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.secret import SecretBytes
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.token import ClaimRecord
from ansible_collections.sitemesh.skupper.plugins.module_utils._pki.certificate import fingerprint
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.revoke import (
    RevocableSite,
    RevokeStep,
    RevokeWish,
    cut_off,
    plan_revocation,
    revoke_change,
)

from tests.unit.support.certificates import NOW, known, leaf

CLAIMS, REPLACE, RECORD = RevokeStep.DELETE_CLAIMS, RevokeStep.REPLACE_CA, RevokeStep.RECORD
OLD, ADOPT, SIGN, RESTART, AWAIT = (
    RevokeStep.DELETE_OLD_CLAIMS,
    RevokeStep.ADOPT,
    RevokeStep.SIGN,
    RevokeStep.RESTART,
    RevokeStep.AWAIT,
)
ALL = [REPLACE, SIGN, RESTART, AWAIT]

SIGNED = NOW - timedelta(days=999)
WRITTEN = NOW - timedelta(days=1000)
CA = known("now").pem
MARK = fingerprint(CA)
DAY = timedelta(days=1)


def record(name: str, age: timedelta = timedelta(0), made: int = 0) -> ClaimRecord:
    """A claim of some age, counted from when the CA was written."""
    return ClaimRecord(name, SecretBytes(b"x"), WRITTEN - age, None, 1, made, uid=name)


def site(
    signer: str = "now",
    mark: str | None = MARK,
    template: str | None = MARK,
    pods: tuple[str | None, ...] = (MARK,),
    lack: str = "",
    age: timedelta = timedelta(0),
    records: tuple[ClaimRecord, ...] = (),
    **notes: Any,
) -> RevocableSite:
    """A site that was revoked by this collection, unless something else is said."""
    return RevocableSite(
        authority=AuthorityNotes(CA, WRITTEN, mark, "former", **{"revocations": ("A",), **notes}),
        server=ServerCertificate(leaf(signer), SIGNED),
        rollout=Rollout(template, lack, tuple(RouterPod(f"p{n}", each, SIGNED - age) for n, each in enumerate(pods))),
        records=records,
        incoming=(Incoming("east-id", "east"),),
        now=NOW,
    )


UNTOUCHED = site(mark=None, template=None, pods=(None,), revocations=())
A, B = RevokeWish(criterion=Criterion(id="A")), RevokeWish(criterion=Criterion(id="B"))
ANYWAY = RevokeWish()
YOUNG, AGED = (RevokeWish(criterion=Criterion(max_age=timedelta(days=days))) for days in (1001, 999))
ONLY_CLAIMS = RevokeWish(Scope.CLAIMS)
BEGUN = Progress(begun=True, cleared=True, cut=WRITTEN)


@pytest.mark.parametrize(
    ("wish", "situation", "progress", "steps"),
    [
        pytest.param(A, UNTOUCHED, Progress(), ALL, id="never revoked"),
        pytest.param(A, replace(UNTOUCHED, records=(record("x"),)), Progress(), [CLAIMS, *ALL], id="with claims"),
        pytest.param(
            A, replace(UNTOUCHED, records=(record("x"),)), Progress(cleared=True), ALL, id="claims created meanwhile"
        ),
        pytest.param(A, site(), Progress(), [], id="done"),
        pytest.param(A, site(records=(record("x", -DAY),)), Progress(), [], id="done, a claim since"),
        pytest.param(B, site(), Progress(), ALL, id="another id"),
        pytest.param(ANYWAY, site(), Progress(), ALL, id="done, but asked for again"),
        pytest.param(ANYWAY, UNTOUCHED, Progress(), ALL, id="asked for"),
        pytest.param(ANYWAY, site(), BEGUN, [], id="asked for and done"),
        pytest.param(YOUNG, UNTOUCHED, Progress(), [], id="young"),
        pytest.param(AGED, UNTOUCHED, Progress(), ALL, id="aged"),
        pytest.param(A, site("before", template=None), Progress(), [SIGN, RESTART, AWAIT], id="died after the CA"),
        pytest.param(ANYWAY, site("before", template=None), Progress(), [SIGN, RESTART, AWAIT], id="the same, no id"),
        pytest.param(YOUNG, site("before", template=None), Progress(), [SIGN, RESTART, AWAIT], id="the same, by age"),
        pytest.param(B, site("before", template=None), Progress(), ALL, id="the same, for another id"),
        pytest.param(
            A,
            site("before", template=None, records=(record("x", DAY), record("y", -DAY))),
            Progress(),
            [OLD, SIGN, RESTART, AWAIT],
            id="died before the second look for claims",
        ),
        pytest.param(
            A,
            site("before", template=None, records=(record("x", DAY, made=1),)),
            Progress(),
            ALL,
            id="redeemed, and died",
        ),
        pytest.param(
            A, site(template="former", pods=("former",)), Progress(), [RESTART, AWAIT], id="died after the certificate"
        ),
        pytest.param(
            A,
            site(template=None, pods=(None,), age=DAY),
            Progress(),
            [RESTART, AWAIT],
            id="the same, for the first time",
        ),
        pytest.param(A, site(template=None, pods=(None,)), Progress(), [RESTART, AWAIT], id="unmarked, of that second"),
        pytest.param(A, site(template=None, pods=(None,), age=-DAY), Progress(), [], id="unmarked, but younger"),
        pytest.param(
            A,
            site(template=None, pods=(None,), age=-DAY, lack="0 of 1"),
            Progress(),
            [RESTART, AWAIT],
            id="not yet complete",
        ),
        pytest.param(A, site(template=None, pods=(), age=-DAY), Progress(), [RESTART, AWAIT], id="no router at all"),
        pytest.param(A, site(pods=(MARK, None), age=-DAY), Progress(), [], id="a younger one of another's"),
        pytest.param(A, site(lack="1 of 2"), Progress(), [AWAIT], id="died after the restart"),
        pytest.param(A, site(pods=(MARK, "former")), Progress(), [AWAIT], id="an old router is left"),
        pytest.param(A, site(pods=(MARK, None)), Progress(), [AWAIT], id="one from before all revocations is left"),
        pytest.param(A, site(mark="another", template="another"), Progress(), [], id="replaced by another tool"),
        pytest.param(
            A,
            site("before", mark="another", template="another"),
            Progress(),
            [ADOPT, SIGN, RESTART, AWAIT],
            id="half by another tool",
        ),
        pytest.param(
            YOUNG, replace(UNTOUCHED, rollout=Rollout(None, "0 of 1")), Progress(), [], id="a rollout of another's"
        ),
        pytest.param(A, site(records=(record("x"),)), BEGUN, [OLD], id="created while the CA was written"),
        pytest.param(A, site(records=(record("x", made=1),)), BEGUN, ALL, id="redeemed while the CA was written"),
        pytest.param(
            A, site(records=(record("x", made=1),)), replace(BEGUN, made={"x": 1}), [OLD], id="redeemed before that"
        ),
        pytest.param(ONLY_CLAIMS, site(), Progress(), [], id="no claims"),
        pytest.param(ONLY_CLAIMS, site(records=(record("x"),)), Progress(), [CLAIMS], id="claims alone"),
        pytest.param(ONLY_CLAIMS, site(records=(record("x"),)), Progress(cleared=True), [], id="claims, once"),
        pytest.param(ONLY_CLAIMS, site("before"), Progress(), [], id="claims of a site that is half done"),
        pytest.param(
            RevokeWish(Scope.NONE, evict=("e",)), site(records=(record("x"),)), Progress(), [RECORD], id="evict"
        ),
        pytest.param(RevokeWish(Scope.NONE, evict=("e",)), site(evicted=("e",)), Progress(), [], id="evicted"),
        pytest.param(RevokeWish(Scope.NONE, readmit=("e",)), site(evicted=("e",)), Progress(), [RECORD], id="readmit"),
        pytest.param(replace(A, evict=("e",)), site(), Progress(), [RECORD], id="evict, revoked already"),
        pytest.param(replace(B, evict=("e",)), site(), Progress(), ALL, id="evict and revoke"),
    ],
)
def test_steps(wish: RevokeWish, situation: RevocableSite, progress: Progress, steps: list[RevokeStep]) -> None:
    """What is left, in its order, each step with a reason; the change says whether something is written."""
    plan = plan_revocation(wish, situation, progress)
    assert [planned.step for planned in plan.steps] == steps
    assert all(planned.why for planned in plan.steps)
    assert revoke_change(wish, situation, plan).changed == bool(set(steps) - {AWAIT})
    assert bool(cut_off(situation, plan)) == (RESTART in steps)


def test_old_claims_are_told_apart() -> None:
    """Only what is older than the CA goes when a run is continued."""
    left = site("before", records=(record("old", DAY), record("same"), record("new", -DAY)))
    assert [each.name for each in plan_revocation(A, left, Progress()).claims] == ["old", "same"]


def test_unreadable_ca() -> None:
    """Is replaced, whatever was asked for but a revocation that is done."""
    broken = replace(site(), authority=AuthorityNotes(b"", WRITTEN, MARK, None, ("A",)))
    assert plan_revocation(YOUNG, broken, Progress()).has(REPLACE)
    assert plan_revocation(B, broken, Progress()).has(REPLACE)


def test_age_beyond_all_time() -> None:
    """An age that no CA can have is no error."""
    ages = Criterion(max_age=timedelta(days=999999)), Criterion(issued_before=datetime.min.replace(tzinfo=NOW.tzinfo))
    for criterion in ages:
        assert not plan_revocation(RevokeWish(criterion=criterion), site(), Progress()).steps
