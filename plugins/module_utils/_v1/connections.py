# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the open connections of a site of Skupper v1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._kube.api import CONFIG_MAP, NamespaceApi
from .._model.errors import if_allowed
from .._model.link import NetworkView
from .objects import keys
from .objects.network import lists_sites, read_network
from .objects.site import read_router_config


def open_connections(api: NamespaceApi, *site_ids: str) -> NetworkView:
    """Return the open connections of a site, by the first of its ids that the network status has.

    There are none as long as there is no status.
    """
    return connections_in(api, api.get(CONFIG_MAP, keys.NETWORK_STATUS) or {}, *site_ids)


def connections_in(api: NamespaceApi, status: Mapping[str, Any], *site_ids: str) -> NetworkView:
    """Return the same of a status that was read. It may have the router's id instead, as of a restored site."""
    known = next((view for view in (read_network(status, each) for each in site_ids) if view.known), None)
    if known is None and lists_sites(status):
        return read_network(status, router_id(api))
    return known or NetworkView()


def router_id(api: NamespaceApi) -> str:
    """Return the id that a site's router has; "" if there is none, or the account may not read it."""
    manifest = if_allowed(lambda: api.get(CONFIG_MAP, keys.ROUTER_CONFIG))
    return "" if manifest is None else read_router_config(manifest).site_id
