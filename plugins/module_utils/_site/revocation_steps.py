# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of a revocation. Each gets what it needs, and returns what it did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from .._kube.api import NamespaceApi
from .._kube.retry import poll
from .._model.authority import RevocableSite
from .._model.errors import Failure
from .._model.instant import later
from .._model.reasons import Reason
from .._model.revocation import Progress, RevokePlan, RevokeStep, RevokeWish, Scope
from .._model.site import Place, SiteConfig
from .._model.token import ClaimRecord
from .._model.wait import Choice, Clock, Waiting
from .._pki.certificate import fingerprint, lifetime
from .._pki.issue import LIFETIME
from .._plan.eviction_lists import notes_after
from .._plan.new_authority import why_not_adopted
from .._plan.redemptions import redemption_before
from .._plan.revocable import authority_owner, ca_fingerprint, put_back
from .._plan.revocation_notes import notes_of_claims, notes_with
from .._plan.revoke import Situation, plan_revocation
from .._plan.rollout import rollout_lack
from .generations.authorities import AuthorityStore
from .serials import new_serial

# A claim server that has counted a redemption reads the CA some milliseconds later; so long nothing is written.
_IN_FLIGHT = 1.0
# New CAs, signatures and restarts that one run puts up with.
_AUTHORITIES = 4
_SIGNATURES = 6
_RESTARTS = 6
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Tools:
    """What a revocation needs in addition to the site."""

    choose: Choice
    waiting: Waiting
    ca_lifetime: timedelta = LIFETIME
    watch: int = 0
    """Seconds after the CA was written until which it is looked at whether the former one is put back."""

    @property
    def clock(self) -> Clock:
        """Return the clock of the wait."""
        return self.waiting.clock


@dataclass(frozen=True)
class Target:
    """The site that is worked on: its API, what its access rests on, and its configuration."""

    api: NamespaceApi
    store: AuthorityStore
    config: SiteConfig

    @property
    def place(self) -> Place:
        """Return where it is, for messages."""
        return self.api.place

    def look(self) -> RevocableSite:
        """Read all that decides about the revocation."""
        return self.store.look(self.config.site_id)


@dataclass(frozen=True)
class StepResult:
    """What a step did."""

    progress: Progress | None = None
    """What the run has done by now. None if nothing that another look would not see."""
    removed: Mapping[str, int] = field(default_factory=dict)
    """Names of the claims that it deleted, and how often each had been redeemed."""
    seen: RevocableSite | None = None
    """The site as the step has seen it last. None if it has not looked."""
    conflict: Failure | None = None
    """That another writer changed the same object. What is left to do is then decided again."""
    end: Failure | None = None
    """Why the run can't go on."""


def disable_claims(target: Target, situation: Situation, plan: RevokePlan) -> StepResult:
    """Make all claims unusable, and learn from the answers which of them were redeemed until then."""
    after = tuple(target.store.disable_claim(each) if each.remaining != 0 else each for each in plan.claims)
    if any(record.remaining != 0 for record in after):
        return StepResult(conflict=_unconfirmed(target.place, "that claims can't be redeemed any more"))
    why = plan.why_replaced
    redeemed = redemption_before(situation.wish, situation.site, after, why, target.api.now()) if why else ""
    return StepResult(replace(situation.progress, disabled=bool(why), redeemed=redeemed))


def delete_claims(target: Target, claims: tuple[ClaimRecord, ...], scope: Scope, progress: Progress) -> StepResult:
    """Delete claims in the versions that were read: one that is redeemed in between stays, and is seen to be."""
    removed: dict[str, int] = {}
    for claim in claims:
        try:
            if target.store.delete_claim(claim):
                removed[claim.name] = claim.made
        except Failure as failure:
            if failure.reason is not Reason.CONFLICT:
                raise
            return StepResult(removed=removed, conflict=failure)
    begun = progress.begun or scope is Scope.CLAIMS
    return StepResult(replace(progress, deletions=progress.deletions + 1, begun=begun), removed)


def replace_authority(target: Target, situation: Situation, why: str, tools: Tools, made_before: int) -> StepResult:
    """Write a new CA over the present one, which is kept nowhere, together with all that is noted of it."""
    if made_before >= _AUTHORITIES:
        return StepResult(end=_raced(target.place, situation.site, made_before))
    made = target.store.issue_authority(tools.ca_lifetime, new_serial(tools.choose))
    tools.clock.sleep(_IN_FLIGHT)
    notes = notes_with(situation.wish, situation.site, situation.progress, why)
    notes = replace(notes, authority=made.fingerprint, former=ca_fingerprint(situation.site))
    if not target.store.replace_authority(situation.site.authority, made, notes):
        return StepResult(conflict=_unconfirmed(target.place, "that it has stored the new site CA"))
    return StepResult(_begun(target, situation.progress))


def _raced(place: Place, site: RevocableSite, made: int) -> Failure:
    latest = site.latest
    what = f" ({latest.again})" if latest is not None and latest.again else ""
    return Failure(
        Reason.REVOCATION_RACE,
        f"The site CA in {place} was replaced {made} times, and each time claims were redeemed "
        f"meanwhile{what}: stop what creates claims there, and run this again.",
    )


def _begun(target: Target, progress: Progress) -> Progress:
    """Return the progress of a run whose CA has just been written or adopted."""
    return Progress(begun=True, cut=target.api.now(), signed=progress.signed, restarts=progress.restarts)


def adopt_authority(target: Target, situation: Situation, why: str) -> StepResult:
    """Note the current CA as the new one, and the keys that are not to be trusted any more.

    The second time in one run the current CA is among these, and only its owner can make another one.
    """
    worn = why_not_adopted(situation.site)
    notes = notes_with(situation.wish, situation.site, situation.progress, why)
    notes = replace(notes, authority=ca_fingerprint(situation.site) or "", former=fingerprint(situation.site.server.ca))
    target.store.adopt_authority(situation.site.authority, notes)
    progress = _begun(target, situation.progress)
    if not worn:
        return StepResult(progress)
    again = Failure(
        Reason.CA_MANAGED,
        f"The site CA in {target.place} has to be rotated once more where it is kept, since {why}, and it may have signed for "
        "that. Rotate it, with a new key, and run this with adopt: true again.",
    )
    return StepResult(progress, seen=target.look(), end=again)


def mark_authority(target: Target, site: RevocableSite) -> StepResult:
    """Note a CA of another tool's as one whose revocation is being finished."""
    notes = replace(site.authority, authority=ca_fingerprint(site) or "", former=None)
    target.store.adopt_authority(site.authority, notes)
    return StepResult()


def record_notes(target: Target, wish: RevokeWish, site: RevocableSite, claims: tuple[ClaimRecord, ...]) -> StepResult:
    """Bring the lists of evicted sites up to date, and note what claims show that are about to be deleted."""
    target.store.record(site.authority, notes_of_claims(wish, site, notes_after(wish, site.authority), claims))
    return StepResult()


def replace_server(target: Target, situation: Situation, choose: Choice) -> StepResult:
    """Sign a server certificate with the CA as it is now.

    The certificate to be replaced is read before the CA: a run that replaces the CA later signs later, and this write then meets
    another version.
    """
    before = target.store.server()
    if situation.progress.signed >= _SIGNATURES:
        writer = before.trust_writer or "another tool"
        why = f"its server certificate was replaced {_SIGNATURES} times, and {before.kept_in} was written again by {writer} each time"
        return StepResult(end=not_proved(target.place, why))
    authority = target.store.authority()
    span = min(LIFETIME, lifetime(authority.certificate) or LIFETIME)
    hosts = target.store.hosts(target.config)
    try:
        made = target.store.issue_server(authority, before, hosts, span, new_serial(choose))
    except Failure as failure:
        return _unsignable(target.place, situation, failure)
    stored = target.store.replace_server(before, made, authority.certificate)
    conflict = None if stored else _unconfirmed(target.place, "that it has stored the new server certificate")
    return StepResult(replace(situation.progress, signed=situation.progress.signed + 1), conflict=conflict)


def _unsignable(place: Place, situation: Situation, failure: Failure) -> StepResult:
    """Return that the CA has to be replaced, since it can't sign; raises the failure if it is not this run's to replace."""
    if failure.reason is not Reason.CA_UNUSABLE or situation.wish.adopt or authority_owner(situation.site):
        raise failure.located(place) from None
    progress = replace(situation.progress, unusable="the site CA can't sign certificates")
    return StepResult(progress, conflict=Failure(Reason.CONFLICT, failure.message))


def restart_router(target: Target, site: RevocableSite, clock: Clock, progress: Progress) -> StepResult:
    """Restart the router in a later second than that in which its certificate was stored, so that old pods can be recognized."""
    if progress.restarts >= _RESTARTS:
        return StepResult(end=not_proved(target.place, f"its router was restarted {progress.restarts} times"))
    now, written = target.api.now(), site.server.written
    if written is not None and now <= written:
        clock.sleep(_SECOND.total_seconds())
        now = later(written, _SECOND)
    target.store.restart_router(ca_fingerprint(site) or "", now)
    return StepResult(replace(progress, restarts=progress.restarts + 1))


def await_rollout(target: Target, situation: Situation, waiting: Waiting) -> StepResult:
    """Wait until routers with the new certificates serve and no other runs, or something else has to be done first."""
    rollout = _Rollout(target, situation)
    is_over = poll(rollout.is_over, waiting.timeout, waiting.clock) is not None
    seen = rollout.situation.site
    return StepResult(
        seen=seen, end=None if is_over else _late(target.place, waiting, rollout_lack(situation.wish, seen))
    )


def _late(place: Place, waiting: Waiting, lack: str) -> Failure:
    return Failure(
        Reason.REVOCATION_TIMEOUT,
        f"The revocation in {place} is not over after {waiting.timeout} seconds (wait_timeout): "
        f"{lack}. Connections made before may still be open; check the router's pods, and run this again.",
    )


@dataclass
class _Rollout:
    """A rollout that is waited for, with the latest look at it."""

    target: Target
    situation: Situation

    def is_over(self) -> bool | None:
        """Look at the site, and return True if there is nothing to wait for. None as long as there is."""
        self.situation = replace(self.situation, site=self.target.look())
        rest = plan_revocation(self.situation.wish, self.situation.site, self.situation.progress).steps
        waits = bool(rest) and rest[0].step is RevokeStep.AWAIT
        return None if waits and not put_back(self.situation.site) else True


def not_proved(place: Place, why: str) -> Failure:
    """Return that it is not proved that former credentials do not work."""
    return Failure(
        Reason.REVOCATION_NOT_PROVED,
        f"The revocation in {place} is not proved: {why}. Former credentials may work; correct that, and run this again.",
    )


def _unconfirmed(place: Place, what: str) -> Failure:
    return Failure(Reason.CONFLICT, f"The API server of {place} did not confirm {what}.")
