# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure what one task costs for each of many hosts, in the controller process and as a module, beside kubernetes.core.

Prints, per host and beyond a play without tasks: CPU seconds of ansible-playbook and all its children, how many times
those of the first line that is, and requests to the API servers. It does not judge the figures.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from testbed import Site, Testbed
from tests.benchmarks import kubernetes_core
from tests.harness import CORES, Ansible, Core, RequestLog, Run, SharedUser, Task, rule
from tests.harness.ansible_cores import COLLECTIONS
from tests.harness.playbooks import cpu_of_children
from tests.harness.tasks import issued_link, token
from tests.harness.users import TASK_RULES

_MODULE: Mapping[str, Any] = {"environment": {"OF_NO_MATTER": "yes"}}
# Modules of other collections ask the API server what it can do before they use it.
RIGHTS = [*TASK_RULES, rule("*", "get", "list", "create", "update", "patch", group="*")]


@dataclass(frozen=True)
class Cost:
    """The cost of a play on the whole machine."""

    cpu: float
    """Seconds, user and system."""
    wall: float
    """Seconds."""
    requests: int


@dataclass(frozen=True)
class Case:
    """One line of the table."""

    title: str
    tasks: Sequence[Task]
    times: int
    """How often it is run; the least counts, for whatever else runs can only add to it."""


def cases(issuer: Site, site: Site, repeat: int) -> list[Case]:
    """Return all cases to compare; links and claims exist already, so that there is nothing to do."""
    link, claim = issued_link(site, issuer), token(issuer, "benchmark")
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "{{ inventory_hostname }}-{{ lookup('pipe', 'date +%s') }}", "namespace": site.namespace},
        "stringData": {"key": "value"},
    }
    written = {"kubernetes.core.k8s": {"context": site.cluster.name, "definition": secret}}
    return [
        Case("skupper_link by issuer, unchanged", [link], repeat),
        Case("skupper_token, unchanged", [claim], repeat),
        Case("skupper_link by issuer, unchanged, as a module", [{**link, **_MODULE}], 1),
        Case("skupper_token, unchanged, as a module", [{**claim, **_MODULE}], 1),
        Case("kubernetes.core.k8s writes a Secret", [{"name": "write", **written}], 1),
        Case("ansible.builtin.debug", [{"name": "debug", "ansible.builtin.debug": {"msg": "hello"}}], repeat),
    ]


class Bench:
    """Runs plays and measures them."""

    def __init__(self, bed: Testbed, core: Core, folder: Path, hosts: int) -> None:
        self.hosts = hosts
        self.user = SharedUser.make(bed, "benchmark", RIGHTS)
        self._bed = bed
        self._ansible = Ansible(core, folder, self.user.kubeconfig)
        self._inventory: dict[str, dict[str, Any]] = {f"host-{number}": {} for number in range(hosts)}
        self._environment = {"ANSIBLE_FORKS": "5", "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS)}

    def add_collections(self, folder: Path) -> None:
        """Let plays use more collections."""
        self._environment["ANSIBLE_COLLECTIONS_PATH"] += os.pathsep + str(folder)

    def play(self, tasks: Sequence[Task]) -> Run:
        """Run tasks on all hosts."""
        play = {"hosts": "all", "gather_facts": False, "tasks": list(tasks)}
        playing = self._ansible.start([play], environment=self._environment, inventory=self._inventory)
        return playing.wait(1800).succeeded()

    def measure(self, tasks: Sequence[Task]) -> Cost:
        """Run tasks on all hosts and return what that cost."""
        request_log, before, start = RequestLog(self._bed, self.user), cpu_of_children(), time.monotonic()
        self.play(tasks)
        return Cost(cpu_of_children() - before, time.monotonic() - start, len(request_log.requests()))

    def least(self, tasks: Sequence[Task], times: int) -> Cost:
        """Return the cost of the cheapest of several runs."""
        return min((self.measure(tasks) for _number in range(times)), key=lambda cost: cost.cpu)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--hosts", type=int, default=50, help="default 50")
    parser.add_argument("--repeat", type=int, default=3, help="runs of what is cheap; the least counts (default 3)")
    parser.add_argument("--core", choices=[core.name for core in CORES], default="newest")
    arguments = parser.parse_args()
    core = next(core for core in CORES if core.name == arguments.core)
    with tempfile.TemporaryDirectory() as folder, Testbed.up(clusters=2, pace=0.1) as bed:
        issuer, site = bed.add_sites(
            {"name": "west", "cluster": 0, "ingress": "loadbalancer"}, {"name": "east", "cluster": 1, "ingress": "none"}
        )
        bench = Bench(bed, core, Path(folder), arguments.hosts)
        report(bench, cases(issuer, site, arguments.repeat), arguments.repeat)


def report(bench: Bench, wanted: Sequence[Case], repeat: int) -> None:
    """Measure one case after the other and print its cost."""
    bench.add_collections(kubernetes_core.collections())
    for case in wanted[:2]:
        # Made once; what is measured finds it there.
        bench.play([{**case.tasks[0], "run_once": True}])
    empty = bench.least([], repeat)
    machine = f"Python {platform.python_version()}, {os.cpu_count()} CPUs"
    print(f"{bench.hosts} hosts, 5 forks, {machine}; a play without tasks: {empty.cpu:.2f} CPU s\n")
    print(f"{'per host, beyond that':<50} {'CPU s':>8} {'times':>7} {'requests':>9} {'wall s':>8}")
    first: float | None = None
    for case in wanted:
        cost = bench.least(case.tasks, case.times)
        cpu = (cost.cpu - empty.cpu) / bench.hosts
        first = first or cpu
        requests = cost.requests / bench.hosts
        print(f"{case.title:<50} {cpu:>8.3f} {cpu / first:>7.1f} {requests:>9.1f} {cost.wall / bench.hosts:>8.3f}")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
