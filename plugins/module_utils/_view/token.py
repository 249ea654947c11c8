# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Claims and cert tokens as results and diffs show them. Nothing in them is secret."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .._model.change import UNKNOWN
from .._model.instant import format_instant
from .._model.token import CertToken, ClaimLimits, ClaimRecord, ClaimState
from .._pki.certificate import fingerprint, not_after


def claim_view(record: ClaimRecord, now: datetime) -> dict[str, Any]:
    """Return a claim as results and diffs show it."""
    return {
        "name": record.name,
        "type": "claim",
        "usable": record.is_usable(now),
        "expires_at": None if record.expires is None else format_instant(record.expires),
        "uses_remaining": record.remaining,
        "uses_made": record.made,
    }


def claim_report(record: ClaimRecord, now: datetime) -> dict[str, Any]:
    """Return a claim as readers show it. Nothing in it comes from the record's data."""
    state = record.state(now)
    return {
        **claim_view(record, now),
        "state": state.value,
        "reason": None if state is ClaimState.USABLE else record.why_unusable(now),
        "created_at": format_instant(record.created),
        "managed": record.owner is not None,
        "issued_for": None if record.purpose is None else record.purpose.site_id,
    }


def new_claim_view(name: str, limits: ClaimLimits) -> dict[str, Any]:
    """Return a claim that is yet to be made, as check mode shows it."""
    return {
        "name": name,
        "type": "claim",
        "usable": True,
        "expires_at": None if limits.expiry is None else UNKNOWN,
        "uses_remaining": limits.uses,
        "uses_made": 0,
    }


def cert_view(token: CertToken) -> dict[str, Any]:
    """Return a cert token as results and diffs show it. The fingerprint makes every new one a visible change."""
    ends = not_after(token.certificate)
    return {
        **_cert(token.name),
        "expires_at": None if ends is None else format_instant(ends),
        "certificate": fingerprint(token.certificate),
    }


def new_cert_view(name: str) -> dict[str, Any]:
    """Return a cert token that is yet to be signed, as check mode shows it."""
    return {**_cert(name), "expires_at": UNKNOWN, "certificate": UNKNOWN}


def _cert(name: str) -> dict[str, Any]:
    return {"name": name, "type": "cert", "usable": True, "uses_remaining": None, "uses_made": None}
