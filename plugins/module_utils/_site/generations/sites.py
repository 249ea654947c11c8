# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a site is made, changed and removed, whatever its generation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from ..._kube.api import NamespaceApi
from ..._model.change import Change
from ..._model.observed import LinksReport
from ..._model.site_plan import FoundSite, SitePlan, SiteWish
from ..._model.wait import Waiting
from ..._v1.rules.settings import check_setting
from ..._v1.sites import Sites


class SiteStore(Protocol):
    """The site of a namespace, written through its API server."""

    def find(self) -> FoundSite | None:
        """Return the existing site. None if there is none."""

    def plan(self, wish: SiteWish, found: FoundSite | None) -> SitePlan:
        """Return what to do so that the site is as it should be.

        Raises Failure(ingress_unsupported, invalid_option, site_immutable, site_of_command_line).
        """

    def plan_removal(self, found: FoundSite | None, links: LinksReport | None) -> SitePlan:
        """Return what to do so that there is no site; ``links`` are those that go with it, for the diff."""

    def write(self, plan: SitePlan, found: FoundSite | None, waiting: Waiting) -> FoundSite:
        """Write what is planned, with at most one request, and return the site as it is then."""

    def await_ready(
        self, before: FoundSite | None, site: FoundSite, wish: SiteWish, change: Change, waiting: Waiting
    ) -> Change:
        """Wait until a site can take tokens and links; return the change of the run, which says if that took more than a write.

        Raises Failure(ingress_pending, site_timeout).
        """

    def remove(self, found: FoundSite) -> None:
        """Delete a site."""

    def await_removed(self, found: FoundSite, waiting: Waiting) -> None:
        """Wait until nothing of a deleted site is left; raises Failure(site_removal_timeout)."""

    def await_remains(self, waiting: Waiting) -> None:
        """Wait until nothing of any deleted site is left; raises Failure(site_removal_timeout)."""


def site_store(api: NamespaceApi) -> SiteStore:
    """Return the store of the site in a namespace."""
    return Sites(api)


def checked_settings(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts of a new site's settings as YAML may have them; raises Failure(invalid_option)."""
    return {key: check_setting(key, value) for key, value in settings.items()}
