# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts that are, nearly are, or only look like YAML."""

from __future__ import annotations

# The parser raises something else for each of these, or gives a value that refers to itself.
ODD = {
    "cut": "data: {password: ",
    "tab": "data:\n\tpassword: x",
    "colons": "password: a: b",
    "unknown tag": "a: !!python/object:os.system x",
    "bad timestamp": "a: !!timestamp x",
    "impossible date": "a: 2026-13-45",
    "bad boolean": "a: !!bool x",
    "bad integer": "a: !!int x",
    "bad float": "a: !!float x",
    "bad binary": "a: !!binary x",
    "list as key": "? [a]\n: b",
    "unknown alias": "a: *b",
    "refers to itself": "users: &u [{user: *u}]\ndata: &d {token: *d}",
    "deep": "[" * 600,
    "deep flow": "{a: " * 600,
    "control character": "a: \x07",
    "not a character": "a: \ud800",
}
