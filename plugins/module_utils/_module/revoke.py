# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine behind skupper_revoke."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .._kube.options import ConnectionOptions
from .._model.duration import parse_period
from .._model.errors import Failure
from .._model.instant import parse_instant
from .._model.location import Location, read_location
from .._model.names import is_site_id
from .._model.reasons import Reason
from .._model.revocation import Criterion, RevokeWish, Scope, eviction_name
from .._pki.certificate import require_cryptography
from .._pki.issue import LIFETIME
from .._site.revocation import revoke
from .._site.revocation_steps import Tools
from .._view.revocation import revocation_change, revocation_view, with_shown_revocation
from .clients import client_for
from .options.connection import CONNECTION
from .options.waiting import WAIT, WaitOptions, read_wait
from .result import Outcome
from .runtime import Runtime
from .spec import Params, Spec
from .task import make_task

_OF_ALL = ("id", "issued_before", "max_age", "ca_validity", "adopt", "take_over")
_LONGEST_ID = 200
_YOUNGEST = timedelta(minutes=1)
_SHORTEST, _LONGEST = timedelta(hours=1), timedelta(days=7300)


SPEC = Spec(
    {
        **CONNECTION,
        "wait": WAIT["wait"],
        "wait_timeout": {"type": "int", "default": 300},
        "wait_until": {"type": "str", "choices": ["gone", "serving"], "default": "gone"},
        "scope": {"type": "str", "choices": ["all", "claims", "none"], "default": "all"},
        "id": {"type": "str"},
        "issued_before": {"type": "str"},
        "max_age": {"type": "str"},
        "ca_validity": {"type": "str"},
        "evict": {"type": "list", "elements": "str"},
        "evict_locations": {"type": "list", "elements": "dict"},
        "readmit": {"type": "list", "elements": "str"},
        "readmit_locations": {"type": "list", "elements": "dict"},
        "adopt": {"type": "bool", "default": False},
        "take_over": {"type": "bool", "default": False},
        "watch": {"type": "int", "default": 5},
    },
    mutually_exclusive=[("id", "issued_before", "max_age")],
    required_if=[("scope", "none", ("evict", "readmit", "evict_locations", "readmit_locations"), True)],
)


@dataclass(frozen=True)
class _Request:
    connection: ConnectionOptions
    wish: RevokeWish
    lifetime: timedelta
    """Of the new CA."""
    wait: WaitOptions
    watch: int
    """Seconds after the write of the CA until the last look."""


def _read_request(params: Params) -> _Request:
    wish = _read_wish(params)
    lifetime = _ca_lifetime(params["ca_validity"], wish.criterion)
    here, wait = ConnectionOptions.from_params(params), read_wait(params)
    return _Request(here, wish, lifetime, wait, _watch(params["watch"]))


def _read_wish(params: Params) -> RevokeWish:
    scope = Scope(params["scope"])
    given = [name for name in _OF_ALL if params[name] not in (None, False)]
    if scope is not Scope.ALL and given:
        raise Failure(
            Reason.INVALID_OPTION,
            f"{' and '.join(given)} only goes with scope: all, where a new CA is made; leave that out.",
        )
    if params["adopt"] and params["take_over"]:
        raise Failure(Reason.INVALID_OPTION, "adopt keeps the current CA and take_over replaces it: set one of them.")
    evict, readmit = tuple(params["evict"] or ()), tuple(params["readmit"] or ())
    readmitted = params["readmit_locations"]
    _check_parties(evict, readmit)
    return RevokeWish(
        scope,
        _criterion(params["id"], params["issued_before"], params["max_age"]),
        evict,
        readmit,
        _locations("evict_locations", params["evict_locations"] or ()),
        None if readmitted is None else _locations("readmit_locations", readmitted),
        until_gone=params["wait_until"] == "gone",
        adopt=params["adopt"],
        take_over=params["take_over"],
    )


def _check_parties(evict: tuple[str, ...], readmit: tuple[str, ...]) -> None:
    both = sorted(set(evict) & set(readmit))
    if both:
        raise Failure(Reason.INVALID_OPTION, f"{both[0]} can't be evicted and readmitted at once.")
    wrong = [each for each in evict if not is_site_id(each)]
    if wrong:
        raise Failure(
            Reason.INVALID_OPTION,
            f"evict names {wrong[0]!r}, which is no id of a site: an id is a UUID in lower case, as skupper_site_info returns it.",
        )


def _locations(option: str, given: Iterable[Any]) -> tuple[Location, ...]:
    found = [read_location(each) for each in given]
    if None in found:
        raise Failure(
            Reason.INVALID_OPTION, f"{option} must hold locations as skupper_site_info returns them (site.location)."
        )
    return tuple(each for each in found if each is not None)


def _watch(seconds: int) -> int:
    if seconds < 0:
        raise Failure(Reason.INVALID_OPTION, "watch must not be negative: it is a number of seconds.")
    return seconds


def _criterion(name: str | None, issued_before: str | None, age: str | None) -> Criterion:
    """Return what the CA is judged by; raises Failure(invalid_option, invalid_duration)."""
    if name is not None and not (name.strip() and name.isprintable() and len(name) <= _LONGEST_ID):
        raise Failure(
            Reason.INVALID_OPTION, f"id must be a printable text of 1 to {_LONGEST_ID} characters, such as a ticket's."
        )
    if name is not None and name.startswith(eviction_name("")):
        raise Failure(
            Reason.INVALID_OPTION,
            f"id is {name!r}, which is the name of an eviction: set evict to the id of the site instead.",
        )
    max_age = None if age is None else parse_period(age)
    if max_age is not None and max_age < _YOUNGEST:
        raise Failure(Reason.INVALID_OPTION, f"max_age is {age}: with less than 1m every run would make a new CA.")
    return Criterion(name, _instant(issued_before), max_age)


def _instant(text: str | None) -> datetime | None:
    found = None if text is None else parse_instant(text)
    if text is not None and found is None:
        raise Failure(
            Reason.INVALID_OPTION,
            f"issued_before is {text!r}, which is no RFC 3339 time: write it like 2026-01-31T09:15:00Z.",
        )
    return found


def _ca_lifetime(text: str | None, criterion: Criterion) -> timedelta:
    span = LIFETIME if text is None else parse_period(text)
    if not _SHORTEST <= span <= _LONGEST:
        raise Failure(Reason.INVALID_OPTION, f"ca_validity is {text}: it must be between 1h and 7300d (20 years).")
    if text is not None and criterion.max_age is not None and span <= criterion.max_age:
        raise Failure(
            Reason.INVALID_OPTION,
            f"ca_validity is {text}, so that the CA would end before it is as old as max_age, and all links with it: make it longer.",
        )
    return span


def _run(request: _Request, runtime: Runtime) -> Outcome:
    """Make sure that no credential issued before works any more."""
    tools = Tools(runtime.choose, runtime.waiting(request.wait), request.lifetime, request.watch)
    require_cryptography()
    api = client_for(request.connection, runtime)
    try:
        made = revoke(api, request.wish, tools, runtime.check_mode)
    except Failure as failure:
        raise with_shown_revocation(failure.located(api.place)) from None
    return Outcome(revocation_change(made), {"revocation": revocation_view(made.facts)}, warnings=made.warnings)


REVOKE = make_task(SPEC, _read_request, _run)
