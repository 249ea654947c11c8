# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lists of evicted sites of an edge site, which issues no credentials, and links to others all the same."""

from __future__ import annotations

from .._kube.api import NamespaceApi
from .._model.authority import AuthorityNotes
from .._model.errors import Failure
from .._model.reasons import Reason
from .._model.revocation import RevocationFacts, RevocationOutcome, RevokeStep, RevokeWish, StepDone
from .._plan.eviction_lists import lists_of, noted_places, notes_after
from .generations.authorities import AuthorityStore
from .revocation_refusals import right_sentence

# Other writers of the same object that one run puts up with.
_CONFLICTS = 8


def keep_list(api: NamespaceApi, store: AuthorityStore, wish: RevokeWish, check_mode: bool) -> RevocationOutcome:
    """Bring the lists to what is wished for; raises Failure(forbidden, site_not_ready, conflict)."""
    before = store.kept_list()
    after = notes_after(wish, before)
    if not _differ(before, after):
        return _outcome(before, after, RevocationFacts(evicted=after.evicted))
    if check_mode:
        foreseen = RevocationFacts(evicted=after.evicted, steps=(StepDone(RevokeStep.RECORD),))
        return _outcome(before, after, foreseen, _lack(api, store))
    written = _write(store, wish)
    done = StepDone(RevokeStep.RECORD, api.now(), 0.0)
    return _outcome(before, after, RevocationFacts(evicted=written.evicted, steps=(done,)))


def _differ(before: AuthorityNotes, after: AuthorityNotes) -> bool:
    return before.evicted != after.evicted or noted_places(before) != noted_places(after)


def _outcome(
    before: AuthorityNotes, after: AuthorityNotes, facts: RevocationFacts, warnings: tuple[str, ...] = ()
) -> RevocationOutcome:
    return RevocationOutcome(lists_of(before), lists_of(after), "the list of evicted sites differs", facts, warnings)


def _lack(api: NamespaceApi, store: AuthorityStore) -> tuple[str, ...]:
    """Return what check mode says of a right that is missing; a write is refused by the API server itself."""
    missing = store.missing_right_to_keep()
    return () if missing is None else (f"forbidden: {right_sentence(api.place, missing)}",)


def _write(store: AuthorityStore, wish: RevokeWish) -> AuthorityNotes:
    """Write the lists. Begin again once if another writer changed the object meanwhile."""
    for _conflict in range(_CONFLICTS - 1):
        try:
            return _write_once(store, wish)
        except Failure as failure:
            if failure.reason is not Reason.CONFLICT:
                raise
    return _write_once(store, wish)


def _write_once(store: AuthorityStore, wish: RevokeWish) -> AuthorityNotes:
    before = store.kept_list()
    after = notes_after(wish, before)
    store.keep_list(before, after)
    return after
