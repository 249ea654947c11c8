# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A mesh: the sites of an inventory, and the links that there should be among them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from .act import Act
from .link import Replace
from .location import Location
from .reasons import Reason
from .site import WHY_EDGE_IS_PRIVATE, Exposure, Mode
from .site_facts import SiteFacts


class Topology(str, Enum):
    """Who is linked to whom."""

    FULL = "full"
    """Any two sites, one of which can reach the other, are linked once."""
    HUBS = "hubs"
    """Public sites as in a full mesh; every other site to a few of them."""
    EXPLICIT = "explicit"
    """Every site to those that it names."""


class Prune(str, Enum):
    """Which links outside the plan are removed."""

    NONE = "none"
    OWN = "own"
    """Those that this collection made."""
    ALL = "all"


@dataclass(frozen=True)
class Rules:
    """The desired shape of a mesh."""

    topology: Topology = Topology.FULL
    hubs_per_site: int = 2


@dataclass(frozen=True)
class Member:
    """A site of the inventory, as the planner needs it."""

    name: str
    facts: SiteFacts | None = None
    exposure: Exposure | None = None
    """What the inventory says. None leaves it to what was seen."""
    accepts_from: frozenset[str] = frozenset()
    """Names of members that can reach it though it is not public."""
    links_to: tuple[str, ...] = ()
    """Names of members that it is linked to in an explicit mesh."""
    cost: int = 1
    leaves: bool = False
    """Whether it has to lose all its links."""
    stands_in: bool = False
    """Whether it belongs to another part of the inventory, and is only linked to."""
    trouble: str = ""
    """Why it could not be read."""

    @property
    def site_id(self) -> str | None:
        """Return the id of its site. None if that is not known."""
        return self.facts.site_id if self.facts else None

    @property
    def ids(self) -> frozenset[str]:
        """Return every id of its site. A restored site has two."""
        return frozenset(filter(None, (self.facts.site_id, self.facts.router_id))) if self.facts else frozenset()

    @property
    def location(self) -> Location | None:
        """Return where its site is. None if that is not known."""
        return self.facts.location if self.facts else None

    @property
    def is_edge(self) -> bool:
        """Return whether it is known to be an edge site, which accepts no links."""
        return self.facts is not None and self.facts.mode is Mode.EDGE

    @property
    def only_links(self) -> bool:
        """Return whether it is known that no site links to it, so that its CA and its list are of no use."""
        return self.facts is not None and self.judged is not Exposure.PUBLIC and not self.accepts_from

    @property
    def judged(self) -> Exposure | None:
        """Return its exposure. None if that is not known."""
        if self.is_edge:
            return Exposure.PRIVATE
        return self.exposure or (self.facts.exposure if self.facts else None)

    @property
    def unsettled(self) -> bool:
        """Return whether it may turn out to be public: the inventory does not say, and its ingress has no address yet."""
        return self.exposure is None and self.facts is not None and self.facts.unsettled

    def why_judged(self) -> str:
        """Return where its exposure comes from, as part of a sentence."""
        if self.is_edge:
            return WHY_EDGE_IS_PRIVATE
        if self.exposure is not None:
            return "skupper_exposure says so"
        return self.facts.exposure_reason if self.facts else self.trouble


@dataclass(frozen=True)
class PlannedLink:
    """One desired link."""

    site: str
    """Name of the linking member."""
    issuer: str
    """Name of the member that the link leads to."""
    cost: int
    why: str
    unsure: str = ""
    """Why it is not known whether the link exists, or should exist."""
    refused: str = ""
    """Why it must not be made although it is desired."""


@dataclass(frozen=True)
class Refusal:
    """What keeps a mesh from being made, in one sentence a person can act on."""

    reason: Reason
    message: str
    hosts: tuple[str, ...]
    """The members that it is about."""


@dataclass(frozen=True)
class LinkSet:
    """All desired links, and all refusals."""

    links: tuple[PlannedLink, ...] = ()
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class Step:
    """One thing to do on one site."""

    site: str
    act: Act
    peer: str
    """Name of the member at the other end, or the id of a site that the inventory does not know."""
    why: str
    link: str = ""
    """Name of the link Secret; "" if there is none yet."""
    cost: int = 1
    replace: Replace = Replace.STALE
    """When the link may be replaced."""
    readmits: bool = False
    """Whether one of the two has evicted the other, and has to readmit it first."""


@dataclass(frozen=True)
class Stranger:
    """A link outside the plan: one that is left alone, or one from a site that the inventory does not know."""

    site: str
    """Name of the member that has it."""
    peer: str
    why: str
    incoming: bool = False


@dataclass(frozen=True)
class MeshPlan:
    """The desired links, the steps towards them, and the links outside the plan."""

    links: tuple[PlannedLink, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    steps: tuple[Step, ...] = ()
    strangers: tuple[Stranger, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    """Names of members that could not be read, each with the reason."""
    readmitted: tuple[str, ...] = ()
    """Ids of evicted sites that are readmitted."""
    readmitted_locations: tuple[tuple[str, tuple[Location, ...]], ...] = ()
    """By the names of the members that have listed them: places of evicted sites that are readmitted, or entries of a list."""
    members: int = 0
    pending: tuple[tuple[str, str], ...] = ()
    """Members in the run, each with one that could not be read and that it lacks a link to, or may lack one."""
    ids: tuple[tuple[str, str], ...] = ()
    """Names of members that were read, each with its site's id."""
    doubtful: tuple[str, ...] = ()
    """Names of members that the UID of their cluster would help to identify."""
