# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read Secrets from an API server and from token files."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from testbed import Site

TYPE = "skupper.io/type"
# Annotations under this prefix are the collection's own.
OWN = "sitemesh.skupper/"


@dataclass(frozen=True)
class Kept:
    """A Secret, field by field and decoded."""

    name: str
    type: str | None
    labels: dict[str, str]
    annotations: dict[str, str]
    """Without the collection's own."""
    own: dict[str, str]
    """The collection's own annotations."""
    data: dict[str, bytes] = field(repr=False)
    owners: list[dict[str, str]]
    rest: dict[str, Any] = field(repr=False)
    """All of the metadata that is not in the fields above."""
    fields: frozenset[str] = frozenset()
    """Names of the object's top-level fields."""

    @property
    def kind(self) -> str | None:
        """What kind of token or record the label says it is."""
        return self.labels.get(TYPE)

    @property
    def uid(self) -> str:
        """The identity that a Secret made again does not share."""
        return str(self.rest["uid"])


def unwrap(document: Mapping[str, Any]) -> Kept:
    """Take a Secret apart; ValueError if it is something else, or its data are not base64."""
    if (document.get("apiVersion"), document.get("kind")) != ("v1", "Secret"):
        raise ValueError(f"{document.get('apiVersion')} {document.get('kind')} is no Secret")
    meta = dict(document["metadata"])
    notes = meta.pop("annotations", None) or {}
    return Kept(
        name=meta.pop("name"),
        type=document.get("type"),
        labels=meta.pop("labels", None) or {},
        annotations={key: value for key, value in notes.items() if not key.startswith(OWN)},
        own={key.removeprefix(OWN): value for key, value in notes.items() if key.startswith(OWN)},
        data={k: base64.b64decode(v, validate=True) for k, v in (document.get("data") or {}).items()},
        owners=meta.pop("ownerReferences", None) or [],
        rest=meta,
        fields=frozenset(document),
    )


def secret(site: Site, name: str) -> Kept | None:
    """Read a Secret of a site's namespace, None if there is none."""
    found = site.cluster.api.get("v1", "secrets", site.namespace, name)
    return None if found is None else unwrap(found)


def _selected(site: Site, selector: str) -> dict[str, Kept]:
    found = site.cluster.api.list("v1", "secrets", site.namespace, label_selector=selector)
    return {kept.name: kept for kept in map(unwrap, found)}


def records(site: Site) -> dict[str, Kept]:
    """Read the claim records of an issuing site, by name."""
    return _selected(site, f"{TYPE}=token-claim-record")


def links(site: Site) -> dict[str, Kept]:
    """Read the link Secrets of a site, redeemed, waiting or of any other kind with the label, by name."""
    return _selected(site, f"{TYPE},{TYPE}!=token-claim-record")


def read_file(path: Path) -> Kept:
    """Read a token file, which is one YAML document."""
    (document,) = yaml.safe_load_all(path.read_text(encoding="utf-8"))
    return unwrap(document)
