# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one exception that crosses room walls."""

from __future__ import annotations

from typing import Any, Callable, TypeVar

from .printable import LONGEST_MESSAGE, printable
from .reasons import Reason

T = TypeVar("T")
Warnings = tuple[str, ...]
"""Sentences about what is odd, and keeps no run from going on."""


class Failure(Exception):
    """What was attempted and why it could not be done, in one sentence a person can act on.

    ``details`` are further result keys; neither they nor the message may hold a secret. The message may quote others: control
    characters are always written out.
    """

    def __init__(self, reason: Reason, message: str, **details: Any) -> None:
        self.message = printable(message, LONGEST_MESSAGE)
        super().__init__(self.message)
        self.reason = reason
        self.details = details

    def located(self, place: object) -> Failure:
        """Return the same failure. Add the place to its message if the message does not name it."""
        if str(place) in self.message:
            return self
        return Failure(self.reason, f"In {place}: {self.message}", **self.details)


def if_allowed(read: Callable[[], T]) -> T | None:
    """Return what was read. None if the account has no right to read it."""
    try:
        return read()
    except Failure as failure:
        if failure.reason is not Reason.FORBIDDEN:
            raise
        return None
