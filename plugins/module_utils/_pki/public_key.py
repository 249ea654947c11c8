# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Public keys as they are compared."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

# Without the package, require_cryptography() says so before anything here is reached.
with suppress(ImportError):
    from cryptography.hazmat.primitives import serialization


def spki(public_key: Any) -> bytes:
    """Return a public key as bytes that can be compared."""
    encoded: bytes = public_key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return encoded
