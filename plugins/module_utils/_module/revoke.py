# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine behind skupper_revoke."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from .._model.duration import parse_period
from .._model.errors import Failure
from .._model.instant import parse_instant
from .._model.location import Location, read_location
from .._model.names import is_site_id
from .._model.reasons import Reason
from .._model.revocation import Criterion, Scope
from .._pki.certificate import require_cryptography
from .._pki.issue import LIFETIME
from .._plan.revoke import RevokeWish, eviction_name
from .._site.revocation import Tools, revoke
from . import argspec
from .result import Outcome
from .runtime import Runtime
from .task import Task

_OF_ALL = ("id", "issued_before", "max_age", "ca_validity", "adopt", "take_over")
_LONGEST_ID = 200
_YOUNGEST = timedelta(minutes=1)
_SHORTEST, _LONGEST = timedelta(hours=1), timedelta(days=7300)


def run(params: Mapping[str, Any], runtime: Runtime) -> Outcome:
    """Make sure that no credential issued before works any more."""
    wish = _wish(params)
    lifetime = _ca_lifetime(params["ca_validity"], wish.criterion)
    tools = Tools(runtime.choose, runtime.waiting(params), lifetime, _watch(params["watch"]))
    require_cryptography()
    api = runtime.client(params)
    try:
        made = revoke(api, wish, tools, runtime.check_mode)
    except Failure as failure:
        raise failure.located(api.place) from None
    return Outcome(made.change, {"revocation": made.view}, warnings=made.warnings)


def _wish(params: Mapping[str, Any]) -> RevokeWish:
    scope = Scope(params["scope"])
    given = [name for name in _OF_ALL if params[name] not in (None, False)]
    if scope is not Scope.ALL and given:
        raise Failure(
            Reason.INVALID_OPTION,
            f"{' and '.join(given)} only goes with scope: all, where a new CA is made; leave that out.",
        )
    if params["adopt"] and params["take_over"]:
        raise Failure(Reason.INVALID_OPTION, "adopt keeps the present CA and take_over replaces it: set one of them.")
    evict, readmit = tuple(params["evict"] or ()), tuple(params["readmit"] or ())
    _check_parties(evict, readmit)
    return RevokeWish(
        scope,
        _criterion(params),
        evict,
        readmit,
        _locations(params, "evict_locations"),
        None if params["readmit_locations"] is None else _locations(params, "readmit_locations"),
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


def _locations(params: Mapping[str, Any], option: str) -> tuple[Location, ...]:
    found = [read_location(each) for each in params[option] or ()]
    if None in found:
        raise Failure(
            Reason.INVALID_OPTION, f"{option} must hold locations as skupper_site_info returns them (site.location)."
        )
    return tuple(each for each in found if each is not None)


def _watch(seconds: int) -> int:
    if seconds < 0:
        raise Failure(Reason.INVALID_OPTION, "watch must not be negative: it is a number of seconds.")
    return seconds


def _criterion(params: Mapping[str, Any]) -> Criterion:
    """What the CA is judged by; raises Failure(invalid_option, invalid_duration)."""
    name, age = params["id"], params["max_age"]
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
    return Criterion(name, _instant(params["issued_before"]), max_age)


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


REVOKE = Task(argspec.REVOKE, run)
