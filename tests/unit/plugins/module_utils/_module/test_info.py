# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the readers report."""

from __future__ import annotations

import pytest

from tests.unit.support import recorded
from tests.unit.support.engines import Runner
from tests.unit.support.store import Store


def test_public_site(site_info: Runner) -> None:
    """Everything about an interior site behind a load balancer."""
    site = site_info()["site"]
    assert site.pop("ca_not_after").startswith("2031-11-23T")
    assert site == {
        "site_id": recorded.WEST,
        "name": "west",
        "namespace": "west",
        "mode": "interior",
        "version": "1.9.6",
        "linked_sites": None,
        "ingress": "loadbalancer",
        "exposure": "public",
        "exposure_reason": "ingress loadbalancer at 203.0.113.7",
        "endpoints": {
            "inter-router": {"host": "203.0.113.7", "port": 55671},
            "edge": {"host": "203.0.113.7", "port": 45671},
            "claims": {"host": "203.0.113.7", "port": 8081},
        },
    }


def test_edge_site(site_info: Runner) -> None:
    """It accepts no links and has no CA."""
    site = site_info(namespace="shore")["site"]
    assert (site["mode"], site["exposure"], site["endpoints"], site["ca_not_after"]) == ("edge", "private", {}, None)


def test_pending_site(site_info: Runner, sites: Store) -> None:
    """That it can't be reached yet is no failure of the reader."""
    service = sites.find("Service", "west", "skupper-router")
    assert service is not None
    service["status"] = {}
    site = site_info()["site"]
    assert (site["exposure"], site["endpoints"]) == ("private", {})
    assert "no host" in site["exposure_reason"]


@pytest.mark.parametrize(
    ("status", "namespace", "number"),
    [
        ("connected", "west", 1),
        ("edge-peer", "west", 1),
        ("alone", "east", 0),
        ("auto-mesh", "east", 0),
        ("pending", "east", None),
    ],
)
def test_linked_sites(site_info: Runner, sites: Store, status: str, namespace: str, number: int | None) -> None:
    """Sites with an open connection, either way; unknown is not none."""
    sites.put(namespace, recorded.document(f"network/{status}"))
    assert site_info(namespace=namespace)["site"]["linked_sites"] == number


def test_site_without_the_right_to_see_its_ca(site_info: Runner, sites: Store) -> None:
    """The rest is reported."""
    sites.denied.add(("list", sites.path("Secret", "west")))
    site = site_info()["site"]
    assert (site["ca_not_after"], site["exposure"]) == (None, "public")


def test_no_site(site_info: Runner) -> None:
    """A namespace without one."""
    site_info.failing("no_site", namespace="nowhere")


def test_links(link_info: Runner, sites: Store) -> None:
    """Outgoing links by their names, with their state."""
    sites.put("east", recorded.document("links/redeemed"))
    other = recorded.document("links/used-up-404")
    other["metadata"]["name"] = "a-failed-one"
    sites.put("east", other)
    sites.put("east", recorded.document("network/connected"))
    found = link_info()
    assert [(link["name"], link["state"]) for link in found["links"]] == [
        ("a-failed-one", "claim_failed"),
        ("link1", "connected"),
    ]
    assert found["incoming"] == []
    assert [link["name"] for link in link_info(name="link1")["links"]] == ["link1"]
    assert len(link_info(site_id=recorded.WEST)["links"]) == 2
    assert link_info(site_id="other")["links"] == []


def test_own_tokens_are_no_links(link_info: Runner, sites: Store) -> None:
    """A token that the site made for others and keeps."""
    kept = recorded.document("tokens/cert")
    kept["metadata"]["annotations"]["skupper.io/generated-by"] = recorded.EAST
    sites.put("east", kept)
    assert link_info()["links"] == []


@pytest.mark.parametrize(
    ("status", "peer", "name"), [("connected", recorded.EAST, "east"), ("edge-peer", recorded.SHORE, "shore")]
)
def test_incoming(link_info: Runner, sites: Store, status: str, peer: str, name: str) -> None:
    """By the site they come from, edge sites among them."""
    sites.put("west", recorded.document(f"network/{status}"))
    assert link_info(namespace="west")["incoming"] == [{"site_id": peer, "name": name}]
    assert link_info(namespace="west", site_id="other")["incoming"] == []
    assert link_info(namespace="west", name="link1")["incoming"] == []
