# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which sites are reached from a place, as a filter."""

from __future__ import annotations

DOCUMENTATION = r"""
name: sites_near
short_description: Select the sites that are reached from a place
version_added: 0.9.0
description:
  - Returns the sites that can be reached from a place. Role C(mesh) makes a link in one task if it can reach both sites from one
    place.
positional: _input
options:
  _input:
    description:
      - The sites by their hosts, or by other names.
    type: list
    elements: str
    required: true
  hostvars:
    description:
      - The variables of all hosts. The filter reads C(skupper_place), C(ansible_connection) and C(ansible_host).
    type: dict
    required: true
  hosts:
    description:
      - The hosts that have a place. Other sites can be reached from every place.
    type: list
    elements: str
    required: true
  place:
    description:
      - The place.
    type: str
    required: true
author:
  - sitemesh.skupper contributors (@sitemesh)
seealso:
  - plugin: sitemesh.skupper.site_places
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show which of two hubs can be reached from the controller
  ansible.builtin.debug:
    msg: "{{ ['hub', 'yard'] | sitemesh.skupper.sites_near(hostvars, groups['skupper_sites'], 'controller') }}"
"""

RETURN = r"""
_value:
  description: The sites.
  type: list
  elements: str
  sample: [hub]
"""

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.sitemesh.skupper.plugins.plugin_utils._places import near


def sites_near(peers: Iterable[str], hostvars: Mapping[str, Any], hosts: Iterable[str], place: str) -> list[str]:
    """Return the sites that are reached from a place."""
    return near(peers, hostvars, hosts, str(place))


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return it by its name."""
        return {"sites_near": sites_near}
