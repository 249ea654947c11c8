# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Digests of keys."""

from __future__ import annotations

import hashlib

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._pki.certificate import key_digests
from cryptography.hazmat.primitives import serialization

from tests.unit.support.certificates import Pair, authority, known


def digest(pair: Pair) -> str:
    """SHA-256 of a key, counted here."""
    encoded = pair.key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(encoded).hexdigest()


def test_several() -> None:
    """Each certificate of a text has its own, whatever stands in between, and in no order but their own."""
    one, other = known("now"), authority(kind="rsa")
    expected = tuple(sorted([digest(one), digest(other)]))
    assert key_digests(one.pem + b"# a comment\n" + other.pem + one.pem) == expected
    assert key_digests(other.pem + one.pem) == expected


@pytest.mark.parametrize("text", [None, b"", b"x", b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n"])
def test_none(text: bytes | None) -> None:
    """What can't be read has none."""
    assert key_digests(text) == ()


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is known, and nothing fails."""
    module = "ansible_collections.sitemesh.skupper.plugins.module_utils._pki.certificate"
    monkeypatch.setattr(f"{module}.HAS_CRYPTOGRAPHY", False)
    assert key_digests(known("now").pem) == ()
