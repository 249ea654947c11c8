# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Place sites and links in the picture.

Sites stand in columns, public ones in the middle when there are many private ones and at the right when there are few.
Links run from column to column, or around one. Nothing has to be measured, so that no browser is needed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .model import LinkRow, Report, SiteRow, State

MARGIN = 24.0
HEADER = 34.0
WIDTH = 232.0
"""Width of a card, in pixels as all of this."""
_FEW = 9
"""So many private sites fit in one column beside the public ones."""
_STEP = 9.0
"""Between the ends of two links at one side of a card."""
_ARC = 26.0
_ARC_STEP = 15.0
_ARC_MOST = {True: 110.0, False: 200.0}
"""Of an arc that has to stay between two columns, and of one beside the outer one."""
_ACROSS = 4
"""Cards in a row of those that could not be read."""


@dataclass(frozen=True)
class Density:
    """How much room a card gets."""

    height: float
    gap: float
    lines: int


_DENSITIES = ((10, Density(52, 20, 2)), (34, Density(38, 10, 2)))
_DENSEST = Density(22, 6, 1)


@dataclass(frozen=True)
class Card:
    """A site's place."""

    site: SiteRow
    x: float
    y: float
    width: float
    height: float
    lines: int

    @property
    def middle(self) -> float:
        """Return the y coordinate of its middle."""
        return self.y + self.height / 2


@dataclass(frozen=True)
class Curve:
    """A link's way, a cubic Bézier curve by its four points."""

    link: LinkRow
    points: tuple[tuple[float, float], ...]

    def at(self, t: float) -> tuple[float, float]:
        """Return the point a part ``t`` of the way along."""
        u = 1 - t
        weights = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
        x, y = (sum(w * point[axis] for w, point in zip(weights, self.points)) for axis in (0, 1))
        return x, y


@dataclass(frozen=True)
class Column:
    """A column of cards, or a strip of them below the columns."""

    title: str
    x: float
    y: float
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Plan:
    """All that is to be drawn."""

    width: float
    height: float
    columns: tuple[Column, ...]
    curves: tuple[Curve, ...]


def arrange(report: Report) -> Plan:
    """Place sites and links. The same report gives the same plan."""
    groups, unread = _groups(report)
    tallest = max((len(sites) for _title, sites in groups), default=0)
    density = next((each for most, each in _DENSITIES if tallest <= most), _DENSEST)
    heights = _heights(groups, report.links, density)
    body = max((sum(heights[s.key] for s in sites) + density.gap * (len(sites) - 1) for _t, sites in groups), default=0)
    gutter = 250.0 if len(groups) < 3 else 185.0
    top = MARGIN + HEADER
    columns = []
    for number, (title, sites) in enumerate(groups):
        x = MARGIN + _room_beside(report, groups, 0) + number * (WIDTH + gutter)
        columns.append(Column(title, x, MARGIN, _stack(sites, x, top, body, heights, density)))
    width = 2 * MARGIN + len(groups) * WIDTH + max(len(groups) - 1, 0) * gutter
    width += _room_beside(report, groups, 0) + _room_beside(report, groups, len(groups) - 1)
    width = max(width, 2 * MARGIN + WIDTH)
    bottom = top + max(body, 0)
    if unread:
        columns.append(_strip(unread, bottom + MARGIN, width, density))
        bottom = max(card.y + card.height for card in columns[-1].cards)
    return Plan(width, bottom + MARGIN, tuple(columns), _curves(report.links, columns[: len(groups)]))


def _groups(report: Report) -> tuple[list[tuple[str, list[SiteRow]]], list[SiteRow]]:
    """Return the columns from left to right, each with its sites from top to bottom, and the sites without a column."""
    linked = {end for link in report.links for end in (link.source, link.target)}
    targets = {link.target for link in report.links}
    public, private, unread = [], [], []
    for site in report.sites:
        if site.exposure == "public" or (site.exposure is None and site.key in targets):
            public.append(site)
        elif site.exposure is None and site.key not in linked:
            unread.append(site)
        else:
            private.append(site)
    if not public or not private:
        title = "Public sites" if public else "Private sites"
        sites = public or private
        half = (len(sites) + 1) // 2
        return [(title, part) for part in (sites[:half], sites[half:]) if part], unread
    private = _in_order_of_links(private, public, report.links)
    if len(private) <= _FEW:
        return [("Private sites", private), ("Public sites", public)], unread
    left, right = private[0::2], private[1::2]
    return [("Private sites", left), ("Public sites", public), ("Private sites", right)], unread


def _in_order_of_links(
    private: Sequence[SiteRow], public: Sequence[SiteRow], links: Sequence[LinkRow]
) -> list[SiteRow]:
    """Return private sites in the order of the public ones they are linked to, so that fewer links cross."""
    rank = {site.key: float(number) for number, site in enumerate(public)}
    seen: dict[str, list[float]] = defaultdict(list)
    for link in links:
        if link.target in rank:
            seen[link.source].append(rank[link.target])
        if link.source in rank:
            seen[link.target].append(rank[link.source])
    last = float(len(public))

    def place(site: SiteRow) -> tuple[float, str]:
        ranks = seen[site.key]
        return (sum(ranks) / len(ranks) if ranks else last), site.label

    return sorted(private, key=place)


def _heights(
    groups: Sequence[tuple[str, Sequence[SiteRow]]], links: Sequence[LinkRow], density: Density
) -> dict[str, float]:
    """Return the heights of cards. Those with many links get room for their ends, if other columns are taller anyway."""
    column = {site.key: number for number, (_title, sites) in enumerate(groups) for site in sites}
    ends: dict[tuple[str, bool], int] = defaultdict(int)
    for link in links:
        if link.source in column and link.target in column:
            ahead = column[link.target] >= column[link.source]
            ends[link.source, ahead] += 1
            ends[link.target, not ahead or column[link.source] == column[link.target]] += 1
    tallest = max((len(sites) for _title, sites in groups), default=1)
    made = {}
    for _title, sites in groups:
        room = (tallest * (density.height + density.gap)) / max(len(sites), 1) - density.gap - 6
        for site in sites:
            wanted = 16 + _STEP * max(ends[site.key, True], ends[site.key, False])
            made[site.key] = max(density.height, min(wanted, room))
    return made


def _room_beside(report: Report, groups: Sequence[tuple[str, Sequence[SiteRow]]], number: int) -> float:
    """Return the room beside an outer column for links within it."""
    if not groups or number not in (0, len(groups) - 1):
        return 0.0
    rows = {site.key: row for row, site in enumerate(groups[number][1])}
    spans = [
        abs(rows[link.source] - rows[link.target])
        for link in report.links
        if link.source in rows and link.target in rows
    ]
    return _bulge(max(spans), between=False) if spans else 0.0


def _bulge(rows: int, between: bool) -> float:
    return min(_ARC + _ARC_STEP * rows, _ARC_MOST[between])


def _stack(
    sites: Sequence[SiteRow], x: float, top: float, body: float, heights: Mapping[str, float], density: Density
) -> tuple[Card, ...]:
    """Return cards from above, spread over the height of the tallest column."""
    used = sum(heights[site.key] for site in sites)
    gap = (body - used) / (len(sites) + 1) if len(sites) > 1 or used < body else density.gap
    gap = max(gap, density.gap) if used + density.gap * (len(sites) + 1) <= body else density.gap
    y = top + max((body - used - gap * (len(sites) - 1)) / 2, 0)
    cards = []
    for site in sites:
        cards.append(Card(site, x, y, WIDTH, heights[site.key], density.lines))
        y += heights[site.key] + gap
    return tuple(cards)


def _strip(sites: Sequence[SiteRow], top: float, width: float, density: Density) -> Column:
    """Return the sites of which nothing is known, in rows below the others."""
    across = max(min(_ACROSS, int((width - 2 * MARGIN + 14) // (WIDTH + 14))), 1)
    height = max(density.height, 38.0)
    cards = tuple(
        Card(
            site,
            MARGIN + (number % across) * (WIDTH + 14),
            top + HEADER + (number // across) * (height + 12),
            WIDTH,
            height,
            2,
        )
        for number, site in enumerate(sites)
    )
    title = "Could not be read" if any(site.state == State.UNREAD.value for site in sites) else "Other sites"
    return Column(title, MARGIN, top, cards)


@dataclass(frozen=True)
class _End:
    """One end of a link at a side of a card."""

    link: int
    key: str
    right: bool
    other: float
    """How far down the other end is, which orders the ends at a side."""


def _curves(links: Sequence[LinkRow], columns: Sequence[Column]) -> tuple[Curve, ...]:
    cards = {card.site.key: card for column in columns for card in column.cards}
    number = {card.site.key: n for n, column in enumerate(columns) for card in column.cards}
    drawn = [(n, link) for n, link in enumerate(links) if link.source in cards and link.target in cards]
    ends = [end for n, link in drawn for end in _ends(n, link, cards, number, len(columns))]
    height = _spread(ends, cards)
    rows = {card.site.key: row for column in columns for row, card in enumerate(column.cards)}
    made = []
    for n, link in drawn:
        source, target = cards[link.source], cards[link.target]
        one, two = sides(link, number, len(columns))
        start = (_edge(source, one), height[n, link.source])
        end = (_edge(target, two), height[n, link.target])
        if number[link.source] == number[link.target]:
            between = number[link.source] not in (0, len(columns) - 1)
            bend = _bulge(abs(rows[link.source] - rows[link.target]), between) * 1.33 * (1 if one else -1)
        else:
            bend = 0.45 * (end[0] - start[0])
        far = end[0] + bend if number[link.source] == number[link.target] else end[0] - bend
        made.append(Curve(link, (start, (start[0] + bend, start[1]), (far, end[1]), end)))
    return tuple(made)


def sides(link: LinkRow, number: Mapping[str, int], columns: int) -> tuple[bool, bool]:
    """Return at which sides a link leaves and arrives. True is the right side."""
    source, target = number[link.source], number[link.target]
    if source == target:
        outer = source != 0 or columns == 1
        return outer, outer
    return source < target, source > target


def _ends(
    n: int, link: LinkRow, cards: Mapping[str, Card], number: Mapping[str, int], columns: int
) -> tuple[_End, _End]:
    one, two = sides(link, number, columns)
    return (
        _End(n, link.source, one, cards[link.target].middle),
        _End(n, link.target, two, cards[link.source].middle),
    )


def _spread(ends: Sequence[_End], cards: Mapping[str, Card]) -> dict[tuple[int, str], float]:
    """Return how far down each end is. Ends at one side of a card share its height, in the order of their other ends."""
    shared: dict[tuple[str, bool], list[_End]] = defaultdict(list)
    for end in ends:
        shared[end.key, end.right].append(end)
    placed = {}
    for (key, _right), there in shared.items():
        card = cards[key]
        step = min((card.height - 8) / len(there), 14.0)
        for row, end in enumerate(sorted(there, key=lambda each: (each.other, each.link))):
            placed[end.link, key] = card.middle + (row - (len(there) - 1) / 2) * step
    return placed


def _edge(card: Card, right: bool) -> float:
    return card.x + card.width if right else card.x
