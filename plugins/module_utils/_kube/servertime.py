# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Know the time of an API server, from the ``Date`` of its answers and the clock of this process between them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Callable

from .._model.instant import parse_date

# No API server has a year outside of these. Arithmetic with the first or the last possible years would overflow.
_FIRST_YEAR, _LAST_YEAR = 2015, 2199


class ServerTime:
    """A clock that is set by answers, and runs by itself between them."""

    def __init__(self, start: datetime, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._known, self._since = start, monotonic()
        self._latest: datetime | None = None
        """The date that set the clock."""

    def now(self) -> datetime:
        """Return the server's time to the second. It is never ahead of the server's own clock."""
        return (self._known + timedelta(seconds=self._monotonic() - self._since)).replace(microsecond=0)

    def learn(self, date: str | None) -> None:
        """Set the clock by a ``Date`` header, unless the date is absurd.

        The same date once more does not set it back: dates have no fractions of seconds, and caches repeat them.
        """
        found = parse_date(date)
        if found is not None and found != self._latest and _FIRST_YEAR <= found.year <= _LAST_YEAR:
            self._known, self._since, self._latest = found, self._monotonic(), found
