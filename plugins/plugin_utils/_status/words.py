# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Words and characters, as all renderings use them."""

from __future__ import annotations

import unicodedata
from typing import Any

from ansible_collections.sitemesh.skupper.plugins.module_utils._model.words import counted

from .model import State

# Control and format characters could move a cursor, turn a line around or end an element's text; so could surrogates.
_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


# More characters than any name or message has.
_LONGEST = 4000


def clean(value: Any) -> str | None:
    """Return a text in one line of bounded length, without invisible characters. None stays None."""
    if value is None:
        return None
    spaced = " ".join(str(value)[:_LONGEST].split())
    return "".join("\ufffd" if unicodedata.category(sign) in _HARMFUL else sign for sign in spaced)


# Widths of characters in the widest of the page's fonts, bold, 13 pixels high.
_NARROW, _USUAL, _CAPITAL, _WIDE = 6.0, 9.3, 11.0, 14.5
_NARROW_SIGNS = frozenset("iljtfrI-.,:;'|()[]! ")
_WIDE_SIGNS = frozenset("mwMW@%")


def width(text: str, size: float = 1.0) -> float:
    """Return how many pixels a text takes at most, for fonts ``size`` times as large."""
    return size * sum(map(_width, text))


def _width(sign: str) -> float:
    if sign in _NARROW_SIGNS:
        return _NARROW
    if sign in _WIDE_SIGNS or unicodedata.east_asian_width(sign) in "WF":
        return _WIDE
    return _USUAL if sign.islower() or sign.isdigit() else _CAPITAL


def shortened(text: str, room: float, size: float = 1.0) -> str:
    """Return the text, or as much of it as fits into so many pixels, with an ellipsis."""
    if width(text, size) <= room:
        return text
    kept = text
    while len(kept) > 1 and width(f"{kept}…", size) > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def days(left: int, ends: str, ended: str) -> str:
    """Return when a certificate ends, in words for both cases."""
    if left >= 0:
        return f"{ends} {counted(left, 'day')}"
    return f"{ended} {counted(-left, 'day')} ago"


def days_number(left: int | None) -> str:
    """Return the days left for a cell: a number, "ended", or nothing."""
    if left is None:
        return ""
    return str(left) if left >= 0 else "ended"


def days_short(left: int | None) -> str:
    """Return the days left for a cell, with the unit."""
    return days_number(left) + (" d" if left is not None and left >= 0 else "")


# It is not known where such a link leads, and so neither whether it works.
UNKNOWN_LINK = "unknown"
# Looks of links: how a state is drawn, and called in a legend.
LOOKS = {
    "connected": "good",
    "ending": "warn",
    "connecting": "wait",
    "claim_waiting": "wait",
    "parked": "off",
    "disabled": "off",
    UNKNOWN_LINK: "off",
}


SITE_LOOKS = {
    State.OK.value: "good",
    State.ENDING.value: "warn",
    State.DOWN.value: "bad",
    State.ROUTER.value: "bad",
    State.ISLAND.value: "off",
    State.UNREAD.value: "off",
    State.UNKNOWN.value: "off",
}


def look(state: str) -> str:
    """Return the look of a link in a state: good, warn, wait, off or bad."""
    return LOOKS.get(state, "bad")


def words(state: str) -> str:
    """Return a state as people write it."""
    return state.replace("_", " ")


def words_why(state: str, why: str | None) -> str:
    """Return a state as people write it, with the reason if that is known."""
    return words(state) + (f": {why}" if why else "")
