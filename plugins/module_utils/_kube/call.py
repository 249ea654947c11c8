# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A call of the API as a value: the request, and how answers to it are judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Callable

from .._model.site import Place
from .api import Kind, Manifest
from .errors import Request
from .exchange import Reply
from .response_checks import check_object, says_absent
from .write_outcome import Look

JSON = "application/json"
# An object has 1.5 MB at most, and those that are read here have some kilobytes. No site exceeds this limit.
ANSWER_BYTES = 2**24


@dataclass(frozen=True)
class Call:
    """One request, and how answers to it are judged."""

    request: Request
    method: str
    path: str
    check: Callable[[Manifest], object]
    """Raise UnexpectedResponse if a document is not what was asked for."""
    look: Look | None = None
    """Return whether a write was carried out, by the object as it is now. None for a request that writes nothing."""
    body: Mapping[str, Any] | None = None
    media: str = JSON
    accept: str = JSON
    absent: Callable[[Reply, Manifest | None], bool] | None = None
    """Return whether an answer with status 404 means that there is no such object. None if that would be a failure."""
    longest: int = ANSWER_BYTES

    @property
    def writes(self) -> bool:
        """Return whether the request changes an object."""
        return self.look is not None


def read_call(kind: Kind, name: str, place: Place) -> Call:
    """Return the call that reads one object of a namespace."""
    return Call(
        Request("get", kind, name, place),
        "GET",
        kind.path(place.namespace, name),
        lambda document: check_object(document, kind, name, place.namespace),
        absent=lambda _reply, document: says_absent(document, name),
    )
