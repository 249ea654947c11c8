# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Search with Go's regular expressions, for the part of them that hostnames and namespaces are matched with.

Python's engine reads another dialect, and a pattern with nested repetitions can keep it busy for ever. This one takes
time in proportion to the text, as Go's does, and says so when it meets something that it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Callable

_COUNT = re.compile(r"\{(\d+)(,(\d*))?\}", re.ASCII)
# A set of characters without nested POSIX classes.
_SET = re.compile(r"\[\^?\]?(?:\\[^pPQE]|[^\]\\\[])*\]")
# Go's own limit for one repetition; the other one keeps patterns of this many steps from being run at all.
_MOST_REPEATS = 1000
_MOST_STATES = 5000
_DEEPEST = 100


class Unknown(Exception):
    """The pattern holds something that this module can't read; Go may or may not."""


Test = Callable[[str], bool]
Build = Callable[["_Machine", int], int]


@dataclass
class _Machine:
    """States of a nondeterministic automaton; each is a character to read, an anchor to hold, or a fork."""

    states: list[tuple[Test | None, str | None, tuple[int, ...]]] = field(default_factory=list)

    def add(self, test: Test | None, anchor: str | None, *following: int) -> int:
        if len(self.states) >= _MOST_STATES:
            raise Unknown("it is too long")
        self.states.append((test, anchor, following))
        return len(self.states) - 1

    def loop(self, body: Build, following: int) -> int:
        """Any number of bodies: a fork that each of them comes back to."""
        fork = self.add(None, None, following)
        self.states[fork] = (None, None, (body(self, fork), following))
        return fork

    def closure(self, start: Iterable[int], text: str, place: int) -> set[int]:
        """All states that can be reached without reading a character."""
        seen: set[int] = set()
        waiting = list(start)
        while waiting:
            state = waiting.pop()
            if state in seen:
                continue
            seen.add(state)
            test, anchor, following = self.states[state]
            if test is None and (anchor is None or _holds(anchor, text, place)):
                waiting.extend(following)
        return seen


def _holds(anchor: str, text: str, place: int) -> bool:
    if anchor in ("^", "A"):
        return place == 0
    if anchor in ("$", "z"):
        return place == len(text)
    before = place > 0 and _is_word(text[place - 1])
    after = place < len(text) and _is_word(text[place])
    return (before != after) is (anchor == "b")


def _is_word(character: str) -> bool:
    return character == "_" or (character.isascii() and character.isalnum())


def searches(pattern: str, text: str) -> bool | None:
    """Whether Go's regexp.MatchString would find the pattern in the text; None if that can't be told here."""
    machine = _Machine()
    end = machine.add(None, None)
    try:
        start = _Parser(pattern).whole()(machine, end)
    except Unknown:
        return None
    current: set[int] = set()
    for place in range(len(text) + 1):
        # Unanchored: the search may begin at every place.
        current = machine.closure([*current, start], text, place)
        if end in current:
            return True
        if place < len(text):
            current = {
                following
                for test, _anchor, followings in (machine.states[state] for state in current)
                if test is not None and test(text[place])
                for following in followings
            }
    return False


class _Parser:
    """Reads a pattern from left to right; each method returns how to build what it has read."""

    def __init__(self, pattern: str) -> None:
        self._flags = re.ASCII | re.DOTALL if pattern.startswith("(?s)") else re.ASCII
        if pattern.startswith("(?i)"):
            self._flags |= re.IGNORECASE
        self._text = pattern[4:] if pattern.startswith(("(?i)", "(?s)")) else pattern
        self._at = 0
        self._depth = 0

    def whole(self) -> Build:
        built = self._either()
        if self._at < len(self._text):
            raise Unknown("an unexpected )")
        return built

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _either(self) -> Build:
        branches = [self._sequence()]
        while self._peek() == "|":
            self._at += 1
            branches.append(self._sequence())
        return lambda machine, end: machine.add(None, None, *(branch(machine, end) for branch in branches))

    def _sequence(self) -> Build:
        parts: list[Build] = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._repeated(self._atom()))
        return _in_turn(parts)

    def _repeated(self, atom: Build) -> Build:
        sign = self._peek()
        count = _COUNT.match(self._text, self._at)
        if sign in ("*", "+", "?"):
            self._at += 1
            low, high = (1 if sign == "+" else 0), (1 if sign == "?" else None)
        elif count is not None:
            self._at = count.end()
            low, high = _bounds(count)
        else:
            return atom
        if self._peek() == "?":
            # Lazy or greedy: it is the same to whoever only asks whether there is a match.
            self._at += 1
        if self._peek() in ("*", "+", "?"):
            raise Unknown("a repeated repetition")
        return _times(atom, low, high)

    def _atom(self) -> Build:
        character = self._peek()
        if character == "(":
            return self._group()
        if character == "[":
            return self._set()
        if character == "\\":
            return self._escape()
        if character in ("*", "+", "?") or _COUNT.match(self._text, self._at):
            raise Unknown("nothing to repeat")
        self._at += 1
        if character in ("^", "$"):
            return _anchor(character)
        return self._reading("." if character == "." else re.escape(character))

    def _group(self) -> Build:
        name = re.compile(r"\((\?:|\?P?<\w+>|(?!\?))").match(self._text, self._at)
        if name is None or self._depth >= _DEEPEST:
            raise Unknown("a group of a kind that is not known here")
        self._at = name.end()
        self._depth += 1
        inner = self._either()
        self._depth -= 1
        if self._peek() != ")":
            raise Unknown("a ( that is not closed")
        self._at += 1
        return inner

    def _set(self) -> Build:
        match = _SET.match(self._text, self._at)
        if match is None:
            raise Unknown("a set of a kind that is not known here")
        self._at = match.end()
        return self._reading(match[0])

    def _escape(self) -> Build:
        following = self._text[self._at + 1 : self._at + 2]
        self._at += 2
        if following in ("A", "z", "b", "B"):
            return _anchor(following)
        if following in ("d", "D", "w", "W", "s", "S", "t", "n"):
            return self._reading("\\" + following)
        if not following or following.isalnum() or not following.isascii():
            raise Unknown("an escape that is not known here")
        return self._reading(re.escape(following))

    def _reading(self, one: str) -> Build:
        try:
            matcher = re.compile(one, self._flags)
        except (re.error, OverflowError):
            raise Unknown("a set that can't be read") from None

        def test(character: str) -> bool:
            return matcher.fullmatch(character) is not None

        return lambda machine, end: machine.add(test, None, end)


def _in_turn(parts: list[Build]) -> Build:
    def build(machine: _Machine, end: int) -> int:
        for part in reversed(parts):
            end = part(machine, end)
        return end

    return build


def _anchor(kind: str) -> Build:
    return lambda machine, end: machine.add(None, kind, end)


def _bounds(count: re.Match[str]) -> tuple[int, int | None]:
    if max(len(count[1]), len(count[3] or "")) > 4:
        raise Unknown("too many repetitions")
    low = int(count[1])
    high = low if count[2] is None else (int(count[3]) if count[3] else None)
    if low > _MOST_REPEATS or (high is not None and not low <= high <= _MOST_REPEATS):
        raise Unknown("too many repetitions")
    return low, high


def _times(atom: Build, low: int, high: int | None) -> Build:
    def build(machine: _Machine, end: int) -> int:
        if high is None:
            end = machine.loop(atom, end)
        else:
            last = end
            for _number in range(high - low):
                end = machine.add(None, None, atom(machine, end), last)
        for _number in range(low):
            end = atom(machine, end)
        return end

    return build
