# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is left of a revocation, as a table of situations."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.authority import (
    AuthorityNotes,
    Record,
    RevocableSite,
    Rollout,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.link import Incoming
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.revocation import (
    Criterion,
    Progress,
    RevokeStep,
    RevokeWish,
    Scope,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._pki.certificate import fingerprint
from ansible_collections.sitemesh.skupper.plugins.module_utils._pki.trust import keys_of
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.access import cut_off
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.revoke import plan_revocation

from tests.unit.support.certificates import NOW, known
from tests.unit.support.revocations import (
    ADOPT,
    ADOPTED,
    ADOPTING,
    AGED,
    ALL,
    ANCIENT,
    ANYWAY,
    AWAIT,
    BEGUN,
    CA,
    DAY,
    DELETE,
    DISABLE,
    DONE,
    EVICTED,
    EVICTING,
    FOREIGN,
    FORMER,
    HALF,
    HERE,
    KNOWING,
    LATE,
    MARK,
    OLD,
    ONLY_CLAIMS,
    PENDING,
    RECORD,
    REPLACE,
    REST,
    RESTART,
    SECOND,
    SIGN,
    SIGNED,
    UNTOUCHED,
    WRITTEN,
    YOUNG,
    A,
    B,
    claim,
    pod,
    recorded,
    revoke_change,
    site,
)


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
        (A, site(ca=known("before").pem), "the CA from before revocation A was put back"),
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
