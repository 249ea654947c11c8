# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets stay out of text."""

from __future__ import annotations

from ansible_collections.sitemesh.skupper.plugins.module_utils._model.secret import SecretBytes
from hypothesis import given
from hypothesis import strategies as st

SECRET = SecretBytes(b"open sesame")


def test_is_not_shown() -> None:
    """Neither by repr, str, format nor inside another value."""
    shown = f"{SECRET} {SECRET!r} {[SECRET]}"
    assert "sesame" not in shown
    assert "c2VzYW1l" not in shown


@given(st.binary())
def test_spellings(value: bytes) -> None:
    """Both the plain and the base64 form are known for masking, whatever the bytes."""
    plain, encoded = SecretBytes(value).spellings()
    assert plain == value.decode("utf-8", "replace")
    assert encoded == SecretBytes(value).encoded()
