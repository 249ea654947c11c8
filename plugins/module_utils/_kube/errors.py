# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turn what an API server or the way to it answered into one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._model.errors import Failure
from .._model.reasons import Reason
from .._model.site import Place
from .port import Kind

# The objects behind these answers may be fine a moment later.
TRANSIENT = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Request:
    """What was asked of an API server, in the words of RBAC."""

    verb: str
    kind: Kind
    name: str
    place: Place

    def __str__(self) -> str:
        what = f"{self.kind.singular} {self.name}" if self.name else f"{self.kind.singular}s"
        return f"{self.verb} {what} in {self.place}"


def status_failure(request: Request, code: int, status: Mapping[str, Any]) -> Failure:
    """The failure for an HTTP status that is no success (Kubernetes meta/v1 Status)."""
    said = str(status.get("message") or f"HTTP {code}")
    if code == 401:
        return Failure(
            Reason.UNAUTHORIZED,
            f"Could not {request}: the API server does not accept the credentials (401): renew or correct them.",
        )
    if code == 403:
        scope = f"in namespace {request.place.namespace}" if request.kind.namespaced else "with a ClusterRole"
        return Failure(
            Reason.FORBIDDEN,
            f"Could not {request}: not allowed (403): grant verb {request.verb} on {request.kind.plural} "
            f"{scope}. The API server says: {said}",
        )
    if code in (404, 409):
        return Failure(Reason.CONFLICT, f"Could not {request}: {said}")
    return Failure(Reason.API_ERROR, f"Could not {request}: the API server answered {code}: {said}", code=code)


def transport_failure(request: Request, server: str, error: BaseException) -> Failure:
    """The failure for a server that could not be talked to."""
    cause = _innermost(error)
    if "certificate" in cause.lower() or "ssl" in type(error).__name__.lower():
        return Failure(
            Reason.API_TLS_FAILED,
            f"Could not {request}: the TLS connection to {server} failed: {cause}. "
            "Check ca_cert, validate_certs and the server's name.",
        )
    return Failure(Reason.API_UNREACHABLE, f"Could not {request}: the API server {server} is not reachable: {cause}.")


def _innermost(error: BaseException) -> str:
    """The operating system's own word for it, without the layers that were wrapped around."""
    seen: BaseException = error
    while True:
        inner = seen.__cause__ or seen.__context__ or getattr(seen, "reason", None)
        if not isinstance(inner, BaseException) or inner is seen:
            break
        seen = inner
    text = getattr(seen, "strerror", None) or str(seen) or type(seen).__name__
    return str(text).strip().rstrip(".")
