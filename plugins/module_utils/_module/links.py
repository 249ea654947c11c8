# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine behind skupper_links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .._kube.api import NamespaceApi
from .._model.change import Change
from .._model.errors import Failure
from .._model.reasons import Reason
from .._site.credentials import Issued, NoCredential, Source
from .._site.links import Begun, LinkOutcome, Result, Wanted, ensure_links, finish_links
from .._site.reach import what_is_wrong
from .._view.failure import failure_view
from .._view.link import ensured_view
from . import argspec
from .link import link_source, link_wish
from .result import Outcome
from .runtime import Runtime
from .task import Task

Entry = Mapping[str, Any]


def run(params: Mapping[str, Any], runtime: Runtime) -> Outcome:
    """Make the links of a site to several issuing sites exist and work."""
    api = runtime.client(params)
    waiting = replace(runtime.waiting(params), look=what_is_wrong if runtime.probes else None)
    entries: list[Entry] = params["links"]
    earlier = [number for number, entry in enumerate(entries) if entry["earlier"] is not None]
    begun = {number: found for number in earlier if (found := _begun(entries[number])) is not None}
    wanted = [number for number in range(len(entries)) if number not in earlier]
    made: dict[int, Result] = {}
    if not runtime.check_mode:
        sources = [(_reached(params, entries[number], each, runtime), each) for number, each in begun.items()]
        made.update(zip(begun, finish_links(api, sources, waiting)))
    asked = [_wanted(params, entries[number], runtime) for number in wanted]
    made.update(zip(wanted, ensure_links(api, asked, waiting, runtime.check_mode, insist=True)))
    results = {number: _located(result, api) for number, result in made.items()}
    views = [_view(entry, results.get(number)) for number, entry in enumerate(entries)]
    return _outcome(views, list(results.values()))


def _located(result: Result, api: NamespaceApi) -> Result:
    return result.located(api.place) if isinstance(result, Failure) else result


def _wanted(params: Mapping[str, Any], entry: Entry, runtime: Runtime) -> Wanted:
    return Wanted(link_source({**params, **entry}, runtime), link_wish(entry))


def _reached(params: Mapping[str, Any], entry: Entry, begun: Begun, runtime: Runtime) -> Source:
    """A link's issuing site, if it was named again."""
    return NoCredential(begun.site_id) if entry["issuer"] is None else link_source({**params, **entry}, runtime)


def _begun(entry: Entry) -> Begun | None:
    """What an earlier task has left to be waited for; raises Failure(invalid_option) for what none returned."""
    begun = entry["earlier"].get("begun")
    if begun is None:
        return None
    try:
        claim = Issued(str(begun["claim"]), str(begun["claim_uid"])) if begun["claim"] else None
        return Begun(
            str(begun["name"]),
            str(begun["site_id"]),
            str(begun["own_id"]),
            made=bool(begun["made"]),
            changed=bool(begun["changed"]),
            claim=claim,
        )
    except (KeyError, TypeError):
        raise Failure(
            Reason.INVALID_OPTION,
            "earlier is not what skupper_links returned for a link: give it an item of its links.",
        ) from None


def _view(entry: Entry, result: Result | None) -> dict[str, Any]:
    """One link in the task's result; what was done earlier is kept."""
    earlier = entry["earlier"] or {}
    kept = {"peer": entry["peer"] or earlier.get("peer"), "changed": bool(earlier.get("changed"))}
    if result is None:
        return {**earlier, **kept}
    if isinstance(result, Failure):
        return {**kept, **failure_view(result)}
    issued = result.issued or earlier.get("issued")
    view = {**kept, **ensured_view(result.link, result.connected_at, issued), "begun": _begun_view(result)}
    if result.change.changed:
        view.update(changed=True, change_reason=result.change.why)
    elif earlier.get("change_reason"):
        view["change_reason"] = earlier["change_reason"]
    return view


def _begun_view(result: LinkOutcome) -> dict[str, Any] | None:
    begun = result.begun
    if begun is None:
        return None
    claim = (begun.claim.name, begun.claim.uid) if begun.claim else (None, None)
    known = {"name": begun.name, "site_id": begun.site_id, "own_id": begun.own_id}
    return {**known, "made": begun.made, "changed": begun.changed, "claim": claim[0], "claim_uid": claim[1]}


def _outcome(views: list[dict[str, Any]], results: list[Result]) -> Outcome:
    """All of it; raises Failure if one of the links failed now."""
    failures = [result for result in results if isinstance(result, Failure)]
    done = [result for result in results if isinstance(result, LinkOutcome)]
    change = _together([outcome.change for outcome in done])
    if failures:
        message = " ".join(failure.message for failure in failures)
        raise Failure(failures[0].reason, message, links=views, changed=change.changed)
    warnings = dict.fromkeys(warning for outcome in done for warning in outcome.warnings)
    return Outcome(change, {"links": views}, warnings=tuple(warnings))


def _together(changes: list[Change]) -> Change:
    """Several changes as one; each link is shown by its issuing site."""
    changed = [change for change in changes if change.changed]
    before, after = ({_site(change): dict(getattr(change, side)) for change in changed} for side in ("before", "after"))
    return Change(
        {site: view for site, view in before.items() if view},
        {site: view for site, view in after.items() if view},
        "; ".join(dict.fromkeys(change.why for change in changed if change.why)),
    )


def _site(change: Change) -> str:
    return str((change.after or change.before).get("site_id"))


LINKS = Task(argspec.LINKS, run)
