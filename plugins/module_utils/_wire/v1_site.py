# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The site's own ConfigMaps and Secrets (client/router_create.go, pkg/qdr/qdr.go)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .._model.site import Mode, RouterConfig, SiteCertificates, SiteConfig
from . import v1_keys as keys
from .manifest import mapping, metadata, owner_references, secret_data, sequence, truth


def read_site_config(manifest: Mapping[str, Any]) -> SiteConfig:
    """Read ConfigMap skupper-site with the defaults and legacy keys Skupper honours."""
    data = {str(k): str(v) for k, v in mapping(manifest.get("data")).items()}
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
    entities = _entities(str(mapping(manifest.get("data")).get(keys.ROUTER_CONFIG_KEY) or ""))
    router = next((body for kind, body in entities if kind == "router"), {})
    connectors = tuple(str(body.get("name")) for kind, body in entities if kind == "connector" and body.get("name"))
    return RouterConfig(
        mode=Mode.EDGE if router.get("mode") == Mode.EDGE.value else Mode.INTERIOR,
        version=_version(router),
        connectors=connectors,
        owner_references=owner_references(manifest),
    )


def _entities(text: str) -> list[tuple[str, Mapping[str, Any]]]:
    pairs = [sequence(entry) for entry in sequence(_json(text))]
    return [(str(pair[0]), mapping(pair[1])) for pair in pairs if len(pair) == 2]


def _version(router: Mapping[str, Any]) -> str:
    """The version inside the router's metadata; a value that is no JSON object is the site id alone."""
    return str(mapping(_json(str(router.get("metadata") or ""))).get("version") or "")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def read_site_ca(manifest: Mapping[str, Any]) -> SiteCertificates:
    """Read the certificate, not the key, of Secret skupper-site-ca, and the id of the site that owns it."""
    try:
        ca = secret_data(manifest).get(keys.CERTIFICATE, b"")
    except ValueError:
        ca = b""
    return SiteCertificates(_owning_site(manifest), ca)


def _owning_site(manifest: Mapping[str, Any]) -> str | None:
    for owner in owner_references(manifest):
        if owner.get("kind") == "ConfigMap" and owner.get("name") == keys.SITE_CONFIG:
            return str(owner.get("uid") or "") or None
    return None


def service_ports(manifest: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The ports of a Service by their names."""
    ports = [mapping(port) for port in sequence(mapping(manifest.get("spec")).get("ports"))]
    return {str(port.get("name")): port for port in ports}


def load_balancer_host(manifest: Mapping[str, Any]) -> str:
    """The first address of a LoadBalancer Service, IP preferred; "" while it is pending (pkg/kube/resolver)."""
    status = mapping(mapping(manifest.get("status")).get("loadBalancer"))
    for entry in map(mapping, sequence(status.get("ingress"))):
        host = entry.get("ip") or entry.get("hostname")
        if host:
            return str(host)
    return ""


def route_host(manifest: Mapping[str, Any]) -> str:
    """The host of an OpenShift Route, as its spec has it."""
    return str(mapping(manifest.get("spec")).get("host") or "")


def ingress_host(manifest: Mapping[str, Any], port: int) -> str:
    """The host of the Ingress rule whose backend is a port of the router's Service; "" if there is none."""
    for rule in map(mapping, sequence(mapping(manifest.get("spec")).get("rules"))):
        paths = sequence(mapping(rule.get("http")).get("paths"))
        if any(_backend_port(mapping(path)) == port for path in paths):
            return str(rule.get("host") or "")
    return ""


def _backend_port(path: Mapping[str, Any]) -> Any:
    backend = mapping(path.get("backend"))
    number = mapping(mapping(backend.get("service")).get("port")).get("number")
    return number if number is not None else backend.get("servicePort")
