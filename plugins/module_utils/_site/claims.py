# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make, change and remove claims on the issuing site."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from .._kube.api import NamespaceApi
from .._model.change import Change
from .._model.errors import Failure, Warnings
from .._model.instant import later
from .._model.issuing import IssuingSite, NewClaim
from .._model.reasons import Reason
from .._model.secret import SecretBytes
from .._model.site import Service
from .._model.token import ClaimRecord, ClaimToken, Purpose
from .._model.wait import Choice, Wait
from .._plan.claim import ClaimPlan, ClaimStep, ClaimWish, change_after, plan_claim
from .generations.claims import claim_store
from .generations.policies import link_policies
from .generations.readers import reader
from .issuing import issuing_site, require_redeemer

# As many characters, from as many, as Skupper's command line takes (pkg/utils/random.go).
_PASSWORD_CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_PASSWORD_LENGTH = 24
# So many names are tried for a claim. If all are taken, something else creates Secrets of such names.
_NAMES = 9
# So often a claim is looked at again which is redeemed while it is removed.


@dataclass(frozen=True)
class ClaimOutcome:
    """A claim after a run, or as check mode predicts it."""

    change: Change
    record: ClaimRecord | None
    token: ClaimToken | None
    """None if the claim is absent, or is yet to be made because nothing may be written."""
    now: datetime
    warnings: Warnings = ()


def ensure_claim(
    api: NamespaceApi, wish: ClaimWish, choose: Choice, check_mode: bool, patience: Wait | None = None
) -> ClaimOutcome:
    """Bring a claim to what is wished for, with at most one write (two for a renewal)."""
    if not wish.present:
        return _ensure_absence(api, wish, check_mode)
    return claim_of(api, issuing_site(api, patience, Service.CLAIMS), wish, choose, check_mode)


def claim_of(
    api: NamespaceApi, site: IssuingSite, wish: ClaimWish, choose: Choice, check_mode: bool, vetted: bool = False
) -> ClaimOutcome:
    """Ensure a claim on a site that has been read. With ``vetted`` it is known that the site may take links."""
    if wish.purpose is not None:
        _refuse_evicted(api, site, wish.purpose)
    if wish.purpose is not None and vetted and not check_mode:
        made = _made_at_once(api, site, wish, choose)
        if made is not None:
            return made
    wish, record = _found(api, site.config.site_id, wish)
    plan = plan_claim(wish, record, api.now())
    issues = plan.step in (ClaimStep.CREATE, ClaimStep.RENEW)
    if plan.step is not ClaimStep.KEEP or (record is not None and record.is_usable(api.now())):
        require_redeemer(api, site)
    warnings = link_policies(api).require_incoming() if issues and not vetted else ()
    if not check_mode:
        record = _apply(api, site, wish, plan, record, choose)
    return replace(_outcome(api, site, plan, record, check_mode), warnings=warnings)


def _made_at_once(api: NamespaceApi, site: IssuingSite, wish: ClaimWish, choose: Choice) -> ClaimOutcome | None:
    """Make a claim for a link under the name that is thought of, without looking; None if that is taken.

    It hardly ever is: an interrupted run has issued a claim that its link was not made with.
    """
    require_redeemer(api, site)
    plan = plan_claim(wish, None, api.now())
    try:
        record = _apply(api, site, wish, plan, None, choose)
    except Failure as failure:
        if failure.reason is not Reason.CONFLICT:
            raise
        return None
    return _outcome(api, site, plan, record, check_mode=False)


def _refuse_evicted(api: NamespaceApi, site: IssuingSite, purpose: Purpose) -> None:
    """Raise Failure(site_evicted) for a claim of a site that this one has evicted, by its id or by its place."""
    kept = site.certificates
    places = [place for place in kept.evicted_locations if place.is_match_certain(purpose.location)]
    if purpose.site_id in kept.evicted or any(place.matches(purpose.location) for place in places):
        raise Failure(
            Reason.SITE_EVICTED,
            f"Site {purpose.site_id} was evicted by the site in {api.place}, and no claim is issued for it: readmit it "
            "(skupper_readmit, or readmit of skupper_revoke), or leave it out.",
        )


def _found(api: NamespaceApi, owner: str, wish: ClaimWish) -> tuple[ClaimWish, ClaimRecord | None]:
    """Return the record that a desired claim is about, if there is one, and the desired claim under its name.

    A claim that is issued for a link gets another name if another object has the intended one. The names follow each other,
    so that an interrupted run finds again what it issued.
    """
    if wish.purpose is None:
        return wish, claim_store(api).find(wish.name)
    for name in (wish.name, *(f"{wish.name}-{number}" for number in range(2, _NAMES + 1))):
        taken, record = _holder(api, name)
        if not taken or (record is not None and is_issued_for(record, wish.purpose, owner)):
            return replace(wish, name=name), record
    raise Failure(
        Reason.NAME_TAKEN,
        f"The names {wish.name} to {name} are all taken by Secrets in {api.place} that were not made for this link: "
        "remove those that are not needed, or choose another name.",
    )


def _holder(api: NamespaceApi, name: str) -> tuple[bool, ClaimRecord | None]:
    """Return whether a name is taken, and the claim that has it. None if something else has."""
    try:
        record = claim_store(api).find(name)
    except Failure as failure:
        if failure.reason is not Reason.NAME_TAKEN:
            raise
        return True, None
    return record is not None, record


def is_issued_for(record: ClaimRecord, purpose: Purpose, owner: str) -> bool:
    """Return whether this collection made a claim for a purpose, on the site with the id ``owner``."""
    return record.owner == owner and purpose.is_of(record.purpose)


def _ensure_absence(api: NamespaceApi, wish: ClaimWish, check_mode: bool) -> ClaimOutcome:
    record = claim_store(api).find(wish.name)
    # A mistyped namespace would otherwise pass for a claim that is gone.
    owner = reader(api).config().site_id if record is None or wish.purpose else ""
    if record is not None and wish.purpose is not None and not is_issued_for(record, wish.purpose, owner):
        record = None
    plan = plan_claim(wish, record, api.now())
    deletes = plan.step is ClaimStep.DELETE and record is not None and not check_mode
    warnings = _delete(api, record) if deletes and record is not None else ()
    return ClaimOutcome(plan.change, None, None, api.now(), warnings)


def _delete(api: NamespaceApi, record: ClaimRecord) -> Warnings:
    """Delete the claim that was read; raises Failure(conflict) if another one has its name now."""
    claims = claim_store(api)
    gone, warnings = claims.remove(record)
    if not gone and claims.find(record.name) is not None:
        raise Failure(
            Reason.CONFLICT,
            f"Claim {record.name} in {api.place} was made again by someone else while this task removed it: "
            "run it again if that one should be removed, too.",
        )
    return warnings


def _apply(
    api: NamespaceApi,
    site: IssuingSite,
    wish: ClaimWish,
    plan: ClaimPlan,
    record: ClaimRecord | None,
    choose: Choice,
) -> ClaimRecord | None:
    claims = claim_store(api)
    if plan.step is ClaimStep.UPDATE and record is not None:
        return claims.limit(record, plan.expires, plan.remaining)
    if plan.step not in (ClaimStep.CREATE, ClaimStep.RENEW):
        return record
    new = _new(api, wish, choose)
    if plan.step is ClaimStep.RENEW and record is not None:
        claims.check_admission(site, new)
        claims.remove(record)
    return claims.create(site, new)


def _new(api: NamespaceApi, wish: ClaimWish, choose: Choice) -> NewClaim:
    password = "".join(choose(_PASSWORD_CHARACTERS) for _number in range(_PASSWORD_LENGTH))
    expiry = wish.limits.expiry
    return NewClaim(
        name=wish.name,
        password=SecretBytes(password.encode("ascii")),
        expires=None if expiry is None else later(api.now(), expiry),
        uses=wish.limits.uses,
        purpose=wish.purpose,
    )


def _outcome(
    api: NamespaceApi, site: IssuingSite, plan: ClaimPlan, record: ClaimRecord | None, check_mode: bool
) -> ClaimOutcome:
    claims, now = claim_store(api), api.now()
    if check_mode:
        future = _predicted(plan, record)
        return ClaimOutcome(plan.change, record, None if future is None else claims.token(site, future), now)
    if record is None:
        return ClaimOutcome(plan.change, None, None, now)
    change = change_after(plan, record, now)
    return ClaimOutcome(change, record, claims.token(site, record), now)


def _predicted(plan: ClaimPlan, record: ClaimRecord | None) -> ClaimRecord | None:
    """Return the record that a run would leave, as far as that is known without one."""
    if record is None or plan.step in (ClaimStep.CREATE, ClaimStep.RENEW):
        return None
    return replace(record, expires=plan.expires, remaining=plan.remaining)


def remove_record(api: NamespaceApi, name: str, purpose: Purpose, owner: str) -> None:
    """Delete the claim record that a link was made with, and no other.

    The name comes from a note on the linking site. A record that was not issued for this very link stays: it belongs to something
    else, or it is one of an earlier release, which expires by itself.
    """
    _taken, record = _holder(api, name)
    if record is not None and is_issued_for(record, purpose, owner):
        claim_store(api).discard(name, record.uid)
