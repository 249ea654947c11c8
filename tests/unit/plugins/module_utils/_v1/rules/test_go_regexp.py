# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Go's regular expressions, as Go answers; with the package google-re2 and without it."""

from __future__ import annotations

import re
import runpy
import sys
from types import ModuleType
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.rules import go_regexp
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.rules.go_regexp import searches
from hypothesis import example, given
from hypothesis import strategies as st

from tests.unit.support import recorded

ROWS = recorded.go("regexp.MatchString")
# Without the package there is one way only.
WAYS = [True, False] if go_regexp.HAS_RE2 else [False]
WITH_RE2 = pytest.mark.skipif(not go_regexp.HAS_RE2, reason="google-re2 is not installed")
# What Go can read and this collection admits that it can't.
BEYOND = {
    *(r"\pL", r"\pN", r"\PL", r"\p{Letter}", r"\p{lu}", r"\p{^Greek}"),
    *("(?<n>w)e", "w{,100000000}"),
}
# What is known without the package.
SIMPLE = {
    *("", "west", "^west$", "w.st", "^$", r"\.", r"\-", r"\_", ".", "east,west", "west\n", "a.b", "example.org"),
    *(".*.example.org", r"^example\.org$", r"\.example\.org$", r".*\.example\.org$", r"^.*\.example\.org$"),
    *(r"^www\..*", "^www.*$", "^.*$", r"\ \#\/", "\\\n"),
}


@pytest.fixture(params=WAYS, ids=lambda way: "with" if way else "without")
def package(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether google-re2 may be used."""
    monkeypatch.setattr(go_regexp, "HAS_RE2", request.param)
    return bool(request.param)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}-{row[1][:12]}".encode("unicode_escape").decode())
def test_as_go(row: list[Any], package: bool) -> None:
    """The same answer, or none; what Go refuses is not answered."""
    pattern, text, found = row
    is_known = pattern in SIMPLE or (package and pattern not in BEYOND)
    assert searches(pattern, text) is (found if is_known and pattern.isascii() and text.isascii() else None)


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
    assert searches(pattern, text) in ((expected,) if go_regexp.HAS_RE2 else (expected, None))


@st.composite
def simple_patterns(draw: st.DrawFn) -> str:
    """Draw what people write for a host, and what looks like it."""
    words = st.lists(st.sampled_from([*"ab1-_ \n\x00:/&#", ".", r"\.", r"\\", r"\$", r"\ "]), max_size=6).map("".join)
    around = [draw(st.sampled_from(each)) for each in (["", "^"], ["", ".*"], ["", ".*"], ["", "$"])]
    return "".join((*around[:2], draw(words), *around[2:]))


@WITH_RE2
@given(simple_patterns(), st.text("ab1-_. \n\x00:/&#\\$", max_size=12))
@example("a$", "a\n")
@example("^.*a$", "b\na")
def test_both_ways_agree(pattern: str, text: str) -> None:
    """What is known without RE2 is what RE2 says."""
    answer = searches(pattern, text)
    assert answer is not None
    assert answer is (pytest.importorskip("re2").search(pattern, text) is not None)


@given(st.text(max_size=40), st.text(max_size=40))
@example("(", "\udfff")
@example("\udfff", "")
def test_anything(pattern: str, text: str) -> None:
    """Whatever the pattern is, there is an answer."""
    assert searches(pattern, text) in (True, False, None)


TOO_LONG = ["a" * 1001, "((a{1000}){1000}){1000}", "(" * 500 + ")" * 501, ".{1000}" * 140, "(a{31}){33}"]


@pytest.mark.parametrize("pattern", TOO_LONG, ids=range(len(TOO_LONG)))
def test_too_much(pattern: str, package: bool) -> None:
    """Patterns that would take too long are not tried."""
    assert searches(pattern, "a" * 253) is None


def test_long_text(package: bool) -> None:
    """Nor is a text that can be no host."""
    assert (searches("a", "a" * 1000), searches("a", "a" * 1001)) == (True, None)


@pytest.mark.parametrize("pattern", ["^([a-z]+)+$", "^(([a-z])+.)+[A-Z]([a-z])+$"])
def test_no_backtracking(pattern: str, package: bool) -> None:
    """A pattern that keeps Python's engine busy for ages is answered, or not tried."""
    assert searches(pattern, "a" * 252 + "!") is (False if package else None)


@WITH_RE2
@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param("(a?){1000}" * 100, id="groups"),
        pytest.param("(.*a){100}", id="anything"),
        pytest.param("(" * 250 + "a" + ")*" * 250, id="depth"),
    ],
)
def test_patterns_that_take_the_most(pattern: str) -> None:
    """They are answered, and in less than a second, since nothing is found out about groups."""
    assert searches(pattern, "ab" * 500) is True


def test_nothing_is_logged(package: bool, capfd: pytest.CaptureFixture[str]) -> None:
    """RE2 writes to stderr what it does not understand, unless it is told not to."""
    assert [searches(pattern, "west") for pattern in ("(", "*", "a**", ".{1000}" * 140)] == [None] * 4
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("module", [None, ModuleType("re2")], ids=["none", "another"])
def test_without_the_package(monkeypatch: pytest.MonkeyPatch, module: ModuleType | None) -> None:
    """The module can be imported where there is no re2, or another package of this name."""
    monkeypatch.setitem(sys.modules, "re2", module)
    found = runpy.run_path(go_regexp.__file__)
    assert found["HAS_RE2"] is False
    answers = [found["searches"](pattern, "west") for pattern in ("^west$", "ea.t", "(west)", "*")]
    assert answers == [True, False, None, None]
