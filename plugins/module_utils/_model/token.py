# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Claims and tokens: what an issuing site hands out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Union

from .instant import format_instant, later
from .location import Location
from .secret import SecretBytes
from .site import Endpoint, Service

# The API server gives a request a minute, and a claim server makes a few between counting a redemption and signing.
IN_FLIGHT = timedelta(minutes=2)
# Characters of a digest: enough to distinguish all passwords of a site, and too few to find a password by.
_DIGEST = 12


class Renew(str, Enum):
    """When a claim that exists is replaced by a new one of the same name."""

    NEVER = "never"
    UNUSABLE = "unusable"
    ALWAYS = "always"


class ClaimState(str, Enum):
    """Whether a claim can be redeemed, and if not, why its claim server refuses it."""

    USABLE = "usable"
    USED_UP = "used_up"
    EXPIRED = "expired"
    CORRUPT = "corrupt"


@dataclass(frozen=True)
class ClaimLimits:
    """How long and how often a claim can be redeemed. None means without limit."""

    expiry: timedelta | None
    uses: int | None


# A certificate that can be renewed is renewed when this much time is left.
RENEW_BEFORE = timedelta(days=30)


@dataclass(frozen=True)
class Purpose:
    """The site, and the link of it, that a claim is issued for."""

    site_id: str
    link: str | None = None
    """Name of the link. None for any link of the site."""
    location: Location | None = None
    """Where the linking site is. Its id is only its own word."""

    def is_of(self, other: Purpose | None) -> bool:
        """Return whether a claim for this purpose serves the other one, too. An unknown place matches every place."""
        if other is None or (self.site_id, self.link) != (other.site_id, other.link):
            return False
        return self.location is None or self.location.matches(other.location) is not False


@dataclass(frozen=True)
class ClaimRecord:
    """The issuing site's record of a claim."""

    name: str
    password: SecretBytes
    created: datetime
    expires: datetime | None
    remaining: int | None
    made: int
    owner: str | None = None
    """Site id, if this collection made the record."""
    purpose: Purpose | None = None
    """What it was issued for; None unless this collection noted that."""
    uid: str = ""
    resource_version: str = ""
    redeemed: datetime | None = None
    """When it was redeemed last, or later. None if it was not, or the API server does not say."""
    corrupt: str | None = None
    """Why every redemption of it would be answered with "Corrupted claim"."""

    @property
    def digest(self) -> str:
        """Return a digest that distinguishes its password from others, and reveals nothing of it."""
        return hashlib.sha256(self.password.value).hexdigest()[:_DIGEST]

    def limits(self) -> ClaimLimits:
        """Return the limits that it was made with, as far as its annotations still show them."""
        expiry = None if self.expires is None else self.expires - self.created
        uses = None if self.remaining is None else max(self.remaining, 0) + self.made
        return ClaimLimits(expiry, uses)

    def is_expired(self, now: datetime) -> bool:
        """Return whether it has expired."""
        return self.expires is not None and self.expires <= now

    def state(self, now: datetime) -> ClaimState:
        """Return what a site would meet first that tried to redeem it now."""
        if self.is_expired(now):
            return ClaimState.EXPIRED
        if self.corrupt is not None:
            return ClaimState.CORRUPT
        return ClaimState.USED_UP if self.remaining == 0 else ClaimState.USABLE

    def why_unusable(self, now: datetime) -> str:
        """Return why no site can redeem the claim any more. Only asked of one that none can."""
        state = self.state(now)
        if state is ClaimState.EXPIRED and self.expires is not None:
            return f"it expired at {format_instant(self.expires)}"
        if state is ClaimState.CORRUPT:
            return f"it is corrupt: {self.corrupt}"
        return "it is used up"

    def may_be_signed_for(self, since: datetime) -> bool:
        """Return whether its latest redemption may have been under way then, or came later. One of unknown time may."""
        return self.made > 0 and (self.redeemed is None or later(self.redeemed, IN_FLIGHT) >= since)

    def is_usable(self, now: datetime) -> bool:
        """Return whether a site could redeem it now."""
        return self.state(now) is ClaimState.USABLE


@dataclass(frozen=True)
class ClaimToken:
    """What the linking site needs in order to redeem a claim."""

    name: str
    url: str
    password: SecretBytes
    ca: bytes
    site_id: str
    site_version: str
    expires: datetime | None = None
    used_up: bool = False
    """True if the issuing site said so when the token was built."""
    cost: int | None = None
    owner_references: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class CertToken:
    """A certificate and the endpoints it is for."""

    name: str
    site_id: str
    site_version: str
    endpoints: Mapping[Service, Endpoint]
    """Where routers of either mode connect to."""
    certificate: bytes
    key: SecretBytes
    ca: bytes
    cost: int | None = None


@dataclass(frozen=True)
class PlaceholderToken:
    """Stands for a token that a run without check mode would have issued."""

    name: str
    site_id: str


Token = Union[ClaimToken, CertToken, PlaceholderToken]
