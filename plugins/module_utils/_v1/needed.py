# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the objects that every site of Skupper v1 has, and say what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._kube.api import CONFIG_MAP, DEPLOYMENT, SECRET, NamespaceApi
from .._model.errors import Failure
from .._model.reasons import Reason
from .._model.site import Mode, RouterConfig, SiteConfig
from .objects import keys
from .objects.site import read_router_config, read_site_config


def site_config(api: NamespaceApi) -> SiteConfig:
    """Return the site's configuration; raises Failure(no_site)."""
    manifest = api.get(CONFIG_MAP, keys.SITE_CONFIG)
    if manifest is None:
        raise Failure(
            Reason.NO_SITE,
            f"There is no Skupper site in {api.place} (no ConfigMap {keys.SITE_CONFIG}): "
            "name the site's namespace, or make the site first.",
        )
    return read_site_config(manifest)


def router_config(api: NamespaceApi) -> RouterConfig:
    """Return the configuration of the site's router; raises Failure(site_not_ready)."""
    manifest = api.get(CONFIG_MAP, keys.ROUTER_CONFIG)
    if manifest is None:
        raise not_ready(api, "ConfigMap", keys.ROUTER_CONFIG)
    return read_router_config(manifest)


def accepting_site(api: NamespaceApi) -> tuple[SiteConfig, RouterConfig]:
    """Return what there is of a site that others may link to.

    Raises Failure(no_site, site_not_ready, site_cannot_accept).
    """
    config = site_config(api)
    router = router_config(api)
    if router.mode is Mode.EDGE:
        raise Failure(
            Reason.SITE_CANNOT_ACCEPT,
            f"Site {config.name} in {api.place} is an edge site, which accepts no links: "
            "make the token on an interior site.",
        )
    return config, router


def router_deployment(api: NamespaceApi) -> Mapping[str, Any]:
    """Return the Deployment of the site's router; raises Failure(site_not_ready)."""
    manifest = api.get(DEPLOYMENT, keys.ROUTER)
    if manifest is None:
        raise not_ready(api, "Deployment", keys.ROUTER)
    return manifest


def needed_secret(api: NamespaceApi, name: str) -> Mapping[str, Any]:
    """Return a Secret of the site; raises Failure(site_not_ready)."""
    manifest = api.get(SECRET, name)
    if manifest is None:
        raise not_ready(api, "Secret", name)
    return manifest


def listed_secret(api: NamespaceApi, name: str) -> Mapping[str, Any] | None:
    """Return one Secret. None if there is none.

    The list with a field selector asks for no more than reading the one Secret would, and an account that
    may list Secrets, as the search for links needs, can do it.
    """
    found = api.list(SECRET, fields=f"metadata.name={name}")
    return found[0] if found else None


def not_ready(api: NamespaceApi, kind: str, name: str) -> Failure:
    """Return that a site exists, but not, or not yet, an object that it must have."""
    return Failure(
        Reason.SITE_NOT_READY,
        f"The Skupper site in {api.place} is not ready: its {kind} {name} is missing. Wait until the site is up.",
    )
