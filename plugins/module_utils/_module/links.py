# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine behind skupper_links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Union

from .._kube.api import NamespaceApi
from .._kube.options import ConnectionOptions
from .._model.change import Change
from .._model.errors import Failure
from .._model.reasons import Reason
from .._model.wait import Waiting
from .._plan.link import LinkWish
from .._site.credentials import Issued, NoCredential, Source
from .._site.endpoint_checks import what_is_wrong
from .._site.links import Begun, LinkOutcome, Result, Wanted, ensure_links, finish_links
from .._view.failure import failure_view
from .._view.link import ensured_view, with_shown_link
from .clients import client_for
from .options.connection import CONNECTION
from .options.link import EXCLUSIVE, LINK, CredentialOptions, read_credential, read_link_wish
from .options.waiting import WAIT, WaitOptions, read_wait
from .result import Outcome
from .runtime import Runtime
from .source import link_source
from .spec import Params, Spec
from .task import make_task

SPEC = Spec(
    {
        **CONNECTION,
        **WAIT,
        "links": {
            "type": "list",
            "elements": "dict",
            "required": True,
            "no_log": True,
            "options": {"peer": {"type": "str"}, **LINK, "earlier": {"type": "dict"}},
            "mutually_exclusive": EXCLUSIVE,
            "required_one_of": [("token", "src", "issuer", "site_id", "earlier")],
        },
    }
)


@dataclass(frozen=True)
class _NewLink:
    """A link that this task makes."""

    peer: str | None
    wish: LinkWish
    credential: CredentialOptions


@dataclass(frozen=True)
class _EarlierLink:
    """A link that an earlier task has made."""

    peer: str | None
    returned: Mapping[str, Any]
    begun: Begun | None
    """What is left to be waited for."""
    credential: CredentialOptions | None
    """Its issuing site, if it was named again."""


_Entry = Union[_NewLink, _EarlierLink]


@dataclass(frozen=True)
class _Request:
    connection: ConnectionOptions
    links: tuple[_Entry, ...]
    wait: WaitOptions


def _read_request(params: Params) -> _Request:
    here, wait = ConnectionOptions.from_params(params), read_wait(params)
    return _Request(here, tuple(_read_entry(entry, here, wait.seconds) for entry in params["links"]), wait)


def _read_entry(entry: Params, here: ConnectionOptions, seconds: int) -> _Entry:
    peer, earlier = entry["peer"], entry["earlier"]
    if earlier is None:
        return _NewLink(peer, read_link_wish(entry), read_credential(entry, here, seconds))
    begun = _read_begun(earlier)
    named = begun is not None and entry["issuer"] is not None
    return _EarlierLink(peer, earlier, begun, read_credential(entry, here, seconds) if named else None)


def _read_begun(earlier: Params) -> Begun | None:
    """Read what an earlier task has left to be waited for; raises Failure(invalid_option) for what none returned."""
    begun = earlier.get("begun")
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


def _run(request: _Request, runtime: Runtime) -> Outcome:
    """Make the links of a site to several issuing sites exist and work."""
    api = client_for(request.connection, runtime)
    waiting = replace(runtime.waiting(request.wait), look=what_is_wrong if runtime.probes else None)
    made = {} if runtime.check_mode else _finish(request, api, waiting, runtime)
    made.update(_make(request, api, waiting, runtime))
    results = {number: _located(result, api) for number, result in made.items()}
    views = [_view(entry, results.get(number)) for number, entry in enumerate(request.links)]
    return _outcome(views, list(results.values()))


def _finish(request: _Request, api: NamespaceApi, waiting: Waiting, runtime: Runtime) -> dict[int, Result]:
    """Wait for the links that an earlier task has made; returns the result of each by its number."""
    begun = {
        number: (_reached(entry, entry.begun, runtime), entry.begun)
        for number, entry in enumerate(request.links)
        if isinstance(entry, _EarlierLink) and entry.begun is not None
    }
    return dict(zip(begun, finish_links(api, list(begun.values()), waiting)))


def _make(request: _Request, api: NamespaceApi, waiting: Waiting, runtime: Runtime) -> dict[int, Result]:
    """Make the other links; returns the result of each by its number."""
    wanted = {
        number: Wanted(link_source(entry.credential, runtime), entry.wish)
        for number, entry in enumerate(request.links)
        if isinstance(entry, _NewLink)
    }
    return dict(zip(wanted, ensure_links(api, list(wanted.values()), waiting, runtime.check_mode, insist=True)))


def _located(result: Result, api: NamespaceApi) -> Result:
    return result.located(api.place) if isinstance(result, Failure) else result


def _reached(entry: _EarlierLink, begun: Begun, runtime: Runtime) -> Source:
    """Return a link's issuing site, if it was named again."""
    return NoCredential(begun.site_id) if entry.credential is None else link_source(entry.credential, runtime)


def _view(entry: _Entry, result: Result | None) -> dict[str, Any]:
    """Return one link of the task's result. What was done earlier is kept."""
    earlier: Mapping[str, Any] = entry.returned if isinstance(entry, _EarlierLink) else {}
    kept = {"peer": entry.peer or earlier.get("peer"), "changed": bool(earlier.get("changed"))}
    if result is None:
        return {**earlier, **kept}
    if isinstance(result, Failure):
        return {**kept, **failure_view(with_shown_link(result))}
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
    """Return the outcome of all links; raises Failure if one of them failed now."""
    failures = [result for result in results if isinstance(result, Failure)]
    done = [result for result in results if isinstance(result, LinkOutcome)]
    change = _together([outcome.change for outcome in done])
    if failures:
        message = " ".join(failure.message for failure in failures)
        raise Failure(failures[0].reason, message, links=views, changed=change.changed)
    warnings = dict.fromkeys(warning for outcome in done for warning in outcome.warnings)
    return Outcome(change, {"links": views}, warnings=tuple(warnings))


def _together(changes: list[Change]) -> Change:
    """Return several changes as one. Each link is shown by its issuing site."""
    changed = [change for change in changes if change.changed]
    before, after = ({_site(change): dict(getattr(change, side)) for change in changed} for side in ("before", "after"))
    return Change(
        {site: view for site, view in before.items() if view},
        {site: view for site, view in after.items() if view},
        "; ".join(dict.fromkeys(change.why for change in changed if change.why)),
    )


def _site(change: Change) -> str:
    return str((change.after or change.before).get("site_id"))


LINKS = make_task(SPEC, _read_request, _run)
