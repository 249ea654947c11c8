# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How often and how long to try again, and how to wait for something to become true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Callable, TypeVar

from .._model.errors import Failure
from .._model.reasons import Reason

T = TypeVar("T")

# Seconds; reads are tried again at once and then a little later, writes never: the next run finishes those.
_READ_PAUSES = (0.2, 0.6)
# Seconds between looks; the first comes soon, since a healthy site redeems a claim in well under a second.
_POLLS = (0.15, 0.25, 0.4, 0.7, 1.0, 1.5)
_PASSING = (Reason.API_UNREACHABLE, Reason.API_ERROR)
# An API server that has just started denies everything until it has read its roles; this many seconds are given to it.
_PASSING_SHORTLY = (Reason.FORBIDDEN, Reason.UNAUTHORIZED)
_SHORTLY = 10


@dataclass(frozen=True)
class Clock:
    """Time as it passes here."""

    monotonic: Callable[[], float]
    sleep: Callable[[float], None]


@dataclass(frozen=True)
class Retry:
    """Trying single requests again."""

    sleep: Callable[[float], None]

    def pauses(self, method: str) -> Iterator[float | None]:
        """The pause after each try; None after the last."""
        if method == "GET":
            yield from _READ_PAUSES
        yield None


def poll(look: Callable[[], T | None], timeout: float, clock: Clock) -> T | None:
    """Look until there is something or ``timeout`` seconds are over; None if nothing came.

    An API server that can't be reached for a while is waited for like everything else.
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
        clock.sleep(min(next(pauses, _POLLS[-1]), left))


def _passes(failure: Failure, lasting: float) -> bool:
    """Whether trouble with the API server may still be over by itself; ``lasting`` counts the seconds of denials."""
    return failure.reason in _PASSING or (failure.reason in _PASSING_SHORTLY and lasting < _SHORTLY)
