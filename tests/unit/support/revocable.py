# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The site `west` for revocations: its objects, what Kubernetes does with its router, and its state afterwards."""

from __future__ import annotations

import base64
import copy
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from cryptography import x509

from tests.unit.support import recorded
from tests.unit.support.store import Object, Store


@dataclass
class Kubernetes:
    """Deployment and ReplicaSet controller and kubelet: the router runs with the present template at once."""

    rolls: bool = True
    """Whether the router is restarted at all."""
    restarts: int = 0
    authorities: list[str] = field(default_factory=list)
    """Every CA that there has been, as it lies in its Secret."""

    def __call__(self, store: Store) -> None:
        """Act on all objects."""
        data = _found(store, "Secret", "skupper-site-ca")["data"]["tls.crt"]
        if data not in self.authorities:
            self.authorities.append(data)
        deployment = _found(store, "Deployment", "skupper-router")
        notes = deployment["spec"]["template"]["metadata"].get("annotations") or {}
        pods = [item for item in store.objects.items() if item[0].startswith(PODS)]
        path, pod = next(each for each in pods if _stays(each[1]["metadata"]))
        if pod["metadata"].get("annotations") == notes:
            return
        deployment["metadata"]["generation"] = deployment["status"]["observedGeneration"] + 1
        if self.rolls:
            self.restarts += 1
            del store.objects[path]
            put_pod(store, notes, f"router-{self.restarts}")
            deployment["status"]["observedGeneration"] += 1


def _stays(meta: Object) -> bool:
    return bool(meta["labels"]["skupper.io/component"] == "router") and "deletionTimestamp" not in meta


PODS = "/api/v1/namespaces/west/pods/"


def _found(store: Store, kind: str, name: str) -> Object:
    found = store.find(kind, "west", name)
    assert found is not None, name
    return found


def put_pod(
    store: Store,
    notes: dict[str, str] | None = None,
    name: str = "router-0",
    component: str = "router",
    created: str = "",
    ends: bool = False,
) -> None:
    """A running router, created now unless another time is given; `ends` if it was deleted and has not gone yet."""
    meta = {"name": name, "labels": {"skupper.io/component": component}, "annotations": copy.deepcopy(notes or {})}
    meta |= {"creationTimestamp": created or store.now, **({"deletionTimestamp": store.now} if ends else {})}
    store.put("west", {"kind": "Pod", "metadata": meta, "status": {"phase": "Running"}})


def add_router(store: Store) -> Kubernetes:
    """Complete `west` by what a revocation reads, with one site linked to it; time passes with each write."""
    store.tick = timedelta(seconds=1)
    store.put("west", recorded.document("west/skupper-site-server"))
    for name in ("skupper-site-ca", "skupper-site-server"):
        found = _found(store, "Secret", name)
        store.manage(found, {"data": found["data"]}, "site-controller")
    store.time += store.tick
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


def put_record(store: Store, name: str, created: str = "", made: int = 0, redeemed: str = "") -> Object:
    """A claim record of `west` with a password of its own, redeemed so often, the last time at some time or now."""
    record = recorded.document("records/claim")
    record["data"]["password"] = base64.b64encode(f"password of {name}".encode()).decode("ascii")
    record["metadata"].update(name=name, uid=f"uid-of-{name}", creationTimestamp=created or store.now)
    found = store.put("west", record)
    if made:
        redeem(store, found, made, redeemed)
    return found


def redeem(store: Store, record: Object, made: int, when: str = "") -> None:
    """Count redemptions of a claim, the last one now or at another time."""
    notes = {"skupper.io/claims-made": str(made)}
    record["metadata"]["annotations"].update(notes)
    store.manage(record, {"metadata": {"annotations": notes}}, "config-sync")
    record["metadata"]["managedFields"][-1]["time"] = when or store.now


def records(store: Store) -> list[str]:
    """Return the existing claims."""
    found = store.objects.values()
    of_record = [each for each in found if (each["metadata"].get("labels") or {}).get("skupper.io/type")]
    return sorted(
        each["metadata"]["name"]
        for each in of_record
        if each["metadata"]["labels"]["skupper.io/type"] == "token-claim-record"
    )


def pem(store: Store, secret: str, key: str = "tls.crt") -> bytes:
    """Return a part of a Secret of `west`."""
    return base64.b64decode(_found(store, "Secret", secret)["data"][key])


def certificate(store: Store, secret: str) -> x509.Certificate:
    """Return the certificate of a Secret of `west`."""
    return x509.load_pem_x509_certificate(pem(store, secret))


def notes(store: Store, kind: str, name: str) -> dict[str, Any]:
    """Return the annotations of an object of `west`, of the template if it is a Deployment."""
    found = _found(store, kind, name)
    holder = found["spec"]["template"] if kind == "Deployment" else found
    return dict(holder["metadata"].get("annotations") or {})
