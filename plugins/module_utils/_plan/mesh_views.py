# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Members and plans of a mesh as results, facts and people see them; nothing in them is secret."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from .._model.instant import EPOCH, format_instant, parse_instant
from .._model.link import Cause, Distrust, Link, LinkKind, NetworkView, Peering, Redemption
from .._model.location import Location, read_location
from .._model.mesh import Act, MeshPlan, Sight, Step
from .._model.reasons import Reason
from .._model.site import Exposure, Mode
from .words import counted

_MICROSECOND = timedelta(microseconds=1)


def sight_view(sight: Sight) -> dict[str, Any]:
    """What was seen of a site, as skupper_mesh_info returns it."""
    return {
        "site_id": sight.site_id,
        "router_site_id": sight.router_id or None,
        "mode": sight.mode.value,
        "exposure": sight.exposure.value,
        "exposure_reason": sight.exposure_reason,
        "unsettled": sight.unsettled,
        "closed": sight.closed,
        "links": None if sight.links is None else [_link_view(link) for link in sight.links],
        "connections": None if sight.network is None else _connection_views(sight.network),
        "ca": _text(sight.ca),
        "evicted": list(sight.evicted),
        "evicted_locations": [each.view() for each in sight.evicted_locations],
        "location": None if sight.location is None else sight.location.view(),
        "seen_at": None if sight.now is None else format_instant(sight.now),
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
    """What the words of a linking site mean, for a reader that does not know its generation."""
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
            # A text would lose what tells a connection from its predecessor.
            "started": None if each.started is None else (each.started - EPOCH) // _MICROSECOND,
        }
        for each in ordered
    ]


def read_sight(view: Mapping[str, Any]) -> Sight:
    """The sight behind a view."""
    links, connections, ca = view.get("links"), view.get("connections"), view.get("ca")
    return Sight(
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


def plan_view(plan: MeshPlan) -> dict[str, Any]:
    """A plan as filter link_plan returns it."""
    steps: dict[str, list[dict[str, Any]]] = {}
    for step in plan.steps:
        view = {**_values(step), "act": step.act.value, "replace": step.replace.value}
        steps.setdefault(step.site, []).append(view)
    pending: dict[str, list[str]] = {}
    for site, issuer in plan.pending:
        pending.setdefault(site, []).append(issuer)
    return {
        "links": [_values(link) for link in plan.links],
        "refusals": [{**_values(refusal), "reason": refusal.reason.value} for refusal in plan.refusals],
        "steps": steps,
        "pending": pending,
        "strangers": [_values(stranger) for stranger in plan.strangers],
        "unread": dict(plan.unread),
        "readmitted": list(plan.readmitted),
        "readmitted_locations": {name: [each.view() for each in places] for name, places in plan.readmitted_locations},
        "doubtful": list(plan.doubtful),
        "site_ids": dict(plan.ids),
        "text": "\n".join(plan_lines(plan)),
        "summary": summary(plan),
    }


def _values(item: Any) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(item).items()}


_SIGNS = {Act.ADD: "+", Act.REMOVE: "-", Act.AWAIT: "?"}
_ORDER = {"+": 0, "~": 1, "?": 2, "-": 3}


def plan_lines(plan: MeshPlan) -> list[str]:
    """A plan for people: + link, ~ relink (why), ? link that is down (why), - link (why), and what is left alone."""
    steps = sorted(plan.steps, key=lambda step: (_ORDER[_sign(step)], step.site, step.peer, step.link))
    return [_visible(line) for line in (*map(_step_line, steps), *_notes(plan))]


def _visible(line: str) -> str:
    """A line without what a site's name could move a cursor with, or feign another line."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in line)


def _sign(step: Step) -> str:
    return _SIGNS.get(step.act, "~")


def _step_line(step: Step) -> str:
    name = f" [{step.link}]" if step.link else ""
    return f"{_sign(step)} {step.site} -> {step.peer}{name}: {step.why}"


def _notes(plan: MeshPlan) -> Iterator[str]:
    for stranger in plan.strangers:
        arrow = "<-" if stranger.incoming else "->"
        yield f"! {stranger.site} {arrow} {stranger.peer}: {stranger.why}"
    pending = frozenset(plan.pending)
    for link in plan.links:
        if (link.site, link.issuer) in pending:
            yield f"! {link.site} -> {link.issuer}: not looked at, since {link.unsure}"
    for name, why in plan.unread:
        yield f"! {name}: could not be read: {why}"


def summary(plan: MeshPlan) -> str:
    """A plan in one line."""
    counts = Counter(_sign(step) for step in plan.steps)
    planned = f"{counted(plan.members, 'site')}, {counted(len(plan.links), 'link')} planned"
    words: Sequence[tuple[str, str]] = (("+", "to make"), ("~", "to mend"), ("?", "down"), ("-", "to remove"))
    told = ", ".join(f"{counts[sign]} {word}" for sign, word in words if counts[sign])
    return f"{planned}: {told or 'nothing to do'}"
