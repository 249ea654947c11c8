# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sites in a store, from what Skupper itself wrote, and controllers that act as fast as can be."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.unit.support import recorded
from tests.unit.support.store import Object, Store

_CLAIM, _CERT = "token-claim", "connection-token"
ROUTER: Object = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "skupper-router", "uid": "router-uid"},
}


def add_site(store: Store, name: str) -> None:
    """A recorded site, in the namespace of its name."""
    for path in recorded.names(name):
        if path.endswith(("-linked", "-rotated", "-server")):
            continue
        store.put(name, recorded.document(path))
    store.put(name, ROUTER)
    store.put(name, {"kind": "Secret", "metadata": {"name": "skupper-local-ca"}})


def notes_in(document: Object) -> dict[str, str]:
    """The annotations, to be changed in place."""
    found: dict[str, str] = document["metadata"].setdefault("annotations", {})
    return found


@dataclass
class Controllers:
    """Skupper's controllers of the site `east`, linked to `west`: what they will do with each claim."""

    answer: str = "redeems"
    """redeems, or the body of the claim server's refusal, or nothing at all"""
    connects: bool = True
    connections: int = 0

    def __call__(self, store: Store) -> None:
        """Act on all that there is."""
        for path, secret in list(store.objects.items()):
            kind = (secret["metadata"].get("labels") or {}).get("skupper.io/type")
            if path.startswith("/api/v1/namespaces/east/secrets/") and kind == _CLAIM:
                self._redeem(store, secret)
        self._configure(store)

    def _redeem(self, store: Store, secret: Object) -> None:
        notes = notes_in(secret)
        if not self.answer or "internal.skupper.io/last-failed" in notes:
            return
        if self.answer != "redeems":
            notes["internal.skupper.io/status"] = self.answer
            if self.answer == "No such claim":
                notes["internal.skupper.io/last-failed"] = "2026-11-24T02:45:01Z"
            return
        self._count(store, notes["skupper.io/url"].rpartition("/")[2])
        answered = recorded.document("links/redeemed")
        notes.update({key: value for key, value in notes_in(answered).items() if key.endswith(("-host", "-port"))})
        secret["metadata"]["labels"] = answered["metadata"]["labels"]
        secret["data"] = answered["data"]

    @staticmethod
    def _count(store: Store, name: str) -> None:
        record = store.find("Secret", "west", name)
        if record is not None:
            notes = notes_in(record)
            notes["skupper.io/claims-remaining"] = str(int(notes["skupper.io/claims-remaining"]) - 1)
            notes["skupper.io/claims-made"] = str(int(notes.get("skupper.io/claims-made", "0")) + 1)

    def _configure(self, store: Store) -> None:
        """Keep one connector for each link, and one connection for each connector."""
        links = {
            path.rpartition("/")[2]: secret
            for path, secret in store.objects.items()
            if path.startswith("/api/v1/namespaces/east/secrets/")
            and (secret["metadata"].get("labels") or {}).get("skupper.io/type") == _CERT
        }
        config = store.find("ConfigMap", "east", "skupper-internal")
        if config is None:
            return
        entities: list[Any] = json.loads(config["data"]["skrouterd.json"])
        before = {body["name"] for kind, body in entities if kind == "connector"}
        kept = [entity for entity in entities if entity[0] != "connector"]
        config["data"]["skrouterd.json"] = json.dumps([*kept, *(["connector", {"name": name}] for name in links)])
        if before != set(links):
            self.connections += 1
        store.put("east", self._status(bool(links) and self.connects))

    def _status(self, up: bool) -> Object:
        document = recorded.document("network/connected" if up else "network/alone")
        data = document["data"]
        # Each connection is another one than those before.
        data["NetworkStatus"] = data["NetworkStatus"].replace('"7kv67:1"', f'"7kv67:{self.connections}"')
        return document
