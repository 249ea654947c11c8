# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make text of others fit for a screen: of a server, a certificate, another site."""

from __future__ import annotations

# Characters, enough for what an API server or a webhook has to say in one message.
_LONGEST = 600
# Characters of a whole message. A plan names all that is wrong with it, and no terminal should get what an object can hold.
LONGEST_MESSAGE = 20_000


def escaped(text: str) -> str:
    """Return a text with its control characters written out. These could move a terminal's cursor or turn text around."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode("ascii") for each in text)


def printable(text: object, longest: int = _LONGEST) -> str:
    """Return a text in one line of bounded length, with its control characters written out."""
    whole = str(text)
    if len(whole) <= longest:
        return escaped(whole)
    return f"{escaped(whole[:longest])}... ({len(whole)} characters)"
