# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Leftovers of a testbed: what it has on its machine, and what of that is left afterwards; read from /proc and /sys."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.harness.playbooks import descendants

PATIENCE = 15.0  # seconds; the kernel takes namespaces apart behind the back of the last process in them
NAMESPACES = ("ipc", "mnt", "net", "pid", "uts")


def interfaces() -> frozenset[str]:
    """Return the network interfaces of this process's namespace."""
    return frozenset(path.name for path in Path("/sys/class/net").iterdir())


@dataclass(frozen=True)
class Traces:
    """Processes, namespaces and interfaces of a testbed that is running, and the directory it works in."""

    directory: Path
    processes: frozenset[tuple[int, str]]
    """Process ids, and when each started: the ids are used again."""
    namespaces: frozenset[str]
    interfaces: frozenset[str]
    ticks: int
    """When all this was seen: what starts later may be in namespaces whose numbers are used again."""

    @classmethod
    def take(cls, directory: Path, before: frozenset[str]) -> Traces:
        """Record what was started in the directory, and the interfaces that are new since `before`."""
        pids = list(_started_in(directory))
        processes = frozenset((pid, start) for pid in pids if (start := _start(pid)))
        found = {name for pid in pids for name in _namespaces(pid)}
        ticks = int(time.clock_gettime(time.CLOCK_BOOTTIME) * os.sysconf("SC_CLK_TCK"))
        return cls(directory, processes, frozenset(found) - _namespaces(os.getpid()), interfaces() - before, ticks)

    def left(self) -> list[str]:
        """Return what is still there, in words, after some seconds in which it may disappear."""
        deadline = time.monotonic() + PATIENCE
        while (found := sorted(self._left())) and time.monotonic() < deadline:
            time.sleep(0.2)
        return found

    def _left(self) -> Iterable[str]:
        yield from (f"process {pid}" for pid, start in self.processes if _start(pid) == start)
        yield from (f"interface {name}" for name in interfaces() & self.interfaces)
        mounts: set[str] = set()
        for process in Path("/proc").glob("[0-9]*"):
            if str(self.directory).encode() in _read_bytes(process / "cmdline"):
                yield f"process {process.name}"
            if 0 < int(_start(int(process.name)) or 0) <= self.ticks:
                mounts.update(_read(process / "mountinfo").splitlines())
                yield from (f"namespace {name}" for name in _namespaces(int(process.name)) & self.namespaces)
        for line in mounts:
            # A namespace that is kept by a mount has no process in it, perhaps.
            if str(self.directory) in line or any(name in line for name in self.namespaces):
                yield f"mount {line}"
        if self.directory.exists():
            yield f"directory {self.directory}"


def _started_in(directory: Path) -> Iterable[int]:
    """The children of this process that work in the directory, and theirs; other testbeds and helpers are no traces."""
    for pid in descendants(os.getpid()):
        if _directory(pid).is_relative_to(directory):
            yield from (pid, *descendants(pid))


def _directory(pid: int) -> Path:
    try:
        return Path(f"/proc/{pid}/cwd").readlink()
    except OSError:
        return Path()


def _start(pid: int) -> str:
    """When a process started, in ticks; "" if there is none, or only its parent has not noticed its end yet."""
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return fields[19] if fields and fields[0] != "Z" else ""


def _namespaces(pid: int) -> frozenset[str]:
    try:
        return frozenset(str((Path(f"/proc/{pid}/ns") / kind).readlink()) for kind in NAMESPACES)
    except OSError:
        return frozenset()


def _read(path: Path) -> str:
    return _read_bytes(path).decode(errors="replace")


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
