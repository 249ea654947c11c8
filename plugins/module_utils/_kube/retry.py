# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide how often and how long to try again, and wait for something to become true."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Callable, TypeVar

from .._model.errors import Failure
from .._model.instant import parse_date
from .._model.reasons import Reason
from .._model.wait import Clock

T = TypeVar("T")

# Seconds between tries, the last as often as necessary. A server that asks for another pause gets that one.
_PAUSES = (0.2, 0.6, 1.5, 3.0)
# How often a read is tried again before anything was written. A run that has not begun to write can as well be repeated later.
_SHORT = 2
# Seconds between looks; the first comes soon, since a healthy site redeems a claim in well under a second.
_POLLS = (0.15, 0.25, 0.4, 0.7, 1.0, 1.5)
_PASSING = (Reason.API_UNREACHABLE, Reason.API_ERROR)
# An API server that has just started denies everything until it has read its roles. It gets this many seconds.
_PASSING_SHORTLY = (Reason.FORBIDDEN, Reason.UNAUTHORIZED)
_SHORTLY = 10


@dataclass
class Patience:
    """How long one request may take with all its tries, and the pauses between them.

    urllib3 has a Retry that obeys Retry-After, too. It has no limit for all tries together, sleeps by its own clock, and
    would repeat a write without checking whether it was carried out.
    """

    clock: Clock
    end: float
    lasting: bool
    """Whether to try until the time is over, and not only a few times."""
    _tries: int = 0

    def left(self) -> float:
        """Return the seconds that are left."""
        return max(0.0, self.end - self.clock.monotonic())

    def pause(self, wanted: float | None, busy: bool) -> float | None:
        """Return the pause before the next try. None if there is no next try, or no time for it.

        A ``busy`` server did not take the request, and may name the pause that it ``wanted``.
        """
        tries, self._tries = self._tries, self._tries + 1
        if tries >= _SHORT and not (self.lasting or busy):
            return None
        pause = _PAUSES[min(tries, len(_PAUSES) - 1)] if wanted is None else max(wanted, _PAUSES[0])
        return pause if pause < self.left() else None


def retry_after(text: str | None, now: datetime) -> float | None:
    """Read a Retry-After header, which holds seconds or a date of the server's clock. None if it holds neither."""
    if text is None:
        return None
    if re.fullmatch(r"[0-9]+", text.strip()):
        # Python does not read numbers of thousands of digits. All numbers of that length are too long anyway.
        return float(text.strip()[:15])
    date = parse_date(text)
    return None if date is None else (date - now).total_seconds()


def poll(
    look: Callable[[], T | None], timeout: float, clock: Clock, rest: Callable[[float, float], None] | None = None
) -> T | None:
    """Look until there is something or ``timeout`` seconds are over. None if nothing came.

    Call ``rest`` with the seconds to the next look and the seconds left. It may return earlier or later. An API server that
    can't be reached for a while is waited for, too.
    """
    end = clock.monotonic() + timeout
    pauses = iter(_POLLS)
    trouble: Failure | None = None
    since = 0.0
    while True:
        try:
            found = look()
            if found is not None:
                return found
            trouble = None
        except Failure as failure:
            denied_before = trouble is not None and trouble.reason in _PASSING_SHORTLY
            since = since if denied_before else clock.monotonic()
            trouble = failure
            if not _passes(failure, clock.monotonic() - since):
                raise
        left = end - clock.monotonic()
        if left <= 0 and trouble is not None:
            raise trouble
        if left <= 0:
            return None
        pause = min(next(pauses, _POLLS[-1]), left)
        if rest is None:
            clock.sleep(pause)
        else:
            rest(pause, left)


def may_pass(failure: Failure) -> bool:
    """Return whether a failure is trouble with an API server that may end by itself."""
    return failure.reason in (*_PASSING, *_PASSING_SHORTLY)


def _passes(failure: Failure, lasting: float) -> bool:
    """Return whether trouble with the API server may still end by itself. ``lasting`` is the seconds of denials so far."""
    return failure.reason in _PASSING or (failure.reason in _PASSING_SHORTLY and lasting < _SHORTLY)
