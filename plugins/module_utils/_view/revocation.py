# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What results and differences show of a revocation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._model.change import UNKNOWN, Change
from .._model.errors import Failure
from .._model.instant import format_instant
from .._model.revocation import (
    Access,
    AccessState,
    Check,
    EvictionLists,
    Proof,
    RevocationFacts,
    RevocationOutcome,
    Since,
    StepDone,
)
from .link import incoming_view


def revocation_view(facts: RevocationFacts) -> dict[str, Any]:
    """Return a revocation as results show it."""
    return {
        "id": facts.id,
        "ca_before": facts.ca_before,
        "ca_after": facts.ca_after,
        "cas_made": facts.cas_made,
        "claims_removed": sorted(facts.removed),
        "claims_redeemed": _redeemed_view(facts.removed),
        "cut_off": list(map(incoming_view, facts.cut_off)),
        "evicted": list(facts.evicted),
        "steps": list(map(_step_view, facts.steps)),
        "proof": None if facts.proof is None else proof_view(facts.proof, "not_proved" if facts.waited else "pending"),
    }


def with_shown_revocation(failure: Failure) -> Failure:
    """Return a failure whose details show what the revocation had done by then, as any result does."""
    facts = failure.details.get("revocation")
    if not isinstance(facts, RevocationFacts):
        return failure
    return Failure(failure.reason, failure.message, **{**failure.details, "revocation": revocation_view(facts)})


def revocation_change(outcome: RevocationOutcome) -> Change:
    """Return the difference that a revocation makes."""
    return Change(access_view(outcome.before), access_view(outcome.after), outcome.why)


def access_view(state: AccessState) -> dict[str, Any]:
    """Return who has access to a site, as differences show it."""
    if isinstance(state, EvictionLists):
        return _lists_view(state)
    return _access_view(state)


def _access_view(access: Access) -> dict[str, Any]:
    return {
        "ca": access.ca,
        "claims": list(access.claims),
        "incoming": list(access.incoming),
        "evicted": list(access.evicted),
        "evicted_locations": list(access.evicted_places),
        "unfinished": [step.value for step in access.unfinished],
    }


def _lists_view(lists: EvictionLists) -> dict[str, Any]:
    return {"evicted": list(lists.evicted), "evicted_locations": [place.view() for place in lists.places]}


def _redeemed_view(removed: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"name": name, "made": count} for name, count in sorted(removed.items()) if count]


def _step_view(done: StepDone) -> dict[str, Any]:
    if done.at is None:
        return {"step": done.step.value, "at": UNKNOWN, "seconds": UNKNOWN}
    return {"step": done.step.value, "at": format_instant(done.at), "seconds": done.seconds}


def proof_view(proof: Proof, otherwise: str = "not_proved") -> dict[str, Any]:
    """Return a proof as results show it. ``otherwise`` is the state of one that does not hold."""
    return {
        "state": "proved" if proof.holds else otherwise,
        "revoked_at": None if proof.at is None else format_instant(proof.at),
        "seen_until": format_instant(proof.seen_until),
        "redemptions": proof.case or "none shortly before",
        "checks": list(map(_check_view, proof.checks)),
    }


def _check_view(check: Check) -> dict[str, Any]:
    return {"check": check.name, "holds": check.holds, "fact": check.fact}


def since_view(since: Since) -> dict[str, Any]:
    """Return what a site says of a revocation that was made before, as results show it."""
    record, proof = since.record, since.proof
    if record is None or proof is None:
        return {"id": since.name, "state": "not_done", "at": None, "proof": None}
    state = "not_provable" if record.at is None else "proved" if proof.holds else "not_proved"
    at = None if record.at is None else format_instant(record.at)
    return {"id": since.name, "state": state, "at": at, "proof": proof_view(proof)}
