# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real Kubernetes clusters without nodes, started in seconds as plain processes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ..cache import cache_root
from ..processes import RunDirectory
from ..processes import stop_leftovers as _stop_leftovers
from . import binaries
from .api import Api, ApiError, ApiUnreachable, Event
from .audit import AuditLog, Request
from .cluster import Cluster
from .kubeconfig import led_through
from .kubeconfig import merge as merge_kubeconfigs
from .kubeconfig import write as write_kubeconfig
from .users import User

__all__ = [
    "Api",
    "ApiError",
    "ApiUnreachable",
    "AuditLog",
    "Cluster",
    "Event",
    "Request",
    "User",
    "led_through",
    "merge_kubeconfigs",
    "prepare",
    "run_directory",
    "running",
    "runs",
    "start_clusters",
    "stop_leftovers",
    "write_kubeconfig",
]


def runs() -> Path:
    """Name the directory that holds the directory of each run."""
    return cache_root() / "runs"


def run_directory() -> RunDirectory:
    """Make a directory for one run, ending what runs with dead owners left behind."""
    return RunDirectory.create(runs())


def stop_leftovers() -> list[Path]:
    """End what runs with dead owners left behind; their directories are returned."""
    return _stop_leftovers(runs())


def prepare() -> None:
    """Build what running clusters need, if it is not there yet (minutes the first time, with progress on stderr)."""
    binaries.find()


def start_clusters(names: Sequence[str], directory: Path) -> list[Cluster]:
    """Start clusters side by side, each in `directory`/NAME; all are ended if one fails."""
    programs = binaries.find()
    clusters = [Cluster(name, directory / name, programs) for name in names]
    with ThreadPoolExecutor(len(clusters)) as pool:
        boots = [pool.submit(cluster.boot) for cluster in clusters]
    try:
        for boot in boots:
            boot.result()
    except BaseException:
        for cluster in clusters:
            cluster.close()
        raise
    return clusters


@contextlib.contextmanager
def running(*names: str) -> Iterator[list[Cluster]]:
    """Run clusters for as long as the context lasts, in a run directory of their own."""
    home = run_directory()
    try:
        clusters = start_clusters(names, home.path)
        try:
            yield clusters
        finally:
            for cluster in clusters:
                cluster.close()
    finally:
        home.remove()
