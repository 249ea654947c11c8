# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a report says of sites and links."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.sitemesh.skupper.plugins.filter.status_problems import status_problems
from ansible_collections.sitemesh.skupper.plugins.filter.status_report import status_report
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._status.model import Report
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._status.report import Read, found

from tests.unit.support.reports import LOST, fleet, link, links, report, site

WEST = Read("west", site("west", "public"), links(incoming=["east"]))
EAST = Read("east", site("east"), links(link("west")))


def kinds(made: Report) -> list[str]:
    """The kinds of its problems."""
    return [problem.kind for problem in made.problems]


def test_all_is_well() -> None:
    """Two sites and a link."""
    made = report(WEST, EAST)
    assert [(row.key, row.state, row.links_out, row.links_in, row.network) for row in made.sites] == [
        ("east", "ok", 1, 0, "east"),
        ("west", "ok", 0, 1, "east"),
    ]
    assert [(row.source, row.target, row.state) for row in made.links] == [("east", "west", "connected")]
    assert (made.networks, made.problems) == (1, ())
    assert made.site("east").days_left == 1700
    assert made.summary["days_left"] == 1700


@pytest.mark.parametrize(
    ("west", "east", "state", "expected"),
    [
        pytest.param(WEST, Read("east", LOST, {}), "unread", ["unread", "unknown"], id="unread"),
        pytest.param(
            WEST,
            Read("east", {"unreachable": True, "msg": "no ssh"}, {}),
            "unread",
            ["unread", "unknown"],
            id="bastion",
        ),
        pytest.param(WEST, Read("east", {}, {}), "unread", ["unread", "unknown"], id="never run"),
        pytest.param(WEST, Read("east", site("east"), LOST), "unread", ["unread"], id="links unread"),
        pytest.param(
            WEST,
            Read("east", site("east"), links(link("west", "stale"))),
            "down",
            ["down", "island", "island"],
            id="down",
        ),
        pytest.param(
            WEST, Read("east", site("east"), links(link("west", "ending", 9))), "ending", ["ending"], id="ending link"
        ),
        pytest.param(
            WEST, Read("east", site("east", days=-3), links(link("west"))), "ending", ["ending"] * 2, id="ended CA"
        ),
        pytest.param(
            WEST,
            Read("east", site("east", router={"replicas": 2, "ready": 1}), links(link("west"))),
            "router",
            ["router"],
            id="router",
        ),
        pytest.param(
            WEST, Read("east", site("east", router=None), links(link("west"))), "ok", [], id="router not to be seen"
        ),
    ],
)
def test_states(west: Read, east: Read, state: str, expected: list[str]) -> None:
    """How a site is doing, and which problems that makes."""
    made = report(west, east)
    assert made.site("east").state == state
    assert kinds(made) == expected


def test_messages_are_those_of_the_readers() -> None:
    """An unread site keeps its reason and sentence."""
    row = report(WEST, Read("east", LOST, {})).site("east")
    assert (row.reason, row.message) == ("api_unreachable", LOST["msg"])


def test_unknown_site() -> None:
    """It is drawn, and named; with sites that could not be read it may be one of those."""
    made = report(Read("west", site("west", "public"), links(incoming=["thief"])))
    (problem,) = made.problems
    assert problem.text == "thief (id id-thief) is linked to west and not in the inventory."
    assert [(row.source, row.target) for row in made.links] == [("id-thief", "west")]
    doubted = report(Read("west", site("west", "public"), links(incoming=["thief"])), Read("east", LOST, {}))
    assert "one of those that could not be read (east)" in doubted.problems[-1].text
    assert kinds(report(Read("west", site("west"), links(incoming=["thief"])), complete=False)) == []


def test_link_to_a_site_outside() -> None:
    """The other end is there, though nobody knows more than its id."""
    made = report(Read("east", site("east"), links(link("elsewhere"), link("x", site_id=None))))
    assert [row.label for row in made.sites] == ["east", "site east/to-", "site id-elsew"]
    assert kinds(made) == []


def test_networks() -> None:
    """Two pairs of sites are two networks; a link that is down joins nobody."""
    north, south = Read("north", site("north", "public"), links()), Read("south", site("south"), links(link("north")))
    split = report(WEST, EAST, north, south)
    assert (split.networks, kinds(split)) == (2, ["split"])
    joined = Read("north", site("north", "public"), links(link("west")))
    assert report(WEST, EAST, joined, south).networks == 1
    tried = Read("north", site("north", "public"), links(link("west", "connecting")))
    assert report(WEST, EAST, tried, south).networks == 2


def test_order_does_not_matter() -> None:
    """Sites and links are sorted."""
    assert report(EAST, WEST) == report(WEST, EAST)


def test_json_and_back() -> None:
    """What is written can be read, with keys of a later release in it; what is something else is refused."""
    made = fleet(2, 3)
    document = json.loads(json.dumps(made.as_dict()))
    assert Report.from_dict(document) == made
    document["sites"][0]["later"] = 1
    assert Report.from_dict(document) == made
    wrong: list[Any] = [
        None,
        [],
        {},
        {**document, "format": 99},
        {**document, "sites": [{}]},
        {**document, "sites": []},
    ]
    for each in wrong:
        with pytest.raises(ValueError, match=r"report"):
            Report.from_dict(each)


def test_what_a_run_fails_for() -> None:
    """Problems by their kinds, as a list or as the command line gives them."""
    made = report(WEST, Read("east", site("east"), links(link("west", "stale"))))
    assert found(made, ["down"]) == ["Link to-west of east to west is stale: because of this."]
    assert len(status_problems(made.as_dict(), "down, island")) == 3
    assert len(status_problems(made.as_dict())) == 3
    assert status_problems(made.as_dict(), ["none"]) == []
    with pytest.raises(AnsibleFilterError, match="dwon"):
        status_problems(made.as_dict(), "dwon")


def test_better_answers_count() -> None:
    """What was learned by asking an issuing site takes the place of the first answer, link by link."""
    first = links(link("west", "connecting"), link("north"))
    again = {"results": [links(link("west", "stale"))]}
    made = status_report(["east"], [EAST.site], [first], asked=[again])
    assert {row["target"]: row["state"] for row in made["links"]} == {"id-west": "stale", "id-north": "connected"}
    assert made["sites"][0]["links_out"] == 2


def test_results_that_do_not_fit() -> None:
    """A mistake in a play is a sentence."""
    with pytest.raises(AnsibleFilterError, match="as many results"):
        status_report(["east"], [], [])
    with pytest.raises(AnsibleFilterError, match="do not return"):
        status_report(["east"], [{"site": {}}], [{}])


def test_nothing_is_taken_over_unasked() -> None:
    """A key that the readers do not have does not reach the report."""
    odd = site("east", password="hidden-one", token="hidden-two")
    made = status_report(["east"], [{**odd, "invocation": "hidden-three"}], [links(link("west", secret="hidden-four"))])
    assert "hidden" not in json.dumps(made)


def test_no_sites() -> None:
    """An empty inventory makes an empty report."""
    assert report().summary["sites"] == 0


def test_a1_link_without_author() -> None:
    """It is unknown, not down; its issuing site tells that the sites are connected, and they are one network."""
    nameless = {**link("west", "unknown"), "site_id": None, "connected": None}
    made = report(
        Read("west", site("west", "public"), links(incoming=["east"])), Read("east", site("east"), links(nameless))
    )
    assert found(made, ["down", "island", "split"]) == []
    assert found(made, ["unknown"]) == ["Link to-west of east is unknown: because of this."]
    assert {each.key: each.state for each in made.sites if each.host} == {"west": "ok", "east": "ok"}
    assert (made.networks, "None" in str(made.as_dict()["problems"])) == (1, False)


def test_a3_restored_site() -> None:
    """Links to its former id are links to it, and no site of that id is unknown."""
    hub = site("west", "public", router_site_id="id-former")
    made = report(Read("west", hub, links(incoming=["east"])), Read("east", site("east"), links(link("former"))))
    assert [(each.source, each.target) for each in made.links] == [("east", "west")]
    assert found(made, ["all"]) == []
