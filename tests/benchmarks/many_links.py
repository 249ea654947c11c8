# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure how long it takes to link many real sites: python -m tests.benchmarks.many_links (as root).

There are two ways: playbook link_sites, and a shell loop. In each round both link fresh sites of their own. The loop
makes a token and a link for one site after the other, and then waits for all of them. Prints the seconds that each
command took as a whole, and how many times the loop's that is. It does not judge the figures.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from testbed import Site, Testbed, skupper
from tests.conformance.cli import Cli
from tests.conformance.test_fleet import LINK_LOOP
from tests.harness import NEWEST, Ansible, SharedUser, hosts, rule

_LIMIT = 300.0  # seconds


class Bench:
    """Links fleets in both ways."""

    def __init__(self, bed: Testbed, folder: Path, forks: int, kind: str) -> None:
        self._bed = bed
        self._folder = folder
        user = SharedUser.make(bed, "benchmark", [rule("*", "*", group="*")])
        self._cli = Cli(skupper.find().cli, user, folder)
        self._ansible = Ansible(NEWEST, folder / "runs", user.kubeconfig)
        self._arguments = ["-e", "skupper_hosts=all", "-e", f"mesh_token_type={kind}", "--forks", str(forks)]

    def fleet(self, name: str, size: int) -> list[Site]:
        """Make a public site and private ones."""
        private = [{"name": f"{name}-{number}", "cluster": number % 2, "ingress": "none"} for number in range(size)]
        return self._bed.add_sites({"name": f"{name}-hub"}, *private)

    def typed(self, fleet: list[Site]) -> float:
        """Link a fleet by the loop; return its seconds."""
        hub, *private = fleet
        folder = self._folder / hub.name
        folder.mkdir()
        (folder / "sites").write_text("".join(f"{each.cluster.name} {each.namespace}\n" for each in private))
        said = self._cli.script(LINK_LOOP, folder, _LIMIT, HUB_CONTEXT=hub.cluster.name, HUB=hub.namespace)
        return said.succeeded().seconds

    def played(self, fleet: list[Site]) -> float:
        """Link a fleet by the playbook; return its seconds."""
        began = time.monotonic()
        playing = self._ansible.start("sitemesh.skupper.link_sites", self._arguments, inventory=hosts(fleet))
        playing.wait(_LIMIT).succeeded()
        return time.monotonic() - began


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.many_links", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="default 3")
    parser.add_argument("--private", type=int, default=6, help="private sites of a fleet (default 6)")
    parser.add_argument("--forks", type=int, default=5, help="default 5")
    parser.add_argument(
        "--type", default="auto", choices=["auto", "claim", "cert"], help="of the tokens (default auto)"
    )
    arguments = parser.parse_args()
    found: dict[str, list[float]] = {"skupper, in a loop": [], "link_sites": []}
    with tempfile.TemporaryDirectory() as folder, Testbed.up(2, kind="real") as bed:
        bench = Bench(bed, Path(folder), arguments.forks, arguments.type)
        for number in range(arguments.rounds):
            for (title, seconds), way in zip(found.items(), (bench.typed, bench.played), strict=True):
                fleet = bench.fleet(f"{title[0]}{number}", arguments.private)
                seconds.append(way(fleet))
                for site in fleet:
                    site.delete()
    typed = statistics.median(found["skupper, in a loop"])
    print(
        f"{f'{arguments.private} private sites, {arguments.rounds} rounds':<40} {'least s':>8} {'median s':>9} {'most s':>8} {'times':>7}"
    )
    for title, seconds in found.items():
        median = statistics.median(seconds)
        print(f"{title:<40} {min(seconds):>8.1f} {median:>9.1f} {max(seconds):>8.1f} {median / typed:>7.2f}")


if __name__ == "__main__":
    main()
