# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A site: a Skupper install in one namespace of one cluster."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from .errors import Failure
from .location import Location
from .names import is_site_id
from .reasons import Reason


class Mode(str, Enum):
    """What a site's router can do. An edge router accepts no links."""

    INTERIOR = "interior"
    EDGE = "edge"


class Exposure(str, Enum):
    """Whether sites of other clusters can reach this one."""

    PUBLIC = "public"
    PRIVATE = "private"


class Service(str, Enum):
    """The three things a site offers to other sites, named as its Service ports are."""

    INTER_ROUTER = "inter-router"
    EDGE = "edge"
    CLAIMS = "claims"


def dials(mode: Mode) -> Service:
    """Return which endpoint of another site a router of this mode connects to."""
    return Service.EDGE if mode is Mode.EDGE else Service.INTER_ROUTER


@dataclass(frozen=True)
class Place:
    """Where a site is, as messages name it."""

    namespace: str
    cluster: str

    def __str__(self) -> str:
        return f"namespace {self.namespace} of {self.cluster}"


@dataclass(frozen=True)
class Endpoint:
    """A host and port that other sites dial."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


@dataclass(frozen=True)
class SiteConfig:
    """The configuration of a site."""

    site_id: str
    name: str
    mode: Mode
    ingress: str | None
    """None if neither given nor legacy. The kind of the cluster decides then."""
    ingress_host: str


@dataclass(frozen=True)
class SiteIds:
    """The ids of one site. They differ if its objects were restored from a backup, which gives them other UIDs."""

    config: str
    """The id that the site's configuration has, which Skupper writes into tokens; "" if there is none."""
    router: str = ""
    """The id that the site's router has in the network; "" if it is not known."""

    @property
    def restored(self) -> bool:
        """Return whether the router has the id that the site had before its objects were restored."""
        return is_site_id(self.config) and is_site_id(self.router) and self.config != self.router

    @property
    def all(self) -> tuple[str, ...]:
        """Return all ids of this site."""
        known = (self.config, self.router) if self.restored else (self.config or self.router,)
        return tuple(filter(None, known))


@dataclass(frozen=True)
class RouterConfig:
    """The configuration of a site's router."""

    mode: Mode
    version: str
    connectors: tuple[str, ...]
    owner_references: tuple[Mapping[str, Any], ...]
    site_id: str = ""
    """The site's id by its router. It differs from the site's own after its objects were restored from a backup."""


@dataclass(frozen=True)
class RouterState:
    """What the API server says about the pods of a site's router."""

    uid: str
    """UID of the Deployment, with which the site's links are deleted."""
    replicas: int
    ready: int


@dataclass(frozen=True)
class SiteCertificates:
    """The site CA as other sites may know it. The key is never read into this value."""

    site_id: str | None
    """Id of the owning site. None if the Secret has lost its owner reference."""
    ca: bytes
    evicted: tuple[str, ...] = ()
    """Ids of sites that must not be linked to this one, nor this one to them."""
    evicted_locations: tuple[Location, ...] = ()
    """Where such sites were."""


@dataclass(frozen=True)
class OwnSite:
    """A linking site by its own objects, not by the notes on its links, which may say anything."""

    site_id: str
    evicted: tuple[str, ...] = ()
    """Ids of the sites that it has evicted."""
    evicted_locations: tuple[Location, ...] = ()
    """Where they were."""


@dataclass(frozen=True)
class Outlook:
    """Whether sites of other clusters can be expected to reach a site, why, and where its services are."""

    ingress: str
    exposure: Exposure
    why: str
    endpoints: Mapping[Service, Endpoint] = field(default_factory=dict)
    unsettled: bool = False
    """Whether it is private only because it is not known yet where it is reached."""


def require_site_id(site_id: str, place: Place) -> str:
    """Return the id of a site. Raise Failure(site_id_invalid) if no API server can have given it."""
    if is_site_id(site_id):
        return site_id
    raise Failure(
        Reason.SITE_ID_INVALID,
        f"The site in {place} reports the id {site_id[:60]!r}, which no API server gives to a site: nothing is linked with "
        "it. Find out who runs that cluster.",
    )


# RFC 1918, carrier-grade NAT (RFC 6598), link-local and unique local addresses.
_PRIVATE_RANGES = tuple(
    ipaddress.ip_network(text)
    for text in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "fc00::/7",
        "fe80::/10",
    )
)


WHY_EDGE_IS_PRIVATE = "it is an edge site, which accepts no links"


def judge_exposure(ingress: str, host: str) -> tuple[Exposure, str]:
    """Return whether other clusters can be expected to reach a site, and why."""
    if ingress == "none":
        return Exposure.PRIVATE, "ingress is none"
    if not host:
        return Exposure.PRIVATE, f"its {ingress} has no host yet"
    if _is_private(host):
        return Exposure.PRIVATE, f"{host} is in a private range"
    return Exposure.PUBLIC, f"ingress {ingress} at {host}"


def _is_private(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in _PRIVATE_RANGES)
