# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A site as it should be and as it is, and what has to happen in between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from .change import Change
from .site import Mode, SiteConfig


class SiteStep(str, Enum):
    """The one write a site may need."""

    KEEP = "keep"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True)
class SiteWish:
    """A site as it should be; what is None is left to the existing site, or to Skupper."""

    name: str | None = None
    mode: Mode | None = None
    ingress: str | None = None
    ingress_host: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FoundSite:
    """A site as it is."""

    config: SiteConfig
    ingress: str
    """The ingress it has, were it only by default."""
    data: Mapping[str, str]
    """Its configuration, key by key."""
    made_by_cli: bool = False
    """Whether Skupper's command line made it, so that no controller looks at its configuration."""
    annotations: Mapping[str, str] = field(default_factory=dict)
    """Those of the object that holds its configuration."""
    version: str | None = None
    """The resourceVersion of that object."""


@dataclass(frozen=True)
class NewSite:
    """A site that is yet to be made, as far as it is known beforehand."""

    name: str
    namespace: str
    mode: Mode
    ingress: str | None
    """None if the cluster's kind decides."""


@dataclass(frozen=True)
class SitePlan:
    """What to do about a site."""

    step: SiteStep
    change: Change
    data: Mapping[str, str] = field(default_factory=dict)
    """The keys of its configuration that are to be written."""
    new: NewSite | None = None
    """The site that step CREATE makes."""
