# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What became of a write whose answer was lost: what the object shows that is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable, Optional

from .._model.errors import Failure
from .api import Manifest

# From the object that is there, or None, to whether the write was carried out.
Look = Callable[[Optional[Manifest]], bool]


class Trouble(Exception):
    """A try that came to nothing."""

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
        """Seconds for which the server wants to be left alone."""


def is_made(manifest: Mapping[str, Any]) -> Look:
    """Return the look for an object that was to be created: everything that it was given is there."""
    return lambda found: found is not None and _holds(found, manifest)


def is_patched(patch: Mapping[str, Any]) -> Look:
    """Return the look for a merge patch: everything that it sets is there, and what it removes is not.

    The version that it was to be applied to is another one afterwards.
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
    """Return the look for a deletion: no object, or another one, has the name, or it is being deleted."""

    def look(found: Manifest | None) -> bool:
        metadata = found["metadata"] if found is not None else {}
        return not metadata or (bool(uid) and metadata["uid"] != uid) or bool(metadata.get("deletionTimestamp"))

    return look


def _holds(found: Any, wanted: Any) -> bool:
    """Whether all that is wanted is found; None, and a group with nothing in it, may be missing."""
    if isinstance(wanted, Mapping):
        there = found if isinstance(found, dict) else {}
        return all(_holds(there.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list):
        lists = isinstance(found, list) and len(found) == len(wanted)
        return lists and all(_holds(each, value) for each, value in zip(found, wanted))
    return bool(found == wanted)
