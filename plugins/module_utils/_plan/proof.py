# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Prove a revocation by what a site holds now, whatever was planned, noted or done for it.

The certificates that are trusted are compared with those of the time before by their keys, the routers with the time at
which their certificates were stored. Of the notes only the keys of before are believed: nothing else keeps them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Callable

from .._model.authority import AuthorityNotes, Record, RevocableSite
from .._model.instant import format_instant
from .._model.revocation import Check, Proof, RevokeWish, Since
from .._model.token import ClaimRecord
from .._model.words import counted
from .._pki.trust import chains_to, is_readable, keys_of
from .rollout import former_pods, named_pods

_UNRECORDED = "the collection has no record of the keys that were trusted before it, so that it can't be proved"


def prove(site: RevocableSite, record: Record | None) -> Proof:
    """Return what a look at a site says of a recorded revocation."""
    if record is None or record.at is None or not record.keys:
        return Proof((Check("record", False, _UNRECORDED),), site.now)
    return Proof(tuple(check(site, record) for check in _CHECKS), site.now, record.case, record.at)


def _authority(site: RevocableSite, record: Record) -> Check:
    return _no_former_key("authority", "the site CA", site, record, site.authority.certificate)


def _trust(site: RevocableSite, record: Record) -> Check:
    return _no_former_key("trust", "what the router trusts", site, record, site.server.ca)


def _no_former_key(name: str, what: str, site: RevocableSite, record: Record, bundle: bytes) -> Check:
    if not is_readable(bundle):
        return Check(name, False, f"{what} holds certificates that can't be read")
    distrusted = site.authority.distrusted(record)
    former = keys_of(bundle) & distrusted
    if former:
        return Check(name, False, f"{what} holds a key that was trusted before ({min(former)[:16]})")
    return Check(name, True, f"{what} holds none of the {counted(len(distrusted), 'former key')}")


def _server(site: RevocableSite, record: Record) -> Check:
    holds = chains_to(site.server.certificate, site.authority.certificate)
    leads = "leads" if holds else "does not lead"
    return Check("server_certificate", holds, f"the server certificate {leads} to the current site CA")


def _routers(site: RevocableSite, record: Record) -> Check:
    written = site.server.written
    if written is None:
        return Check("routers", False, "the API server does not say when the server certificate was stored")
    former = former_pods(site)
    when = format_instant(written)
    if former:
        return Check(
            "routers", False, f"{named_pods(former)} runs since before the server certificate was stored ({when})"
        )
    return Check("routers", True, f"no router runs since before the server certificate was stored ({when})")


def _claims(site: RevocableSite, record: Record) -> Check:
    old = claims_of_before(site.records, site.authority, record, record.at)
    if old:
        names = sorted(f"{each.name} (put back)" if _is_put_back(each, record) else each.name for each in old)
        return Check("claims", False, f"former claims are left: {', '.join(names)}")
    return Check("claims", True, "no former claim is left")


def claims_of_before(
    claims: tuple[ClaimRecord, ...], notes: AuthorityNotes, upto: Record | None, cut: datetime | None
) -> tuple[ClaimRecord, ...]:
    """Return the claims that are not younger than a time, or that were removed with a revocation and have been put back."""
    removed = notes.removed(upto)
    return tuple(each for each in claims if each.digest in removed or (cut is not None and each.created <= cut))


def _is_put_back(claim: ClaimRecord, record: Record) -> bool:
    return record.at is not None and claim.created > record.at


def _redemptions(site: RevocableSite, record: Record) -> Check:
    if record.again:
        return Check("redemptions", False, f"{record.again}, and the CA has not been replaced once more since")
    return Check("redemptions", True, record.case or "no claim was redeemed shortly before")


_CHECKS: tuple[Callable[[RevocableSite, Record], Check], ...] = (
    _authority,
    _trust,
    _server,
    _routers,
    _claims,
    _redemptions,
)


def weakest_proof(wish: RevokeWish, site: RevocableSite) -> Proof | None:
    """Return the proof that is weakest among those of the revocations that are asked for. None if none is recorded."""
    asked: list[Record | None] = [site.authority.record(name) for name in wish.names] or [site.latest]
    if asked == [None] and not wish.names:
        return None
    proofs = [prove(site, record) for record in asked]
    return next((proof for proof in proofs if not proof.holds), proofs[0])


def prove_since(site: RevocableSite, name: str) -> Since:
    """Return what the site says of the revocation of a name that was made before."""
    record = site.authority.record(name)
    return Since(name) if record is None else Since(name, record, prove(site, record))
