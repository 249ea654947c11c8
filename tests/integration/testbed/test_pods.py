# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pods as processes: Skupper's own programs make sites that link, and whatever happens nothing of them is left."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from testbed import Cluster, Site, Testbed
from testbed.processes import Identity, wait_until

Object = dict[str, Any]

PACE = 0.1
CLAIMS, INTER_ROUTER = 8081, 55671
_ROOT = Path(__file__).parents[3]
_OWNER = """
import sys, time
from testbed import Testbed
with Testbed.up(1, kind="real") as bed:
    print("up", flush=True)
    sys.stdin.readline()
"""

# In a process of its own: the client leaves connections open.
_EXEC = """
import sys
from kubernetes import client, config
from kubernetes.stream import stream
kubeconfig, namespace, pod, container, *command = sys.argv[1:]
call = client.CoreV1Api(config.new_client_from_config(kubeconfig)).connect_get_namespaced_pod_exec
channel = stream(call, pod, namespace, container=container, command=command, stdout=True, stderr=True,
    _preload_content=False)
channel.run_forever(timeout=30)
sys.stdout.write(channel.read_all())
"""


@pytest.fixture(scope="module", autouse=True)
def possible(request: pytest.FixtureRequest) -> None:
    """Skip where real sites were not asked for, or cannot run."""
    option = request.config.option
    if "real" not in option.sites:
        pytest.skip(option.without or "real sites were not asked for")


@pytest.fixture(scope="module")
def bed(possible: None) -> Iterator[Testbed]:
    """Two clusters with Skupper's site controller."""
    with Testbed.up(2, PACE, kind="real") as testbed:
        yield testbed


@pytest.fixture(scope="module")
def sites(bed: Testbed) -> tuple[Site, Site]:
    """A public site, and a private one in the other cluster that links to it."""
    west, east = bed.add_sites({"name": "west"}, {"name": "east", "cluster": 1, "ingress": "none"})
    east.link(west.token())
    east.wait_linked(west)
    west.wait_linked(east, "incoming")
    return west, east


def router_pods(site: Site) -> list[Object]:
    return site.cluster.api.list("v1", "pods", site.namespace, label_selector="skupper.io/component=router")


def run(cluster: Cluster, namespace: str, pod: str, container: str, *command: str) -> str:
    """Run a command in a container, as kubectl exec does, and return what it writes."""
    argv = [sys.executable, "-c", _EXEC, str(cluster.kubeconfig), namespace, pod, container, *command]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


class TestSites:
    def test_link_between_clusters(self, sites: tuple[Site, Site]) -> None:
        west, east = sites
        assert east.get("secrets", "link1")["metadata"]["labels"]["skupper.io/type"] == "connection-token"  # type: ignore[index]
        assert west.linked(east, "incoming")
        assert not east.linked(west, "incoming")

    def test_a_rolling_update_replaces_the_router(self, sites: tuple[Site, Site]) -> None:
        west, east = sites
        (before,) = router_pods(west)
        touch = {"spec": {"template": {"metadata": {"annotations": {"touched": "yes"}}}}}
        west.cluster.api.patch("apps/v1", "deployments", west.namespace, "skupper-router", touch)
        west.wait_rollout()
        (after,) = router_pods(west)
        assert after["metadata"]["uid"] != before["metadata"]["uid"]
        assert after["status"]["podIP"] != before["status"]["podIP"]
        east.wait(lambda: after["metadata"]["name"] in str(east.network_status()), "the new router to be linked to")
        east.wait_linked(west)

    def test_a_paused_site_refuses_and_cuts(self, bed: Testbed, sites: tuple[Site, Site]) -> None:
        west, _east = sites
        assert bed.outside
        with bed.outside.connect(west.host(), CLAIMS) as connection:
            west.pause()
            with pytest.raises(ConnectionRefusedError):
                bed.outside.connect(west.host(), INTER_ROUTER)
            with pytest.raises(ConnectionResetError):
                connection.recv(1)
        west.resume()
        bed.outside.connect(west.host(), INTER_ROUTER).close()

    def test_a_load_balancer_may_be_pending_or_have_a_name(self, sites: tuple[Site, Site]) -> None:
        west, _east = sites
        address = west.host()
        west.pending_load_balancer()
        west.fault(load_balancer="hostname")
        west.wait(lambda: west.host().endswith(".lb.test"), "a name")
        west.ready_load_balancer()
        west.wait(lambda: west.host() == address, "the address it had")

    def test_a_program_that_ends_is_started_again(self, sites: tuple[Site, Site]) -> None:
        _west, east = sites
        (pod,) = router_pods(east)
        run(east.cluster, east.namespace, pod["metadata"]["name"], "router", "sh", "-c", "kill 1")
        east.wait(lambda: _restarts(east, "router") == 1, "the router to be started again")
        assert _restarts(east, "config-sync") == 0
        east.wait_ready()


def _restarts(site: Site, container: str) -> int:
    statuses = router_pods(site)[0]["status"]["containerStatuses"]
    return next(int(status["restartCount"]) for status in statuses if status["name"] == container)


class TestContainers:
    """Any command will do for these: a container's name stands for its image, and this one is the router's."""

    @pytest.fixture
    def pod(self, bed: Testbed) -> Iterator[tuple[Cluster, str]]:
        cluster, name = bed.clusters[0], "some-pod"
        settings = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"key": "old"}}
        cluster.api.create(settings, "default")
        container = {
            "name": "router",
            "image": "any",
            "command": ["sleep", "1000"],
            "env": [{"name": "OWN", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}],
            "volumeMounts": [{"name": "settings", "mountPath": "/etc/some/settings"}],
        }
        volume = {"name": "settings", "configMap": {"name": name}}
        spec = {"containers": [container], "volumes": [volume], "terminationGracePeriodSeconds": 0}
        cluster.api.create({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}, "default")
        assert wait_until(lambda: _is_ready(cluster, name), 60)
        yield cluster, name
        cluster.api.delete("v1", "pods", "default", name)
        assert wait_until(lambda: cluster.api.get("v1", "pods", "default", name) is None, 60)
        cluster.api.delete("v1", "configmaps", "default", name)

    def test_volumes_follow_what_they_show(self, pod: tuple[Cluster, str]) -> None:
        cluster, name = pod
        look = "cd /etc/some/settings; cat key; ls"
        assert self._run(pod, look) == "oldkey\n"
        cluster.api.patch("v1", "configmaps", "default", name, {"data": {"key": "new", "more": "too"}})
        wait = "until grep -q new /etc/some/settings/key; do sleep 0.1; done"
        assert self._run(pod, f"{wait}; {look}") == "newkey\nmore\n"

    def test_a_container_sees_its_own_machine(self, pod: tuple[Cluster, str]) -> None:
        cluster, name = pod
        address = (cluster.api.get("v1", "pods", "default", name) or {})["status"]["podIP"]
        look = (
            "hostname; hostname -i; echo $OWN; cat /proc/1/comm; getent hosts kubernetes.default.svc; cat /proc/mounts"
        )
        told = self._run(pod, look).splitlines()
        assert told[:4] == [name, address, address, "sleep"]
        assert told[4].startswith("10.96.0.1 ")
        assert told[5].startswith("overlay / overlay ")

    def test_a_container_has_no_power_over_the_machine(self, pod: tuple[Cluster, str]) -> None:
        told = self._run(pod, "grep CapEff /proc/self/status; hostname other 2>/dev/null || echo refused").splitlines()
        assert int(told[0].split()[1], 16) == 0
        assert "refused" in told

    @staticmethod
    def _run(pod: tuple[Cluster, str], script: str) -> str:
        cluster, name = pod
        return run(cluster, "default", name, "router", "sh", "-c", script)


def _is_ready(cluster: Cluster, pod: str) -> bool:
    status = (cluster.api.get("v1", "pods", "default", pod) or {}).get("status", {})
    return any(c["type"] == "Ready" and c["status"] == "True" for c in status.get("conditions") or [])


class Traces:
    """What a testbed has made by now: processes below its owner, and their namespaces that are not the machine's."""

    def __init__(self, owner: int) -> None:
        self.processes = [identity for pid in _descendants(owner) if (identity := Identity.of(pid))]
        seen = {namespace for process in self.processes for namespace in _namespaces(process.pid)}
        self.namespaces = seen - _namespaces(os.getpid())

    def gone(self) -> bool:
        """Whether nothing of it is left."""
        pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        left = {namespace for pid in pids for namespace in _namespaces(pid)} & self.namespaces
        return not left and not any(process.alive for process in self.processes)


def _descendants(pid: int) -> Iterator[int]:
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield int(child)
                yield from _descendants(int(child))


def _namespaces(pid: int) -> set[str]:
    with contextlib.suppress(OSError):
        return {str(Path(f"/proc/{pid}/ns/{kind}").readlink()) for kind in ("net", "mnt", "pid", "uts")}
    return set()


def _machine() -> tuple[list[str], set[str], str]:
    """Describe what the machine shows to all processes: mounts, interfaces, and addresses that are routed."""
    mounts = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    return sorted(mounts), {name for _number, name in socket.if_nameindex()}, Path("/proc/net/route").read_text()


def _kill_owner(owner: subprocess.Popen[bytes]) -> None:
    owner.kill()


def _kill_runner(owner: subprocess.Popen[bytes]) -> None:
    commands = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in _descendants(owner.pid)}
    runner = min(pid for pid, command in commands.items() if b"testbed.pods" in command)
    os.kill(runner, signal.SIGKILL)
    time.sleep(0.1)
    owner.kill()


def _ask_owner(owner: subprocess.Popen[bytes]) -> None:
    assert owner.stdin
    owner.stdin.close()


@pytest.mark.parametrize("end", [_ask_owner, _kill_owner, _kill_runner])
def test_nothing_is_left(end: Callable[[subprocess.Popen[bytes]], None]) -> None:
    machine = _machine()
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", _OWNER], cwd=_ROOT, **pipes) as owner:
        assert owner.stdout
        assert owner.stdout.readline() == b"up\n"
        traces = Traces(owner.pid)
        assert len(traces.namespaces) > 5
        assert _machine() == machine
        end(owner)
    assert wait_until(traces.gone, 30)
    assert _machine() == machine
