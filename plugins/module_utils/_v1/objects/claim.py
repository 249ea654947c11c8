# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Claim records: the issuing site's Secrets of type token-claim-record (client/token_claim_create.go)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..._model.instant import format_instant, parse_instant
from ..._model.location import read_location
from ..._model.secret import SecretBytes
from ..._model.token import ClaimRecord, Purpose
from . import keys
from .manifest import (
    Manifest,
    created,
    encode_data,
    integer,
    label,
    mapping,
    metadata,
    name_of,
    notes_of,
    secret_data,
)
from .writes import note_written


def is_record(manifest: Mapping[str, Any]) -> bool:
    """Return whether a Secret is a claim record."""
    return label(manifest, keys.TYPE) == keys.TYPE_RECORD


def read_record(manifest: Mapping[str, Any]) -> ClaimRecord:
    """Read a claim record as the claim server would; what it would call corrupt is said to be so."""
    notes = notes_of(manifest)
    expires = parse_instant(notes[keys.EXPIRATION]) if keys.EXPIRATION in notes else None
    return ClaimRecord(
        name=name_of(manifest),
        password=SecretBytes(_password(manifest)),
        created=created(manifest),
        expires=expires,
        remaining=integer(notes.get(keys.REMAINING)),
        made=integer(notes.get(keys.MADE)) or 0,
        owner=notes.get(keys.OWNER),
        purpose=_read_purpose(notes.get(keys.CLAIM_FOR)),
        uid=str(metadata(manifest).get("uid") or ""),
        resource_version=str(metadata(manifest).get("resourceVersion") or ""),
        redeemed=note_written(manifest, keys.MADE),
        corrupt=_corruption(notes, expires),
    )


def read_record_metadata(manifest: Mapping[str, Any]) -> ClaimRecord:
    """Read a claim record without its password, from an object that may hold no more than its metadata."""
    return read_record({"metadata": dict(metadata(manifest))})


def _read_purpose(text: str | None) -> Purpose | None:
    """Return what a claim was issued for. None if no note of it can be understood."""
    try:
        view = mapping(json.loads(text or "null"))
    except (ValueError, RecursionError):
        return None
    site_id, link = view.get("site"), view.get("link")
    if not isinstance(site_id, str) or not site_id or not isinstance(link, (str, type(None))):
        return None
    return Purpose(site_id, link, read_location(view.get("location")))


def _write_purpose(purpose: Purpose) -> str:
    location = None if purpose.location is None else purpose.location.view()
    return json.dumps({"site": purpose.site_id, "link": purpose.link, "location": location}, sort_keys=True)


def _password(manifest: Mapping[str, Any]) -> bytes:
    try:
        return secret_data(manifest).get(keys.PASSWORD, b"")
    except ValueError:
        return b""


def _corruption(notes: Mapping[str, str], expires: datetime | None) -> str | None:
    """Return what makes pkg/kube/claims/claim_verifier.go answer "Corrupted claim"; "" if nothing does."""
    if keys.EXPIRATION in notes and expires is None:
        return f"its annotation {keys.EXPIRATION} is no RFC 3339 time"
    for key in (keys.REMAINING, keys.MADE):
        if key in notes and integer(notes[key]) is None:
            return f"its annotation {key} is no integer"
    return None


def write_record(
    name: str,
    password: SecretBytes,
    expires: datetime | None,
    uses: int | None,
    version: str,
    site_id: str,
    owners: tuple[Mapping[str, Any], ...],
    purpose: Purpose | None = None,
) -> Manifest:
    """Return the Secret that makes a claim redeemable. Without ``expires`` or ``uses`` it is unlimited in that respect."""
    notes = {keys.VERSION: version, keys.OWNER: site_id, **limit_annotations(expires, uses)}
    notes[keys.CLAIM_FOR] = None if purpose is None else _write_purpose(purpose)
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": name,
            "labels": {keys.TYPE: keys.TYPE_RECORD},
            "annotations": {k: v for k, v in notes.items() if v is not None},
            "ownerReferences": [dict(owner) for owner in owners],
        },
        "data": encode_data({keys.PASSWORD: password.value}),
    }


def limit_annotations(expires: datetime | None, remaining: int | None) -> dict[str, str | None]:
    """Return the annotations that limit a claim. None removes one, also in a merge patch."""
    return {
        keys.EXPIRATION: None if expires is None else format_instant(expires),
        keys.REMAINING: None if remaining is None else str(remaining),
    }


def disabling_patch(record: ClaimRecord) -> Manifest:
    """Return a merge patch that makes a claim unusable, whatever its version: redemptions change that all the time.

    The claim server counts a redemption under the version that it read, and reads again if that has changed.
    """
    return {"metadata": {"uid": record.uid, "annotations": {keys.REMAINING: "0"}}}


def removal_patch(now: datetime) -> Manifest:
    """Return a merge patch that notes, on Secret skupper-site-ca, the removal of a claim that was redeemed shortly before."""
    return {"metadata": {"annotations": {keys.REDEEMED: format_instant(now)}}}


def limit_patch(record: ClaimRecord, expires: datetime | None, remaining: int | None) -> Manifest:
    """Return a merge patch that sets a record's limits and repairs its count. It is valid only for the version that was read."""
    made = {keys.MADE: str(record.made)} if record.corrupt else {}
    return {
        "metadata": {
            "resourceVersion": record.resource_version,
            "annotations": {**limit_annotations(expires, remaining), **made},
        }
    }
