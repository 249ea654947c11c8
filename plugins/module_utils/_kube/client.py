# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client of an API server: one namespace, and what can be read and written there."""

from __future__ import annotations

import builtins
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlencode

from .._model.errors import Failure
from .._model.reasons import Reason
from .._model.site import Place
from .._model.wait import Clock
from .api import NAMESPACE, Kind, Manifest
from .call import ANSWER_BYTES, JSON, Call, read_call
from .connect import connect
from .errors import Request, foreign_failure
from .exchange import Stream, observed
from .options import ConnectionOptions
from .response_checks import (
    check_deletion,
    check_discovery,
    check_kind,
    check_object,
    list_items,
    next_page,
    says_absent,
    says_not_served,
)
from .retry import Patience
from .servertime import ServerTime
from .session import AGENT, Session
from .watcher import Watched, Watcher
from .write_outcome import Look, is_deleted, is_made, is_patched

_PAGE = 500
# No list that is read here comes near these limits.
_LIST_BYTES = 2**27
_LIST_OBJECTS = 100_000
_LIST_PAGES = 500
_MERGE_PATCH = "application/merge-patch+json"
# Answered since Kubernetes 1.15 (meta.k8s.io/v1). A server that does not know it sends the whole list.
_METADATA = f"{JSON};as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,{JSON}"
# Every cluster has this namespace, and never deletes it. Its UID identifies the cluster.
_CLUSTER = "kube-system"
_REVIEW = Kind("authorization.k8s.io/v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", namespaced=False)
# Why a review may fail: RBAC or something else refuses it, or the server does not know it.
_RIGHT_UNKNOWN = (Reason.FORBIDDEN, Reason.ADMISSION_DENIED, Reason.QUOTA_EXCEEDED, Reason.CONFLICT, Reason.API_ERROR)


class Client:
    """One namespace of one cluster. See api.NamespaceApi for its methods."""

    def __init__(self, session: Session, namespace: str) -> None:
        self._session = session
        self.place = Place(namespace, session.transport.cluster)

    def at(self, namespace: str) -> Client:
        """Return a client for another namespace of the same cluster, over the same connections."""
        return Client(self._session, namespace)

    def get(self, kind: Kind, name: str) -> Manifest | None:
        """Read one object. None if there is none."""
        return self._send(read_call(kind, name, self.place))

    def watcher(self, seconds: float) -> Watcher:
        """Return what looks at objects again and again, for so many seconds at most."""
        return Watcher(
            self.place.namespace, self.get, lambda watched: self._watch(watched, seconds), self._session.clock
        )

    def _watch(self, watched: Watched, seconds: float) -> Stream | None:
        """Begin to watch an object. None if the API server has refused such a watch before."""
        kind, session = watched.kind, self._session
        if any(each.is_alike(watched) and each.status == 403 for each in session.watches):
            return None
        query = {
            "watch": "true",
            "fieldSelector": f"metadata.name={watched.name}",
            "timeoutSeconds": str(int(seconds) + 1),
        }
        path = _with_query(kind.path(self.place.namespace), query)
        call = Call(self._request("watch", kind, watched.name), "GET", path, lambda _event: None)
        return session.watch(call, watched, seconds + 1)

    def list(self, kind: Kind, labels: str = "", fields: str = "") -> builtins.list[Manifest]:
        """Read all objects that match label and field selectors, page by page."""
        return self._pages(kind, labels, fields, JSON)

    def list_metadata(self, kind: Kind, labels: str = "", fields: str = "") -> builtins.list[Manifest]:
        """Read the metadata of all objects that match, page by page. The API server sends nothing else of them."""
        return [{"metadata": item.get("metadata")} for item in self._pages(kind, labels, fields, _METADATA)]

    def _pages(self, kind: Kind, labels: str, fields: str, accept: str) -> builtins.list[Manifest]:
        """Read all pages of a list within the time of one request."""
        name = fields.partition("metadata.name=")[2]
        request = self._request("list", kind, "")
        listing = _Listing(request, self._session.transport.way)
        query = {"labelSelector": labels, "fieldSelector": fields, "limit": str(_PAGE)}
        patience = self._session.patience()
        while True:
            call = Call(
                request,
                "GET",
                _with_query(kind.path(self.place.namespace), query),
                lambda document: list_items(document, kind, name, self.place.namespace),
                accept=accept,
                longest=min(ANSWER_BYTES, _LIST_BYTES - listing.length),
            )
            reply, items = self._session.send_measured(call, replace(patience))
            query["continue"] = listing.add(reply, items)
            if not query["continue"]:
                return listing.found

    def create(self, kind: Kind, manifest: Mapping[str, Any], dry_run: bool = False) -> Manifest:
        """Create an object. Raise Failure(conflict) if the name is taken. With ``dry_run`` the API server does all but store it."""
        name = str(manifest["metadata"]["name"])
        if dry_run:
            return self._check_admission(kind, name, manifest)
        return self._write(self._request("create", kind, name), manifest, is_made(manifest))

    def _check_admission(self, kind: Kind, name: str, manifest: Mapping[str, Any]) -> Manifest:
        """Ask whether an object would be created. The answer was not stored, and lacks some of what objects have."""
        path = _with_query(kind.path(self.place.namespace), {"dryRun": "All", "fieldManager": AGENT})
        request = self._request("create", kind, name)
        call = Call(request, "POST", path, lambda given: check_kind(given, kind), body=manifest)
        return self._send(call) or {}

    def patch(self, kind: Kind, name: str, patch: Mapping[str, Any]) -> Manifest:
        """Apply a JSON merge patch. Raise Failure(conflict) if its resourceVersion is not the present one."""
        request = self._request("patch", kind, name)
        _refuse_unconditional(request, patch)
        return self._write(request, patch, is_patched(patch))

    def _write(self, request: Request, body: Mapping[str, Any], look: Look) -> Manifest:
        kind, name, namespace = request.kind, request.name, self.place.namespace
        method, path, media = (
            ("POST", kind.path(namespace), JSON)
            if request.verb == "create"
            else ("PATCH", kind.path(namespace, name), _MERGE_PATCH)
        )
        written: Manifest | None = self._send(
            Call(
                request,
                method,
                _with_query(path, {"fieldManager": AGENT}),
                lambda document: check_object(document, kind, name, namespace),
                look,
                body,
                media,
            ),
            lasting=True,
        )
        return written or {}

    def delete(self, kind: Kind, name: str, uid: str = "", resource_version: str = "") -> bool:
        """Delete an object, only the one with ``uid`` and in that version if given. Return False if it was gone already.

        Raise Failure(conflict) if it may still exist: it was changed meanwhile, or can't be read. Without a version
        a changed object is deleted, too.
        """
        call, patience = self._deletion(kind, name, uid, resource_version), self._session.patience(lasting=True)
        while True:
            try:
                return self._session.send(call, replace(patience)) is not None
            except Failure as failure:
                if failure.reason is not Reason.CONFLICT or not uid:
                    raise
                there = self._is_there(kind, name, uid, replace(patience))
                if there is False:
                    return False
                pause = patience.pause(None, busy=False) if there and not resource_version else None
                if pause is None:
                    raise
            self._session.clock.sleep(pause)

    def _deletion(self, kind: Kind, name: str, uid: str, resource_version: str) -> Call:
        given = {"uid": uid, "resourceVersion": resource_version}
        preconditions = {key: value for key, value in given.items() if value}
        options = {"kind": "DeleteOptions", "apiVersion": "v1", "preconditions": preconditions}
        return Call(
            self._request("delete", kind, name),
            "DELETE",
            kind.path(self.place.namespace, name),
            lambda document: check_deletion(document, kind, name, self.place.namespace),
            is_deleted(uid),
            options if preconditions else None,
            absent=lambda _reply, document: says_absent(document, name),
        )

    def _is_there(self, kind: Kind, name: str, uid: str, patience: Patience) -> bool | None:
        """Return whether the object with a UID exists and is not being deleted. None if the account may not read it."""
        try:
            found = self._session.send(read_call(kind, name, self.place), patience)
        except Failure as failure:
            if failure.reason is not Reason.FORBIDDEN:
                raise
            return None
        return not is_deleted(uid)(found)

    def serves(self, api_version: str) -> bool:
        """Return whether the API server serves an API group version."""
        return self._discover(api_version) is not None

    def kinds(self, api_version: str) -> frozenset[str]:
        """Return the kinds that the API server serves in an API group version. Empty if it does not serve that version."""
        resources = (self._discover(api_version) or {}).get("resources") or []
        return frozenset(str(resource.get("kind")) for resource in resources)

    def _discover(self, api_version: str) -> Manifest | None:
        found: Manifest | None = self._session.facts.get(
            ("discovery", api_version), lambda: self._read_discovery(api_version)
        )
        return found

    def _read_discovery(self, api_version: str) -> Manifest | None:
        return self._send(
            Call(
                self._request("get", Kind(api_version, "", "API"), api_version),
                "GET",
                f"/apis/{api_version}",
                lambda document: check_discovery(document, api_version),
                absent=lambda reply, document: says_not_served(reply.content, document),
            )
        )

    def may(self, verb: str, kind: Kind, name: str) -> bool | None:
        """Return whether the account has a right, in the words of RBAC. None if the API server does not say.

        Every account may ask this about itself. Nothing is stored.
        """
        group = "" if kind.api_version == "v1" else kind.api_version.partition("/")[0]
        right = {"verb": verb, "group": group, "resource": kind.plural, "name": name}
        right["namespace"] = self.place.namespace if kind.namespaced else ""
        body = {"apiVersion": _REVIEW.api_version, "kind": _REVIEW.singular, "spec": {"resourceAttributes": right}}
        request = self._request("create", _REVIEW, "")
        call = Call(request, "POST", _REVIEW.path(""), lambda given: check_kind(given, _REVIEW), body=body)
        try:
            answer = self._send(call)
        except Failure as failure:
            if failure.reason in _RIGHT_UNKNOWN:
                return None
            raise
        status = (answer or {}).get("status")
        allowed = status.get("allowed") if isinstance(status, dict) else None
        return allowed if isinstance(allowed, bool) else None

    def authority_pem(self) -> bytes | None:
        """Return the CA certificates that the API server is verified with. None for the system's, or without verification."""
        return self._session.transport.authority_pem

    def cluster_uid(self, read: bool) -> str | None:
        """Return the UID of namespace kube-system. None if the account may not read it, or has not yet if not ``read``."""
        key = ("cluster",)
        facts = self._session.facts
        uid: str | None = facts.get(key, self._read_cluster_uid) if read else facts.known(key)
        return uid

    def _read_cluster_uid(self) -> str | None:
        try:
            found = self.get(NAMESPACE, _CLUSTER)
        except Failure as failure:
            if failure.reason is not Reason.FORBIDDEN:
                raise
            return None
        return None if found is None else str(found["metadata"]["uid"])

    def now(self) -> datetime:
        """Return the API server's time to the second, by its answers."""
        return self._session.time.now()

    def _send(self, call: Call, lasting: bool = False) -> Manifest | None:
        return self._session.send(call, self._session.patience(lasting))

    def _request(self, verb: str, kind: Kind, name: str) -> Request:
        return Request(verb, kind, name, self.place)


class _Listing:
    """The pages of one list that have arrived."""

    def __init__(self, request: Request, server: str) -> None:
        self._request = request
        self._server = server
        self._tokens: set[str] = set()
        self.found: list[Manifest] = []
        self.length = 0

    def add(self, length: int, document: Manifest | None) -> str:
        """Add a page and return the token of the next one. Raise Failure(api_error) if a list has no end."""
        self.length += length
        self.found.extend((document or {}).get("items") or [])
        token = next_page(document or {})
        endless = token in self._tokens or len(self._tokens) >= _LIST_PAGES
        if token and (endless or len(self.found) > _LIST_OBJECTS or self.length >= _LIST_BYTES):
            what = f"a list without end ({len(self.found)} objects and more)"
            raise foreign_failure(self._request, self._server, 200, what)
        self._tokens.add(token)
        return token


def _refuse_unconditional(request: Request, patch: Mapping[str, Any]) -> None:
    """Raise Failure(conflict) if a condition of a patch is empty. An API server would take it for none, and overwrite anything."""
    metadata = patch.get("metadata") or {}
    conditions = [metadata[key] for key in ("resourceVersion", "uid") if key in metadata]
    if not all(isinstance(condition, str) and condition for condition in conditions):
        raise Failure(
            Reason.CONFLICT,
            f"Could not {request}: the object was read without a version or UID, so that it is not known whether it was changed "
            "meanwhile.",
        )


def _with_query(path: str, query: Mapping[str, str]) -> str:
    wanted = {key: value for key, value in query.items() if value}
    return f"{path}?{urlencode(wanted)}" if wanted else path


def open_client(options: ConnectionOptions, environ: Mapping[str, str], clock: Clock, now: datetime) -> Client:
    """Return a client for the namespace that the options and the environment lead to. Send nothing yet."""
    transport = connect(options, environ)
    if not transport.namespace:
        raise Failure(
            Reason.NAMESPACE_MISSING,
            f"No namespace is given and {transport.cluster} has none: set namespace to the site's.",
        )
    seen = replace(transport, manager=observed(transport.manager))
    session = Session(seen, clock, ServerTime(now, clock.monotonic))
    return Client(session, transport.namespace)


def open_here(options: ConnectionOptions, environ: Mapping[str, str]) -> Client:
    """Return a client that uses the clock of this process."""
    return open_client(options, environ, Clock(time.monotonic, time.sleep), datetime.now(timezone.utc))
