# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make, change and remove sites."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .._kube.api import NamespaceApi
from .._model.change import Change
from .._model.site_plan import SitePlan, SiteStep, SiteWish
from .._model.site_report import AbsentSite, SiteResult
from .._model.wait import Waiting
from .generations.sites import site_store
from .link_report import read_links
from .site_report import read_present_site


@dataclass(frozen=True)
class SiteOutcome:
    """What a run changed, and the site after it or as check mode predicts it."""

    change: Change
    site: SiteResult


def ensure_site(api: NamespaceApi, wish: SiteWish, waiting: Waiting, check_mode: bool) -> SiteOutcome:
    """Bring a site to its desired state with at most one write, and wait until it can take tokens and links."""
    store = site_store(api)
    found = store.find()
    plan = store.plan(wish, found)
    if check_mode:
        return SiteOutcome(plan.change, _predicted(api, plan))
    site = store.write(plan, found, waiting)
    change = store.await_ready(found, site, wish, plan.change, waiting) if waiting.wait else plan.change
    return SiteOutcome(change, read_present_site(api))


def _predicted(api: NamespaceApi, plan: SitePlan) -> SiteResult:
    if plan.new is not None:
        return plan.new
    return replace(read_present_site(api), restarts=plan.step is SiteStep.UPDATE)


def remove_site(api: NamespaceApi, waiting: Waiting, check_mode: bool) -> SiteOutcome:
    """Delete a site with all its links, and wait until the garbage collector has taken away what belonged to it."""
    store = site_store(api)
    found = store.find()
    if found is None:
        if waiting.wait and not check_mode:
            store.await_remains(waiting)
        return SiteOutcome(store.plan_removal(None, None).change, AbsentSite(api.place.namespace, None))
    plan = store.plan_removal(found, read_links(api, None, None, ()))
    if not check_mode:
        store.remove(found)
        if waiting.wait:
            store.await_removed(found, waiting)
    return SiteOutcome(plan.change, AbsentSite(api.place.namespace, found.config))
