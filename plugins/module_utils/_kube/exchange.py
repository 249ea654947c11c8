# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One HTTP request and its answer, within a number of seconds and of bytes whatever the server does.

urllib3's timeouts, like those of sockets, count from one byte to the next, and none covers looking up a name. The
request is therefore made in a thread. When the limit is over, its connection is shut down and the thread is left alone.
"""

from __future__ import annotations

import socket
import threading
import warnings
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from typing import Any, Protocol

try:
    import urllib3
except ImportError:
    # connect() reports that before anything here is used.
    urllib3 = None  # type: ignore[assignment]

CONNECT_SECONDS = 10
_CHUNK = 65536


@dataclass(frozen=True)
class HttpRequest:
    """A request as it is sent."""

    method: str
    url: str
    headers: Any
    body: bytes | None
    longest: int
    """Bytes that the answer may have."""
    verify: bool


@dataclass(frozen=True)
class Reply:
    """The answer to a request."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Listener(Protocol):
    """Receives the lines of an endless answer."""

    def on_line(self, line: bytes) -> None:
        """Take in a line."""

    def on_end(self, status: int) -> None:
        """Take note that no more lines will come. ``status`` is 0 if there was no answer."""


class NoReply(Exception):
    """No answer came. ``sent`` says whether the server may have got the request."""

    def __init__(self, sent: bool, cause: BaseException | None = None, silent: bool = False) -> None:
        super().__init__()
        self.sent = sent
        self.cause = cause
        """None if the time was over."""
        self.silent = silent
        """Whether the server did not even accept the connection in time, so that another try would take as long."""


class TooLong(Exception):
    """An answer of more bytes than it may have."""

    def __init__(self, status: int, longest: int) -> None:
        super().__init__(f"an answer of more than {longest} bytes")
        self.status = status


def ask(manager: Any, request: HttpRequest, seconds: float) -> Reply:
    """Send a request and read the answer. Raise NoReply or TooLong, after ``seconds`` at the latest."""
    trial = _RunningRequest(manager, request, seconds)
    threading.Thread(target=trial.run, daemon=True).start()
    if not trial.done.wait(seconds):
        trial.give_up()
        raise NoReply(trial.sent)
    if trial.error is not None:
        raise trial.error
    if trial.reply is None:
        raise NoReply(trial.sent)
    return trial.reply


def listen(manager: Any, request: HttpRequest, seconds: float, listener: Listener) -> Stream:
    """Send a request with an endless answer. A thread passes each line to the listener as soon as it has arrived.

    The request ends after ``seconds`` without a byte, when the server ends it, or when it is given up.
    """
    stream = Stream(manager, request, seconds, listener)
    threading.Thread(target=stream.run, daemon=True).start()
    return stream


def observed(manager: Any) -> Any:
    """Have the connections of a pool manager report to the request that uses them. Return the manager.

    The request then knows which socket to end, and whether anything was sent.
    """
    pools = manager.pool_classes_by_scheme
    manager.pool_classes_by_scheme = {scheme: _observed_pool(pool) for scheme, pool in pools.items()}
    return manager


_CURRENT = threading.local()


class _RunningRequest:
    """One request in a thread of its own."""

    def __init__(self, manager: Any, request: HttpRequest, seconds: float) -> None:
        self._manager = manager
        self._request = request
        self._seconds = seconds
        self._socket: Any = None
        self._given_up = False
        self.done = threading.Event()
        self.sent = False
        self.reply: Reply | None = None
        self.error: Exception | None = None

    def run(self) -> None:
        """Run the request, and keep its reply or its error. A thread's exception would go to the screen."""
        _CURRENT.trial = self
        try:
            self.reply = self._converse()
        except TooLong as error:
            self.error = error
        except urllib3.exceptions.TimeoutError as error:
            self.error = self._after_timeout(error)
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            self.error = NoReply(self.sent, error)
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            self.error = error
        finally:
            self.done.set()

    def _after_timeout(self, error: Exception) -> NoReply:
        """Return what to raise for a timeout of urllib3. In 1.26 a refused connection counts among these."""
        if isinstance(error, urllib3.exceptions.NewConnectionError):
            return NoReply(self.sent, error)
        if isinstance(error, urllib3.exceptions.ConnectTimeoutError) and self._seconds > CONNECT_SECONDS:
            return NoReply(self.sent, TimeoutError(f"no connection within {CONNECT_SECONDS} seconds"), silent=True)
        return NoReply(self.sent)

    def watch(self, connected: Any) -> None:
        """Remember the connection that is in use. End it if the caller has given up."""
        self._socket = connected
        if self._given_up:
            self.give_up()

    def give_up(self) -> None:
        """End the connection, so that the thread ends."""
        self._given_up = True
        if self._socket is not None:
            with suppress(OSError, ValueError):
                # For a TLS socket, too, shut only the connection below. Its own method must not be called by another thread.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def _converse(self) -> Reply:
        answer = self._send()
        try:
            content = self._read(answer)
        except BaseException:
            answer.close()
            raise
        answer.release_conn()
        return Reply(answer.status, answer.headers, content)

    def _send(self) -> Any:
        request = self._request
        timeout = urllib3.Timeout(connect=min(CONNECT_SECONDS, self._seconds), read=self._seconds)
        with _without_warnings(request.verify):
            # This way to send keeps a header that occurs more than once; urllib3's other ways do not.
            return self._manager.request_encode_url(
                request.method,
                request.url,
                redirect=False,
                body=request.body,
                headers=request.headers,
                timeout=timeout,
                retries=False,
                preload_content=False,
                decode_content=False,
            )

    def _read(self, answer: Any) -> bytes:
        parts, length = [], 0
        for part in answer.stream(_CHUNK, decode_content=False):
            length += len(part)
            if length > self._request.longest:
                raise TooLong(answer.status, self._request.longest)
            parts.append(part)
        return b"".join(parts)


class Stream(_RunningRequest):
    """A request with an endless answer."""

    def __init__(self, manager: Any, request: HttpRequest, seconds: float, listener: Listener) -> None:
        super().__init__(manager, request, seconds)
        self._listener = listener

    def run(self) -> None:
        """Pass on all lines, and then the end of the answer."""
        super().run()
        self._listener.on_end(self.reply.status if self.reply else 0)

    def _converse(self) -> Reply:
        answer = self._send()
        try:
            if answer.status == 200:
                self._listen(answer)
            return Reply(answer.status, answer.headers, b"")
        finally:
            answer.close()

    def _listen(self, answer: Any) -> None:
        rest = b""
        for part in answer.stream(_CHUNK, decode_content=False):
            *lines, rest = (rest + part).split(b"\n")
            for line in lines:
                self._listener.on_line(line)
            if len(rest) > self._request.longest:
                raise TooLong(answer.status, self._request.longest)


def _observed_pool(pool: Any) -> Any:
    """Return a class of pools whose connections report to the trial of their thread.

    The overridden methods exist in urllib3 1.26 and 2: the one that opens a socket, and two of http.client.
    """
    base = pool.ConnectionCls

    class Connection(base):  # type: ignore[misc, valid-type]
        def _new_conn(self) -> Any:
            made = super()._new_conn()
            _running_request().watch(made)
            return made

        def putrequest(self, *args: Any, **options: Any) -> Any:
            self._begun = True
            return super().putrequest(*args, **options)

        def send(self, data: Any) -> Any:
            if self.sock is None:
                self.connect()
            _running_request().watch(self.sock)
            # What is sent before belongs to a proxy's tunnel.
            _running_request().sent |= getattr(self, "_begun", False)
            return super().send(data)

    return type(f"Observed{pool.__name__}", (pool,), {"ConnectionCls": Connection})


def _running_request() -> _RunningRequest:
    trial: _RunningRequest = _CURRENT.trial
    return trial


class _HiddenWarnings:
    """Hides urllib3's warning of unverified connections while any thread has one.

    All threads share the filters of warnings: a thread that restored those it found would remove another one's.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._filters = warnings.catch_warnings()

    def __enter__(self) -> None:
        with self._lock:
            self._users += 1
            if self._users == 1:
                self._filters = warnings.catch_warnings()
                self._filters.__enter__()
                warnings.simplefilter("ignore", urllib3.exceptions.InsecureRequestWarning)

    def __exit__(self, *_error: object) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0:
                self._filters.__exit__(None, None, None)


_HIDDEN_WARNINGS = _HiddenWarnings()


def _without_warnings(verify: bool) -> AbstractContextManager[None]:
    """Return what hides urllib3's warning if the user turned validate_certs off. Every other warning stays."""
    return nullcontext() if verify else _HIDDEN_WARNINGS
