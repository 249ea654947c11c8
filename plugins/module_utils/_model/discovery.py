# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sites found in clusters, and how they were reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .site_report import SiteInNetwork


@dataclass(frozen=True)
class Context:
    """A context of a kubeconfig."""

    kubeconfig: str | None
    """Its file. None for the default files."""
    name: str
    namespace: str | None = None
    """The namespace that it is set to."""

    def __str__(self) -> str:
        return f"context {self.name}" + (f" of {self.kubeconfig}" if self.kubeconfig else "")


@dataclass(frozen=True)
class Discovered:
    """A site and the context it was found through; holds no secret."""

    context: Context
    namespace: str
    site: SiteInNetwork


@dataclass(frozen=True)
class Survey:
    """What clusters were found to hold, and a sentence for each thing that could not be read."""

    found: tuple[Discovered, ...] = ()
    troubles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Host:
    """A discovered site as an inventory and its cache have it."""

    kubeconfig: str | None
    context: str
    namespace: str
    own: bool
    """Whether the context is set to the site's namespace."""
    site: Mapping[str, Any]


@dataclass(frozen=True)
class Hosts:
    """The sites of a survey as an inventory has them, and its troubles."""

    found: tuple[Host, ...] = ()
    troubles: tuple[str, ...] = ()
