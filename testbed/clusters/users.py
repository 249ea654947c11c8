# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users of a cluster: what they may do, and their credentials."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ..processes import ProcessFailed, wait_until
from .api import Api, ApiError, Object

Rule = dict[str, Any]
Auth = Literal["cert", "token"]

_RBAC = "rbac.authorization.k8s.io"
_TOKEN_LIFETIME = 12 * 3600  # seconds
# Every grant has a right of this kind, of a name that no other grant has. No API server serves it.
_MARK_GROUP, _MARK_RESOURCE, _MARK_VERB = "testbed", "grants", "hold"
_IN_FORCE = 20.0  # seconds; some milliseconds are usual
_POLL = 0.01  # seconds


@dataclass(frozen=True)
class User:
    """A user of a cluster; `username` is the name at the API server, `token` is None for a user with a certificate."""

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


def grant(
    api: Api, username: str, subject: Object, name: str, rules: Sequence[Rule], namespace: str | None = None
) -> None:
    """Grant these rules to a subject, in one namespace or (None) everywhere; they replace an earlier grant of this name.

    The grant is in force on return. The API server's authorizer learns of it by a watch, a moment after the write.
    """
    mark = str(uuid.uuid4())
    _write_grant(api, subject, name, [*rules, _marking_rule(mark)], namespace)
    if not wait_until(lambda: _holds_mark(api, username, mark, namespace), _IN_FORCE, _POLL):
        raise ProcessFailed(f"the API server does not follow a grant to {username} within {_IN_FORCE:g} s")


def _marking_rule(mark: str) -> Rule:
    """Return a rule that shows that a grant is in force; all rules of a Role take effect at the same moment."""
    return {
        "apiGroups": [_MARK_GROUP],
        "resources": [_MARK_RESOURCE],
        "verbs": [_MARK_VERB],
        "resourceNames": [mark],
    }


def _holds_mark(api: Api, username: str, mark: str, namespace: str | None) -> bool:
    attributes = {"group": _MARK_GROUP, "resource": _MARK_RESOURCE, "verb": _MARK_VERB, "name": mark}
    spec = {"user": username, "resourceAttributes": attributes | ({"namespace": namespace} if namespace else {})}
    review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "metadata": {}, "spec": spec}
    return bool(api.create(review)["status"]["allowed"])


def _write_grant(api: Api, subject: Object, name: str, rules: list[Rule], namespace: str | None) -> None:
    kind = "Role" if namespace else "ClusterRole"
    meta: Object = {"name": name} | ({"namespace": namespace} if namespace else {})
    ensure(api, {"apiVersion": f"{_RBAC}/v1", "kind": kind, "metadata": meta, "rules": rules})
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
