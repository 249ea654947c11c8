# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small HTTPS server that gives prepared answers and remembers what it was asked."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.unit.support.certificates import Pair, authority


@dataclass(frozen=True)
class Tls:
    """The server's certificate and its CA, as files; clients may show certificates of the same CA."""

    ca: Pair
    ca_file: Path
    certificate_file: Path
    key_file: Path

    @classmethod
    def make(cls, folder: Path) -> Tls:
        """Write both files to a folder."""
        ca = authority("test-ca")
        server = ca.issue("server", hosts=("127.0.0.1",))
        made = cls(ca, folder / "ca.crt", folder / "server.crt", folder / "server.key")
        made.ca_file.write_bytes(ca.pem)
        made.certificate_file.write_bytes(server.pem)
        made.key_file.write_bytes(server.key_pem)
        return made

    def context(self) -> ssl.SSLContext:
        """Return the TLS context of the server."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate_file, self.key_file)
        context.load_verify_locations(self.ca_file)
        context.verify_mode = ssl.CERT_OPTIONAL
        return context


@dataclass(frozen=True)
class Answer:
    """One prepared answer; a dict or list is sent as JSON."""

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    hangs: bool = False
    """Whether it never comes."""
    drops: bool = False
    """Whether the connection is closed instead."""

    def content(self) -> bytes:
        """Return the bytes of the body."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


def secret(name: str = "link1", namespace: str = "east", **metadata: Any) -> dict[str, Any]:
    """Return a Secret as an API server shows it; what is None is left out of its metadata."""
    given = {"name": name, "namespace": namespace, "uid": "uid-1", "resourceVersion": "7", **metadata}
    own = {key: value for key, value in given.items() if value is not None}
    return {"kind": "Secret", "apiVersion": "v1", "metadata": own}


def secrets(*names: str, following: str = "") -> dict[str, Any]:
    """Return a page of a list of Secrets."""
    items = [{"metadata": secret(name)["metadata"]} for name in names]
    return {"kind": "SecretList", "apiVersion": "v1", "metadata": {"continue": following}, "items": items}


_REASONS = {400: "BadRequest", 401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 409: "Conflict", 422: "Invalid"}


def refusal(code: int, message: str = "", reason: str = "", **details: Any) -> Answer:
    """Return a Kubernetes Status."""
    body = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message, "details": details}
    return Answer(code, {**body, "reason": reason or _REASONS.get(code, ""), "code": code})


@dataclass(frozen=True)
class Received:
    """One request."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    client: str | None
    """Common name of the client's certificate."""

    @property
    def path(self) -> str:
        """The path without the query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        """The query."""
        return parse_qs(urlsplit(self.target).query, keep_blank_values=True)

    def header(self, name: str) -> list[str]:
        """Return all values of a header."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def json(self) -> Any:
        """Return the body as a document."""
        return json.loads(self.body)


@dataclass
class ApiServer:
    """The server while it runs."""

    url: str
    tls: Tls
    answers: list[Answer] = field(default_factory=list)
    requests: list[Received] = field(default_factory=list)
    fallback: Callable[[Received], Answer] | None = None
    """What answers when no answer was prepared."""
    closing: threading.Event = field(default_factory=threading.Event)

    def will(self, *answers: Answer | dict[str, Any]) -> None:
        """Prepare the next answers; {} stands for the Secret that is asked for."""
        self.answers.extend(answer if isinstance(answer, Answer) else Answer(body=answer or None) for answer in answers)

    def answer(self, received: Received) -> Answer:
        """Return the next prepared answer; 418 for a request without one."""
        self.requests.append(received)
        if self.answers:
            prepared = self.answers.pop(0)
            return replace(prepared, body=_asked_for(received)) if prepared.body is None else prepared
        return self.fallback(received) if self.fallback else Answer(418, {"message": "no answer was prepared for this"})


def _asked_for(received: Received) -> dict[str, Any]:
    *_root, namespace, _plural, name = received.path.split("/")
    return secret(name, namespace)


def _handler(api: ApiServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Nothing waits for the client's kernel to acknowledge what came before, TLS session tickets among it.
        disable_nagle_algorithm = True
        wbufsize = -1

        def handle_one(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            answer = api.answer(
                Received(
                    self.command,
                    self.path,
                    tuple(self.headers.items()),
                    self.rfile.read(length),
                    _client(self.connection),
                )
            )
            if answer.hangs:
                api.closing.wait()
                self.close_connection = True
                return
            if answer.drops:
                self.close_connection = True
                return
            content = answer.content()
            self.send_response_only(answer.status)
            for name, value in {"Content-Length": str(len(content)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_DELETE = handle_one  # noqa: N815 - names that http.server looks for

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as http.server calls it
            """Print nothing."""

    return Handler


def _client(connection: Any) -> str | None:
    certificate = connection.getpeercert() if isinstance(connection, ssl.SSLSocket) else None
    subject: Any = (certificate or {}).get("subject", ())
    return next((value for rdn in subject for key, value in rdn if key == "commonName"), None)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore a client that went away."""


@contextmanager
def serving(tls: Tls) -> Iterator[ApiServer]:
    """Run a server on a free port."""
    api = ApiServer("", tls)
    server = _Server(("127.0.0.1", 0), _handler(api))
    server.socket = tls.context().wrap_socket(server.socket, server_side=True)
    api.url = f"https://127.0.0.1:{server.server_address[1]}"
    # A short pause between looks for the end, or each test would take half a second.
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        api.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
