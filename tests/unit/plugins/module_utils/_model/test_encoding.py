# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base64 and Ansible Vault as others write them."""

from __future__ import annotations

import base64

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.encoding import decode_base64, is_vaulted
from hypothesis import given
from hypothesis import strategies as st


@given(st.binary(max_size=200), st.integers(1, 80), st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_c8_base64_with_line_ends(content: bytes, width: int, end: str) -> None:
    """As `base64` and YAML's blocks wrap it; API servers and kubectl pass over line ends."""
    text = base64.b64encode(content).decode()
    wrapped = end.join([*(text[start : start + width] for start in range(0, len(text), width)), ""])
    assert decode_base64(wrapped) == content


@pytest.mark.parametrize(
    "text", ["YQ", "YQ=", "YQ===", "YWJj=", "YWJj====", "Y Q==", "Y\tQ==", "=", "YQ==YQ==", "YQ==YQ", "-_8=", "é", "%"]
)
def test_what_go_refuses(text: str) -> None:
    """Python takes some of these."""
    with pytest.raises(ValueError, match="no base64"):
        decode_base64(text)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("$ANSIBLE_VAULT;1.1;AES256\n3834", True),
        (b"\n$ANSIBLE_VAULT;1.2;AES256;prod\n3834", True),
        ("token", False),
        (b"\xff\xfe", False),
        ("", False),
    ],
)
def test_c8_vault(content: bytes | str, expected: bool) -> None:
    """By its header."""
    assert is_vaulted(content) is expected
