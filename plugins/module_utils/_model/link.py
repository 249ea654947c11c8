# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links, as the linking site keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any


class LinkKind(str, Enum):
    """What a link's Secret holds at the moment."""

    CLAIM = "claim"
    CERTIFICATE = "certificate"
    PARKED = "parked"
    """A certificate taken out of the controllers' sight while its connector is being replaced."""


class LinkState(str, Enum):
    """How a link is doing, as users are told."""

    CONNECTED = "connected"
    CONNECTING = "connecting"
    CLAIM_WAITING = "claim_waiting"
    CLAIM_FAILED = "claim_failed"
    STALE = "stale"
    EXPIRED = "expired"
    DISABLED = "disabled"
    PARKED = "parked"


class Replace(str, Enum):
    """When an existing link is given a new credential."""

    STALE = "stale"
    NEVER = "never"
    ALWAYS = "always"


@dataclass(frozen=True)
class Link:
    """One link Secret of a linking site."""

    name: str
    kind: LinkKind
    site_id: str | None
    """Id of the issuing site."""
    cost: int
    host: str
    url: str
    status: str | None = None
    """What service-controller last noted of a redemption; means nothing once the kind is CERTIFICATE."""
    given_up: bool = False
    """Whether service-controller has stopped redeeming the claim."""
    disabled: bool = False
    """Whether policy forbids the destination host."""
    certificate: bytes | None = None
    ca: bytes | None = None
    expires: datetime | None = None
    """End of the claim while the kind is CLAIM."""
    owner: str | None = None
    """Id of the linking site, if this collection made the link."""
    claim: str | None = None
    """Name of the claim record on the issuing site that this link was made with and that is still to be removed."""
    uid: str = ""
    resource_version: str = ""
    manifest: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class Peering:
    """One open inter-router connection, as the network status tells of it."""

    identity: str
    site_id: str
    site_name: str
    outgoing: bool


@dataclass(frozen=True)
class NetworkView:
    """What a site's own network status says of the connections of that site."""

    peerings: frozenset[Peering] = frozenset()
    known: bool = False
    """False as long as the status has no entry of the own site."""

    def outgoing_to(self, site_id: str) -> frozenset[str]:
        """Identities of the open connections towards a site."""
        return frozenset(p.identity for p in self.peerings if p.outgoing and p.site_id == site_id)
