# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sites in the midst of a revocation, as values, and what may be wished for there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ansible_collections.sitemesh.skupper.plugins.module_utils._model.authority import (
    AuthorityNotes,
    Record,
    RevocableSite,
    Rollout,
    RouterPod,
    ServerCertificate,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.change import Change
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.link import Incoming
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.location import Location
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.owner import Owner
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.revocation import (
    Criterion,
    Progress,
    RevokePlan,
    RevokeStep,
    RevokeWish,
    Scope,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.secret import SecretBytes
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.token import ClaimRecord
from ansible_collections.sitemesh.skupper.plugins.module_utils._pki.certificate import fingerprint
from ansible_collections.sitemesh.skupper.plugins.module_utils._pki.trust import keys_of
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.access import access_change
from ansible_collections.sitemesh.skupper.plugins.module_utils._view.revocation import access_view

from tests.unit.support.certificates import NOW, known, leaf

DISABLE, REPLACE, ADOPT, DELETE = (
    RevokeStep.DISABLE_CLAIMS,
    RevokeStep.REPLACE_CA,
    RevokeStep.ADOPT,
    RevokeStep.DELETE_CLAIMS,
)
MARK, RECORD, SIGN, RESTART, AWAIT = (
    RevokeStep.MARK,
    RevokeStep.RECORD,
    RevokeStep.SIGN,
    RevokeStep.RESTART,
    RevokeStep.AWAIT,
)
REST = [SIGN, RESTART, AWAIT]
ALL = [REPLACE, *REST]

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
# The CA "now" is of this time, and has signed the server certificate a day later.
WRITTEN = NOW - timedelta(days=1000)
SIGNED = WRITTEN + DAY
CA = known("now").pem
PRINT = fingerprint(CA)
FORMER = tuple(keys_of(known("before").pem))
# The revocation that made it.
DONE = Record(("A",), WRITTEN, FORMER)
# With the digest of every claim's password here.
KNOWING = replace(DONE, claims=("2d711642b726",))
PENDING = replace(KNOWING, again="late was redeemed shortly before")
EAST = Incoming("east-id", "east")
HERE = Location("east", "uid")
# How the objects of a site are called.
KEPT, SERVED = "the CA's object", "the server certificate's object"
OWNER = Owner("external-secrets", "field manager external-secrets writes its data")


def claim(name: str, age: timedelta = timedelta(0), made: int = 0, **given: Any) -> ClaimRecord:
    """A claim of some age, counted from when the CA was written, that can be redeemed once more."""
    values = {"remaining": 1, "uid": name, "password": b"x", **given}
    values["password"] = SecretBytes(values["password"])
    return ClaimRecord(name, created=WRITTEN - age, expires=None, made=made, **values)


def pod(name: str = "router", age: timedelta = -SECOND, leaves: str = "") -> RouterPod:
    """A router of some age, counted from when its certificate was stored."""
    return RouterPod(name, SIGNED - age, leaves)


OLD = pod("old", DAY)


def site(
    signer: str = "now",
    *,
    ca: bytes = CA,
    mark: str | None = PRINT,
    trust: bytes | None = None,
    signed: datetime | None = SIGNED,
    writer: str = "sitemesh.skupper",
    server_owner: Owner | None = None,
    template: str | None = PRINT,
    pods: tuple[RouterPod, ...] = (pod(),),
    lack: str = "",
    restarted: datetime | None = None,
    claims: tuple[ClaimRecord, ...] = (),
    **notes: Any,
) -> RevocableSite:
    """A site that was revoked by this collection, unless something else is said."""
    kept = {"former": "former", "records": (DONE,), "writer": "sitemesh.skupper", "resource_version": "7", **notes}
    trusted = known(signer).pem if trust is None else trust
    return RevocableSite(
        authority=AuthorityNotes(ca, WRITTEN, authority=mark, kept_in=KEPT, **kept),
        server=ServerCertificate(leaf(signer), trusted, signed, writer, owner=server_owner, kept_in=SERVED),
        rollout=Rollout(template, lack, pods, restarted),
        records=claims,
        incoming=(EAST,),
        now=NOW,
    )


def revoke_change(wish: RevokeWish, situation: RevocableSite, plan: RevokePlan) -> Change:
    """The difference that a plan makes, as it is shown."""
    before, after = access_change(wish, situation, plan)
    return Change(access_view(before), access_view(after), plan.why)


def recorded(*records: Record, **given: Any) -> RevocableSite:
    """A site with these revocations."""
    return site(records=records, **given)


UNTOUCHED = site(mark=None, template=None, pods=(OLD,), records=(), former=None, writer="site-controller")
# After the CA was written, and nothing else; by this collection, or by another tool since.
HALF: dict[str, Any] = {"signer": "before", "template": None, "pods": (OLD,), "signed": WRITTEN - DAY}
FOREIGN: dict[str, Any] = {"signer": "before", "mark": "another", "template": "another"}
ADOPTING = site("before", mark=None, template=None, pods=(OLD,), records=())

A, B = RevokeWish(criterion=Criterion(id="A")), RevokeWish(criterion=Criterion(id="B"))
ANYWAY = RevokeWish()
ANCIENT, YOUNG, AGED = (RevokeWish(criterion=Criterion(max_age=timedelta(days=days))) for days in (2001, 1001, 999))
ONLY_CLAIMS = RevokeWish(Scope.CLAIMS)
ADOPTED = replace(A, adopt=True)
EVICTING = RevokeWish(evict=("e",))
EVICTED = replace(DONE, names=("A", "evict e"))
BEGUN = Progress(begun=True, disabled=True, cut=WRITTEN)

LATE = claim("late", made=1, redeemed=NOW - SECOND)
