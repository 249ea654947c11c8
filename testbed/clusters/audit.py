# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit log of an API server, which records the requests of each user."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..processes import wait_until

_SERVICE_ACCOUNT = "system:serviceaccount:"
_TIMEOUT = 10.0  # seconds for a marker to reach the log


@dataclass(frozen=True)
class Request:
    """One finished request; `resource` and `namespace` are empty where the URI names none."""

    verb: str
    resource: str
    subresource: str
    namespace: str
    name: str
    code: int
    user: str
    user_agent: str
    uri: str
    api_group: str = ""

    @property
    def writes(self) -> bool:
        """Whether the request asked to change something (dry runs do not, nor do questions about one's own rights)."""
        if self.resource == "selfsubjectaccessreviews":
            return False
        return self.verb in ("create", "update", "patch", "delete", "deletecollection") and "dryRun=" not in self.uri

    @property
    def account(self) -> str:
        """The user name, for a service account without its prefix and namespace."""
        return self.user.rpartition(":")[2] if self.user.startswith(_SERVICE_ACCOUNT) else self.user


class AuditLog:
    """The finished requests of an API server, in the order in which they ended.

    A watch is one request and appears when it ends. The control plane's own requests are not logged.
    """

    def __init__(self, log: Path, touch: Callable[[str], object]) -> None:
        """Read `log`; `touch(uri)` makes the API server log a request for that URI, or raises if it is down."""
        self._log = log
        self._touch = touch

    def mark(self) -> int:
        """Remember this moment: requests finished before it do not count with `since`."""
        return self._flush()

    def requests(self, since: int = 0, user: str | None = None) -> list[Request]:
        """Return the requests finished by now, of one user or of all; a service account goes by its short name too."""
        end = self._flush()
        with self._log.open("rb") as stream:
            stream.seek(since)
            lines = stream.read(end - since).splitlines()
        return [request for request in _parse(lines) if user in (None, request.user, request.account)]

    def _flush(self) -> int:
        """Return the size of the log up to a marker of ours, behind which nothing earlier can follow.

        The log is written before a response ends (--audit-log-mode=blocking, the default), so a client that has its answer
        has its line before the marker's.
        """
        marker = f"/version?testbed-mark={uuid.uuid4()}"
        start = self._size()
        try:
            self._touch(marker)
        except OSError:
            return self._size()  # a server that is down has nothing left to write
        end = 0

        def seen() -> int:
            nonlocal end
            end = self._end_of(marker.encode(), start)
            return end

        if not wait_until(seen, _TIMEOUT):
            raise TimeoutError(f"a request of {_TIMEOUT:g} s ago is not in {self._log}")
        return end

    def _size(self) -> int:
        return self._log.stat().st_size if self._log.exists() else 0

    def _end_of(self, marker: bytes, start: int) -> int:
        if not self._log.exists():
            return 0
        with self._log.open("rb") as stream:
            stream.seek(start)
            text = stream.read()
        found = text.find(marker)
        line_end = text.find(b"\n", found) if found >= 0 else -1
        return start + line_end + 1 if line_end >= 0 else 0


def _parse(lines: list[bytes]) -> Iterator[Request]:
    for line in lines:
        event = json.loads(line)
        if "testbed-mark=" not in event["requestURI"]:
            yield _request(event)


def _request(event: dict[str, Any]) -> Request:
    target = event.get("objectRef", {})
    return Request(
        verb=event["verb"],
        resource=target.get("resource", ""),
        subresource=target.get("subresource", ""),
        namespace=target.get("namespace", ""),
        name=target.get("name", ""),
        code=event.get("responseStatus", {}).get("code", 0),
        user=event["user"].get("username", ""),
        user_agent=event.get("userAgent", ""),
        uri=event["requestURI"],
        api_group=target.get("apiGroup", ""),
    )
