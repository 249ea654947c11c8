# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The claim server of config-sync, port 8081 of an interior site (pkg/kube/claims/claim_verifier.go)."""

from __future__ import annotations

import asyncio
import datetime
import logging
import random
import re
import socket
import ssl
import time
from collections.abc import Callable

import yaml
from aiohttp import web

from ..kube import SECRETS, Api, ApiError, Object, decoded, labels_of, notes_of
from ..tlsfiles import context_with_keypair
from . import names
from .certs import KeyPool, UnreadableAuthority
from .ingress import Unresolved
from .tokens import incompatible, issue_cert_token, router_config

_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,]\d+)?(Z|[+-]\d\d:\d\d)")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_TRIES = 5
_log = logging.getLogger(__name__)


class Refusal(Exception):
    """An answer other than 200: its status and its text."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


def _no_such_claim() -> Refusal:
    return Refusal(404, "No such claim")


def _corrupted() -> Refusal:
    return Refusal(500, "Corrupted claim")


def _conflict() -> Refusal:
    return Refusal(503, "Internal error")


class ClaimServer:
    """Redeems the claims of one site, reading record, CA and hosts from the API server at every request."""

    def __init__(
        self,
        api: Api,
        keys: KeyPool,
        namespace: str,
        keypair: tuple[bytes, bytes],
        fault: Callable[[], str],
        signing_delay: Callable[[], float],
        crash: Callable[[], None],
    ) -> None:
        self._api = api
        self._keys = keys
        self._namespace = namespace
        self._fault = fault
        self._signing_delay = signing_delay
        self._crash = crash
        self._tls = context_with_keypair(_modern(), *keypair)
        self._http = web.Server(self._handle, access_log=None)

    async def accept(self, connection: socket.socket) -> None:
        """Take over an accepted socket; a failed handshake ends it."""
        await asyncio.get_running_loop().connect_accepted_socket(self._http, connection, ssl=self._tls)

    async def close(self) -> None:
        """Drop all connections."""
        await self._http.shutdown(0.1)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        fault = self._fault()
        if fault == "503":
            return _error(_conflict())
        # When the fault ends, the connection does too: nobody answers so late.
        if fault == "hang":
            while self._fault() == "hang":
                await asyncio.sleep(0.1)
            return _dropped(request)
        try:
            token = await self._answer(request)
        except Refusal as refusal:
            return _error(refusal)
        except UnreadableAuthority:
            # The real one calls log.Fatal here: the whole container goes down, after the use has been counted.
            self._crash()
            return _dropped(request)
        return _dropped(request) if fault == "lost" else _yaml(token)

    async def _answer(self, request: web.BaseRequest) -> Object:
        if request.method != "POST":
            raise Refusal(405, "Only POST is supported")
        name = request.path.replace("/", "")
        try:
            password = await request.read()
        except (web.HTTPException, OSError, ValueError) as error:
            raise Refusal(400, "Request body not valid") from error
        subject = request.headers.get("skupper-site-name") or name
        await self._check_version(request.query.get("site-version", ""))
        await self._redeem(name, password)
        await self._pause_before_signing()
        try:
            return await issue_cert_token(self._api, self._keys, self._namespace, subject)
        except (ApiError, Unresolved) as error:
            raise Refusal(500, str(error)) from error

    async def _pause_before_signing(self) -> None:
        """Wait as long as the site signs late: what was counted may be signed with another CA."""
        counted = time.monotonic()
        while time.monotonic() - counted < self._signing_delay():
            await asyncio.sleep(0.02)

    async def _check_version(self, remote: str) -> None:
        try:
            local = (await router_config(self._api, self._namespace)).version
        except (ApiError, ValueError) as error:
            raise Refusal(400, str(error)) from error
        if incompatible(local, remote):
            raise Refusal(400, f"minimum version required {names.OLDEST_COMPATIBLE}")

    async def _redeem(self, name: str, password: bytes) -> None:
        for attempt in range(_TRIES):
            if attempt:
                # client-go's DefaultRetry: 10 ms with a jitter of a tenth, and no growth.
                await asyncio.sleep(0.01 * random.uniform(1.0, 1.1))
            try:
                return await self._count(name, password)
            except Refusal as refusal:
                if refusal.status != 503:
                    raise
        raise _conflict()

    async def _count(self, name: str, password: bytes) -> None:
        record = await self._record(name)
        notes = notes_of(record)
        _check_expiration(notes)
        if decoded(record).get("password", b"") != password:
            raise Refusal(403, "Claim refused")
        # Under the version read: whoever counts at the same moment makes one of the two try again.
        record["metadata"]["annotations"] = _counted(notes)
        try:
            await self._api.replace(SECRETS, self._namespace, record)
        except ApiError as error:
            raise _conflict() from error

    async def _record(self, name: str) -> Object:
        try:
            record = await self._api.get(SECRETS, self._namespace, name)
        except ApiError as error:
            raise (_no_such_claim() if error.code == 404 else Refusal(500, str(error))) from error
        if labels_of(record).get(names.TYPE) != names.CLAIM_RECORD:
            raise _no_such_claim()
        return record


def _check_expiration(notes: dict[str, str]) -> None:
    if names.CLAIM_EXPIRATION not in notes:
        return
    expiration = parse_time(notes[names.CLAIM_EXPIRATION])
    if expiration is None:
        raise _corrupted()
    if expiration < datetime.datetime.now(datetime.timezone.utc):
        raise _no_such_claim()


def parse_time(text: str) -> datetime.datetime | None:
    """Parse a time the way Go's time.RFC3339 does, None if Go would not."""
    match = _RFC3339.fullmatch(text)
    if not match:
        return None
    try:
        return datetime.datetime.fromisoformat(match[1] + match[2].replace("Z", "+00:00"))
    except ValueError:
        return None


def _counted(notes: dict[str, str]) -> dict[str, str]:
    counted = {**notes, names.CLAIMS_MADE: "1"}
    if names.CLAIMS_REMAINING in notes:
        remaining = _integer(notes[names.CLAIMS_REMAINING])
        if remaining == 0:
            raise _no_such_claim()
        counted[names.CLAIMS_REMAINING] = str(remaining - 1)
    if names.CLAIMS_MADE in notes:
        counted[names.CLAIMS_MADE] = str(_integer(notes[names.CLAIMS_MADE]) + 1)
    return counted


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise _corrupted()
    return int(text)


def _modern() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.set_alpn_protocols(["http/1.1"])
    return context


def _error(refusal: Refusal) -> web.Response:
    headers = {"X-Content-Type-Options": "nosniff"}
    return web.Response(status=refusal.status, text=str(refusal) + "\n", headers=headers)


def _yaml(token: Object) -> web.Response:
    return web.Response(text=yaml.safe_dump(token, default_flow_style=False, sort_keys=True, allow_unicode=True))


def _dropped(request: web.BaseRequest) -> web.StreamResponse:
    if request.transport:
        request.transport.abort()
    return web.Response(status=503)
