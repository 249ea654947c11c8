# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draw the picture of a report, as SVG within a page that has the styles."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from ansible_collections.sitemesh.skupper.plugins.module_utils._model.words import counted

from .layout import Card, Column, Curve, Plan, arrange
from .model import Report, SiteRow, State
from .words import SITE_LOOKS, days, days_short, look, shortened, width, words, words_why

_SMALL = 0.78
"""Size of the second line, and of text beside a name, in proportion to the name."""
_FEW_LINKS = 16
_MANY_TAGS = 60
_DENSE = 150
"""With more links than this, working links are drawn faintly."""

WORDS_OF = {
    State.OK.value: "ok",
    State.ENDING.value: "certificate ends",
    State.DOWN.value: "link down",
    State.ROUTER.value: "router down",
    State.ISLAND.value: "no link",
    State.UNREAD.value: "not read",
    State.UNKNOWN.value: "other site",
}
# Each state has a shape of its own, 16 by 16, for people who can't distinguish the colours.
_SHAPES = {
    State.OK.value: '<circle class="shape" cx="8" cy="8" r="7"/><path class="mark" d="M4.8 8.2l2.2 2.2 4.2-4.6"/>',
    State.ENDING.value: '<path class="shape" d="M8 1.6L15 14.2H1z"/><path class="mark" d="M8 6v3.6M8 11.9v.1"/>',
    State.DOWN.value: '<rect class="shape" x="2.6" y="2.6" width="10.8" height="10.8" transform="rotate(45 8 8)"/>'
    '<path class="mark" d="M5.9 5.9l4.2 4.2M10.1 5.9l-4.2 4.2"/>',
    State.ROUTER.value: '<rect class="shape" x="1.5" y="1.5" width="13" height="13" rx="2"/>'
    '<path class="mark" d="M5 5l6 6M11 5l-6 6"/>',
    State.ISLAND.value: '<circle class="hollow" cx="8" cy="8" r="6.4"/>',
    State.UNREAD.value: '<circle class="hollow" cx="8" cy="8" r="6.4" stroke-dasharray="3 2"/>'
    '<path class="ink" d="M6.3 6.3a1.8 1.8 0 1 1 2.6 1.7c-.6.3-.9.7-.9 1.2M8 11.6v.1"/>',
    State.UNKNOWN.value: '<rect class="hollow" x="2" y="2" width="12" height="12" rx="6" stroke-dasharray="3 2"/>',
}
# The same for links, drawn in the middle of one, 14 by 14 around it.
_SIGNS = {
    "good": "",
    "warn": '<path class="shape" d="M0 -7L7.4 6H-7.4z"/><path class="mark" d="M0 -2.6v3.8M0 3.6v.1"/>',
    "bad": '<rect class="shape" x="-5.6" y="-5.6" width="11.2" height="11.2" transform="rotate(45)"/>'
    '<path class="mark" d="M-2.4 -2.4l4.8 4.8M2.4 -2.4l-4.8 4.8"/>',
    "wait": '<circle class="hollow" r="6.6"/><path class="ink" d="M0 -3.4v3.4h2.6"/>',
    "off": '<circle class="hollow" r="6.6"/><path class="ink" d="M-4 4L4 -4"/>',
}
_LINKS = (
    ("good", "connected"),
    ("warn", "certificate ends soon"),
    ("wait", "connecting"),
    ("bad", "down"),
    ("off", "switched off"),
)


def icon(state: str) -> str:
    """Return the sign of a site's state."""
    return f'<svg class="icon {SITE_LOOKS[state]}" viewBox="0 0 16 16" aria-hidden="true">{_SHAPES[state]}</svg>'


def legend() -> str:
    """Return what the signs mean, as the items of a list."""
    sites = (f"<li>{icon(state)} {escape(text)}</li>" for state, text in WORDS_OF.items())
    links = (
        f'<li class="{name}"><svg width="44" height="16" viewBox="0 0 44 16" aria-hidden="true">'
        f'<path class="line {name}" d="M0 8H38"/><path class="arrow" d="M44 8l-8 -4v8z"/>'
        f'<g transform="translate(18 8)">{_SIGNS[name]}</g></svg>link {escape(text)}</li>'
        for name, text in _LINKS
    )
    return "".join((*sites, *links))


def svg(report: Report, number: dict[str, int]) -> str:
    """Return the picture. Each site is a link to its row in the page, by its number."""
    plan = arrange(report)
    size = f'viewBox="0 0 {plan.width:g} {plan.height:g}" style="max-width:{plan.width * 1.1:g}px"'
    return (
        f'<svg class="map{" dense" if len(report.links) > _DENSE else ""}" {size} role="group" aria-labelledby="map-title map-text">'
        f'<title id="map-title">Sites and links</title><desc id="map-text">{escape(_description(report))}</desc>'
        f"{''.join(_curves(plan, report, number))}{''.join(_columns(plan, number))}</svg>"
    )


def _description(report: Report) -> str:
    return (
        f"{counted(len(report.sites), 'site')} and {counted(len(report.links), 'link')}; arrows lead from the linking site "
        "to the issuing site. The tables below hold the same."
    )


def _columns(plan: Plan, number: dict[str, int]) -> Iterator[str]:
    for column in plan.columns:
        yield f'<text class="head" x="{column.x:g}" y="{column.y + 16:g}">{escape(_title(column))}</text>'
        yield from (_card(card, number[card.site.key]) for card in column.cards)


def _title(column: Column) -> str:
    counted = [card for card in column.cards if card.site.state != State.UNKNOWN.value]
    return f"{column.title} ({len(counted)})"


def _card(card: Card, number: int) -> str:
    site = card.site
    kinds = " ".join(
        name for name, holds in (("public", site.exposure == "public"), ("outside", not site.exposure)) if holds
    )
    return (
        f'<a id="s{number}" class="{kinds}" href="#row-{number}"><title>{escape(about(site))}</title>'
        f"{_outline(card)}"
        f'<g class="{SITE_LOOKS[site.state]}" transform="translate({card.x + 11:g} {card.middle - 8:g})">{_SHAPES[site.state]}</g>'
        f"{_texts(card)}</a>"
    )


def _outline(card: Card) -> str:
    """Draw public sites with pointed sides, private ones with round corners."""
    x, y, width, height = card.x, card.y, card.width, card.height
    if card.site.exposure == "public":
        cut = min(8.0, height / 3)
        return (
            f'<path class="card" d="M{x + cut:g} {y:g}h{width - 2 * cut:g}l{cut:g} {cut:g}v{height - 2 * cut:g}'
            f'l{-cut:g} {cut:g}h{2 * cut - width:g}l{-cut:g} {-cut:g}v{2 * cut - height:g}z"/>'
        )
    radius = min(10.0, height / 2)
    return f'<rect class="card" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}"/>'


def _texts(card: Card) -> str:
    site, x, end = card.site, card.x + 36, card.x + card.width - 12
    if card.lines == 1:
        left = _text_beside_name(site)
        room = end - x - width(left, _SMALL) - 6
        return (
            f'<text class="name" x="{x:g}" y="{card.middle + 4.5:g}">{escape(shortened(site.label, room))}</text>'
            f'<text class="small" x="{end:g}" y="{card.middle + 4:g}" text-anchor="end">{escape(left)}</text>'
        )
    name = shortened(site.label, end - x)
    detail = _detail(site, end - x)
    return (
        f'<text class="name" x="{x:g}" y="{card.middle - 3:g}">{escape(name)}</text>'
        f'<text class="small" x="{x:g}" y="{card.middle + 12:g}">{escape(detail)}</text>'
    )


def _text_beside_name(site: SiteRow) -> str:
    """Return the one thing that fits beside a name."""
    if site.state in (State.OK.value, State.ENDING.value):
        return days_short(site.days_left)
    return WORDS_OF[site.state] if site.state != State.UNKNOWN.value else "unknown"


def _detail(site: SiteRow, room: float) -> str:
    """Return the second line of a card: as much as there is room for, the most important first."""
    if site.state == State.UNREAD.value:
        return shortened(f"not read: {words(site.reason or '')}", room, _SMALL)
    state = "" if site.state in (State.OK.value, State.ENDING.value) else WORDS_OF[site.state]
    edge = "edge" if site.mode == "edge" else ""
    shown = ""
    for part in (state, days_short(site.days_left), site.version or "", edge):
        longer = f"{shown} · {part}" if shown and part else shown or part
        shown = longer if width(longer, _SMALL) <= room or not shown else shown
    return shortened(shown, room, _SMALL)


def about(site: SiteRow) -> str:
    """Return a sentence about a site, for tooltips and screen readers."""
    if site.state == State.UNREAD.value:
        return f"{site.label}: could not be read. {site.message}"
    if site.state == State.UNKNOWN.value:
        return f"{site.label}: a site that is not one of the hosts"
    links = (
        f"{site.links_out_connected} of {counted(site.links_out, 'outgoing link')} connected, {site.links_in} incoming"
    )
    ends = f", first certificate {days(site.days_left, 'ends in', 'ended')}" if site.days_left is not None else ""
    return f"{site.label}: {WORDS_OF[site.state]}; {site.exposure}, {site.mode}, Skupper {site.version}; {links}{ends}"


def _curves(plan: Plan, report: Report, number: dict[str, int]) -> Iterator[str]:
    labels = {site.key: site.label for site in report.sites}
    troubled = sum(look(curve.link.state) != "good" for curve in plan.curves)
    quiet = len(plan.curves) > _FEW_LINKS
    taken: list[tuple[float, float]] = []
    for curve in sorted(plan.curves, key=lambda each: look(each.link.state) != "good"):
        link = curve.link
        ends = f"s{number[link.source]} s{number[link.target]}"
        kind = look(link.state)
        place = _free_place(curve, taken) if _SIGNS[kind] else curve.at(_FARTHER)
        tag = "" if (quiet and kind == "good") or troubled > _MANY_TAGS else _tag(curve, place)
        title = f"{link.name or 'link'}: {labels[link.source]} to {labels[link.target]}, {_about_link(curve)}"
        yield (
            f'<g class="link {kind} {ends}"><title>{escape(title)}</title><path class="way" d="{_way(curve)}"/>'
            f"{_arrow(curve)}{_sign(curve, place)}{tag}</g>"
        )


def _about_link(curve: Curve) -> str:
    link = curve.link
    ends = f"; certificate {days(link.days_left, 'ends in', 'ended')}" if link.days_left is not None else ""
    return f"{words_why(link.state, link.reason)}{ends}"


def _way(curve: Curve) -> str:
    (a, b), (c, d), (e, f), (g, h) = curve.points
    # The arrow's head covers the end.
    back = 7 if e < g else -7
    return f"M{a:.5g} {b:.5g}C{c:.5g} {d:.5g} {e:.5g} {f:.5g} {g - back:.5g} {h:.5g}"


def _arrow(curve: Curve) -> str:
    (e, _f), (g, h) = curve.points[2:]
    back = -9 if e < g else 9
    return f'<path class="arrow" d="M{g:.5g} {h:.5g}l{back} -4.5v9z"/>'


# How far along a link its sign stands, best near the linking site, where links are still apart.
_NEAR = (0.17, 0.27, 0.37, 0.47)
_FARTHER = 0.3
_SIGN = 17
_TAG = 76


def _free_place(curve: Curve, taken: list[tuple[float, float]]) -> tuple[float, float]:
    """Return the first free place for a sign and its tag, and take it."""
    places = [curve.at(part) for part in _NEAR]
    free = (
        (x, y) for x, y in places if not any(abs(x - other) < _TAG and abs(y - below) < _SIGN for other, below in taken)
    )
    taken.append(next(free, places[0]))
    return taken[-1]


def _sign(curve: Curve, place: tuple[float, float]) -> str:
    sign = _SIGNS[look(curve.link.state)]
    return f'<g transform="translate({place[0]:.5g} {place[1]:.5g})">{sign}</g>' if sign else ""


def _tag(curve: Curve, place: tuple[float, float]) -> str:
    """Return the text for a link's sign. It stands beside the sign towards the issuing site, or above a link without a sign."""
    link, (x, y) = curve.link, place
    text = escape(days_short(link.days_left) if link.connected else words(link.state))
    if not text:
        return ""
    if not _SIGNS[look(link.state)]:
        return f'<text class="tag" x="{x:.5g}" y="{y - 7:.5g}" text-anchor="middle">{text}</text>'
    leftwards = curve.points[1][0] < curve.points[0][0]
    aside, anchor = (-12, "end") if leftwards else (12, "start")
    return f'<text class="tag" x="{x + aside:.5g}" y="{y + 4:.5g}" text-anchor="{anchor}">{text}</text>'
