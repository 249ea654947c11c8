# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Revoke the access to a site, one step after the other, and prove it.

Each step stands for itself; what comes after it is decided by another look at the objects (_plan/revoke.py). Whether it
is done is decided by a last look, which knows nothing of the steps (_plan/proof.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Callable

from .._kube.api import DEPLOYMENT, SECRET, Kind, NamespaceApi
from .._kube.retry import poll
from .._model.change import UNKNOWN, Change, Warnings
from .._model.errors import Failure
from .._model.instant import format_instant, later
from .._model.reasons import Reason
from .._model.revocation import Progress, Proof, Record, Scope
from .._model.secret import SecretBytes
from .._model.site import Mode, SiteConfig
from .._model.token import ClaimRecord
from .._model.wait import Choice, Clock, Waiting
from .._pki.certificate import fingerprint, lifetime
from .._pki.issue import LIFETIME, Authority, issue_server, new_authority
from .._pki.names import dns_names
from .._pki.signing import why_unredeemable, why_unsignable
from .._plan.proof import proof_view, prove
from .._plan.revocable import RevocableSite
from .._plan.revoke import (
    RevokePlan,
    RevokeStep,
    RevokeWish,
    cut_off,
    named_claims,
    notes_after,
    notes_of_claims,
    notes_with,
    plan_revocation,
    redemption_before,
    revoke_change,
    rollout_lack,
    why_again,
    why_not_adopted,
    why_refused,
    why_replaced,
)
from .._v1.certificate_hosts import server_hosts
from .._v1.objects import keys
from .._v1.objects.claim import disabling_patch, read_record
from .._v1.objects.revoke import (
    authority_marks,
    authority_patch,
    list_marks,
    notes_patch,
    read_server,
    restart_patch,
    server_patch,
    stored_certificate,
)
from .._v1.objects.site import read_authority
from .generations.readers import reader
from .keeping import keep_list
from .revocable import look, needed
from .serials import new_serial

# A claim server that has counted a redemption reads the CA some milliseconds later; so long nothing is written.
_IN_FLIGHT = 1.0
# Other writers of the same objects, redemptions in between, signatures and restarts that one run puts up with.
_CONFLICTS = 8
_REPEATS = 8
_AUTHORITIES = 4
_SIGNATURES = 6
_RESTARTS = 6
_SECOND = timedelta(seconds=1)
_SERVER_NAME = "skupper-router"


@dataclass(frozen=True)
class Tools:
    """What a revocation needs besides the site."""

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
class RevocationOutcome:
    """A revocation after a run, or as check mode predicts it."""

    change: Change
    view: dict[str, Any]
    warnings: Warnings = ()


@dataclass
class _Run:
    """One run on one site: what is known at the moment, and what was done."""

    api: NamespaceApi
    config: SiteConfig
    wish: RevokeWish
    tools: Tools
    site: RevocableSite
    hosts: tuple[str, ...]
    started: float
    progress: Progress = field(default_factory=Progress)
    done: list[dict[str, Any]] = field(default_factory=list)
    removed: dict[str, int] = field(default_factory=dict)
    """Names of the claims that were deleted, and how often each had been redeemed."""
    authorities: int = 0
    former: str | None = None
    """Fingerprint of the CA before the revocation."""
    cut: list[dict[str, Any]] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        """Return whether the run ends only when the former routers are gone."""
        return self.tools.waiting.wait and self.wish.until_gone

    def note(self, step: RevokeStep) -> None:
        """Remember a step and when it was done."""
        seconds = round(self.tools.clock.monotonic() - self.started, 1)
        self.done.append({"step": step.value, "at": format_instant(self.api.now()), "seconds": seconds})


def revoke(api: NamespaceApi, wish: RevokeWish, tools: Tools, check_mode: bool) -> RevocationOutcome:
    """Bring a site to where no credential issued before works any more, wait until that is so, and prove it.

    Raises Failure(site_cannot_accept, site_not_ready, ingress_pending, forbidden, ca_managed, ca_put_back ...) before
    anything is written, and Failure(revocation_not_proved, ca_put_back, revocation_timeout) afterwards.
    """
    if wish.scope is Scope.NONE and reader(api).config().mode is Mode.EDGE:
        return RevocationOutcome(*keep_list(api, wish, check_mode))
    started = tools.clock.monotonic()
    config, _router = reader(api).accepting()
    site = look(api, config.site_id)
    _refuse_future(wish, site)
    plan = plan_revocation(wish, site, Progress())
    _refuse_owned(api, wish, site, plan)
    hosts, warnings = _prepare(api, config, plan, check_mode)
    warnings = (*warnings, *_warnings(api, wish, site, plan))
    if check_mode:
        return _prediction(api, wish, site, plan, tools.waiting.wait, warnings)
    run = _Run(api, config, wish, tools, site, hosts, started)
    if wish.scope is Scope.ALL and not plan.has(RevokeStep.REPLACE_CA, RevokeStep.ADOPT):
        # Decided once: what is begun is finished, and nothing new is begun after it.
        run.progress = Progress(begun=True)
    run.former, run.cut = _former(site, plan), cut_off(site, plan)
    _carry_out(run, plan)
    proof = _proved(run)
    outcome = _result(run, revoke_change(wish, site, plan), proof)
    unproved = (f"In {api.place} {proof.lacks}.",) if run.waits and proof is not None and not proof.holds else ()
    return replace(outcome, warnings=(*warnings, *outcome.warnings, *unproved))


def _refuse_future(wish: RevokeWish, site: RevocableSite) -> None:
    limit = wish.criterion.issued_before
    if limit is not None and limit > site.now:
        raise Failure(
            Reason.INVALID_OPTION,
            f"issued_before is {format_instant(limit)}, which is yet to come: every run until then would make a new CA.",
        )


def _refuse_owned(api: NamespaceApi, wish: RevokeWish, site: RevocableSite, plan: RevokePlan) -> None:
    """Raise Failure(ca_put_back, ca_managed) if another tool would undo, or has undone, what is written."""
    if wish.scope is not Scope.ALL:
        return
    if site.put_back and not wish.take_over:
        raise _put_back(api, site, "Nothing was written.")
    if wish.adopt and plan.has(RevokeStep.ADOPT) and (why := why_not_adopted(site)):
        raise Failure(
            Reason.CA_MANAGED,
            f"The site CA in {api.place} can't be adopted as the new one: {why}. "
            "Rotate it, with a new key, where it is kept, and run this again.",
        )
    if wish.adopt and plan.has(RevokeStep.ADOPT) and (why := why_unsignable(*_authority(api), api.now())):
        raise Failure(
            Reason.CA_UNUSABLE,
            f"The site CA in {api.place} can't be adopted as the new one: {why}. "
            "Nothing was revoked. Have its owner correct it, and run this again.",
        )
    refused = why_refused(wish, site, plan)
    if refused is not None:
        secret, owner = refused
        raise Failure(
            Reason.CA_MANAGED,
            f"Secret {secret} in {api.place} is managed by {owner.name} ({owner.fact}), which would put back what is "
            "written; nothing was. Rotate it there and run this with adopt: true, or replace it anyway with take_over: true.",
            owner=owner.name,
        )


def _authority(api: NamespaceApi) -> tuple[bytes, SecretBytes]:
    return read_authority(needed(api, keys.SITE_CA))


def _put_back(api: NamespaceApi, site: RevocableSite, what: str) -> Failure:
    by = f" It was last written by {site.authority.writer}" if site.authority.writer else ""
    when = f" at {format_instant(site.authority.written)}." if by and site.authority.written else "."
    return Failure(
        Reason.CA_PUT_BACK,
        f"The site CA in {api.place} (Secret {keys.SITE_CA}) holds a key again that was revoked "
        f"({min(site.put_back)[:16]}), so that former credentials work.{by}{when if by else ''} {what} "
        "Rotate it where that tool keeps it and run this with adopt: true, or end its rule over the Secret and use take_over: true.",
        owner=site.authority.writer or None,
    )


def _warnings(api: NamespaceApi, wish: RevokeWish, site: RevocableSite, plan: RevokePlan) -> Warnings:
    found = []
    if wish.scope is Scope.CLAIMS:
        redeemed = [f"{each.name} ({each.made})" for each in plan.claims if each.made]
        if redeemed:
            found.append(
                f"Claims of {api.place} had been redeemed before they were deleted: {', '.join(redeemed)}. "
                "Those sites keep their certificates until access is revoked (scope: all)."
            )
    if wish.adopt and plan.has(RevokeStep.ADOPT) and (why := why_unredeemable(_authority(api)[1])):
        found.append(
            f"The site CA in {api.place} is adopted, but can't sign for claims: {why}. Links are made anew with cert tokens "
            "alone (type: cert)."
        )
    owners = [(secret, owner) for secret, owner in _overwritten(site, plan) if wish.take_over and owner is not None]
    for secret, owner in owners:
        found.append(f"Secret {secret} in {api.place} is taken over from {owner.name}: {owner.fact}.")
    return tuple(found)


def _overwritten(site: RevocableSite, plan: RevokePlan) -> list[tuple[str, Any]]:
    return [
        *([(keys.SITE_CA, site.authority_owner)] if plan.has(RevokeStep.REPLACE_CA) else []),
        *([(keys.SITE_SERVER, site.server.owner)] if plan.has(RevokeStep.SIGN) else []),
    ]


def _prepare(
    api: NamespaceApi, config: SiteConfig, plan: RevokePlan, check_mode: bool
) -> tuple[tuple[str, ...], Warnings]:
    """Refuse, before anything is written, all that can be refused; returns the hosts of the server certificate.

    Rights that are missing are a warning in check mode, which an account that may only read can run.
    """
    hosts = server_hosts(api, config) if plan.has(RevokeStep.SIGN) else ()
    lacks = [lack for lack in (_lack_of_right(api, *right) for right in _rights(plan)) if lack]
    if lacks and not check_mode:
        raise Failure(Reason.FORBIDDEN, f"Nothing was revoked in {api.place}: {lacks[0]}", missing=lacks)
    return hosts, tuple(f"forbidden: {lack}" for lack in lacks)


def _rights(plan: RevokePlan) -> list[tuple[str, Kind, str]]:
    """Return the writes of a plan, in the words of RBAC."""
    rights = [("delete", SECRET, record.name) for record in plan.claims[:1]]
    if plan.has(RevokeStep.DISABLE_CLAIMS):
        rights += [("patch", SECRET, record.name) for record in plan.claims[:1]]
    if plan.has(RevokeStep.REPLACE_CA, RevokeStep.RECORD, RevokeStep.ADOPT, RevokeStep.MARK):
        rights.append(("patch", SECRET, keys.SITE_CA))
    if plan.has(RevokeStep.SIGN):
        rights.append(("patch", SECRET, keys.SITE_SERVER))
    if plan.has(RevokeStep.RESTART):
        rights.append(("patch", DEPLOYMENT, keys.ROUTER))
    return rights


def _lack_of_right(api: NamespaceApi, verb: str, kind: Kind, name: str) -> str:
    if api.may(verb, kind, name) is not False:
        return ""
    return (
        f"this account may not {verb} {kind.singular} {name}: grant verb {verb} on {kind.plural} "
        f"in namespace {api.place.namespace}."
    )


def _carry_out(run: _Run, plan: RevokePlan) -> None:
    """Do the first step, look again, and so on; whoever else writes the same objects makes for another look."""
    conflicts = 0
    while plan.steps and (run.tools.waiting.wait or plan.steps[0].step is not RevokeStep.AWAIT):
        planned = plan.steps[0]
        _refuse_repetition(run, planned.step, plan)
        if why_replaced(plan):
            _note_rollout(run)
        try:
            _STEPS[planned.step](run, plan)
        except Failure as failure:
            conflicts += 1
            if failure.reason is not Reason.CONFLICT:
                raise
            if conflicts > _CONFLICTS:
                raise Failure(failure.reason, failure.message, revocation=_view(run, _proof(run))) from None
        else:
            run.note(planned.step)
        run.site = look(run.api, run.config.site_id)
        _refuse_put_back(run)
        plan = plan_revocation(run.wish, run.site, run.progress)
    if not plan.steps:
        _note_rollout(run)


def _note_rollout(run: _Run) -> None:
    """Note a rollout that was over before it could be waited for."""
    about_routers = (RevokeStep.RESTART.value, RevokeStep.AWAIT.value)
    done = [each["step"] for each in run.done if each["step"] in about_routers]
    if done[-1:] == [RevokeStep.RESTART.value]:
        run.note(RevokeStep.AWAIT)


def _refuse_repetition(run: _Run, step: RevokeStep, plan: RevokePlan) -> None:
    """Raise Failure(conflict) if what a step writes does not last."""
    times = sum(done["step"] == step.value for done in run.done)
    if times >= _REPEATS:
        about = (
            f" ({named_claims(plan.claims)})" if step in (RevokeStep.DISABLE_CLAIMS, RevokeStep.DELETE_CLAIMS) else ""
        )
        raise Failure(
            Reason.CONFLICT,
            f"Step {step.value}{about} was done {times} times in {run.api.place}, and has to be done again: another tool undoes it, or "
            "the API server does not store it. See to that, and run this again.",
            revocation=_view(run, _proof(run)),
        )


def _refuse_put_back(run: _Run) -> None:
    """Raise Failure(ca_put_back) if a CA that was revoked is there again, and this run is not to replace it."""
    if run.wish.scope is Scope.ALL and run.progress.begun and run.site.put_back:
        failure = _put_back(run.api, run.site, "The revocation did not last.")
        raise Failure(failure.reason, failure.message, **failure.details, revocation=_view(run, _proof(run)))


def _disable_claims(run: _Run, plan: RevokePlan) -> None:
    """Make all claims unusable, and learn from the answers which of them were redeemed until then."""
    after: list[ClaimRecord] = []
    for record in plan.claims:
        if record.remaining != 0:
            after.append(read_record(run.api.patch(SECRET, record.name, disabling_patch(record))))
        else:
            after.append(record)
    if any(record.remaining != 0 for record in after):
        raise _unconfirmed(run, "that claims can't be redeemed any more")
    why = why_replaced(plan)
    redeemed = redemption_before(run.wish, run.site, tuple(after), why, run.api.now()) if why else ""
    run.progress = replace(run.progress, disabled=bool(why), redeemed=redeemed)


def _unconfirmed(run: _Run, what: str) -> Failure:
    return Failure(Reason.CONFLICT, f"The API server of {run.api.place} did not confirm {what}.")


def _delete_claims(run: _Run, plan: RevokePlan) -> None:
    """Delete claims in the versions that were read: one that is redeemed in between stays, and is seen to be."""
    for record in plan.claims:
        if run.api.delete(SECRET, record.name, record.uid, record.resource_version):
            run.removed[record.name] = record.made
    run.progress = replace(run.progress, deletions=run.progress.deletions + 1)
    if run.wish.scope is Scope.CLAIMS:
        run.progress = replace(run.progress, begun=True)


def _replace_ca(run: _Run, plan: RevokePlan) -> None:
    """Write a new CA over the old one, which is kept nowhere, together with all that is noted of it."""
    if run.authorities >= _AUTHORITIES:
        latest = run.site.latest
        what = f" ({latest.again})" if latest is not None and latest.again else ""
        raise Failure(
            Reason.REVOCATION_RACE,
            f"The site CA in {run.api.place} was replaced {run.authorities} times, and each time claims were redeemed "
            f"meanwhile{what}: stop what creates claims there, and run this again.",
            revocation=_view(run, _proof(run)),
        )
    made = new_authority(keys.SITE_CA, run.tools.ca_lifetime, new_serial(run.tools.choose), run.api.now())
    run.tools.clock.sleep(_IN_FLIGHT)
    marks = authority_marks(
        notes_with(run.wish, run.site, run.progress, plan.steps[0].why), made.fingerprint, run.site.fingerprint
    )
    answer = run.api.patch(SECRET, keys.SITE_CA, authority_patch(run.site.authority, made.certificate, made.key, marks))
    if stored_certificate(answer) != made.certificate:
        raise _unconfirmed(run, "that it has stored the new site CA")
    run.progress = replace(
        Progress(begun=True, cut=run.api.now()), signed=run.progress.signed, restarts=run.progress.restarts
    )
    run.authorities += 1


def _adopt(run: _Run, plan: RevokePlan) -> None:
    """Note the present CA as the new one, and the keys that are not to be trusted any more.

    The second time in one run the present CA is among these, and only its owner can make another one.
    """
    why, worn = plan.steps[0].why, why_not_adopted(run.site)
    notes = notes_with(run.wish, run.site, run.progress, why)
    marks = authority_marks(notes, run.site.fingerprint or "", fingerprint(run.site.server.ca))
    run.api.patch(SECRET, keys.SITE_CA, notes_patch(run.site.authority, marks))
    run.progress = replace(
        Progress(begun=True, cut=run.api.now()), signed=run.progress.signed, restarts=run.progress.restarts
    )
    if worn:
        run.site = look(run.api, run.config.site_id)
        raise Failure(
            Reason.CA_MANAGED,
            f"The site CA in {run.api.place} has to be rotated once more where it is kept, since {why}, and it may have signed for "
            "that. Rotate it, with a new key, and run this with adopt: true again.",
            revocation=_view(run, _proof(run)),
        )


def _mark(run: _Run, plan: RevokePlan) -> None:
    """Note a CA of another tool's as one whose revocation is being finished."""
    marks = authority_marks(run.site.authority, run.site.fingerprint or "", None)
    run.api.patch(SECRET, keys.SITE_CA, notes_patch(run.site.authority, marks))


def _record(run: _Run, plan: RevokePlan) -> None:
    notes = notes_of_claims(run.wish, run.site, notes_after(run.wish, run.site), plan.claims)
    run.api.patch(SECRET, keys.SITE_CA, notes_patch(run.site.authority, list_marks(notes)))


def _replace_server_certificate(run: _Run, plan: RevokePlan) -> None:
    """Sign a server certificate with the CA as it is now.

    The Secret to be written is read before the CA: whoever replaces the CA later signs later, and this write then
    meets another version.
    """
    before = read_server(needed(run.api, keys.SITE_SERVER))
    if run.progress.signed >= _SIGNATURES:
        raise _not_proved(
            run,
            _proof(run),
            f"its server certificate was replaced {_SIGNATURES} times, and Secret {keys.SITE_SERVER} was written anew by "
            f"{before.trust_writer or 'another tool'} each time",
        )
    certificate, key = _authority(run.api)
    span = min(LIFETIME, lifetime(certificate) or LIFETIME)
    run.hosts = run.hosts or server_hosts(run.api, run.config)
    hosts = _server_names(run.api.place.namespace, run.hosts, before.certificate)
    serial = new_serial(run.tools.choose)
    try:
        made = issue_server(Authority(certificate, key), _SERVER_NAME, hosts, span, serial, run.api.now())
    except Failure as failure:
        if failure.reason is not Reason.CA_UNUSABLE or run.wish.adopt or run.site.authority_owner:
            raise failure.located(run.api.place) from None
        run.progress = replace(run.progress, unusable="the site CA can't sign certificates")
        raise Failure(Reason.CONFLICT, failure.message) from None
    answer = run.api.patch(SECRET, keys.SITE_SERVER, server_patch(before, made.certificate, made.key, certificate))
    run.progress = replace(run.progress, signed=run.progress.signed + 1)
    if stored_certificate(answer) != made.certificate:
        raise _unconfirmed(run, "that it has stored the new server certificate")


def _server_names(namespace: str, hosts: tuple[str, ...], former: bytes) -> list[str]:
    """Return the names inside the cluster, those that the former certificate had, and the hosts for other sites."""
    local = f"{_SERVER_NAME}.{namespace}"
    kept = [name for name in dns_names(former) if name.startswith(f"{local}.")]
    return list(dict.fromkeys([local, f"{local}.svc.cluster.local", *kept, *hosts]))


def _restart_router(run: _Run, plan: RevokePlan) -> None:
    """Restart the router in a later second than that in which its certificate was stored, so that its pods can be told apart."""
    if run.progress.restarts >= _RESTARTS:
        raise _not_proved(run, _proof(run), f"its router was restarted {run.progress.restarts} times")
    now, written = run.api.now(), run.site.server.written
    if written is not None and now <= written:
        run.tools.clock.sleep(_SECOND.total_seconds())
        now = later(written, _SECOND)
    run.api.patch(DEPLOYMENT, keys.ROUTER, restart_patch(run.site.fingerprint or "", now))
    run.progress = replace(run.progress, restarts=run.progress.restarts + 1)


def _await_rollout(run: _Run, plan: RevokePlan) -> None:
    """Wait until routers with the new certificates serve and no other runs, or something else has to be done first."""
    waiting = run.tools.waiting

    def over() -> bool | None:
        run.site = look(run.api, run.config.site_id)
        rest = plan_revocation(run.wish, run.site, run.progress).steps
        waits = bool(rest) and rest[0].step is RevokeStep.AWAIT
        return None if waits and not run.site.put_back else True

    if poll(over, waiting.timeout, waiting.clock) is None:
        raise Failure(
            Reason.REVOCATION_TIMEOUT,
            f"The revocation in {run.api.place} is not over after {waiting.timeout} seconds (wait_timeout): "
            f"{rollout_lack(run.wish, run.site)}. Connections made before may still be open; see to the router's pods, and run "
            "this again.",
            revocation=_view(run, _proof(run)),
        )


_STEPS: dict[RevokeStep, Callable[[_Run, RevokePlan], None]] = {
    RevokeStep.DISABLE_CLAIMS: _disable_claims,
    RevokeStep.REPLACE_CA: _replace_ca,
    RevokeStep.ADOPT: _adopt,
    RevokeStep.MARK: _mark,
    RevokeStep.RECORD: _record,
    RevokeStep.DELETE_CLAIMS: _delete_claims,
    RevokeStep.SIGN: _replace_server_certificate,
    RevokeStep.RESTART: _restart_router,
    RevokeStep.AWAIT: _await_rollout,
}


def _proved(run: _Run) -> Proof | None:
    """Return the proof of what was asked for; raises Failure(ca_put_back, revocation_not_proved) if it does not hold.

    A run that did not wait for the routers says that the proof is still to come, and one that found a CA young enough warns
    of what other tools have left undone.
    """
    if run.wish.scope is not Scope.ALL:
        return None
    if run.tools.waiting.wait:
        _watch(run)
    proof = _proof(run)
    if proof is None or proof.holds or _open(proof) <= _tolerated(run):
        return proof
    raise _not_proved(run, proof, proof.lacks)


def _open(proof: Proof) -> frozenset[str]:
    return frozenset(check.name for check in proof.checks if not check.holds)


def _tolerated(run: _Run) -> frozenset[str]:
    """Return the checks that need not hold for a run to end well."""
    if not run.waits:
        return frozenset({"routers", "redemptions"})
    kept = {done["step"] for done in run.done} <= {RevokeStep.RECORD.value}
    return frozenset({"routers", "server_certificate", "record"}) if run.wish.by_age and kept else frozenset()


def _watch(run: _Run) -> None:
    """Look at the site once more when the CA has been there for a while, since its owner may put the former one back."""
    latest = run.site.latest
    if latest is None or latest.at is None:
        return
    left = run.tools.watch - (run.site.now - latest.at).total_seconds()
    if left > 0:
        run.tools.clock.sleep(left)
        run.site = look(run.api, run.config.site_id)
        _refuse_put_back(run)


def _not_proved(run: _Run, proof: Proof | None, why: str) -> Failure:
    return Failure(
        Reason.REVOCATION_NOT_PROVED,
        f"The revocation in {run.api.place} is not proved: {why}. Former credentials may work; see to that, and run this again.",
        revocation=_view(run, proof),
    )


def _proof(run: _Run) -> Proof | None:
    """Return the proof that is weakest among those of the revocations that were asked for; None if none is recorded."""
    notes = run.site.authority
    asked: list[Record | None] = [notes.record(name) for name in run.wish.names] or [run.site.latest]
    if asked == [None] and not run.wish.names:
        return None
    proofs = [prove(run.site, record) for record in asked]
    return next((proof for proof in proofs if not proof.holds), proofs[0])


def _former(site: RevocableSite, plan: RevokePlan) -> str | None:
    """Return the CA before the revocation, which was an earlier run's to replace if this one only finishes it."""
    if plan.has(RevokeStep.ADOPT):
        return fingerprint(site.server.ca)
    begun_before = site.is_ours and not plan.has(RevokeStep.REPLACE_CA) and plan.has(*_OF_REPLACEMENT)
    return site.authority.former if begun_before else site.fingerprint


_OF_REPLACEMENT = (RevokeStep.DELETE_CLAIMS, RevokeStep.SIGN, RevokeStep.RESTART, RevokeStep.AWAIT)


# What is done when the CA is replaced once more: no claim is left then.
_ONCE_MORE = (RevokeStep.REPLACE_CA, RevokeStep.SIGN, RevokeStep.RESTART, RevokeStep.AWAIT)


def _prediction(
    api: NamespaceApi, wish: RevokeWish, site: RevocableSite, plan: RevokePlan, waits: bool, warnings: Warnings
) -> RevocationOutcome:
    """Return what a run would do; raises Failure(ca_managed) if it would end by asking for another rotation."""
    again = why_again(wish, site, plan) if waits else ""
    steps = [planned.step for planned in plan.steps if waits or planned.step is not RevokeStep.AWAIT]
    steps += _ONCE_MORE if again and not wish.adopt else ()
    made = steps.count(RevokeStep.REPLACE_CA)
    view = {
        "id": wish.criterion.id,
        "ca_before": _former(site, plan),
        "ca_after": UNKNOWN if made else site.fingerprint,
        "cas_made": made,
        "claims_removed": sorted(record.name for record in plan.claims),
        "claims_redeemed": _redeemed({record.name: record.made for record in plan.claims}),
        "cut_off": cut_off(site, plan),
        "evicted": list(notes_after(wish, site).evicted),
        "steps": [{"step": step.value, "at": UNKNOWN, "seconds": UNKNOWN} for step in steps],
        "proof": None,
    }
    if again and wish.adopt:
        raise Failure(
            Reason.CA_MANAGED,
            f"The site CA in {api.place} would have to be rotated once more where it is kept, when this has been run, since "
            f"{again}, and it may have signed for that.",
            revocation=view,
        )
    twice = (f"The site CA in {api.place} would be replaced {made} times. {again}.",) if made > 1 else ()
    return RevocationOutcome(revoke_change(wish, site, plan), view, (*warnings, *twice))


def _redeemed(made: dict[str, int]) -> list[dict[str, Any]]:
    return [{"name": name, "made": count} for name, count in sorted(made.items()) if count]


def _view(run: _Run, proof: Proof | None) -> dict[str, Any]:
    return {
        "id": run.wish.criterion.id,
        "ca_before": run.former,
        "ca_after": run.site.fingerprint,
        "cas_made": run.authorities,
        "claims_removed": sorted(run.removed),
        "claims_redeemed": _redeemed(run.removed),
        "cut_off": run.cut,
        "evicted": list(run.site.authority.evicted),
        "steps": run.done,
        "proof": None if proof is None else proof_view(proof, "not_proved" if run.waits else "pending"),
    }


def _result(run: _Run, change: Change, proof: Proof | None) -> RevocationOutcome:
    """Return what was done, which is more or less than was foreseen if someone else was at work, too."""
    writes = [done["step"] for done in run.done if done["step"] != RevokeStep.AWAIT.value]
    if not writes:
        return RevocationOutcome(Change(change.before, change.before), _view(run, proof))
    before = change.before if change.changed else {**change.before, "unfinished": writes}
    after = {**change.after, "ca": run.site.fingerprint, "claims": sorted(each.name for each in run.site.records)}
    return RevocationOutcome(Change(before, after, change.why), _view(run, proof), _race_warning(run))


def _race_warning(run: _Run) -> Warnings:
    if run.authorities < 2:
        return ()
    latest = run.site.latest
    why = f" {latest.case}." if latest is not None and latest.case else ""
    return (f"The site CA in {run.api.place} was replaced {run.authorities} times.{why}",)
