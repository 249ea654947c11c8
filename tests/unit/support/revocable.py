# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The site `west` as far as revoking goes: what is on it, what Kubernetes does with its router, and what came of it."""

from __future__ import annotations

import base64
import copy
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509

from tests.unit.support import recorded
from tests.unit.support.store import CREATED, Object, Store


@dataclass
class Kubernetes:
    """Deployment and ReplicaSet controller and kubelet: the router runs with the present template at once."""

    rolls: bool = True
    """Whether the router is restarted at all."""
    restarts: int = 0
    authorities: list[str] = field(default_factory=list)
    """Every CA that there has been, as it lies in its Secret."""

    def __call__(self, store: Store) -> None:
        """Act on all that there is."""
        data = _found(store, "Secret", "skupper-site-ca")["data"]["tls.crt"]
        if data not in self.authorities:
            self.authorities.append(data)
        deployment = _found(store, "Deployment", "skupper-router")
        notes = deployment["spec"]["template"]["metadata"].get("annotations") or {}
        (path, pod), *_others = [item for item in store.objects.items() if item[0].startswith(PODS)]
        if pod["metadata"].get("annotations") == notes:
            return
        deployment["metadata"]["generation"] = deployment["status"]["observedGeneration"] + 1
        if self.rolls:
            self.restarts += 1
            del store.objects[path]
            put_pod(store, notes, f"router-{self.restarts}")
            deployment["status"]["observedGeneration"] += 1


PODS = "/api/v1/namespaces/west/pods/"


def _found(store: Store, kind: str, name: str) -> Object:
    found = store.find(kind, "west", name)
    assert found is not None, name
    return found


def put_pod(store: Store, notes: dict[str, str], name: str = "router-0") -> None:
    """A running router."""
    meta = {"name": name, "labels": {"skupper.io/component": "router"}, "annotations": copy.deepcopy(notes)}
    store.put("west", {"kind": "Pod", "metadata": meta, "status": {"phase": "Running"}})


def add_router(store: Store) -> Kubernetes:
    """Complete `west` by what a revocation looks at, with one site linked to it."""
    store.put("west", recorded.document("west/skupper-site-server"))
    status = {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "readyReplicas": 1}
    spec = {"replicas": 1, "template": {"metadata": {"labels": {}}}}
    meta = {"name": "skupper-router", "uid": "router-uid", "generation": 1, "resourceVersion": "1020"}
    store.put("west", {"kind": "Deployment", "metadata": meta, "spec": spec, "status": status})
    put_pod(store, {})
    store.put("west", recorded.document("network/connected"))
    made = Kubernetes()
    store.controllers = made
    made(store)
    return made


def put_record(store: Store, name: str, created: str = CREATED, made: int = 0) -> Object:
    """A claim record of `west`."""
    record = recorded.document("records/claim")
    record["metadata"].update(name=name, uid=f"uid-of-{name}", creationTimestamp=created)
    if made:
        record["metadata"]["annotations"]["skupper.io/claims-made"] = str(made)
    return store.put("west", record)


def records(store: Store) -> list[str]:
    """The claims that are there."""
    found = store.objects.values()
    of_record = [each for each in found if (each["metadata"].get("labels") or {}).get("skupper.io/type")]
    return sorted(
        each["metadata"]["name"]
        for each in of_record
        if each["metadata"]["labels"]["skupper.io/type"] == "token-claim-record"
    )


def pem(store: Store, secret: str, key: str = "tls.crt") -> bytes:
    """A part of a Secret of `west`."""
    return base64.b64decode(_found(store, "Secret", secret)["data"][key])


def certificate(store: Store, secret: str) -> x509.Certificate:
    """The certificate of a Secret of `west`."""
    return x509.load_pem_x509_certificate(pem(store, secret))


def notes(store: Store, kind: str, name: str) -> dict[str, Any]:
    """The annotations of an object of `west`, of the template if it is a Deployment."""
    found = _found(store, kind, name)
    holder = found["spec"]["template"] if kind == "Deployment" else found
    return dict(holder["metadata"].get("annotations") or {})
