# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The values of a report of sites and links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import Enum
from typing import Any, TypeVar

# Raised when keys are removed or change their meaning, but not for new keys.
FORMAT = 1


class State(str, Enum):
    """How a site is doing. The worst state comes first, and prevails."""

    UNREAD = "unread"
    ROUTER = "router"
    DOWN = "down"
    ENDING = "ending"
    ISLAND = "island"
    OK = "ok"
    UNKNOWN = "unknown"
    """Not in the inventory."""


class Trouble(str, Enum):
    """What a report can find. A run can be set to fail on any of these words."""

    UNREAD = "unread"
    DOWN = "down"
    ROUTER = "router"
    ENDING = "ending"
    ISLAND = "island"
    SPLIT = "split"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Certificate:
    """A certificate of a site."""

    what: str
    """ca, server, or link."""
    name: str | None
    """Name of the link."""
    not_after: str | None
    days_left: int | None


@dataclass(frozen=True)
class SiteRow:
    """A site: one of the inventory, or one that another is linked with."""

    key: str
    """The host, or the id of a site that is not in the inventory."""
    host: str | None
    name: str | None
    state: str
    site_id: str | None = None
    exposure: str | None = None
    mode: str | None = None
    version: str | None = None
    ingress: str | None = None
    network: str | None = None
    """The first site of its network. None if it is linked with no other."""
    links_out: int = 0
    links_out_connected: int = 0
    links_in: int = 0
    router_ready: int | None = None
    router_replicas: int | None = None
    not_after: str | None = None
    """When the first of its certificates ends."""
    days_left: int | None = None
    certificates: tuple[Certificate, ...] = ()
    reason: str | None = None
    """Why it could not be read, as a word."""
    message: str | None = None

    @property
    def label(self) -> str:
        """Return its name for people."""
        return self.host or self.name or f"site {self.key[:8]}"


@dataclass(frozen=True)
class LinkRow:
    """A link, from the linking site to the issuing one, by the keys of the sites."""

    source: str
    target: str
    name: str | None
    state: str
    connected: bool
    cause: str | None = None
    reason: str | None = None
    cost: int | None = None
    url: str | None = None
    not_after: str | None = None
    days_left: int | None = None
    managed: bool | None = None


@dataclass(frozen=True)
class Problem:
    """A problem, as a sentence for people."""

    kind: str
    site: str | None
    link: str | None
    text: str


@dataclass(frozen=True)
class Report:
    """Sites, links and what is wrong with them."""

    generated: str | None
    sites: tuple[SiteRow, ...]
    links: tuple[LinkRow, ...]
    problems: tuple[Problem, ...]
    networks: int = 0
    format: int = FORMAT
    summary: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the report in the types of JSON."""
        made: dict[str, Any] = _plain(asdict(self))
        return made

    def site(self, key: str) -> SiteRow:
        """Return the site of a key."""
        return next(site for site in self.sites if site.key == key)

    @classmethod
    def from_dict(cls, document: Any) -> Report:
        """Read what as_dict made. Raise ValueError for anything else."""
        if not isinstance(document, Mapping) or document.get("format") != FORMAT:
            raise ValueError(f"this is no report of format {FORMAT} as status_report makes it")
        try:
            sites = tuple(
                _made(SiteRow, {**row, "certificates": _rows(Certificate, row.get("certificates", ()))})
                for row in document["sites"]
            )
            links, problems = _rows(LinkRow, document["links"]), _rows(Problem, document["problems"])
            keys = {site.key for site in sites}
            if not all({link.source, link.target} <= keys for link in links):
                raise ValueError("a link leads to a site that is not in the report")
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"the report lacks something, or holds something else there: {error}") from None
        return cls(
            document.get("generated"), sites, links, problems, document.get("networks", 0), FORMAT, document["summary"]
        )


T = TypeVar("T")


def _rows(kind: type[T], rows: Any) -> tuple[T, ...]:
    return tuple(_made(kind, row) for row in rows)


def _made(kind: type[T], row: Mapping[str, Any]) -> T:
    known = {each.name for each in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: value for name, value in row.items() if name in known})


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, (list, tuple)) else value
