# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure what it costs to plan a mesh: PYTHONPATH=.venv/collections python -m tests.benchmarks.planner --sites 500,1000.

For each size and topology: how many links there should be, milliseconds of CPU for a plan from nothing and for one where
nothing is left to do, how much each is for a link, and the most memory that it took. No site is asked here; what that
costs is in tests.benchmarks.mesh. Nothing is judged here.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
from dataclasses import dataclass

from ansible_collections.sitemesh.skupper.plugins.module_utils._model.mesh import Member, MeshPlan, Rules, Topology
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.mesh import plan_mesh

from tests.unit.support.meshes import carried_out, private, public

_TIMES = 3
_HUBS = 10
_FULL = 0.1  # of the sites are public where each pair is linked, which is what makes links many


@dataclass(frozen=True)
class Cost:
    """The cost of a plan."""

    plan: MeshPlan
    seconds: float
    """CPU, the least of some times."""
    mib: float
    """At the most, beyond what the sites themselves take."""

    def told(self) -> str:
        """Return the columns of the table."""
        each = self.seconds / len(self.plan.links)
        return f"{self.seconds * 1e3:>10.0f} {each * 1e6:>10.0f} {self.mib:>8.1f}"


def measure(members: list[Member], rules: Rules) -> Cost:
    """Plan several times and return the cost."""
    spent = []
    for _time in range(_TIMES):
        began = time.process_time()
        plan_mesh(members, rules)
        spent.append(time.process_time() - began)
    tracemalloc.start()
    plan = plan_mesh(members, rules)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return Cost(plan, min(spent), most / 2**20)


def mesh(size: int, topology: Topology) -> list[Member]:
    """Return sites without links."""
    hubs = _HUBS if topology is Topology.HUBS else int(size * _FULL)
    return [public(f"hub-{n:04}") for n in range(hubs)] + [private(f"shop-{n:04}") for n in range(size - hubs)]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.planner", description=__doc__)
    parser.add_argument("--sites", default="125,250,500,1000", help="sizes of the meshes (default 125,250,500,1000)")
    sizes = [int(size) for size in parser.parse_args().sites.split(",")]
    columns = f"{'ms':>10} {'us a link':>10} {'MiB':>8}"
    print(f"{'topology':<9} {'sites':>6} {'links':>8}   {'from nothing:':<30}   nothing left to do:")
    print(f"{'':<25}   {columns}   {columns}")
    for topology in (Topology.HUBS, Topology.FULL):
        for size in sizes:
            members = mesh(size, topology)
            first = measure(members, Rules(topology))
            second = measure(carried_out(members, first.plan), Rules(topology))
            assert second.plan.steps == ()
            links = len(first.plan.links)
            print(f"{topology.value:<9} {size:>6} {links:>8}   {first.told()}   {second.told()}", flush=True)


if __name__ == "__main__":
    main()
