# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The site's own objects, as Skupper writes them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.site import Mode
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.objects import site as v1_site
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.support import recorded
from tests.unit.support.json_values import anything, damaged


@pytest.mark.parametrize(
    ("site", "site_id", "mode", "ingress", "host"),
    [
        ("west", recorded.WEST, Mode.INTERIOR, "loadbalancer", ""),
        ("east", recorded.EAST, Mode.INTERIOR, "none", ""),
        ("shore", recorded.SHORE, Mode.EDGE, "none", ""),
        ("south", None, Mode.INTERIOR, "nodeport", "node.example.org"),
    ],
)
def test_recorded_site(site: str, site_id: str | None, mode: Mode, ingress: str, host: str) -> None:
    """ConfigMap skupper-site."""
    found = v1_site.read_site_config(recorded.document(f"{site}/skupper-site"))
    assert (found.name, found.mode, found.ingress, found.ingress_host) == (site, mode, ingress, host)
    assert site_id in (None, found.site_id)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, {"mode": Mode.INTERIOR, "ingress": None, "name": "ns", "ingress_host": ""}),
        ({"name": "west"}, {"name": "west"}),
        ({"router-mode": "edge"}, {"mode": Mode.EDGE}),
        ({"router-mode": "interior", "edge": "true"}, {"mode": Mode.INTERIOR}),
        ({"edge": "true"}, {"mode": Mode.EDGE}),
        ({"edge": "T"}, {"mode": Mode.EDGE}),
        ({"edge": "false"}, {"mode": Mode.INTERIOR}),
        ({"edge": "maybe"}, {"mode": Mode.INTERIOR}),
        ({"cluster-local": "true"}, {"ingress": "none"}),
        ({"cluster-local": "false"}, {"ingress": None}),
        ({"cluster-local": "true", "ingress": "route"}, {"ingress": "route"}),
        ({"ingress-host": "a.example"}, {"ingress_host": "a.example"}),
        ({"ingress-host": "a.example", "router-ingress-host": "b.example"}, {"ingress_host": "b.example"}),
    ],
    ids=str,
)
def test_site_defaults(data: dict[str, str], expected: dict[str, Any]) -> None:
    """Missing settings and those of older versions."""
    found = v1_site.read_site_config({"metadata": {"namespace": "ns", "uid": "id"}, "data": data})
    assert {key: getattr(found, key) for key in expected} == expected
    assert found.site_id == "id"


@pytest.mark.parametrize(
    ("name", "mode", "connectors"),
    [
        ("west/skupper-internal", Mode.INTERIOR, ()),
        ("shore/skupper-internal", Mode.EDGE, ()),
        ("east/skupper-internal", Mode.INTERIOR, ()),
        ("east/skupper-internal-linked", Mode.INTERIOR, ("to-west",)),
    ],
)
def test_recorded_router(name: str, mode: Mode, connectors: tuple[str, ...]) -> None:
    """ConfigMap skupper-internal."""
    found = v1_site.read_router_config(recorded.document(name))
    assert (found.mode, found.version, found.connectors) == (mode, "1.9.6", connectors)
    assert [owner["name"] for owner in found.owner_references] == ["skupper-site"]


def router(*entities: Any) -> Any:
    """ConfigMap skupper-internal with these entities."""
    return {"data": {"skrouterd.json": json.dumps(list(entities))}}


@pytest.mark.parametrize(
    ("metadata", "version", "site_id"),
    [
        ('{"id":"x","version":"1.9.6"}', "1.9.6", "x"),
        ('{"id":"x"}', "", "x"),
        ('{"version":"1.9.6"}', "1.9.6", ""),
        ("8cf0b6de-6a5f-4ea5-bd24-7f3c3a2ff5a4", "", recorded.WEST),
        ("12", "", "12"),
        ('["1.9.6"]', "", '["1.9.6"]'),
        ("", "", ""),
        (None, "", ""),
    ],
)
def test_version(metadata: str | None, version: str, site_id: str) -> None:
    """Metadata that is no JSON object is the site id alone."""
    found = v1_site.read_router_config(router(["router", {"metadata": metadata}]))
    assert (found.version, found.site_id) == (version, site_id)


def test_order_of_entities_does_not_matter() -> None:
    """Skupper writes them in random order."""
    entities = json.loads(recorded.document("east/skupper-internal-linked")["data"]["skrouterd.json"])
    there, back = (v1_site.read_router_config(router(*some)) for some in (entities, entities[::-1]))
    assert there == back
    assert there.connectors == ("to-west",)


@pytest.mark.parametrize(
    "text",
    [None, "", "{", "{}", "null", "[1]", '[["router"]]', '[["router", 1]]', "[" * 100000],
    ids=lambda t: str(t)[:12],
)
def test_unreadable_router_config(text: str | None) -> None:
    """It is empty, not an error: an edge router and connectors would be named."""
    found = v1_site.read_router_config({"data": {"skrouterd.json": text}})
    assert (found.mode, found.version, found.connectors) == (Mode.INTERIOR, "", ())


def test_site_ca() -> None:
    """Certificate and owning site; the key is not looked at."""
    document = recorded.document("west/skupper-site-ca")
    document["data"]["tls.key"] = base64.b64encode(b"the key").decode()
    found = v1_site.read_site_ca(document)
    assert found.site_id == recorded.WEST
    assert found.ca.startswith(b"-----BEGIN CERTIFICATE-----")
    assert "the key" not in repr(found)


@pytest.mark.parametrize(
    "owners",
    [
        None,
        [],
        [{"kind": "ConfigMap", "name": "other", "uid": "x"}],
        [{"kind": "Deployment", "name": "skupper-site", "uid": "x"}],
        [{"kind": "ConfigMap", "name": "skupper-site"}],
    ],
    ids=str,
)
def test_site_ca_without_its_owner(owners: Any) -> None:
    """The id is then unknown, not that of something else."""
    assert v1_site.read_site_ca({"metadata": {"ownerReferences": owners}}).site_id is None


def test_site_ca_that_is_no_base64() -> None:
    """There is no CA in it."""
    assert v1_site.read_site_ca({"data": {"tls.crt": "%"}}).ca == b""


READERS: list[Callable[[Mapping[str, Any]], object]] = [
    v1_site.read_site_config,
    v1_site.read_router_config,
    v1_site.read_site_ca,
    v1_site.owning_site,
]
OBJECTS = [recorded.document(f"west/{name}") for name in ("skupper-site", "skupper-internal", "skupper-site-ca")]


@given(st.one_of(st.dictionaries(st.text(), anything), *map(damaged, OBJECTS)))
def test_any_object(document: Any) -> None:
    """Objects of any shape are read without an error."""
    for read in READERS:
        read(document)


@given(anything.map(json.dumps) | st.text())
def test_any_router_config(text: str) -> None:
    """So is router configuration of any shape."""
    v1_site.read_router_config({"data": {"skrouterd.json": text}})
