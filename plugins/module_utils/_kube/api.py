# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the other rooms need of an API server: the protocols, and the kinds of objects."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote

from .._model.site import Place

Manifest = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """A kind of objects."""

    api_version: str
    plural: str
    singular: str
    namespaced: bool = True

    def path(self, namespace: str, name: str = "") -> str:
        """Return the path of the collection, or of one object, below the server's URL."""
        root = "/api/v1" if self.api_version == "v1" else f"/apis/{self.api_version}"
        scope = ["namespaces", namespace] if self.namespaced else []
        parts = [*scope, self.plural, *([name] if name else [])]
        return "/".join([root, *(quote(part, safe="") for part in parts)])


SECRET = Kind("v1", "secrets", "Secret")
CONFIG_MAP = Kind("v1", "configmaps", "ConfigMap")
# The same, of all namespaces at once.
CONFIG_MAP_ANYWHERE = Kind("v1", "configmaps", "ConfigMap", namespaced=False)
SERVICE = Kind("v1", "services", "Service")
SERVICE_ACCOUNT = Kind("v1", "serviceaccounts", "ServiceAccount")
POD = Kind("v1", "pods", "Pod")
DEPLOYMENT = Kind("apps/v1", "deployments", "Deployment")
ROLE = Kind("rbac.authorization.k8s.io/v1", "roles", "Role")
ROLE_BINDING = Kind("rbac.authorization.k8s.io/v1", "rolebindings", "RoleBinding")
ROUTE = Kind("route.openshift.io/v1", "routes", "Route")
INGRESS = Kind("networking.k8s.io/v1", "ingresses", "Ingress")
NAMESPACE = Kind("v1", "namespaces", "Namespace", namespaced=False)


class Watcher(Protocol):
    """Looks at objects of a namespace again and again, as long as it is open."""

    def __enter__(self) -> Watcher:
        """Open it."""

    def __exit__(self, *_error: object) -> None:
        """End its watches."""

    def get(self, kind: Kind, name: str, age: float = 0.0) -> Manifest | None:
        """Return one object as NamespaceApi.get does. Send no request if it is watched, or was read ``age`` seconds ago."""

    def rest(self, pause: float, left: float) -> None:
        """Wait for a change of an object, at most ``left`` seconds. Without working watches, wait ``pause`` seconds."""


class NamespaceApi(Protocol):
    """One namespace of one cluster. Every method may raise Failure if the API server can't be reached."""

    @property
    def place(self) -> Place:
        """Return the namespace and its cluster, for messages."""

    def get(self, kind: Kind, name: str) -> Manifest | None:
        """Read one object. None if there is none."""

    def watcher(self, seconds: float) -> Watcher:
        """Return what looks at objects again and again, for so many seconds at most."""

    def list(self, kind: Kind, labels: str = "", fields: str = "") -> builtins.list[Manifest]:
        """Read all objects that match label and field selectors."""

    def list_metadata(self, kind: Kind, labels: str = "", fields: str = "") -> builtins.list[Manifest]:
        """Read the metadata of all objects that match. The API server sends nothing else of them."""

    def create(self, kind: Kind, manifest: Mapping[str, Any], dry_run: bool = False) -> Manifest:
        """Create an object. Raise Failure(conflict) if the name is taken. With ``dry_run`` the API server does all but store it."""

    def patch(self, kind: Kind, name: str, patch: Mapping[str, Any]) -> Manifest:
        """Apply a JSON merge patch (RFC 7396). Raise Failure(conflict) if its resourceVersion is an old one."""

    def delete(self, kind: Kind, name: str, uid: str = "", resource_version: str = "") -> bool:
        """Delete an object, only the one with ``uid`` and in that version if given. Return False if it was gone already.

        Raise Failure(conflict) if it may still exist: it was changed meanwhile, or can't be read.
        """

    def serves(self, api_version: str) -> bool:
        """Return whether the API server serves an API group version."""

    def kinds(self, api_version: str) -> frozenset[str]:
        """Return the kinds that the API server serves in an API group version. Empty if it does not serve that version."""

    def may(self, verb: str, kind: Kind, name: str) -> bool | None:
        """Return whether the account has a right, in the words of RBAC. None if the API server does not say."""

    def authority_pem(self) -> bytes | None:
        """Return the CA certificates that the API server is verified with. None for the system's, or without verification."""

    def cluster_uid(self, read: bool) -> str | None:
        """Return the UID of namespace kube-system. None if the account may not read it, or has not yet if not ``read``."""

    def now(self) -> datetime:
        """Return the API server's time to the second, by its last answer."""
