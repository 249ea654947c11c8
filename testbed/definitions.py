# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kinds of objects that other software than Kubernetes brings into a cluster, and that sites and tools look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .clusters import Api, ApiError

Definition = dict[str, Any]


def is_served(api: Api, definition: Definition) -> bool:
    """Whether a cluster serves the objects of a definition and lists them in its discovery."""
    spec = definition["spec"]
    api_version, plural = f"{spec['group']}/{spec['versions'][0]['name']}", spec["names"]["plural"]
    try:
        kinds = api.call("GET", f"/apis/{api_version}")["resources"]
        api.list(api_version, plural)
    except ApiError:
        return False
    return any(each["name"] == plural for each in kinds)


def routes() -> Definition:
    """Routes, as OpenShift serves them."""
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    kinds = {"plural": "routes", "singular": "route", "kind": "Route", "listKind": "RouteList"}
    return _definition("route.openshift.io", "v1", kinds, "Namespaced", schema)


def policies() -> Definition:
    """SkupperClusterPolicies (api/types/crds/skupper_cluster_policy_crd.yaml)."""
    texts = {"type": "array", "items": {"type": "string"}}
    lists = ("namespaces", "allowedOutgoingLinksHostnames", "allowedExposedResources", "allowedServices")
    spec = {"type": "object", "properties": {**dict.fromkeys(lists, texts), "allowIncomingLinks": {"type": "boolean"}}}
    schema = {"type": "object", "properties": {"spec": spec}}
    kinds = {"plural": "skupperclusterpolicies", "singular": "skupperclusterpolicy", "kind": "SkupperClusterPolicy"}
    return _definition("skupper.io", "v1alpha1", kinds, "Cluster", schema)


def _definition(
    group: str, version: str, kinds: Mapping[str, str], scope: str, schema: Mapping[str, object]
) -> Definition:
    served = {"name": version, "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{kinds['plural']}.{group}"},
        "spec": {"group": group, "names": kinds, "scope": scope, "versions": [served]},
    }
