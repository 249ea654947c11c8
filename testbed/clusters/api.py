# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A thin client of the Kubernetes API for tests: plain JSON in, plain JSON out."""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Generator, Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import urllib3

Object = dict[str, Any]

_MERGE = "application/merge-patch+json"


class ApiError(Exception):
    """The API server refused a request; `status` is its Status object."""

    def __init__(self, request: str, code: int, status: Object) -> None:
        super().__init__(f"{request}: {code} {status.get('reason', '')}: {status.get('message', '')}")
        self.code = code
        self.status = status
        self.reason: str = status.get("reason", "")


class ApiUnreachable(ConnectionError):
    """The API server did not answer, or the connection broke."""


class Event(NamedTuple):
    """One change that a watch reports: ADDED, MODIFIED or DELETED, and the object."""

    type: str
    object: Object


class Api:
    """One user's view of one API server; may be shared by threads."""

    def __init__(self, server: str, ca: bytes, token: str, user_agent: str = "testbed") -> None:
        self.server = server
        headers = {"Authorization": f"Bearer {token}", "User-Agent": user_agent, "Accept": "application/json"}
        self._pool = urllib3.PoolManager(maxsize=16, headers=headers, retries=False, ssl_context=_tls(ca))

    def get(self, api_version: str, plural: str, namespace: str | None, name: str) -> Object | None:
        """Read one object, None if there is none."""
        try:
            return self.call("GET", path(api_version, plural, namespace, name))
        except ApiError as error:
            if error.code == 404:
                return None
            raise

    def list(
        self,
        api_version: str,
        plural: str,
        namespace: str | None = None,
        *,
        label_selector: str | None = None,
        field_selector: str | None = None,
    ) -> list[Object]:
        """Read the objects of a namespace, or of all of them."""
        return self.collection(api_version, plural, namespace, label_selector, field_selector)["items"]  # type: ignore[no-any-return]

    def collection(
        self,
        api_version: str,
        plural: str,
        namespace: str | None = None,
        label_selector: str | None = None,
        field_selector: str | None = None,
    ) -> Object:
        """Read a whole List object: its metadata.resourceVersion is where a watch can go on."""
        query = {"labelSelector": label_selector, "fieldSelector": field_selector}
        listed = self.call("GET", path(api_version, plural, namespace), query=query)
        for item in listed["items"]:
            # Lists leave these out of their items, but who looks at one object expects them.
            item.setdefault("apiVersion", api_version)
            item.setdefault("kind", listed["kind"].removesuffix("List"))
        return listed

    def create(self, obj: Object, namespace: str | None = None, *, subresource: str | None = None) -> Object:
        """Create an object, in its own namespace unless another is given; a subresource needs its parent's name."""
        namespace = namespace or obj["metadata"].get("namespace")
        name = obj["metadata"]["name"] if subresource else None
        return self.call("POST", path(obj["apiVersion"], plural_of(obj["kind"]), namespace, name, subresource), obj)

    def replace(self, obj: Object, *, subresource: str | None = None) -> Object:
        """Write a whole object; 409 if metadata.resourceVersion is given and no longer current."""
        meta = obj["metadata"]
        target = path(obj["apiVersion"], plural_of(obj["kind"]), meta.get("namespace"), meta["name"], subresource)
        return self.call("PUT", target, obj)

    def patch(
        self,
        api_version: str,
        plural: str,
        namespace: str | None,
        name: str,
        patch: Object,
        *,
        subresource: str | None = None,
    ) -> Object:
        """Apply a JSON merge patch (RFC 7396): None removes a field, lists are replaced."""
        return self.call("PATCH", path(api_version, plural, namespace, name, subresource), patch, content_type=_MERGE)

    def delete(
        self, api_version: str, plural: str, namespace: str | None, name: str, *, propagation: str = "Background"
    ) -> bool:
        """Delete an object; False if there was none. What it owns goes as `propagation` says."""
        options = {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": propagation}
        try:
            self.call("DELETE", path(api_version, plural, namespace, name), options)
        except ApiError as error:
            if error.code == 404:
                return False
            raise
        return True

    def watch(
        self,
        api_version: str,
        plural: str,
        namespace: str | None = None,
        *,
        label_selector: str | None = None,
        field_selector: str | None = None,
        resource_version: str | None = None,
        timeout: float = 60.0,
    ) -> Generator[Event, None, None]:
        """Yield changes until `timeout` seconds have passed; without a version, what exists comes first as ADDED.

        ApiError 410 when the version is too old, ApiUnreachable when the connection breaks.
        """
        query = {
            "watch": "true",
            "timeoutSeconds": str(max(1, round(timeout))),
            "labelSelector": label_selector,
            "fieldSelector": field_selector,
            "resourceVersion": resource_version,
        }
        target = path(api_version, plural, namespace)
        response = self._send("GET", target, query, None, None, stream=True, read_timeout=timeout + 5)
        try:
            for line in _lines(response):
                yield _event(f"watch {target}", json.loads(line))
        except urllib3.exceptions.HTTPError as error:
            raise ApiUnreachable(f"watch {target}: {error}") from error
        finally:
            # Closed, not drained: a watch never ends by itself in time.
            response.close()

    def call(
        self,
        method: str,
        target: str,
        body: Object | None = None,
        *,
        query: dict[str, str | None] | None = None,
        content_type: str = "application/json",
    ) -> Object:
        """Send one request and return the JSON answer; ApiError on 4xx and 5xx, ApiUnreachable without an answer."""
        response = self._send(method, target, query, body, content_type)
        return json.loads(response.data)  # type: ignore[no-any-return]

    def touch(self, target: str) -> None:
        """Send a GET request; ApiError if its status is 400 or above."""
        self._send("GET", target, None, None, None)

    def _send(
        self,
        method: str,
        target: str,
        query: dict[str, str | None] | None,
        body: Object | None,
        content_type: str | None,
        *,
        stream: bool = False,
        read_timeout: float = 30.0,
    ) -> urllib3.BaseHTTPResponse:
        parameters = urlencode({key: value for key, value in (query or {}).items() if value is not None})
        url = f"{self.server}{target}" + (f"?{parameters}" if parameters else "")
        headers = dict(self._pool.headers) | ({"Content-Type": content_type} if content_type else {})
        try:
            response = self._pool.request(
                method,
                url,
                body=json.dumps(body).encode() if body is not None else None,
                headers=headers,
                timeout=urllib3.Timeout(connect=5.0, read=read_timeout),
                preload_content=not stream,
            )
        except urllib3.exceptions.HTTPError as error:
            raise ApiUnreachable(f"{method} {target}: {error}") from error
        if response.status >= 400:
            raise ApiError(f"{method} {target}", response.status, _status(response.data))
        return response


def path(
    api_version: str,
    plural: str,
    namespace: str | None = None,
    name: str | None = None,
    subresource: str | None = None,
) -> str:
    """Build the path of a resource (Kubernetes API concepts, "Resource URIs")."""
    root = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
    scope = ("namespaces", namespace) if namespace else ()
    return "/".join([root, *(quote(part, safe="") for part in (*scope, plural, name, subresource) if part)])


def plural_of(kind: str) -> str:
    """Name the resource of a kind; the built-in kinds form it as English does."""
    lower = kind.lower()
    if lower in ("endpoints",):
        return lower
    if re.search(r"[^aeiou]y$", lower):
        return lower[:-1] + "ies"
    return lower + ("es" if re.search(r"(s|x|ch)$", lower) else "s")


def _tls(ca: bytes) -> ssl.SSLContext:
    # Not create_default_context(): it reads all the system's authorities, which are not to be trusted here anyway.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=ca.decode())
    return context


def _status(body: bytes) -> Object:
    try:
        status = json.loads(body)
    except ValueError:
        return {"message": body.decode(errors="replace")}
    return status if isinstance(status, dict) else {"message": body.decode(errors="replace")}


def _lines(response: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    rest = b""
    for chunk in response.stream(None):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines


def _event(request: str, event: Object) -> Event:
    if event["type"] == "ERROR":
        raise ApiError(request, event["object"].get("code", 500), event["object"])
    return Event(event["type"], event["object"])
