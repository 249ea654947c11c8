# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects behind an API server: enough of Kubernetes for one site to be read, written and watched over.

What is to be shown of a real API server is shown in the integration tests; this store makes every situation cheap.
"""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

from tests.unit.support.apiserver import Answer, Received, refusal
from tests.unit.support.merge import merged

Object = dict[str, Any]

_REVIEW = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
DATE = "Tue, 24 Nov 2026 02:45:00 GMT"
CREATED = "2026-11-24T02:45:00Z"
_META = "meta.k8s.io/v1"
_PLURALS = {
    "Secret": "/api/v1/namespaces/{}/secrets",
    "ConfigMap": "/api/v1/namespaces/{}/configmaps",
    "Service": "/api/v1/namespaces/{}/services",
    "Pod": "/api/v1/namespaces/{}/pods",
    "Deployment": "/apis/apps/v1/namespaces/{}/deployments",
    "Ingress": "/apis/networking.k8s.io/v1/namespaces/{}/ingresses",
    "Route": "/apis/route.openshift.io/v1/namespaces/{}/routes",
}


def _collection(path: str, asked: str) -> str:
    """Return the collection of an object, that of all namespaces if none is asked for."""
    collection = path.rpartition("/")[0]
    return collection if "/namespaces/" in asked else re.sub(r"/namespaces/[^/]+", "", collection)


def _nothing(store: Store) -> None:
    """Controllers that are not there."""


@dataclass
class Store:
    """Objects by their paths."""

    objects: dict[str, Object] = field(default_factory=dict)
    denied: set[tuple[str, str]] = field(default_factory=set)
    """Pairs of verb and path that RBAC forbids."""
    groups: set[str] = field(default_factory=set)
    """API groups served beyond those of every cluster."""
    controllers: Callable[[Store], None] = _nothing
    """What acts on the objects after each write."""
    dates: Iterator[str] | None = None
    """What the clock shows at each answer; None for what `time` says."""
    time: datetime = datetime(2026, 11, 24, 2, 45, tzinfo=timezone.utc)
    tick: timedelta = timedelta(0)
    """How much time passes with each write."""
    admission: Callable[[Received, Object], Answer | None] = lambda _received, _document: None
    """What denies an object that is to be made, dry run or not; None admits it."""
    writes: list[str] = field(default_factory=list)
    """Method and path of each write that was carried out."""
    _counter: Iterator[int] = field(default_factory=lambda: itertools.count(5000))

    def path(self, kind: str, namespace: str, name: str = "") -> str:
        """Return the path of an object, or of all of a kind."""
        return _PLURALS[kind].format(namespace) + (f"/{name}" if name else "")

    def put(self, namespace: str, document: Object) -> Object:
        """Place an object, as it is."""
        document = copy.deepcopy(document)
        self.objects[self.path(document["kind"], namespace, document["metadata"]["name"])] = document
        return document

    def find(self, kind: str, namespace: str, name: str) -> Object | None:
        """Look at an object."""
        return self.objects.get(self.path(kind, namespace, name))

    def answer(self, received: Received) -> Answer:
        """Answer as an API server would."""
        verb = {"POST": "create", "PATCH": "patch", "DELETE": "delete"}.get(received.method, "get")
        verb = "list" if verb == "get" and "limit" in received.query else verb
        if received.path == _REVIEW:
            return self._review(received)
        if (verb, received.path) in self.denied:
            return refusal(403, f"{verb} is forbidden")
        if received.method != "GET":
            self.time += self.tick
        found: Answer = getattr(self, f"_{verb}")(received)
        if received.method != "GET" and found.status < 300 and "dryRun" not in received.query:
            self.writes.append(f"{received.method} {received.path}")
            self.controllers(self)
        return Answer(found.status, found.body, {**found.headers, "Date": self._date()})

    def unchanged(self, received: Received) -> Answer:
        """Answer as an API server would that does not do what it is asked for."""
        return replace(self._get(received), headers={"Date": self._date()})

    def _date(self) -> str:
        return next(self.dates) if self.dates else format_datetime(self.time, usegmt=True)

    @property
    def now(self) -> str:
        """Return the time as objects hold it."""
        return self.time.strftime("%Y-%m-%dT%H:%M:%SZ")

    def _review(self, received: Received) -> Answer:
        """Answer whether a right is there; store nothing."""
        asked = received.json()["spec"]["resourceAttributes"]
        scope = f"/apis/{asked['group']}/v1" if asked["group"] else "/api/v1"
        path = f"{scope}/namespaces/{asked['namespace']}/{asked['resource']}/{asked['name']}"
        review = {"kind": "SelfSubjectAccessReview", "apiVersion": "authorization.k8s.io/v1"}
        return Answer(201, {**review, "status": {"allowed": (asked["verb"], path) not in self.denied}}, {"Date": DATE})

    def _get(self, received: Received) -> Answer:
        group = received.path.removeprefix("/apis/")
        if group in self.groups:
            served = {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group, "resources": []}
            return Answer(body=served)
        found = self.objects.get(received.path)
        return refusal(404, "not found") if found is None else Answer(body=whole(received.path, found))

    def _list(self, received: Received) -> Answer:
        inside = [
            whole(path, body)
            for path, body in self.objects.items()
            if _collection(path, received.path) == received.path
        ]
        wanted = received.query.get("labelSelector", [""])[0]
        name = received.query.get("fieldSelector", [""])[0].removeprefix("metadata.name=")
        items = [body for body in inside if _selected(wanted, body) and (not name or body["metadata"]["name"] == name)]
        if any("as=PartialObjectMetadataList" in accepted for accepted in received.header("accept")):
            partial = {"kind": "PartialObjectMetadata", "apiVersion": _META}
            items = [{**partial, "metadata": body["metadata"]} for body in items]
            return Answer(body={"kind": "PartialObjectMetadataList", "apiVersion": _META, "items": items})
        kind = f"{_kind(received.path)}List"
        return Answer(body={"kind": kind, "apiVersion": _version(received.path), "items": items})

    def _create(self, received: Received) -> Answer:
        document = received.json()
        path = f"{received.path}/{document['metadata']['name']}"
        denial = self.admission(received, document)
        if denial is not None:
            return denial
        if path in self.objects:
            return refusal(409, "already exists")
        if "dryRun" in received.query:
            return Answer(201, document)
        number = str(next(self._counter))
        given = {"uid": f"uid-{number}", "resourceVersion": number, "creationTimestamp": self.now}
        self.objects[path] = {**document, "metadata": {**document["metadata"], **given}}
        self.manage(self.objects[path], document, _manager(received))
        return Answer(201, copy.deepcopy(whole(path, self.objects[path])))

    def _patch(self, received: Received) -> Answer:
        found, patch = self.objects.get(received.path), received.json()
        if found is None:
            return refusal(404, "not found")
        asked = patch.get("metadata", {})
        known = whole(received.path, found)["metadata"]
        if any(asked.get(key) not in (None, known[key]) for key in ("resourceVersion", "uid")):
            return refusal(409, "the object has been modified")
        self.objects[received.path] = merged(found, patch)
        self.objects[received.path]["metadata"]["resourceVersion"] = str(next(self._counter))
        self.manage(self.objects[received.path], patch, _manager(received))
        return Answer(body=copy.deepcopy(whole(received.path, self.objects[received.path])))

    def _delete(self, received: Received) -> Answer:
        found = self.objects.get(received.path)
        if found is None:
            return refusal(404, "not found")
        asked = (received.json() if received.body else {}).get("preconditions", {})
        if any(value != whole(received.path, found)["metadata"][key] for key, value in asked.items()):
            return refusal(409, "a precondition does not match")
        del self.objects[received.path]
        return Answer(body={"kind": "Status", "apiVersion": "v1", "status": "Success"})

    def manage(self, found: Object, change: Object, manager: str, operation: str = "Update") -> None:
        """Note who wrote which data and annotations, and when, as API servers do for whoever wrote a field last."""
        parts: dict[str, dict[str, Any]] = {
            "f:data": {f"f:{key}": {} for key in change.get("data") or {}},
            "f:annotations": {f"f:{key}": {} for key in change["metadata"].get("annotations") or {}}
            if "metadata" in change
            else {},
        }
        kept = [each for each in found["metadata"].get("managedFields") or [] if isinstance(each, dict)]
        for entry in kept:
            fields = entry["fieldsV1"]
            for holder, name in ((fields, "f:data"), (fields.get("f:metadata") or {}, "f:annotations")):
                for key in parts[name]:
                    (holder.get(name) or {}).pop(key, None)
        mine = next((each for each in kept if (each["manager"], each.get("operation")) == (manager, operation)), None)
        if mine is None:
            mine = {"manager": manager, "operation": operation, "fieldsV1": {}}
            kept.append(mine)
        mine["time"] = self.now
        mine["fieldsV1"].setdefault("f:data", {}).update(parts["f:data"])
        mine["fieldsV1"].setdefault("f:metadata", {}).setdefault("f:annotations", {}).update(parts["f:annotations"])
        found["metadata"]["managedFields"] = kept


def _version(path: str) -> str:
    return "v1" if path.startswith("/api/") else "/".join(path.split("/")[2:4])


def _kind(path: str) -> str:
    """The kind of the objects of a collection."""
    plural = path.rpartition("/")[2]
    kinds = {template.rpartition("/")[2]: kind for kind, template in _PLURALS.items()}
    return {**kinds, "namespaces": "Namespace", "skupperclusterpolicies": "SkupperClusterPolicy"}.get(plural, plural)


def whole(path: str, document: Object) -> Object:
    """An object with what API servers give to every one, as far as a test did not care to."""
    if document.get("kind") == "APIResourceList":
        return {**document, "apiVersion": "v1", "groupVersion": path.removeprefix("/apis/")}
    collection, _slash, name = path.rpartition("/")
    scope, _plural = collection.rsplit("/", 1)
    own = {"namespace": scope.rpartition("/")[2]} if "/namespaces/" in scope else {}
    given = {"name": name, "uid": f"uid of {path}", "resourceVersion": "1"}
    known = {"apiVersion": _version(path), "kind": _kind(collection)}
    return {**known, **document, "metadata": {**given, **document["metadata"], **own}}


def _manager(received: Received) -> str:
    return received.query.get("fieldManager", ["unknown"])[0]


def _selected(selector: str, document: Object) -> bool:
    """Whether an object has what a label selector asks for, of the two kinds that are in use here."""
    if not selector:
        return True
    labels = document["metadata"].get("labels") or {}
    several = re.fullmatch(r"(\S+) in \((.*)\)", selector)
    if several:
        return labels.get(several[1]) in several[2].split(", ")
    key, _equals, value = selector.partition("=")
    return bool(labels.get(key) == value)
