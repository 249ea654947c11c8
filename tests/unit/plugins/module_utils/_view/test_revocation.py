# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What results and differences show of a revocation."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from ansible_collections.sitemesh.skupper.plugins.module_utils._model.authority import Record
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.errors import Failure
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.link import Incoming
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.location import Location
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.revocation import (
    Access,
    Check,
    EvictionLists,
    Proof,
    RevocationFacts,
    RevocationOutcome,
    RevokeStep,
    Since,
    StepDone,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._view.revocation import (
    revocation_change,
    revocation_view,
    since_view,
    with_shown_revocation,
)

AT = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
PROOF = Proof((Check("claims", True, "no former claim is left"),), AT + timedelta(minutes=1), at=AT)
OPEN = replace(PROOF, checks=(Check("routers", False, "old runs"),), case="x was redeemed")
FACTS = RevocationFacts(
    id="A",
    ca_before="former",
    ca_after="new",
    cas_made=1,
    removed={"y": 0, "x": 2},
    cut_off=(Incoming("east-id", "east"),),
    evicted=("e",),
    steps=(StepDone(RevokeStep.RESTART, AT, 1.5), StepDone(RevokeStep.AWAIT)),
    proof=PROOF,
)
VIEW = {
    "id": "A",
    "ca_before": "former",
    "ca_after": "new",
    "cas_made": 1,
    "claims_removed": ["x", "y"],
    "claims_redeemed": [{"name": "x", "made": 2}],
    "cut_off": [{"site_id": "east-id", "name": "east"}],
    "evicted": ["e"],
    "steps": [
        {"step": "restart_router", "at": "2026-11-24T12:00:00Z", "seconds": 1.5},
        {"step": "await_rollout", "at": "(known after apply)", "seconds": "(known after apply)"},
    ],
    "proof": {
        "state": "proved",
        "revoked_at": "2026-11-24T12:00:00Z",
        "seen_until": "2026-11-24T12:01:00Z",
        "redemptions": "none shortly before",
        "checks": [{"check": "claims", "holds": True, "fact": "no former claim is left"}],
    },
}


def test_revocation() -> None:
    """All that came of it, and of what is yet to be done only that."""
    assert revocation_view(FACTS) == VIEW


def test_proof_that_does_not_hold() -> None:
    """It is pending as long as the routers were not waited for."""
    shown = [revocation_view(replace(FACTS, proof=OPEN, waited=waited))["proof"] for waited in (True, False)]
    assert [each["state"] for each in shown] == ["not_proved", "pending"]
    assert {each["redemptions"] for each in shown} == {"x was redeemed"}
    assert revocation_view(RevocationFacts())["proof"] is None


def test_failure() -> None:
    """The facts of a failed run are shown with it; other failures stay as they are."""
    shown = with_shown_revocation(Failure(Reason.CA_PUT_BACK, "It is back.", owner="vault", revocation=FACTS))
    assert (shown.reason, shown.message) == (Reason.CA_PUT_BACK, "It is back.")
    assert shown.details == {"owner": "vault", "revocation": VIEW}
    other = Failure(Reason.FORBIDDEN, "No.", missing=["x"])
    assert with_shown_revocation(other) is other


def test_change() -> None:
    """Access as lists and texts; an edge site has its lists alone, with the places in full."""
    before = Access("former", ("x",), ("east",), (), ("namespace east",), (RevokeStep.SIGN,))
    change = revocation_change(RevocationOutcome(before, replace(before, unfinished=()), "why", FACTS))
    assert change.before == {
        "ca": "former",
        "claims": ["x"],
        "incoming": ["east"],
        "evicted": [],
        "evicted_locations": ["namespace east"],
        "unfinished": ["replace_server_certificate"],
    }
    assert (change.changed, change.why, change.after["unfinished"]) == (True, "why", [])
    here = Location("east", "uid")
    lists = EvictionLists(("e",), (here,))
    edge = revocation_change(RevocationOutcome(lists, lists, "why", FACTS))
    assert edge.before == {"evicted": ["e"], "evicted_locations": [here.view()]}
    assert not edge.changed


def test_since() -> None:
    """What was not recorded is not done; what was recorded without its keys can't be proved."""
    assert since_view(Since("A")) == {"id": "A", "state": "not_done", "at": None, "proof": None}
    proved = since_view(Since("A", Record(("A",), AT, ("00",)), PROOF))
    assert (proved["state"], proved["at"], proved["proof"]) == ("proved", "2026-11-24T12:00:00Z", VIEW["proof"])
    unproved = since_view(Since("A", Record(("A",), AT, ("00",)), OPEN))
    assert (unproved["state"], unproved["proof"]["state"]) == ("not_proved", "not_proved")
    old = since_view(Since("A", Record(("A",)), OPEN))
    assert (old["state"], old["at"]) == ("not_provable", None)
