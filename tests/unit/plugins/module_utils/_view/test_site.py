# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sites as results show them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from ansible_collections.sitemesh.skupper.plugins.module_utils._model.change import UNKNOWN
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.discovery import Context, Discovered, Survey
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.link import Neighbourhood, SiteCount
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.location import Location
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.site import (
    Endpoint,
    Exposure,
    Mode,
    Outlook,
    RouterState,
    Service,
    SiteConfig,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.site_plan import NewSite
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.site_report import (
    AbsentSite,
    CertificateEnds,
    LinkCertificate,
    PresentSite,
    SiteInNetwork,
    SiteReport,
    SiteState,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._view.discovery import hosts
from ansible_collections.sitemesh.skupper.plugins.module_utils._view.site import host_view, report_view, result_view

NOW = datetime(2026, 11, 24, tzinfo=timezone.utc)
CONFIG = SiteConfig("west-id", "west", Mode.INTERIOR, None, "")
OUTLOOK = Outlook("loadbalancer", Exposure.PUBLIC, "it says so", {Service.CLAIMS: Endpoint("203.0.113.7", 8081)})
STATE = SiteState(CONFIG, "shop", Mode.INTERIOR, "1.9.6", SiteCount(2, 5), OUTLOOK)
SHOWN = {
    "site_id": "west-id",
    "name": "west",
    "namespace": "shop",
    "mode": "interior",
    "version": "1.9.6",
    "linked_sites": 2,
    "ingress": "loadbalancer",
    "exposure": "public",
    "exposure_reason": "it says so",
    "endpoints": {"claims": {"host": "203.0.113.7", "port": 8081}},
}


def test_report() -> None:
    """All that a reader reports; what does not end has no date."""
    ends = CertificateEnds(NOW + timedelta(days=3), None, (LinkCertificate("link1", "east-id", NOW),), NOW)
    location = Location("shop", "uid")
    report = SiteReport(STATE, "", True, RouterState("uid", 2, 1), ("old-id",), (location,), location, ends)
    assert report_view(report) == {
        **SHOWN,
        "network_sites": 5,
        "policy": True,
        "router": {"replicas": 2, "ready": 1},
        "evicted": ["old-id"],
        "evicted_locations": [location.view()],
        "location": location.view(),
        "router_site_id": None,
        "certificates": {
            "ca": {"not_after": "2026-11-27T00:00:00Z", "days_left": 3},
            "server": {"not_after": None, "days_left": None},
            "links": [
                {"name": "link1", "site_id": "east-id", "not_after": "2026-11-24T00:00:00Z", "days_left": -1},
            ],
        },
    }
    unread = report_view(replace(report, router=None, state=replace(STATE, count=None)))
    assert (unread["router"], unread["network_sites"], unread["linked_sites"]) == (None, None, None)


def test_results() -> None:
    """A site that is there, one whose router is about to restart, a new one and none."""
    present = PresentSite(STATE, NOW)
    assert result_view(present) == {**SHOWN, "ca_not_after": "2026-11-24T00:00:00Z"}
    assert result_view(replace(present, restarts=True))["linked_sites"] == UNKNOWN
    made = result_view(NewSite("hub", "shop", Mode.EDGE, None))
    assert (made["name"], made["mode"], made["ingress"], made["site_id"]) == ("hub", "edge", UNKNOWN, UNKNOWN)
    assert result_view(NewSite("hub", "shop", Mode.EDGE, "none"))["ingress"] == "none"
    assert set(made) == set(result_view(present))
    absent = {"namespace": "shop", "state": "absent"}
    assert result_view(AbsentSite("shop", None)) == {**absent, "site_id": None, "name": None}
    assert result_view(AbsentSite("shop", CONFIG)) == {**absent, "site_id": "west-id", "name": "west"}


def test_hosts() -> None:
    """A discovered site with its neighbours; what may not be read is None."""
    site = SiteInNetwork(STATE, Neighbourhood(frozenset({"c", "b"}), frozenset({"c", "b", "west-id"})))
    assert host_view(site) == {**SHOWN, "linked_to": ["b", "c"], "network_id": "b"}
    unseen = host_view(replace(site, state=replace(STATE, outlook=None)))
    assert (unseen["ingress"], unseen["exposure"], unseen["endpoints"]) == (None, None, {})
    context = Context("/k", "c", "shop")
    found = hosts(Survey((Discovered(context, "shop", site), Discovered(context, "yard", site)), ("one is lost.",)))
    assert [(each.kubeconfig, each.context, each.own) for each in found.found] == [
        ("/k", "c", True),
        ("/k", "c", False),
    ]
    assert found.troubles == ("one is lost.",)
