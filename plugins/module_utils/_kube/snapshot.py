# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep a namespace as it is while a decision is made. Each object is read once, and the whole decision uses that version."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from datetime import datetime
from typing import cast

from .._model.site import Place
from .api import Kind, Manifest, NamespaceApi, Watcher
from .cache import Cache


class Snapshot:
    """A namespace that remembers what it has read, and what it was denied. Several threads may use it.

    It is for what comes before the first write. See api.NamespaceApi for its methods.
    """

    def __init__(self, api: NamespaceApi) -> None:
        self._api = api
        self._seen = Cache(failures=True)

    @property
    def place(self) -> Place:
        """Return the namespace and its cluster, for messages."""
        return self._api.place

    def get(self, kind: Kind, name: str) -> Manifest | None:
        """Return one object as it was when it was first read."""
        return cast("Manifest | None", self._seen.get(("get", kind, name), lambda: self._api.get(kind, name)))

    def watcher(self, seconds: float) -> Watcher:
        """Return what looks at objects as they are, again and again."""
        return self._api.watcher(seconds)

    def list(self, kind: Kind, labels: str = "", fields: str = "") -> builtins.list[Manifest]:
        """Return all objects that match as they were when they were first listed."""
        key = ("list", kind, labels, fields)
        return cast("list[Manifest]", self._seen.get(key, lambda: self._api.list(kind, labels, fields)))

    def list_metadata(self, kind: Kind, labels: str = "", fields: str = "") -> builtins.list[Manifest]:
        """Return the metadata of all that match as they were when they were first listed."""
        key = ("metadata", kind, labels, fields)
        return cast("list[Manifest]", self._seen.get(key, lambda: self._api.list_metadata(kind, labels, fields)))

    def create(self, kind: Kind, manifest: Mapping[str, object], dry_run: bool = False) -> Manifest:
        """Create an object. What was read before stays as it was."""
        return self._api.create(kind, manifest, dry_run)

    def patch(self, kind: Kind, name: str, patch: Mapping[str, object]) -> Manifest:
        """Change an object. What was read before stays as it was."""
        return self._api.patch(kind, name, patch)

    def delete(self, kind: Kind, name: str, uid: str = "", resource_version: str = "") -> bool:
        """Delete an object. What was read before stays as it was."""
        return self._api.delete(kind, name, uid, resource_version)

    def serves(self, api_version: str) -> bool:
        """Return whether the API server serves an API group version."""
        return self._api.serves(api_version)

    def kinds(self, api_version: str) -> frozenset[str]:
        """Return the kinds that the API server serves in an API group version."""
        return self._api.kinds(api_version)

    def may(self, verb: str, kind: Kind, name: str) -> bool | None:
        """Return whether the account has a right. None means that the API server does not say."""
        return cast("bool | None", self._seen.get(("may", verb, kind, name), lambda: self._api.may(verb, kind, name)))

    def authority_pem(self) -> bytes | None:
        """Return the CA certificates that the API server is verified with."""
        return self._api.authority_pem()

    def cluster_uid(self, read: bool) -> str | None:
        """Return the UID of the cluster."""
        return self._api.cluster_uid(read)

    def now(self) -> datetime:
        """Return the API server's time."""
        return self._api.now()
