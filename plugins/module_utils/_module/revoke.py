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
from .._model.reasons import Reason
from .._model.revocation import Criterion, Scope
from .._pki.certificate import require_cryptography
from .._pki.issue import LIFETIME
from .._plan.revoke import ANY, RevokeWish, eviction_id
from .._site.revocation import Tools, revoke
from . import argspec
from .around import Around
from .result import Outcome
from .task import Task

_CRITERIA = ("id", "issued_before", "max_age")
_LONGEST_ID = 200
_YOUNGEST = timedelta(minutes=1)
_SHORTEST, _LONGEST = timedelta(hours=1), timedelta(days=7300)


def run(params: Mapping[str, Any], around: Around) -> Outcome:
    """Make sure that no credential issued before works any more."""
    wish = _wish(params)
    tools = Tools(around.choose, around.waiting(params), _ca_lifetime(params["ca_validity"]))
    require_cryptography()
    port = around.client(params)
    try:
        made = revoke(port, wish, tools, around.check_mode)
    except Failure as failure:
        raise failure.located(port.place) from None
    return Outcome(made.change, {"revocation": made.view}, warnings=made.warnings)


def _wish(params: Mapping[str, Any]) -> RevokeWish:
    scope = Scope(params["scope"])
    given = [name for name in (*_CRITERIA, "ca_validity") if params[name] is not None]
    if scope is not Scope.ALL and given:
        raise Failure(
            Reason.INVALID_OPTION,
            f"{' and '.join(given)} only goes with scope: all, where a new CA is made; leave that out.",
        )
    evict, readmit = tuple(params["evict"] or ()), tuple(params["readmit"] or ())
    both = sorted(set(evict) & set(readmit))
    if both:
        raise Failure(Reason.INVALID_OPTION, f"{both[0]} can't be evicted and readmitted at once.")
    criterion = _criterion(params)
    if scope is Scope.ALL and evict and criterion == ANY:
        criterion = Criterion(id=eviction_id(evict))
    return RevokeWish(scope, criterion, evict, readmit, params["wait_until"] == "gone")


def _criterion(params: Mapping[str, Any]) -> Criterion:
    """What the CA is judged by; raises Failure(invalid_option, invalid_duration)."""
    name, age = params["id"], params["max_age"]
    if name is not None and not (name.strip() and name.isprintable() and len(name) <= _LONGEST_ID):
        raise Failure(
            Reason.INVALID_OPTION, f"id must be a printable text of 1 to {_LONGEST_ID} characters, such as a ticket's."
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


def _ca_lifetime(text: str | None) -> timedelta:
    span = LIFETIME if text is None else parse_period(text)
    if not _SHORTEST <= span <= _LONGEST:
        raise Failure(Reason.INVALID_OPTION, f"ca_validity is {text}: it must be between 1h and 7300d (20 years).")
    return span


REVOKE = Task(argspec.REVOKE, run)
