# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look at the links of a site of Skupper v1 again and again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._kube.api import CONFIG_MAP, SECRET, Manifest, NamespaceApi, Watcher
from .._model.link import Link, NetworkView, removed_meanwhile
from .connections import connections_in
from .objects import keys
from .objects.link import read_link
from .reader import Reader


class LinkWatch:
    """Looks at the links of a site, for as long as it is open."""

    def __init__(self, api: NamespaceApi, seconds: float) -> None:
        self._api = api
        self._watcher: Watcher = api.watcher(seconds)

    def __enter__(self) -> LinkWatch:
        """Open it."""
        self._watcher.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        """End what was begun for it."""
        self._watcher.__exit__(*error)

    def look(self) -> LinkLook:
        """Begin one look at all links of the site."""
        return LinkLook(self._api, self._watcher)

    def rest(self, pause: float, left: float) -> None:
        """Wait for a change of an object, at most ``left`` seconds. Without working watches, wait ``pause`` seconds."""
        self._watcher.rest(pause, left)


class LinkLook:
    """One look at all links of a site: what several of them need is read once."""

    def __init__(self, api: NamespaceApi, watcher: Watcher) -> None:
        self._api = api
        self._watcher = watcher
        self._status: Manifest | None = None
        self._links: tuple[Link, ...] | None = None

    def link(self, name: str, age: float = 0.0) -> Link:
        """Return a link as it is, or was ``age`` seconds ago; raises Failure(conflict) if it was removed."""
        return as_link(self._watcher.get(SECRET, name, age), self._api, name)

    def network(self, *site_ids: str) -> NetworkView:
        """Return the site's open connections, by the first of its ids that its network status has."""
        return connections_in(self._api, self._report(), *site_ids)

    def _report(self) -> Manifest:
        if self._status is None:
            self._status = self._watcher.get(CONFIG_MAP, keys.NETWORK_STATUS) or {}
        return self._status

    def links(self) -> tuple[Link, ...]:
        """Return all links of the site, read after its network status."""
        self._report()
        if self._links is None:
            self._links = Reader(self._api).links()
        return self._links


def as_link(manifest: Mapping[str, Any] | None, api: NamespaceApi, name: str) -> Link:
    """Read a link that must exist; raises Failure(conflict) if it was removed meanwhile."""
    link = None if manifest is None else read_link(manifest)
    if link is None:
        raise removed_meanwhile(api.place, name)
    return link
