# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Revoke the access to a site, one step after the other, and prove it.

Each step stands for itself; what comes after it is decided by another look at the objects (_plan/revoke.py). Whether it
is done is decided by a last look, which knows nothing of the steps (_plan/proof.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Callable

from .._kube.api import NamespaceApi
from .._model.authority import RevocableSite
from .._model.change import UNKNOWN
from .._model.errors import Failure
from .._model.reasons import Reason
from .._model.revocation import (
    Access,
    Progress,
    Proof,
    RevocationFacts,
    RevocationOutcome,
    RevokePlan,
    RevokeStep,
    RevokeWish,
    Scope,
    StepDone,
)
from .._model.site import Mode
from .._plan.access import access_change, cut_off, former_ca
from .._plan.eviction_lists import notes_after
from .._plan.proof import weakest_proof
from .._plan.redemptions import named_claims
from .._plan.revocable import ca_fingerprint, put_back
from .._plan.revoke import Situation, plan_revocation, why_again
from .generations.authorities import authority_store
from .keeping import keep_list
from .revocation_refusals import prepare, put_back_failure, refuse_future, refuse_owned, warnings_before
from .revocation_steps import (
    StepResult,
    Target,
    Tools,
    adopt_authority,
    await_rollout,
    delete_claims,
    disable_claims,
    mark_authority,
    not_proved,
    record_notes,
    replace_authority,
    replace_server,
    restart_router,
)

# Other writers of the same objects, and repetitions of one step, that one run puts up with.
_CONFLICTS = 8
_REPEATS = 8
_ABOUT_CLAIMS = (RevokeStep.DISABLE_CLAIMS, RevokeStep.DELETE_CLAIMS)
_ABOUT_ROUTERS = (RevokeStep.RESTART, RevokeStep.AWAIT)
# What is done when the CA is replaced once more: no claim is left then.
_ONCE_MORE = (RevokeStep.REPLACE_CA, RevokeStep.SIGN, RevokeStep.RESTART, RevokeStep.AWAIT)


@dataclass(frozen=True)
class _Run:
    """What one run is to do, where, and by what means."""

    target: Target
    wish: RevokeWish
    tools: Tools
    started: float
    """When it began, by the clock of the tools."""

    @property
    def waits(self) -> bool:
        """Return whether the run ends only when the former routers are gone."""
        return self.tools.waiting.wait and self.wish.until_gone

    def done(self, step: RevokeStep) -> StepDone:
        """Return that a step was done now."""
        seconds = round(self.tools.clock.monotonic() - self.started, 1)
        return StepDone(step, self.target.api.now(), seconds)


@dataclass(frozen=True)
class _State:
    """How far a run is: the site as it was seen last, and what was done."""

    site: RevocableSite
    progress: Progress
    facts: RevocationFacts


def revoke(api: NamespaceApi, wish: RevokeWish, tools: Tools, check_mode: bool) -> RevocationOutcome:
    """Bring a site to where no credential issued before works any more, wait until that is so, and prove it.

    Raises Failure(site_cannot_accept, site_not_ready, ingress_pending, forbidden, ca_managed, ca_put_back ...) before
    anything is written, and Failure(revocation_not_proved, ca_put_back, revocation_timeout) afterwards.
    """
    store = authority_store(api)
    if wish.scope is Scope.NONE and store.config().mode is Mode.EDGE:
        return keep_list(api, store, wish, check_mode)
    started = tools.clock.monotonic()
    run = _Run(Target(api, store, store.accepting()), wish, tools, started)
    site = run.target.look()
    refuse_future(wish, site)
    plan = plan_revocation(wish, site, Progress())
    refuse_owned(api, store, wish, site, plan)
    warnings = prepare(api, store, run.target.config, plan, check_mode)
    warnings = (*warnings, *warnings_before(api, store, wish, site, plan))
    outcome = _prediction(run, site, plan) if check_mode else _execute(run, site, plan)
    return replace(outcome, warnings=(*warnings, *outcome.warnings))


def _execute(run: _Run, site: RevocableSite, plan: RevokePlan) -> RevocationOutcome:
    """Do all that is left, prove it, and return what came of it."""
    facts = RevocationFacts(run.wish.criterion.id, former_ca(site, plan), cut_off=cut_off(site, plan), waited=run.waits)
    # Decided once: what is begun is finished, and nothing new is begun after it.
    begun = run.wish.scope is Scope.ALL and not plan.why_replaced
    state = _do_all(run, _State(site, Progress(begun=begun), facts), plan)
    state, proof = _proved(run, state)
    before, after = access_change(run.wish, site, plan)
    outcome = _result(replace(_facts(state), proof=proof), before, after, plan.why, state.site)
    lacks = proof.lacks if run.waits and proof is not None else ""
    unproved = (f"In {run.target.place} {lacks}.",) if lacks else ()
    return replace(outcome, warnings=(*_race_warning(run, state), *unproved))


def _do_all(run: _Run, state: _State, plan: RevokePlan) -> _State:
    """Do the first step of the plan and look again, until no step is left. After a conflict look again as well."""
    conflicts = 0
    while plan.steps and (run.tools.waiting.wait or plan.steps[0].step is not RevokeStep.AWAIT):
        _refuse_repetition(run, state, plan)
        if plan.why_replaced:
            state = _with_rollout(run, state)
        result = _do_first(run, state, plan)
        state = _after(run, state, plan.steps[0].step, result)
        conflicts += result.conflict is not None
        end = result.end or (result.conflict if conflicts > _CONFLICTS else None)
        if end is not None:
            raise _with_facts(run, state, end)
        state = replace(state, site=run.target.look())
        _refuse_put_back(run, state)
        plan = plan_revocation(run.wish, state.site, state.progress)
    return state if plan.steps else _with_rollout(run, state)


def _do_first(run: _Run, state: _State, plan: RevokePlan) -> StepResult:
    """Do the first step of a plan."""
    target, tools, site, progress = run.target, run.tools, state.site, state.progress
    situation, planned = Situation(run.wish, site, progress), plan.steps[0]
    steps: dict[RevokeStep, Callable[[], StepResult]] = {
        RevokeStep.DISABLE_CLAIMS: lambda: disable_claims(target, situation, plan),
        RevokeStep.REPLACE_CA: lambda: replace_authority(target, situation, planned.why, tools, state.facts.cas_made),
        RevokeStep.ADOPT: lambda: adopt_authority(target, situation, planned.why),
        RevokeStep.MARK: lambda: mark_authority(target, site),
        RevokeStep.RECORD: lambda: record_notes(target, run.wish, site, plan.claims),
        RevokeStep.DELETE_CLAIMS: lambda: delete_claims(target, plan.claims, run.wish.scope, progress),
        RevokeStep.SIGN: lambda: replace_server(target, situation, tools.choose),
        RevokeStep.RESTART: lambda: restart_router(target, site, tools.clock, progress),
        RevokeStep.AWAIT: lambda: await_rollout(target, situation, tools.waiting),
    }
    try:
        return steps[planned.step]()
    except Failure as failure:
        if failure.reason is not Reason.CONFLICT:
            raise
        return StepResult(conflict=failure)


def _after(run: _Run, state: _State, step: RevokeStep, result: StepResult) -> _State:
    """Return where a run is after a step, which counts as done unless something came in between."""
    facts = replace(state.facts, removed={**state.facts.removed, **result.removed})
    if result.conflict is None and result.end is None:
        made = facts.cas_made + (step is RevokeStep.REPLACE_CA)
        facts = replace(facts, cas_made=made, steps=(*facts.steps, run.done(step)))
    return _State(result.seen or state.site, result.progress or state.progress, facts)


def _with_rollout(run: _Run, state: _State) -> _State:
    """Return the state with a rollout that was over before it could be waited for."""
    done = [each.step for each in state.facts.steps if each.step in _ABOUT_ROUTERS]
    if done[-1:] != [RevokeStep.RESTART]:
        return state
    return replace(state, facts=replace(state.facts, steps=(*state.facts.steps, run.done(RevokeStep.AWAIT))))


def _refuse_repetition(run: _Run, state: _State, plan: RevokePlan) -> None:
    """Raise Failure(conflict) if what a step writes does not last."""
    step = plan.steps[0].step
    times = sum(done.step is step for done in state.facts.steps)
    if times >= _REPEATS:
        about = f" ({named_claims(plan.claims)})" if step in _ABOUT_CLAIMS else ""
        undone = Failure(
            Reason.CONFLICT,
            f"Step {step.value}{about} was done {times} times in {run.target.place}, and has to be done again: another tool undoes it, "
            "or the API server does not store it. Correct that, and run this again.",
        )
        raise _with_facts(run, state, undone)


def _refuse_put_back(run: _Run, state: _State) -> None:
    """Raise Failure(ca_put_back) if a revoked CA was put back, and this run is not to replace it."""
    if run.wish.scope is Scope.ALL and state.progress.begun and put_back(state.site):
        raise _with_facts(run, state, put_back_failure(run.target.place, state.site, "The revocation did not last."))


def _with_facts(run: _Run, state: _State, failure: Failure) -> Failure:
    """Return a failure that holds what came of the revocation until then."""
    facts = replace(_facts(state), proof=weakest_proof(run.wish, state.site))
    return Failure(failure.reason, failure.message, **failure.details, revocation=facts)


def _facts(state: _State) -> RevocationFacts:
    return replace(state.facts, ca_after=ca_fingerprint(state.site), evicted=state.site.authority.evicted)


def _proved(run: _Run, state: _State) -> tuple[_State, Proof | None]:
    """Return the proof of what was asked for, with the state as it was looked at last.

    A run that did not wait for the routers says that the proof is still to come, and one that found a CA young enough warns
    of what other tools have left undone. Raises Failure(ca_put_back, revocation_not_proved) if the proof does not hold.
    """
    if run.wish.scope is not Scope.ALL:
        return state, None
    if run.tools.waiting.wait:
        state = _watched(run, state)
    proof = weakest_proof(run.wish, state.site)
    if proof is None or proof.holds or _open(proof) <= _tolerated(run, state):
        return state, proof
    raise _with_facts(run, state, not_proved(run.target.place, proof.lacks))


def _open(proof: Proof) -> frozenset[str]:
    return frozenset(check.name for check in proof.checks if not check.holds)


def _tolerated(run: _Run, state: _State) -> frozenset[str]:
    """Return the checks that need not hold for a run to end well."""
    if not run.waits:
        return frozenset({"routers", "redemptions"})
    kept = {done.step for done in state.facts.steps} <= {RevokeStep.RECORD}
    return frozenset({"routers", "server_certificate", "record"}) if run.wish.by_age and kept else frozenset()


def _watched(run: _Run, state: _State) -> _State:
    """Look at the site once more when the CA has been there for a while, since its owner may put the former one back."""
    latest = state.site.latest
    if latest is None or latest.at is None:
        return state
    left = run.tools.watch - (state.site.now - latest.at).total_seconds()
    if left <= 0:
        return state
    run.tools.clock.sleep(left)
    state = replace(state, site=run.target.look())
    _refuse_put_back(run, state)
    return state


def _prediction(run: _Run, site: RevocableSite, plan: RevokePlan) -> RevocationOutcome:
    """Return what a run would do; raises Failure(ca_managed) if it would end by asking for another rotation."""
    waits = run.tools.waiting.wait
    again = why_again(run.wish, site, plan) if waits else ""
    steps = [planned.step for planned in plan.steps if waits or planned.step is not RevokeStep.AWAIT]
    steps += _ONCE_MORE if again and not run.wish.adopt else ()
    made = steps.count(RevokeStep.REPLACE_CA)
    facts = RevocationFacts(
        id=run.wish.criterion.id,
        ca_before=former_ca(site, plan),
        ca_after=UNKNOWN if made else ca_fingerprint(site),
        cas_made=made,
        removed={record.name: record.made for record in plan.claims},
        cut_off=cut_off(site, plan),
        evicted=notes_after(run.wish, site.authority).evicted,
        steps=tuple(map(StepDone, steps)),
    )
    if again and run.wish.adopt:
        raise Failure(
            Reason.CA_MANAGED,
            f"The site CA in {run.target.place} would have to be rotated once more where it is kept, when this has been run, since "
            f"{again}, and it may have signed for that.",
            revocation=facts,
        )
    twice = (f"The site CA in {run.target.place} would be replaced {made} times. {again}.",) if made > 1 else ()
    return RevocationOutcome(*access_change(run.wish, site, plan), plan.why, facts, twice)


def _result(facts: RevocationFacts, before: Access, after: Access, why: str, site: RevocableSite) -> RevocationOutcome:
    """Return what was done, which is more or less than was foreseen if another run was at work, too."""
    writes = tuple(done.step for done in facts.steps if done.step is not RevokeStep.AWAIT)
    if not writes:
        return RevocationOutcome(before, before, "", facts)
    if before == after:
        before = replace(before, unfinished=writes)
    after = replace(after, ca=ca_fingerprint(site), claims=tuple(sorted(each.name for each in site.records)))
    return RevocationOutcome(before, after, why, facts)


def _race_warning(run: _Run, state: _State) -> tuple[str, ...]:
    if state.facts.cas_made < 2:
        return ()
    latest = state.site.latest
    why = f" {latest.case}." if latest is not None and latest.case else ""
    return (f"The site CA in {run.target.place} was replaced {state.facts.cas_made} times.{why}",)
