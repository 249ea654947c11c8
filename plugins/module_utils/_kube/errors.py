# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Describe in one sentence what an API server answered, or why it could not be reached."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._model.errors import Failure
from .._model.printable import printable
from .._model.reasons import Reason
from .._model.site import Place
from .api import Kind

_CAUSE = 300
# OpenSSL's words for a connection that ended within the handshake, as happens while a server stops or starts.
_ENDED = ("UNEXPECTED_EOF_WHILE_READING", "EOF occurred in violation of protocol")
# For these only rights count, and no admission.
_READS = frozenset({"get", "list"})
# What the API server puts before the cause (apimachinery, NewForbidden), and the causes by what they begin with: RBAC and
# other authorizers, ResourceQuota, NamespaceLifecycle.
_FORBIDDEN = re.compile(r'[a-z0-9.]+(?: "[^"]*")? is forbidden: ')
_RIGHTS = re.compile(r'User ".*" cannot [a-z*]+ ', re.DOTALL)
_IMPERSONATION = " cannot impersonate resource "
_QUOTA = ("exceeded quota: ", "failed quota: ", "status unknown for quota: ")
_TERMINATING = "unable to create new content in namespace "
# k8s.io/apiserver, pkg/admission/plugin/webhook/errors and .../policy/validating.
_WEBHOOK = re.compile(r'admission webhook "[^"]*" denied the request')
_POLICY = re.compile(r"ValidatingAdmissionPolicy '[^']*' with binding '[^']*' denied request")


@dataclass(frozen=True)
class Request:
    """A request to an API server, in the words of RBAC."""

    verb: str
    kind: Kind
    name: str
    place: Place

    def __str__(self) -> str:
        what = f"{self.kind.singular} {self.name}" if self.name else f"{self.kind.singular}s"
        return f"{self.verb} {what} in {self.place}"


def status_failure(request: Request, code: int, status: Mapping[str, Any]) -> Failure:
    """Return the failure for an HTTP status that is no success (Kubernetes meta/v1 Status)."""
    whole = str(status.get("message") or f"HTTP {code}")
    said = printable(whole)
    denial = None if request.verb in _READS else _denial(request, code, status, whole)
    if denial is not None:
        return denial
    if code == 401:
        return Failure(
            Reason.UNAUTHORIZED,
            f"Could not {request}: the API server does not accept the credentials (401): renew or correct them.",
        )
    if code == 403:
        return Failure(
            Reason.FORBIDDEN,
            f"Could not {request}: not allowed (403): {_missing_right(request, whole)}. The API server says: {said}",
        )
    if code in (404, 409):
        return Failure(Reason.CONFLICT, f"Could not {request}: {said}")
    return Failure(Reason.API_ERROR, f"Could not {request}: the API server answered {code}: {said}", code=code)


def _missing_right(request: Request, said: str) -> str:
    """Return the missing right, as advice."""
    if _IMPERSONATION in said:
        return "grant verb impersonate on the users and groups of impersonate_user and impersonate_groups"
    scope = f"in namespace {request.place.namespace}" if request.kind.namespaced else "with a ClusterRole"
    return f"grant verb {request.verb} on {request.kind.plural} {scope}"


def _denial(request: Request, code: int, status: Mapping[str, Any], said: str) -> Failure | None:
    """Return the failure of a write that the account may make, but something else forbids. None if there is another cause.

    A webhook's or a policy's denial has the code that its author chose. All other denials have 403. What the API server
    itself denies is recognized by its words, since it gives a cause only for a namespace.
    """
    prefix = _FORBIDDEN.match(said)
    cause = said[prefix.end() :] if prefix else said
    if _WEBHOOK.match(said) or _POLICY.match(cause):
        return _admission(request, code, said)
    if code != 403 or _RIGHTS.match(cause):
        return None
    if _is_terminating(status) or cause.startswith(_TERMINATING):
        return Failure(
            Reason.NAMESPACE_TERMINATING,
            f"Could not {request}: namespace {request.place.namespace} is being deleted (403), and nothing can be created there any "
            "more. Use another namespace, or create this one again when it is gone.",
        )
    if cause.startswith(_QUOTA):
        return Failure(
            Reason.QUOTA_EXCEEDED,
            f"Could not {request}: a ResourceQuota of namespace {request.place.namespace} does not allow it (403): raise the quota, "
            f"or remove what is not needed. The API server says: {printable(said)}",
        )
    return _admission(request, code, said) if prefix else None


def _admission(request: Request, code: int, said: str) -> Failure:
    return Failure(
        Reason.ADMISSION_DENIED,
        f"Could not {request}: an admission webhook or policy of the cluster denied it ({code}); the account's rights are not the "
        f"cause. Comply with the rule, or get an exception from it for the object. The API server says: {printable(said)}",
    )


def _is_terminating(status: Mapping[str, Any]) -> bool:
    details = status.get("details")
    causes = details.get("causes") if isinstance(details, dict) else None
    found = causes if isinstance(causes, list) else []
    return any(isinstance(cause, dict) and cause.get("reason") == "NamespaceTerminating" for cause in found)


def foreign_failure(request: Request, server: str, code: int, what: str) -> Failure:
    """Return the failure for an answer that can't be an API server's to this request. ``what`` describes the answer."""
    return Failure(
        Reason.API_ERROR,
        f"Could not {request}: {server} answered {code} with {what}, which is not what was asked for: something else may "
        "answer there, or a proxy on the way.",
        code=code,
    )


def busy_failure(request: Request, status: Mapping[str, Any], wanted: float | None, limit: int) -> Failure:
    """Return the failure for a server that stays too busy (429) until the time of the request is over."""
    asks = "" if wanted is None else f", and asks for a pause of {wanted:g} seconds"
    said = printable(status.get("message") or "too many requests")
    return Failure(
        Reason.API_ERROR,
        f"Could not {request}: the API server is too busy to take this within {limit} seconds (request_timeout){asks} (429): {said}",
        code=429,
    )


def not_known(failure: Failure) -> Failure:
    """Return the failure of a write, with a note that it may have been carried out."""
    message = f"{failure.message.rstrip('.')}. It is not known whether that was carried out."
    return Failure(failure.reason, message, **failure.details)


def transport_failure(request: Request, server: str, error: BaseException, connected: bool = False) -> Failure:
    """Return the failure for a server that can't be reached. ``connected`` says that it failed after the TLS handshake."""
    cause = innermost(error)
    ended = connected or any(word in cause for word in _ENDED)
    if not ended and ("certificate" in cause.lower() or "ssl" in type(error).__name__.lower()):
        return Failure(
            Reason.API_TLS_FAILED,
            f"Could not {request}: the TLS connection to {server} failed: {cause}. "
            "Check ca_cert, validate_certs and the server's name.",
        )
    return Failure(Reason.API_UNREACHABLE, f"Could not {request}: the API server {server} is not reachable: {cause}.")


def innermost(error: BaseException) -> str:
    """Return the operating system's own words for an error, without the layers around it."""
    seen: BaseException = error
    while True:
        inner = seen.__cause__ or seen.__context__ or getattr(seen, "reason", None)
        if not isinstance(inner, BaseException) or inner is seen:
            break
        seen = inner
    text = getattr(seen, "strerror", None) or str(seen) or type(seen).__name__
    return printable(str(text).strip().rstrip("."), _CAUSE)
