# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Points in time, always aware and always UTC."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

# What Go's time.Parse accepts as RFC 3339: no other separator, no offset without a colon, but an hour of one digit.
_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\d)T(\d{1,2})(:\d\d:\d\d)(?:[.,]\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)

# Before anything that a site may have seen.
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def parse_instant(text: str) -> datetime | None:
    """Read an RFC 3339 time as Go does. None if Go would refuse it."""
    match = _RFC3339.fullmatch(text)
    if match is None:
        return None
    day, hour, rest, zone = match.groups()
    offset = "+00:00" if zone == "Z" else zone
    try:
        return datetime.fromisoformat(f"{day}T{hour:0>2}{rest}{offset}").astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None


def parse_date(text: str | None) -> datetime | None:
    """Read a date of HTTP or of mail (RFC 9110, RFC 5322). None if it is no date, or out of range."""
    try:
        found = parsedate_to_datetime(text or "")
        return found.replace(tzinfo=timezone.utc) if found.tzinfo is None else found.astimezone(timezone.utc)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def format_instant(value: datetime) -> str:
    """Write a time as RFC 3339 in UTC, to the second."""
    return value.astimezone(timezone.utc).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def later(start: datetime, span: timedelta) -> datetime:
    """Return the time ``span`` after ``start``, or the latest possible one."""
    try:
        return start + span
    except OverflowError:
        return datetime.max.replace(microsecond=0, tzinfo=timezone.utc)


def days_left(ends: datetime | None, now: datetime) -> int | None:
    """Return the whole days until something ends, negative once it has; in its last second it has, as for its state.

    None if it does not end.
    """
    if ends is None:
        return None
    return (ends - now).days if ends > now else min((ends - now).days, -1)
