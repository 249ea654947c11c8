# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where sites are reached from."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.filter.site_places import FilterModule as Places
from ansible_collections.sitemesh.skupper.plugins.filter.sites_near import FilterModule as Near

site_places = Places().filters()["site_places"]
sites_near = Near().filters()["sites_near"]
HOSTS: dict[str, dict[str, Any]] = {
    "hub": {"ansible_connection": "local", "skupper_context": "public", "skupper_exposure": "public"},
    "yard": {"ansible_connection": "local", "skupper_connection": {"request_timeout": 3}},
    "shop": {"ansible_host": "10.0.0.7"},
    "kiosk": {"ansible_host": "10.0.0.8", "skupper_place": "bastion"},
    "till": {},
}


@pytest.mark.parametrize(
    ("place", "found"),
    [("controller", ["hub", "yard"]), ("10.0.0.7", ["shop"]), ("bastion", ["kiosk"]), ("till", ["till"])],
)
def test_near(place: str, found: list[str]) -> None:
    """By the place that a host names, a local connection, its address, or its name."""
    assert sites_near(HOSTS, HOSTS, HOSTS, place) == found


def test_what_is_no_host_is_near() -> None:
    """Its connection options are all that is known of it."""
    assert sites_near(["elsewhere", "shop"], HOSTS, HOSTS, "controller") == ["elsewhere"]


def test_places() -> None:
    """One task for each place, with the options and wishes of each site; a site's own time limit wins."""
    found = site_places(["hub", "yard", "kiosk"], HOSTS, "hub", request_timeout=10)
    assert {place: (each["host"], [site["name"] for site in each["sites"]]) for place, each in found.items()} == {
        "controller": ("hub", ["hub", "yard"]),
        "bastion": ("kiosk", ["kiosk"]),
    }
    hub, yard = found["controller"]["sites"]
    assert (hub["context"], hub["request_timeout"], hub["wishes"]["exposure"]) == ("public", 10, "public")
    assert (yard["context"], yard["request_timeout"]) == (None, 3)
    assert yard["wishes"] == {
        "exposure": "auto",
        "accepts_from": [],
        "links_to": [],
        "link_cost": 1,
        "state": "present",
    }


def test_stand_ins() -> None:
    """Are looked at from here, and taken to be public."""
    far = {"far": {"context": "far", "namespace": "hub", "accepts_from": ["shop"]}}
    assert site_places([], HOSTS, "shop", stand_ins=far) == {
        "here": {
            "host": "shop",
            "sites": [
                {
                    "request_timeout": 10,
                    "name": "far",
                    "wishes": {"exposure": "public", "accepts_from": ["shop"]},
                    "context": "far",
                    "namespace": "hub",
                }
            ],
        }
    }
