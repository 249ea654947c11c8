# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Child processes that die with their owner, and run directories that a later run can clear (Linux only)."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

# Runs in the new process, before the program: asks the kernel for SIGKILL at the owner's death (PR_SET_PDEATHSIG is
# 1, see prctl(2)), ends if the owner is gone already, and becomes the program. As a program of its own and not a
# preexec_fn, because forking Python code out of a process with threads can deadlock.
_LAUNCHER = """
import ctypes, os, sys
ctypes.CDLL(None).prctl(1, 9)
os.getppid() == int(sys.argv[1]) or sys.exit("the owner is gone")
os.execvpe(sys.argv[2], sys.argv[2:], os.environ)
"""
_POLL = 0.02  # seconds between two looks at a process
# Below the range that Linux takes outgoing ports from (ip(7), ip_local_port_range): the port of a server that is down
# for a while stays free for its return.
_PORTS = range(20000, 32000)


class ProcessFailed(Exception):
    """A child process ended, or was not ready in time; the message names its log and quotes the end of it."""


@dataclass(frozen=True)
class Identity:
    """A process beyond doubt: its id, its start in clock ticks since boot, and the boot it belongs to."""

    pid: int
    started: int
    boot: str

    @classmethod
    def of(cls, pid: int) -> Identity | None:
        """Read the identity of a live process from /proc, None if there is no such process or it is a zombie."""
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
            boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        except OSError:
            return None
        # proc_pid_stat(5): the name in field 2 may hold spaces and parentheses, so count from behind it.
        state, *fields = stat.rpartition(")")[2].split()
        return None if state == "Z" else cls(pid, int(fields[18]), boot)

    @classmethod
    def load(cls, pidfile: Path) -> Identity | None:
        """Read a pidfile, None if it is missing or broken."""
        try:
            return cls(**json.loads(pidfile.read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def save(self, pidfile: Path) -> None:
        """Write a pidfile in one step, so that no reader sees half of it."""
        partial = pidfile.with_suffix(".partial")
        partial.write_text(json.dumps(asdict(self)))
        partial.replace(pidfile)

    @property
    def alive(self) -> bool:
        """Whether this process is running, and not a later one with its id."""
        return Identity.of(self.pid) == self

    def kill(self, grace: float = 2.0) -> bool:
        """End the process, if it is still this one: SIGTERM, after `grace` seconds SIGKILL; False if it was gone."""
        try:
            handle = os.pidfd_open(self.pid)
        except OSError:
            return False
        try:
            # Compared behind the handle: from here on the id cannot be given to another process unnoticed.
            return self.alive and self._end(handle, grace)
        finally:
            os.close(handle)

    def _end(self, handle: int, grace: float) -> bool:
        for number, patience in ((signal.SIGTERM, grace), (signal.SIGKILL, 5.0)):
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(handle, number)
            if wait_until(lambda: not self.alive, patience):
                break
        return True


def wait_until(condition: Callable[[], object], timeout: float, interval: float = _POLL) -> bool:
    """Poll until the condition holds; False after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(interval)
    return True


def free_port() -> int:
    """Draw a free loopback port."""
    while True:
        port = random.choice(_PORTS)
        with socket.socket() as probe:
            # As servers listen: or a port that was in use a minute ago would count as taken.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port


@cache
def _spawner() -> ThreadPoolExecutor:
    """Make the thread that starts all children: the kernel takes the end of the *thread* for the owner's death."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")


# A fork of this process has no such thread, and children of its own.
os.register_at_fork(after_in_child=_spawner.cache_clear)


class Process:
    """A program running as a child, with `NAME.pid` and `NAME.log` in a directory."""

    def __init__(self, name: str, directory: Path, child: subprocess.Popen[bytes]) -> None:
        self.name = name
        self.log = directory / f"{name}.log"
        self._pidfile = directory / f"{name}.pid"
        self._child = child

    @classmethod
    def start(
        cls, name: str, argv: Sequence[str], directory: Path, environment: Mapping[str, str] | None = None
    ) -> Process:
        """Start the program in `directory`, in a session of its own so that Ctrl-C reaches only the owner."""
        child = _spawner().submit(_spawn, name, argv, directory, environment).result()
        process = cls(name, directory, child)
        identity = Identity.of(child.pid)
        if identity:
            identity.save(process._pidfile)
        return process

    @property
    def pid(self) -> int:
        """The process id, which is ours until the process has been waited for."""
        return self._child.pid

    @property
    def alive(self) -> bool:
        """Whether the program is still running."""
        return self._child.poll() is None

    def wait_ready(self, ready: Callable[[], object], timeout: float) -> None:
        """Wait until `ready()` holds; ProcessFailed when the program ends first or after `timeout` seconds."""
        if not wait_until(lambda: not self.alive or ready(), timeout):
            raise ProcessFailed(f"{self.name} was not ready after {timeout:g} s; {self.last_words()}")
        if not self.alive:
            raise ProcessFailed(f"{self.name} ended with code {self._child.returncode}; {self.last_words()}")

    def last_words(self, lines: int = 15) -> str:
        """Name the log and quote its last lines, for messages."""
        return last_lines(self.log, lines)

    def stop(self, grace: float = 2.0) -> None:
        """End the program: SIGTERM, after `grace` seconds SIGKILL; nothing to do if it has ended."""
        if self.alive and grace:
            self._child.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(grace)
        self._child.kill()
        self._child.wait()
        self._pidfile.unlink(missing_ok=True)


def _spawn(
    name: str, argv: Sequence[str], directory: Path, environment: Mapping[str, str] | None
) -> subprocess.Popen[bytes]:
    launcher = [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(os.getpid())]
    with (directory / f"{name}.log").open("ab") as log:
        return subprocess.Popen(
            [*launcher, *argv],
            cwd=directory,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            umask=0o077,
        )


def last_lines(log: Path, lines: int = 15) -> str:
    """Name a log and quote its last lines, for messages."""
    try:
        text = log.read_text(errors="replace")
    except OSError:
        text = ""
    return f"the end of {log}:\n" + "\n".join(f"  {line}" for line in text.splitlines()[-lines:])


class RunDirectory:
    """A private directory for one run, held by a file lock for as long as its owner lives."""

    def __init__(self, path: Path, lock: int) -> None:
        self.path = path
        self._lock = lock

    @classmethod
    def create(cls, parent: Path) -> RunDirectory:
        """Clear what dead owners left in `parent`, and make a new directory (0700) there."""
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Not swept between making the directory and locking it: sweeps hold the parent's own lock.
        with _locked(parent / "lock"):
            _sweep(parent)
            path = Path(tempfile.mkdtemp(dir=parent))
            lock = _try_lock(path / "owner")
        if lock is None:
            raise ProcessFailed(f"the new directory {path} is locked by another process")
        return cls(path, lock)

    def remove(self) -> None:
        """End what is left running out of the directory and delete it."""
        _clear(self.path)
        os.close(self._lock)


def stop_leftovers(parent: Path) -> list[Path]:
    """End the processes and delete the directories of runs whose owner died; the directories are returned."""
    if not parent.is_dir():
        return []
    with _locked(parent / "lock"):
        return _sweep(parent)


def _sweep(parent: Path) -> list[Path]:
    swept = []
    for path in parent.iterdir():
        if not path.is_dir():
            continue
        lock = _try_lock(path / "owner")
        if lock is not None:
            _clear(path)
            os.close(lock)
            swept.append(path)
    return swept


def _clear(path: Path) -> None:
    for pidfile in path.rglob("*.pid"):
        identity = Identity.load(pidfile)
        if identity:
            identity.kill(grace=0.5)
    shutil.rmtree(path, ignore_errors=True)


def _try_lock(path: Path) -> int | None:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
