# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sites in a store, from what Skupper itself wrote, and controllers that act as fast as can be."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.unit.support import recorded
from tests.unit.support.authorities import with_key
from tests.unit.support.store import CREATED, Object, Store

_NAMES = ("skupper-router", "skupper-service-controller")
# In microseconds, as the network status has it.
_NOW = int(datetime.fromisoformat(CREATED.replace("Z", "+00:00")).timestamp()) * 10**6
_CLAIM, _CERT = "token-claim", "connection-token"
ROUTER: Object = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "skupper-router", "uid": "router-uid"},
    "status": {"replicas": 1, "readyReplicas": 1},
}


def add_site(store: Store, name: str) -> None:
    """A recorded site, in the namespace of its name."""
    for path in recorded.names(name):
        if path.endswith(("-linked", "-rotated")):
            continue
        document = recorded.document(path)
        store.put(name, with_key(document) if path.endswith("skupper-site-ca") else document)
    store.put(name, ROUTER)
    store.put(name, {"kind": "Secret", "metadata": {"name": "skupper-local-ca", "resourceVersion": "1"}})


def notes_in(document: Object) -> dict[str, str]:
    """Return the annotations, to be changed in place."""
    found: dict[str, str] = document["metadata"].setdefault("annotations", {})
    return found


@dataclass
class Controllers:
    """Skupper's controllers of the site `east`, linked to `west`: what they will do with each claim."""

    answer: str = "redeems"
    """redeems, or the body of the claim server's refusal, or nothing at all"""
    connects: bool = True
    knows_peers: bool = True
    """Whether the network status knows by now whose routers its connections lead to."""
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
        secret["metadata"]["labels"].update(answered["metadata"]["labels"])
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
        # Each connection is another one than those before, and was opened at this moment.
        fresh = data["NetworkStatus"].replace('"7kv67:1"', f'"7kv67:{self.connections}"')
        data["NetworkStatus"] = re.sub(r'"startTime":\s*\d+', f'"startTime":{_NOW}', fresh)
        if not self.knows_peers:
            status = json.loads(data["NetworkStatus"])
            status["siteStatus"] = [each for each in status["siteStatus"] if each["site"]["identity"] == recorded.EAST]
            data["NetworkStatus"] = json.dumps(status)
        return document


@dataclass
class SiteController:
    """Skupper's site-controller, and a garbage collector, for one namespace."""

    namespace: str = "fresh"
    makes: bool = True
    withholds: tuple[str, ...] = ()
    """Names of objects that do not come."""
    balances: bool = True
    """Whether the load balancer gets an address."""
    collects: bool = True
    """Whether what belonged to a deleted site goes."""

    def __call__(self, store: Store) -> None:
        """Act on all that there is."""
        site = store.find("ConfigMap", self.namespace, "skupper-site")
        if self.collects:
            self._collect(store, site["metadata"]["uid"] if site else "")
        if site is None or not self.makes:
            return
        for document in self._objects(site):
            name = document["metadata"]["name"]
            if name not in self.withholds and store.find(document["kind"], self.namespace, name) is None:
                store.put(self.namespace, document)
        self._follow(store, site)

    def _collect(self, store: Store, site_id: str) -> None:
        for path, body in list(store.objects.items()):
            owners = body["metadata"].get("ownerReferences") or []
            if f"/{self.namespace}/" in path and owners and owners[0]["uid"] != site_id:
                del store.objects[path]

    def _objects(self, site: Object) -> list[Object]:
        recorded_ones = [
            recorded.document(f"west/{name}")
            for name in ("skupper-site-ca", "skupper-site-server", "skupper-internal", "skupper-router")
        ]
        with_key(recorded_ones[0])
        if not self.balances:
            recorded_ones[-1]["status"] = {}
        local = {"kind": "Secret", "metadata": {"name": "skupper-local-ca"}}
        made = [local, *recorded_ones, *(self._deployment(name) for name in _NAMES)]
        for document in made:
            owner = {"kind": "ConfigMap", "name": "skupper-site", "uid": site["metadata"]["uid"]}
            document["metadata"]["ownerReferences"] = [owner]
        return made

    @staticmethod
    def _deployment(name: str) -> Object:
        status = {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "readyReplicas": 1}
        return {
            "kind": "Deployment",
            "metadata": {"name": name, "generation": 1, "uid": name},
            "spec": {"template": {"metadata": {}}},
            "status": status,
        }

    def _follow(self, store: Store, site: Object) -> None:
        """Carry log levels and annotations over, as they are when they are no longer than one entry."""
        data = site.get("data") or {}
        level = data.get("router-logging") or "ROUTER_CORE:error+"
        module, _colon, enable = level.rpartition(":")
        internal = store.find("ConfigMap", self.namespace, "skupper-internal")
        if internal is not None:
            entities = [entity for entity in json.loads(internal["data"]["skrouterd.json"]) if entity[0] != "log"]
            log = {"module": module or "DEFAULT", "enable": enable.rstrip("+") + "+"}
            internal["data"]["skrouterd.json"] = json.dumps([*entities, ["log", log]])
        notes = dict(site["metadata"].get("annotations") or {})
        for excluded in [*notes.pop("skupper.io/exclude-annotations", "").split(",")]:
            notes.pop(excluded, None)
        for name in _NAMES:
            deployment = store.find("Deployment", self.namespace, name)
            own, _equals, value = data.get(f"{name.rpartition('-')[2]}-pod-annotations", "").partition("=")
            if deployment is not None:
                deployment["spec"]["template"]["metadata"]["annotations"] = {**notes, **({own: value} if own else {})}
