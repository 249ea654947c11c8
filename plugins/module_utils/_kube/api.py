# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the other rooms need of an API server."""

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
        """The path of the collection, or of one object, below the server's URL."""
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
POLICY = Kind("skupper.io/v1alpha1", "skupperclusterpolicies", "SkupperClusterPolicy", namespaced=False)


class Lookout(Protocol):
    """Looks at objects of a namespace again and again, for as long as it is open."""

    def __enter__(self) -> Lookout:
        """Open it."""

    def __exit__(self, *_error: object) -> None:
        """End what was begun for it."""

    def get(self, kind: Kind, name: str, age: float = 0.0) -> Manifest | None:
        """Return one object as NamespaceApi.get does, without a request where it is watched, or was read ``age`` seconds ago."""

    def rest(self, pause: float, left: float) -> None:
        """Wait for a change of an object, at most ``left`` seconds. Without working watches, wait ``pause`` seconds."""


class NamespaceApi(Protocol):
    """One namespace of one cluster; every method may raise Failure with a reason of reaching the API server."""

    @property
    def place(self) -> Place:
        """Where this is, for messages."""

    def get(self, kind: Kind, name: str) -> Manifest | None:
        """Read one object; None if there is none."""

    def lookout(self, seconds: float) -> Lookout:
        """Look at objects for so many seconds at most."""

    def list(self, kind: Kind, labels: str = "", fields: str = "") -> builtins.list[Manifest]:
        """Read all objects that match label and field selectors."""

    def list_metadata(self, kind: Kind, labels: str = "", fields: str = "") -> builtins.list[Manifest]:
        """Read the metadata alone of all objects that match: what else they hold does not leave the API server."""

    def create(self, kind: Kind, manifest: Mapping[str, Any], dry_run: bool = False) -> Manifest:
        """Create an object; raises Failure(conflict) if the name is taken. With ``dry_run`` all is done but to store it."""

    def patch(self, kind: Kind, name: str, patch: Mapping[str, Any]) -> Manifest:
        """Apply a JSON merge patch (RFC 7396); raises Failure(conflict) if its resourceVersion is an old one."""

    def delete(self, kind: Kind, name: str, uid: str = "", resource_version: str = "") -> bool:
        """Delete an object, only the one with ``uid`` and in that version if given; False if that one was gone already.

        Raises Failure(conflict) if it may still be there: it was changed meanwhile, or can't be looked at.
        """

    def serves(self, api_version: str) -> bool:
        """Whether the API server serves an API group version."""

    def kinds(self, api_version: str) -> frozenset[str]:
        """The kinds that the API server serves in an API group version; none if it does not serve that."""

    def may(self, verb: str, kind: Kind, name: str) -> bool | None:
        """Whether the account has a right, in the words of RBAC; None if the API server does not tell."""

    def authority_pem(self) -> bytes | None:
        """Return the CA certificates that the API server is verified with; None if those are the system's, or it is not."""

    def cluster_uid(self, read: bool) -> str | None:
        """Return the UID of namespace kube-system; None if it may not be read, or was not before and ``read`` is false."""

    def now(self) -> datetime:
        """The API server's time, as its last answer told it; to the second."""
