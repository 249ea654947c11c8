# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Show text that others wrote: a server, a certificate, another site."""

from __future__ import annotations

# Enough for what an API server or a webhook has to say in one message.
_LONGEST = 600
# What a whole message may have: a plan names all that is wrong with it, and no terminal should get what an object can hold.
MESSAGE = 20_000


def visible(text: str) -> str:
    """Return a text with its control characters written out, as those that move a terminal's cursor or turn text around."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode("ascii") for each in text)


def shown(text: object, longest: int = _LONGEST) -> str:
    """Return a text of others in one line of bounded length, with its control characters written out."""
    whole = str(text)
    if len(whole) <= longest:
        return visible(whole)
    return f"{visible(whole[:longest])}... ({len(whole)} characters)"
