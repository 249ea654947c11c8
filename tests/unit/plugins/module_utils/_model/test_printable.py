# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text of others in messages."""

from __future__ import annotations

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.errors import Failure
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.printable import escaped, printable
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b", "a b"),
        ("Zürich \u5317 \U0001f600", "Zürich \u5317 \U0001f600"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\x9b31m", "\\x9b31m"),
        ("\u202eabc", "\\u202eabc"),
        ("\ud800", "\\ud800"),
        ("\u2028", "\\u2028"),
        ("\0", "\\x00"),
    ],
)
def test_b5_control_characters_are_shown(text: str, expected: str) -> None:
    """And all others stay as they are."""
    assert escaped(text) == expected
    assert printable(text) == expected


def test_b5_length_is_bounded() -> None:
    """What was cut off is said."""
    assert printable("x" * 700, 10) == "xxxxxxxxxx... (700 characters)"
    assert len(printable("\n" * 10**6)) < 2000


@given(st.text())
def test_b5_whatever_a_failure_quotes(text: str) -> None:
    """Its message can be printed."""
    assert Failure(Reason.INTERNAL, f"It says: {text}").message.isprintable()
