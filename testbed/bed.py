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
from typing import Literal

from . import clusters as control_planes
from . import definitions
from .cache import cache_root
from .clusters import Cluster, merge_kubeconfigs, write_kubeconfig
from .pods import site_controller
from .pods.addresses import node_address
from .pods.outside import Outside
from .processes import Process, ProcessFailed, wait_until
from .site_handle import Site
from .sites.hosts import telling_name
from .toolchain import NoGo

_BLOCKS = range(64, 251)
_ROOT = Path(__file__).resolve().parents[1]
_START = 60.0  # seconds

Kind = Literal["simulated", "real"]


class Testbed:
    """Running clusters, and beside them either the simulator of their sites or the runner of real sites' pods."""

    __test__ = False  # no test class, whatever its name suggests to pytest

    def __init__(
        self, running: list[Cluster], directory: Path, block: int, pace: float, kind: Kind = "simulated"
    ) -> None:
        self.clusters = running
        self.kind = kind
        self.directory = directory
        self.pace = pace
        self.sites: dict[str, Site] = {}
        self.kubeconfig = directory / "kubeconfig"
        write_kubeconfig(self.kubeconfig, merge_kubeconfigs([cluster.kubeconfig for cluster in running]))
        self._block = block
        self._ingress_hosts = 0
        self._simulator: Process | None = None
        self._pods: Process | None = None
        self.outside: Outside | None = None

    @classmethod
    @contextlib.contextmanager
    def up(
        cls, clusters: int | Sequence[str] = 2, pace: float = 0.1, verbose: bool = False, kind: Kind = "simulated"
    ) -> Iterator[Testbed]:
        """Run clusters of the given names, or as many named cluster-1, cluster-2 and so on.

        `pace` is a factor on the delays of simulated sites; with the programs of real ones, on those of their probes.
        Real sites need root, and the programs of Skupper where testbed/skupper looks for them.
        """
        if isinstance(clusters, int):
            clusters = [f"cluster-{number}" for number in range(1, clusters + 1)]
        if kind == "real":
            _prepare_real()
        with _loopback_block() as block, contextlib.ExitStack() as stack:
            home = control_planes.run_directory()
            stack.callback(home.remove)
            running = control_planes.start_clusters(list(clusters), home.path)
            for cluster in running:
                stack.callback(cluster.close)
            bed = cls(running, home.path, block, pace, kind)
            if kind == "real":
                stack.callback(bed.stop_pods)
                bed.start_pods(verbose)
                bed.install_site_controllers()
            else:
                stack.callback(bed.stop_simulator)
                bed.start_simulator(verbose)
            yield bed

    def start_simulator(self, verbose: bool = False) -> None:
        """Start the process that plays all sites, as a user of its own on each cluster."""
        ready = self.directory / "simulator.ready"
        ready.unlink(missing_ok=True)
        keys = cache_root() / "keys"
        arguments = ["--pace", self.pace, "--block", self._block, "--keys", keys]
        self._simulator = self._start("simulator", "sites", arguments, ready, verbose)

    def start_pods(self, verbose: bool = False) -> None:
        """Start the process that runs the pods of all clusters."""
        ready = self.directory / "pods.ready"
        ready.unlink(missing_ok=True)
        home = self.directory / "pods"
        arguments = ["--pace", self.pace, "--block", self._block, "--directory", home]
        self._pods = self._start("pods", "pods", arguments, ready, verbose)
        self.outside = Outside(ready.read_text())

    def stop_pods(self) -> None:
        """End all pods at once, as at the end of their machines."""
        if self._pods:
            self._pods.stop()
            self._pods = None

    def install_site_controllers(self) -> None:
        """Run Skupper's site controller on each cluster, and wait for it."""
        for cluster in self.clusters:
            site_controller.install(cluster)
        if not wait_until(lambda: all(map(site_controller.is_ready, self.clusters)), _START):
            raise ProcessFailed(f"the site controllers do not start; see {self.directory / 'pods.log'}")

    def _start(self, name: str, package: str, arguments: Sequence[object], ready: Path, verbose: bool) -> Process:
        """Start a process that acts on all clusters, as a user of its own on each."""
        kubeconfigs = [str(cluster.simulator.kubeconfig) for cluster in self.clusters]
        options = ["--verbose"] if verbose else []
        given = [*map(str, arguments), "--ready", str(ready), *options, *kubeconfigs]
        command = [sys.executable, "-m", f"{__package__}.{package}", *given]
        # Not shared with the programs under test: a plain PYTHONPATH could bring their modules in.
        environment = {"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        process = Process.start(name, command, self.directory, environment)
        process.wait_ready(ready.exists, _START)
        return process

    def stop_simulator(self) -> None:
        """End the simulator: all sites stand still, as if their controllers and routers were gone."""
        if self._simulator:
            self._simulator.stop()
            self._simulator = None

    @property
    def simulator_log(self) -> Path:
        """The log of the simulator."""
        return self.directory / "simulator.log"

    @property
    def log(self) -> Path:
        """The log of the process that plays or runs the sites; for real sites, pods/logs holds more."""
        return self.directory / "pods.log" if self.kind == "real" else self.simulator_log

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
        loadbalancer and none the site gets an ingress host of its own; routes need `install_routes` first. There is
        nothing that would act on routes, ingresses and proxies of real sites.
        """
        where = {} if ingress in ("loadbalancer", "none") else {"ingress-host": self._ingress_host(ingress, cluster)}
        mode = {"router-mode": "edge"} if edge else {}
        data = {"name": name, "ingress": ingress, **where, **mode, **(settings or {})}
        real = self.kind == "real"
        site = Site.create(self.clusters[cluster], namespace or name, data, self.pace, faults, real, self.log)
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
        """Make a cluster serve Routes as OpenShift does, so that sites may have ingress "route", and wait until it does."""
        api, routes = self.clusters[cluster].api, definitions.routes()
        api.create(routes)
        if not wait_until(lambda: definitions.is_served(api, routes), _START):
            raise ProcessFailed(f"{self.clusters[cluster].name} serves no routes after {_START:g} s")

    def _ingress_host(self, ingress: str, cluster: int) -> str:
        if self.kind == "real":
            return node_address(self._block, cluster)
        # Out of the simulator's own addresses, but from the other end.
        self._ingress_hosts += 1
        address = f"127.{self._block}.255.{self._ingress_hosts}"
        return address if ingress == "nodeport" else telling_name(address)


def _prepare_real() -> None:
    """Look for what real sites need before anything is started; ProcessFailed with one sentence if it is missing."""
    # Not needed, and not always to be had, for simulated ones.
    from . import goprograms, skupper
    from .pods import execserver

    obstacle = skupper.obstacle()
    if obstacle:
        raise ProcessFailed(obstacle)
    try:
        execserver.build()
    except (goprograms.BuildFailed, NoGo) as failure:
        raise ProcessFailed(str(failure)) from failure


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
