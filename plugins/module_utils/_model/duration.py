# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Durations in Go's notation, as Skupper's own command line takes them."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from .errors import Failure
from .reasons import Reason

# Go time.ParseDuration; a sign is read too, so that a negative value can be named as such.
_DAYS = re.compile(r"(\d{1,6})d", re.ASCII)
_WHOLE = re.compile(r"([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+)", re.ASCII)
_PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)", re.ASCII)
_MICROSECONDS = {
    "ns": Decimal("0.001"),
    "us": Decimal(1),
    "\u00b5s": Decimal(1),
    "\u03bcs": Decimal(1),
    "ms": Decimal(1000),
    "s": Decimal(10**6),
    "m": Decimal(60 * 10**6),
    "h": Decimal(3600 * 10**6),
}
# Go keeps durations in 64 bits of nanoseconds.
_LONGEST = Decimal(2**63 - 1) / 1000


def parse_duration(text: str) -> timedelta:
    """Read a Go duration such as ``15m0s`` or ``1h30m``. A plain ``0`` is zero.

    Raise Failure(invalid_duration) for anything else, and for negative values: Skupper would
    take those as "never expires" (client/token_claim_create.go), which users do not mean.
    """
    text = text.strip()
    if text in ("0", "+0", "-0"):
        return timedelta(0)
    match = _WHOLE.fullmatch(text)
    if match is None:
        raise Failure(Reason.INVALID_DURATION, f"{text!r} is no duration: write it like 15m0s, 36h or 1h30m.")
    if match.group(1) == "-":
        raise Failure(Reason.INVALID_DURATION, f"{text!r} is negative: use 0 for a claim that never expires.")
    total = sum(Decimal(number) * _MICROSECONDS[unit] for number, unit in _PART.findall(match.group(2)))
    if total > _LONGEST:
        raise Failure(Reason.INVALID_DURATION, f"{text!r} is longer than the 292 years Skupper can hold.")
    return timedelta(microseconds=int(total))


def parse_period(text: str) -> timedelta:
    """Read a number of days such as ``90d``, or else a Go duration. Raise Failure(invalid_duration)."""
    days = _DAYS.fullmatch(text.strip())
    return parse_duration(text) if days is None else timedelta(days=int(days.group(1)))
