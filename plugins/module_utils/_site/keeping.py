# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The list of evicted sites of an edge site, which issues no credentials, and links to others all the same."""

from __future__ import annotations

from typing import Any

from .._kube.api import SECRET, NamespaceApi
from .._model.change import UNKNOWN, Change, Warnings
from .._model.errors import Failure
from .._model.instant import format_instant
from .._model.reasons import Reason
from .._model.revocation import AuthorityNotes
from .._plan.revoke import RevokeStep, RevokeWish, lists_after
from .._v1.objects import keys
from .._v1.objects.revoke import list_marks, notes_patch, read_authority_notes
from .generations.readers import reader

# Other writers of the same Secret that one run puts up with.
_CONFLICTS = 8


def keep_list(api: NamespaceApi, wish: RevokeWish, check_mode: bool) -> tuple[Change, dict[str, Any], Warnings]:
    """Bring the list to what is wished for; returns the change and what skupper_revoke returns of it.

    Raises Failure(forbidden, site_not_ready, conflict).
    """
    before = _notes(api)
    after = lists_after(wish, before)
    change = Change(_lists(before), _lists(after), "the list of evicted sites differs")
    if _lists(before) == _lists(after):
        return change, _view(after, []), ()
    if check_mode:
        return change, _view(after, [_step(UNKNOWN, UNKNOWN)]), _lack(api)
    after = _write(api, wish)
    return change, _view(after, [_step(format_instant(api.now()), 0.0)]), ()


def _step(at: Any, seconds: Any) -> dict[str, Any]:
    return {"step": RevokeStep.RECORD.value, "at": at, "seconds": seconds}


def _notes(api: NamespaceApi) -> AuthorityNotes:
    found = reader(api).secret(keys.LOCAL_CA)
    if found is None:
        raise reader(api).not_ready("Secret", keys.LOCAL_CA)
    return read_authority_notes(found)


def _lists(notes: AuthorityNotes) -> dict[str, Any]:
    return {
        "evicted": list(notes.evicted),
        "evicted_locations": [place.view() for place in notes.evicted_locations],
    }


def _lack(api: NamespaceApi) -> Warnings:
    """What check mode says of a right that is missing; a write is refused by the API server itself."""
    if api.may("patch", SECRET, keys.LOCAL_CA) is not False:
        return ()
    where = f"grant verb patch on secrets in namespace {api.place.namespace}."
    return (f"forbidden: this account may not patch Secret {keys.LOCAL_CA}: {where}",)


def _write(api: NamespaceApi, wish: RevokeWish) -> AuthorityNotes:
    """Write the list, once more from the beginning if somebody else wrote the Secret meanwhile."""
    for _conflict in range(_CONFLICTS - 1):
        try:
            return _write_once(api, wish)
        except Failure as failure:
            if failure.reason is not Reason.CONFLICT:
                raise
    return _write_once(api, wish)


def _write_once(api: NamespaceApi, wish: RevokeWish) -> AuthorityNotes:
    before = _notes(api)
    after = lists_after(wish, before)
    api.patch(SECRET, keys.LOCAL_CA, notes_patch(before, list_marks(after)))
    return after


def _view(notes: AuthorityNotes, steps: list[dict[str, Any]]) -> dict[str, Any]:
    nothing: dict[str, Any] = dict.fromkeys(("id", "ca_before", "ca_after", "proof"))
    none_of: dict[str, Any] = {"claims_removed": [], "claims_redeemed": [], "cut_off": []}
    return {**nothing, "cas_made": 0, **none_of, "evicted": list(notes.evicted), "steps": steps}
