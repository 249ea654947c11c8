# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run programs of an ansible-core in processes that have loaded it already."""

from __future__ import annotations

import atexit
import json
import select
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from .ansible_cores import Core

_SERVER = Path(__file__).parent / "forkserver.py"


class ForkServer:
    """The fork server of one ansible-core, which starts with the environment of one run."""

    def __init__(self, core: Core, environment: Mapping[str, str]) -> None:
        self._socket, theirs = socket.socketpair()
        command = [core.python, str(_SERVER), str(theirs.fileno())]
        self._process = subprocess.Popen(command, env=dict(environment), pass_fds=[theirs.fileno()])
        theirs.close()
        self._codes: dict[int, int] = {}
        self._begun: list[int] = []
        self._rest = b""
        atexit.register(self.close)

    def close(self) -> None:
        """End the server; what it runs goes on."""
        self._socket.close()
        self._process.wait()

    def start(
        self, program: str, arguments: Sequence[str], cwd: Path, environment: Mapping[str, str], log: Path
    ) -> ForkedProgram:
        """Start a program that writes its output into a file."""
        run = {
            "program": program,
            "arguments": list(arguments),
            "cwd": str(cwd),
            "environment": dict(environment),
            "log": str(log),
        }
        self._socket.sendall(json.dumps(run).encode() + b"\n")
        while not self._begun:
            self._read()
        return ForkedProgram(self._begun.pop(), self)

    def code(self, pid: int, timeout: float) -> int | None:
        """Return the exit code of a run, negative for a signal; None if it does not end within `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while pid not in self._codes:
            if not select.select([self._socket], [], [], max(0.0, deadline - time.monotonic()))[0]:
                return None
            self._read()
        return self._codes[pid]

    def _read(self) -> None:
        """Take note of what the server reports."""
        told = self._socket.recv(4096)
        if not told:
            raise AssertionError(f"the fork server has ended with {self._process.wait()}")
        *lines, self._rest = (self._rest + told).split(b"\n")
        for news in map(json.loads, lines):
            if "code" in news:
                self._codes[news["pid"]] = news["code"]
            else:
                # Process ids come round again: an earlier run that had this one says nothing of the new one.
                self._codes.pop(news["pid"], None)
                self._begun.append(news["pid"])


_servers: dict[Core, ForkServer] = {}


def server(core: Core, environment: Mapping[str, str]) -> ForkServer:
    """Return the server of a core, which all runs of this process share; it starts with the environment of the first."""
    if core not in _servers:
        # The kubernetes package remembers while it is loaded which kubeconfig is the usual one: here, none.
        lasting = {name: value for name, value in environment.items() if name != "KUBECONFIG"}
        _servers[core] = ForkServer(core, lasting)
    return _servers[core]


class ForkedProgram:
    """A running program, with the methods of subprocess.Popen."""

    def __init__(self, pid: int, server: ForkServer) -> None:
        self.pid = pid
        self._server = server

    def poll(self) -> int | None:
        """Return its exit code; None while it runs."""
        return self._server.code(self.pid, 0)

    def wait(self, timeout: float) -> int:
        """Wait for its exit code; TimeoutExpired if that takes longer than `timeout` seconds."""
        code = self._server.code(self.pid, timeout)
        if code is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout)
        return code
