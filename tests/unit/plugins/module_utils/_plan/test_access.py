# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a revocation changes for those who have access."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.authority import RevocableSite
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.revocation import Progress, RevokeWish, Scope
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.access import cut_off
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.revoke import plan_revocation

from tests.unit.support.revocations import (
    ADOPTED,
    ADOPTING,
    EAST,
    EVICTED,
    HALF,
    HERE,
    OLD,
    PRINT,
    A,
    B,
    claim,
    recorded,
    revoke_change,
    site,
)


def test_revoke_change() -> None:
    """The CA is not known before it is made; claims, sites and lists are shown as they will be."""
    wish = replace(B, evict=("e",), evict_locations=(HERE,))
    situation = site(claims=(claim("x"), claim("y")))
    plan = plan_revocation(wish, situation, Progress())
    change = revoke_change(wish, situation, plan)
    assert change.before == {
        "ca": PRINT,
        "claims": ["x", "y"],
        "incoming": ["east"],
        "evicted": [],
        "evicted_locations": [],
        "unfinished": [],
    }
    assert change.after == {
        "ca": "(known after apply)",
        "claims": [],
        "incoming": [],
        "evicted": ["e"],
        "evicted_locations": ["namespace east of cluster uid"],
        "unfinished": [],
    }
    assert change.why == "revocation B has not been done"
    assert cut_off(situation, plan) == (EAST,)


@pytest.mark.parametrize(
    ("wish", "situation", "unfinished"),
    [
        (A, site(**HALF), ["replace_server_certificate", "restart_router"]),
        (A, replace(site(pods=(OLD,)), incoming=()), ["restart_router"]),
        (RevokeWish(Scope.NONE, readmit=("e",)), recorded(EVICTED), ["record"]),
        (RevokeWish(Scope.NONE, readmit=("e",)), recorded(EVICTED, evicted=("e",)), []),
        (ADOPTED, replace(ADOPTING, incoming=()), ["adopt_ca", "replace_server_certificate", "restart_router"]),
        (B, site(), []),
        (A, site(lack="1 of 2"), []),
    ],
)
def test_unfinished(wish: RevokeWish, situation: RevocableSite, unfinished: list[str]) -> None:
    """What is only finished, or noted, is a change as well; what is only waited for is none."""
    change = revoke_change(wish, situation, plan_revocation(wish, situation, Progress()))
    assert change.before["unfinished"] == unfinished
    assert change.after["unfinished"] == []
    assert change.after["ca"] in (PRINT, "(known after apply)")
