# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make, change and remove sites, by the ConfigMap that Skupper's site-controller acts on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .._kube.api import CONFIG_MAP, DEPLOYMENT, NamespaceApi
from .._model.change import Change
from .._model.errors import Failure
from .._model.observed import LinksReport
from .._model.reasons import Reason
from .._model.site import Mode
from .._model.site_plan import FoundSite, SitePlan, SiteStep, SiteWish
from .._model.wait import Waiting
from .endpoints import ROUTE_GROUP, site_ingress
from .objects import keys
from .objects.site import owning_site
from .objects.site_config import pod_notes, read_site, site_patch, write_site_config
from .readiness import Readiness, await_site, await_site_removal
from .rules.settings import SETTINGS
from .rules.site_plan import plan_site, plan_site_removal

_NOT_FOLLOWED = "site-controller had not carried over the configuration"


class Sites:
    """A site of Skupper v1, which site-controller makes of ConfigMap skupper-site."""

    def __init__(self, api: NamespaceApi) -> None:
        self._api = api

    def find(self) -> FoundSite | None:
        """Return the existing site. None if there is none."""
        manifest = self._api.get(CONFIG_MAP, keys.SITE_CONFIG)
        return None if manifest is None else read_site(manifest)

    def plan(self, wish: SiteWish, found: FoundSite | None) -> SitePlan:
        """Return what to do so that the site is as it should be.

        Raises Failure(ingress_unsupported, invalid_option, site_immutable, site_of_command_line).
        """
        if found is None:
            self._refuse_ingress(wish)
        else:
            found = replace(found, ingress=site_ingress(self._api, found.config))
        return plan_site(wish, found, self._api.place.namespace)

    def _refuse_ingress(self, wish: SiteWish) -> None:
        if wish.ingress == "route" and wish.mode is not Mode.EDGE and not self._api.serves(ROUTE_GROUP):
            raise Failure(
                Reason.INGRESS_UNSUPPORTED,
                f"ingress route needs OpenShift, and {self._api.place.cluster} serves no {ROUTE_GROUP}: "
                "choose another ingress.",
            )

    def plan_removal(self, found: FoundSite | None, links: LinksReport | None) -> SitePlan:
        """Return what to do so that there is no site; ``links`` are those that go with it, for the diff."""
        return plan_site_removal(found, links)

    def write(self, plan: SitePlan, found: FoundSite | None, waiting: Waiting) -> FoundSite:
        """Write what is planned, with at most one request, and return the site as it is then."""
        if found is None:
            # site-controller takes existing objects for its own, also those about to be collected as garbage.
            self.await_remains(waiting)
            return read_site(self._api.create(CONFIG_MAP, write_site_config(self._api.place.namespace, plan.data)))
        if plan.step is SiteStep.UPDATE:
            return read_site(self._api.patch(CONFIG_MAP, keys.SITE_CONFIG, site_patch(found.version, plan.data)))
        return found

    def await_ready(
        self, before: FoundSite | None, site: FoundSite, wish: SiteWish, change: Change, waiting: Waiting
    ) -> Change:
        """Wait until a site can take tokens and links; return the change of the run, which says if that took more than a write.

        Raises Failure(ingress_pending, site_timeout).
        """
        follows = not site.made_by_cli and any(SETTINGS[key].live for key in wish.settings)
        asked_again = await_site(Readiness(self._api, site, _dropped(before, site), follows), waiting)
        return _asked(change) if asked_again else change

    def remove(self, found: FoundSite) -> None:
        """Delete a site."""
        self._api.delete(CONFIG_MAP, keys.SITE_CONFIG, found.config.site_id)

    def await_removed(self, found: FoundSite, waiting: Waiting) -> None:
        """Wait until nothing of a deleted site is left; raises Failure(site_removal_timeout)."""
        await_site_removal(self._api, found.config.site_id, waiting)

    def await_remains(self, waiting: Waiting) -> None:
        """Wait until nothing of any deleted site is left; raises Failure(site_removal_timeout)."""
        router = self._api.get(DEPLOYMENT, keys.ROUTER)
        if router is not None and owning_site(router):
            await_site_removal(self._api, None, waiting)


def _asked(change: Change) -> Change:
    """Return the change of a run after which site-controller followed a configuration only when it was asked again."""
    if change.changed:
        return change
    note = "site_controller"
    return Change({**change.before, note: "has not followed"}, {**change.after, note: "asked again"}, _NOT_FOLLOWED)


def _dropped(before: FoundSite | None, after: FoundSite) -> Mapping[str, frozenset[str]]:
    """Return the annotations that each Deployment's pods had to have, and have to have no more."""
    if before is None:
        return {}
    return {
        name: frozenset(pod_notes(before, name)) - frozenset(pod_notes(after, name))
        for name in (keys.ROUTER, keys.SERVICE_CONTROLLER)
    }
