# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator as a process: `python -m testbed.sites --pace 0.1 --block 83 --keys DIR --ready FILE KUBECONFIG...`."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
from pathlib import Path

from .certs import KeyPool
from .proxy import AddressPool
from .simulator import ClusterSimulator


async def _run(options: argparse.Namespace) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    addresses = AddressPool(options.block)
    keys = KeyPool(options.keys)
    simulators = [ClusterSimulator(path, keys, addresses, options.pace) for path in options.kubeconfig]
    for simulator in simulators:
        await simulator.start()
    options.ready.touch()
    await stop.wait()


def main() -> None:
    """Simulate the sites of the clusters named until SIGTERM."""
    parser = argparse.ArgumentParser(description="Simulated Skupper 1.9.6 sites")
    parser.add_argument("--pace", type=float, default=1.0, help="factor on the delays of real sites")
    parser.add_argument("--block", type=int, required=True, help="second number of the loopback addresses to use")
    parser.add_argument("--keys", type=Path, required=True, help="directory with RSA keys, made when missing")
    parser.add_argument("--ready", type=Path, required=True, help="file to make once everything is watched")
    parser.add_argument("--verbose", action="store_true", help="log what sites do")
    parser.add_argument("kubeconfig", type=Path, nargs="+", help="one for each cluster")
    options = parser.parse_args()
    level = logging.DEBUG if options.verbose else logging.WARNING
    logging.basicConfig(level=level, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("asyncio").setLevel(logging.WARNING)
    asyncio.run(_run(options))


if __name__ == "__main__":
    main()
