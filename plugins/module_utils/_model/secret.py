# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets in memory."""

from __future__ import annotations

import base64
from dataclasses import dataclass


@dataclass(frozen=True)
class SecretBytes:
    """Bytes that never appear in a repr, a message or a diff by accident."""

    value: bytes

    def __repr__(self) -> str:
        return "SecretBytes(...)"

    __str__ = __repr__

    def encoded(self) -> str:
        """Return the bytes as the ``data`` of a Kubernetes Secret holds them."""
        return base64.b64encode(self.value).decode("ascii")

    def spellings(self) -> tuple[str, ...]:
        """Return every form in which the secret could reach a screen, for masking."""
        return (self.value.decode("utf-8", "replace"), self.encoded())
