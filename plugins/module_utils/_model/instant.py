# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Points in time, always aware and always UTC."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

# Go's RFC 3339 reader takes no other separator and no offset without a colon.
_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)")


def parse_instant(text: str) -> datetime | None:
    """Read an RFC 3339 time as Go does; None if Go would refuse it."""
    match = _RFC3339.fullmatch(text)
    if match is None:
        return None
    offset = "+00:00" if match.group(3) == "Z" else match.group(3)
    try:
        return datetime.fromisoformat(match.group(1) + offset).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None


def format_instant(value: datetime) -> str:
    """Write a time as RFC 3339 in UTC, to the second."""
    return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def later(start: datetime, span: timedelta) -> datetime:
    """The time ``span`` after ``start``, or the last one that can be written."""
    try:
        return start + span
    except OverflowError:
        return datetime.max.replace(microsecond=0, tzinfo=timezone.utc)
