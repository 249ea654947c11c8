# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tools that own a Secret of a site, and put its data back: External Secrets, Argo CD, cert-manager."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

from . import authorities
from .clusters import Api, ApiError, ApiUnreachable
from .clusters.api import path
from .kube import decoded, encoded
from .site_handle import Site
from .sites import names

Data = dict[str, bytes]
# What the data of the Secret should be, given what they are.
Mend = Callable[[Data], Data]
Way = Literal["update", "apply"]

_RIGHTS = [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["get", "list", "watch", "patch"]}]
_TYPES = {"update": "application/merge-patch+json", "apply": "application/apply-patch+yaml"}
_WATCH = 1.0  # seconds that a watch lasts, and so the time until an owner notices that it is to stop
_PATIENCE = 20.0


def holding(data: Data) -> Mend:
    """Want the data as they are now, as External Secrets and Argo CD do with what their source says."""
    return lambda _now: data


def bundling(certificate: bytes) -> Mend:
    """Want a certificate behind those of tls.crt, as in a graceful rotation of a CA until all members have the new one."""
    return lambda now: now if certificate in now["tls.crt"] else {**now, "tls.crt": now["tls.crt"] + certificate}


def trusting(certificate: bytes) -> Mend:
    """Want a certificate among those of ca.crt, as trust-manager does with what its bundle lists."""
    return lambda now: now if certificate in now["ca.crt"] else {**now, "ca.crt": now["ca.crt"] + certificate}


def keeping_key(key: bytes) -> Mend:
    """Want a new certificate for the key that there was, as cert-manager does under rotationPolicy Never."""
    return lambda now: now if now["tls.key"] == key else authorities.make(key=key)


class Owner:
    """Owns the data of a Secret of a site, as a user and with a field manager of its own; annotations stay."""

    def __init__(
        self,
        site: Site,
        mend: Mend,
        manager: str = "external-secrets",
        *,
        secret: str = names.SITE_CA,
        way: Way = "update",
        delay: float = 0.0,
    ) -> None:
        """Take over nothing yet; with way="apply" it is by server-side apply, with conflicts decided by force."""
        self.manager = manager
        self.times = 0
        """How often it has written."""
        self._site = site
        self._mend = mend
        self._secret = secret
        self._way: Way = way
        self._delay = delay
        user = site.cluster.user(manager, _RIGHTS, site.namespace, auth="token")
        self._api = Api(site.cluster.server, site.cluster.ca, user.token or "", manager)
        self._over = threading.Event()

    def take(self) -> None:
        """Write the desired data, also if they are there already, and own them from then on."""
        self._write(self._mend(self._site.data(self._secret)))

    def put_back(self) -> None:
        """Write the desired data, once, if the actual ones differ."""
        data = self._site.data(self._secret)
        if self._mend(data) != data:
            self._write(self._mend(data))

    @contextmanager
    def watching(self) -> Iterator[Owner]:
        """Put the data back whenever another client has changed them, until the end of the block."""
        thread = threading.Thread(target=self._watch_for_ever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._over.set()
            thread.join(_PATIENCE)

    def _watch_for_ever(self) -> None:
        selector = f"metadata.name={self._secret}"
        while not self._over.is_set():
            try:
                for event in self._api.watch(
                    "v1", "secrets", self._site.namespace, field_selector=selector, timeout=_WATCH
                ):
                    self._react(event.object)
            except (ApiError, ApiUnreachable):
                continue

    def _react(self, secret: dict[str, Any]) -> None:
        data = decoded(secret)
        if self._mend(data) != data and not self._over.wait(self._delay):
            self._write(self._mend(data))

    def _write(self, data: Data) -> None:
        body: dict[str, Any] = {"data": encoded(data)}
        if self._way == "apply":
            metadata = {"name": self._secret, "namespace": self._site.namespace}
            body = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, **body}
        query: dict[str, str | None] = {"fieldManager": self.manager}
        if self._way == "apply":
            query["force"] = "true"
        target = path("v1", "secrets", self._site.namespace, self._secret)
        self._api.call("PATCH", target, body, query=query, content_type=_TYPES[self._way])
        self.times += 1
