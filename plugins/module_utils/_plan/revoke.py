# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide what is left to do of a revocation, from the objects of the site alone.

The first step of a plan is done, the site is looked at again, and the next plan is made, until there is none. A run
that died is therefore continued by the next one, and two runs at once end at the same state.

A way to revoke is a chain of named checks. The first that answers has the plan. The steps of a plan come from a chain as
well, whose checks each return the steps that are due.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Callable, Optional

from .._model.authority import RevocableSite
from .._model.instant import later
from .._model.revocation import AROUND, OF_BEFORE, Planned, Progress, RevokePlan, RevokeStep, RevokeWish, Scope
from .._model.token import ClaimRecord
from .._pki.trust import chains_to, is_readable, keys_of
from .eviction_lists import differs, notes_after
from .new_authority import why_begin
from .redemptions import is_removal_unrecorded, old_claims, unrecorded_redemption, why_unrecorded
from .revocable import ca_fingerprint, is_ours
from .revocation_notes import notes_with
from .rollout import is_restart_due, rollout_lack

# After so many deletions claims are put back rather than found late.
_DELETIONS = 3
_BEFORE = "they were issued before"
_FOREIGN = "another tool replaced the site CA and did not finish"
_UNSIGNED = "the server certificate does not lead to the site CA"
_UNTRUSTED = "the router trusts a former CA"
_UNSERVED = "the router has not been restarted with the certificates of the site CA"
_UNFINISHED = "routers with the former certificates may still run"


@dataclass(frozen=True)
class Situation:
    """What is asked for, what there is, and what this run has done."""

    wish: RevokeWish
    site: RevocableSite
    progress: Progress


Steps = Sequence[Planned]
# Returns a plan, or None where it has none.
PlanCheck = Callable[[Situation], Optional[RevokePlan]]
# Returns the steps that are due.
StepCheck = Callable[[Situation], Steps]


def plan_revocation(wish: RevokeWish, site: RevocableSite, progress: Progress) -> RevokePlan:
    """Return what is left to do, given what this run has done already."""
    situation = Situation(wish, site, progress)
    return next((plan for check in _REPLACE_IN_PLACE if (plan := check(situation)) is not None), RevokePlan())


def _plan_without_ca(situation: Situation) -> RevokePlan | None:
    """Plan what leaves the CA alone: the lists, and claims."""
    if situation.wish.scope is Scope.ALL:
        return None
    claims = situation.site.records if situation.wish.scope is Scope.CLAIMS and not situation.progress.begun else ()
    unrecorded = (
        "a claim that is removed was redeemed shortly before" if is_removal_unrecorded(situation.site, claims) else ""
    )
    return RevokePlan(
        (*_steps_of_lists(situation), *_steps_of_claims(claims, "they are to be revoked", unrecorded)), claims
    )


def _plan_needed_ca(situation: Situation) -> RevokePlan | None:
    """Plan another CA if the present one is not good enough."""
    why = situation.progress.unusable or ("" if situation.progress.begun else why_begin(situation.wish, situation.site))
    return _plan_ca(situation, why) if why else None


def _plan_rest(situation: Situation) -> RevokePlan | None:
    """Plan the rest of a revocation whose CA exists."""
    if not _is_continued(situation.wish, situation.site):
        return RevokePlan(tuple(_steps_of_lists(situation)))
    steps = tuple(planned for check in _REST for planned in check(situation))
    return RevokePlan(steps, _claims_of_rest(situation)) if steps else None


def _plan_ca_once_more(situation: Situation) -> RevokePlan | None:
    """Plan a second CA: whatever was under way in the former routers is over with them."""
    latest = situation.site.latest
    return _plan_ca(situation, latest.again) if latest is not None and latest.again else None


# The CA is replaced where it lies, and what was signed by the former one ends with it.
_REPLACE_IN_PLACE: tuple[PlanCheck, ...] = (_plan_without_ca, _plan_needed_ca, _plan_rest, _plan_ca_once_more)


def _plan_ca(situation: Situation, why: str) -> RevokePlan:
    """Return all steps of a revocation from its beginning."""
    claims = situation.site.records
    usable = any(record.remaining != 0 for record in claims)
    steps = (
        Planned(RevokeStep.DISABLE_CLAIMS, _BEFORE) if usable and not situation.progress.disabled else None,
        Planned(RevokeStep.ADOPT if situation.wish.adopt else RevokeStep.REPLACE_CA, why),
        Planned(RevokeStep.DELETE_CLAIMS, _BEFORE) if claims else None,
        Planned(RevokeStep.SIGN, _UNSIGNED),
        Planned(RevokeStep.RESTART, _UNSERVED),
        Planned(RevokeStep.AWAIT, _UNFINISHED),
    )
    return RevokePlan(tuple(step for step in steps if step is not None), claims)


def _is_continued(wish: RevokeWish, site: RevocableSite) -> bool:
    """Return whether what is half done on the site is this run's to finish.

    Whoever names a revocation, or makes one now, wants it proved. A run that only wants a young CA finishes what this
    collection began, and leaves alone what others are at: to restart a router cuts links for nothing. A router from before
    the revocation was this collection's to restart, whatever others have written since.
    """
    if not wish.by_age:
        return True
    latest, written = site.latest, site.server.written
    if latest is None or latest.at is None:
        return False
    if any(later(pod.created, AROUND) <= latest.at for pod in site.rollout.pods):
        return True
    return is_ours(site) and (written is None or written <= latest.at or site.server.writer == site.authority.writer)


def _steps_of_lists(situation: Situation) -> Steps:
    """Return the step that brings the lists of evicted sites up to date, if they are not."""
    if not differs(situation.site.authority, notes_after(situation.wish, situation.site.authority)):
        return ()
    return (Planned(RevokeStep.RECORD, "the list of evicted sites differs"),)


def _steps_of_claims(claims: tuple[ClaimRecord, ...], why: str, unrecorded: str) -> Steps:
    """Return the steps that take claims away: their counts are final before they are deleted with them.

    ``unrecorded`` says why something has to be noted of them before; "" if nothing has to be.
    """
    usable = any(record.remaining != 0 for record in claims)
    steps = (
        Planned(RevokeStep.DISABLE_CLAIMS, why) if usable else None,
        Planned(RevokeStep.RECORD, unrecorded) if unrecorded else None,
        Planned(RevokeStep.DELETE_CLAIMS, why) if claims else None,
    )
    return [step for step in steps if step is not None]


def _claims_of_rest(situation: Situation) -> tuple[ClaimRecord, ...]:
    unfinished = bool(_steps_to_sign(situation) or _steps_to_restart(situation))
    return old_claims(situation.wish, situation.site, situation.progress, unfinished)


def _steps_to_remove_claims(situation: Situation) -> Steps:
    claims = _claims_of_rest(situation)
    return _steps_of_claims(claims, OF_BEFORE, why_unrecorded(situation.site, claims))


def _steps_of_claims_first(situation: Situation) -> Steps:
    return _steps_to_remove_claims(situation) if situation.progress.deletions < _DELETIONS else ()


def _steps_of_claims_last(situation: Situation) -> Steps:
    """Return the same of claims that are put back again and again: they keep no former router alive."""
    return _steps_to_remove_claims(situation) if situation.progress.deletions >= _DELETIONS else ()


def _steps_to_sign(situation: Situation) -> Steps:
    why = next((why for check in _TO_BE_SIGNED if (why := check(situation.site))), "")
    if not why:
        return ()
    # Without the mark it would not be known, once the server certificate is signed, whose restart is due.
    foreign = why == _UNSIGNED and ca_fingerprint(situation.site) and not is_ours(situation.site)
    return [*([Planned(RevokeStep.MARK, _FOREIGN)] if foreign else []), Planned(RevokeStep.SIGN, why)]


def _why_unsigned(site: RevocableSite) -> str:
    return "" if chains_to(site.server.certificate, site.authority.certificate) else _UNSIGNED


def _why_trusting(site: RevocableSite) -> str:
    return _UNTRUSTED if keys_of(site.server.ca) & site.authority.distrusted() else ""


def _why_illegible(site: RevocableSite) -> str:
    """Return that a former CA may hide in what the router trusts, if signing with the present one helps."""
    readable = is_readable(site.server.ca) or not is_readable(site.authority.certificate)
    return "" if readable else "what the router trusts can't be read"


def _why_undated(site: RevocableSite) -> str:
    return "" if site.server.written else "the API server does not say when the server certificate was stored"


# The first that answers is the reason.
_TO_BE_SIGNED: tuple[Callable[[RevocableSite], str], ...] = (
    _why_unsigned,
    _why_trusting,
    _why_illegible,
    _why_undated,
)


def _steps_to_restart(situation: Situation) -> Steps:
    due = bool(_steps_to_sign(situation)) or is_restart_due(situation.site)
    return (Planned(RevokeStep.RESTART, _UNSERVED),) if due else ()


def _steps_to_await(situation: Situation) -> Steps:
    lack = _UNFINISHED if _steps_to_restart(situation) else rollout_lack(situation.wish, situation.site)
    return (Planned(RevokeStep.AWAIT, lack),) if lack else ()


_REST: tuple[StepCheck, ...] = (
    _steps_of_lists,
    _steps_of_claims_first,
    _steps_to_sign,
    _steps_to_restart,
    _steps_of_claims_last,
    _steps_to_await,
)


def why_again(wish: RevokeWish, site: RevocableSite, plan: RevokePlan) -> str:
    """Return why the CA will have to be replaced once more when a plan is carried out; "" as far as is known by now."""
    why, latest = plan.why_replaced, site.latest
    if why:
        return notes_with(wish, site, Progress(), why).records[-1].again
    if wish.scope is not Scope.ALL or latest is None or not plan.steps or not _is_continued(wish, site):
        return ""
    return latest.again or unrecorded_redemption(site, plan.claims)
