# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The links of a task, from hosts and steps."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.sitemesh.skupper.plugins.filter.link_options import FilterModule

link_options = FilterModule().filters()["link_options"]
HOSTS: dict[str, dict[str, Any]] = {
    "west": {"skupper_context": "public", "skupper_namespace": "west", "ansible_host": "10.0.0.1"},
    "north": {"skupper_namespace": "north", "skupper_connection": {"host": "https://203.0.113.9:6443", "api_key": "t"}},
}


def test_hosts() -> None:
    """By their names alone."""
    west, north = link_options(["west", "north"], HOSTS, type="cert", cost=3)
    place = {"kubeconfig": None, "context": "public", "namespace": "west", "type": "cert"}
    assert west == {"peer": "west", "cost": 3, "issuer": place}
    assert (north["issuer"]["host"], north["issuer"]["api_key"], north["issuer"]["context"]) == (
        "https://203.0.113.9:6443",
        "t",
        None,
    )


def test_steps() -> None:
    """What a plan says of a link goes before what is said of all."""
    (link,) = link_options([{"peer": "west", "cost": 7, "replace": "always", "act": "relink"}], HOSTS, cost=3)
    assert (link["cost"], link["replace"]) == (7, "always")
    assert "act" not in link


def test_stand_ins() -> None:
    """Sites of another part of the inventory, without what they are wished to be."""
    away = {"hub": {"context": "far", "namespace": "hub", "exposure": "public", "accepts_from": ["west"]}}
    (link,) = link_options(["hub"], HOSTS, away)
    assert link["issuer"] == {"context": "far", "namespace": "hub", "type": "claim"}


def test_earlier() -> None:
    """Only what an earlier task has returned is left; without variables there is no issuing site to be asked."""
    found = {"peer": "north", "begun": {"name": "link1"}}
    assert link_options(["west", "north"], earlier=[found]) == [{"peer": "north", "cost": 1, "earlier": found}]
    assert link_options(["west"], HOSTS, earlier=[]) == []


def test_unknown_host() -> None:
    """Is refused, rather than asked at a default address."""
    with pytest.raises(AnsibleFilterError, match="link_options: nowhere is not a host of the inventory"):
        link_options(["nowhere"], HOSTS)
