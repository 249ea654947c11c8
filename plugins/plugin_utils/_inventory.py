# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turn sites that were found into hosts and groups of an inventory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.sitemesh.skupper.plugins.module_utils._model.components import components
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.discovery import Host

ALL = "skupper_sites"
# The variable with what could not be read.
MISSING = "skupper_sites_missing"
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")
_SHORT_ID = 8


def distinct(found: Iterable[Host]) -> list[Host]:
    """Return each site once, however many contexts lead to it.

    The context that is set to the site's namespace wins, else the one through which more was seen, else the first.
    """
    kept: dict[str, Host] = {}
    for each in found:
        site_id = each.site["site_id"]
        if site_id not in kept or _rank(each) > _rank(kept[site_id]):
            kept[site_id] = each
    return list(kept.values())


def _rank(each: Host) -> tuple[bool, int]:
    return each.own, sum(value is not None for value in each.site.values())


def default_name(each: Host) -> str:
    """Return a host's default name. It does not depend on other sites."""
    return f"{each.context}-{each.namespace}"


def host_names(wished: Sequence[tuple[str, Host]]) -> list[str]:
    """Return a name for each site, with only characters that patterns and files of variables can take.

    If several sites have one name, all of them get the beginning of their ids added, so that the order does not matter.
    """
    names = [_UNSAFE.sub("-", wish).strip("-.") or "site" for wish, _found in wished]
    return [
        f"{name}-{each.site['site_id'][:_SHORT_ID]}" if names.count(name) > 1 else name
        for name, (_wish, each) in zip(names, wished)
    ]


def networks(named: Mapping[str, Host]) -> dict[str, str | None]:
    """Return the network of each host, called after the first of its hosts. None for a site that is linked to no other.

    Two sites are of one network if either says so, since their network statuses are not written at the same moment.
    """
    sites = [each.site for each in named.values()]
    pairs = [(site["site_id"], peer) for site in sites for peer in (site["network_id"], *site["linked_to"])]
    first_id = components((), pairs)
    roots = {host: first_id[each.site["site_id"]] for host, each in named.items()}
    linked = {roots[host] for host, each in named.items() if each.site["linked_to"]}
    first_host: dict[str, str] = {}
    for host in sorted(roots):
        first_host.setdefault(roots[host], host)
    return {host: first_host[root] if root in linked else None for host, root in roots.items()}


def variables(each: Host, network: str | None) -> dict[str, Any]:
    """Return the variables of a host: the roles' variables that lead to its site, and what is known of the site."""
    kept = {key: value for key, value in each.site.items() if key != "network_id"}
    where = {"skupper_context": each.context, "skupper_namespace": each.namespace}
    if each.kubeconfig:
        where["skupper_kubeconfig"] = each.kubeconfig
    return {**where, "skupper_site": {**kept, "network": network}}


def groups_of(site: Mapping[str, Any]) -> list[str]:
    """Return the groups of a host by its variable skupper_site. Unknown values make no group."""
    named = (
        ("skupper_", site["exposure"]),
        ("skupper_", site["mode"]),
        ("skupper_version_", site["version"]),
        ("skupper_network_", site["network"]),
    )
    made = [f"{prefix}{value}" for prefix, value in named if value]
    return [ALL, *made, *([] if site["network"] else ["skupper_unlinked"])]
