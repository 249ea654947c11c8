# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The queue of a Go controller: every name is queued once, and handled by one worker, oldest first."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

_log = logging.getLogger(__name__)

Handle = Callable[[str], Awaitable[bool]]


class WorkQueue:
    """Calls a handler for every name put in; the handler says whether it wants the name again."""

    def __init__(self, handle: Handle, retry_after: float) -> None:
        self._handle = handle
        self._retry_after = retry_after
        self._waiting: dict[str, None] = {}
        self._retries: set[str] = set()
        self._wake = asyncio.Event()

    def put(self, name: str) -> None:
        """Queue a name, unless it is waiting already."""
        self._waiting[name] = None
        self._wake.set()

    async def run(self) -> None:
        """Handle names for ever."""
        while True:
            while not self._waiting:
                self._wake.clear()
                await self._wake.wait()
            name = next(iter(self._waiting))
            del self._waiting[name]
            if await self._tried(name) and name not in self._retries:
                self._retries.add(name)
                asyncio.get_running_loop().call_later(self._retry_after, self._retry, name)

    def _retry(self, name: str) -> None:
        self._retries.discard(name)
        self.put(name)

    async def _tried(self, name: str) -> bool:
        try:
            return await self._handle(name)
        except Exception:  # noqa: BLE001 - one name's trouble must not end the worker for all
            _log.exception("handling %s failed", name)
            return True
