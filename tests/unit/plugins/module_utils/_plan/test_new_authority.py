# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a CA is replaced or adopted, and whose it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.authority import RevocableSite
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.owner import Owner
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.revocation import Progress, RevokeWish
from ansible_collections.sitemesh.skupper.plugins.module_utils._pki.trust import keys_of
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.new_authority import why_not_adopted, why_refused
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.revocable import authority_owner
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.revoke import plan_revocation

from tests.unit.support.certificates import company, known
from tests.unit.support.revocations import (
    ADOPTED,
    ADOPTING,
    CA,
    DONE,
    HALF,
    KEPT,
    OLD,
    ONLY_CLAIMS,
    OWNER,
    SERVED,
    UNTOUCHED,
    WRITTEN,
    A,
    B,
    claim,
    site,
)


@pytest.mark.parametrize(
    ("wish", "situation", "secret"),
    [
        pytest.param(B, site(owner=OWNER), KEPT, id="CA"),
        pytest.param(B, site(server_owner=OWNER), SERVED, id="server certificate"),
        pytest.param(B, site(owner=OWNER, server_owner=OWNER), KEPT, id="both"),
        pytest.param(B, site(), None, id="none"),
        pytest.param(A, site(owner=OWNER, server_owner=OWNER), None, id="nothing to be written"),
        pytest.param(A, site(owner=OWNER, pods=(OLD,)), None, id="neither is written"),
        pytest.param(A, site(**HALF, owner=OWNER), None, id="CA, which is there"),
        pytest.param(A, site(**HALF, server_owner=OWNER), SERVED, id="server certificate alone is written"),
        pytest.param(replace(B, take_over=True), site(owner=OWNER, server_owner=OWNER), None, id="taken over"),
        pytest.param(
            ADOPTED, replace(ADOPTING, authority=replace(ADOPTING.authority, owner=OWNER)), None, id="adopted"
        ),
        pytest.param(
            ADOPTED,
            replace(ADOPTING, server=replace(ADOPTING.server, owner=OWNER)),
            SERVED,
            id="adopted, with a server certificate of its own",
        ),
        pytest.param(ONLY_CLAIMS, site(owner=OWNER, claims=(claim("x"),)), None, id="claims"),
    ],
)
def test_why_refused(wish: RevokeWish, situation: RevocableSite, secret: str | None) -> None:
    """What another tool manages is refused if the plan writes it, and only then."""
    plan = plan_revocation(wish, situation, Progress())
    assert why_refused(wish, situation, plan) == (None if secret is None else (secret, OWNER))


def test_company_is_an_owner() -> None:
    """A CA that another one has signed belongs to a PKI; who signed itself to none, whatever lies beside it."""
    made = company(WRITTEN)
    theirs = site(ca=made["A"].pem + made["root"].pem)
    refused = why_refused(B, theirs, plan_revocation(B, theirs, Progress()))
    assert refused == (KEPT, Owner("the PKI of CN=Corp Root", "CN=Corp Root has signed it"))
    assert authority_owner(replace(theirs, authority=replace(theirs.authority, owner=OWNER))) == OWNER
    assert authority_owner(site(ca=CA + made["A"].pem)) is None


@pytest.mark.parametrize(
    ("situation", "words"),
    [
        pytest.param(ADOPTING, "", id="rotated"),
        pytest.param(UNTOUCHED, "trusted before", id="not rotated"),
        pytest.param(
            site("next", records=(replace(DONE, keys=tuple(keys_of(CA))),)), "trusted before", id="revoked earlier"
        ),
        pytest.param(
            site("before", ca=CA + known("before").pem, records=()), "trusted before", id="former CA beside it"
        ),
        pytest.param(site("before", ca=b"", records=()), "can't be read", id="none"),
        pytest.param(site("before", trust=b"", records=()), "the router trusts can't be read", id="former CA unknown"),
        pytest.param(
            site("before", ca=CA + known("before").pem.replace(b" CERT", b" TRUSTED CERT"), records=()),
            "can't be read",
            id="of a kind that OpenSSL alone can read",
        ),
    ],
)
def test_why_not_adopted(situation: RevocableSite, words: str) -> None:
    """A CA is a new one if none of its keys was trusted before."""
    assert (words in why_not_adopted(situation)) if words else not why_not_adopted(situation)
