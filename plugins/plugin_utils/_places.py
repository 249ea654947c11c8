# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Group the sites of hosts by the place that they are reached from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ._link_options import WISHES, host_options

# The place from which sites outside the inventory are looked at.
_HERE = "here"
_DEFAULTS = {"exposure": "auto", "accepts_from": [], "links_to": [], "link_cost": 1, "state": "present"}


def place_of(host: str, variables: Mapping[str, Any]) -> str:
    """Return a name for where a host's site is reached from.

    It is what ``skupper_place`` says, else the controller for a host with a local connection, else the host's own address.
    """
    local = variables.get("ansible_connection", "ssh") == "local"
    return str(variables.get("skupper_place") or ("controller" if local else variables.get("ansible_host") or host))


def wishes_of(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a mesh should know of a host's site, from the host's variables."""
    return {name: variables.get(f"skupper_{name}", default) for name, default in _DEFAULTS.items()}


def places(
    hosts: Iterable[str],
    hostvars: Mapping[str, Any],
    stand_ins: Mapping[str, Mapping[str, Any]],
    here: str,
    request_timeout: int,
) -> dict[str, dict[str, Any]]:
    """Return sites that tasks of other hosts look at: by place, a host that reaches it and the sites there.

    ``stand_ins`` are sites that are no hosts, by their names. The host ``here`` looks at them. A request to a site may take
    ``request_timeout`` seconds unless its own options say otherwise.
    """
    limit = {"request_timeout": request_timeout}
    found: dict[str, dict[str, Any]] = {}
    for host in hosts:
        variables = hostvars[host]
        site = {**limit, **host_options(variables), "name": host, "wishes": wishes_of(variables)}
        found.setdefault(place_of(host, variables), {"host": host, "sites": []})["sites"].append(site)
    for name, given in stand_ins.items():
        wishes = {"exposure": given.get("exposure", "public"), "accepts_from": given.get("accepts_from", [])}
        options = {key: value for key, value in given.items() if key not in WISHES}
        site = {**limit, "name": name, "wishes": wishes, **options}
        found.setdefault(_HERE, {"host": here, "sites": []})["sites"].append(site)
    return found


def near(peers: Iterable[str], hostvars: Mapping[str, Any], hosts: Iterable[str], place: str) -> list[str]:
    """Return the sites that can be reached from a place. A site that is not among the hosts can be reached from every place."""
    members = set(map(str, hosts))
    return [peer for peer in peers if peer not in members or place_of(peer, hostvars[peer]) == place]
