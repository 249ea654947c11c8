# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read sites: their ConfigMap, and the objects made for it, by namespace, since a site has no id before it is made."""

from __future__ import annotations

import json
from typing import Any

from testbed.clusters import Cluster

_KINDS = (("v1", "configmaps"), ("v1", "secrets"), ("v1", "services"), ("apps/v1", "deployments"))


def site_config(cluster: Cluster, namespace: str) -> dict[str, Any] | None:
    """Read ConfigMap skupper-site, None if there is none."""
    return cluster.api.get("v1", "configmaps", namespace, "skupper-site")


def site_objects(cluster: Cluster, namespace: str) -> set[str]:
    """Name the objects of a namespace that belong to any site, as "plural/name", and those that belong to these."""
    found = [(kind, item) for version, kind in _KINDS for item in cluster.api.list(version, kind, namespace)]
    return {f"{kind}/{item['metadata']['name']}" for kind, item in found if item["metadata"].get("ownerReferences")}


def config_json(cluster: Cluster, namespace: str, config_map: str, key: str) -> Any:
    """Read a document that a ConfigMap holds, None if it is not there."""
    found = cluster.api.get("v1", "configmaps", namespace, config_map) or {}
    return json.loads((found.get("data") or {}).get(key) or "null")


def router_config(cluster: Cluster, namespace: str, kind: str) -> list[dict[str, Any]]:
    """Read the entities of a kind that the router is to have."""
    entities = config_json(cluster, namespace, "skupper-internal", "skrouterd.json") or []
    return [entity for each, entity in entities if each == kind]


def log_levels(cluster: Cluster, namespace: str) -> dict[str, str]:
    """Read the log levels that the router is to have, by module."""
    return {entity["module"]: entity["enable"] for entity in router_config(cluster, namespace, "log")}


def pods(cluster: Cluster, namespace: str, component: str) -> dict[str, dict[str, str]]:
    """Read the annotations of the pods of one of a site's components, by the pods' UIDs."""
    found = cluster.api.list("v1", "pods", namespace, label_selector=f"skupper.io/component={component}")
    return {pod["metadata"]["uid"]: pod["metadata"].get("annotations") or {} for pod in found}
