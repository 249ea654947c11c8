# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One HTTP request and its answer, within a number of seconds and of bytes whatever the server does.

urllib3's timeouts, like those of sockets, count from one byte to the next, and none counts for looking up a name. The
request is therefore made in a thread that is not waited for beyond the limit; its connection is then shut down.
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
    # connect() has said so before anything here is reached.
    urllib3 = None  # type: ignore[assignment]

CONNECT_SECONDS = 10
_CHUNK = 65536


@dataclass(frozen=True)
class Question:
    """A request, as it is sent."""

    method: str
    url: str
    headers: Any
    body: bytes | None
    longest: int
    """Bytes that the answer may have."""
    verify: bool


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Listener(Protocol):
    """Receives the lines of an endless answer."""

    def told(self, line: bytes) -> None:
        """Take in a line."""

    def over(self, status: int) -> None:
        """Take note that no more will come; ``status`` is 0 if there was no answer."""


class NoReply(Exception):
    """No answer came; ``sent`` says whether the server may have got the request."""

    def __init__(self, sent: bool, cause: BaseException | None = None, silent: bool = False) -> None:
        super().__init__()
        self.sent = sent
        self.cause = cause
        """None if time was over."""
        self.silent = silent
        """Whether the connection was not even taken in time, so that another try would wait as long."""


class TooLong(Exception):
    """An answer of more bytes than it may have."""

    def __init__(self, status: int, longest: int) -> None:
        super().__init__(f"an answer of more than {longest} bytes")
        self.status = status


def ask(manager: Any, question: Question, seconds: float) -> Reply:
    """Send a request and read the answer; raises NoReply or TooLong, after ``seconds`` at the latest."""
    trial = _Trial(manager, question, seconds)
    threading.Thread(target=trial.run, daemon=True).start()
    if not trial.done.wait(seconds):
        trial.give_up()
        raise NoReply(trial.sent)
    if trial.error is not None:
        raise trial.error
    if trial.reply is None:
        raise NoReply(trial.sent)
    return trial.reply


def listen(manager: Any, question: Question, seconds: float, listener: Listener) -> Stream:
    """Send a request with an endless answer. A thread passes each line to the listener as soon as it has arrived.

    The request ends after ``seconds`` without a byte, when the server ends it, or when it is given up.
    """
    stream = Stream(manager, question, seconds, listener)
    threading.Thread(target=stream.run, daemon=True).start()
    return stream


def observed(manager: Any) -> Any:
    """Have the connections of a pool manager report to the request that uses them; returns the manager.

    The request then knows which socket to end, and whether anything was sent.
    """
    pools = manager.pool_classes_by_scheme
    manager.pool_classes_by_scheme = {scheme: _observed_pool(pool) for scheme, pool in pools.items()}
    return manager


_MINE = threading.local()


class _Trial:
    """One request in a thread of its own."""

    def __init__(self, manager: Any, question: Question, seconds: float) -> None:
        self._manager = manager
        self._question = question
        self._seconds = seconds
        self._socket: Any = None
        self._given_up = False
        self.done = threading.Event()
        self.sent = False
        self.reply: Reply | None = None
        self.error: Exception | None = None

    def run(self) -> None:
        """Keep what comes of it; an exception of a thread would go to the screen."""
        _MINE.trial = self
        try:
            self.reply = self._talk()
        except TooLong as error:
            self.error = error
        except urllib3.exceptions.TimeoutError as error:
            self.error = self._late(error)
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            self.error = NoReply(self.sent, error)
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            self.error = error
        finally:
            self.done.set()

    def _late(self, error: Exception) -> NoReply:
        """What a timeout of urllib3 means; in 1.26 a refused connection counts among these."""
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
        """End the connection, so that the thread does."""
        self._given_up = True
        if self._socket is not None:
            with suppress(OSError, ValueError):
                # Of a TLS socket, too, only the connection below is shut: its own method is not for another thread.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def _talk(self) -> Reply:
        answer = self._send()
        try:
            content = self._read(answer)
        except BaseException:
            answer.close()
            raise
        answer.release_conn()
        return Reply(answer.status, answer.headers, content)

    def _send(self) -> Any:
        asked = self._question
        timeout = urllib3.Timeout(connect=min(CONNECT_SECONDS, self._seconds), read=self._seconds)
        with _quiet(asked.verify):
            # Of urllib3's ways to send, this one keeps a header that is given more than once.
            return self._manager.request_encode_url(
                asked.method,
                asked.url,
                redirect=False,
                body=asked.body,
                headers=asked.headers,
                timeout=timeout,
                retries=False,
                preload_content=False,
                decode_content=False,
            )

    def _read(self, answer: Any) -> bytes:
        parts, length = [], 0
        for part in answer.stream(_CHUNK, decode_content=False):
            length += len(part)
            if length > self._question.longest:
                raise TooLong(answer.status, self._question.longest)
            parts.append(part)
        return b"".join(parts)


class Stream(_Trial):
    """A request with an endless answer."""

    def __init__(self, manager: Any, question: Question, seconds: float, listener: Listener) -> None:
        super().__init__(manager, question, seconds)
        self._listener = listener

    def run(self) -> None:
        """Pass on all lines, and then say that the answer has ended."""
        super().run()
        self._listener.over(self.reply.status if self.reply else 0)

    def _talk(self) -> Reply:
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
                self._listener.told(line)
            if len(rest) > self._question.longest:
                raise TooLong(answer.status, self._question.longest)


def _observed_pool(pool: Any) -> Any:
    """A class of pools whose connections report to the trial of their thread.

    What is overridden is there in urllib3 1.26 and 2: the method that opens a socket, and two of http.client.
    """
    base = pool.ConnectionCls

    class Connection(base):  # type: ignore[misc, valid-type]
        def _new_conn(self) -> Any:
            made = super()._new_conn()
            _trial().watch(made)
            return made

        def putrequest(self, *args: Any, **options: Any) -> Any:
            self._begun = True
            return super().putrequest(*args, **options)

        def send(self, data: Any) -> Any:
            if self.sock is None:
                self.connect()
            _trial().watch(self.sock)
            # What comes before belongs to a proxy's tunnel.
            _trial().sent |= getattr(self, "_begun", False)
            return super().send(data)

    return type(f"Observed{pool.__name__}", (pool,), {"ConnectionCls": Connection})


def _trial() -> _Trial:
    trial: _Trial = _MINE.trial
    return trial


class _Silence:
    """Keeps urllib3 from warning of connections that nothing verifies, while any thread has one.

    Filters of warnings are the process's: a thread that put back those it found would take away another one's.
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


_SILENCE = _Silence()


def _quiet(verify: bool) -> AbstractContextManager[None]:
    """Whoever turned validate_certs off knows; every other warning of urllib3 stays."""
    return nullcontext() if verify else _SILENCE
