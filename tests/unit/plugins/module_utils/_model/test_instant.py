# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Points in time as Go reads them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.instant import (
    days_left,
    format_instant,
    later,
    parse_instant,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.support import recorded

# Nobody's clock is there, and Python can't hold them: years below 1 and above 9999, offsets of a whole day.
BEYOND = ("0000-", "+24:00", "-24:00", "+23:60", "0001-01-01T00:00:00+", "9999-12-31T23:59:59-")
RECORDED = [row for row in recorded.go("time.Parse") if not any(part in row[0] for part in BEYOND)]


@pytest.mark.parametrize("row", RECORDED, ids=lambda row: repr(row[0]))
def test_agrees_with_go(row: list[str]) -> None:
    """Go decides whether an expiration is one, so no more and no less than it reads is read."""
    text, wanted = row
    found = parse_instant(text)
    assert (None if found is None else format_instant(found)) == wanted


@pytest.mark.parametrize("part", BEYOND)
def test_refuses_what_no_datetime_holds(part: str) -> None:
    """Such times are refused, not misread."""
    rows = [row[0] for row in recorded.go("time.Parse") if part in row[0]]
    assert rows
    assert [parse_instant(text) for text in rows] == [None] * len(rows)


def test_is_utc() -> None:
    """Whatever the offset, the time comes back in UTC."""
    found = parse_instant("2026-11-24T02:56:14-07:30")
    assert found == datetime(2026, 11, 24, 10, 26, 14, tzinfo=timezone.utc)
    assert found is not None
    assert found.utcoffset() == timedelta(0)


def test_prints_utc() -> None:
    """An offset is converted, a fraction of a second is dropped."""
    moment = datetime(2026, 11, 24, 4, 0, 0, 999999, tzinfo=timezone(timedelta(hours=5)))
    assert format_instant(moment) == "2026-11-23T23:00:00Z"


@given(st.datetimes(timezones=st.just(timezone.utc)))
def test_round_trip(moment: datetime) -> None:
    """What is printed is read back, to the second."""
    assert parse_instant(format_instant(moment)) == moment.replace(microsecond=0)


@given(st.text(max_size=40))
def test_never_fails(text: str) -> None:
    """Any text is a time or None."""
    assert parse_instant(text) is None or text[:4].isdigit()


def test_later() -> None:
    """A span is added; beyond the last year there is the last second."""
    start = datetime(2026, 1, 1, tzinfo=timezone.utc)
    assert later(start, timedelta(minutes=15)) == start + timedelta(minutes=15)
    end = later(start, timedelta(days=365 * 9000))
    assert format_instant(end) == "9999-12-31T23:59:59Z"
    assert end.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("seconds", "days"), [(86400, 1), (86399, 0), (1, 0), (0, -1), (-1, -1), (-86400, -1), (-86401, -2)]
)
def test_days_left(seconds: int, days: int) -> None:
    """Whole days, and none is left of a certificate that counts as ended."""
    now = datetime(2026, 1, 1, tzinfo=timezone.utc)
    assert days_left(now + timedelta(seconds=seconds), now) == days
    assert days_left(None, now) is None
