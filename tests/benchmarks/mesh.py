# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure what meshes of many simulated sites cost: python -m tests.benchmarks.mesh --sites 10,50,200.

For each size, beyond a play without tasks: wall and CPU seconds of ansible-playbook and all its children, the same CPU
for each site, the peak memory of the largest process, API requests for each site, and how many sites were changed. Every
private site is linked to two hubs; one site in twelve is a hub, or as many as --hubs says. In the end one private site in
twenty can't be had: a third of those has an API server that refuses connections, a third one that never answers, and a
third one that denies everything. Beside it stands kubernetes.core, which writes as many Secrets as there are links;
Skupper's command line is measured beside the collection on real sites (tests/conformance/test_fleet.py). Nothing is
judged here.

Each site keeps the status of its whole network in one ConfigMap, of at most 1 MiB: that ends it at some hundred sites,
here and with Skupper. --networks makes several of the given size, whose plays run one after the other on an inventory
that has them all: --sites 200 --networks 5 are a thousand sites. What is lost, added and revoked is then of the first.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from testbed import Site, Testbed
from tests.benchmarks import kubernetes_core
from tests.benchmarks.__main__ import RIGHTS
from tests.harness import NEWEST, Ansible, RequestLog, Run, SharedUser, hosts
from tests.harness.ansible_cores import COLLECTIONS
from tests.harness.playbooks import RunningPlaybook, cpu_of_children, descendants
from tests.harness.users import Rule

_PEER_UP_TO = 50
_ONE_IN = 20
_WAIT = 3600.0  # seconds


@dataclass(frozen=True)
class Cost:
    """The cost of a play."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds, user and system."""
    memory: float
    """MiB, of the largest of its processes."""
    requests: int
    changed: int
    """How many sites."""
    failed: int
    """How many sites."""
    plays: int = 1

    def __add__(self, other: Cost) -> Cost:
        """Add the costs of two plays that run one after the other."""
        return Cost(
            self.wall + other.wall,
            self.cpu + other.cpu,
            max(self.memory, other.memory),
            self.requests + other.requests,
            self.changed + other.changed,
            self.failed + other.failed,
            self.plays + other.plays,
        )


class _Peak(threading.Thread):
    """Watches how large the largest process of a play becomes."""

    def __init__(self, playing: RunningPlaybook) -> None:
        super().__init__(daemon=True)
        self._playing = playing
        self.mib = 0.0

    def run(self) -> None:
        while self._playing.running():
            for pid in (self._playing.pid, *descendants(self._playing.pid)):
                self.mib = max(self.mib, _resident(pid))
            time.sleep(1)


def _resident(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def _mesh(network: str) -> tuple[str, ...]:
    """Return the variables of a mesh."""
    return ("-e", f"skupper_hosts={network}", "-e", "skupper_topology=hubs")


class MeshBench:
    """One mesh or several, and the plays that are measured on them."""

    def __init__(
        self, bed: Testbed, folder: Path, size: int, hubs: int, forks: int, networks: int, rights: Sequence[Rule]
    ) -> None:
        self._bed = bed
        self._folder = folder
        self._user = SharedUser.make(bed, f"benchmark-{size}", rights)
        self._ansible = Ansible(NEWEST, folder / str(size), self._user.kubeconfig)
        self._environment = {
            "ANSIBLE_FORKS": str(forks),
            "ANSIBLE_COLLECTIONS_PATH": f"{COLLECTIONS}{os.pathsep}{kubernetes_core.collections()}",
        }
        self.networks = [f"m{size}-{number}" for number in range(networks)]
        self.hubs: list[Site] = []
        self.sites: list[Site] = []
        for network in self.networks:
            self._add(network, size, hubs)
        self._troubles: dict[str, dict[str, Any]] = {}

    def _add(self, network: str, size: int, hubs: int) -> None:
        public = [self._site(network, "hub", number) for number in range(hubs)]
        private = [{**self._site(network, "shop", number), "ingress": "none"} for number in range(size - hubs)]
        made = self._bed.add_sites(*public, *private)
        self.hubs += made[:hubs]
        self.sites += made

    def _site(self, network: str, what: str, number: int) -> dict[str, Any]:
        return {"name": f"{network}-{what}-{number:04}", "cluster": number % len(self._bed.clusters)}

    def add_shop(self) -> None:
        """Add a private site."""
        self.sites += self._bed.add_sites({"name": f"{self.networks[0]}-shop-new", "cluster": 1, "ingress": "none"})

    def lose_hub(self) -> Site:
        """Delete the site of a hub, and drop the hub."""
        lost = self.sites.pop(1)
        lost.delete()
        return lost

    def measure(self, playbook: Any, *arguments: str) -> Cost:
        """Run a playbook on the sites."""
        inventory, arguments = hosts(self.sites, self._troubles), ("-i", self._groups(), *arguments)
        request_log, before, start = RequestLog(self._bed, self._user), cpu_of_children(), time.monotonic()
        playing = self._ansible.start(playbook, arguments, environment=self._environment, inventory=inventory)
        peak = _Peak(playing)
        peak.start()
        run: Run = playing.wait(_WAIT)
        peak.join()
        if not self._troubles:
            run.succeeded()
        changed, failed = ({result.host for result in results} for results in (run.changed, run.failed))
        wall, cpu = time.monotonic() - start, cpu_of_children() - before
        return Cost(wall, cpu, peak.mib, len(request_log.requests()), len(changed), len(failed))

    def _groups(self) -> str:
        """Write an inventory beside the hosts', with a group for each network."""
        names = [site.name for site in self.sites]
        groups: dict[str, Any] = {
            network: {"hosts": {name: {} for name in names if name.startswith(f"{network}-")}}
            for network in self.networks
        }
        path = self._folder / "groups.json"
        path.write_text(json.dumps({"all": {"children": groups}}))
        return str(path)

    def link(self, *arguments: str) -> Cost:
        """Run the playbook that links the sites, for each network."""
        first, *others = (
            self.measure("sitemesh.skupper.link_sites", *_mesh(network), *arguments) for network in self.networks
        )
        return sum(others, first)

    def revoke(self) -> Cost:
        """Run the playbook that revokes the access to the first hub, and links the others to it again."""
        asked = ("-e", f"skupper_revoke_site={self.sites[0].name}", "-e", "skupper_revoke_id=BENCHMARK")
        return self.measure("sitemesh.skupper.revoke_access", *_mesh(self.networks[0]), *asked)

    @contextmanager
    def troubled(self) -> Iterator[None]:
        """Make some private sites unreachable, spread over the others."""
        with ExitStack() as stack:
            silent, closed = (stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _number in range(2))
            # A listener that accepts nothing looks alive until the first answer is waited for.
            ways = [
                {"host": f"https://127.0.0.1:{each.getsockname()[1]}", "api_key": "none", "validate_certs": False}
                for each in (closed, silent)
            ]
            closed.close()
            refused = SharedUser.make(self._bed, f"nobody-{len(self.sites)}", None)
            ways.append({"kubeconfig": str(refused.kubeconfig)})
            chosen = [site for site in self.sites if "-shop-" in site.name][::_ONE_IN]
            self._troubles = {
                site.name: {"skupper_connection": ways[number % len(ways)]} for number, site in enumerate(chosen)
            }
            yield
            self._troubles = {}

    def kubernetes_core(self) -> Cost:
        """Write with kubernetes.core what two links of every site are at least: two Secrets."""
        secret = {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "peer-{{ item }}", "namespace": "{{ skupper_namespace }}"},
            "stringData": {"tls.crt": "x" * 1200, "tls.key": "y" * 1700, "ca.crt": "z" * 1200},
        }
        task = {
            "name": "write",
            "kubernetes.core.k8s": {"context": "{{ skupper_context }}", "definition": secret},
            "loop": [1, 2],
        }
        return self.measure([{"hosts": "all", "gather_facts": False, "tasks": [task]}])

    def empty(self) -> Cost:
        """Measure a play without tasks."""
        return self.measure([{"hosts": "all", "gather_facts": False, "tasks": []}])


def without_watch(rules: Sequence[Rule]) -> list[Rule]:
    """Return the same rights without the right to watch."""
    return [{**rule, "verbs": [verb for verb in rule["verbs"] if verb != "watch"]} for rule in rules]


def report(bench: MeshBench, first: bool) -> None:
    """Measure one case after the other and print its cost; with ``first`` only the first convergence."""
    empty = min((bench.empty() for _number in range(3)), key=lambda cost: cost.cpu)
    print(
        f"\n{len(bench.sites)} sites in {len(bench.networks)} networks, {len(bench.hubs)} of them hubs; a play without "
        f"tasks: {empty.cpu:.2f} CPU s",
        flush=True,
    )
    columns = f"{'wall s':>8} {'CPU s':>8} {'a site':>7} {'MiB':>6} {'requests':>9} {'changed':>8} {'failed':>7}"
    print(f"{'':<34} {columns}")

    def show(title: str, measure: Callable[[], Cost]) -> None:
        cost = measure()
        cpu, requests = cost.cpu - cost.plays * empty.cpu, cost.requests / len(bench.sites)
        print(
            f"{title:<34} {cost.wall:>8.1f} {cpu:>8.1f} {cpu / len(bench.sites):>7.3f} {cost.memory:>6.0f} "
            f"{requests:>9.2f} {cost.changed:>8} {cost.failed:>7}",
            flush=True,
        )

    show("first convergence", bench.link)
    if first:
        return
    show("second run", bench.link)
    show("second run, once more", bench.link)
    bench.add_shop()
    show("one site added", bench.link)
    show("one hub revoked, all linked again", bench.revoke)
    bench.lose_hub()
    show("one hub lost", lambda: bench.link("-e", "skupper_prune=true"))
    show("second run, for comparison", bench.link)
    with bench.troubled():
        show("the same, one in twenty in trouble", bench.link)
    if len(bench.sites) <= _PEER_UP_TO:
        show("kubernetes.core.k8s, two Secrets", bench.kubernetes_core)
        show("the same again, unchanged", bench.kubernetes_core)


def main() -> None:
    """Print a table for each size."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.mesh", description=__doc__)
    parser.add_argument("--sites", default="10,50", help="sizes of the meshes (default 10,50)")
    parser.add_argument("--hubs", type=int, default=0, help="how many of them are hubs (default one in twelve)")
    parser.add_argument("--clusters", type=int, default=2, help="how many clusters they share (default 2)")
    parser.add_argument("--networks", type=int, default=1, help="how many such meshes (default 1)")
    parser.add_argument("--forks", type=int, default=5, help="default 5")
    parser.add_argument("--first", action="store_true", help="measure the first convergence alone")
    parser.add_argument("--without-watch", action="store_true", help="by an account that may not watch")
    arguments = parser.parse_args()
    for size in map(int, arguments.sites.split(",")):
        # A testbed of its own for each, so that none pays for the sites of the one before.
        with tempfile.TemporaryDirectory() as folder, Testbed.up(clusters=arguments.clusters, pace=0.05) as bed:
            hubs = arguments.hubs or max(2, size // 12)
            rights = without_watch(RIGHTS) if arguments.without_watch else RIGHTS
            bench = MeshBench(bed, Path(folder), size, hubs, arguments.forks, arguments.networks, rights)
            report(bench, arguments.first)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
