# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pairs of sites that are reached through faulty proxies, and the requests at which faults take effect."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from testbed import Site, Testbed
from testbed.clusters import merge_kubeconfigs, write_kubeconfig
from testbed.faults import FaultyProxy, RequestPattern
from testbed.processes import wait_until
from tests import probes
from tests.harness import Ansible, RunningPlaybook, SharedUser, Task, hosts, rule
from tests.harness.users import SITE_RULES, TASK_RULES

# Seconds that one request of a run may take.
REQUEST = 4
LINK_NAME = "to-west"
ISSUING, LINKING = "issuing", "linking"
# Everything that Ansible may show is looked through for secrets.
_LOUD = ("-vvv", "--diff")
_SOON = 20.0  # seconds
_CA, _OWN = "skupper-site-ca", "sitemesh.skupper/"


@dataclass(frozen=True)
class Step:
    """A request of a run, at which a fault takes effect."""

    side: str
    """At whose cluster it is made: ISSUING or LINKING."""
    where: RequestPattern

    @property
    def writes(self) -> bool:
        """Whether it changes something."""
        return self.where.verb in ("create", "patch", "delete")

    def __str__(self) -> str:
        return f"{self.where} at the {self.side} site"


def _steps(side: str, texts: Sequence[str]) -> tuple[Step, ...]:
    """Read "verb resource name" for each, the last of which is a pattern and may be missing; a number may follow."""
    found = []
    for text in texts:
        asked, _mark, number = text.partition(" #")
        verb, resource, name = [*asked.split(), ""][:3]
        found.append(Step(side, RequestPattern(verb, resource, name, int(number or 1))))
    return tuple(found)


def at_issuing(*texts: str) -> tuple[Step, ...]:
    """Describe steps at the cluster of the issuing site."""
    return _steps(ISSUING, texts)


def at_linking(*texts: str) -> tuple[Step, ...]:
    """Describe steps at the cluster of the linking site."""
    return _steps(LINKING, texts)


@dataclass
class FaultySitePair:
    """A public and a private site behind two proxies, on which one cell after the other is played."""

    bed: Testbed
    west: Site
    east: Site
    proxies: dict[str, FaultyProxy]
    user: SharedUser
    kubeconfig: Path
    ansible: Ansible
    directory: Path
    environment: dict[str, str] = field(default_factory=dict)
    number: int = 0

    @classmethod
    @contextmanager
    def open(cls, bed: Testbed, sites: Sequence[Site], ansible: Ansible, directory: Path) -> Iterator[FaultySitePair]:
        """Open the way to two sites for a user of its own."""
        west, east = sites
        directory.mkdir()
        user = SharedUser.make(
            bed, f"runs-{west.name}", (*TASK_RULES, *SITE_RULES, rule("configmaps", "list")), token=True
        )
        with FaultyProxy.open(west.cluster, directory) as first, FaultyProxy.open(east.cluster, directory) as second:
            ways = [
                write_kubeconfig(directory / f"{proxy.cluster.name}.kubeconfig", proxy.kubeconfig(account))
                for proxy, account in zip((first, second), user.users, strict=True)
            ]
            together = write_kubeconfig(directory / "kubeconfig", merge_kubeconfigs(ways))
            yield cls(bed, west, east, {ISSUING: first, LINKING: second}, user, together, ansible, directory)

    @property
    def fresh(self) -> str:
        """A name that no other cell has."""
        return f"cell-{self.west.name}-{self.number}"

    def start(self, *tasks: Task) -> RunningPlaybook:
        """Start a play of tasks on this machine."""
        return self.start_plays([{"hosts": "all", "gather_facts": False, "tasks": list(tasks)}])

    def start_plays(self, plays: Sequence[Mapping[str, Any]], *arguments: str) -> RunningPlaybook:
        """Start plays on this machine."""
        return self.ansible.start(plays, [*_LOUD, *arguments], self.kubeconfig, self.environment)

    def start_playbook(self, name: str, **extra: Any) -> RunningPlaybook:
        """Start a playbook of the collection on both sites, with extra variables."""
        sites = [self.west, self.east]
        inventory = hosts(sites, {site.name: self.variables(site) for site in sites})
        options = [*_LOUD, "-e", json.dumps({"skupper_hosts": "all", **extra})]
        playbook = f"sitemesh.skupper.{name}"
        return self.ansible.start(playbook, options, self.kubeconfig, self.environment, inventory)

    def variables(self, site: Site) -> dict[str, Any]:
        """Describe a site for an inventory, beside where it is."""
        return {"skupper_exposure": site.exposure, "skupper_connection": {"request_timeout": REQUEST}}

    def link(self) -> None:
        """Link the private site to the public one by hand, and wait until the link works."""
        self.east.link(self.west.token(f"by-hand-{self.number}"), LINK_NAME)
        self.wait_linked()

    def wait_linked(self) -> None:
        """Wait until the private site's network status has the link."""
        self.east.wait_linked(self.west, timeout=_SOON)
        self.west.wait_linked(self.east, "incoming", timeout=_SOON)

    def reset(self) -> None:
        """Remove everything that a cell may have left."""
        for proxy in self.proxies.values():
            proxy.disarm()
        self.east.unlink_all()
        for name in probes.records(self.west):
            self.west.cluster.api.delete("v1", "secrets", self.west.namespace, name)
        self._forget()
        self.east.wait(self._unlinked, "the links to be gone", _SOON)

    def _forget(self) -> None:
        """Remove the notes of evictions and revocations, by which another one could count as done."""
        notes = (self.west.get("secrets", _CA) or {})["metadata"].get("annotations") or {}
        body = {"metadata": {"annotations": dict.fromkeys(name for name in notes if name.startswith(_OWN))}}
        self.west.cluster.api.patch("v1", "secrets", self.west.namespace, _CA, body)

    def _unlinked(self) -> bool:
        return not probes.connectors(self.east) and not probes.connections(self.east)

    def soon(self, condition: Callable[[], object]) -> bool:
        """Whether a condition comes true that controllers may still be working on."""
        return wait_until(condition, _SOON, 0.1)
