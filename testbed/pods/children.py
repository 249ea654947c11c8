# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Child processes of process 1: started without forking Python code, waited for together with orphans."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from pathlib import Path

Child = tuple[int, "asyncio.Future[int]"]

_PROGRAMS = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class CommandFailed(Exception):
    """A helper program ended with an error; the message holds what it said."""


class Children:
    """The running children, by process id; a process that this object did not start is only reaped."""

    def __init__(self) -> None:
        self._ends: dict[int, asyncio.Future[int]] = {}

    def watch(self) -> None:
        """Begin to reap; to be called once, in the event loop that waits for the children."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGCHLD, self._reap)

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            end = self._ends.pop(pid, None)
            if end and not end.done():
                end.set_result(os.waitstatus_to_exitcode(status))

    def start(self, argv: Sequence[str], log: Path, handles: Sequence[int] = ()) -> Child:
        """Start a program that writes to a log; `handles` become its file descriptors 3, 4 and so on.

        Returns the process id, and the exit code (negative: the signal) as a future.
        """
        plan: list[tuple[int, ...]] = [
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),  # type: ignore[list-item]
            (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),  # type: ignore[list-item]
            (os.POSIX_SPAWN_DUP2, 1, 2),
            *((os.POSIX_SPAWN_DUP2, handle, number) for number, handle in enumerate(handles, 3)),
        ]
        environment = {"PATH": _PROGRAMS, "LC_ALL": "C.UTF-8"}
        pid = os.posix_spawnp(argv[0], list(argv), environment, file_actions=plan, setsid=True, setsigmask=())
        end: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        # Reaping happens in this thread, so not before the end is awaited.
        self._ends[pid] = end
        return pid, end

    async def run(self, argv: Sequence[str], log: Path, handles: Sequence[int] = ()) -> None:
        """Run a helper to its end; CommandFailed if its exit status is not 0."""
        _pid, end = self.start(argv, log, handles)
        code = await end
        if code:
            raise CommandFailed(f"{' '.join(argv)} ended with {code}, see {log}")
