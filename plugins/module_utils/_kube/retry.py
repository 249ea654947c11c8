# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How often and how long to try again, and how to wait for something to become true."""

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

# Seconds between tries, the last as often as need be; a server that asks for another pause gets that one.
_PAUSES = (0.2, 0.6, 1.5, 3.0)
# So many times a read is tried again before anything was written: who has not begun can as well come back later.
_SHORT = 2
# Seconds between looks; the first comes soon, since a healthy site redeems a claim in well under a second.
_POLLS = (0.15, 0.25, 0.4, 0.7, 1.0, 1.5)
_PASSING = (Reason.API_UNREACHABLE, Reason.API_ERROR)
# An API server that has just started denies everything until it has read its roles; this many seconds are given to it.
_PASSING_SHORTLY = (Reason.FORBIDDEN, Reason.UNAUTHORIZED)
_SHORTLY = 10


@dataclass
class Patience:
    """The time that one request may take with all its tries, and the pauses between them.

    urllib3 has a Retry that obeys Retry-After, too. It knows no limit for all tries together, sleeps by its own clock, and
    would repeat a write without looking whether it was carried out.
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
        """Return the pause before the next try; None if there is to be none, or it would come too late.

        A server that is ``busy`` did not take the request, and may name the pause that it ``wanted``.
        """
        tries, self._tries = self._tries, self._tries + 1
        if tries >= _SHORT and not (self.lasting or busy):
            return None
        pause = _PAUSES[min(tries, len(_PAUSES) - 1)] if wanted is None else max(wanted, _PAUSES[0])
        return pause if pause < self.left() else None


def retry_after(text: str | None, now: datetime) -> float | None:
    """Read a Retry-After header, which holds seconds or a date of the server's clock; None if it holds neither."""
    if text is None:
        return None
    if re.fullmatch(r"[0-9]+", text.strip()):
        # No number of thousands of digits is read, and all of these are too long.
        return float(text.strip()[:15])
    date = parse_date(text)
    return None if date is None else (date - now).total_seconds()


def poll(
    look: Callable[[], T | None], timeout: float, clock: Clock, rest: Callable[[float, float], None] | None = None
) -> T | None:
    """Look until there is something or ``timeout`` seconds are over; None if nothing came.

    ``rest`` is called with the seconds to the next look and those that are left; it may return earlier, or later. An API
    server that can't be reached for a while is waited for like everything else.
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
    """Whether a failure is trouble with an API server that may be over by itself."""
    return failure.reason in (*_PASSING, *_PASSING_SHORTLY)


def _passes(failure: Failure, lasting: float) -> bool:
    """Whether trouble with the API server may still be over by itself; ``lasting`` counts the seconds of denials."""
    return failure.reason in _PASSING or (failure.reason in _PASSING_SHORTLY and lasting < _SHORTLY)
