# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide what has to happen so that a claim is as it should be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from .._model.change import Change
from .._model.errors import Failure
from .._model.instant import format_instant, later
from .._model.reasons import Reason
from .._model.token import ClaimLimits, ClaimRecord, Purpose, Renew
from .._view.token import claim_view, new_claim_view

# An expiry is written to the second, from a clock that is not the one that stamps the creation.
SLACK = timedelta(seconds=2)


class ClaimStep(str, Enum):
    """The one write a claim may need."""

    KEEP = "keep"
    CREATE = "create"
    UPDATE = "update"
    RENEW = "renew"
    DELETE = "delete"


@dataclass(frozen=True)
class ClaimWish:
    """A claim as it should be."""

    name: str
    limits: ClaimLimits
    renew: Renew = Renew.NEVER
    present: bool = True
    purpose: Purpose | None = None
    """What it is issued for. A claim of that name for another purpose is another claim. None takes any claim of the name."""


@dataclass(frozen=True)
class ClaimPlan:
    """What to do about a claim, and what it will be afterwards."""

    step: ClaimStep
    change: Change
    expires: datetime | None = None
    """End of the claim after an update; a new claim's end is known when it is made."""
    remaining: int | None = None


def plan_claim(wish: ClaimWish, record: ClaimRecord | None, now: datetime) -> ClaimPlan:
    """Compare the desired claim with the record on the issuing site, if there is one."""
    if not wish.present:
        return _plan_absence(record, now)
    if record is None:
        return _plan_new(
            wish, ClaimStep.CREATE, Change({}, new_claim_view(wish.name, wish.limits), "there is no such claim")
        )
    if wish.renew is Renew.ALWAYS:
        return _plan_renewal(wish, record, now, "renewal was asked for")
    if wish.renew is Renew.UNUSABLE and not _after_update(wish, record).is_usable(now):
        return _plan_renewal(wish, record, now, record.why_unusable(now))
    if differences(wish.limits, record):
        return _plan_update(wish, record, now)
    return ClaimPlan(ClaimStep.KEEP, _unchanged(claim_view(record, now)), record.expires, record.remaining)


def _unchanged(view: dict[str, Any]) -> Change:
    return Change(view, view)


def change_after(plan: ClaimPlan, record: ClaimRecord, now: datetime) -> Change:
    """Return the change of a plan, once the claim is as it should be."""
    if not plan.change.changed:
        return plan.change
    after = dict(claim_view(record, now))
    if plan.step is ClaimStep.RENEW:
        after["password"] = plan.change.after["password"]
    return plan.change.with_after(after)


def _plan_absence(record: ClaimRecord | None, now: datetime) -> ClaimPlan:
    if record is None:
        return ClaimPlan(ClaimStep.KEEP, Change())
    return ClaimPlan(ClaimStep.DELETE, Change(claim_view(record, now), {}, "it should be absent"))


def _plan_new(wish: ClaimWish, step: ClaimStep, change: Change) -> ClaimPlan:
    return ClaimPlan(step, change, None, wish.limits.uses)


def _plan_renewal(wish: ClaimWish, record: ClaimRecord, now: datetime, why: str) -> ClaimPlan:
    # Only the password differs between two claims of one name. The diff shows it, so that every renewal is visible.
    before = {**claim_view(record, now), "password": "(hidden)"}
    after = {**new_claim_view(wish.name, wish.limits), "password": "(hidden, new)"}
    return _plan_new(wish, ClaimStep.RENEW, Change(before, after, why))


def _plan_update(wish: ClaimWish, record: ClaimRecord, now: datetime) -> ClaimPlan:
    after = _after_update(wish, record)
    change = Change(
        claim_view(record, now),
        claim_view(after, now),
        "{} differ".format(" and ".join(differences(wish.limits, record))),
    )
    return ClaimPlan(ClaimStep.UPDATE, change, after.expires, after.remaining)


def _after_update(wish: ClaimWish, record: ClaimRecord) -> ClaimRecord:
    """Return the record with the desired limits. Former uses still count."""
    wrong = differences(wish.limits, record)
    limits = wish.limits
    expires = record.expires
    if "expiry" in wrong:
        expires = None if limits.expiry is None else later(record.created, limits.expiry).replace(microsecond=0)
    remaining = _remaining(limits, record) if "uses" in wrong else record.remaining
    corrupt = None if wrong else record.corrupt
    return ClaimRecord(record.name, record.password, record.created, expires, remaining, record.made, corrupt=corrupt)


def differences(limits: ClaimLimits, record: ClaimRecord) -> list[str]:
    """Return which of expiry and uses the record was not made with. A corrupt record differs in both."""
    if record.corrupt:
        return ["expiry", "uses"]
    found = []
    if not _same_span(limits.expiry, record.limits().expiry):
        found.append("expiry")
    if _remaining(limits, record) != record.remaining:
        found.append("uses")
    return found


def _remaining(limits: ClaimLimits, record: ClaimRecord) -> int | None:
    """Return how many of the allowed uses are left: none if a claim was used more often than that."""
    return None if limits.uses is None else max(limits.uses - record.made, 0)


def _same_span(wanted: timedelta | None, actual: timedelta | None) -> bool:
    if wanted is None or actual is None:
        return wanted is actual
    return abs(wanted - actual) <= SLACK


def claim_expired(name: str, expires: datetime | None) -> Failure:
    """Return that the claim has expired."""
    when = f" at {format_instant(expires)}" if expires else ""
    return Failure(
        Reason.CLAIM_EXPIRED,
        f"Claim {name} expired{when} and no link was made with it: "
        "issue a new one (skupper_token with renew: unusable).",
    )


def claim_used_up(name: str) -> Failure:
    """Return that the claim has no uses left, or that its issuing site has forgotten it."""
    return Failure(
        Reason.CLAIM_USED_UP,
        f"Claim {name} is used up, expired or removed on its issuing site and no link was made with it: "
        "issue a new one (skupper_token with renew: unusable).",
    )
