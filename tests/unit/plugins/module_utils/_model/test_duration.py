# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Durations as Go reads and prints them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.duration import parse_duration, parse_period
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.errors import Failure
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.support import recorded
from tests.unit.support.outcomes import attempt, failure_of

MICROSECOND = timedelta(microseconds=1)
# Space around a value is a slip of the pen in YAML, and no sign is wanted: both are decisions of the option.
RECORDED = [row for row in recorded.go("time.ParseDuration") if row[0] == row[0].strip() and not row[0].startswith("-")]


def refused(text: str) -> str:
    """The message of a duration that must be refused."""
    message = failure_of(lambda: parse_duration(text), Reason.INVALID_DURATION).message
    assert repr(text.strip()) in message
    return message


@pytest.mark.parametrize("row", RECORDED, ids=lambda row: repr(row[0]))
def test_agrees_with_go(row: list[str]) -> None:
    """What Go reads is read the same, to the microsecond; what Go refuses is refused."""
    text, nanoseconds = row[0], row[1]
    if nanoseconds is None:
        refused(text)
    else:
        exact = timedelta(microseconds=int(nanoseconds) // 1000)
        assert abs(parse_duration(text) - exact) <= MICROSECOND


@pytest.mark.parametrize("text", ["-1s", "-15m", "-0.5h", " -1h30m "])
def test_refuses_negative(text: str) -> None:
    """Skupper would make a claim that never expires of it, so the message names the way to ask for that."""
    assert "negative" in refused(text)
    assert "use 0" in refused(text)


def test_refuses_what_go_cannot_hold() -> None:
    """More than 64 bits of nanoseconds."""
    assert parse_duration("2562047h47m16s") < timedelta(days=365.25 * 293)
    assert "292 years" in refused("2562047h47m17s")


@pytest.mark.parametrize("text", ["0", "+0", "-0", " 0 ", "0s", "0h0m"])
def test_zero(text: str) -> None:
    """Zero needs no unit."""
    assert parse_duration(text) == timedelta(0)


def test_reads_what_go_printed() -> None:
    """Every recorded duration of whole seconds is the same as Go printed it; Go rounds long fractions, a little."""
    for text, nanoseconds, printed in (row for row in RECORDED if row[1] is not None):
        if int(nanoseconds) % 10**9 == 0 and len(text) < 12:
            assert parse_duration(printed) == parse_duration(text)


@given(st.integers(min_value=0, max_value=2**63 // 10**9))
def test_seconds(seconds: int) -> None:
    """Whole seconds are read as what they are."""
    assert parse_duration(f"{seconds}s") == timedelta(seconds=seconds)


@given(st.lists(st.tuples(st.integers(0, 999), st.sampled_from(["h", "m", "s", "ms", "us"])), min_size=1, max_size=6))
def test_order_of_parts_does_not_matter(parts: list[tuple[int, str]]) -> None:
    """Parts add up."""
    one = "".join(f"{number}{unit}" for number, unit in parts)
    other = "".join(f"{number}{unit}" for number, unit in reversed(parts))
    assert parse_duration(one) == parse_duration(other)


@given(st.text(max_size=20))
def test_fails_with_nothing_but_failure(text: str) -> None:
    """Any text is either a duration of zero or more, or refused with a reason."""
    found = attempt(lambda: parse_duration(text))
    if isinstance(found, Failure):
        assert found.reason is Reason.INVALID_DURATION
    else:
        assert found >= timedelta(0)


@pytest.mark.parametrize(
    ("text", "period"),
    [("90d", timedelta(days=90)), (" 1d ", timedelta(days=1)), ("36h", timedelta(hours=36)), ("0", timedelta(0))],
)
def test_period(text: str, period: timedelta) -> None:
    """Days, which Go does not know, or what Go knows."""
    assert parse_period(text) == period


@pytest.mark.parametrize("text", ["90", "1d12h", "-1d", "1.5d", "9999999d", "d", ""])
def test_no_period(text: str) -> None:
    """Anything else is refused."""
    failure_of(lambda: parse_period(text), Reason.INVALID_DURATION)
