# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scheduler and kubelet for the pods of sites: bind, report, start programs, and finish deletions."""

from __future__ import annotations

import asyncio
import datetime
import logging
import random
from collections.abc import Callable

from ..kube import PODS, Api, Object, Tasks, labels_of, persist
from . import names
from .site import Site

# Seconds, as measured with short probe periods.
_SCHEDULING = 0.3
_STARTING = 1.5
_BECOMING_READY = 2.5
_STOPPING = 1.5
_log = logging.getLogger(__name__)


class _Deleted(Exception):
    """The pod is being deleted."""


class Kubelet:
    """Runs the pods of all sites of a cluster on one pretended node."""

    def __init__(self, api: Api, site_of: Callable[[str], Site], pace: float) -> None:
        self._api = api
        self._site_of = site_of
        self._pace = pace
        self._tasks = Tasks()
        self._deleting: dict[str, asyncio.Event] = {}

    def changed(self, old: Object | None, new: Object | None) -> None:
        """Take note of a pod that appears, is being deleted, or is gone."""
        pod = new or old or {}
        uid = pod["metadata"]["uid"]
        if new is None:
            self._event(uid).set()
            self._tasks.start(self._gone(pod))
            return
        if "deletionTimestamp" in pod["metadata"]:
            self._event(uid).set()
        if old is None or old["metadata"]["uid"] != uid:
            self._event(uid)
            self._tasks.start(self._live(new))

    def _event(self, uid: str) -> asyncio.Event:
        return self._deleting.setdefault(uid, asyncio.Event())

    async def _gone(self, pod: Object) -> None:
        await self._site_of(pod["metadata"]["namespace"]).end(pod["metadata"]["name"])
        self._deleting.pop(pod["metadata"]["uid"], None)

    async def _live(self, pod: Object) -> None:
        metadata = pod["metadata"]
        site = self._site_of(metadata["namespace"])
        deleting = self._event(metadata["uid"])
        try:
            await self._bring_up(pod, site)
            await deleting.wait()
        except _Deleted:
            pass
        except Exception:  # noqa: BLE001 - a program that cannot run, such as one with a broken certificate
            _log.exception("pod %s/%s does not start", metadata["namespace"], metadata["name"])
            await deleting.wait()
        # Out of the Service since the deletion was asked for; open links live on until here.
        await asyncio.sleep(_STOPPING * self._pace)
        await site.end(metadata["name"])
        options = {"gracePeriodSeconds": 0, "preconditions": {"uid": metadata["uid"]}}
        await persist(lambda: self._api.delete(PODS, metadata["namespace"], metadata["name"], options))

    async def _bring_up(self, pod: Object, site: Site) -> None:
        running = (pod.get("status") or {}).get("phase") == "Running"
        if not running:
            await self._pause(pod, _SCHEDULING)
            await self._bind(pod)
            # ContainerCreating, for as long as a Secret or ConfigMap of a volume is missing.
            while not site.volumes_ready(labels_of(pod).get(names.COMPONENT, "")):
                await self._pause(pod, 0.2)
            await self._pause(pod, _STARTING)
            await self._report(pod, ready=False)
        # Also for a pod that a simulator before this one had started: its program died with that.
        site.launch(pod)
        if not running:
            await self._pause(pod, _BECOMING_READY)
        await self._report(pod, ready=True)

    async def _pause(self, pod: Object, seconds: float) -> None:
        try:
            async with asyncio.timeout(max(seconds * self._pace, 0.02)):
                await self._event(pod["metadata"]["uid"]).wait()
        except asyncio.TimeoutError:
            return
        raise _Deleted

    async def _bind(self, pod: Object) -> None:
        if pod["spec"].get("nodeName"):
            return
        namespace, name = pod["metadata"]["namespace"], pod["metadata"]["name"]
        target = {"apiVersion": "v1", "kind": "Node", "name": names.NODE}
        body = {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": name}, "target": target}
        await persist(lambda: self._api.post(PODS, namespace, name, "binding", body))

    async def _report(self, pod: Object, *, ready: bool) -> None:
        namespace, name = pod["metadata"]["namespace"], pod["metadata"]["name"]
        body = {"status": _status(pod, ready)}

        async def write() -> None:
            await self._api.patch(PODS, namespace, name, body, "status")

        await persist(write)


def _status(pod: Object, ready: bool) -> Object:
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    known = pod.get("status") or {}
    flag = "True" if ready else "False"
    states = {"PodScheduled": "True", "Initialized": "True", "ContainersReady": flag, "Ready": flag}
    conditions = [{"type": t, "status": s, "lastTransitionTime": now} for t, s in states.items()]
    address = known.get("podIP") or f"10.244.{random.randint(0, 255)}.{random.randint(2, 254)}"
    containers = [_container(container, ready, now) for container in pod["spec"]["containers"]]
    return {
        "phase": "Running",
        "startTime": known.get("startTime") or now,
        "hostIP": "10.0.0.1",
        "podIP": address,
        "podIPs": [{"ip": address}],
        "conditions": conditions,
        "containerStatuses": containers,
    }


def _container(container: Object, ready: bool, now: str) -> Object:
    return {
        "name": container["name"],
        "image": container["image"],
        "imageID": "",
        "ready": ready,
        "started": True,
        "restartCount": 0,
        "state": {"running": {"startedAt": now}},
    }
