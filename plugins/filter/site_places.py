# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the sites of hosts are reached from, as filters."""

from __future__ import annotations

DOCUMENTATION = r"""
name: site_places
short_description: Group sites by the place from which they are reached
version_added: 0.9.0
description:
  - Groups sites by place, so that one task of M(sitemesh.skupper.skupper_mesh_info) for each place can read all of its sites.
  - Role C(mesh) reads sites outside its run in this way, by a task of another host.
  - The result may hold secrets, since the variables may.
positional: _input
options:
  _input:
    description:
      - The hosts of the sites.
    type: list
    elements: str
    required: true
  hostvars:
    description:
      - The variables of all hosts. The filter reads the connection options of sites, C(skupper_place), C(ansible_connection),
        C(ansible_host), and the variables that describe the role of a site in the mesh.
    type: dict
    required: true
  here:
    description:
      - The host that reads O(stand_ins).
    type: str
    required: true
  stand_ins:
    description:
      - Connection options of sites that are no hosts, by their names, as in C(skupper_public_sites).
    type: dict
    default: {}
  request_timeout:
    description:
      - Maximum number of seconds for one request to a site, unless its own options set another value.
    type: int
    default: 10
author:
  - sitemesh.skupper contributors (@sitemesh)
seealso:
  - module: sitemesh.skupper.skupper_mesh_info
  - plugin: sitemesh.skupper.sites_near
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show the sites of each place
  ansible.builtin.debug:
    msg: "{{ groups['skupper_sites'] | sitemesh.skupper.site_places(hostvars, inventory_hostname) }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: By place, a host that is reached from there, and the sites as O(sitemesh.skupper.skupper_mesh_info#module:sites).
  type: dict
  sample: {"controller": {"host": "hub", "sites": [{"name": "hub", "context": "public-cluster", "namespace": "hub"}]}}
"""

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.sitemesh.skupper.plugins.plugin_utils._places import places


def site_places(
    hosts: Iterable[str],
    hostvars: Mapping[str, Any],
    here: str,
    stand_ins: Mapping[str, Any] | None = None,
    request_timeout: int = 10,
) -> dict[str, dict[str, Any]]:
    """Return sites by the place that they are reached from."""
    return places(hosts, hostvars, stand_ins or {}, here, int(request_timeout))


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return it by its name."""
        return {"site_places": site_places}
