# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests themselves run on: the runs of playbooks that they wait for."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from tests.harness.forkserver_client import ForkServer

pytestmark = pytest.mark.quick


def test_process_ids_come_round_again(tmp_path: Path) -> None:
    """A run that has the process id of an earlier one has not ended as that one did."""
    ours, theirs = socket.socketpair()
    server = ForkServer.__new__(ForkServer)
    server._socket, server._codes, server._begun, server._rest = ours, {}, [], b""
    with ours, theirs:

        def tell(**news: int) -> None:
            theirs.sendall(json.dumps(news).encode() + b"\n")

        tell(pid=7)
        first = server.start("program", [], tmp_path, {}, tmp_path / "log")
        tell(pid=7, code=3)
        assert first.wait(5) == 3
        tell(pid=7)
        second = server.start("program", [], tmp_path, {}, tmp_path / "log")
        assert second.poll() is None
        tell(pid=7, code=0)
        assert second.wait(5) == 0
