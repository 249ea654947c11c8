# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide what a revocation changes for those who have access to a site."""

from __future__ import annotations

from dataclasses import replace

from .._model.authority import AuthorityNotes, RevocableSite
from .._model.change import UNKNOWN
from .._model.link import Incoming
from .._model.revocation import Access, RevokePlan, RevokeStep, RevokeWish
from .._pki.certificate import fingerprint
from .eviction_lists import notes_after
from .revocable import ca_fingerprint, is_ours

_OF_REPLACEMENT = (RevokeStep.DELETE_CLAIMS, RevokeStep.SIGN, RevokeStep.RESTART, RevokeStep.AWAIT)


def access_change(wish: RevokeWish, site: RevocableSite, plan: RevokePlan) -> tuple[Access, Access]:
    """Return who has access before and after the steps of a plan; waiting changes nothing.

    What is only finished, or noted, shows as unfinished before.
    """
    writes = tuple(planned.step for planned in plan.steps if planned.step is not RevokeStep.AWAIT)
    restarted = RevokeStep.RESTART in writes
    begun = RevokeStep.REPLACE_CA in writes or RevokeStep.ADOPT in writes
    before, after = _access(site, site.authority), _access_after(wish, site, plan)
    if (restarted and not begun) or (writes and before == after):
        before = replace(before, unfinished=writes)
    return before, after


def _access(site: RevocableSite, notes: AuthorityNotes) -> Access:
    return Access(
        ca=ca_fingerprint(site),
        claims=tuple(sorted(record.name for record in site.records)),
        incoming=tuple(each.name for each in site.incoming),
        evicted=notes.evicted,
        evicted_places=tuple(map(str, notes.evicted_locations)),
    )


def _access_after(wish: RevokeWish, site: RevocableSite, plan: RevokePlan) -> Access:
    same, removed = _access(site, notes_after(wish, site.authority)), {record.name for record in plan.claims}
    return replace(
        same,
        ca=UNKNOWN if plan.has(RevokeStep.REPLACE_CA) else same.ca,
        claims=tuple(name for name in same.claims if name not in removed),
        incoming=() if plan.has(RevokeStep.RESTART) else same.incoming,
    )


def cut_off(site: RevocableSite, plan: RevokePlan) -> tuple[Incoming, ...]:
    """Return the sites whose connections a plan ends for good."""
    return site.incoming if plan.has(RevokeStep.RESTART) else ()


def former_ca(site: RevocableSite, plan: RevokePlan) -> str | None:
    """Return the CA before the revocation, which was an earlier run's to replace if this one only finishes it."""
    if plan.has(RevokeStep.ADOPT):
        return fingerprint(site.server.ca)
    begun_before = is_ours(site) and not plan.has(RevokeStep.REPLACE_CA) and plan.has(*_OF_REPLACEMENT)
    return site.authority.former if begun_before else ca_fingerprint(site)
