# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide what is left to do of a revocation, from the objects of the site alone.

The first step of a plan is done, the site is looked at again, and the next plan is made, until there is none. A run
that died is therefore continued by the next one, and two runs at once end at the same state.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from .._model.instant import format_instant
from .._model.revocation import (
    AuthorityNotes,
    Criterion,
    Incoming,
    Progress,
    Rollout,
    Scope,
    ServerCertificate,
)
from .._model.token import ClaimRecord
from .._pki.certificate import fingerprint, is_signed_by, not_before
from .changes import UNKNOWN, Change


class RevokeStep(str, Enum):
    """The steps of a revocation, in their order."""

    DELETE_CLAIMS = "delete_claims"
    REPLACE_CA = "replace_ca"
    RECORD = "record_evictions"
    ADOPT = "adopt_ca"
    DELETE_OLD_CLAIMS = "delete_old_claims"
    SIGN = "replace_server_certificate"
    RESTART = "restart_router"
    AWAIT = "await_rollout"


# No CA that was there before the run is good enough.
ANY = Criterion()


@dataclass(frozen=True)
class RevokeWish:
    """What is to be revoked, and who is to be kept out."""

    scope: Scope = Scope.ALL
    criterion: Criterion = ANY
    evict: tuple[str, ...] = ()
    readmit: tuple[str, ...] = ()
    until_gone: bool = True
    """Whether it is over when the former routers are gone, or as soon as the new ones serve."""


@dataclass(frozen=True)
class RevocableSite:
    """A site as one look found it."""

    authority: AuthorityNotes
    server: ServerCertificate
    rollout: Rollout
    records: tuple[ClaimRecord, ...]
    incoming: tuple[Incoming, ...]
    now: datetime

    @property
    def fingerprint(self) -> str | None:
        """The present CA's."""
        return fingerprint(self.authority.certificate)

    @property
    def is_ours(self) -> bool:
        """Whether this collection made the present CA, so that the router's pods tell whether they know it."""
        return self.fingerprint is not None and self.authority.authority == self.fingerprint


@dataclass(frozen=True)
class Planned:
    """A step, and why it is needed."""

    step: RevokeStep
    why: str


@dataclass(frozen=True)
class RevokePlan:
    """All steps that are left, as far as they can be foreseen."""

    steps: tuple[Planned, ...]
    claims: tuple[ClaimRecord, ...] = ()
    """The claim records that the next step to delete any will delete."""

    def has(self, *steps: RevokeStep) -> bool:
        """Whether any of the steps is part of the plan."""
        return any(planned.step in steps for planned in self.steps)

    @property
    def why(self) -> str:
        """Why anything has to be done."""
        return next(
            (planned.why for planned in self.steps if planned.step is not RevokeStep.DELETE_CLAIMS), ""
        ) or next((planned.why for planned in self.steps), "")


def plan_revocation(wish: RevokeWish, site: RevocableSite, progress: Progress) -> RevokePlan:
    """What is left to do, given what this run has done already."""
    if wish.scope is Scope.ALL:
        return _plan_all(wish, site, progress)
    record = _record_step(wish, site)
    claims = site.records if wish.scope is Scope.CLAIMS and not progress.cleared else ()
    deletion = (Planned(RevokeStep.DELETE_CLAIMS, "they are to be revoked"),) if claims else ()
    return RevokePlan((*record, *deletion), claims)


def eviction_id(sites: tuple[str, ...]) -> str:
    """The name of the revocation that cuts off evicted sites, unless it is given another one."""
    return " ".join(["evict", *sites])


def revocations_after(wish: RevokeWish, notes: AuthorityNotes) -> tuple[str, ...]:
    """The ids of revocations as they should be recorded: evicting a site that was readmitted is another revocation."""
    lost = {eviction_id((site,)) for site in wish.readmit}
    return tuple(each for each in notes.revocations if each not in lost)


def _plan_all(wish: RevokeWish, site: RevocableSite, progress: Progress) -> RevokePlan:
    redeemed = [record.name for record in _old_records(site, progress) if _grown(record, progress)]
    if redeemed:
        # The record is the only witness of the redemption, so it stays until the CA that was redeemed for is gone.
        names = ", ".join(sorted(redeemed))
        return _plan_replacement(f"claim {names} was redeemed while the CA was replaced", ())
    why = "" if progress.begun else _why_begin(wish.criterion, site)
    if not why:
        return _plan_rest(wish, site, progress)
    return _plan_replacement(why, () if progress.cleared else site.records)


def evicted_after(wish: RevokeWish, notes: AuthorityNotes) -> tuple[str, ...]:
    """The ids of evicted sites as they should be recorded, in the order in which they were evicted."""
    kept = [site for site in notes.evicted if site not in wish.readmit]
    return (*kept, *(site for site in dict.fromkeys(wish.evict) if site not in kept))


def _why_begin(criterion: Criterion, site: RevocableSite) -> str:
    """Why the site needs another CA; "" if it does not."""
    if criterion.id is not None:
        done = criterion.id in site.authority.revocations
        return "" if done else f"revocation {criterion.id} has not been done"
    begins = not_before(site.authority.certificate)
    if begins is None:
        return "the site CA can't be read"
    if criterion.issued_before is not None:
        return _why_older(begins, criterion.issued_before)
    if criterion.max_age is not None:
        return _why_older(begins, _age_limit(site.now, criterion.max_age))
    return "" if _is_unfinished(site) else "revocation was asked for"


def _why_older(begins: datetime, limit: datetime) -> str:
    if begins >= limit:
        return ""
    return f"the site CA is of {format_instant(begins)}, before {format_instant(limit)}"


def _age_limit(now: datetime, age: timedelta) -> datetime:
    try:
        return now - age
    except OverflowError:
        return datetime.min.replace(tzinfo=now.tzinfo)


def _plan_replacement(why: str, claims: tuple[ClaimRecord, ...]) -> RevokePlan:
    deletion = (Planned(RevokeStep.DELETE_CLAIMS, "they were issued before"),) if claims else ()
    rest = (
        Planned(RevokeStep.REPLACE_CA, why),
        Planned(RevokeStep.SIGN, _UNSIGNED),
        Planned(RevokeStep.RESTART, _UNSERVED),
        Planned(RevokeStep.AWAIT, _UNFINISHED),
    )
    return RevokePlan((*deletion, *rest), claims)


# Without the mark nobody could tell, once the server certificate is signed, that the restart is still due.
_FOREIGN = "the site CA was replaced by another tool, which did not finish"
_UNSIGNED = "the server certificate was not signed by the site CA"
_UNSERVED = "the router has not been restarted with the certificates of the site CA"
_UNFINISHED = "routers with the former certificates may still run"


def _plan_rest(wish: RevokeWish, site: RevocableSite, progress: Progress) -> RevokePlan:
    """The rest of a revocation whose CA is there."""
    steps = list(_record_step(wish, site))
    old = _old_records(site, progress)
    if old:
        steps.append(Planned(RevokeStep.DELETE_OLD_CLAIMS, "they were issued before the site CA was replaced"))
    signed = is_signed_by(site.server.certificate, site.authority.certificate)
    if not signed:
        steps += [] if site.is_ours else [Planned(RevokeStep.ADOPT, _FOREIGN)]
        steps.append(Planned(RevokeStep.SIGN, _UNSIGNED))
    if not signed or _is_unserved(site):
        steps.append(Planned(RevokeStep.RESTART, _UNSERVED))
    lack = _UNFINISHED if steps and steps[-1].step is RevokeStep.RESTART else rollout_lack(wish, site)
    if lack:
        steps.append(Planned(RevokeStep.AWAIT, lack))
    return RevokePlan(tuple(steps), old)


def _record_step(wish: RevokeWish, site: RevocableSite) -> tuple[Planned, ...]:
    notes = site.authority
    if (evicted_after(wish, notes), revocations_after(wish, notes)) == (notes.evicted, notes.revocations):
        return ()
    return (Planned(RevokeStep.RECORD, "the list of evicted sites differs"),)


def _is_unserved(site: RevocableSite) -> bool:
    """Whether the restart that goes with a CA of this collection's is still due.

    site-controller takes all annotations off the router's pods but its own whenever ConfigMap skupper-site changes, and
    restarts the router with that (client/router_update.go, RouterUpdateAnnotations). What it started is judged by time.
    """
    if not site.is_ours or site.rollout.authority == site.fingerprint:
        return False
    return bool(site.rollout.lack) or not site.rollout.pods or bool(_former_pods(site))


def _former_pods(site: RevocableSite) -> list[str]:
    """Routers that may still have the former certificates: neither started for this CA nor after its certificate."""
    written = site.server.written
    return sorted(
        pod.name
        for pod in site.rollout.pods
        if pod.authority != site.fingerprint and (written is None or pod.created <= written)
    )


def _is_unfinished(site: RevocableSite) -> bool:
    """Whether a revocation was begun, by whomever, and the router has not been told to restart with its outcome."""
    signed = is_signed_by(site.server.certificate, site.authority.certificate)
    return not signed or _is_unserved(site)


def rollout_lack(wish: RevokeWish, site: RevocableSite) -> str:
    """What is still missing until no router with former certificates runs; "" if nothing is, or nobody can tell."""
    if not site.is_ours or site.rollout.authority != site.fingerprint:
        return ""
    left = _former_pods(site)
    if left and wish.until_gone:
        return f"{' and '.join(left)} still runs with the former certificates"
    return site.rollout.lack


def _old_records(site: RevocableSite, progress: Progress) -> tuple[ClaimRecord, ...]:
    """The claims that were issued before the present CA was written.

    They are looked for only as long as the restart is due: whoever restarts the router has deleted them.
    """
    cut = progress.cut
    if cut is None:
        if not _is_unfinished(site):
            return ()
        cut = site.authority.written or not_before(site.authority.certificate)
    return tuple(record for record in site.records if cut is not None and record.created <= cut)


def _grown(record: ClaimRecord, progress: Progress) -> bool:
    """Whether a claim was redeemed since it was last seen before the CA was written; for a certificate of which CA?"""
    return record.made > progress.made.get(record.uid, 0)


def revoke_change(wish: RevokeWish, site: RevocableSite, plan: RevokePlan) -> Change:
    """The difference that the steps of a plan make; waiting makes none."""
    writes = [planned.step for planned in plan.steps if planned.step is not RevokeStep.AWAIT]
    renewed, restarted = RevokeStep.REPLACE_CA in writes, RevokeStep.RESTART in writes
    before = {
        "ca": site.fingerprint,
        "claims": sorted(record.name for record in site.records),
        "incoming": [each.name for each in site.incoming],
        "evicted": list(site.authority.evicted),
        "unfinished": [step.value for step in writes] if not renewed and restarted else [],
    }
    removed = {record.name for record in plan.claims}
    after = {
        "ca": UNKNOWN if renewed else site.fingerprint,
        "claims": sorted({record.name for record in site.records} - removed),
        "incoming": [] if restarted else before["incoming"],
        "evicted": list(evicted_after(wish, site.authority)),
        "unfinished": [],
    }
    return Change(before, after, plan.why)


def cut_off(site: RevocableSite, plan: RevokePlan) -> list[dict[str, Any]]:
    """The sites whose connections a plan ends for good."""
    return [each.view() for each in site.incoming] if plan.has(RevokeStep.RESTART) else []
