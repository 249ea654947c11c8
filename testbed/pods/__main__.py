# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The runner as a process: `python -m testbed.pods --pace 0.1 --block 83 --directory DIR --ready FILE KUBECONFIG...`."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
from pathlib import Path

from ..skupper import Programs, find
from . import execserver
from .addresses import AddressPool, public
from .children import Children
from .cluster import Machine, PodCluster
from .isolation import isolate
from .network import Network
from .syscalls import mount


def main() -> None:
    """Run the pods of the clusters named until SIGTERM."""
    parser = argparse.ArgumentParser(description="Pods of real Skupper sites")
    parser.add_argument("--pace", type=float, default=1.0, help="factor on the waiting of probes and restarts")
    parser.add_argument("--block", type=int, required=True, help="third number of the load balancers' addresses")
    parser.add_argument("--directory", type=Path, required=True, help="where to mount memory and write logs")
    parser.add_argument("--ready", type=Path, required=True, help="file to make once everything is watched")
    parser.add_argument("--verbose", action="store_true", help="log what pods do")
    parser.add_argument("kubeconfig", type=Path, nargs="+", help="one for each cluster")
    options = parser.parse_args()
    programs, exec_program = find(), execserver.build()
    identifier = isolate()
    level = logging.INFO if options.verbose else logging.WARNING
    logging.basicConfig(level=level, format="%(asctime)s %(name)s %(message)s")
    asyncio.run(_run(options, programs, exec_program, identifier))


async def _run(options: argparse.Namespace, programs: Programs, exec_program: Path, identifier: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    children = Children()
    children.watch()
    memory, logs = options.directory / "memory", options.directory / "logs"
    for directory in (options.directory, memory, logs):
        directory.mkdir(mode=0o700, exist_ok=True)
    mount("tmpfs", str(memory), "tmpfs", data="mode=0700")
    os.chdir(memory)
    machine = Machine(children, programs, AddressPool(options.block), memory, logs, options.pace)
    clusters = [PodCluster(path, number, machine) for number, path in enumerate(options.kubeconfig)]
    outside = Network("outside", public(options.block), children, logs / "outside.network.log")
    everywhere = [outside, *(cluster.network for cluster in clusters)]
    # All of them first: a load balancer of one cluster listens in the others' networks too.
    for network in everywhere:
        await network.start()

    def resolve() -> None:
        names = {name: address for cluster in clusters for name, address in cluster.public_names.items()}
        for cluster in clusters:
            cluster.resolve(names)

    by_name = {cluster.name: cluster for cluster in clusters}
    ports = await execserver.start(
        exec_program,
        [cluster.directory for cluster in clusters],
        lambda name, *place: by_name[name].kubelet.container(*place),
        children,
        logs / "exec.log",
    )
    for cluster, port in zip(clusters, ports, strict=True):
        await cluster.start(everywhere, resolve, port)
    _announce(options.ready, identifier, outside.handle)
    await stop.wait()
    # Nothing has to be tidied up: everything ends with process 1.
    os._exit(0)


def _announce(ready: Path, identifier: int, handle: int) -> None:
    """Write down by which of this process's handles others can enter the network of outside clients."""
    partial = ready.with_suffix(".partial")
    partial.write_text(f"/proc/{identifier}/fd/{handle}")
    partial.replace(ready)


if __name__ == "__main__":
    main()
