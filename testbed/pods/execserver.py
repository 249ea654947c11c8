# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program that takes requests for pods/exec: built once and kept in the cache, a child of the runner."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from .. import goprograms
from ..processes import last_lines
from .children import Children
from .containers import Container

_SOURCES = Path(__file__).parent.parent / "kubeletexec"
# Relative to the directory that the runner works in: the path of a Unix socket may not be longer than 107 bytes.
_SOCKET = "exec.sock"
_START = 30.0  # seconds
_log = logging.getLogger(__name__)

Find = Callable[[str, str, str, str], "Container | None"]  # cluster, namespace, pod, container


def build() -> Path:
    """Return the path of the program, out of the cache or compiled into it."""
    return goprograms.build(_SOURCES)


async def start(program: Path, clusters: Sequence[Path], find: Find, children: Children, log: Path) -> list[int]:
    """Serve pods/exec for clusters, each named by its directory; returns a port for each."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = json.loads(await reader.readline())
        container = find(asked["cluster"], asked["namespace"], asked["pod"], asked["container"])
        writer.write(json.dumps(_process(container)).encode())
        writer.close()

    await asyncio.start_unix_server(answer, _SOCKET)
    ready = Path("exec.ready")
    command = [str(program), "-socket", _SOCKET, "-ready", str(ready), *map(str, clusters)]
    _pid, end = children.start(command, log)
    async with asyncio.timeout(_START):
        while not ready.exists():
            if end.done():
                raise goprograms.BuildFailed(f"{_SOURCES.name} ended with code {end.result()}; {last_lines(log)}")
            await asyncio.sleep(0.02)
    ports: list[int] = json.loads(ready.read_text())
    return ports


def _process(container: Container | None) -> dict[str, object]:
    if container is None or container.pid is None or "running" not in container.state:
        return {"error": "container not found or not running"}
    return {"pid": container.pid, "environment": [f"{key}={value}" for key, value in container.environment.items()]}
