# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A thin asynchronous client of the API server, plain JSON in and out, and caches kept up to date by watches."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import logging
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from .tlsfiles import context_with_keypair

Object = dict[str, Any]
Key = tuple[str, str]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Resource:
    """A collection on the API server: the root of its group and version, and its plural name."""

    root: str
    plural: str

    def path(self, namespace: str | None, name: str | None = None, subresource: str | None = None) -> str:
        """Build the URL path of the collection or of one object; no namespace means all, or a cluster-wide kind."""
        parts = [self.root, *(["namespaces", namespace] if namespace else []), self.plural, name, subresource]
        return "/" + "/".join(part for part in parts if part)


CONFIG_MAPS = Resource("api/v1", "configmaps")
SECRETS = Resource("api/v1", "secrets")
SERVICES = Resource("api/v1", "services")
PODS = Resource("api/v1", "pods")
NODES = Resource("api/v1", "nodes")
NAMESPACES = Resource("api/v1", "namespaces")
SERVICE_ACCOUNTS = Resource("api/v1", "serviceaccounts")
DEPLOYMENTS = Resource("apis/apps/v1", "deployments")
INGRESSES = Resource("apis/networking.k8s.io/v1", "ingresses")
ROUTES = Resource("apis/route.openshift.io/v1", "routes")


class ApiError(Exception):
    """The API server refused a request; the message is that of its Status object, as client-go prints it."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Api:
    """One user's connection to one API server, from the current context of a kubeconfig."""

    def __init__(self, kubeconfig: Path, user_agent: str = "skupper-simulator") -> None:
        self.server, headers, self._tls = _credentials(yaml.safe_load(kubeconfig.read_text()))
        self._headers = {**headers, "User-Agent": user_agent}
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(ssl=self._tls, limit=0, keepalive_timeout=60)
            timeout = aiohttp.ClientTimeout(total=None, sock_connect=10)
            self._session = aiohttp.ClientSession(connector=connector, headers=self._headers, timeout=timeout)
        return self._session

    async def _call(self, method: str, path: str, body: Object | None = None, kind: str = "application/json") -> Object:
        data = None if body is None else json.dumps(body)
        headers = {} if body is None else {"Content-Type": kind}
        url = self.server + path
        left = _TRIES
        while True:
            left -= 1
            async with self._client().request(method, url, data=data, headers=headers, timeout=_PATIENCE) as answer:
                wait = _wait(answer) if left else None
                if wait is None:
                    await _refuse(answer)
                    result: Object = json.loads(await answer.read())
                    return result
            await asyncio.sleep(wait)

    async def get(self, resource: Resource, namespace: str | None, name: str) -> Object:
        """Read one object; ApiError 404 if it does not exist."""
        return await self._call("GET", resource.path(namespace, name))

    async def find(self, resource: Resource, namespace: str | None, name: str) -> Object | None:
        """Read one object, None if it does not exist."""
        try:
            return await self.get(resource, namespace, name)
        except ApiError as error:
            if error.code != 404:
                raise
            return None

    async def create(self, resource: Resource, namespace: str | None, body: Object) -> Object:
        """Create an object; ApiError 409 if the name is taken."""
        return await self._call("POST", resource.path(namespace), body)

    async def ensure(self, resource: Resource, namespace: str | None, body: Object) -> Object:
        """Create an object unless its name is taken, and return what is there."""
        try:
            return await self.create(resource, namespace, body)
        except ApiError as error:
            if error.code != 409:
                raise
            return await self.get(resource, namespace, body["metadata"]["name"])

    async def replace(self, resource: Resource, namespace: str | None, body: Object) -> Object:
        """Write an object read before; ApiError 409 if another client wrote it since."""
        return await self._call("PUT", resource.path(namespace, body["metadata"]["name"]), body)

    async def patch(
        self, resource: Resource, namespace: str | None, name: str, body: Object, subresource: str | None = None
    ) -> Object:
        """Merge a document into an object (RFC 7396)."""
        path = resource.path(namespace, name, subresource)
        return await self._call("PATCH", path, body, "application/merge-patch+json")

    async def post(self, resource: Resource, namespace: str, name: str, subresource: str, body: Object) -> Object:
        """Post to a subresource, such as the binding of a pod, and return the answer."""
        return await self._call("POST", resource.path(namespace, name, subresource), body)

    async def delete(self, resource: Resource, namespace: str | None, name: str, options: Object) -> None:
        """Delete an object under DeleteOptions; do nothing if it is gone or another one by now."""
        try:
            await self._call("DELETE", resource.path(namespace, name), options)
        except ApiError as error:
            if error.code not in (404, 409):
                raise

    async def list(self, resource: Resource, query: dict[str, str]) -> Object:
        """List a collection in all namespaces."""
        async with self._client().get(self.server + resource.path(None), params=query, timeout=_PATIENCE) as answer:
            await _refuse(answer)
            result: Object = json.loads(await answer.read())
            return result

    async def watch(self, resource: Resource, query: dict[str, str]) -> AsyncIterator[Object]:
        """Follow a collection in all namespaces, until the API server ends the watch."""
        # Without a time limit: the API server ends every watch after a while.
        params = {**query, "watch": "true", "allowWatchBookmarks": "true"}
        rest = b""
        async with self._client().get(self.server + resource.path(None), params=params) as answer:
            await _refuse(answer)
            async for chunk in answer.content.iter_any():
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    yield json.loads(line)


_PATIENCE = aiohttp.ClientTimeout(total=60, sock_connect=10)
# As client-go asks a busy server again (rest/with_retry.go).
_TRIES = 10


def _wait(answer: aiohttp.ClientResponse) -> float | None:
    """Return after how many seconds the server wants to be asked again; None if it does not."""
    after = answer.headers.get("Retry-After", "")
    is_busy = answer.status == 429 or answer.status >= 500
    return float(after) if is_busy and after.isdecimal() else None


async def _refuse(answer: aiohttp.ClientResponse) -> None:
    if answer.status < 400:
        return
    text = await answer.text()
    try:
        message = json.loads(text)["message"]
    except (ValueError, KeyError, TypeError):
        message = text
    raise ApiError(answer.status, message)


def _credentials(config: Object) -> tuple[str, dict[str, str], ssl.SSLContext]:
    context = _named(config["contexts"], config["current-context"])["context"]
    cluster = _named(config["clusters"], context["cluster"])["cluster"]
    user = _named(config["users"], context["user"])["user"]
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tls.load_verify_locations(cadata=_text(cluster, "certificate-authority"))
    if "client-certificate" in user or "client-certificate-data" in user:
        keypair = _text(user, "client-certificate").encode(), _text(user, "client-key").encode()
        context_with_keypair(tls, *keypair)
    headers = {"Authorization": f"Bearer {user['token']}"} if "token" in user else {}
    return cluster["server"], headers, tls


def _named(entries: list[Object], name: str) -> Object:
    return next(entry for entry in entries if entry["name"] == name)


def _text(entry: Object, key: str) -> str:
    if f"{key}-data" in entry:
        return base64.b64decode(entry[f"{key}-data"]).decode()
    return Path(entry[key]).read_text()


Change = Callable[[Key, Object | None, Object | None], None]


class Informer:
    """A cache of one selection of objects, kept current by list and watch, which reports every change."""

    def __init__(
        self, api: Api, resource: Resource, on_change: Change, *, labels: str | None = None, name: str | None = None
    ) -> None:
        self.store: dict[Key, Object] = {}
        self.synced = asyncio.Event()
        self._api = api
        self._resource = resource
        self._on_change = on_change
        selectors = {"labelSelector": labels, "fieldSelector": name and f"metadata.name={name}"}
        self._query = {key: value for key, value in selectors.items() if value}

    async def run(self) -> None:
        """List and watch for ever, through restarts of the API server."""
        while True:
            try:
                await self._follow(await self._relist())
            except (aiohttp.ClientError, ApiError, OSError, asyncio.TimeoutError, ValueError) as error:
                _log.info("watching %s again after: %r", self._resource.plural, error)
                await asyncio.sleep(0.5)

    async def _relist(self) -> str:
        answer = await self._api.list(self._resource, self._query)
        fresh = {key_of(item): item for item in answer.get("items") or []}
        for key in [key for key in self.store if key not in fresh]:
            self._set(key, None)
        for key, item in fresh.items():
            self._set(key, item)
        self.synced.set()
        version: str = answer["metadata"]["resourceVersion"]
        return version

    async def _follow(self, version: str) -> None:
        while True:
            async for event in self._api.watch(self._resource, {**self._query, "resourceVersion": version}):
                # 410 Gone, mostly: the version is too old to go on from, so list again.
                if event["type"] == "ERROR":
                    return
                version = event["object"]["metadata"]["resourceVersion"]
                if event["type"] != "BOOKMARK":
                    self._set(key_of(event["object"]), None if event["type"] == "DELETED" else event["object"])

    def _set(self, key: Key, new: Object | None) -> None:
        old = self.store.get(key)
        # A list after a break brings mostly what is known already.
        if old == new:
            return
        if new is None:
            del self.store[key]
        else:
            self.store[key] = new
        try:
            self._on_change(key, old, new)
        except Exception:  # noqa: BLE001 - one site's trouble must not end the watch for all
            _log.exception("a change of %s %s could not be handled", self._resource.plural, key)


def key_of(item: Object) -> Key:
    """Name an object by namespace and name; cluster-wide kinds have the namespace ''."""
    return item["metadata"].get("namespace", ""), item["metadata"]["name"]


def notes_of(item: Object | None) -> dict[str, str]:
    """Read the annotations of an object, none if there is no object."""
    return ((item or {}).get("metadata") or {}).get("annotations") or {}


def labels_of(item: Object | None) -> dict[str, str]:
    """Read the labels of an object, none if there is no object."""
    return ((item or {}).get("metadata") or {}).get("labels") or {}


def decoded(item: Object | None) -> dict[str, bytes]:
    """Read the data of a Secret as bytes."""
    return {key: base64.b64decode(value) for key, value in ((item or {}).get("data") or {}).items()}


def encoded(data: dict[str, bytes]) -> dict[str, str]:
    """Turn bytes into the data of a Secret."""
    return {key: base64.b64encode(value).decode() for key, value in data.items()}


async def persist(call: Callable[[], Awaitable[object]]) -> None:
    """Make a request until it is answered; an object that is gone or has become another one is left alone."""
    while True:
        try:
            await call()
            return
        except ApiError as error:
            if error.code in (404, 409, 422):
                _log.info("left alone: %s", error)
                return
            _log.warning("trying again after: %s", error)
        except (aiohttp.ClientError, OSError, asyncio.TimeoutError) as error:
            _log.info("trying again after: %r", error)
        await asyncio.sleep(0.5)


class Tasks:
    """Tasks that end with their owner; a failure of one is logged and ends nothing else."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Awaitable[None]) -> asyncio.Task[None]:
        """Run a coroutine until it ends or the owner stops."""
        task = asyncio.ensure_future(_guarded(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def stop(self) -> None:
        """Cancel what is running and wait for its end."""
        mine = [task for task in self._running if task is not asyncio.current_task()]
        for task in mine:
            task.cancel()
        for task in mine:
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def _guarded(work: Awaitable[None]) -> None:
    try:
        await work
    except Exception:  # noqa: BLE001 - whatever it is, it belongs in the log
        _log.exception("a task failed")
