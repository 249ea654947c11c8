# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users of a cluster: what they may do, and their credentials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from .api import Api, ApiError, Object

Rule = dict[str, Any]
Auth = Literal["cert", "token"]

_RBAC = "rbac.authorization.k8s.io"
_TOKEN_LIFETIME = 12 * 3600  # seconds


@dataclass(frozen=True)
class User:
    """Someone who may use a cluster; `username` is what the API server calls them, `token` None with a certificate."""

    name: str
    username: str
    kubeconfig: Path
    token: str | None = field(repr=False)


def ensure(api: Api, obj: Object) -> Object:
    """Create an object, or replace the one that has its name."""
    try:
        return api.create(obj)
    except ApiError as error:
        if error.reason != "AlreadyExists":
            raise
    return api.replace(obj)


def ensure_namespace(api: Api, name: str) -> None:
    """Create a namespace unless it exists."""
    if api.get("v1", "namespaces", None, name) is None:
        ensure(api, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})


def grant(api: Api, subject: Object, name: str, rules: Sequence[Rule], namespace: str | None) -> None:
    """Let a subject do what the rules say and nothing else under this name, in one namespace or (None) everywhere."""
    kind = "Role" if namespace else "ClusterRole"
    meta: Object = {"name": name} | ({"namespace": namespace} if namespace else {})
    ensure(api, {"apiVersion": f"{_RBAC}/v1", "kind": kind, "metadata": meta, "rules": list(rules)})
    ensure(
        api,
        {
            "apiVersion": f"{_RBAC}/v1",
            "kind": f"{kind}Binding",
            "metadata": meta,
            "roleRef": {"apiGroup": _RBAC, "kind": kind, "name": name},
            "subjects": [subject],
        },
    )


def person(name: str) -> Object:
    """Return the RBAC subject of a user with a certificate."""
    return {"apiGroup": _RBAC, "kind": "User", "name": name}


def account(name: str, namespace: str) -> Object:
    """Return the RBAC subject of a service account."""
    return {"kind": "ServiceAccount", "name": name, "namespace": namespace}


def account_token(api: Api, name: str, namespace: str) -> str:
    """Make a service account and issue a token for it (TokenRequest, as kubectl create token does)."""
    ensure(api, {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": namespace}})
    request = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "metadata": {},
        "spec": {"expirationSeconds": _TOKEN_LIFETIME},
    }
    issued = api.call("POST", f"/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token", request)
    return str(issued["status"]["token"])
