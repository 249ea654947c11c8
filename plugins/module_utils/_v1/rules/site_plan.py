# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide what has to happen so that a site is as it should be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._model.change import Change
from ..._model.errors import Failure
from ..._model.observed import LinksReport
from ..._model.reasons import Reason
from ..._model.site import Mode
from ..._model.site_plan import FoundSite, NewSite, SitePlan, SiteStep, SiteWish
from .settings import LOGGING, ROUTER_HOST, SECRETS, SERVICE_CONTROLLER, SETTINGS, Form, meaning

# Without a host, Skupper would make these into something that no other site can reach, without a warning.
_NEED_HOST = frozenset({"nodeport", "ingress", "nginx-ingress-v1", "contour-http-proxy"})
HIDDEN = "(hidden)"


def plan_site(wish: SiteWish, found: FoundSite | None, namespace: str) -> SitePlan:
    """Compare a desired site with the existing one, if there is one.

    Raises Failure(invalid_option) for a new site that no other site could reach, and Failure(site_immutable,
    site_of_command_line) for a change that Skupper would not follow.
    """
    if found is None:
        return _plan_new(wish, namespace)
    wrong = _fixed_differences(wish, found)
    settings = {key: value for key, value in wish.settings.items() if _differs(key, value, found.data)}
    if not wrong and not settings:
        view = site_view(found.data)
        return SitePlan(SiteStep.KEEP, Change(view, view))
    _refuse_command_line(found, [*wrong, *settings])
    wrong += [_spoken(key, found.data, value) for key, value in settings.items() if not _is_live(key, found.data)]
    if wrong:
        raise _immutable(found, wrong)
    why = "{} differ".format(" and ".join(settings))
    change = Change(site_view(found.data), site_view({**found.data, **settings}), why)
    return SitePlan(SiteStep.UPDATE, change, settings)


def _plan_new(wish: SiteWish, namespace: str) -> SitePlan:
    host = wish.ingress_host or wish.settings.get(ROUTER_HOST)
    if wish.ingress in _NEED_HOST and wish.mode is not Mode.EDGE and not host:
        raise Failure(
            Reason.INVALID_OPTION,
            f"ingress {wish.ingress} needs ingress_host: without it no other site could reach the new site.",
        )
    data = {
        "name": wish.name or namespace,
        **({"router-mode": wish.mode.value} if wish.mode else {}),
        **({"ingress": wish.ingress} if wish.ingress else {}),
        **({"ingress-host": wish.ingress_host} if wish.ingress_host else {}),
        **wish.settings,
    }
    new = NewSite(data["name"], namespace, wish.mode or Mode.INTERIOR, wish.ingress)
    return SitePlan(SiteStep.CREATE, Change({}, site_view(data), "there is no site"), data, new)


def _fixed_differences(wish: SiteWish, found: FoundSite) -> list[str]:
    """Return what of a site's nature differs from the desired one. Skupper reads all of it once, when it makes the site."""
    config = found.config
    pairs = {
        "name": (config.name, wish.name),
        "mode": (config.mode.value, wish.mode.value if wish.mode else None),
        "ingress": (found.ingress, wish.ingress),
        "ingress_host": (config.ingress_host, wish.ingress_host),
    }
    return [
        f"{option} ({present or 'none'}, not {wanted})"
        for option, (present, wanted) in pairs.items()
        if wanted is not None and wanted != present
    ]


def _differs(key: str, wanted: str, data: Mapping[str, str]) -> bool:
    present = meaning(key, _present(key, data))
    # Go's ParseBool makes false of what it can't read, and so does Skupper.
    return bool(meaning(key, wanted) != (bool(present) if SETTINGS[key].form is Form.TRUTH else present))


def _present(key: str, data: Mapping[str, str]) -> str | None:
    # The console needs the REST API, so that it exists by default where the console does.
    return data.get(key, data.get("console") if key == "rest-api" else None)


def _is_live(key: str, data: Mapping[str, str]) -> bool:
    """Return whether a site that is up follows a change.

    Without a service-controller, site-controller gives up before it comes to the annotations of the router.
    """
    return SETTINGS[key].live and (key == LOGGING or meaning(SERVICE_CONTROLLER, data.get(SERVICE_CONTROLLER)) is True)


def _spoken(key: str, data: Mapping[str, str], wanted: str) -> str:
    if key in SECRETS:
        return key
    return f"{key} ({_present(key, data) or SETTINGS[key].default or 'unset'}, not {wanted})"


def _refuse_command_line(found: FoundSite, differing: list[str]) -> None:
    if found.made_by_cli:
        raise Failure(
            Reason.SITE_OF_COMMAND_LINE,
            f"Site {found.config.name} was made by the skupper command, and no site-controller follows its "
            f"configuration, which differs in {', '.join(word.partition(' ')[0] for word in differing)}: "
            "change it with that command, or delete the site and make it again.",
        )


def _immutable(found: FoundSite, wrong: list[str]) -> Failure:
    return Failure(
        Reason.SITE_IMMUTABLE,
        f"Site {found.config.name} differs in {', '.join(wrong)}, and Skupper follows no such change of an existing site: "
        "delete the site (state: absent) and create it again. It will have another id, and its links are lost.",
    )


def plan_site_removal(found: FoundSite | None, links: LinksReport | None) -> SitePlan:
    """Plan that a site does not exist; ``links`` are those that are known to go with it, for the diff."""
    if found is None:
        return SitePlan(SiteStep.KEEP, Change())
    lost = {} if links is None else _lost_view(links)
    before = {"site_id": found.config.site_id, **site_view(found.data), **lost}
    return SitePlan(SiteStep.DELETE, Change(before, {}, "it should be absent"))


def _lost_view(report: LinksReport) -> dict[str, Any]:
    """Return the links that a removed site loses, both ways, as diffs show them."""
    return {
        "links": [{"name": each.link.name, "site_id": each.link.site_id} for each in report.links],
        "incoming": [{"site_id": each.site_id, "name": each.name} for each in report.incoming],
    }


def site_view(data: Mapping[str, str]) -> dict[str, Any]:
    """Return a site's configuration as diffs show it."""
    return {key: HIDDEN if key in SECRETS and value else value for key, value in sorted(data.items())}
