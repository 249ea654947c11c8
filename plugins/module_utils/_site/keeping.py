# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The list of evicted sites of an edge site, which issues no credentials, and links to others all the same."""

from __future__ import annotations

from typing import Any

from .._kube.port import SECRET, Port
from .._model.errors import Failure
from .._model.instant import format_instant
from .._model.reasons import Reason
from .._model.revocation import AuthorityNotes
from .._plan.changes import UNKNOWN, Change
from .._plan.revoke import RevokeStep, RevokeWish, lists_after
from .._wire import v1_keys as keys
from .._wire.v1_revoke import list_marks, notes_patch, read_authority_notes
from . import gather
from .policies import Warnings

# Other writers of the same Secret that one run puts up with.
_CONFLICTS = 8


def keep_list(port: Port, wish: RevokeWish, check_mode: bool) -> tuple[Change, dict[str, Any], Warnings]:
    """Bring the list to what is wished for; returns the change and what skupper_revoke returns of it.

    Raises Failure(forbidden, site_not_ready, conflict).
    """
    before = _notes(port)
    after = lists_after(wish, before)
    change = Change(_lists(before), _lists(after), "the list of evicted sites differs")
    if _lists(before) == _lists(after):
        return change, _view(after, []), ()
    if check_mode:
        return change, _view(after, [_step(UNKNOWN, UNKNOWN)]), _lack(port)
    after = _write(port, wish)
    return change, _view(after, [_step(format_instant(port.now()), 0.0)]), ()


def _step(at: Any, seconds: Any) -> dict[str, Any]:
    return {"step": RevokeStep.RECORD.value, "at": at, "seconds": seconds}


def _notes(port: Port) -> AuthorityNotes:
    found = gather.secret(port, keys.LOCAL_CA)
    if found is None:
        raise gather.not_ready(port, "Secret", keys.LOCAL_CA)
    return read_authority_notes(found)


def _lists(notes: AuthorityNotes) -> dict[str, Any]:
    return {
        "evicted": list(notes.evicted),
        "evicted_locations": [place.view() for place in notes.evicted_locations],
    }


def _lack(port: Port) -> Warnings:
    """What check mode says of a right that is missing; a write is refused by the API server itself."""
    if port.may("patch", SECRET, keys.LOCAL_CA) is not False:
        return ()
    where = f"grant verb patch on secrets in namespace {port.place.namespace}."
    return (f"forbidden: this account may not patch Secret {keys.LOCAL_CA}: {where}",)


def _write(port: Port, wish: RevokeWish) -> AuthorityNotes:
    """Write the list, once more from the beginning if somebody else wrote the Secret meanwhile."""
    for _conflict in range(_CONFLICTS - 1):
        try:
            return _write_once(port, wish)
        except Failure as failure:
            if failure.reason is not Reason.CONFLICT:
                raise
    return _write_once(port, wish)


def _write_once(port: Port, wish: RevokeWish) -> AuthorityNotes:
    before = _notes(port)
    after = lists_after(wish, before)
    port.patch(SECRET, keys.LOCAL_CA, notes_patch(before, list_marks(after)))
    return after


def _view(notes: AuthorityNotes, steps: list[dict[str, Any]]) -> dict[str, Any]:
    nothing: dict[str, Any] = dict.fromkeys(("id", "ca_before", "ca_after", "proof"))
    none_of: dict[str, Any] = {"claims_removed": [], "claims_redeemed": [], "cut_off": []}
    return {**nothing, "cas_made": 0, **none_of, "evicted": list(notes.evicted), "steps": steps}
