# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts of a mesh's sites as results have them, and read back from there; nothing in them is secret."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from .._model.instant import EPOCH, format_instant, parse_instant
from .._model.link import Cause, Distrust, Link, LinkKind, NetworkView, Peering, Redemption
from .._model.location import Location, read_location
from .._model.reasons import Reason
from .._model.site import Exposure, Mode
from .._model.site_facts import SiteFacts

_MICROSECOND = timedelta(microseconds=1)


def facts_view(facts: SiteFacts) -> dict[str, Any]:
    """Return the facts of a site as skupper_mesh_info returns them."""
    return {
        "site_id": facts.site_id,
        "router_site_id": facts.router_id or None,
        "mode": facts.mode.value,
        "exposure": facts.exposure.value,
        "exposure_reason": facts.exposure_reason,
        "unsettled": facts.unsettled,
        "closed": facts.closed,
        "links": None if facts.links is None else [_link_view(link) for link in facts.links],
        "connections": None if facts.network is None else _connection_views(facts.network),
        "ca": _text(facts.ca),
        "evicted": list(facts.evicted),
        "evicted_locations": [each.view() for each in facts.evicted_locations],
        "location": None if facts.location is None else facts.location.view(),
        "seen_at": None if facts.now is None else format_instant(facts.now),
    }


def _link_view(link: Link) -> dict[str, Any]:
    return {
        "name": link.name,
        "site_id": link.site_id,
        "kind": link.kind.value,
        "cost": link.cost,
        "url": link.url,
        "managed": link.owner is not None,
        "disabled": link.disabled,
        "given_up": link.redemption.given_up,
        "status": link.redemption.words or None,
        "trouble": _trouble_view(link.redemption),
        "claim": link.claim,
        "issuer": None if link.issuer is None else link.issuer.view(),
        "expires_at": None if link.expires is None else format_instant(link.expires),
        "created_at": None if link.created is None else format_instant(link.created),
        "certificate": _text(link.certificate),
    }


def _trouble_view(redemption: Redemption) -> dict[str, Any]:
    """Return what the words of a linking site mean, for a reader that does not know its generation."""
    return {
        "cause": redemption.cause.value,
        "final": None if redemption.final is None else redemption.final.value,
        "distrust": None if redemption.distrust is None else redemption.distrust.what,
    }


def _read_redemption(view: Mapping[str, Any]) -> Redemption:
    trouble: Mapping[str, Any] = view.get("trouble") or {}
    distrust = trouble.get("distrust")
    return Redemption(
        words=str(view.get("status") or ""),
        cause=Cause(trouble.get("cause") or Cause.CLAIM_NOT_TRIED.value),
        final=None if trouble.get("final") is None else Reason(trouble["final"]),
        given_up=bool(view.get("given_up")),
        distrust=None if distrust is None else Distrust(str(distrust), ""),
    )


def _text(pem: bytes | None) -> str | None:
    return None if pem is None else pem.decode("ascii", "replace")


def _connection_views(network: NetworkView) -> list[dict[str, Any]]:
    ordered = sorted(network.peerings, key=lambda each: (each.site_name, each.site_id, each.identity))
    return [
        {
            "id": each.identity,
            "site_id": each.site_id,
            "name": each.site_name,
            "outgoing": each.outgoing,
            # A text would lose what distinguishes a connection from its predecessor.
            "started": None if each.started is None else (each.started - EPOCH) // _MICROSECOND,
        }
        for each in ordered
    ]


def read_facts(view: Mapping[str, Any]) -> SiteFacts:
    """Return the facts behind a view."""
    links, connections, ca = view.get("links"), view.get("connections"), view.get("ca")
    return SiteFacts(
        site_id=str(view["site_id"]),
        mode=Mode(view.get("mode") or Mode.INTERIOR.value),
        exposure=Exposure(view.get("exposure") or Exposure.PRIVATE.value),
        exposure_reason=str(view.get("exposure_reason") or ""),
        unsettled=bool(view.get("unsettled")),
        closed=bool(view.get("closed")),
        links=None if links is None else tuple(_read_link(str(view["site_id"]), link) for link in links),
        network=None if connections is None else NetworkView(frozenset(map(_read_connection, connections)), known=True),
        ca=None if ca is None else str(ca).encode(),
        evicted=tuple(str(each) for each in view.get("evicted") or ()),
        evicted_locations=_read_locations(view.get("evicted_locations")),
        location=read_location(view.get("location")),
        now=parse_instant(str(view.get("seen_at"))),
        router_id=str(view.get("router_site_id") or ""),
    )


def _read_locations(views: Any) -> tuple[Location, ...]:
    found = map(read_location, views or ())
    return tuple(location for location in found if location is not None)


def _read_link(owner: str, view: Mapping[str, Any]) -> Link:
    certificate = view.get("certificate")
    return Link(
        name=str(view["name"]),
        kind=LinkKind(view.get("kind") or LinkKind.CERTIFICATE.value),
        site_id=None if view.get("site_id") is None else str(view["site_id"]),
        cost=int(view.get("cost") or 1),
        host="",
        url=str(view.get("url") or ""),
        redemption=_read_redemption(view),
        disabled=bool(view.get("disabled")),
        certificate=None if certificate is None else str(certificate).encode(),
        expires=parse_instant(str(view.get("expires_at"))),
        created=parse_instant(str(view.get("created_at"))),
        owner=owner if view.get("managed") else None,
        claim=view.get("claim"),
        issuer=read_location(view.get("issuer")),
    )


def _read_connection(view: Mapping[str, Any]) -> Peering:
    started = view.get("started")
    return Peering(
        identity=str(view.get("id") or ""),
        site_id=str(view["site_id"]),
        site_name=str(view.get("name") or ""),
        outgoing=bool(view.get("outgoing")),
        started=None if started is None else EPOCH + timedelta(microseconds=int(started)),
    )
