# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find out whether a write was carried out whose answer was lost, by the object as it is now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable, Optional

from .._model.errors import Failure
from .api import Manifest

# Takes the object as it is now, or None, and returns whether the write was carried out.
Look = Callable[[Optional[Manifest]], bool]


class FailedTry(Exception):
    """A try that failed."""

    def __init__(
        self,
        failure: Failure,
        again: bool = False,
        unsure: bool = False,
        busy: bool = False,
        wanted: float | None = None,
    ) -> None:
        super().__init__()
        self.failure = failure
        self.again = again
        """Whether another try may help."""
        self.unsure = unsure
        """Whether the server may have done what it was asked for."""
        self.busy = busy
        """Whether the server did not take the request, and may take it later."""
        self.wanted = wanted
        """The pause in seconds that the server asks for."""


def is_made(manifest: Mapping[str, Any]) -> Look:
    """Return a check for a creation: the object has all that it was given."""
    return lambda found: found is not None and _holds(found, manifest)


def is_patched(patch: Mapping[str, Any]) -> Look:
    """Return a check for a merge patch: the object has all that the patch sets, and nothing that it removes.

    The version to which it applies does not count, since it changes with the write.
    """
    metadata = patch.get("metadata")
    own = (
        {key: value for key, value in metadata.items() if key != "resourceVersion"}
        if isinstance(metadata, dict)
        else {}
    )
    wanted = {**patch, "metadata": own}
    return lambda found: found is not None and _holds(found, wanted)


def is_deleted(uid: str) -> Look:
    """Return a check for a deletion: no object or another one has the name, or the object is being deleted."""

    def look(found: Manifest | None) -> bool:
        metadata = found["metadata"] if found is not None else {}
        return not metadata or (bool(uid) and metadata["uid"] != uid) or bool(metadata.get("deletionTimestamp"))

    return look


def _holds(found: Any, wanted: Any) -> bool:
    """Return whether all that is wanted is found. None, and a mapping with nothing in it, may be missing."""
    if isinstance(wanted, Mapping):
        there = found if isinstance(found, dict) else {}
        return all(_holds(there.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list):
        lists = isinstance(found, list) and len(found) == len(wanted)
        return lists and all(_holds(each, value) for each, value in zip(found, wanted))
    return bool(found == wanted)
