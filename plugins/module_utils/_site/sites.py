# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make, change and remove sites, by the ConfigMap that Skupper's site-controller acts on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._kube.api import CONFIG_MAP, DEPLOYMENT, NamespaceApi
from .._model.change import UNKNOWN, Change
from .._model.errors import Failure
from .._model.reasons import Reason
from .._model.site import Mode
from .._model.wait import Waiting
from .._v1.endpoints import ROUTE_GROUP, site_ingress
from .._v1.objects import keys
from .._v1.objects.site import (
    made_by_cli,
    owning_site,
    pod_notes,
    read_site_config,
    site_data,
    site_patch,
    write_site_config,
)
from .._v1.readiness import Startup, await_site, await_site_removal
from .._v1.rules.settings import SETTINGS
from .._v1.rules.site_plan import FoundSite, SitePlan, SiteStep, SiteWish, plan_site, plan_site_removal
from .info import links_info, site_so_far

_NOT_FOLLOWED = "site-controller had not carried over the configuration"


@dataclass(frozen=True)
class SiteOutcome:
    """A site after a run, or as check mode predicts it."""

    change: Change
    view: dict[str, Any]


def ensure_site(api: NamespaceApi, wish: SiteWish, waiting: Waiting, check_mode: bool) -> SiteOutcome:
    """Bring a site to what is wished for with at most one write, and wait until it can take tokens and links."""
    manifest = api.get(CONFIG_MAP, keys.SITE_CONFIG)
    if manifest is None:
        _refuse_ingress(api, wish)
    found = None if manifest is None else _found(api, manifest)
    plan = plan_site(wish, found, api.place.namespace)
    if check_mode:
        return SiteOutcome(plan.change, _predicted(api, plan))
    before = manifest or {}
    after = _apply(api, plan, before, waiting)
    follows = not made_by_cli(after) and any(SETTINGS[key].live for key in wish.settings)
    startup = Startup(api, after, _dropped(before, after), follows)
    asked_again = waiting.wait and await_site(startup, waiting)
    return SiteOutcome(_asked(plan.change) if asked_again else plan.change, site_so_far(api))


def _asked(change: Change) -> Change:
    """What a run did that found a site configured as wished, and site-controller not to have followed."""
    if change.changed:
        return change
    note = "site_controller"
    return Change({**change.before, note: "has not followed"}, {**change.after, note: "asked again"}, _NOT_FOLLOWED)


def _refuse_ingress(api: NamespaceApi, wish: SiteWish) -> None:
    if wish.ingress == "route" and wish.mode is not Mode.EDGE and not api.serves(ROUTE_GROUP):
        raise Failure(
            Reason.INGRESS_UNSUPPORTED,
            f"ingress route needs OpenShift, and {api.place.cluster} serves no {ROUTE_GROUP}: choose another ingress.",
        )


def _found(api: NamespaceApi, manifest: Mapping[str, Any]) -> FoundSite:
    config = read_site_config(manifest)
    return FoundSite(config, site_ingress(api, config), site_data(manifest), made_by_cli(manifest))


def _apply(api: NamespaceApi, plan: SitePlan, manifest: Mapping[str, Any], waiting: Waiting) -> Mapping[str, Any]:
    """Carry out a step; returns ConfigMap skupper-site as it is then."""
    if plan.step is SiteStep.CREATE:
        # site-controller takes objects that are there for its own, also those about to be collected as garbage.
        _await_remains(api, waiting)
        return api.create(CONFIG_MAP, write_site_config(api.place.namespace, plan.data))
    if plan.step is SiteStep.UPDATE:
        return api.patch(CONFIG_MAP, keys.SITE_CONFIG, site_patch(manifest, plan.data))
    return manifest


def _await_remains(api: NamespaceApi, waiting: Waiting) -> None:
    router = api.get(DEPLOYMENT, keys.ROUTER)
    if router is not None and owning_site(router):
        await_site_removal(api, None, waiting)


def _dropped(before: Mapping[str, Any], after: Mapping[str, Any]) -> Mapping[str, frozenset[str]]:
    """Annotations that each Deployment's pods had to have, and have to have no more."""
    return {
        name: frozenset(pod_notes(before, name)) - frozenset(pod_notes(after, name))
        for name in (keys.ROUTER, keys.SERVICE_CONTROLLER)
    }


def _predicted(api: NamespaceApi, plan: SitePlan) -> dict[str, Any]:
    if plan.step is not SiteStep.CREATE:
        # A restarted router counts its links anew.
        restarted = {"linked_sites": UNKNOWN} if plan.step is SiteStep.UPDATE else {}
        return {**site_so_far(api), **restarted}
    unknown = dict.fromkeys(
        ("site_id", "version", "exposure", "exposure_reason", "endpoints", "linked_sites", "ca_not_after"), UNKNOWN
    )
    return {
        **unknown,
        "name": plan.data["name"],
        "namespace": api.place.namespace,
        "mode": plan.data.get("router-mode", Mode.INTERIOR.value),
        "ingress": plan.data.get("ingress", UNKNOWN),
    }


def remove_site(api: NamespaceApi, waiting: Waiting, check_mode: bool) -> SiteOutcome:
    """Delete a site with all its links, and wait until the garbage collector has taken away what belonged to it."""
    manifest = api.get(CONFIG_MAP, keys.SITE_CONFIG)
    if manifest is None:
        if waiting.wait and not check_mode:
            _await_remains(api, waiting)
        return SiteOutcome(plan_site_removal(None, {}).change, _absent(api, None))
    config = read_site_config(manifest)
    found = FoundSite(config, config.ingress or "", site_data(manifest), made_by_cli(manifest))
    plan = plan_site_removal(found, _cut(api))
    if not check_mode:
        api.delete(CONFIG_MAP, keys.SITE_CONFIG, config.site_id)
        if waiting.wait:
            await_site_removal(api, config.site_id, waiting)
    return SiteOutcome(plan.change, _absent(api, found))


def _cut(api: NamespaceApi) -> dict[str, Any]:
    """The links that go with a site, both ways as far as it knows them."""
    known, _troubles = links_info(api, None, None, ())
    return {
        "links": [{"name": link["name"], "site_id": link["site_id"]} for link in known["links"]],
        "incoming": known["incoming"],
    }


def _absent(api: NamespaceApi, found: FoundSite | None) -> dict[str, Any]:
    return {
        "site_id": found.config.site_id if found else None,
        "name": found.config.name if found else None,
        "namespace": api.place.namespace,
        "state": "absent",
    }
