# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting, by a clock that passes time only in sleep."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.retry import Patience, poll
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.errors import Failure
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.support.clock import FakeTime
from tests.unit.support.outcomes import failure_of


def after(looks: int, times: list[float], time: FakeTime) -> Callable[[], str | None]:
    """Something that is there at the last of some looks; notes when it was looked at."""

    def look() -> str | None:
        times.append(time.now - 1000)
        return "there" if len(times) >= looks else None

    return look


def test_is_there_at_once(time: FakeTime) -> None:
    """Nobody waits for what is there."""
    assert poll(lambda: "there", 120, time.clock()) == "there"
    assert time.sleeps == []


def test_looks(time: FakeTime) -> None:
    """The second look comes within 200 ms; later ones are further apart, but never far."""
    times: list[float] = []
    assert poll(after(12, times, time), 120, time.clock()) == "there"
    assert times[0] == 0
    assert 0 < times[1] <= 0.2
    gaps = [later - earlier for earlier, later in zip(times, times[1:])]
    assert gaps == sorted(gaps)
    assert max(gaps) <= 2


def test_time_is_over(time: FakeTime) -> None:
    """The limit is kept to the moment, and a last look is taken then."""
    times: list[float] = []
    assert poll(after(10**6, times, time), 10, time.clock()) is None
    assert times[-1] == pytest.approx(10)
    assert sum(time.sleeps) == pytest.approx(10)


def test_no_time_at_all(time: FakeTime) -> None:
    """One look is always taken."""
    times: list[float] = []
    assert poll(after(1, times, time), 0, time.clock()) == "there"
    assert poll(lambda: None, 0, time.clock()) is None
    assert time.sleeps == []


def test_false_is_something(time: FakeTime) -> None:
    """Only None means that nothing is there."""
    assert poll(lambda: False, 10, time.clock()) is False
    assert poll(lambda: "", 10, time.clock()) == ""


@given(st.integers(1, 400), st.floats(0, 500))
def test_sleeps_fill_the_time(looks: int, limit: float) -> None:
    """However long it takes, no more than the limit is slept, and something is returned if it came in time."""
    time, times = FakeTime(), list[float]()
    found = poll(after(looks, times, time), limit, time.clock())
    assert sum(time.sleeps) <= limit + 1e-6
    assert (found == "there") is (len(times) == looks)
    assert all(pause > 0 for pause in time.sleeps)


class Trouble:
    """Looks that fail some times first."""

    def __init__(self, times: int, reason: Reason, value: str | None = "there") -> None:
        self.left = times
        self.reason = reason
        self.value = value

    def __call__(self) -> str | None:
        """Look."""
        if self.left > 0:
            self.left -= 1
            raise Failure(self.reason, f"trouble, {self.left} left")
        return self.value


@pytest.mark.parametrize("reason", [Reason.API_UNREACHABLE, Reason.API_ERROR])
def test_passing_trouble(time: FakeTime, reason: Reason) -> None:
    """An API server that is away for a while is waited for."""
    assert poll(Trouble(5, reason), 120, time.clock()) == "there"


def test_lasting_trouble(time: FakeTime) -> None:
    """What was wrong at the end is told."""
    assert (
        "trouble"
        in failure_of(
            lambda: poll(Trouble(10**6, Reason.API_UNREACHABLE), 5, time.clock()), Reason.API_UNREACHABLE
        ).message
    )
    assert time.now == pytest.approx(1005)


def test_trouble_that_passed(time: FakeTime) -> None:
    """It is not told if the last look was fine."""
    assert poll(Trouble(2, Reason.API_ERROR, None), 5, time.clock()) is None


DENIED = (Reason.FORBIDDEN, Reason.UNAUTHORIZED)
LASTING = [r for r in Reason if r not in (Reason.API_UNREACHABLE, Reason.API_ERROR, *DENIED)]


@pytest.mark.parametrize("reason", LASTING, ids=lambda reason: str(reason.value))
def test_other_failures_end_the_wait(time: FakeTime, reason: Reason) -> None:
    """They won't pass."""
    failure_of(lambda: poll(Trouble(1, reason), 120, time.clock()), reason)
    assert time.sleeps == []


@pytest.mark.parametrize("reason", DENIED, ids=lambda reason: str(reason.value))
def test_denials_pass_shortly_or_not_at_all(time: FakeTime, reason: Reason) -> None:
    """A server that has just started denies everything for some seconds; who has no right is told soon."""
    assert poll(Trouble(4, reason), 120, time.clock()) == "there"
    before = time.now
    failure_of(lambda: poll(Trouble(10**6, reason), 120, time.clock()), reason)
    assert 5 < time.now - before < 15


@pytest.mark.parametrize("reason", DENIED, ids=lambda reason: str(reason.value))
def test_denied_after_an_outage(time: FakeTime, reason: Reason) -> None:
    """However long the server was away, it is given the same time when it is back."""
    looks = [Trouble(60, Reason.API_UNREACHABLE), Trouble(3, reason)]

    def look() -> str | None:
        for trouble in looks:
            if trouble.left:
                return trouble()
        return "there"

    assert poll(look, 300, time.clock()) == "there"
    assert time.now - 1000 > 30


def pauses(patience: Patience, busy: bool) -> list[float]:
    """All pauses until there is none, each of them slept."""
    found = []
    while (pause := patience.pause(None, busy)) is not None:
        patience.clock.sleep(pause)
        found.append(pause)
    return found


def test_tries(time: FakeTime) -> None:
    """Who has begun nothing is told soon; what was begun, and who is only busy, is worth all the time there is."""
    assert pauses(Patience(time.clock(), time.now + 30, lasting=False), busy=False) == [0.2, 0.6]
    for lasting, busy in ((True, False), (False, True)):
        found = pauses(Patience(time.clock(), time.now + 30, lasting), busy)
        assert found[:4] == [0.2, 0.6, 1.5, 3.0]
        assert 25 < sum(found) < 30
