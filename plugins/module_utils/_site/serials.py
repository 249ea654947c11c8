# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Serial numbers of certificates, of as many bits as Skupper's (pkg/certs/certs.go)."""

from __future__ import annotations

from .._model.wait import Choice

_HEX = "0123456789abcdef"
_DIGITS = 32


def new_serial(choose: Choice) -> int:
    """Return a random number below 2^128, and not 0, which no certificate may have."""
    return int("".join(choose(_HEX) for _number in range(_DIGITS)), 16) or 1
