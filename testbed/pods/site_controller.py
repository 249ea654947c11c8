# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manifests of Skupper's site controller, as its cmd/site-controller/deploy-watch-all-ns.yaml has them."""

from __future__ import annotations

from ..clusters import Cluster
from ..sites import names

NAME = "skupper-site-controller"

_LABELS = {"application": NAME}
_READ = ("get", "list", "watch")
_WRITE = ("create", "update", "delete")


def install(cluster: Cluster) -> None:
    """Make a cluster turn every ConfigMap skupper-site into a site."""
    for manifest in _manifests():
        cluster.api.create(manifest)


def is_ready(cluster: Cluster) -> bool:
    """Whether the site controller runs."""
    deployment = cluster.api.get("apps/v1", "deployments", NAME, NAME) or {}
    return bool(deployment.get("status", {}).get("readyReplicas"))


def _manifests() -> list[dict[str, object]]:
    group = "rbac.authorization.k8s.io"
    metadata = {"name": NAME, "labels": _LABELS}
    at_home = {**metadata, "namespace": NAME}
    role = {"apiGroup": group, "kind": "ClusterRole", "name": NAME}
    subject = {"kind": "ServiceAccount", "name": NAME, "namespace": NAME}
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAME}},
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": at_home},
        {"apiVersion": f"{group}/v1", "kind": "ClusterRole", "metadata": metadata, "rules": _rules()},
        {
            "apiVersion": f"{group}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": metadata,
            "subjects": [subject],
            "roleRef": role,
        },
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": at_home, "spec": _deployment()},
    ]


def _deployment() -> dict[str, object]:
    container = {"name": "site-controller", "image": f"quay.io/skupper/site-controller:{names.VERSION}"}
    labels = {names.PART_OF: "skupper", **_LABELS}
    spec = {"serviceAccountName": NAME, "containers": [container]}
    template = {"metadata": {"labels": labels}, "spec": spec}
    return {"replicas": 1, "selector": {"matchLabels": _LABELS}, "template": template}


def _rules() -> list[dict[str, object]]:
    objects = ("configmaps", "pods", "pods/exec", "services", "secrets", "serviceaccounts", "events")
    rbac = "rbac.authorization.k8s.io"
    bind = {**_rule(rbac, ("clusterroles",), "bind"), "resourceNames": ["skupper-service-controller"]}
    return [
        _rule("", ("nodes",), *_READ),
        _rule("", objects, *_READ, *_WRITE, "patch"),
        _rule("apps", ("deployments", "statefulsets", "daemonsets"), *_READ, *_WRITE),
        _rule("route.openshift.io", ("routes",), *_READ, *_WRITE),
        _rule("apps.openshift.io", ("deploymentconfigs",), *_READ),
        _rule("networking.k8s.io", ("ingresses", "networkpolicies"), *_READ, "create", "delete"),
        _rule("projectcontour.io", ("httpproxies",), *_READ, "create", "delete"),
        _rule(rbac, ("rolebindings", "roles"), *_READ, *_WRITE),
        _rule(rbac, ("clusterrolebindings",), "create", "delete"),
        _rule(rbac, ("clusterroles",), *_READ, *_WRITE),
        bind,
        _rule("skupper.io", ("skupperclusterpolicies",), *_READ),
        _rule("", ("namespaces",), "get"),
    ]


def _rule(group: str, resources: tuple[str, ...], *verbs: str) -> dict[str, object]:
    return {"apiGroups": [group], "resources": list(resources), "verbs": list(verbs)}
