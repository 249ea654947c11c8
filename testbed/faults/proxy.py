# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The proxy: passes requests on to an API server over TLS, and does to some of them what its faults say."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import urllib3

from ..clusters import Cluster, User, led_through
from ..clusters.pki import Authority
from .acts import Act, Answer, WrongCertificate
from .requests import ApiRequest, RequestPattern

_DROPPED = ("connection", "content-length", "transfer-encoding", "host", "accept-encoding")


@dataclass(frozen=True)
class Fault:
    """What is done to which requests, and how often: once, some times or (None) for as long as it is there."""

    act: Act
    where: RequestPattern = field(default_factory=RequestPattern)
    times: int | None = 1

    def __str__(self) -> str:
        return f"{type(self.act).__name__} at {self.where}{'' if self.times else ', each time'}"


@dataclass(frozen=True)
class Logged:
    """A request that came, and what became of it."""

    asked: ApiRequest
    fault: str
    """What was done to it; "" if it was passed on as it is."""
    code: int | None
    """The status of the API server's answer, whatever the client got; None if it was not asked."""
    seconds: float


@dataclass
class _Armed:
    """A fault, with the count of what it has met."""

    fault: Fault
    met: int = 0
    done: int = 0

    def takes(self, asked: ApiRequest | None) -> bool:
        """Whether it is done to this request, or (None) to this connection; counts it."""
        if self.fault.act.in_handshake != (asked is None) or (asked and not self.fault.where.matches(asked)):
            return False
        self.met += 1
        # Requests share a connection, so that the first one counts whichever request was meant.
        first = 1 if self.fault.act.in_handshake else self.fault.where.nth
        if self.met < first or (self.fault.times is not None and self.done >= self.fault.times):
            return False
        self.done += 1
        return True


class FaultyProxy:
    """A proxy in front of the API server of a cluster; without faults it only passes requests on and logs them."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.log: list[Logged] = []
        self._armed: list[_Armed] = []
        self._lock = threading.Lock()
        self._authority = Authority("proxy")
        # Whatever comes is checked as the clients of the API server would check it.
        roots = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        roots.load_verify_locations(cadata=cluster.ca.decode())
        self._upstream = urllib3.PoolManager(ssl_context=roots, retries=False, maxsize=8)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.proxy = self  # type: ignore[attr-defined]
        self._server.daemon_threads = True
        # What breaks is what was asked for; nobody has to be told of it on stderr.
        self._server.handle_error = lambda *_arguments: None  # type: ignore[method-assign]

    @classmethod
    @contextmanager
    def open(cls, cluster: Cluster, directory: Path) -> Iterator[FaultyProxy]:
        """Run a proxy in front of a cluster; its keys lie in `directory`."""
        proxy = cls(cluster)
        proxy.own = _context(proxy._authority, directory / f"proxy-{proxy.port}.pem")
        proxy.strange = _context(Authority("somebody else"), directory / f"strange-{proxy.port}.pem")
        thread = threading.Thread(target=proxy._server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            proxy._server.shutdown()
            proxy._server.server_close()
            proxy._upstream.clear()

    own: ssl.SSLContext
    strange: ssl.SSLContext

    @property
    def port(self) -> int:
        """The port it listens on, at 127.0.0.1."""
        return int(self._server.server_port)

    def kubeconfig(self, user: User) -> dict[str, Any]:
        """Describe the way of a user with a token through the proxy."""
        return led_through(user.kubeconfig, f"https://127.0.0.1:{self.port}", self._authority.certificate)

    def arm(self, *faults: Fault) -> None:
        """Apply these faults from now on, and no others; the log begins anew."""
        with self._lock:
            self._armed = [_Armed(fault) for fault in faults]
            self.log = []

    def disarm(self) -> list[Logged]:
        """Apply no more faults; return what was logged while there were some."""
        with self._lock:
            self._armed, log = [], self.log
        return log

    @property
    def met(self) -> int:
        """How often the present faults were done, or are being done; what is not over yet is not in the log."""
        with self._lock:
            return sum(armed.done for armed in self._armed)

    def fault_for(self, asked: ApiRequest | None) -> Fault | None:
        """Return the first fault that applies to a request, or (None) to a connection."""
        with self._lock:
            return next((armed.fault for armed in self._armed if armed.takes(asked)), None)

    def note(self, entry: Logged) -> None:
        """Write down what became of a request."""
        with self._lock:
            self.log.append(entry)

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        """Pass a request on, and return the whole answer."""
        answer = self._upstream.request(
            method, self.cluster.server + path, body=body, headers=dict(headers), decode_content=False
        )
        kept = {name: value for name, value in answer.headers.items() if name.lower() not in _DROPPED}
        return Answer(answer.status, kept, answer.data)


class _Handler(BaseHTTPRequestHandler):
    """One connection, and (as acts see it) the request that is being handled."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    @property
    def _proxy(self) -> FaultyProxy:
        found: FaultyProxy = self.server.proxy  # type: ignore[attr-defined]
        return found

    def setup(self) -> None:
        """Shake hands, unless a fault is in the way."""
        self._plain: socket.socket = self.request
        fault = self._proxy.fault_for(None)
        self._unusable = bool(fault) and not isinstance(fault.act, WrongCertificate)  # type: ignore[union-attr]
        if fault:
            self._proxy.note(Logged(ApiRequest("connect", "", "", "", ""), str(fault), None, 0.0))
        if fault and self._unusable:
            super().setup()
            fault.act.play(self)
            return
        context = self._proxy.strange if fault else self._proxy.own
        self.request = context.wrap_socket(self.request, server_side=True)
        self._plain = self.request
        super().setup()

    def handle(self) -> None:
        """Serve requests, if there can be any."""
        if not self._unusable:
            super().handle()

    def finish(self) -> None:
        """Close the connection: the server knows only what it was before the handshake."""
        with contextlib.suppress(OSError):
            super().finish()
        self._plain.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so by the base class
        return

    def _serve(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        self._body = self.rfile.read(length) if length else None
        self._code: int | None = None
        asked = ApiRequest.read(self.command, self.path)
        fault, began = self._proxy.fault_for(asked), time.monotonic()
        try:
            if fault:
                fault.act.play(self)
            else:
                self.send(self.forward())
        except (OSError, urllib3.exceptions.HTTPError):
            # The client has gone, or the API server is away; either way this connection is of no use any more.
            self.reset()
        finally:
            self._proxy.note(Logged(asked, str(fault or ""), self._code, time.monotonic() - began))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - named so by the base class

    # What acts may do.

    @property
    def target(self) -> str:
        """What is asked for."""
        return self.path

    def forward(self, target: str = "") -> Answer:
        """Have the API server handle the request, or another one instead."""
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _DROPPED}
        answer = self._proxy.ask(self.command, target or self.path, headers, self._body)
        self._code = answer.code
        return answer

    def send(self, answer: Answer) -> None:
        """Answer the request."""
        self.begin(answer.code, {**answer.headers, "Content-Length": str(len(answer.body))})
        self.write(answer.body)

    def begin(self, code: int, headers: Mapping[str, str]) -> None:
        """Send the head of an answer."""
        self.send_response_only(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def write(self, data: bytes) -> None:
        """Send more of an answer."""
        self.wfile.write(data)

    def reset(self) -> None:
        """Have the connection end at once and without a goodbye."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            self._plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def wait_for_the_end(self, seconds: float) -> bool:
        """Wait until the client is gone: it sends nothing more before the answer, so what can be read is the end."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            # Of a client that is shaking hands there is its first word to be read.
            if select.select([self._plain], [], [], left)[0] and not (self._unusable and self._plain.recv(4096)):
                self.close_connection = True
                return True
        return False


def _context(authority: Authority, path: Path) -> ssl.SSLContext:
    pair = authority.server(["127.0.0.1"])
    path.touch(mode=0o600)
    path.write_bytes(pair.certificate + pair.key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
