# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only code that talks to an API server: plain JSON over the kubernetes package's transport."""

from __future__ import annotations

import builtins
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Any, Callable
from urllib.parse import urlencode

from .._model.errors import Failure
from .._model.reasons import Reason
from .._model.site import Place
from .._model.wait import Clock
from .answers import (
    Strange,
    check_deletion,
    check_discovery,
    check_kind,
    check_object,
    is_status,
    list_items,
    next_page,
    says_absent,
    says_not_served,
)
from .api import NAMESPACE, Kind, Manifest
from .connect import Transport, connect
from .errors import Request, busy_failure, foreign_failure, not_known, status_failure, transport_failure
from .exchange import NoReply, Question, Reply, Stream, TooLong, ask, listen, observed
from .lookout import Lookout, Watched
from .once import Once
from .options import ConnectionOptions
from .outcome import Look, Trouble, is_deleted, is_made, is_patched
from .retry import Patience, retry_after
from .servertime import ServerTime

try:
    from urllib3._collections import HTTPHeaderDict
except ImportError:
    # connect() has said so before anything here is reached.
    HTTPHeaderDict = None  # type: ignore[assignment, misc]

_AGENT = "sitemesh.skupper"
_PAGE = 500
# An object has 1.5 MB at most, and those that are read here have some kilobytes. Beyond these limits is no site.
_ANSWER_BYTES = 2**24
_LIST_BYTES = 2**27
_LIST_OBJECTS = 100_000
_LIST_PAGES = 500
_JSON = "application/json"
# Answered since Kubernetes 1.15 (meta.k8s.io/v1); whatever stands in between and does not know it gets the whole list.
_METADATA = f"{_JSON};as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,{_JSON}"
# The namespace that every cluster has, is never deleted, and whose UID stands for the cluster.
_CLUSTER = "kube-system"
_REVIEW = Kind("authorization.k8s.io/v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", namespaced=False)
# What a review is refused with, by RBAC, by something else, or as unknown.
_UNTOLD = (Reason.FORBIDDEN, Reason.ADMISSION_DENIED, Reason.QUOTA_EXCEEDED, Reason.CONFLICT, Reason.API_ERROR)
# Of the time of a request, the part that one try to write may take: the rest is for looking what became of it.
_SHARE_OF_WRITE = 2 / 3

Impersonation = Sequence[tuple[str, str]]


@dataclass
class _Session:
    """What the clients of one cluster share."""

    transport: Transport
    clock: Clock
    time: ServerTime
    impersonate: Impersonation
    wrote: bool = False
    """Whether something was written, so that what was begun should be finished."""
    watches: list[Watched] = field(default_factory=list)
    """All that were begun."""
    asked: Once = field(default_factory=Once)
    """What is true of the cluster, and does not change in a run."""


@dataclass(frozen=True)
class _Ask:
    """One request, and what is made of the answers to it."""

    request: Request
    method: str
    path: str
    check: Callable[[Manifest], object]
    """Raises Strange if a document is not what was asked for."""
    look: Look | None = None
    """Whether a write was carried out, as the object shows that is there; None for what writes nothing."""
    body: Mapping[str, Any] | None = None
    media: str = _JSON
    accept: str = _JSON
    absent: Callable[[Reply, Manifest | None], bool] | None = None
    """Whether an answer with status 404 means that there is no such object; None if that would be a failure."""
    longest: int = _ANSWER_BYTES


class Client:
    """One namespace of one cluster; see api.NamespaceApi for what its methods promise."""

    def __init__(self, session: _Session, namespace: str) -> None:
        self._session = session
        self.place = Place(namespace, session.transport.cluster)

    def at(self, namespace: str) -> Client:
        """Another namespace of the same cluster, over the same connections."""
        return Client(self._session, namespace)

    def get(self, kind: Kind, name: str) -> Manifest | None:
        """Read one object; None if there is none."""
        return self._get(kind, name, self._patience())

    def _get(self, kind: Kind, name: str, patience: Patience) -> Manifest | None:
        return self._send(
            _Ask(
                Request("get", kind, name, self.place),
                "GET",
                kind.path(self.place.namespace, name),
                lambda document: check_object(document, kind, name, self.place.namespace),
                absent=lambda _reply, document: says_absent(document, name),
            ),
            patience,
        )

    def lookout(self, seconds: float) -> Lookout:
        """Look at objects for so many seconds at most."""
        return Lookout(
            self.place.namespace, self.get, lambda watched: self._watch(watched, seconds), self._session.clock
        )

    def _watch(self, watched: Watched, seconds: float) -> Stream | None:
        """Begin to watch an object; None where that is known to be in vain."""
        kind, session = watched.kind, self._session
        if any(each.is_alike(watched) and each.status == 403 for each in session.watches):
            return None
        query = {
            "watch": "true",
            "fieldSelector": f"metadata.name={watched.name}",
            "timeoutSeconds": str(int(seconds) + 1),
        }
        path = _with_query(kind.path(self.place.namespace), query)
        asked = _Ask(Request("watch", kind, watched.name, self.place), "GET", path, lambda _event: None)
        session.watches.append(watched)
        return listen(session.transport.manager, self._question(asked), seconds + 1, watched)

    def list(self, kind: Kind, labels: str = "", fields: str = "") -> builtins.list[Manifest]:
        """Read all objects that match label and field selectors, page by page."""
        return self._pages(kind, labels, fields, _JSON)

    def list_metadata(self, kind: Kind, labels: str = "", fields: str = "") -> builtins.list[Manifest]:
        """Read the metadata of all objects that match, page by page; their data are not sent."""
        return [{"metadata": item.get("metadata")} for item in self._pages(kind, labels, fields, _METADATA)]

    def _pages(self, kind: Kind, labels: str, fields: str, accept: str) -> builtins.list[Manifest]:
        """Read the pages of a list, all of them in the time of one request."""
        name = fields.partition("metadata.name=")[2]
        request = Request("list", kind, "", self.place)
        listing = _Listing(request, self._session.transport.way)
        query = {"labelSelector": labels, "fieldSelector": fields, "limit": str(_PAGE)}
        patience = self._patience()
        while True:
            asked = _Ask(
                request,
                "GET",
                _with_query(kind.path(self.place.namespace), query),
                lambda document: list_items(document, kind, name, self.place.namespace),
                accept=accept,
                longest=min(_ANSWER_BYTES, _LIST_BYTES - listing.length),
            )
            reply, items = self._tried(asked, replace(patience))
            query["continue"] = listing.add(reply, items)
            if not query["continue"]:
                return listing.found

    def create(self, kind: Kind, manifest: Mapping[str, Any], dry_run: bool = False) -> Manifest:
        """Create an object; raises Failure(conflict) if the name is taken. With ``dry_run`` all is done but to store it."""
        name = str(manifest["metadata"]["name"])
        if dry_run:
            return self._rehearse(kind, name, manifest)
        return self._write("POST", "create", kind, name, manifest, is_made(manifest))

    def _rehearse(self, kind: Kind, name: str, manifest: Mapping[str, Any]) -> Manifest:
        """Ask whether an object would be created; what comes back is not stored, and lacks some of what objects have."""
        path = _with_query(kind.path(self.place.namespace), {"dryRun": "All", "fieldManager": _AGENT})
        request = Request("create", kind, name, self.place)
        question = _Ask(request, "POST", path, lambda given: check_kind(given, kind), body=manifest)
        return self._send(question, self._patience()) or {}

    def patch(self, kind: Kind, name: str, patch: Mapping[str, Any]) -> Manifest:
        """Apply a JSON merge patch; raises Failure(conflict) if its resourceVersion is not the present one."""
        self._refuse_unconditional(kind, name, patch)
        return self._write("PATCH", "patch", kind, name, patch, is_patched(patch))

    def _refuse_unconditional(self, kind: Kind, name: str, patch: Mapping[str, Any]) -> None:
        """Raise Failure(conflict) if a condition is empty: an API server would take it for none, and overwrite anything."""
        metadata = patch.get("metadata") or {}
        conditions = [metadata[key] for key in ("resourceVersion", "uid") if key in metadata]
        if not all(isinstance(condition, str) and condition for condition in conditions):
            raise Failure(
                Reason.CONFLICT,
                f"Could not {Request('patch', kind, name, self.place)}: the object was read without a version or UID, so that it "
                "can't be told whether it was changed meanwhile.",
            )

    def _write(self, method: str, verb: str, kind: Kind, name: str, body: Mapping[str, Any], look: Look) -> Manifest:
        collection = verb == "create"
        path = kind.path(self.place.namespace, "" if collection else name)
        written: Manifest | None = self._send(
            _Ask(
                Request(verb, kind, name, self.place),
                method,
                _with_query(path, {"fieldManager": _AGENT}),
                lambda document: check_object(document, kind, name, self.place.namespace),
                look,
                body,
                _JSON if collection else "application/merge-patch+json",
            ),
            self._patience(lasting=True),
        )
        return written or {}

    def delete(self, kind: Kind, name: str, uid: str = "", resource_version: str = "") -> bool:
        """Delete an object, only the one with ``uid`` and in that version if given; False if that one was gone already.

        Raises Failure(conflict) if it may still be there: it was changed meanwhile, or can't be looked at. Without a version
        a change is no reason to leave it.
        """
        patience = self._patience(lasting=True)
        while True:
            try:
                return self._send(self._deletion(kind, name, uid, resource_version), replace(patience)) is not None
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

    def _deletion(self, kind: Kind, name: str, uid: str, resource_version: str) -> _Ask:
        given = {"uid": uid, "resourceVersion": resource_version}
        preconditions = {key: value for key, value in given.items() if value}
        options = {"kind": "DeleteOptions", "apiVersion": "v1", "preconditions": preconditions}
        return _Ask(
            Request("delete", kind, name, self.place),
            "DELETE",
            kind.path(self.place.namespace, name),
            lambda document: check_deletion(document, kind, name, self.place.namespace),
            is_deleted(uid),
            options if preconditions else None,
            absent=lambda _reply, document: says_absent(document, name),
        )

    def _is_there(self, kind: Kind, name: str, uid: str, patience: Patience) -> bool | None:
        """Whether the object with a UID is there, and not being deleted; None if that may not be read."""
        try:
            found = self._get(kind, name, patience)
        except Failure as failure:
            if failure.reason is not Reason.FORBIDDEN:
                raise
            return None
        return not is_deleted(uid)(found)

    def serves(self, api_version: str) -> bool:
        """Whether the API server serves an API group version."""
        return self._discover(api_version) is not None

    def kinds(self, api_version: str) -> frozenset[str]:
        """The kinds that the API server serves in an API group version; none if it does not serve that."""
        resources = (self._discover(api_version) or {}).get("resources") or []
        return frozenset(str(resource.get("kind")) for resource in resources)

    def _discover(self, api_version: str) -> Manifest | None:
        found: Manifest | None = self._session.asked.get(
            ("discovery", api_version), lambda: self._read_discovery(api_version)
        )
        return found

    def _read_discovery(self, api_version: str) -> Manifest | None:
        return self._send(
            _Ask(
                Request("get", Kind(api_version, "", "API"), api_version, self.place),
                "GET",
                f"/apis/{api_version}",
                lambda document: check_discovery(document, api_version),
                absent=lambda reply, document: says_not_served(reply.content, document),
            ),
            self._patience(),
        )

    def may(self, verb: str, kind: Kind, name: str) -> bool | None:
        """Whether the account has a right, in the words of RBAC; None if the API server does not tell.

        Every account may ask this of itself; nothing is stored.
        """
        group = "" if kind.api_version == "v1" else kind.api_version.partition("/")[0]
        asked = {"verb": verb, "group": group, "resource": kind.plural, "name": name}
        asked["namespace"] = self.place.namespace if kind.namespaced else ""
        body = {"apiVersion": _REVIEW.api_version, "kind": _REVIEW.singular, "spec": {"resourceAttributes": asked}}
        request = Request("create", _REVIEW, "", self.place)
        question = _Ask(request, "POST", _REVIEW.path(""), lambda given: check_kind(given, _REVIEW), body=body)
        try:
            answer = self._send(question, self._patience())
        except Failure as failure:
            if failure.reason in _UNTOLD:
                return None
            raise
        status = (answer or {}).get("status")
        allowed = status.get("allowed") if isinstance(status, dict) else None
        return allowed if isinstance(allowed, bool) else None

    def authority_pem(self) -> bytes | None:
        """Return the CA certificates that the API server is verified with; None if those are the system's, or it is not."""
        return self._session.transport.authority_pem

    def cluster_uid(self, read: bool) -> str | None:
        """Return the UID of namespace kube-system; None if it may not be read, or was not before and ``read`` is false."""
        key = ("cluster",)
        asked = self._session.asked
        uid: str | None = asked.get(key, self._read_cluster_uid) if read else asked.known(key)
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
        """The API server's time, as its answers tell it; to the second."""
        return self._session.time.now()

    def _patience(self, lasting: bool = False) -> Patience:
        """The time that a request may take, from now on."""
        clock = self._session.clock
        return Patience(clock, clock.monotonic() + self._session.transport.timeout, lasting or self._session.wrote)

    def _send(self, asked: _Ask, patience: Patience) -> Manifest | None:
        return self._tried(asked, patience)[1]

    def _tried(self, asked: _Ask, patience: Patience) -> tuple[int, Manifest | None]:
        """Try until there is an answer; returns its length in bytes and what it holds, None for an object that is not there.

        Of a write that may have been carried out the object is looked at, and only what is not done is tried again.
        """
        unsure = False
        while True:
            try:
                return self._try(asked, patience)
            except Trouble as caught:
                trouble = caught
            unsure = unsure or trouble.unsure
            if unsure and asked.look and (trouble.again or trouble.failure.reason is Reason.CONFLICT):
                found = self._looked(asked, patience, trouble)
                if asked.look(found):
                    return 0, found or {}
            pause = patience.pause(trouble.wanted, trouble.busy) if trouble.again else None
            if pause is None:
                raise trouble.failure
            self._session.clock.sleep(pause)

    def _looked(self, asked: _Ask, patience: Patience, trouble: Trouble) -> Manifest | None:
        """Look at the object that was to be written; raises the trouble's failure if that can't be."""
        try:
            return self._get(asked.request.kind, asked.request.name, replace(patience))
        except Failure:
            raise not_known(trouble.failure) from None

    def _try(self, asked: _Ask, patience: Patience) -> tuple[int, Manifest | None]:
        """Ask once; raises Trouble."""
        reply = self._exchange(asked, patience)
        document = _json(reply.content)
        if reply.status < 300:
            return len(reply.content), self._checked(asked, reply, document)
        if reply.status == 404 and asked.absent is not None and asked.absent(reply, document):
            return 0, None
        raise self._refused(asked, reply, document)

    def _checked(self, asked: _Ask, reply: Reply, document: Manifest | None) -> Manifest:
        what = "something that is no JSON object"
        if document is not None:
            try:
                asked.check(document)
                return document
            except Strange as strange:
                what = str(strange)
        failure = foreign_failure(asked.request, self._session.transport.way, reply.status, what)
        writes = asked.look is not None
        raise Trouble(failure, again=writes, unsure=writes)

    def _refused(self, asked: _Ask, reply: Reply, document: Manifest | None) -> Trouble:
        """What an answer means that is no success."""
        transport, code = self._session.transport, reply.status
        wanted = retry_after(reply.headers.get("retry-after"), self.now())
        if code == 429:
            said = document if is_status(document) else {}
            return Trouble(
                busy_failure(asked.request, said or {}, wanted, transport.timeout), True, busy=True, wanted=wanted
            )
        if is_status(document) or code == 401:
            failure = status_failure(asked.request, code, document or {})
        else:
            failure = foreign_failure(asked.request, transport.way, code, "something that is no Kubernetes status")
        passing = code >= 500
        return Trouble(failure, passing, passing and asked.look is not None, wanted is not None, wanted)

    def _exchange(self, asked: _Ask, patience: Patience) -> Reply:
        session = self._session
        left = patience.left()
        if left <= 0:
            raise Trouble(_timed_out(asked.request, session.transport))
        session.wrote = session.wrote or asked.look is not None
        try:
            reply = ask(
                session.transport.manager, self._question(asked), left if asked.look is None else left * _SHARE_OF_WRITE
            )
        except TooLong as error:
            unsure = asked.look is not None
            failure = foreign_failure(asked.request, session.transport.way, error.status, str(error))
            raise Trouble(failure, unsure, unsure) from None
        except NoReply as nothing:
            raise _unanswered(asked, session.transport, nothing) from None
        session.time.learn(reply.headers.get("date"))
        return reply

    def _question(self, asked: _Ask) -> Question:
        transport = self._session.transport
        return Question(
            asked.method,
            transport.server + asked.path,
            self._headers(asked),
            None if asked.body is None else json.dumps(asked.body).encode("utf-8"),
            asked.longest,
            transport.verify,
        )

    def _headers(self, asked: _Ask) -> Any:
        headers = HTTPHeaderDict({"accept": asked.accept, "user-agent": _AGENT})
        headers.update(self._session.transport.authorize())
        if asked.body is not None:
            headers["content-type"] = asked.media
        for name, value in self._session.impersonate:
            headers.add(name, value)
        return headers


class _Listing:
    """The pages of one list, as far as they came."""

    def __init__(self, request: Request, server: str) -> None:
        self._request = request
        self._server = server
        self._tokens: set[str] = set()
        self.found: list[Manifest] = []
        self.length = 0

    def add(self, length: int, document: Manifest | None) -> str:
        """Add a page; returns the token of the next one. Raises Failure(api_error) if a list has no end."""
        self.length += length
        self.found.extend((document or {}).get("items") or [])
        token = next_page(document or {})
        endless = token in self._tokens or len(self._tokens) >= _LIST_PAGES
        if token and (endless or len(self.found) > _LIST_OBJECTS or self.length >= _LIST_BYTES):
            what = f"a list without end ({len(self.found)} objects and more)"
            raise foreign_failure(self._request, self._server, 200, what)
        self._tokens.add(token)
        return token


def _with_query(path: str, query: Mapping[str, str]) -> str:
    wanted = {key: value for key, value in query.items() if value}
    return f"{path}?{urlencode(wanted)}" if wanted else path


def _unanswered(asked: _Ask, transport: Transport, nothing: NoReply) -> Trouble:
    """What it means that no answer came."""
    unsure = nothing.sent and asked.look is not None
    if nothing.cause is None:
        # Another try would only double the wait, unless it is one for which time was kept.
        return Trouble(_timed_out(asked.request, transport), again=asked.look is not None, unsure=unsure)
    failure = transport_failure(asked.request, transport.way, nothing.cause, connected=nothing.sent)
    return Trouble(failure, failure.reason is Reason.API_UNREACHABLE and not nothing.silent, unsure)


def _timed_out(request: Request, transport: Transport) -> Failure:
    return Failure(
        Reason.API_UNREACHABLE,
        f"Could not {request}: the API server {transport.way} did not answer within {transport.timeout} seconds "
        "(request_timeout).",
    )


def _json(data: bytes) -> dict[str, Any] | None:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def open_client(options: ConnectionOptions, environ: Mapping[str, str], clock: Clock, now: datetime) -> Client:
    """A client for the namespace that the options and the environment lead to; sends nothing yet."""
    transport = connect(options, environ)
    if not transport.namespace:
        raise Failure(
            Reason.NAMESPACE_MISSING,
            f"No namespace is given and {transport.cluster} has none: set namespace to the site's.",
        )
    seen = replace(transport, manager=observed(transport.manager))
    session = _Session(seen, clock, ServerTime(now, clock.monotonic), transport.impersonate)
    return Client(session, transport.namespace)


def open_here(options: ConnectionOptions, environ: Mapping[str, str]) -> Client:
    """The same by the clock of this process."""
    return open_client(options, environ, Clock(time.monotonic, time.sleep), datetime.now(timezone.utc))
