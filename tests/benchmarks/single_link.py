# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure how long it takes to link two real sites: python -m tests.benchmarks.single_link --rounds 3 (as root).

There are several ways: tasks of the collection, and typed commands. In each round every way links a fresh site of its
own to the same public site, one after the other. Prints the seconds from the start of a task, or of the first of
three commands, to the moment at which a program reported that the link is connected, and how many times the median of the
commands that is. It does not judge the figures.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from testbed import Site, Testbed, skupper
from tests.conformance.cli import Cli
from tests.harness import NEWEST, Ansible, SharedUser, Task, rule, tasks

Way = Callable[[Site, Site], float]
COMMANDS = "token create, link create, link status --wait"


class Bench:
    """Links sites in all ways."""

    def __init__(self, bed: Testbed, folder: Path) -> None:
        user = SharedUser.make(bed, "benchmark", [rule("*", "*", group="*")])
        self._cli = Cli(skupper.find().cli, user, folder)
        self._ansible = Ansible(NEWEST, folder / "runs", user.kubeconfig)
        self._folder = folder

    def ways(self) -> Mapping[str, Way]:
        """Return the ways to compare, by their names in the table."""
        return {
            COMMANDS: self._typed,
            "skupper_link, issuer": lambda hub, site: self._played(tasks.issued_link(site, hub)),
            "skupper_link, issuer.type cert": lambda hub, site: self._played(
                tasks.link(site, issuer={**tasks.where(hub), "type": "cert"})
            ),
            "skupper_token, skupper_link": lambda hub, site: self._played(
                tasks.token(hub, f"for-{site.name}", register="issued"), tasks.link(site, token="{{ issued.token }}")
            ),
        }

    def _typed(self, hub: Site, site: Site) -> float:
        token = str(self._folder / f"{site.name}.yaml")
        typed = [
            self._cli.run(hub, "token", "create", token, "--name", f"for-{site.name}"),
            self._cli.run(site, "link", "create", token, "--name", "link1"),
            self._cli.run(site, "link", "status", "link1", "--wait", "60"),
        ]
        assert typed[-1].succeeded().says("Link link1 is connected")
        return sum(said.succeeded().seconds for said in typed)

    def _played(self, *play: Task) -> float:
        run = self._ansible.play(*play).succeeded()
        assert run.results[-1]["link"]["connected"]
        return sum(result.seconds for result in run.results)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.single_link", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="default 3")
    rounds = parser.parse_args().rounds
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder, Testbed.up(2, kind="real") as bed:
        bench = Bench(bed, Path(folder))
        for number in range(rounds):
            hub = bed.add_site(f"hub{number}", 0)
            for letter, (title, way) in zip("abcd", bench.ways().items(), strict=True):
                site = bed.add_site(f"east{number}{letter}", 1, "none")
                found.setdefault(title, []).append(way(hub, site))
                site.delete()
            hub.delete()
    typed = statistics.median(found[COMMANDS])
    print(f"{f'{rounds} rounds':<50} {'least s':>8} {'median s':>9} {'most s':>8} {'times':>7}")
    for title, seconds in found.items():
        median = statistics.median(seconds)
        print(f"{title:<50} {min(seconds):>8.1f} {median:>9.1f} {max(seconds):>8.1f} {median / typed:>7.2f}")


if __name__ == "__main__":
    main()
