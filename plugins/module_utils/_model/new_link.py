# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A link that is to be made, and what has to be known of the linking site for that."""

from __future__ import annotations

from dataclasses import dataclass

from .link import Link
from .location import Location
from .token import CertToken, ClaimToken


@dataclass(frozen=True)
class Anchor:
    """The object of a site that its links are deleted with."""

    name: str
    uid: str


@dataclass(frozen=True)
class NewLink:
    """A link that is to be made from a token."""

    name: str
    token: ClaimToken | CertToken
    cost: int
    owner: str
    """Id of the linking site."""
    anchor: Anchor
    claim: str | None = None
    """Name of the claim that is to be removed once it is spent. None if it was not issued for this link."""
    issuer: Location | None = None
    """Where the issuing site is. None if that is not known."""
    former: Link | None = None
    """The link in whose place it is made. What others have written on that one stays."""
