# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only code that talks to an API server: plain JSON over the kubernetes package's transport."""

from __future__ import annotations

import builtins
import json
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

from .._model.errors import Failure
from .._model.reasons import Reason
from .._model.site import Place
from .connect import Transport, connect
from .errors import TRANSIENT, Request, status_failure, transport_failure
from .options import ConnectionOptions
from .port import NAMESPACE, Kind, Manifest
from .retry import Clock, Retry

try:
    import urllib3
    from urllib3._collections import HTTPHeaderDict
except ImportError:
    # connect() has said so before anything here is reached.
    urllib3 = None  # type: ignore[assignment]

_AGENT = "sitemesh.skupper"
_CONNECT_SECONDS = 10
_PAGE = 500
_JSON = "application/json"
# Answered since Kubernetes 1.15 (meta.k8s.io/v1); whatever stands in between and does not know it gets the whole list.
_METADATA = f"{_JSON};as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,{_JSON}"
# The namespace that every cluster has, is never deleted, and whose UID stands for the cluster.
_CLUSTER = "kube-system"
_REVIEW = Kind("authorization.k8s.io/v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", namespaced=False)

Impersonation = Sequence[tuple[str, str]]


class Client:
    """One namespace of one cluster; see port.Port for what its methods promise."""

    def __init__(self, transport: Transport, retry: Retry, fallback_now: datetime, impersonate: Impersonation) -> None:
        if not transport.namespace:
            raise Failure(
                Reason.NAMESPACE_MISSING,
                f"No namespace is given and {transport.cluster} has none: set namespace to the site's.",
            )
        self._transport = transport
        self._retry = retry
        self._now = fallback_now
        self._impersonate = impersonate
        self.place = Place(transport.namespace, transport.cluster)
        self._cluster_uid: str | None = None
        self._asked_cluster = False

    def at(self, namespace: str) -> Client:
        """Another namespace of the same cluster, over the same connections."""
        return Client(replace(self._transport, namespace=namespace), self._retry, self._now, self._impersonate)

    def get(self, kind: Kind, name: str) -> Manifest | None:
        """Read one object; None if there is none."""
        return self._call("GET", "get", kind, name, absent=True)

    def list(self, kind: Kind, labels: str = "", fields: str = "") -> builtins.list[Manifest]:
        """Read all objects that match label and field selectors, page by page."""
        return self._pages(kind, labels, fields, _JSON)

    def list_metadata(self, kind: Kind, labels: str = "", fields: str = "") -> builtins.list[Manifest]:
        """Read the metadata of all objects that match, page by page; their data are not sent."""
        return [{"metadata": item.get("metadata")} for item in self._pages(kind, labels, fields, _METADATA)]

    def _pages(self, kind: Kind, labels: str, fields: str, accept: str) -> builtins.list[Manifest]:
        found: list[Manifest] = []
        query = {"labelSelector": labels, "fieldSelector": fields, "limit": str(_PAGE)}
        while True:
            answer = self._call("GET", "list", kind, "", query=query, accept=accept) or {}
            found.extend(item for item in _items(answer.get("items")) if isinstance(item, dict))
            metadata = answer.get("metadata")
            query["continue"] = str((metadata.get("continue") if isinstance(metadata, dict) else None) or "")
            if not query["continue"]:
                return found

    def create(self, kind: Kind, manifest: Mapping[str, Any]) -> Manifest:
        """Create an object; raises Failure(conflict) if the name is taken."""
        name = str(manifest["metadata"]["name"])
        return self._call("POST", "create", kind, name, body=manifest) or {}

    def patch(self, kind: Kind, name: str, patch: Mapping[str, Any]) -> Manifest:
        """Apply a JSON merge patch; raises Failure(conflict) if its resourceVersion is not the present one."""
        return self._call("PATCH", "patch", kind, name, body=patch, media="application/merge-patch+json") or {}

    def delete(self, kind: Kind, name: str, uid: str = "", resource_version: str = "") -> bool:
        """Delete an object, only the one with ``uid`` and in that version if given; False if that one was gone already.

        Raises Failure(conflict) if it may still be there: it was changed meanwhile, or can't be looked at.
        """
        given = {"uid": uid, "resourceVersion": resource_version}
        preconditions = {key: value for key, value in given.items() if value}
        options = {"kind": "DeleteOptions", "apiVersion": "v1", "preconditions": preconditions}
        body = options if preconditions else None
        try:
            return self._call("DELETE", "delete", kind, name, body=body, absent=True) is not None
        except Failure as failure:
            if failure.reason is Reason.CONFLICT and uid and self._is_gone(kind, name, uid):
                return False
            raise

    def _is_gone(self, kind: Kind, name: str, uid: str) -> bool:
        """Whether no object, or another one, has a name now; False if that may not be read."""
        try:
            found = self.get(kind, name)
        except Failure as failure:
            if failure.reason is not Reason.FORBIDDEN:
                raise
            return False
        return found is None or _uid(found) not in ("", uid)

    def serves(self, api_version: str) -> bool:
        """Whether the API server serves an API group version."""
        return self._discover(api_version) is not None

    def kinds(self, api_version: str) -> frozenset[str]:
        """The kinds that the API server serves in an API group version; none if it does not serve that."""
        resources = (self._discover(api_version) or {}).get("resources") or []
        return frozenset(str(resource.get("kind")) for resource in resources)

    def _discover(self, api_version: str) -> Manifest | None:
        probe = Kind(api_version, "", "API")
        request = Request("get", probe, api_version, self.place)
        return self._send("GET", request, f"/apis/{api_version}", absent=True)

    def may(self, verb: str, kind: Kind, name: str) -> bool | None:
        """Whether the account has a right, in the words of RBAC; None if the API server does not tell.

        Every account may ask this of itself; nothing is stored.
        """
        group = "" if kind.api_version == "v1" else kind.api_version.partition("/")[0]
        asked = {"verb": verb, "group": group, "resource": kind.plural, "name": name}
        asked["namespace"] = self.place.namespace if kind.namespaced else ""
        body = {"apiVersion": _REVIEW.api_version, "kind": _REVIEW.singular, "spec": {"resourceAttributes": asked}}
        request = Request("create", _REVIEW, "", self.place)
        try:
            answer = self._send("POST", request, _REVIEW.path(""), body)
        except Failure as failure:
            if failure.reason in (Reason.FORBIDDEN, Reason.CONFLICT, Reason.API_ERROR):
                return None
            raise
        allowed = ((answer or {}).get("status") or {}).get("allowed")
        return allowed if isinstance(allowed, bool) else None

    def authority_pem(self) -> bytes | None:
        """Return the CA certificates that the API server is verified with; None if those are the system's, or it is not."""
        return self._transport.authority_pem

    def cluster_uid(self, read: bool) -> str | None:
        """Return the UID of namespace kube-system; None if it may not be read, or was not before and ``read`` is false."""
        if read and not self._asked_cluster:
            self._cluster_uid = self._read_cluster_uid()
            self._asked_cluster = True
        return self._cluster_uid

    def _read_cluster_uid(self) -> str | None:
        try:
            found = self.get(NAMESPACE, _CLUSTER)
        except Failure as failure:
            if failure.reason is not Reason.FORBIDDEN:
                raise
            return None
        return _uid(found or {}) or None

    def now(self) -> datetime:
        """The API server's time, as its last answer told it; to the second."""
        return self._now

    def _call(
        self,
        method: str,
        verb: str,
        kind: Kind,
        name: str,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        media: str = _JSON,
        absent: bool = False,
        accept: str = _JSON,
    ) -> Manifest | None:
        path = kind.path(self.place.namespace, "" if verb in ("create", "list") else name)
        wanted = {key: value for key, value in (query or {}).items() if value}
        if method in ("POST", "PATCH"):
            wanted["fieldManager"] = _AGENT
        if wanted:
            path += "?" + urlencode(wanted)
        return self._send(method, Request(verb, kind, name, self.place), path, body, media, absent, accept)

    def _send(
        self,
        method: str,
        request: Request,
        path: str,
        body: Mapping[str, Any] | None = None,
        media: str = _JSON,
        absent: bool = False,
        accept: str = _JSON,
    ) -> Manifest | None:
        pauses = self._retry.pauses(method)
        while True:
            pause = next(pauses, None)
            try:
                code, document = self._exchange(method, request, path, body, media, accept)
            except Failure as failure:
                if pause is None or not _worth_another_try(failure):
                    raise
            else:
                if code < 300:
                    return document
                if code == 404 and absent:
                    return None
                if pause is None or code not in TRANSIENT:
                    raise status_failure(request, code, document)
            self._retry.sleep(pause)

    def _exchange(
        self, method: str, request: Request, path: str, body: Mapping[str, Any] | None, media: str, accept: str
    ) -> tuple[int, Manifest]:
        transport = self._transport
        headers = self._headers(accept, media if body is not None else None)
        timeout = urllib3.Timeout(connect=min(_CONNECT_SECONDS, transport.timeout), read=transport.timeout)
        try:
            with _quiet(transport.verify):
                # Of urllib3's ways to send, this one keeps a header that is given more than once.
                answer = transport.manager.request_encode_url(
                    method,
                    transport.server + path,
                    redirect=False,
                    body=None if body is None else json.dumps(body).encode("utf-8"),
                    headers=headers,
                    timeout=timeout,
                    retries=False,
                )
        except urllib3.exceptions.TimeoutError as error:
            # A refused connection counts among the timeouts of urllib3 1.26.
            if isinstance(error, urllib3.exceptions.NewConnectionError):
                raise transport_failure(request, transport.server, error) from None
            raise _timed_out(request, transport) from None
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise transport_failure(request, transport.server, error) from None
        self._learn_time(answer.headers.get("date"))
        document = _json(answer.data)
        if document is None and answer.status < 300:
            raise Failure(
                Reason.API_ERROR,
                f"Could not {request}: {transport.server} answered with something that is no Kubernetes object; "
                "a proxy on the way may have.",
            )
        return answer.status, document or {}

    def _headers(self, accept: str, media: str | None) -> Any:
        headers = HTTPHeaderDict({"accept": accept, "user-agent": _AGENT})
        headers.update(self._transport.authorize())
        if media is not None:
            headers["content-type"] = media
        for name, value in self._impersonate:
            headers.add(name, value)
        return headers

    def _learn_time(self, date: str | None) -> None:
        if date:
            try:
                self._now = parsedate_to_datetime(date).astimezone(timezone.utc)
            except (TypeError, ValueError):
                return


def _worth_another_try(failure: Failure) -> bool:
    return failure.reason is Reason.API_UNREACHABLE and not isinstance(failure, _TimedOut)


class _TimedOut(Failure):
    """No answer in time; another try would only double the wait."""


def _timed_out(request: Request, transport: Transport) -> Failure:
    return _TimedOut(
        Reason.API_UNREACHABLE,
        f"Could not {request}: the API server {transport.server} did not answer within {transport.timeout} seconds "
        "(request_timeout).",
    )


def _uid(manifest: Manifest) -> str:
    """Return an object's UID; "" if it has none."""
    metadata = manifest.get("metadata")
    uid = metadata.get("uid") if isinstance(metadata, dict) else None
    return uid if isinstance(uid, str) else ""


def _items(value: Any) -> builtins.list[Any]:
    return value if isinstance(value, list) else []


def _json(data: bytes) -> dict[str, Any] | None:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


@contextmanager
def _quiet(verify: bool) -> Iterator[None]:
    """Whoever turned validate_certs off knows; every other warning of urllib3 stays."""
    with warnings.catch_warnings():
        if not verify:
            warnings.simplefilter("ignore", urllib3.exceptions.InsecureRequestWarning)
        yield


def open_client(options: ConnectionOptions, environ: Mapping[str, str], clock: Clock, now: datetime) -> Client:
    """A client for the namespace that the options and the environment lead to; sends nothing yet."""
    transport = connect(options, environ)
    return Client(transport, Retry(clock.sleep), now, _impersonation(options))


def open_here(options: ConnectionOptions, environ: Mapping[str, str]) -> Client:
    """The same by the clock of this process."""
    return open_client(options, environ, Clock(time.monotonic, time.sleep), datetime.now(timezone.utc))


def _impersonation(options: ConnectionOptions) -> Impersonation:
    user = [("Impersonate-User", options.impersonate_user)] if options.impersonate_user else []
    return [*user, *(("Impersonate-Group", group) for group in options.impersonate_groups)]
