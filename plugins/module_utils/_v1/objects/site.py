# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The site's own ConfigMaps and Secrets (client/router_create.go, pkg/qdr/qdr.go)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..._model.secret import SecretBytes
from ..._model.site import Mode, RouterConfig, RouterState, SiteCertificates, SiteConfig
from . import keys
from .location import read_evicted, read_evicted_locations
from .manifest import (
    mapping,
    metadata,
    owner_references,
    secret_data,
    sequence,
    truth,
)


def site_data(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return all that ConfigMap skupper-site says, key by key."""
    return {str(k): str(v) for k, v in mapping(manifest.get("data")).items()}


def read_site_config(manifest: Mapping[str, Any]) -> SiteConfig:
    """Read ConfigMap skupper-site with the defaults and legacy keys Skupper honours."""
    data = site_data(manifest)
    ingress = data.get("ingress") or ("none" if truth(data.get("cluster-local")) else None)
    mode = data.get("router-mode") or ("edge" if truth(data.get("edge")) else "interior")
    return SiteConfig(
        site_id=str(metadata(manifest).get("uid") or ""),
        name=data.get("name") or str(metadata(manifest).get("namespace") or ""),
        mode=Mode.EDGE if mode == Mode.EDGE.value else Mode.INTERIOR,
        ingress=ingress,
        ingress_host=data.get("router-ingress-host") or data.get("ingress-host") or "",
    )


def read_router_config(manifest: Mapping[str, Any]) -> RouterConfig:
    """Read ConfigMap skupper-internal; whatever of it can't be understood is left out."""
    entities = router_entities(manifest)
    router = next((body for kind, body in entities if kind == "router"), {})
    connectors = tuple(str(body.get("name")) for kind, body in entities if kind == "connector" and body.get("name"))
    return RouterConfig(
        mode=Mode.EDGE if router.get("mode") == Mode.EDGE.value else Mode.INTERIOR,
        version=_version(router),
        connectors=connectors,
        owner_references=owner_references(manifest),
        site_id=_router_site_id(router),
    )


def router_entities(manifest: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Return what the router is configured with in ConfigMap skupper-internal: the kind and the body of each entity."""
    text = str(mapping(manifest.get("data")).get(keys.ROUTER_CONFIG_KEY) or "")
    pairs = [sequence(entry) for entry in sequence(_json(text))]
    return [(str(pair[0]), mapping(pair[1])) for pair in pairs if len(pair) == 2]


def _version(router: Mapping[str, Any]) -> str:
    """Return the version inside the router's metadata; a value that is no JSON object is the site id alone."""
    return str(mapping(_json(str(router.get("metadata") or ""))).get("version") or "")


def _router_site_id(router: Mapping[str, Any]) -> str:
    """Return the site's id inside the router's metadata; "" if there is none."""
    text = str(router.get("metadata") or "")
    known = _json(text)
    return str(known.get("id") or "") if isinstance(known, dict) else text


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def read_authority(manifest: Mapping[str, Any]) -> tuple[bytes, SecretBytes]:
    """Read certificate and key of Secret skupper-site-ca. The key is read only in order to sign."""
    try:
        data = secret_data(manifest)
    except ValueError:
        data = {}
    return data.get(keys.CERTIFICATE, b""), SecretBytes(data.get(keys.KEY, b""))


def read_site_ca(manifest: Mapping[str, Any]) -> SiteCertificates:
    """Read the certificate, not the key, of Secret skupper-site-ca, and the id of the site that owns it."""
    certificate, locations = read_certificate(manifest), read_evicted_locations(manifest)
    return SiteCertificates(owning_site(manifest), certificate, read_evicted(manifest), locations)


def read_certificate(manifest: Mapping[str, Any]) -> bytes:
    """Return the certificate of a TLS Secret; b"" if it has none that can be read."""
    try:
        return secret_data(manifest).get(keys.CERTIFICATE, b"")
    except ValueError:
        return b""


def read_router_state(manifest: Mapping[str, Any]) -> RouterState:
    """Return the state of the router's Deployment; its default is one replica."""
    wanted = mapping(manifest.get("spec")).get("replicas", 1)
    ready = mapping(manifest.get("status")).get("readyReplicas", 0)
    return RouterState(str(metadata(manifest).get("uid") or ""), _count(wanted), _count(ready))


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def owning_site(manifest: Mapping[str, Any]) -> str | None:
    """Return the id of the site that an object belongs to and is removed with. None if it belongs to none."""
    for owner in owner_references(manifest):
        if owner.get("kind") == "ConfigMap" and owner.get("name") == keys.SITE_CONFIG:
            return str(owner.get("uid") or "") or None
    return None
