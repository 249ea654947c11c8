# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Versions of Skupper, and which of them can be linked (pkg/utils/version.go, pkg/domain/site.go)."""

from __future__ import annotations

import re
from dataclasses import dataclass

# The oldest version that sites of today can be linked with, and the first one that knows claims.
OLDEST = "0.8.0"
FIRST_WITH_CLAIMS = "0.7.0"

_VERSION = re.compile(r"v?(\d+)[.+-](\d+)?(\.(\d+))?\W?(.+)?", re.ASCII)
# Go's strconv.Atoi returns its largest number for everything beyond.
_LARGEST = 2**63 - 1


@dataclass(frozen=True)
class Version:
    """A version as Skupper reads it; what it can't read is 0.0.0."""

    number: tuple[int, int, int] = (0, 0, 0)
    qualifier: str = ""


def parse_version(text: str) -> Version:
    """Read a version as Skupper does."""
    match = _VERSION.match(text)
    if match is None:
        return Version()
    number = (_number(match[1]), _number(match[2]), _number(match[4]))
    return Version(number, match[5] or "")


def _number(digits: str | None) -> int:
    significant = (digits or "").lstrip("0")
    return _LARGEST if len(significant) > 19 else min(int(significant or "0"), _LARGEST)


def is_valid_for(actual: str, minimum: str) -> bool:
    """Return whether a version is new enough. Development versions and unreadable ones count as new."""
    if not actual:
        return False
    found = parse_version(actual)
    return found == Version() or found.number >= parse_version(minimum).number or found.qualifier.startswith("dev")


def can_link(local: str, remote: str) -> bool:
    """Return whether a site of one version may be linked to an issuing site of another: newer ones always, older from 0.8."""
    older = parse_version(remote).number < parse_version(local).number
    return not older or is_valid_for(remote, OLDEST)
