# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where things go in the picture: checked as geometry, without a browser."""

from __future__ import annotations

from itertools import combinations

import pytest
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._status.layout import Card, Plan, arrange
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._status.model import Report
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._status.report import Read

from tests.unit.support.reports import LOST, fleet, link, links, report, site

SIZES = [(0, 0), (1, 0), (0, 1), (1, 1), (1, 2), (3, 9), (3, 10), (8, 0), (12, 4), (4, 56), (6, 294)]


def cards(plan: Plan) -> list[Card]:
    """All of them."""
    return [card for column in plan.columns for card in column.cards]


def apart(one: Card, two: Card) -> bool:
    """Whether they do not touch."""
    return (
        one.x + one.width <= two.x
        or two.x + two.width <= one.x
        or one.y + one.height <= two.y
        or two.y + two.height <= one.y
    )


def mixed() -> Report:
    """Everything that has a place of its own."""
    return report(
        Read("west", site("west", "public"), links(incoming=["thief", "east"])),
        Read("north", site("north", "public"), links(link("west"))),
        Read("east", site("east"), links(link("west"), link("gone"), link("till"))),
        Read("till", site("till"), links(link("east", "stale"))),
        *(Read(f"lost-{number}", LOST, {}) for number in range(6)),
    )


@pytest.mark.parametrize("made", [*(fleet(*size) for size in SIZES), mixed()], ids=[*map(str, SIZES), "mixed"])
def test_everything_has_its_place(made: Report) -> None:
    """All sites and links are drawn, within the picture, and no card covers another."""
    plan = arrange(made)
    placed = cards(plan)
    assert sorted(card.site.key for card in placed) == sorted(row.key for row in made.sites)
    assert all(apart(one, two) for one, two in combinations(placed, 2))
    assert len(plan.curves) == len(made.links)
    for card in placed:
        assert 0 <= card.x <= card.x + card.width <= plan.width
        assert 0 <= card.y <= card.y + card.height <= plan.height
    for curve in plan.curves:
        for x, y in (curve.at(step / 10) for step in range(11)):
            assert 0 <= x <= plan.width
            assert 0 <= y <= plan.height


@pytest.mark.parametrize("made", [*(fleet(*size) for size in SIZES), mixed()], ids=[*map(str, SIZES), "mixed"])
def test_links_end_at_their_sites(made: Report) -> None:
    """They begin at a side of the linking site's card and end at one of the issuing site's, no two at one point."""
    plan = arrange(made)
    place = {card.site.key: card for card in cards(plan)}
    for curve in plan.curves:
        for key, (x, y) in ((curve.link.source, curve.points[0]), (curve.link.target, curve.points[3])):
            assert x in (place[key].x, place[key].x + place[key].width)
            assert place[key].y <= y <= place[key].y + place[key].height
    ends = [point for curve in plan.curves for point in (curve.points[0], curve.points[3])]
    assert len(set(ends)) == len(ends)


def test_columns() -> None:
    """Few private sites stand beside the public ones, many on both sides of them."""
    assert [column.title for column in arrange(fleet(2, 5)).columns] == ["Private sites", "Public sites"]
    assert [column.title for column in arrange(fleet(2, 20)).columns] == [
        "Private sites",
        "Public sites",
        "Private sites",
    ]
    assert [column.title for column in arrange(fleet(4, 0)).columns] == ["Public sites", "Public sites"]
    assert arrange(mixed()).columns[-1].title == "Could not be read"


def test_same_report_same_picture() -> None:
    """Pictures of two runs can be compared."""
    assert arrange(fleet(4, 56)) == arrange(fleet(4, 56))


def test_sixty_sites_are_legible() -> None:
    """Every card has two lines, and the picture fits the width of a page."""
    plan = arrange(fleet(4, 56))
    assert {card.lines for card in cards(plan)} == {2}
    assert plan.width < 1200
