# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Acts: what a proxy may do to a request instead of passing it on."""

from __future__ import annotations

import json
import re
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any, Protocol

from ..clusters import Cluster

_HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please sign in.</body></html>\n"
_JSON = "application/json"
_REASONS = {401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 409: "Conflict", 429: "TooManyRequests"}
# The longest that anything here lasts, so that nothing is left over of a test.
_FOR_EVER = 600.0


@dataclass(frozen=True)
class Answer:
    """What an API server answered, or what it is said to have answered."""

    code: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class Exchange(Protocol):
    """A request that has been read, and what can be done about it; its connection ends with the first that ends it."""

    @property
    def target(self) -> str:
        """What is asked for: a path, with a query if there is one."""

    def forward(self, target: str = "") -> Answer:
        """Have the API server handle it, or ask for something else instead."""

    def send(self, answer: Answer) -> None:
        """Answer it."""

    def begin(self, code: int, headers: Mapping[str, str]) -> None:
        """Send the head of an answer."""

    def write(self, data: bytes) -> None:
        """Send more of an answer; OSError if the client has gone."""

    def reset(self) -> None:
        """End the connection as the kernel does when a process is gone."""

    def wait_for_the_end(self, seconds: float) -> bool:
        """Wait until the client is gone; False if it is still there."""


class Act(ABC):
    """Something that is done to a request."""

    in_handshake = False
    """Whether it is done before there is any request, to the connection."""

    @abstractmethod
    def play(self, exchange: Exchange) -> None:
        """Do it."""


@dataclass(frozen=True)
class Late(Act):
    """Answer as asked, and later."""

    seconds: float

    def play(self, exchange: Exchange) -> None:
        """Wait on the way."""
        if not exchange.wait_for_the_end(self.seconds):
            exchange.send(exchange.forward())


class ResetBefore(Act):
    """Break the connection off; the API server never gets the request."""

    def play(self, exchange: Exchange) -> None:
        """Break off."""
        exchange.reset()


class ResetAfter(Act):
    """Have the request handled, and break the connection off instead of answering."""

    def play(self, exchange: Exchange) -> None:
        """Break off when all is done."""
        exchange.forward()
        exchange.reset()


class Truncated(Act):
    """Have the request handled, and end the connection in the middle of the answer."""

    def play(self, exchange: Exchange) -> None:
        """Promise the whole and send half."""
        answer = exchange.forward()
        exchange.begin(answer.code, {**answer.headers, "Content-Length": str(len(answer.body))})
        exchange.write(answer.body[: len(answer.body) // 2])
        exchange.reset()


@dataclass(frozen=True)
class Answered(Act):
    """Answer something without asking the API server."""

    code: int
    body: bytes = field(repr=False)
    media: str = _JSON
    headers: Mapping[str, str] = field(default_factory=dict)

    def play(self, exchange: Exchange) -> None:
        """Answer."""
        exchange.send(Answer(self.code, {"Content-Type": self.media, "Date": _http_date(), **self.headers}, self.body))


def status(code: int, message: str = "", **headers: str) -> Answered:
    """Refuse a request as an API server does; headers with a _ for each -."""
    document = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message or f"the testbed answers {code}",
        "reason": _REASONS.get(code, "InternalError"),
        "code": code,
    }
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answered(code, json.dumps(document).encode(), headers=named)


def retry_date(seconds: float) -> str:
    """Return a Retry-After that names a time."""
    return _http_date(timedelta(seconds=seconds))


EMPTY_OBJECT = Answered(200, b"{}")
HTML = Answered(200, _HTML, "text/html")


@dataclass(frozen=True)
class Redirected(Act):
    """Send the client elsewhere."""

    to: str
    code: int = 302

    def play(self, exchange: Exchange) -> None:
        """Name the other place."""
        exchange.send(Answer(self.code, {"Location": self.to, "Date": _http_date()}, b""))


class Hanging(Act):
    """Take the request, and answer nothing."""

    def play(self, exchange: Exchange) -> None:
        """Wait until the client has had enough."""
        exchange.wait_for_the_end(_FOR_EVER)


@dataclass(frozen=True)
class Dripping(Act):
    """Answer one byte at a time, so that no single read takes long; the answer has no end."""

    pause: float = 0.2

    def play(self, exchange: Exchange) -> None:
        """Send blanks, which are good JSON, until the client has had enough."""
        exchange.begin(200, {"Content-Type": _JSON, "Content-Length": str(1 << 30)})
        end = time.monotonic() + _FOR_EVER
        while time.monotonic() < end:
            exchange.write(b" ")
            if exchange.wait_for_the_end(self.pause):
                return


@dataclass(frozen=True)
class Changed(Act):
    """Have the request handled, and change the answer."""

    change: Callable[[Answer], Answer]

    def play(self, exchange: Exchange) -> None:
        """Answer with the changed answer."""
        exchange.send(self.change(exchange.forward()))


def replaced(**fields: Any) -> Changed:
    """Answer with the object that was asked for, some fields of it replaced; a list keeps its items."""

    def change(answer: Answer) -> Answer:
        document = {**json.loads(answer.body), **fields}
        return Answer(answer.code, answer.headers, json.dumps(document).encode())

    return Changed(change)


class Endless(Act):
    """Answer a list, and say each time that there is more."""

    def play(self, exchange: Exchange) -> None:
        """Answer the first page, whichever was asked for."""
        answer = exchange.forward(re.sub(r"[?&]continue=[^&]*", "", exchange.target))
        document = json.loads(answer.body)
        document["metadata"] = {**(document.get("metadata") or {}), "continue": "more", "remainingItemCount": 1}
        exchange.send(Answer(answer.code, answer.headers, json.dumps(document).encode()))


@dataclass(frozen=True)
class Huge(Act):
    """Answer more than a client should keep; sent for as long as it is read."""

    size: int = 500_000_000

    def play(self, exchange: Exchange) -> None:
        """Send one object with a very long text."""
        exchange.begin(200, {"Content-Type": _JSON, "Content-Length": str(self.size)})
        exchange.write(b'{"filler":"')
        for _part in range(self.size // 65536):
            exchange.write(b"x" * 65536)
        exchange.reset()


class HandshakeHanging(Act):
    """Take connections, and never answer the client's first word of TLS."""

    in_handshake = True

    def play(self, exchange: Exchange) -> None:
        """Wait until the client has had enough."""
        exchange.wait_for_the_end(_FOR_EVER)


class WrongCertificate(Act):
    """Show the certificate of another CA, as something else does that answers at the address."""

    in_handshake = True

    def play(self, exchange: Exchange) -> None:
        """Leave it to the proxy, which has that certificate."""


class Killed(Act):
    """Kill the API server at the request, and start it again some seconds later."""

    def __init__(self, cluster: Cluster, seconds: float = 2.0) -> None:
        self._cluster = cluster
        self._seconds = seconds
        self._back = threading.Event()
        self._back.set()

    def play(self, exchange: Exchange) -> None:
        """Kill it, and break the connection off."""
        self._back.clear()
        self._cluster.stop()
        threading.Thread(target=self._start, daemon=True).start()
        exchange.reset()

    def _start(self) -> None:
        time.sleep(self._seconds)
        try:
            self._cluster.start()
        finally:
            self._back.set()

    def wait(self, seconds: float = 60.0) -> None:
        """Wait until it serves again; TimeoutError if it does not."""
        if not self._back.wait(seconds):
            raise TimeoutError(f"the API server of {self._cluster.name} does not come back")


def _http_date(later: timedelta = timedelta(0)) -> str:
    return format_datetime(datetime.now(timezone.utc).replace(microsecond=0) + later, usegmt=True)
