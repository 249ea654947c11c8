# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections of which the network status does not say where they lead: which links are known to be connected by them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.link import (
    Link,
    LinkKind,
    NetworkView,
    Opening,
    Peering,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.observed import LINGER
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.openings import attribute, is_new, since
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.rules.redemption import redemption
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.unit.support.certificates import NOW

WEST, NORTH, SOUTH = "west-id", "north-id", "south-id"
ROUTER, REPLICA = "east-skupper-router-1", "east-skupper-router-2"
PEER = "west-skupper-router-1"


def at(seconds: float) -> datetime:
    """So many seconds after all links were made."""
    return NOW + timedelta(seconds=seconds)


def made(site_id: str | None = WEST, seconds: float = 0, **known: Any) -> Link:
    """A link whose certificate is there."""
    values = {"kind": LinkKind.CERTIFICATE, "cost": 1, "host": "", "url": "", **known}
    return Link(name=f"to-{site_id}", site_id=site_id, created=at(seconds), **values)


def opened(identity: str = "1:1", seconds: float | None = 4, peer: str = PEER, through: str = ROUTER) -> Opening:
    """A connection to somebody's router."""
    return Opening(identity, peer, through, None if seconds is None else at(seconds))


def named(site_id: str, identity: str = "1:7", seconds: float = -1000, through: str = ROUTER) -> Peering:
    """A connection to a site that the status knows."""
    return Peering(identity, site_id, "", True, at(seconds), through)


def seen(*connections: Opening | Peering) -> NetworkView:
    """A network status with these connections."""
    return NetworkView(
        frozenset(each for each in connections if isinstance(each, Peering)),
        known=True,
        openings=frozenset(each for each in connections if isinstance(each, Opening)),
    )


OLD = made(NORTH, -5000)
SPENT = made(NORTH, kind=LinkKind.CLAIM, redemption=redemption("No such claim", given_up=True))


@pytest.mark.parametrize(
    ("connections", "links"),
    [
        pytest.param([opened()], [made()], id="the only link"),
        pytest.param([opened(peer="north-skupper-router-1")], [made()], id="whatever its router is called"),
        pytest.param([opened(seconds=-1)], [made()], id="the clocks of node and API server differ a little"),
        pytest.param([opened(), named(NORTH)], [made(), OLD], id="the other link has a connection of its own"),
        pytest.param([opened()], [made(), SPENT], id="the other link's claim was refused for good"),
        pytest.param(
            [opened(), opened("1:2", peer="x")], [made(), made(NORTH)], id="two links and as many connections"
        ),
        pytest.param([opened(), opened("2:1", through=REPLICA)], [made()], id="each of two routers has one"),
        pytest.param([opened(), opened("2:1", -50, through=REPLICA)], [made()], id="one of two routers has one"),
        pytest.param(
            [named(WEST, seconds=-50), opened()], [made()], id="its predecessor's connection is listed beside"
        ),
    ],
)
def test_connected(connections: list[Opening | Peering], links: list[Link]) -> None:
    """As many connections as links: the one that nobody else can have opened is this link's."""
    found = attribute(seen(*connections), links, at(10))
    assert found.outgoing_to(WEST) - {"1:7"}
    assert found.outgoing() == seen(*connections).outgoing()


@pytest.mark.parametrize(
    ("connections", "links"),
    [
        pytest.param([opened()], [made(), made(NORTH, -5000)], id="a link that was down may have come up"),
        pytest.param([opened()], [made(), made(NORTH, kind=LinkKind.CLAIM)], id="a claim may be redeemed by now"),
        pytest.param([opened()], [made(), made(NORTH, kind=LinkKind.PARKED)], id="a link that is out of use"),
        pytest.param([opened()], [made(), made(None, -5000)], id="a link that does not say where it leads"),
        pytest.param([opened(), named(SOUTH)], [made(), OLD], id="what is known belongs to no link"),
        pytest.param([opened(seconds=-50)], [made()], id="opened before the link was made"),
        pytest.param([opened(seconds=None)], [made()], id="nobody knows when it was opened"),
        pytest.param([opened()], [replace(made(), created=None)], id="nobody knows when the link was made"),
        pytest.param([opened(seconds=20)], [made()], id="after the links were read"),
        pytest.param([opened(), opened("1:2")], [made()], id="more connections than links"),
        pytest.param([opened(), opened("2:1", through=REPLICA)], [made(), made(NORTH)], id="of two routers one each"),
        pytest.param(
            [opened(), opened("1:2", -50)], [made(), made(NORTH)], id="two links, a connection and a lingering one"
        ),
    ],
)
def test_undecided(connections: list[Opening | Peering], links: list[Link]) -> None:
    """Somebody else may have opened it, or it may be a predecessor's; the status will say."""
    view = seen(*connections)
    assert attribute(view, links, at(10)) == view


def test_link_that_comes_up_late() -> None:
    """Long after a link was made too many others may have come and gone."""
    view = seen(opened(seconds=200))
    assert attribute(view, [made()], at(300)) == view


def test_connector_without_a_link() -> None:
    """The router may still have the connection of a link that was removed."""
    view, links = seen(opened()), [made()]
    assert attribute(view, links, at(10), ["to-west-id"]).outgoing_to(WEST)
    assert attribute(view, links, at(10), ["to-west-id", "removed"]) == view


def test_what_was_there_before() -> None:
    """Connections to the site are a predecessor's; what is known of others stays known, though the status forgets it."""
    before = seen(named(WEST, "1:1"), named(NORTH, "1:2"), opened("1:3"))
    now = seen(named(WEST, "1:1"), opened("1:2"), opened("1:3"), named(WEST, "1:4"), opened("1:5"))
    found = since(before, now, WEST)
    assert found.outgoing_to(WEST) == {"1:4"}
    assert found.outgoing_to(NORTH) == {"1:2"}
    assert {each.identity for each in found.openings} == {"1:3", "1:5"}


def test_new_links() -> None:
    """For as long as connections are attributed to it, a link is new."""
    assert is_new(made(), NOW)
    assert is_new(made(), NOW + LINGER)
    assert not is_new(made(), NOW + LINGER + timedelta(seconds=1))
    assert not is_new(replace(made(), created=None), NOW)


SITES = (WEST, NORTH, SOUTH)
connectors = st.fixed_dictionaries(
    {
        "site": st.sampled_from(SITES),
        "age": st.sampled_from([0, 3, 5000]),
        "up": st.booleans(),
        "since": st.sampled_from([-4900, 1, 4]),
        "called": st.sampled_from(SITES),
        "known": st.booleans(),
    }
)


@given(st.lists(connectors, min_size=1, max_size=4))
def test_never_wrongly(drawn: list[dict[str, Any]]) -> None:
    """Of links to different sites, however their routers call themselves, only what is up is told to be connected.

    A router that the status knows belongs to the site that it says; one that it does not know may say anything.
    """
    assume(len({each["site"] for each in drawn}) == len(drawn))
    links = [made(each["site"], -each["age"]) for each in drawn]
    connections: list[Opening | Peering] = []
    for number, each in enumerate(drawn):
        if not each["up"] or each["since"] < -each["age"]:
            continue
        if each["known"]:
            connections.append(named(each["site"], f"1:{number}", each["since"]))
        else:
            connections.append(opened(f"1:{number}", each["since"], f"{each['called']}-router"))
    up = {each["site"] for each in drawn if each["up"] and each["since"] >= -each["age"]}
    found = attribute(seen(*connections), links, at(10))
    assert {site for site in SITES if found.outgoing_to(site)} <= up
