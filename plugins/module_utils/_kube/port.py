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
    """A kind of namespaced objects."""

    api_version: str
    plural: str
    singular: str

    def path(self, namespace: str, name: str = "") -> str:
        """The path of the collection, or of one object, below the server's URL."""
        root = "/api/v1" if self.api_version == "v1" else f"/apis/{self.api_version}"
        parts = ["namespaces", namespace, self.plural, *([name] if name else [])]
        return "/".join([root, *(quote(part, safe="") for part in parts)])


SECRET = Kind("v1", "secrets", "Secret")
CONFIG_MAP = Kind("v1", "configmaps", "ConfigMap")
SERVICE = Kind("v1", "services", "Service")
DEPLOYMENT = Kind("apps/v1", "deployments", "Deployment")
ROUTE = Kind("route.openshift.io/v1", "routes", "Route")
INGRESS = Kind("networking.k8s.io/v1", "ingresses", "Ingress")


class Port(Protocol):
    """One namespace of one cluster; every method may raise Failure with a reason of reaching the API server."""

    @property
    def place(self) -> Place:
        """Where this is, for messages."""

    def get(self, kind: Kind, name: str) -> Manifest | None:
        """Read one object; None if there is none."""

    def list(self, kind: Kind, labels: str = "", fields: str = "") -> builtins.list[Manifest]:
        """Read all objects that match label and field selectors."""

    def create(self, kind: Kind, manifest: Mapping[str, Any]) -> Manifest:
        """Create an object; raises Failure(conflict) if the name is taken."""

    def patch(self, kind: Kind, name: str, patch: Mapping[str, Any]) -> Manifest:
        """Apply a JSON merge patch (RFC 7396); raises Failure(conflict) if its resourceVersion is an old one."""

    def delete(self, kind: Kind, name: str, uid: str = "") -> bool:
        """Delete an object, only the one with ``uid`` if given; False if it was not there (any more)."""

    def serves(self, api_version: str) -> bool:
        """Whether the API server serves an API group version."""

    def now(self) -> datetime:
        """The API server's time, as its last answer told it; to the second."""
