# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The status of a pod as a kubelet writes it."""

from __future__ import annotations

from collections.abc import Sequence

from ..kube import Object
from .containers import Container
from .times import stamp

HOST_ADDRESS = "127.0.0.1"  # of the node: where the API server finds its kubelet


def status_of(pod: Object, begin: str, address: str, containers: Sequence[Container]) -> Object:
    """Describe a pod by its containers; moments of change are kept from the status it has."""
    statuses = [container.status() for container in containers]
    ready = bool(statuses) and all(status["ready"] for status in statuses)
    running = any(status["restartCount"] or "running" in status["state"] for status in statuses)
    addresses = {"podIP": address, "podIPs": [{"ip": address}]} if address else {}
    return {
        "phase": "Running" if running else "Pending",
        "startTime": begin,
        "hostIP": HOST_ADDRESS,
        **addresses,
        "conditions": _conditions((pod.get("status") or {}).get("conditions") or [], ready),
        "containerStatuses": statuses,
    }


def _conditions(known: list[Object], ready: bool) -> list[Object]:
    before = {condition["type"]: condition for condition in known}
    flag = "True" if ready else "False"
    states = {"PodScheduled": "True", "Initialized": "True", "ContainersReady": flag, "Ready": flag}
    now = stamp()
    return [
        before[kind]
        if kind in before and before[kind]["status"] == state
        else {"type": kind, "status": state, "lastTransitionTime": now}
        for kind, state in states.items()
    ]
