# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Endpoints and exposure."""

from __future__ import annotations

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.site import (
    Endpoint,
    Exposure,
    Place,
    judge_exposure,
)

PUBLIC, PRIVATE = Exposure.PUBLIC, Exposure.PRIVATE


@pytest.mark.parametrize(
    ("ingress", "host", "exposure", "why"),
    [
        ("none", "skupper-router.west", PRIVATE, "ingress is none"),
        ("none", "203.0.113.7", PRIVATE, "ingress is none"),
        ("loadbalancer", "", PRIVATE, "its loadbalancer has no host yet"),
        ("loadbalancer", "203.0.113.7", PUBLIC, "ingress loadbalancer at 203.0.113.7"),
        ("loadbalancer", "lb-1.eu.example.com", PUBLIC, "ingress loadbalancer at lb-1.eu.example.com"),
        ("loadbalancer", "10.0.0.1", PRIVATE, "10.0.0.1 is in a private range"),
        ("loadbalancer", "10.255.255.255", PRIVATE, "private range"),
        ("loadbalancer", "11.0.0.0", PUBLIC, "at 11.0.0.0"),
        ("loadbalancer", "172.15.255.255", PUBLIC, "at 172.15.255.255"),
        ("loadbalancer", "172.16.0.0", PRIVATE, "private range"),
        ("loadbalancer", "172.31.255.255", PRIVATE, "private range"),
        ("loadbalancer", "172.32.0.0", PUBLIC, "at 172.32.0.0"),
        ("loadbalancer", "192.168.1.1", PRIVATE, "private range"),
        ("loadbalancer", "100.63.255.255", PUBLIC, "at 100.63.255.255"),
        ("loadbalancer", "100.64.0.0", PRIVATE, "private range"),
        ("loadbalancer", "100.127.255.255", PRIVATE, "private range"),
        ("loadbalancer", "100.128.0.0", PUBLIC, "at 100.128.0.0"),
        ("loadbalancer", "169.254.1.1", PRIVATE, "private range"),
        ("loadbalancer", "fd00::1", PRIVATE, "private range"),
        ("loadbalancer", "fe80::1", PRIVATE, "private range"),
        ("loadbalancer", "2001:db8::1", PUBLIC, "at 2001:db8::1"),
        ("nodeport", "node.example.org", PUBLIC, "ingress nodeport at node.example.org"),
        ("route", "claims-west.apps.example.org", PUBLIC, "ingress route"),
    ],
)
def test_exposure(ingress: str, host: str, exposure: Exposure, why: str) -> None:
    """RFC 1918, RFC 6598, unique local and link-local addresses don't lead in from other clusters."""
    found, reason = judge_exposure(ingress, host)
    assert found is exposure
    assert why in reason


@pytest.mark.parametrize(
    ("host", "shown"),
    [("203.0.113.7", "203.0.113.7:8081"), ("west", "west:8081"), ("2001:db8::1", "[2001:db8::1]:8081")],
)
def test_endpoint_in_a_url(host: str, shown: str) -> None:
    """An IPv6 address needs brackets (RFC 3986)."""
    assert str(Endpoint(host, 8081)) == shown


def test_place_in_a_message() -> None:
    """Namespace and cluster."""
    assert str(Place("west", "context public")) == "namespace west of context public"
