# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The network status, as config-sync writes it and with all that may be missing."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.link import (
    NetworkView,
    Opening,
    Peering,
    SiteCount,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.objects.network import count_sites, read_network
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.support import recorded
from tests.unit.support.json_values import anything, damaged
from tests.unit.support.recorded import EAST, SHORE, WEST

UP = Peering("7kv67:1", WEST, "west", outgoing=True)
NEW = Peering("7kv67:9", WEST, "west", outgoing=True)
DOWN = Peering("bkg2f:1", EAST, "east", outgoing=False)
SHORE_IN = Peering("q9k2m:1", SHORE, "shore", outgoing=False)
SHORE_OUT = Peering("q9k2m:1", WEST, "west", outgoing=True)
# Connections to a router that has not been introduced.
OPENINGS = dict.fromkeys(
    ("link-before-peer-site", "link-before-peer-router"),
    frozenset({Opening("7kv67:1", "west-skupper-router-647ccdbf7f-bkg2f", "east-skupper-router-58c48884fc-7kv67")}),
)


@pytest.mark.parametrize(
    ("name", "site_id", "known", "peerings"),
    [
        pytest.param("pending", EAST, False, set(), id="nothing written yet"),
        pytest.param("site-without-router", EAST, True, set(), id="site without router"),
        pytest.param("alone", EAST, True, set(), id="alone"),
        pytest.param("connected", EAST, True, {UP}, id="seen from the linking site"),
        pytest.param("connected", WEST, True, {DOWN}, id="seen from the issuing site"),
        pytest.param("connected", SHORE, False, set(), id="seen from a site it does not list"),
        pytest.param("link-before-peer-site", EAST, True, set(), id="link before its peer's site"),
        pytest.param("link-before-peer-router", EAST, True, set(), id="link before its peer's router"),
        pytest.param("dropped", EAST, True, set(), id="dropped, the site lingers"),
        pytest.param("dropped", WEST, True, set(), id="dropped, seen from the issuing site"),
        pytest.param("reconnected", EAST, True, {NEW}, id="connected again"),
        pytest.param("auto-mesh", EAST, True, set(), id="links among a site's own routers"),
        pytest.param("edge-peer", WEST, True, {SHORE_IN}, id="edge site, seen from the issuing site"),
        pytest.param("edge-peer", SHORE, True, {SHORE_OUT}, id="edge site, seen from itself"),
    ],
)
def test_recorded(name: str, site_id: str, known: bool, peerings: set[Peering]) -> None:
    """What flows into skupper-network-status at every stage of a link."""
    found = read_network(recorded.document(f"network/{name}"), site_id)
    assert found == NetworkView(frozenset(peerings), known, openings=OPENINGS.get(name, frozenset()))


def test_link_without_direction() -> None:
    """A record of which it is not known yet which end opened the link is neither an outgoing nor an incoming one."""
    document = recorded.document("network/connected")
    text = document["data"]["NetworkStatus"].replace('"direction":"outgoing"', '"direction":""')
    document["data"]["NetworkStatus"] = text.replace('"direction":"incoming"', '"other":""')
    assert read_network(document, EAST).peerings == frozenset()
    assert read_network(document, WEST).peerings == frozenset()


def test_outgoing() -> None:
    """Only outgoing connections make a link of this site; a new one has another identity."""
    connected = read_network(recorded.document("network/connected"), EAST)
    again = read_network(recorded.document("network/reconnected"), EAST)
    assert connected.outgoing_to(WEST) == {"7kv67:1"}
    assert again.outgoing_to(WEST) - connected.outgoing_to(WEST) == {"7kv67:9"}
    assert connected.outgoing_to(SHORE) == frozenset()
    assert not read_network(recorded.document("network/connected"), WEST).outgoing_to(EAST)


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {"NetworkStatus": ""},
        {"NetworkStatus": "{}"},
        {"NetworkStatus": "null"},
        {"NetworkStatus": "[]"},
        {"NetworkStatus": "{"},
        {"NetworkStatus": '{"siteStatus": null}'},
        {"NetworkStatus": '{"siteStatus": [null, {}, {"site": null}, {"site": {}, "routerStatus": null}]}'},
        {"NetworkStatus": "[" * 100000},
    ],
    ids=lambda data: str(data)[:40],
)
def test_not_there_yet(data: Any) -> None:
    """Missing, empty or unreadable is the same: nothing is known."""
    assert read_network({"data": data}, EAST) == NetworkView()


def status() -> dict[str, Any]:
    """The recorded status of a connected site."""
    found: dict[str, Any] = json.loads(recorded.document("network/connected")["data"]["NetworkStatus"])
    return found


def own(document: dict[str, Any]) -> dict[str, Any]:
    """The linking site's own entry."""
    found: dict[str, Any] = next(site for site in document["siteStatus"] if site["site"]["identity"] == EAST)
    return found


def view(document: dict[str, Any]) -> NetworkView:
    """What the linking site sees in a status."""
    return read_network({"data": {"NetworkStatus": json.dumps(document)}}, EAST)


@pytest.mark.parametrize("part", ["routerStatus", "links"])
def test_nulls(part: str) -> None:
    """Go writes an empty list as null."""
    document = status()
    entry = own(document)
    if part == "routerStatus":
        entry[part] = None
    else:
        entry["routerStatus"][0][part] = None
    assert view(document) == NetworkView(frozenset(), known=True)


def test_without_the_area_in_front() -> None:
    """Router names with and without 0/ are the same."""
    document = status()
    for site in document["siteStatus"]:
        site["routerStatus"][0]["router"]["name"] = site["routerStatus"][0]["router"]["name"][2:]
    assert view(document).peerings == {UP}


def test_link_that_has_ended() -> None:
    """A record with an end is no connection."""
    document = status()
    own(document)["routerStatus"][0]["links"][0]["endTime"] = 1795462206000001
    assert view(document).peerings == frozenset()


def test_links_without_identity() -> None:
    """Two connections to one router are still told apart by their start."""
    document = status()
    link = own(document)["routerStatus"][0]["links"][0]
    del link["identity"]
    own(document)["routerStatus"][0]["links"].append({**link, "startTime": link["startTime"] + 1})
    assert len(view(document).outgoing_to(WEST)) == 2


def test_router_of_a_site_whose_name_does_not_fit() -> None:
    """A router is counted to a site only under the site's name, as Skupper's own reader does it."""
    document = status()
    for site in document["siteStatus"]:
        if site["site"]["identity"] == WEST:
            site["site"]["name"] = "renamed"
    assert view(document).peerings == frozenset()


def test_order_of_sites_does_not_matter() -> None:
    """Go's maps have none."""
    document = status()
    document["siteStatus"].reverse()
    assert view(document) == view(status())


@pytest.mark.parametrize(
    "row", recorded.go("SkupperStatus.GetPeerSites"), ids=lambda row: f"{row[0]} from {row[1][:4]}"
)
def test_count(row: list[Any]) -> None:
    """The numbers of `skupper status`, but for links among a site's own routers: there the site counts itself."""
    name, site_id, answer = row
    if (name, site_id) == ("auto-mesh", EAST):
        assert answer == [1, 1]
        answer = [0, 1]
    found = count_sites(recorded.document(f"network/{name}"), site_id)
    assert found == (None if answer is None else SiteCount(*answer))


def test_count_of_a_scaled_router() -> None:
    """A link of the second router counts as well as one of the first."""
    document = json.loads(recorded.document("network/auto-mesh")["data"]["NetworkStatus"])
    west = next(site for site in document["siteStatus"] if site["site"]["identity"] == WEST)
    peer = west["routerStatus"][0]["router"]["name"].removeprefix("0/")
    second = own(document)["routerStatus"][1]
    second["links"].append({**second["links"][0], "name": peer, "direction": "outgoing"})
    assert count_sites({"data": {"NetworkStatus": json.dumps(document)}}, EAST) == SiteCount(1, 1)


def test_when_a_connection_was_opened() -> None:
    """To the microsecond; whatever is no time is not known."""
    (peering,) = view(status()).peerings
    assert peering.started == datetime(2026, 11, 23, 19, 30, 6, tzinfo=timezone.utc)
    for odd in (None, 0, -1, "1795462206000000", 1.5, True, 10**30):
        document = status()
        own(document)["routerStatus"][0]["links"][0]["startTime"] = odd
        assert [found.started for found in view(document).peerings] == [None]


def test_opened_since() -> None:
    """Connections that are older than a moment are told from those that may be newer."""
    found = view(status())
    opened = datetime(2026, 11, 23, 19, 30, 6, tzinfo=timezone.utc)
    assert found.opened_since(WEST, opened) == {"7kv67:1"}
    assert found.opened_since(WEST, opened + timedelta(seconds=1)) == frozenset()
    assert found.opened_since(SHORE, opened) == frozenset()


@given(damaged(status()))
def test_any_status(document: Any) -> None:
    """A status of any shape is read without an error, and never names this site as its own peer."""
    found = read_network({"data": {"NetworkStatus": json.dumps(document)}}, EAST)
    assert all(peering.site_id != EAST for peering in found.peerings)
    count = count_sites({"data": {"NetworkStatus": json.dumps(document)}}, EAST)
    assert count is None or count.direct >= 0


@given(st.dictionaries(st.text(), anything), st.text())
def test_any_object(document: Any, site_id: str) -> None:
    """So is any other object."""
    assert read_network(document, site_id) == NetworkView()
    assert count_sites(document, site_id) is None
