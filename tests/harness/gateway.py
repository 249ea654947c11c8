# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A proxy in front of an API server that holds requests, to stop a run between two of them, or falsifies answers."""

from __future__ import annotations

import re
import select
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import urllib3

from testbed import Cluster, User
from testbed.clusters import led_through
from testbed.clusters.pki import Authority

LIMIT = 60.0  # seconds for which a request is held at most
PAUSE = 0.02


class Gateway:
    """Passes requests on to an API server, except those that it is to hold."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self._authority = Authority("gateway")
        self._held = threading.Event()
        self._passing = threading.Event()
        self._pattern: re.Pattern[str] | None = None
        self._skip = 0
        self._replacements: dict[bytes, bytes] = {}
        # The gateway is as good as the API server to its clients, so it checks that server as they would.
        roots = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        roots.load_verify_locations(cadata=cluster.ca.decode())
        self.upstream = urllib3.PoolManager(ssl_context=roots, retries=False)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.server.gateway = self  # type: ignore[attr-defined]
        self.server.daemon_threads = True

    @classmethod
    @contextmanager
    def open(cls, cluster: Cluster, directory: Path) -> Iterator[Gateway]:
        """Run a gateway in front of a cluster; its key lies in `directory`."""
        gateway = cls(cluster)
        gateway._listen(directory)
        thread = threading.Thread(target=gateway.server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield gateway
        finally:
            gateway.server.shutdown()
            gateway.server.server_close()

    def _listen(self, directory: Path) -> None:
        pair = self._authority.server(["127.0.0.1"])
        path = directory / "gateway.pem"
        path.touch(mode=0o600)
        path.write_bytes(pair.certificate + pair.key)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)

    def kubeconfig(self, user: User) -> dict[str, Any]:
        """Return the kubeconfig of a user with a token, leading through the gateway."""
        return led_through(user.kubeconfig, f"https://127.0.0.1:{self.server.server_port}", self._authority.certificate)

    def falsify(self, actual: str, shown: str) -> None:
        """Replace this text by another one of the same length in all answers from now on."""
        self._replacements[actual.encode()] = shown.encode()

    def falsified(self, answer: bytes) -> bytes:
        """Return what the client gets for an answer of the API server."""
        for actual, shown in self._replacements.items():
            answer = answer.replace(actual, shown)
        return answer

    def hold(self, pattern: str, skip: int = 0) -> None:
        """Hold the next request whose "METHOD path" the pattern is found in, after letting `skip` of them pass."""
        self._held.clear()
        self._passing.clear()
        self._skip = skip
        self._pattern = re.compile(pattern)

    def holds(self) -> bool:
        """Whether a request is being held."""
        return self._held.is_set()

    def release(self) -> None:
        """Hold no request from now on; one that is held is never passed on."""
        self._pattern = None

    def go_on(self, until: str | None = None) -> None:
        """Pass the request on that is held, and hold the next one in which a pattern is found, if there is one."""
        passing = self._passing
        self._held, self._passing, self._skip = threading.Event(), threading.Event(), 0
        self._pattern = re.compile(until) if until else None
        passing.set()

    def stops(self, request: str) -> bool:
        """Whether a request is to be held, and is from now on."""
        if self._pattern is None or not self._pattern.search(request):
            return False
        if self._skip:
            self._skip -= 1
            return False
        self._held.set()
        return True

    def waits_for(self, connection: ssl.SSLSocket) -> bool:
        """Wait with a request that is held; return whether to pass it on, or (False) its client has gone."""
        passing, deadline = self._passing, time.monotonic() + LIMIT
        while not passing.wait(PAUSE):
            # Nothing more is sent before the answer: what can be read is the end.
            if time.monotonic() > deadline or select.select([connection], [], [], 0)[0]:
                return False
        return True


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so by the base class
        return

    def _pass(self) -> None:
        gateway: Gateway = self.server.gateway  # type: ignore[attr-defined]
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length) if length else None
        if gateway.stops(f"{self.command} {self.path}") and not gateway.waits_for(self.connection):
            # What the client asked for does not happen.
            self.close_connection = True
            return
        dropped = ("host", "connection", "content-length", "accept-encoding")
        headers = {k: v for k, v in self.headers.items() if k.lower() not in dropped}
        answer = gateway.upstream.request(
            self.command, gateway.cluster.server + self.path, body=body, headers=headers, decode_content=False
        )
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in ("transfer-encoding", "content-length", "connection"):
                self.send_header(name, value)
        data = gateway.falsified(answer.data)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _pass  # noqa: N815 - named so by the base class
