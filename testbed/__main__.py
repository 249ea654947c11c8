# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the testbed as a command, to try the collection without a cluster of one's own: `python -m testbed up`."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import signal
import sys
import time
from pathlib import Path
from types import FrameType

import yaml

from .bed import Testbed
from .cache import cache_root
from .clusters import stop_leftovers
from .processes import Identity, ProcessFailed
from .site_handle import Site

_KINDS = {"public": "loadbalancer", "private": "none"}
_FILES = ("kubeconfig", "inventory.yml", "testbed.pid")


def main() -> None:
    """Parse the command line and run one command. Exit with 0, or with 1 if there was nothing to stop."""
    options = _parser().parse_args()
    if options.command == "up":
        _up(options)
    else:
        sys.exit(_down(options.state))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m testbed", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="run clusters with sites until Ctrl-C")
    up.add_argument("--clusters", type=int, default=2, help="number of clusters (default 2)")
    up.add_argument("--sites", type=_counts, default="public=1,private=3", help="default public=1,private=3")
    up.add_argument("--pace", type=float, default=1.0, help="1 is as slow as sites elsewhere, 0.1 ten times faster")
    up.add_argument("--real", action="store_true", help="run Skupper 1.9.6 itself; needs root and its programs")
    down = commands.add_parser("down", help="stop the testbed of a state directory")
    for command in (up, down):
        command.add_argument("--state", type=Path, default=cache_root() / "up", help="default %(default)s")
    return parser


def _counts(text: str) -> dict[str, int]:
    counts = {}
    for part in text.split(","):
        kind, _mark, number = part.partition("=")
        if kind not in _KINDS or not number.isdigit():
            raise argparse.ArgumentTypeError(f"{part!r} is not public=NUMBER or private=NUMBER")
        counts[kind] = int(number)
    return counts


def _up(options: argparse.Namespace) -> None:
    state: Path = options.state.absolute()
    pidfile = state / "testbed.pid"
    other = Identity.load(pidfile)
    if other and other.alive:
        sys.exit(f"A testbed is running already with the state in {state}; stop it with: {_command('down', state)}")
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        me = Identity.of(os.getpid())
        if me:
            me.save(pidfile)
        _run(options, state)
    except KeyboardInterrupt:
        print("\nStopped.")
    except ProcessFailed as failure:
        sys.exit(str(failure))
    finally:
        _clear(state)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _run(options: argparse.Namespace, state: Path) -> None:
    begin = time.monotonic()
    print(f"Starting {options.clusters} clusters ...", flush=True)
    with Testbed.up(options.clusters, options.pace, kind="real" if options.real else "simulated") as bed:
        print(f"Making {sum(options.sites.values())} sites ...", flush=True)
        sites = bed.add_sites(*_plan(options.sites, options.clusters))
        shutil.copy(bed.kubeconfig, state / "kubeconfig")
        inventory = _inventory(sites, state / "kubeconfig")
        (state / "inventory.yml").write_text(yaml.safe_dump(inventory, sort_keys=False))
        print(_summary(bed, sites, state, time.monotonic() - begin), flush=True)
        while True:
            signal.pause()


def _plan(counts: dict[str, int], clusters: int) -> list[dict[str, object]]:
    """Spread the sites: public ones from the first cluster on, private ones from the last one back."""
    return [
        {
            "name": f"{kind}-{number + 1}",
            "ingress": _KINDS[kind],
            "cluster": number % clusters if kind == "public" else clusters - 1 - number % clusters,
        }
        for kind, count in counts.items()
        for number in range(count)
    ]


def _inventory(sites: list[Site], kubeconfig: Path) -> dict[str, object]:
    hosts = {
        site.name: {
            "skupper_kubeconfig": str(kubeconfig),
            "skupper_context": site.cluster.name,
            "skupper_namespace": site.namespace,
            "ansible_connection": "local",
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        }
        for site in sites
    }
    return {"skupper_sites": {"hosts": hosts}}


def _summary(bed: Testbed, sites: list[Site], state: Path, seconds: float) -> str:
    width = max(len(site.name) for site in sites) + 2
    rows = [
        f"  {site.name:<{width}}{site.cluster.name:<12}{site.exposure:<9}{site.host() or '-':<15}{site.site_id}"
        for site in sites
    ]
    contexts = ", ".join(cluster.name for cluster in bed.clusters)
    kubeconfig, inventory = shlex.quote(str(state / "kubeconfig")), shlex.quote(str(state / "inventory.yml"))
    return "\n".join(
        [
            f"\nReady after {seconds:.0f} s.",
            f"\n  {'site':<{width}}{'cluster':<12}{'exposure':<9}{'address':<15}site id",
            *rows,
            f"\nEach site is in a namespace of its own name. Contexts: {contexts}",
            f"  kubeconfig  {state / 'kubeconfig'}",
            f"  inventory   {state / 'inventory.yml'}",
            "\nTry:",
            f"  ansible-playbook -i {inventory} sitemesh.skupper.link_sites",
            f"  kubectl --kubeconfig {kubeconfig} --context {bed.clusters[0].name} -n {sites[0].namespace} get secrets",
            f"  tail -f {shlex.quote(str(bed.log))}",
            "\nCtrl-C stops everything.",
        ]
    )


def _command(name: str, state: Path) -> str:
    return f"{Path(sys.executable).name} -m testbed {name} --state {shlex.quote(str(state))}"


def _down(state: Path) -> int:
    running = Identity.load(state / "testbed.pid")
    ended = bool(running and running.kill(grace=20.0))
    cleared = stop_leftovers()
    _clear(state)
    print("Stopped." if ended else "It was not running." + (" Cleared what it left." if cleared else ""))
    return 0 if ended or cleared else 1


def _clear(state: Path) -> None:
    for name in _FILES:
        (state / name).unlink(missing_ok=True)


if __name__ == "__main__":
    main()
