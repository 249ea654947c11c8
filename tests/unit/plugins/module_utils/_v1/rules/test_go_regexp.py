# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Go's regular expressions, as Go answers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.rules.go_regexp import searches
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.support import recorded

ROWS = recorded.go("regexp.MatchString")
# What Go can read and this collection admits that it can't.
BEYOND = {"[[:alpha:]]+", r"\pL", r"\x77est", r"w\Qe\E", "(?m)^west"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}-{row[1][:12]}")
def test_as_go(row: list[Any]) -> None:
    """The same answer, or none; what Go refuses is never found."""
    pattern, text, found = row
    answer = searches(pattern, text)
    if found is None:
        assert not answer
    elif pattern in BEYOND:
        assert answer is None
    else:
        assert answer is found


PLAIN = st.text("ab.-|*+?^$()", max_size=12)


@given(PLAIN, st.text("ab.-", max_size=8))
def test_as_python_where_both_agree(pattern: str, text: str) -> None:
    """For the signs that mean the same in both, Python's engine is a second witness."""
    try:
        expected = re.search(pattern, text) is not None
    except re.error:
        return
    # Python reads a+? and a++ in ways of its own, and ^ and $ may be repeated there.
    if re.search(r"[*+?]{2}|[\^$][*+?]|\(\?", pattern):
        return
    # Before a newline at the end Python's $ matches, too; there is none here.
    assert searches(pattern, text) is expected


@given(st.text(max_size=40), st.text(max_size=40))
def test_anything(pattern: str, text: str) -> None:
    """Whatever the pattern is, there is an answer."""
    assert searches(pattern, text) in (True, False, None)


@pytest.mark.parametrize("pattern", ["((a{1000}){1000}){1000}", "(" * 500 + ")" * 500, "(a?){1000}" * 50])
def test_too_much(pattern: str) -> None:
    """Patterns that would take too long are not tried."""
    assert searches(pattern, "a" * 253) is None


def test_no_backtracking() -> None:
    """A pattern that keeps Python's engine busy for ages is answered."""
    assert searches("^([a-z]+)+$", "a" * 252 + "!") is False
