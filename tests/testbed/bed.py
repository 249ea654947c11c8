# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The testbed as tests and the demo use it: clusters, the simulator of their sites, and handles on the sites."""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from . import clusters as control_planes
from .cache import cache_root
from .clusters import Cluster, merge_kubeconfigs, write_kubeconfig
from .control import Site
from .processes import Process, ProcessFailed
from .sites.hosts import telling_name

_BLOCKS = range(64, 251)
_ROOT = Path(__file__).resolve().parents[2]
_START = 60.0  # seconds


class Testbed:
    """Running clusters and the simulator of the sites on them."""

    __test__ = False  # no test class, whatever its name suggests to pytest

    def __init__(self, running: list[Cluster], directory: Path, block: int, pace: float) -> None:
        self.clusters = running
        self.directory = directory
        self.pace = pace
        self.sites: dict[str, Site] = {}
        self.kubeconfig = directory / "kubeconfig"
        write_kubeconfig(self.kubeconfig, merge_kubeconfigs([cluster.kubeconfig for cluster in running]))
        self._block = block
        self._ingress_hosts = 0
        self._simulator: Process | None = None

    @classmethod
    @contextlib.contextmanager
    def up(cls, clusters: int | Sequence[str] = 2, pace: float = 0.1, verbose: bool = False) -> Iterator[Testbed]:
        """Run clusters of the given names, or as many named cluster-1, cluster-2 and so on.

        `pace` is a factor on the delays of real sites.
        """
        if isinstance(clusters, int):
            clusters = [f"cluster-{number}" for number in range(1, clusters + 1)]
        with _loopback_block() as block, contextlib.ExitStack() as stack:
            home = control_planes.run_directory()
            stack.callback(home.remove)
            running = control_planes.start_clusters(list(clusters), home.path)
            for cluster in running:
                stack.callback(cluster.close)
            bed = cls(running, home.path, block, pace)
            stack.callback(bed.stop_simulator)
            bed.start_simulator(verbose)
            yield bed

    def start_simulator(self, verbose: bool = False) -> None:
        """Start the process that plays all sites, as a user of its own on each cluster."""
        ready = self.directory / "simulator.ready"
        ready.unlink(missing_ok=True)
        keys = cache_root() / "keys"
        arguments = ["--pace", self.pace, "--block", self._block, "--keys", keys, "--ready", ready]
        kubeconfigs = [str(cluster.simulator.kubeconfig) for cluster in self.clusters]
        options = ["--verbose"] if verbose else []
        command = [sys.executable, "-m", f"{__package__}.sites", *map(str, arguments), *options, *kubeconfigs]
        # Not shared with the programs under test: a plain PYTHONPATH could bring their modules in.
        environment = {"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        self._simulator = Process.start("simulator", command, self.directory, environment)
        self._simulator.wait_ready(ready.exists, _START)

    def stop_simulator(self) -> None:
        """End the simulator: all sites stand still, as if their controllers and routers were gone."""
        if self._simulator:
            self._simulator.stop()
            self._simulator = None

    @property
    def simulator_log(self) -> Path:
        """Where the simulator says what it does."""
        return self.directory / "simulator.log"

    @property
    def simulator_pid(self) -> int:
        """The process id of the simulator, to measure it; ProcessFailed if it does not run."""
        if self._simulator is None:
            raise ProcessFailed("the simulator does not run")
        return self._simulator.pid

    def add_site(
        self,
        name: str,
        cluster: int = 0,
        ingress: str = "loadbalancer",
        *,
        namespace: str | None = None,
        edge: bool = False,
        settings: Mapping[str, str] | None = None,
        faults: Mapping[str, str | None] | None = None,
        wait: bool = True,
    ) -> Site:
        """Make a site out of a skupper-site ConfigMap, and wait until it takes tokens and links.

        `settings` are further keys of the ConfigMap, `faults` as `Site.fault` takes them. With an ingress other than
        loadbalancer and none the site gets an ingress host of its own; routes need `install_routes` first.
        """
        where = {} if ingress in ("loadbalancer", "none") else {"ingress-host": self._ingress_host(ingress)}
        mode = {"router-mode": "edge"} if edge else {}
        data = {"name": name, "ingress": ingress, **where, **mode, **(settings or {})}
        site = Site.create(self.clusters[cluster], namespace or name, data, self.pace, faults)
        self.sites[name] = site
        if wait:
            site.wait_ready()
        return site

    def add_sites(self, *wanted: Mapping[str, object]) -> list[Site]:
        """Make several sites side by side; each argument holds the arguments of one `add_site`."""
        made = [self.add_site(**{**arguments, "wait": False}) for arguments in wanted]  # type: ignore[arg-type]
        for site in made:
            site.wait_ready()
        return made

    def install_routes(self, cluster: int = 0) -> None:
        """Make a cluster serve Routes as OpenShift does, so that sites may have ingress "route"."""
        self.clusters[cluster].api.create(_route_definition())

    def _ingress_host(self, ingress: str) -> str:
        # Out of the simulator's own addresses, but from the other end.
        self._ingress_hosts += 1
        address = f"127.{self._block}.255.{self._ingress_hosts}"
        return address if ingress == "nodeport" else telling_name(address)


def _route_definition() -> dict[str, object]:
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    kinds = {"plural": "routes", "singular": "route", "kind": "Route", "listKind": "RouteList"}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "routes.route.openshift.io"},
        "spec": {"group": "route.openshift.io", "names": kinds, "scope": "Namespaced", "versions": [version]},
    }


@contextlib.contextmanager
def _loopback_block() -> Iterator[int]:
    """Take a range of loopback addresses (127.BLOCK.0.0/16) that no other testbed of this machine's user has."""
    directory = cache_root() / "loopback"
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    for block in random.sample(_BLOCKS, len(_BLOCKS)):
        handle = os.open(directory / f"{block}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            continue
        try:
            yield block
        finally:
            os.close(handle)
        return
    raise ProcessFailed("all loopback address ranges are taken by running testbeds")
