# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of a site, as modules report it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Union

from .link import Neighbourhood, SiteCount
from .location import Location
from .site import Mode, Outlook, RouterState, SiteConfig
from .site_plan import NewSite


@dataclass(frozen=True)
class SiteState:
    """A site as it is, which may not be up yet."""

    config: SiteConfig
    namespace: str
    mode: Mode
    """The configured mode as long as there is no router."""
    version: str | None
    """None as long as there is no router."""
    count: SiteCount | None
    """None as long as Skupper itself would say that its status is pending."""
    outlook: Outlook | None
    """None if the account may not read where the site is reached."""


@dataclass(frozen=True)
class LinkCertificate:
    """The certificate of a link."""

    link: str
    """Name of the link."""
    site_id: str | None
    ends: datetime | None


@dataclass(frozen=True)
class CertificateEnds:
    """When the certificates of a site end; None where there is no certificate, or it can't be read."""

    authority: datetime | None
    server: datetime | None
    links: tuple[LinkCertificate, ...]
    now: datetime
    """The time of the site's API server."""


@dataclass(frozen=True)
class SiteReport:
    """All that a reader reports of a site."""

    state: SiteState
    router_site_id: str
    """The id that the site's router has; "" if there is none."""
    enforces_policies: bool
    router: RouterState | None
    """None if the account may not read it."""
    evicted: tuple[str, ...]
    evicted_locations: tuple[Location, ...]
    location: Location
    certificates: CertificateEnds
    warnings: tuple[str, ...] = ()
    """A sentence about each thing that is odd about the site."""


@dataclass(frozen=True)
class PresentSite:
    """A site after a run that was to make it, or before one that is to change it."""

    state: SiteState
    authority_ends: datetime | None
    """When the site CA ends. None if there is none, or it can't be read."""
    restarts: bool = False
    """Whether its router is about to restart, which counts its links again."""


@dataclass(frozen=True)
class AbsentSite:
    """A namespace without a site, after a run or as check mode predicts it."""

    namespace: str
    removed: SiteConfig | None
    """The site that was there. None if there was none."""


SiteResult = Union[PresentSite, NewSite, AbsentSite]


@dataclass(frozen=True)
class SiteInNetwork:
    """A site and the sites that it is linked with."""

    state: SiteState
    neighbourhood: Neighbourhood
