# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links as results and diffs show them. Nothing in them is secret."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from .._model.change import UNKNOWN
from .._model.errors import Failure
from .._model.instant import days_left, format_instant
from .._model.link import Incoming, Link, LinkKind
from .._model.observed import Foreseen, Observed, Verdict
from .._pki.certificate import not_after


def wanted_view(name: str, site_id: str, cost: int) -> dict[str, Any]:
    """Return the properties of a link that a user can ask for, as diffs show them."""
    return {"name": name, "site_id": site_id, "cost": cost}


def credential_view(link: Link) -> dict[str, Any]:
    """Return a link's credential without its secret."""
    if link.certificate is None:
        return {"type": "claim"}
    ends = not_after(link.certificate)
    return {"type": "certificate", "not_after": None if ends is None else format_instant(ends)}


def link_view(seen: Verdict | Foreseen) -> dict[str, Any]:
    """Return a link as results show it."""
    return _foreseen_view(seen) if isinstance(seen, Foreseen) else _verdict_view(seen)


def ensured_view(seen: Verdict | Foreseen | None, connected_at: datetime | None, issued: str | None) -> dict[str, Any]:
    """Return a link that was to exist, when it was seen connected, and what its issuing site was asked for."""
    since = None if connected_at is None else format_instant(connected_at)
    return {
        "link": None if seen is None else link_view(seen),
        "connected_at": UNKNOWN if isinstance(seen, Foreseen) else since,
        "issued": issued,
    }


def _foreseen_view(link: Foreseen) -> dict[str, Any]:
    unknown = ("state", "connected", "reason", "cause", "url", "not_after")
    return {**dict.fromkeys(unknown, UNKNOWN), **wanted_view(link.name, link.site_id, link.cost)}


def _verdict_view(verdict: Verdict) -> dict[str, Any]:
    link = verdict.link
    ends = not_after(link.certificate) if link.certificate else None
    return {
        "name": link.name,
        "site_id": link.site_id,
        "state": verdict.state.value,
        "connected": None if verdict.unknown else verdict.connected,
        "reason": verdict.why or None,
        "cause": None if verdict.cause is None else verdict.cause.value,
        "cost": link.cost,
        "url": link.url,
        "not_after": None if ends is None else format_instant(ends),
    }


def link_report(verdict: Verdict, observed: Observed, orphan: bool | None) -> dict[str, Any]:
    """Return a link as readers show it. ``orphan`` is what is known of its owner."""
    link = verdict.link
    return {
        **link_view(verdict),
        "type": "claim" if link.kind is LinkKind.CLAIM else "certificate",
        "days_left": days_left(not_after(link.certificate), observed.now),
        "orphan": orphan,
        "managed": link.owner is not None,
    }


def removal_view(name: str | None, site_id: str | None, removed: Iterable[tuple[Link, str]]) -> dict[str, Any]:
    """Return links that were removed, each with the reason, and the link that should be absent as it was asked for."""
    return {
        "link": {"name": name, "site_id": site_id, "state": "absent"},
        "removed": [{"name": link.name, "site_id": link.site_id, "reason": why} for link, why in removed],
    }


def incoming_view(site: Incoming) -> dict[str, Any]:
    """Return a connected site as results show it."""
    return {"site_id": site.site_id, "name": site.name}


def with_shown_link(failure: Failure) -> Failure:
    """Return a failure whose details show a link as any result does."""
    details = {name: link_view(fact) if isinstance(fact, Verdict) else fact for name, fact in failure.details.items()}
    return Failure(failure.reason, failure.message, **details)
