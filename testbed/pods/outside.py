# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The network of clients outside all clusters, as tests use it: it reaches load balancers and nothing else."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from .syscalls import CLONE_NEWNET, setns


class Outside:
    """A way into that network, for root on the machine."""

    def __init__(self, path: str) -> None:
        self._path = path

    def command(self, *argv: str) -> Sequence[str]:
        """Return the command that runs another one in the network."""
        return ["nsenter", f"--net={self._path}", "--", *argv]

    def connect(self, address: str, port: int, timeout: float = 5.0) -> socket.socket:
        """Open a connection from there; OSError if it is refused or not accepted in `timeout` seconds."""
        # In a thread of its own, which is the only one that enters.
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(self._connect, address, port, timeout).result()

    def _connect(self, address: str, port: int, timeout: float) -> socket.socket:
        handle = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            setns(handle, CLONE_NEWNET)
        finally:
            os.close(handle)
        return socket.create_connection((address, port), timeout)
