# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The claim planner: situation to step and reason, and what holds for all situations."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.change import UNKNOWN
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.instant import format_instant
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.secret import SecretBytes
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.token import ClaimLimits, ClaimRecord, Renew
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.claim import (
    SLACK,
    ClaimPlan,
    ClaimStep,
    ClaimWish,
    differences,
    plan_claim,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.objects.claim import (
    limit_patch,
    read_record,
    write_record,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._view.token import claim_view
from hypothesis import example, given
from hypothesis import strategies as st

from tests.unit.support.merge import merged

MADE = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.utc)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
QUARTER = 15 * MINUTE
SOON, LATE = MADE + MINUTE, MADE + QUARTER
STANDARD = ClaimLimits(QUARTER, 1)
ENDLESS = ClaimLimits(None, None)
PASSWORD = SecretBytes(b"open sesame")

CREATE, KEEP, UPDATE = ClaimStep.CREATE, ClaimStep.KEEP, ClaimStep.UPDATE
RENEW, DELETE = ClaimStep.RENEW, ClaimStep.DELETE


def record(**changes: Any) -> ClaimRecord:
    """A claim as Skupper makes it when it is told nothing else, changed."""
    return replace(ClaimRecord("for-east", PASSWORD, MADE, LATE, 1, 0), **changes)


def wish(limits: ClaimLimits = STANDARD, renew: Renew = Renew.NEVER, present: bool = True) -> ClaimWish:
    """What a task asks for."""
    return ClaimWish("for-east", limits, renew, present)


FRESH = record()
SPENT = record(remaining=0, made=1)
CORRUPT = record(corrupt="its annotation x is no integer")


@pytest.mark.parametrize(
    ("wanted", "found", "now", "step", "why"),
    [
        pytest.param(wish(), None, SOON, CREATE, "there is no such claim", id="none"),
        pytest.param(wish(renew=Renew.ALWAYS), None, SOON, CREATE, "there is no such claim", id="none, always"),
        pytest.param(wish(), FRESH, SOON, KEEP, "", id="as wished"),
        pytest.param(wish(), SPENT, SOON, KEEP, "", id="used up, never renewed"),
        pytest.param(wish(), FRESH, LATE, KEEP, "", id="expired, never renewed"),
        pytest.param(wish(renew=Renew.UNUSABLE), FRESH, SOON, KEEP, "", id="usable"),
        pytest.param(wish(renew=Renew.UNUSABLE), SPENT, SOON, RENEW, "it is used up", id="used up"),
        pytest.param(
            wish(renew=Renew.UNUSABLE), FRESH, LATE, RENEW, "it expired at 2026-11-24T12:15:00Z", id="expired"
        ),
        pytest.param(wish(renew=Renew.ALWAYS), FRESH, SOON, RENEW, "renewal was asked for", id="always"),
        pytest.param(wish(ClaimLimits(QUARTER, 2)), FRESH, SOON, UPDATE, "uses differ", id="more uses"),
        pytest.param(wish(ClaimLimits(MINUTE, 1)), FRESH, SOON, UPDATE, "expiry differ", id="less time"),
        pytest.param(wish(ClaimLimits(MINUTE, 2)), FRESH, SOON, UPDATE, "expiry and uses differ", id="both"),
        pytest.param(wish(ENDLESS), FRESH, SOON, UPDATE, "expiry and uses differ", id="without limits"),
        pytest.param(wish(), record(expires=None), SOON, UPDATE, "expiry differ", id="expiry where there was none"),
        pytest.param(wish(), record(remaining=None), SOON, UPDATE, "uses differ", id="uses where there was no limit"),
        pytest.param(wish(ENDLESS), record(expires=None, remaining=None), LATE, KEEP, "", id="endless"),
        pytest.param(wish(), CORRUPT, SOON, UPDATE, "expiry and uses differ", id="corrupt"),
        pytest.param(
            wish(ClaimLimits(QUARTER, 3)), record(remaining=2, made=1), SOON, KEEP, "", id="made uses count: the same"
        ),
        pytest.param(
            wish(ClaimLimits(QUARTER, 2), Renew.UNUSABLE),
            SPENT,
            SOON,
            UPDATE,
            "uses differ",
            id="used up, but more uses are wished for: no new password",
        ),
        pytest.param(
            wish(ClaimLimits(2 * QUARTER, 1), Renew.UNUSABLE),
            FRESH,
            LATE,
            UPDATE,
            "expiry differ",
            id="expired, but more time is wished for: no new password",
        ),
        pytest.param(
            wish(ClaimLimits(QUARTER, 2), Renew.UNUSABLE),
            record(remaining=0, made=2),
            SOON,
            RENEW,
            "it is used up",
            id="used up as often as wished for",
        ),
        pytest.param(
            wish(renew=Renew.UNUSABLE),
            record(remaining=None, made=1, corrupt="its annotation x is no integer"),
            SOON,
            RENEW,
            "it is corrupt: its annotation x is no integer",
            id="corrupt, and used as often as wished for",
        ),
        pytest.param(wish(present=False), None, SOON, KEEP, "", id="absent"),
        pytest.param(wish(present=False), FRESH, SOON, DELETE, "it should be absent", id="to be absent"),
        pytest.param(wish(present=False), SPENT, LATE, DELETE, "it should be absent", id="spent, to be absent"),
        pytest.param(
            wish(present=False, renew=Renew.ALWAYS), FRESH, SOON, DELETE, "it should be absent", id="absent wins"
        ),
    ],
)
def test_step(wanted: ClaimWish, found: ClaimRecord | None, now: datetime, step: ClaimStep, why: str) -> None:
    """One step for each situation, and the reason for it."""
    plan = plan_claim(wanted, found, now)
    assert plan.step is step
    assert plan.change.why == why
    assert plan.change.changed is (step is not KEEP)


@pytest.mark.parametrize(
    ("limits", "found", "expires", "remaining"),
    [
        (ClaimLimits(MINUTE, 1), FRESH, MADE + MINUTE, 1),
        (ClaimLimits(QUARTER, 5), FRESH, LATE, 5),
        (ClaimLimits(QUARTER, 5), SPENT, LATE, 4),
        (ClaimLimits(QUARTER, 1), record(remaining=2, made=3), LATE, 0),
        (ENDLESS, SPENT, None, None),
        (ClaimLimits(None, 1), record(remaining=None, made=7), None, 0),
        (STANDARD, record(expires=None, remaining=None), LATE, 1),
    ],
)
def test_update(limits: ClaimLimits, found: ClaimRecord, expires: datetime | None, remaining: int | None) -> None:
    """A lifetime starts at the creation, and uses that were made count."""
    plan = plan_claim(wish(limits), found, SOON)
    assert (plan.step, plan.expires, plan.remaining) == (UPDATE, expires, remaining)
    assert plan.change.after["expires_at"] == (None if expires is None else format_instant(expires))
    assert plan.change.after["uses_remaining"] == remaining


@pytest.mark.parametrize(
    ("off", "same"),
    [(SECOND * 0, True), (SECOND, True), (-SECOND, True), (SLACK, True), (-SLACK, True), (SLACK + SECOND, False)],
)
def test_slack(off: timedelta, same: bool) -> None:
    """Two clocks may disagree a little about the same fifteen minutes."""
    assert (differences(STANDARD, record(expires=LATE + off)) == []) is same


def test_views_hold_no_password() -> None:
    """Neither before nor after a renewal."""
    plan = plan_claim(wish(renew=Renew.ALWAYS), FRESH, SOON)
    assert "sesame" not in repr(plan)
    assert plan.change.before["password"] == "(hidden)"


def test_what_only_the_run_can_know() -> None:
    """The end of a claim that is yet to be made."""
    assert plan_claim(wish(), None, SOON).change.after["expires_at"] == UNKNOWN
    assert plan_claim(wish(ENDLESS), None, SOON).change.after["expires_at"] is None


spans = st.none() | st.integers(1, 10**6).map(lambda seconds: timedelta(seconds=seconds))
limits_of_any_kind = st.builds(ClaimLimits, spans, st.none() | st.integers(1, 5))
renewals = st.sampled_from(list(Renew))
ages = st.integers(0, 3 * 10**6).map(lambda seconds: timedelta(seconds=seconds))
notes = st.fixed_dictionaries(
    {},
    optional={
        "skupper.io/claim-expiration": st.sampled_from(["", "soon", "2026-11-24T12:15:00Z", "2026-11-24T12:15:01.5Z"])
        | ages.map(lambda age: format_instant(MADE + age)),
        "skupper.io/claims-remaining": st.sampled_from(["", "x", "-1"]) | st.integers(0, 5).map(str),
        "skupper.io/claims-made": st.sampled_from(["", "x", "-2"]) | st.integers(0, 5).map(str),
    },
)
Object = dict[str, Any]


def stored(annotations: dict[str, str]) -> Object:
    """A claim record as an API server holds it."""
    return {
        "metadata": {
            "name": "for-east",
            "creationTimestamp": format_instant(MADE),
            "resourceVersion": "7",
            "labels": {"skupper.io/type": "token-claim-record"},
            "annotations": annotations,
        }
    }


def applied(plan: ClaimPlan, wanted: ClaimWish, found: Object | None, now: datetime) -> Object | None:
    """What the API server holds after a plan was carried out."""
    if plan.step is UPDATE and found is not None:
        return merged(found, limit_patch(read_record(found), plan.expires, plan.remaining))
    if plan.step in (CREATE, RENEW):
        expires = None if wanted.limits.expiry is None else now + wanted.limits.expiry
        manifest = write_record("for-east", PASSWORD, expires, wanted.limits.uses, "1.9.6", "id", ())
        manifest["metadata"]["creationTimestamp"] = format_instant(now)
        return manifest
    return None if plan.step is DELETE else found


def planned(wanted: ClaimWish, found: Object | None, now: datetime) -> ClaimPlan:
    """The plan for what an API server holds."""
    return plan_claim(wanted, None if found is None else read_record(found), now)


@example(STANDARD, Renew.NEVER, True, stored({"skupper.io/claims-made": "x"}), MINUTE)
@example(STANDARD, Renew.UNUSABLE, True, stored({"skupper.io/claims-remaining": "x"}), MINUTE)
@given(limits_of_any_kind, renewals, st.booleans(), st.none() | notes.map(stored), ages)
def test_nothing_is_left_to_do(
    limits: ClaimLimits, renew: Renew, present: bool, found: Object | None, age: timedelta
) -> None:
    """A plan that was carried out leaves nothing to do, unless renewal at every run is wished for."""
    wanted = wish(limits, renew, present)
    now = MADE + age
    after = applied(planned(wanted, found, now), wanted, found, now)
    again = planned(wanted, after, now)
    if renew is Renew.ALWAYS and present:
        assert again.step is RENEW
    else:
        assert again.step is KEEP
        assert not again.change.changed


@given(limits_of_any_kind, notes.map(stored), ages)
def test_after_is_what_comes(limits: ClaimLimits, found: Object, age: timedelta) -> None:
    """The view that check mode shows of an update is the view of the record that the update leaves."""
    now = MADE + age
    plan = planned(wish(limits), found, now)
    after = applied(plan, wish(limits), found, now)
    assert after is not None
    assert claim_view(read_record(after), now) == plan.change.after


def test_fractions_of_a_second() -> None:
    """Times are written to the second, so they are planned to the second."""
    plan = plan_claim(wish(ClaimLimits(timedelta(milliseconds=60500), 1)), FRESH, SOON)
    assert plan.expires == MADE + MINUTE
    assert plan.change.after["usable"] is False


@given(limits_of_any_kind, st.sampled_from([Renew.NEVER, Renew.UNUSABLE]), notes.map(stored), ages)
def test_renew_unusable_leaves_a_usable_claim(limits: ClaimLimits, renew: Renew, found: Object, age: timedelta) -> None:
    """With renew=unusable what is there afterwards can be redeemed; with never, no password is changed."""
    now = MADE + age
    plan = planned(wish(limits, renew), found, now)
    if renew is Renew.NEVER:
        assert plan.step in (KEEP, UPDATE)
    else:
        after = applied(plan, wish(limits, renew), found, now)
        assert after is not None
        assert read_record(after).is_usable(now)


@given(limits_of_any_kind, renewals, st.booleans(), st.none() | notes.map(stored), ages)
def test_steps_and_changes_agree(
    limits: ClaimLimits, renew: Renew, present: bool, found: Object | None, age: timedelta
) -> None:
    """Whatever writes is shown as a change with a reason, and nothing else is."""
    plan = planned(wish(limits, renew, present), found, MADE + age)
    assert plan.change.changed is (plan.step is not KEEP)
    assert bool(plan.change.why) is plan.change.changed
