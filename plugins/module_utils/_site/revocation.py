# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Revoke the access to a site, one step after the other.

Each step stands for itself; what comes after it is decided by another look at the objects (_plan/revoke.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Callable

from .._kube.port import DEPLOYMENT, POD, SECRET, Kind, Port
from .._kube.retry import Clock, poll
from .._model.errors import Failure
from .._model.instant import format_instant
from .._model.link import NetworkView
from .._model.reasons import Reason
from .._model.revocation import Incoming, Progress
from .._model.site import SiteConfig
from .._pki.certificate import fingerprint, lifetime
from .._pki.issue import LIFETIME, Authority, issue_server, new_authority
from .._pki.names import dns_names
from .._plan.changes import UNKNOWN, Change
from .._plan.revoke import (
    RevocableSite,
    RevokePlan,
    RevokeStep,
    RevokeWish,
    cut_off,
    evicted_after,
    plan_revocation,
    revocations_after,
    revoke_change,
    rollout_lack,
)
from .._wire import v1_keys as keys
from .._wire.v1_claim import read_record
from .._wire.v1_revoke import (
    adoption_patch,
    authority_marks,
    authority_patch,
    lists_patch,
    read_authority_notes,
    read_rollout,
    read_server,
    restart_patch,
    server_patch,
)
from .._wire.v1_site import read_authority
from . import gather
from .hosts import server_hosts
from .issuing import Choice
from .policies import Warnings
from .serials import new_serial
from .waiting import Waiting

# A claim server that has counted a redemption reads the CA some milliseconds later; so long nothing is written.
_IN_FLIGHT = 1.0
# Other writers of the same objects, or redemptions in between, that one run puts up with.
_CONFLICTS = 8
_AUTHORITIES = 4
_SERVER_NAME = "skupper-router"


@dataclass(frozen=True)
class Tools:
    """What a revocation needs besides the site."""

    choose: Choice
    waiting: Waiting
    ca_lifetime: timedelta = LIFETIME

    @property
    def clock(self) -> Clock:
        """The clock of the wait."""
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

    port: Port
    config: SiteConfig
    wish: RevokeWish
    tools: Tools
    site: RevocableSite
    hosts: tuple[str, ...]
    started: float
    progress: Progress = field(default_factory=Progress)
    done: list[dict[str, Any]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    authorities: int = 0
    former: str | None = None
    """Fingerprint of the CA before the revocation."""
    cut: list[dict[str, Any]] = field(default_factory=list)

    def has_done(self, step: RevokeStep) -> bool:
        """Whether a step was done by this run."""
        return any(done["step"] == step.value for done in self.done)

    def note(self, step: RevokeStep) -> None:
        """Remember a step and when it was done."""
        seconds = round(self.tools.clock.monotonic() - self.started, 1)
        self.done.append({"step": step.value, "at": format_instant(self.port.now()), "seconds": seconds})


def revoke(port: Port, wish: RevokeWish, tools: Tools, check_mode: bool) -> RevocationOutcome:
    """Bring a site to where no credential issued before works any more, and wait until that is so.

    Raises Failure(site_cannot_accept, site_not_ready, ingress_pending, forbidden ...) before anything is written.
    """
    started = tools.clock.monotonic()
    config, _router = gather.accepting_site(port)
    site = look(port, config.site_id)
    _refuse_future(wish, site)
    plan = plan_revocation(wish, site, Progress())
    hosts, warnings = _prepare(port, config, plan, check_mode)
    if check_mode:
        return _prediction(wish, site, plan, warnings)
    run = _Run(port, config, wish, tools, site, hosts, started)
    if not plan.has(RevokeStep.REPLACE_CA):
        # Decided once: what is begun is finished, and nothing new is begun after it.
        run.progress = Progress(begun=True)
    run.former, run.cut = _former(site, plan), cut_off(site, plan)
    _carry_out(run, plan)
    return _result(run, revoke_change(wish, site, plan))


def _refuse_future(wish: RevokeWish, site: RevocableSite) -> None:
    limit = wish.criterion.issued_before
    if limit is not None and limit > site.now:
        raise Failure(
            Reason.INVALID_OPTION,
            f"issued_before is {format_instant(limit)}, which is yet to come: every run until then would make a new CA.",
        )


def look(port: Port, site_id: str) -> RevocableSite:
    """Read all that tells how far a revocation has come; raises Failure(site_not_ready)."""
    authority = read_authority_notes(_needed(port, keys.SITE_CA))
    server = read_server(_needed(port, keys.SITE_SERVER))
    deployment = gather.router_deployment(port)
    pods = port.list(POD, labels=keys.ROUTER_SELECTOR)
    records = tuple(read_record(manifest) for manifest in port.list(SECRET, labels=keys.RECORD_SELECTOR))
    incoming = _incoming(gather.network(port, site_id))
    return RevocableSite(authority, server, read_rollout(deployment, pods), records, incoming, port.now())


def _needed(port: Port, secret: str) -> Mapping[str, Any]:
    manifest = port.get(SECRET, secret)
    if manifest is None:
        raise gather.not_ready(port, "Secret", secret)
    return manifest


def _incoming(network: NetworkView) -> tuple[Incoming, ...]:
    found = {peering.site_id: peering.site_name for peering in network.peerings if not peering.outgoing}
    ordered = sorted(found.items(), key=lambda item: (item[1], item[0]))
    return tuple(Incoming(site_id, name) for site_id, name in ordered)


def _prepare(port: Port, config: SiteConfig, plan: RevokePlan, check_mode: bool) -> tuple[tuple[str, ...], Warnings]:
    """Refuse, before anything is written, all that can be refused; returns the hosts of the server certificate.

    Rights that are missing are a warning in check mode, which an account that may only read can run.
    """
    hosts = server_hosts(port, config) if plan.has(RevokeStep.SIGN) else ()
    lacks = [lack for lack in (_lack_of_right(port, *right) for right in _rights(plan)) if lack]
    if lacks and not check_mode:
        raise Failure(Reason.FORBIDDEN, f"Nothing was revoked in {port.place}: {lacks[0]}", missing=lacks)
    return hosts, tuple(f"forbidden: {lack}" for lack in lacks)


def _rights(plan: RevokePlan) -> list[tuple[str, Kind, str]]:
    """The writes of a plan, in the words of RBAC."""
    rights = [("delete", SECRET, record.name) for record in plan.claims[:1]]
    if plan.has(RevokeStep.REPLACE_CA, RevokeStep.RECORD, RevokeStep.ADOPT):
        rights.append(("patch", SECRET, keys.SITE_CA))
    if plan.has(RevokeStep.SIGN):
        rights.append(("patch", SECRET, keys.SITE_SERVER))
    if plan.has(RevokeStep.RESTART):
        rights.append(("patch", DEPLOYMENT, keys.ROUTER))
    return rights


def _lack_of_right(port: Port, verb: str, kind: Kind, name: str) -> str:
    if port.may(verb, kind, name) is not False:
        return ""
    return (
        f"this account may not {verb} {kind.singular} {name}: grant verb {verb} on {kind.plural} "
        f"in namespace {port.place.namespace}."
    )


def _carry_out(run: _Run, plan: RevokePlan) -> None:
    """Do the first step, look again, and so on; whoever else writes the same objects makes for another look."""
    conflicts = 0
    while plan.steps and (run.tools.waiting.wait or plan.steps[0].step is not RevokeStep.AWAIT):
        planned = plan.steps[0]
        try:
            _STEPS[planned.step](run, plan)
        except Failure as failure:
            conflicts += 1
            if failure.reason is not Reason.CONFLICT or conflicts > _CONFLICTS:
                raise
        else:
            run.note(planned.step)
        run.site = look(run.port, run.config.site_id)
        plan = plan_revocation(run.wish, run.site, run.progress)
    if run.has_done(RevokeStep.RESTART) and not plan.steps and not run.has_done(RevokeStep.AWAIT):
        # The rollout was over before it could be waited for.
        run.note(RevokeStep.AWAIT)


def _delete_claims(run: _Run, plan: RevokePlan) -> None:
    for record in plan.claims:
        if run.port.delete(SECRET, record.name, record.uid):
            run.removed.append(record.name)
    run.progress = replace(run.progress, cleared=True)


def _delete_old_claims(run: _Run, plan: RevokePlan) -> None:
    """Delete claims under the versions that were read: one that is redeemed in between stays, and is seen to be."""
    for record in plan.claims:
        if run.port.delete(SECRET, record.name, record.uid, record.resource_version):
            run.removed.append(record.name)


def _replace_ca(run: _Run, plan: RevokePlan) -> None:
    """Write a new CA over the old one, which is kept nowhere, together with all that is noted of it."""
    if run.authorities >= _AUTHORITIES:
        raise Failure(
            Reason.REVOCATION_RACE,
            f"The site CA in {run.port.place} was replaced {run.authorities} times, and each time claims were redeemed "
            "meanwhile: keep whoever creates claims there from it, and run this again.",
        )
    made = new_authority(keys.SITE_CA, run.tools.ca_lifetime, new_serial(run.tools.choose), run.port.now())
    run.tools.clock.sleep(_IN_FLIGHT)
    marks = authority_marks(
        replace(run.site.authority, revocations=revocations_after(run.wish, run.site.authority)),
        fingerprint(made.certificate) or "",
        run.site.fingerprint,
        run.wish.criterion.id,
        evicted_after(run.wish, run.site.authority),
    )
    run.port.patch(SECRET, keys.SITE_CA, authority_patch(run.site.authority, made.certificate, made.key, marks))
    redeemed = {record.uid: record.made for record in run.site.records}
    run.progress = Progress(begun=True, cleared=True, cut=run.port.now(), made=redeemed)
    run.authorities += 1


def _record(run: _Run, plan: RevokePlan) -> None:
    before = run.site.authority
    patch = lists_patch(before, evicted_after(run.wish, before), revocations_after(run.wish, before))
    run.port.patch(SECRET, keys.SITE_CA, patch)


def _adopt(run: _Run, plan: RevokePlan) -> None:
    run.port.patch(SECRET, keys.SITE_CA, adoption_patch(run.site.authority, run.site.fingerprint or ""))


def _replace_server_certificate(run: _Run, plan: RevokePlan) -> None:
    """Sign a server certificate with the CA as it is now.

    The Secret to be written is read before the CA: whoever replaces the CA later signs later, and this write then
    meets another version.
    """
    before = read_server(_needed(run.port, keys.SITE_SERVER))
    certificate, key = read_authority(_needed(run.port, keys.SITE_CA))
    span = min(LIFETIME, lifetime(certificate) or LIFETIME)
    run.hosts = run.hosts or server_hosts(run.port, run.config)
    hosts = _server_names(run.port.place.namespace, run.hosts, before.certificate)
    serial = new_serial(run.tools.choose)
    try:
        made = issue_server(Authority(certificate, key), _SERVER_NAME, hosts, span, serial, run.port.now())
    except Failure as failure:
        raise failure.located(run.port.place) from None
    run.port.patch(SECRET, keys.SITE_SERVER, server_patch(before, made.certificate, made.key, certificate))


def _server_names(namespace: str, hosts: tuple[str, ...], former: bytes) -> list[str]:
    """The names inside the cluster, those that the former certificate had, and the hosts for other sites."""
    local = f"{_SERVER_NAME}.{namespace}"
    kept = [name for name in dns_names(former) if name.startswith(f"{local}.")]
    return list(dict.fromkeys([local, f"{local}.svc.cluster.local", *kept, *hosts]))


def _restart_router(run: _Run, plan: RevokePlan) -> None:
    run.port.patch(DEPLOYMENT, keys.ROUTER, restart_patch(run.site.fingerprint or "", run.port.now()))


def _await_rollout(run: _Run, plan: RevokePlan) -> None:
    """Wait until routers with the new certificates serve and no other runs, or the CA is another one."""
    latest = [run.site]

    def over() -> bool | None:
        latest[0] = look(run.port, run.config.site_id)
        same = latest[0].fingerprint == run.site.fingerprint
        return None if same and rollout_lack(run.wish, latest[0]) else True

    waiting = run.tools.waiting
    if poll(over, waiting.timeout, waiting.clock) is None:
        raise Failure(
            Reason.REVOCATION_TIMEOUT,
            f"The revocation in {run.port.place} is not over after {waiting.timeout} seconds (wait_timeout): "
            f"{rollout_lack(run.wish, latest[0])}. Connections made before may still be open; see to the router's pods, and run "
            "this again.",
            revocation=_view(run),
        )


_STEPS: dict[RevokeStep, Callable[[_Run, RevokePlan], None]] = {
    RevokeStep.DELETE_CLAIMS: _delete_claims,
    RevokeStep.REPLACE_CA: _replace_ca,
    RevokeStep.RECORD: _record,
    RevokeStep.ADOPT: _adopt,
    RevokeStep.DELETE_OLD_CLAIMS: _delete_old_claims,
    RevokeStep.SIGN: _replace_server_certificate,
    RevokeStep.RESTART: _restart_router,
    RevokeStep.AWAIT: _await_rollout,
}


def _former(site: RevocableSite, plan: RevokePlan) -> str | None:
    """The CA before the revocation, which was an earlier run's to replace if this one only finishes it."""
    begun_before = site.is_ours and not plan.has(RevokeStep.REPLACE_CA) and plan.has(*_OF_REPLACEMENT)
    return site.authority.former if begun_before else site.fingerprint


_OF_REPLACEMENT = (RevokeStep.DELETE_OLD_CLAIMS, RevokeStep.SIGN, RevokeStep.RESTART, RevokeStep.AWAIT)


def _prediction(wish: RevokeWish, site: RevocableSite, plan: RevokePlan, warnings: Warnings) -> RevocationOutcome:
    renewed = plan.has(RevokeStep.REPLACE_CA)
    view = {
        "id": wish.criterion.id,
        "ca_before": _former(site, plan),
        "ca_after": UNKNOWN if renewed else site.fingerprint,
        "cas_made": int(renewed),
        "claims_removed": sorted(record.name for record in plan.claims),
        "cut_off": cut_off(site, plan),
        "evicted": list(evicted_after(wish, site.authority)),
        "steps": [{"step": planned.step.value, "at": UNKNOWN, "seconds": UNKNOWN} for planned in plan.steps],
    }
    return RevocationOutcome(revoke_change(wish, site, plan), view, warnings)


def _view(run: _Run) -> dict[str, Any]:
    return {
        "id": run.wish.criterion.id,
        "ca_before": run.former,
        "ca_after": run.site.fingerprint,
        "cas_made": run.authorities,
        "claims_removed": sorted(run.removed),
        "cut_off": run.cut,
        "evicted": list(run.site.authority.evicted),
        "steps": run.done,
    }


def _result(run: _Run, change: Change) -> RevocationOutcome:
    """Tell what was done, which is more or less than was foreseen if someone else was at work, too."""
    writes = [done["step"] for done in run.done if done["step"] != RevokeStep.AWAIT.value]
    if not writes:
        return RevocationOutcome(Change(change.before, change.before), _view(run))
    before = change.before if change.changed else {**change.before, "unfinished": writes}
    after = {**change.after, "ca": run.site.fingerprint, "claims": sorted(each.name for each in run.site.records)}
    return RevocationOutcome(Change(before, after, change.why), _view(run), _race_warning(run))


def _race_warning(run: _Run) -> Warnings:
    if run.authorities < 2:
        return ()
    warning = (
        f"The site CA in {run.port.place} was replaced {run.authorities} times: claims were redeemed while it was "
        "replaced, and what they were redeemed for is worthless, too."
    )
    return (warning,)
