# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documents that are nearly right: what Skupper wrote, with values of other types, cut short, or blown up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import yaml
from hypothesis import strategies as st

from tests.unit.support import recorded
from tests.unit.support.json_values import anything, damaged, places, with_value
from tests.unit.support.yaml_texts import ODD

Document = dict[str, Any]

TOKENS = tuple(recorded.names("tokens"))
LINKS = tuple(recorded.names("links"))
RECORDS = tuple(recorded.names("records"))
NETWORKS = tuple(name for name in recorded.names("network") if not name.endswith("pending"))
_HUGE = 1_100_000  # characters; the largest token file that is read is a little smaller


def nearly(*names: str) -> st.SearchStrategy[Any]:
    """Draw a recorded document with up to three values replaced, or with one value cut short."""
    documents = [recorded.document(name) for name in names]
    return st.one_of(*(damaged(document) for document in documents), *(cut(document) for document in documents))


@st.composite
def cut(draw: st.DrawFn, document: Document) -> Document:
    """Draw a document in which one text ends early, as base64, PEM and JSON do in an incomplete copy."""
    ways = [way for way in places(document) if isinstance(_at(document, way), str)]
    way = draw(st.sampled_from(ways))
    text: str = _at(document, way)
    changed: Document = with_value(document, way, text[: draw(st.integers(0, len(text)))])
    return changed


def _at(document: Any, way: tuple[Any, ...]) -> Any:
    for key in way:
        document = document[key]
    return document


@st.composite
def inside(draw: st.DrawFn, name: str, key: str) -> Document:
    """Draw a recorded ConfigMap whose JSON is nearly right, cut, or no JSON at all."""
    document = recorded.document(name)
    value = json.loads(document["data"][key])
    text = json.dumps(draw(st.one_of(damaged(value), anything)))
    cuts = st.integers(0, len(text)).map(lambda end: text[:end])
    document["data"][key] = draw(st.one_of(st.just(text), cuts, st.text(), st.sampled_from(["[" * 9000, "null", ""])))
    return document


@st.composite
def texts(draw: st.DrawFn) -> str | bytes:
    """Draw a token as text: nearly right, cut, with bytes that are no text, several documents, YAML that only looks like it."""
    text = yaml.safe_dump(_plain(draw(nearly(*TOKENS))))
    kind = draw(st.sampled_from(["whole", "cut", "bytes", "several", "odd", "any", "huge"]))
    if kind == "cut":
        return text[: draw(st.integers(0, len(text)))]
    if kind == "bytes":
        place = draw(st.integers(0, len(text)))
        return text[:place].encode() + draw(st.binary(max_size=8)) + text[place:].encode()
    if kind == "several":
        return "---\n".join([text, yaml.safe_dump(_plain(draw(anything)))])
    if kind == "odd":
        return draw(st.sampled_from(sorted(ODD.values())))
    if kind == "huge":
        return draw(st.sampled_from(["a", "- ", "{", "# ", text])) * draw(st.integers(1, 200))
    return text if kind == "whole" else draw(st.text())


def _plain(document: Any) -> Any:
    """What YAML can write of a document."""
    return json.loads(json.dumps(document, default=str))


def files() -> st.SearchStrategy[bytes]:
    """Draw the contents of a token file, some of them too large."""
    large = st.sampled_from([b"a: b\n", b"\0", b"x"]).map(lambda part: part * (_HUGE // len(part)))
    return st.one_of(texts().map(lambda t: t if isinstance(t, bytes) else t.encode("utf-8", "replace")), large)


@st.composite
def site_objects(draw: st.DrawFn) -> Mapping[tuple[str, str], Any]:
    """Draw the objects of a site and its neighbour, by kind and name, a few of which are nearly right or missing."""
    names = {
        ("ConfigMap", "skupper-site"): "east/skupper-site",
        ("ConfigMap", "skupper-internal"): "east/skupper-internal-linked",
        ("ConfigMap", "skupper-network-status"): "network/connected",
        ("Secret", "skupper-site-ca"): "west/skupper-site-ca",
        ("Secret", "skupper-site-server"): "west/skupper-site-server",
        ("Secret", "link1"): draw(st.sampled_from(LINKS)),
        ("Secret", "claim"): draw(st.sampled_from(RECORDS)),
        ("Service", "skupper-router"): "west/skupper-router",
    }
    objects: dict[tuple[str, str], Any] = {key: recorded.document(name) for key, name in names.items()}
    objects[("Deployment", "skupper-router")] = {
        "metadata": {"name": "skupper-router", "uid": "u"},
        "status": {"readyReplicas": 1},
    }
    for key in draw(st.lists(st.sampled_from(sorted(objects)), min_size=1, max_size=3, unique=True)):
        change = draw(st.sampled_from(["damage", "json", "cut", "remove"]))
        objects[key] = draw(_changed(key, objects[key], change))
    return {key: document for key, document in objects.items() if document is not None}


def _changed(key: tuple[str, str], document: Any, change: str) -> st.SearchStrategy[Any]:
    if change == "remove":
        return st.none()
    if change == "json" and key[1] == "skupper-internal":
        return inside("east/skupper-internal-linked", "skrouterd.json")
    if change == "json" and key[1] == "skupper-network-status":
        return inside("network/connected", "NetworkStatus")
    return cut(document) if change == "cut" else damaged(document)
